"""Gives each layer its properties: the same columns, whatever the shapes were made from."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from . import areas, frontier, sources

HERE = Path(__file__).resolve().parents[1]
FACTS = HERE / "data"
UNITS = HERE.parent / "app" / "accounts" / "data"
APPROXIMATE = "gần đúng"


def tripoints() -> dict[str, frontier.Point]:
    """Return the published positions of the two points where three countries meet."""
    markers = sources.read_facts(FACTS, "markers_with_coordinates").set_index("line")
    named = {"CN-LA": "LA-CN-VN", "LA-KH": "LA-KH-VN"}
    return {
        key: (float(markers.lon_dd[line]), float(markers.lat_dd[line]))
        for key, line in named.items()
    }


def land_layer(land: areas.Land) -> gpd.GeoDataFrame:
    """Return the outline of Viet Nam as mainland, islands and the two archipelagos."""
    rows = [
        ("VN", "mainland", "Đất liền Việt Nam", land.mainland),
        ("VN", "islands", "Các đảo của Việt Nam", land.islands),
        ("VN", "archipelago", "Quần đảo Hoàng Sa (Việt Nam)", land.archipelagos["HS"]),
        ("VN", "archipelago", "Quần đảo Trường Sa (Việt Nam)", land.archipelagos["TS"]),
    ]
    return gpd.GeoDataFrame(rows, columns=["code", "kind", "name_vi", "geometry"], crs=4326)


def line_layer(lines: dict[str, frontier.Frontier]) -> gpd.GeoDataFrame:
    """Return the three lines in the order of their marker numbers."""
    rows = [
        (code, f"Việt Nam – {frontier.NAME_OF[code]}", round(line.chainages[-1]), line.line)
        for code, line in lines.items()
    ]
    return gpd.GeoDataFrame(
        rows, columns=["neighbour", "name_vi", "length_m", "geometry"], crs=4326
    )


def segment_layer(lines: dict[str, frontier.Frontier], points: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the run of each province along each line."""
    listed = sources.records(provinces())
    names = {row["code"]: row["short_name"] for row in listed if not row["successor_code"]}
    rows = []
    for line in lines.values():
        for part in frontier.segments(line, edge_provinces(line, points)):
            title = f"Việt Nam – {frontier.NAME_OF[part.neighbour]}: {names[part.province_code]}"
            ends = (round(part.start_m, 1), round(part.end_m, 1))
            rows.append((part.neighbour, part.province_code, title, *ends, APPROXIMATE, part.line))
    columns = [
        "neighbour",
        "province_code",
        "segment_name",
        "chainage_from_m",
        "chainage_to_m",
        "check",
        "geometry",
    ]
    return gpd.GeoDataFrame(rows, columns=columns, crs=4326)


def edge_provinces(line: frontier.Frontier, points: pd.DataFrame) -> NDArray[np.str_]:
    """Return the province of the point nearest to the middle of each edge of a line."""
    scale = [areas.LON_SCALE, 1.0]
    tree = shapely.STRtree(np.asarray(shapely.points(points[["lon", "lat"]].to_numpy() * scale)))
    middles = (line.coordinates[:-1] + line.coordinates[1:]) / 2
    nearest = tree.nearest(shapely.points(middles * scale))
    return points.province_code.to_numpy(dtype=str)[nearest]


def provinces() -> pd.DataFrame:
    """Return the project's list of provinces by validity."""
    return sources.read_facts(UNITS, "provinces")


def province_layer(
    cells: gpd.GeoSeries, communes: pd.DataFrame, old_of: pd.Series, land: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Return the 63 provinces to 30 June 2025 and the 34 from 1 July 2025."""
    listed = provinces()
    is_old = listed.valid_to == "2025-06-30"
    new = (
        listed[~is_old]
        .drop_duplicates("code", keep="last")
        .assign(valid_from="2025-07-01", valid_to="")
    )
    shapes = {
        "old": areas.on_land(areas.dissolved(cells, old_of), land),
        "new": areas.on_land(areas.dissolved(cells, communes.province_code), land),
    }
    frames = [_with_shapes(listed[is_old], shapes["old"]), _with_shapes(new, shapes["new"])]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=4326)


def _with_shapes(listed: pd.DataFrame, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    frame = listed[["code", "name", "short_name", "kind", "valid_from", "valid_to"]].sort_values(
        "code"
    )
    frame = frame.assign(check=APPROXIMATE)
    return gpd.GeoDataFrame(frame, geometry=np.asarray(shapes.reindex(frame.code)), crs=4326)


def commune_layer(
    cells: gpd.GeoSeries, communes: pd.DataFrame, land: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Return today's communes, wards and special zones."""
    listed = sources.read_facts(UNITS, "communes").set_index("code")
    shapes = areas.on_land(cells, land)
    frame = listed.loc[
        sorted(communes.index), ["name", "kind", "province_code", "valid_from"]
    ].reset_index()
    return gpd.GeoDataFrame(
        frame.assign(valid_to="", check=APPROXIMATE),
        geometry=np.asarray(shapes.reindex(frame.code)),
        crs=4326,
    )
