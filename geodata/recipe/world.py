"""Draws the countries of the world, with Hoàng Sa and Trường Sa as part of Viet Nam."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel import Locale
from numpy.typing import NDArray

from .areas import ARCHIPELAGOS, island_discs, multipolygon

# Shapes that the source leaves without a number, and the code they are drawn under.
CODE_BY_NAME = {
    "Kosovo": "XK",
    "Somaliland": "SO",
    "N. Cyprus": "CY",
    "Indian Ocean Ter.": "AU",
    "Siachen Glacier": "IN",
}
SHORTEST_RING = 4


def decode(topology: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], shapely.Geometry]]:
    """Return (TopoJSON object, polygonal geometry in EPSG:4326) for each country."""
    scale = np.asarray(topology["transform"]["scale"])
    shift = np.asarray(topology["transform"]["translate"])
    arcs = [np.cumsum(np.asarray(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    return [(item, _shape(item, arcs)) for item in topology["objects"]["countries"]["geometries"]]


def _shape(item: Mapping[str, Any], arcs: list[NDArray[np.float64]]) -> shapely.Geometry:
    nested = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
    rings = [[_ring(indices, arcs) for indices in polygon] for polygon in nested]
    return shapely.make_valid(
        shapely.multipolygons(
            [
                shapely.Polygon(
                    polygon[0], [hole for hole in polygon[1:] if len(hole) >= SHORTEST_RING]
                )
                for polygon in rings
                if len(polygon[0]) >= SHORTEST_RING
            ]
        )
    )


def _ring(indices: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])])


def countries(
    topology: Mapping[str, Any], iso_by_number: Mapping[str, str], islets: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return code, name_vi, name_en and geometry of every country, in the order of the codes."""
    rows = [
        (
            iso_by_number.get(item.get("id", ""), CODE_BY_NAME.get(item["properties"]["name"], "")),
            geometry,
        )
        for item, geometry in decode(topology)
    ]
    frame = gpd.GeoDataFrame(rows, columns=["code", "geometry"], crs=4326)
    frame = frame[frame.code != ""].dissolve("code")
    frame["geometry"] = with_archipelagos(frame.geometry, islets)
    vietnamese, english = Locale("vi").territories, Locale("en").territories
    frame["name_vi"] = [vietnamese[code] for code in frame.index]
    frame["name_en"] = [english[code] for code in frame.index]
    return frame.reset_index()[["code", "name_vi", "name_en", "geometry"]]


def with_archipelagos(shapes: gpd.GeoSeries, islets: pd.DataFrame) -> gpd.GeoSeries:
    """Give every shape within the two archipelagos to VN, and the islands that the source lacks."""
    windows = shapely.union_all(list(ARCHIPELAGOS.values()))
    inside = shapely.intersection(shapes.to_numpy(), windows)
    outside = shapely.difference(shapes.to_numpy(), windows)
    kept = np.where(shapely.is_empty(inside), shapes.to_numpy(), outside)
    result = dict(zip(shapes.index, kept, strict=True))
    discs = [island_discs(islets, key) for key in ARCHIPELAGOS]
    result["VN"] = shapely.union_all([result["VN"], *inside, *np.concatenate(discs)])
    cleaned = [multipolygon(shape) for shape in result.values()]
    return gpd.GeoSeries(cleaned, index=shapes.index, crs=4326)
