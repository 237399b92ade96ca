"""Draws indicative sea zones and the treaty lines; nothing here is the limit of a jurisdiction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel import Locale
from pyproj import Transformer

from .areas import Land, multipolygon
from .frontier import Frontier
from .sources import records

NAUTICAL_MILE_M = 1852.0
EXTENT = shapely.box(99.0, 1.0, 120.0, 24.0)
# Equal distances from the middle of the coast: 0.4 % of error 1,000 km away.
AEQD = "+proj=aeqd +lat_0=13 +lon_0=110 +datum=WGS84 +units=m"
TO_METRES = Transformer.from_crs(4326, AEQD, always_xy=True)
TO_DEGREES = Transformer.from_crs(AEQD, 4326, always_xy=True)
SAMPLE_M = 8000.0
TOLERANCE_ZONE_M = 40.0
SMALLEST_ZONE = 0.01  # square degrees
# Inland corners, (lon, lat): they close polygons behind the coast, where land is taken away.
INLAND_NORTH = [
    (107.95, 21.55),
    (107.5, 21.5),
    (106.5, 21.6),
    (105.0, 20.0),
    (105.4, 18.6),
    (106.2, 17.5),
]
INLAND_SOUTH = [
    (107.2, 16.2),
    (108.0, 14.5),
    (108.0, 12.5),
    (106.5, 11.5),
    (105.3, 10.6),
    (104.445, 10.42),
]
CHINA_GULF = [(109.5, 19.5), (110.2, 20.4), (109.5, 21.8), (108.1, 21.6)]
SAME_COAST = {"HK": "CN", "MO": "CN"}
SLIT_M, COAST_MARGIN_M = 5000.0, 8000.0
ARCHIPELAGO_WATERS = ("hoang_sa", "truong_sa")
NAMES = {
    "hoang_sa": "Vùng biển quần đảo Hoàng Sa (Đà Nẵng, Việt Nam)",
    "truong_sa": "Vùng biển quần đảo Trường Sa (Khánh Hòa, Việt Nam)",
    "historic_waters": "Vùng nước lịch sử Việt Nam – Campuchia",
    "internal_waters": "Nội thủy",
    "territorial_sea": "Lãnh hải (12 hải lý)",
    "contiguous_zone": "Vùng tiếp giáp lãnh hải (24 hải lý)",
    "eez": "Trong 200 hải lý, gần Việt Nam nhất",
    "undelimited": "Trong 200 hải lý, chưa phân định hoặc chồng lấn",
    "other_sea": "Biển ngoài các vùng tính toán",
}


@dataclass(frozen=True, slots=True)
class Points:
    """The published maritime points by set and point name, (lon, lat)."""

    by_set: Mapping[str, Mapping[str, tuple[float, float]]]

    @classmethod
    def read(cls, table: pd.DataFrame) -> "Points":
        placed = table[(table.lat_dd != "") & (table.lon_dd != "")]
        return cls(
            {
                str(name): {
                    row["point"]: (float(row["lon_dd"]), float(row["lat_dd"]))
                    for row in records(rows)
                }
                for name, rows in placed.groupby("set", sort=False)
            }
        )

    def path(self, name: str, points: list[str]) -> list[tuple[float, float]]:
        return [self.by_set[name][point] for point in points]

    @property
    def baseline(self) -> list[tuple[float, float]]:
        """From A1 in the Gulf of Thailand to A24; A22 and A23 are not published and left out."""
        south = self.path("VN_BASELINE_1982", [f"A{n}" for n in range(1, 12)])
        return south + self.path("VN_BASELINE_2025", [*(f"A{n}" for n in range(12, 22)), "A24"])


def metric(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda xy: np.column_stack(TO_METRES.transform(*xy.T)))


def _ring(*paths: list[tuple[float, float]]) -> shapely.Geometry:
    polygon = shapely.Polygon([corner for path in paths for corner in path])
    return shapely.make_valid(metric(shapely.segmentize(polygon, 0.1)))


def treaty_areas(points: Points) -> dict[str, shapely.Geometry]:
    """Return the polygons that treaties and the declared baseline close, in metres (AEQD).

    Tonkin Gulf: agreement of 25 December 2000, points 1-21.
    Thailand: agreement of 9 August 1997, line K-C.
    Historic waters: agreement of 7 July 1982.
    """
    tonkin = points.path("TONKIN_2000", [str(n) for n in range(1, 22)])
    west, east = points.path("TONKIN_2000", ["CLOSE_W", "CLOSE_E"])
    k, c = points.path("TH_VN_1997", ["K", "C"])
    names = ["PW3", "PW1", "PW2", "KS1", "KS2", "KT", "KC"]
    khmer = points.path("VN_KH_HISTORIC_WATERS_1982", names)
    vietnamese = points.path("VN_KH_HISTORIC_WATERS_1982", ["AY", "DD", "TC", "HN"])
    return {
        "gulf_vn": _ring(tonkin, [west], INLAND_NORTH[::-1]),
        "gulf_cn": _ring(tonkin, [east], CHINA_GULF),
        "thai": _ring([k, c, (102.0, 7.0), (101.3, 8.0)]),
        "against_thai": _ring([k, c, (103.8, 8.5), (103.0, 9.4)]),
        "historic_waters": _ring(khmer, [INLAND_SOUTH[-1]], vietnamese),
        "behind_baseline": _ring(points.baseline, INLAND_NORTH, INLAND_SOUTH, vietnamese[:-1]),
    }


def coasts(world: gpd.GeoSeries, land: Land) -> gpd.GeoSeries:
    """Return the land of each state around the sea, by ISO A2, in metres (AEQD).

    Viet Nam is drawn from its own outline, the others roughly. The two archipelagos are left
    out: they generate no zone of 200 miles here, a technical choice.
    """
    near = world[world.intersects(EXTENT)].drop("VN").rename(SAME_COAST)
    shapes = {
        code: shapely.intersection(shape, EXTENT)
        for code, shape in near.groupby(level=0).agg(shapely.union_all).items()
    }
    shapes["VN"] = shapely.union_all([shapely.simplify(land.mainland, 0.002), land.islands])
    codes = sorted(map(str, shapes))
    return gpd.GeoSeries([shapely.make_valid(metric(shapes[code])) for code in codes], index=codes)


def nearest_state(states: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return for each state the waters nearer to its coast than to any other, metres (AEQD)."""
    outlines = shapely.segmentize(
        shapely.simplify(shapely.boundary(states.to_numpy()), 2000.0), SAMPLE_M
    )
    corners, owner = shapely.get_coordinates(outlines, return_index=True)
    corners, first = np.unique(corners.round(), axis=0, return_index=True)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(corners), extend_to=metric(EXTENT), ordered=True
        )
    )
    groups = gpd.GeoSeries(cells).groupby(states.index.to_numpy()[owner[first]])
    return gpd.GeoSeries(groups.agg(shapely.coverage_union_all))


def land_mask(states: gpd.GeoSeries, frontiers: Iterable[Frontier]) -> shapely.Geometry:
    """Return all land, metres (AEQD), the slits between two sources at the border closed."""
    inland = [
        metric(
            shapely.LineString(
                line.coordinates[line.chainages < line.chainages[-1] - COAST_MARGIN_M]
            )
        )
        for line in frontiers
    ]
    return shapely.union_all([*states, *shapely.buffer(inland, SLIT_M, quad_segs=2)])


def zones(
    points: Points, world: gpd.GeoSeries, land: Land, frontiers: Iterable[Frontier]
) -> gpd.GeoDataFrame:
    """Return the indicative zones, which do not overlap, in EPSG:4326."""
    areas = treaty_areas(points)
    states = coasts(world, land)
    near = nearest_state(states)
    base = shapely.union_all(
        [metric(shapely.LineString(points.baseline)), areas["behind_baseline"]]
    )
    gulf_islands = shapely.intersection(metric(land.islands), areas["gulf_vn"])
    coast = shapely.union_all([shapely.segmentize(base, 20_000.0), gulf_islands])
    reach = {
        miles: shapely.buffer(coast, miles * NAUTICAL_MILE_M, quad_segs=24)
        for miles in (12, 24, 200)
    }
    foreign = shapely.union_all([areas["gulf_cn"], areas["thai"]])
    agreed = shapely.union_all([areas["gulf_vn"], areas["against_thai"]])
    ours = shapely.difference(shapely.union_all([near["VN"], agreed]), foreign)
    wanted = {
        "hoang_sa": archipelago_waters(land.archipelagos["HS"]),
        "truong_sa": archipelago_waters(land.archipelagos["TS"]),
        "historic_waters": areas["historic_waters"],
        "internal_waters": areas["behind_baseline"],
        "territorial_sea": shapely.intersection(reach[12], ours),
        "contiguous_zone": shapely.intersection(reach[24], ours),
        "eez": shapely.intersection(reach[200], ours),
        "undelimited": shapely.difference(reach[200], foreign),
        **foreign_waters(near),
        "other_sea": metric(EXTENT),
    }
    return _stacked(wanted, land_mask(states, frontiers))


def archipelago_waters(islands: shapely.Geometry) -> shapely.Geometry:
    """Return the hull of an archipelago with 12 nautical miles around it, in metres (AEQD)."""
    return shapely.buffer(shapely.convex_hull(metric(islands)), 12 * NAUTICAL_MILE_M, quad_segs=24)


def foreign_waters(near: gpd.GeoSeries) -> dict[str, shapely.Geometry]:
    """Return the waters nearest to each neighbour, by "near_" and its code."""
    return {f"near_{code.lower()}": near[code] for code in sorted(near.index) if code != "VN"}


def _stacked(wanted: Mapping[str, shapely.Geometry], mask: shapely.Geometry) -> gpd.GeoDataFrame:
    """Let the first zone that covers a place have it, and take the land away."""
    territories = Locale("vi").territories
    rows, taken = [], mask
    for zone, area in wanted.items():
        rest = shapely.difference(shapely.make_valid(area), taken)
        taken = shapely.union_all([taken, rest])
        name = NAMES.get(zone) or f"Biển gần {territories[zone[5:].upper()]} nhất"
        rows.append((zone, name if zone in ARCHIPELAGO_WATERS else f"{name} (tham khảo)", rest))
    frame = gpd.GeoDataFrame(rows, columns=["zone", "name_vi", "geometry"])
    smooth = shapely.simplify(frame.geometry.to_numpy(), TOLERANCE_ZONE_M)
    back = shapely.transform(smooth, lambda xy: np.column_stack(TO_DEGREES.transform(*xy.T)))
    cut = shapely.intersection(shapely.make_valid(back), EXTENT)
    frame = frame.set_geometry(gpd.GeoSeries([multipolygon(shape) for shape in cut]))
    frame["status"] = "indicative"
    frame = frame[~frame.geometry.is_empty & (frame.geometry.area > SMALLEST_ZONE)]
    return frame.set_crs(4326)[["zone", "name_vi", "status", "geometry"]]


LINE_NAMES = {
    "VN_BASELINE_1982": "Đường cơ sở (Tuyên bố 12/11/1982)",
    "VN_BASELINE_2025": "Đường cơ sở trong Vịnh Bắc Bộ (Tuyên bố 21/02/2025)",
    "TONKIN_2000": "Đường phân định Vịnh Bắc Bộ (Hiệp định 25/12/2000)",
    "TH_VN_1997": "Đường phân định biển Việt Nam – Thái Lan (Hiệp định 09/08/1997)",
    "ID_VN_2003_CS": "Ranh giới thềm lục địa Việt Nam – Indonesia (Hiệp định 26/06/2003)",
    "VN_KH_HISTORIC_WATERS_1982": "Giới hạn vùng nước lịch sử (Hiệp định 07/07/1982)",
}
TURNS = {
    "VN_BASELINE_1982": [f"A{n}" for n in range(1, 12)],
    "VN_BASELINE_2025": [*(f"A{n}" for n in range(11, 22)), "A24"],
    "TONKIN_2000": [str(n) for n in range(1, 22)],
    "TH_VN_1997": ["C", "K"],
    "ID_VN_2003_CS": ["20", "H", "H1", "A4", "X1", "25"],
    "VN_KH_HISTORIC_WATERS_1982": ["HN", "PW3", "PW1", "PW2", "KS1", "KS2", "KT", "KC"],
}
GRADES = ("S2", "S1", "S1*", "U+G")  # from two sources to background knowledge
OFFICIAL = ("S2", "S1")


def lines(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return one two-point line for each pair of points that follow each other.

    A line is only as sure as its weaker end; A21-A24, where two points are missing, is
    "incomplete".
    """
    points = Points.read(table)
    check = {(row.set, row.point): row.check for row in table.itertuples()}
    rows = []
    for name, turns in TURNS.items():
        for start, end in pairwise(turns):
            grade = max(check[name, start], check[name, end], key=GRADES.index)
            if (start, end) == ("A21", "A24"):
                grade = "incomplete"
            status = "official" if grade in OFFICIAL else "indicative"
            shape = shapely.LineString(points.path(name, [start, end]))
            rows.append((name, start, end, grade, status, LINE_NAMES[name], shape))
    columns = ["set", "from_point", "to_point", "check", "status", "name_vi", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs=4326)
