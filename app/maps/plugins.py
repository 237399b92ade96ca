"""Folium's plug-ins with bundled assets: the same classes and options, no other host, no inline."""

from collections.abc import Mapping
from typing import Any, Final

import folium
from folium.elements import JSCSSMixin
from folium.plugins import Draw, MarkerCluster, MeasureControl, Search, TimestampedGeoJson
from folium.template import Template

_VENDOR: Final = "/static/vendor"
_TOOLS: Final = [
    ("geodesy", "/static/js/geodesy.js"),
    ("map_tools", "/static/js/map-tools.js"),
]
_NO_STYLES: Final[list[tuple[str, str]]] = []


class BundledDraw(Draw):
    """Points, lines and areas by hand, saved as GeoJSON; drawn with plain Leaflet."""

    default_js: list[tuple[str, str]] = _TOOLS
    default_css: list[tuple[str, str]] = _NO_STYLES
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMocTools.draw({{ this._parent.get_name() }}, {
                position: {{ this.position|tojson }},
                export: {{ this.export|tojson }},
                filename: {{ this.filename|tojson }},
            });
        {% endmacro %}
        """
    )


class BundledMeasure(MeasureControl):
    """Lengths and areas on the ellipsoid, in metres, hectares and kilometres."""

    default_js: list[tuple[str, str]] = _TOOLS
    default_css: list[tuple[str, str]] = _NO_STYLES
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMocTools.measure(
                {{ this._parent.get_name() }}, {{ this.options|tojavascript }}
            );
        {% endmacro %}
        """
    )


class BundledSearch(Search):
    """A search by the names of a layer's features; marks of letters make no difference."""

    default_js: list[tuple[str, str]] = _TOOLS
    default_css: list[tuple[str, str]] = _NO_STYLES
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMocTools.search(
                {{ this._parent.get_name() }},
                [{% for layer in this.layers %}{{ layer.get_name() }},{% endfor %}],
                {
                    label: {{ this.search_label|tojson }},
                    placeholder: {{ this.placeholder|tojson }},
                    position: {{ this.position|tojson }},
                    zoom: {{ (this.search_zoom or 14)|tojson }},
                }
            );
        {% endmacro %}
        """
    )

    def __init__(self, *layers: folium.GeoJson, **options: Any) -> None:  # Any: Folium's options
        super().__init__(layers[0], **options)  # type: ignore[no-untyped-call]  # as Folium has it
        self.layers = layers

    def render(self, **options: Any) -> Any:  # as above
        # Folium looks for the label in the first feature; a layer may also be empty.
        JSCSSMixin.render(self, **options)  # type: ignore[no-untyped-call]  # as Folium has it


class BundledTimeSlider(TimestampedGeoJson):
    """Points through the years: `times` and, of the same length, `tones` of each feature."""

    default_js: list[tuple[str, str]] = _TOOLS
    default_css: list[tuple[str, str]] = _NO_STYLES
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMocTools.timeSlider(
                {{ this._parent.get_name() }},
                {{ this.features|tojson }},
                {
                    colours: {{ this.colours|tojson }},
                    names: {{ this.names|tojson }},
                    step: {{ this.transition|tojson }},
                }
            );
        {% endmacro %}
        """
    )

    def __init__(
        self,
        data: Mapping[str, Any],  # Any: GeoJSON
        *,
        colours: Mapping[str, str],
        names: Mapping[str, str],
        transition_time: int = 700,
    ) -> None:
        super().__init__(dict(data), period="P1Y")  # type: ignore[no-untyped-call]  # as Folium has it
        self.features = data
        self.colours, self.names, self.transition = dict(colours), dict(names), transition_time

    def render(self, **options: Any) -> Any:  # Folium's options
        # Folium would frame the map around the points; the view is the reader's own.
        JSCSSMixin.render(self, **options)  # type: ignore[no-untyped-call]  # as Folium has it


class BundledCluster(MarkerCluster):
    """Markers of a view as rings divided by state, opened on coming near."""

    default_js: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("markercluster", f"{_VENDOR}/leaflet-markercluster/leaflet.markercluster.js"),
    ]
    default_css: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("markercluster_css", f"{_VENDOR}/leaflet-markercluster/MarkerCluster.css"),
    ]
