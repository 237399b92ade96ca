"""Makes the base layers of the map from the reference pack: chosen, named and thinned per zoom."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import orjson
import pandas as pd
import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from app.geo.gazetteer import HOME, Manifest

_FOLDER: Final = Path(__file__).parent / "data"
_NEAR: Final = shapely.box(88.0, -6.0, 130.0, 38.0)
_ARCHIPELAGOS: Final = shapely.box(110.5, 4.0, 120.0, 19.0)
_TODAY: Final = "valid_to"
_PRECISION: Final = 1e-5
# A country is worth its name from the zoom at which it is wide enough to carry it.
_COUNTRY_ZOOM_BY_AREA: Final = ((60.0, 3), (8.0, 4), (1.0, 5), (0.05, 6), (0.0, 8))
_PROVINCE_ZOOM: Final = 7


@dataclass(frozen=True, slots=True)
class Level:
    """A layer as it is drawn from a zoom on, thinned by so many degrees."""

    from_zoom: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class BaseLayer:
    """A published layer: how it is called, drawn and offered to the reader."""

    code: str
    name: str
    kind: str  # area line point label
    pane: str
    levels: Sequence[Level]
    make: Callable[["Sources"], gpd.GeoDataFrame] = field(compare=False)
    is_optional: bool = True
    is_shown: bool = True
    from_zoom: int = 0


class Sources:
    """The layers of one pack, each read when it is first asked for."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._read: dict[str, gpd.GeoDataFrame] = {}

    def has(self, name: str) -> bool:
        return name in self._manifest.layers

    def frame(self, name: str) -> gpd.GeoDataFrame:
        """A layer in EPSG:4326; without rows where the pack does not have it."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _load(self, name: str) -> gpd.GeoDataFrame:
        if not self.has(name):
            return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs="EPSG:4326")
        path = self._manifest.layers[name].path
        frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
        return frame.to_crs("EPSG:4326")


# --- what each layer shows ------------------------------------------------------------------


def _world(sources: Sources) -> gpd.GeoDataFrame:
    world = sources.frame("world")
    names = ["vn" if code == HOME else "other" for code in world["code"]]
    return _drawn(world.geometry, names, world["name_vi"])


def _land(sources: Sources) -> gpd.GeoDataFrame:
    if sources.has("land"):
        land = sources.frame("land")
        return _drawn(land.geometry, ["vn"] * len(land), [""] * len(land))
    whole = gpd.GeoSeries([_provinces_today(sources).geometry.union_all()], crs="EPSG:4326")
    return _drawn(whole, ["vn"], [""])


def _islets(sources: Sources) -> gpd.GeoDataFrame:
    """A point for each islet of Hoàng Sa and Trường Sa: their shapes are too small to be seen."""
    home = sources.frame("world").query("code == @HOME").geometry
    land = sources.frame("land").geometry if sources.has("land") else home
    parts = pd.concat([land, home]).explode().representative_point()
    inside = parts[parts.within(_ARCHIPELAGOS)]
    apart = inside[~inside.to_wkb().duplicated()]
    return _drawn(apart, ["islet"] * len(apart), [""] * len(apart))


def _provinces(sources: Sources) -> gpd.GeoDataFrame:
    today = _provinces_today(sources)
    return _drawn(today.geometry, ["province"] * len(today), _short_names(today))


def _border_lines(sources: Sources) -> gpd.GeoDataFrame:
    lines = sources.frame("border_lines")
    return _drawn(lines.geometry, lines["neighbour"].str.lower(), _text(lines, "name_vi"))


def _sea_lines(sources: Sources) -> gpd.GeoDataFrame:
    lines = sources.frame("sea_lines")
    return _drawn(lines.geometry, _text(lines, "status"), _text(lines, "name_vi"))


def _sea_zones(sources: Sources) -> gpd.GeoDataFrame:
    zones = sources.frame("sea_zones")
    return _drawn(zones.geometry, _text(zones, "zone"), _text(zones, "name_vi"))


def _gates(sources: Sources) -> gpd.GeoDataFrame:
    gates = sources.frame("gates")
    return _drawn(gates.geometry, ["gate"] * len(gates), _text(gates, "name_vi"))


def _missions(sources: Sources) -> gpd.GeoDataFrame:
    missions = sources.frame("missions")
    return _drawn(missions.geometry, ["mission"] * len(missions), _text(missions, "name_vi"))


def _labels(sources: Sources) -> gpd.GeoDataFrame:
    """Sea, archipelago and country names first: where two meet, the earlier one stays."""
    rows = [*_fixed_labels(sources), *_country_labels(sources), *_province_labels(sources)]
    seen: set[str] = set()
    kept = [row for row in rows if not (row["n"] in seen or seen.add(row["n"]))]  # type: ignore[func-returns-value]  # add answers None
    return gpd.GeoDataFrame(kept, geometry="geometry", crs="EPSG:4326")


def _fixed_labels(sources: Sources) -> Iterator[Mapping[str, Any]]:  # Any: columns of a frame
    own = sources.frame("labels")
    always: list[dict[str, Any]] = yaml.safe_load(  # Any: YAML of this package
        (_FOLDER / "labels.yaml").read_text(encoding="utf-8")
    )
    known = {label["name_vi"]: label for label in always}
    for name, label in known.items():
        held = own[own["name_vi"] == name] if len(own) else own
        place = held.geometry.iloc[0] if len(held) else shapely.Point(label["lon"], label["lat"])
        yield {"c": label["kind"], "n": name, "z": label["min_zoom"], "geometry": place}
    for _, row in own.iterrows():
        if row["name_vi"] not in known:
            zoom = int(row.get("min_zoom", _PROVINCE_ZOOM))
            yield {"c": row["kind"], "n": row["name_vi"], "z": zoom, "geometry": row.geometry}


def _country_labels(sources: Sources) -> Iterator[Mapping[str, Any]]:  # Any: columns of a frame
    world = sources.frame("world")
    names = pd.read_csv(_FOLDER / "place_names.csv", keep_default_na=False)
    shorter = dict(zip(names["code"], names["name_vi"], strict=True))
    for code, name, shape in zip(world["code"], world["name_vi"], world.geometry, strict=True):
        if code == HOME or not name:
            continue
        name = shorter.get(code, name)  # noqa: PLW2901  the name as maps write it
        largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
        zoom = next(zoom for area, zoom in _COUNTRY_ZOOM_BY_AREA if largest.area >= area)
        place = shapely.maximum_inscribed_circle(largest.simplify(0.1)).coords[0]
        yield {"c": "country", "n": name, "z": zoom, "geometry": shapely.Point(place)}


def _province_labels(sources: Sources) -> Iterator[Mapping[str, Any]]:  # Any: columns of a frame
    today = _provinces_today(sources)
    for name, shape in zip(_short_names(today), today.geometry, strict=True):
        largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
        place = shapely.maximum_inscribed_circle(largest.simplify(0.01)).coords[0]
        point = shapely.Point(place)
        yield {"c": "province", "n": name, "z": _PROVINCE_ZOOM, "geometry": point}


BASE_LAYERS: Final = (
    BaseLayer(
        "the-gioi",
        "Các nước",
        "area",
        "land",
        (Level(0, 0.05), Level(6, 0.008)),
        _world,
        is_optional=False,
    ),
    BaseLayer(
        "dat-lien",
        "Việt Nam",
        "area",
        "home",
        (Level(0, 0.02), Level(7, 0.004), Level(9, 0.0004)),
        _land,
        is_optional=False,
    ),
    BaseLayer("dao", "Các đảo", "point", "home", (Level(0, 0),), _islets, is_optional=False),
    BaseLayer(
        "vung-bien",
        "Vùng biển (tham khảo)",
        "area",
        "zones",
        (Level(0, 0.01),),
        _sea_zones,
        is_shown=False,
    ),
    BaseLayer(
        "duong-bien",
        "Đường cơ sở, ranh giới biển",
        "line",
        "lines",
        (Level(0, 0),),
        _sea_lines,
        from_zoom=5,
    ),
    BaseLayer(
        "tinh",
        "Địa giới tỉnh, thành phố",
        "line",
        "provinces",
        (Level(0, 0.01), Level(8, 0.002), Level(10, 0.0004)),
        _provinces,
        from_zoom=6,
    ),
    BaseLayer(
        "bien-gioi",
        "Đường biên giới",
        "line",
        "lines",
        (Level(0, 0.02), Level(7, 0.003), Level(10, 0.0001)),
        _border_lines,
        is_optional=False,
    ),
    BaseLayer("cua-khau", "Cửa khẩu", "point", "sites", (Level(0, 0),), _gates, from_zoom=7),
    BaseLayer(
        "co-quan-dai-dien",
        "Cơ quan đại diện (bản thảo)",
        "point",
        "sites",
        (Level(0, 0),),
        _missions,
        is_shown=False,
    ),
    BaseLayer("ten-goi", "Tên gọi", "label", "labels", (Level(0, 0),), _labels, is_optional=False),
)


# --- thinning and writing -------------------------------------------------------------------


def geojson_of(layer: BaseLayer, sources: Sources, level: Level) -> bytes:
    """One level of a layer as GeoJSON: class `c`, name `n`, least zoom `z`; EPSG:4326."""
    frame = layer.make(sources)
    shapes = _thinned(frame.geometry, level.tolerance)
    names = [name for name in ("c", "n", "z") if name in frame]
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(names, values, strict=True)),
            "geometry": shapely.geometry.mapping(shape),
        }
        for shape, *values in zip(shapes, *(frame[name] for name in names), strict=True)
        if not shape.is_empty
    ]
    return orjson.dumps(
        {"type": "FeatureCollection", "features": features},
        default=_plain_number,
    )


def _thinned(shapes: gpd.GeoSeries, tolerance: float) -> Sequence[BaseGeometry]:
    if not tolerance:
        return list(shapely.set_precision(shapes.to_numpy(), _PRECISION, mode="pointwise"))
    if len(shapes) > _MANY:
        # The far side of the world is looked at for its missions, not for its coasts.
        far = ~shapes.intersects(_NEAR)
        shapes = shapes.where(~far, shapes.map(_without_specks).simplify(_FAR_TOLERANCE))
    shapes = shapes.simplify(tolerance)
    grid = 10.0 ** -(2 if tolerance >= _COARSE else 3 if tolerance > _FINE else 5)
    return list(shapely.set_precision(shapes.to_numpy(), grid, mode="pointwise"))


def _without_specks(shape: BaseGeometry) -> BaseGeometry:
    """A country without the islands that are too small to be seen from far; never without all."""
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: part.area, reverse=True)
    return shapely.MultiPolygon([parts[0], *(p for p in parts[1:] if p.area > _SPECK)])


_SPECK: Final = 0.02
_COARSE: Final = 0.01
_FINE: Final = 0.001
_FAR_TOLERANCE: Final = 0.08
_MANY: Final = 100


def _plain_number(value: Any) -> Any:  # Any: a number of numpy
    return value.item()


def _drawn(
    shapes: gpd.GeoSeries, classes: Sequence[str] | pd.Series, names: Sequence[str] | pd.Series
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"c": list(classes), "n": list(names)}, geometry=list(shapes), crs="EPSG:4326"
    )


def _provinces_today(sources: Sources) -> gpd.GeoDataFrame:
    provinces = sources.frame("provinces")
    return provinces[provinces[_TODAY].isna()] if _TODAY in provinces else provinces


def _short_names(provinces: gpd.GeoDataFrame) -> pd.Series:
    return _text(provinces, "short_name" if "short_name" in provinces else "name")


def _text(frame: gpd.GeoDataFrame, column: str) -> pd.Series:
    if column in frame:
        return frame[column].fillna("").astype(str)
    return pd.Series([""] * len(frame), dtype=str)
