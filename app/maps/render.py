"""Lets Folium compose the map's shell, and takes it apart so that one strict policy admits it.

Folium writes its scripts and styles into the page and takes its libraries from other hosts. Here
every library is the bundled one, and what Folium writes becomes files of this host.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.map import Layer
from folium.plugins import Fullscreen
from folium.template import Template
from markupsafe import escape

from app.maps.layers import BaseLayer
from app.maps.published import Shell, write_piece

ELEMENT: Final = "cot_moc"
COUNTRY_VIEW: Final = ((4.5, 102.0), (23.5, 118.0))  # south-west and north-east, EPSG:4326
_CENTRE: Final = (14.2, 110.0)
_VENDOR: Final = "/static/vendor"
_OWN_SCRIPTS: Final = "/static/js"
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class BundledMap(folium.Map):
    """A Folium map whose libraries come from this host and whose frame is the page's own."""

    default_js: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("leaflet", f"{_VENDOR}/leaflet/leaflet.js"),
        ("map_layers", f"{_OWN_SCRIPTS}/map-layers.js"),
    ]
    default_css: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("leaflet_css", f"{_VENDOR}/leaflet/leaflet.css")
    ]
    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>#{{ this.get_name() }} { position: relative; width: 100%; height: 100%; }</style>
            <script>L_NO_TOUCH = false; L_DISABLE_3D = false;</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }},
                 ...{{ this.options|tojavascript }}}
            );
            cotMoc.prepare({{ this.get_name() }}, {{ this.words|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, words: Mapping[str, Any], **options: Any) -> None:  # Any: map options
        # Without tiles the layers need to be told how far the map goes: maxZoom, not max_zoom.
        super().__init__(
            tiles=None, location=_CENTRE, zoom_start=5, zoom_control=False, maxZoom=18, **options
        )
        self._id = ELEMENT
        self.words = words


class BundledFullscreen(Fullscreen):
    default_js: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("fullscreen", f"{_VENDOR}/leaflet-fullscreen/Control.FullScreen.js"),
    ]
    default_css: list[tuple[str, str]] = [  # noqa: RUF012  as Folium declares it
        ("fullscreen_css", f"{_VENDOR}/leaflet-fullscreen/Control.FullScreen.css"),
    ]


class PublishedLayer(Layer):
    """A layer that the browser fetches from this host, at the detail that its zoom needs."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMoc.publishedLayer({{ this.said|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layer: BaseLayer, addresses: Sequence[str]) -> None:
        # Leaflet's layer control writes names as HTML.
        super().__init__(
            name=str(escape(layer.name)),
            overlay=True,
            control=layer.is_optional,
            show=layer.is_shown,
        )
        self._id = layer.code.replace("-", "_")
        self._name = "Layer"
        self.said = {
            "code": layer.code,
            "kind": layer.kind,
            "pane": layer.pane,
            "from": layer.from_zoom,
            "levels": [
                {"from": level.from_zoom, "url": address}
                for level, address in zip(layer.levels, addresses, strict=True)
            ],
        }


def compose(
    layers: Sequence[tuple[BaseLayer, Sequence[str]]], *, attribution: str, note: str
) -> BundledMap:
    """The map with its base layers and controls; the layer control comes last."""
    words = {
        # Leaflet writes the attribution as HTML, the note is written as text.
        "attribution": str(escape(attribution)),
        "note": note,
        "bounds": COUNTRY_VIEW,
        "zoomIn": "Phóng to",
        "zoomOut": "Thu nhỏ",
        "here": "Vị trí của tôi",
        "country": "Cả nước",
    }
    shell = BundledMap(
        words,
        minZoom=2,
        zoomSnap=0.5,
        wheelPxPerZoomLevel=90,
        maxBoundsViscosity=0.8,
        maxBounds=((-80.0, -200.0), (84.0, 220.0)),
    )
    for layer, addresses in layers:
        PublishedLayer(layer, addresses).add_to(shell)
    BundledFullscreen(  # type: ignore[no-untyped-call]  # Folium's plug-ins have no types
        position="topleft", title="Toàn màn hình", title_cancel="Thoát toàn màn hình"
    ).add_to(shell)
    control = folium.LayerControl(collapsed=False, position="topright")
    control._id = "base"  # noqa: SLF001  a fixed name keeps the piece's hash
    control.add_to(shell)
    return shell


def publish_shell(shell: folium.Map, folder: Path) -> Shell:
    """Render, and store what Folium wrote inline as files named by their hash."""
    figure = cast("Figure", shell.get_root())
    figure.render()
    scripts, styles, inline = header_of(figure)
    style = "\n".join(_STYLE.findall(inline))
    before = "\n".join(_SCRIPT.findall(inline))
    after = figure.script.render()
    return Shell(
        element_id=shell.get_name(),
        scripts=(
            write_piece(folder, "map-start", "js", before.encode()),
            *scripts,
            write_piece(folder, "map", "js", after.encode()),
        ),
        styles=(*styles, write_piece(folder, "map", "css", style.encode())),
    )


def header_of(figure: Figure) -> tuple[list[str], list[str], str]:
    """Addresses of scripts and styles in their order, and whatever else stands in the head."""
    scripts: list[str] = []
    styles: list[str] = []
    rest: list[str] = []
    for element in figure.header._children.values():  # noqa: SLF001  branca offers no reader
        if isinstance(element, JavascriptLink):
            scripts.append(element.url)
        elif isinstance(element, CssLink):
            styles.append(element.url)
        elif isinstance(element, Element):
            rest.append(element.render())
    return scripts, styles, "\n".join(rest)
