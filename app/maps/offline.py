"""Writes the map as one file for a USB stick: Folium composes it, everything is inlined."""

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import folium
import geopandas as gpd
import orjson
from branca.element import Figure
from folium.map import Layer
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import escape

from app.config import ROOT
from app.maps.cells import Box
from app.maps.layers import BASE_LAYERS
from app.maps.offline_contents import Feature, Held
from app.maps.plugins import (
    BundledCluster,
    BundledDraw,
    BundledMeasure,
    BundledSearch,
    BundledTimeSlider,
)
from app.maps.published import ADDRESS, Published, read_piece
from app.maps.render import BundledFullscreen, BundledMap, PublishedLayer, header_of
from app.maps.rules import Tone

_APP: Final = ROOT / "app"
_OWN_STYLES: Final = (
    "/static/css/tokens.css",
    "/static/css/map.css",
    "/static/css/offline.css",
)
_OWN_SCRIPT: Final = "/static/js/offline.js"
_SYMBOLS: Final = "/static/img/symbols.svg"
_ADDRESS_IN_STYLE: Final = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)['\"]?\s*\)")
_SOURCE_MAP: Final = re.compile(r"^\s*(//|/\*)[#@]\s*sourceMappingURL=.*$", re.MULTILINE)
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SIZE: Final = "00,0 MB"
_BYTES_PER_MB: Final = 1_000_000
TONE_COLOURS: Final[Mapping[str, str]] = {
    Tone.OVERDUE: "#d55e00",
    Tone.WAITING: "#e69f00",
    Tone.WORKING: "#0072b2",
    Tone.INITIAL: "#56b4e9",
    Tone.DONE: "#009e73",
    Tone.CLOSED: "#7b8487",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence of the file in the reader's language; any of them may be hostile."""

    title: str
    classification: str
    facts: Sequence[str]
    note: str
    markers: str
    cases: str
    search: str
    place: str
    map: str
    legend: str
    controls: Mapping[str, str]  # zoomIn zoomOut here country full full_off
    tools: Mapping[str, str]  # what map-tools.js says, by its Vietnamese words
    types: Mapping[str, str]
    tones: Mapping[str, str]
    locale: str


def offline_file(
    held: Held,
    published: Published,
    folder: Path,
    *,
    view: Box,
    shapes: Mapping[str, Mapping[str, str]],
    words: Words,
) -> bytes:
    """The whole map as HTML with its own strict policy; no part of it is asked for elsewhere."""
    figure = cast("Figure", _composed(held, published, words).get_root())
    figure.render()
    scripts, styles, inline = header_of(figure)
    said = {
        "shapes": shapes,
        "tones": [tone.value for tone in Tone],
        "view": [[view.south, view.west], [view.north, view.east]],
        "words": {"place": words.place, "map": words.map, "tools": words.tools},
    }
    sheets = [_style(address) for address in (*styles, *_OWN_STYLES)]
    sheets.extend(_STYLE.findall(inline))
    codes = [*_SCRIPT.findall(inline), *(_script(address) for address in scripts)]
    codes += [_script(_OWN_SCRIPT), _closed(figure.script.render())]
    body = "".join(
        [
            _head(words),
            figure.html.render(),
            _sprite(),
            _data("map-said", said),
            *_pieces(published, folder),
        ]
    )
    return _document(words, sheets, codes, body)


# --- Folium -------------------------------------------------------------------------------------


def _composed(held: Held, published: Published, words: Words) -> folium.Map:
    map_words = {
        **words.controls,
        "attribution": str(escape(published.attribution)),
        "note": words.note,
        "bounds": ((4.5, 102.0), (23.5, 118.0)),
    }
    shell = BundledMap(map_words, minZoom=2, zoomSnap=0.5, maxBoundsViscosity=0.8)
    for layer in BASE_LAYERS:
        count = len(published.layers.get(layer.code, ()))
        if count == len(layer.levels):
            PublishedLayer(layer, [f"{layer.code}-{level}" for level in range(count)]).add_to(shell)
    named = [(words.markers, held.markers), (words.cases, held.cases)]
    clusters = _add(
        shell,
        BundledCluster,
        control=False,
        icon_create_function="cotMocOffline.cluster",
        options={"maxClusterRadius": 56, "disableClusteringAtZoom": 13, "animate": False},
    )
    layers = [_points(shell, clusters, name, rows) for name, rows in named if rows]
    _tools(shell, layers, held, words)
    folium.LayerControl(collapsed=True, position="topright").add_to(shell)
    _add(shell, _Opening)
    return shell


class _Opening(folium.MacroElement):
    """The last line of the script: the view that was asked for."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "cotMocOffline.open({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )


class _Shared(Layer):
    """A kind of features with its own switch, clustered together with the others."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = cotMocOffline.shared({{ this.clusters.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, name: str, clusters: BundledCluster) -> None:
        super().__init__(name=name, overlay=True, control=True, show=True)
        self._name = "Shared"
        self.clusters = clusters


def _points(
    shell: folium.Map, clusters: BundledCluster, name: str, rows: Sequence[Feature]
) -> folium.GeoJson:
    """Rows as a GeoPandas layer; names and facts are written as text by our own script."""
    columns = ("name", "type", "tone", "facts")
    frame = gpd.GeoDataFrame(
        {column: [row[column] for row in rows] for column in columns},
        geometry=gpd.points_from_xy([row["lon"] for row in rows], [row["lat"] for row in rows]),
        crs="EPSG:4326",
    )
    layer = folium.GeoJson(
        frame,
        control=False,
        point_to_layer=JsCode("cotMocOffline.point"),
        on_each_feature=JsCode("cotMocOffline.speak"),
    )
    # Leaflet's layer control writes names as HTML.
    layer.add_to(_add(shell, _Shared, str(escape(name)), clusters))
    return layer


def _tools(shell: folium.Map, layers: Sequence[folium.GeoJson], held: Held, words: Words) -> None:
    full, full_off = words.controls["full"], words.controls["full_off"]
    _add(shell, BundledFullscreen, position="topleft", title=full, title_cancel=full_off)
    if layers:
        said = {"search_label": "name", "placeholder": words.search, "position": "topright"}
        _add(shell, BundledSearch, *layers, **said)
    _add(shell, BundledMeasure, position="topleft")
    _add(shell, BundledDraw, export=True, filename="hinh-ve.geojson", position="topleft")
    if held.years:
        data = {"type": "FeatureCollection", "features": list(held.years)}
        _add(shell, BundledTimeSlider, data, colours=TONE_COLOURS, names=words.tones)


def _add(shell: folium.Map, kind: Any, *values: Any, **options: Any) -> Any:
    """A plug-in on the map. Any: Folium's plug-ins have no types."""
    return kind(*values, **options).add_to(shell)


# --- everything into one file -------------------------------------------------------------------


def _document(words: Words, sheets: Sequence[str], codes: Sequence[str], body: str) -> bytes:
    policy = (
        "default-src 'none'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src {_hashes(codes)}; style-src {_hashes(sheets)}"
    )
    html = (
        f'<!doctype html>\n<html lang="{words.locale}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(words.title)}</title>\n"
        + "".join(f"<style>{sheet}</style>\n" for sheet in sheets)
        + f"</head><body>\n{body}\n"
        + "".join(f"<script>{code}</script>\n" for code in codes)
        + "</body></html>\n"
    ).encode()
    size = f"{len(html) / _BYTES_PER_MB:4.1f} MB".replace(".", ",")
    return html.replace(_SIZE.encode(), size.encode(), 1)


def _head(words: Words) -> str:
    facts = " · ".join([*words.facts, _SIZE])
    named = [("type", words.types), ("tone", words.tones)]
    types = "".join(
        f'<li data-{kind}="{escape(code)}">{escape(name)}</li>'
        for kind, names in named
        for code, name in names.items()
    )
    return (
        f'<header class="offline-head"><h1>{escape(words.title)}</h1> '
        f'<span class="offline-mark">{escape(words.classification)}</span>'
        f"<p>{escape(facts)}</p>"
        f"<details><summary>{escape(words.legend)}</summary>"
        f'<ul class="offline-legend">{types}</ul></details></header>\n'
    )


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)


def _script(address: str) -> str:
    """A script of this host; what it shows from our sprite stands in the file itself."""
    text = _SOURCE_MAP.sub("", _read(address)).replace(f"{_SYMBOLS}#", "#")
    return _closed(text)


def _closed(script: str) -> str:
    return script.replace("</script", "<\\/script").replace("\r\n", "\n")


def _style(address: str) -> str:
    """A style sheet of this host with its pictures inside."""
    folder = _file(address).parent

    def inlined(found: re.Match[str]) -> str:
        picture = folder / found[1]
        if not picture.is_file():
            return "none"
        kind = mimetypes.guess_type(picture.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(picture.read_bytes()).decode()})"

    text = _ADDRESS_IN_STYLE.sub(inlined, _SOURCE_MAP.sub("", _read(address)))
    return text.replace("\r\n", "\n")


def _read(address: str) -> str:
    return _file(address).read_text(encoding="utf-8")


def _file(address: str) -> Path:
    return _APP / address.removeprefix("/")


def _sprite() -> str:
    return f"<div hidden>{_read(_SYMBOLS)}</div>\n"


def _pieces(published: Published, folder: Path) -> Sequence[str]:
    """The base layers as data of the page, under the names by which they are asked for."""
    found = []
    for code, addresses in published.layers.items():
        for level, address in enumerate(addresses):
            piece = read_piece(folder, address.removeprefix(ADDRESS))
            if piece is not None:
                text = gzip.decompress(piece.packed).decode()
                found.append(_as_data(f"piece-{code}-{level}", text))
    return found


def _data(name: str, value: Any) -> str:  # Any: JSON
    return _as_data(name, orjson.dumps(value).decode())


def _as_data(name: str, text: str) -> str:
    safe = text.replace("<", "\\u003c").replace("\r\n", "\n")
    return f'<script type="application/json" id="{name}">{safe}</script>\n'
