"""Finds the border as the edges that two countries' polygons share, and cuts it by province."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

Point = tuple[float, float]

GEOD = Geod(ellps="WGS84")
COUNTRY_OF = {"CN": "CHN", "LA": "LAO", "KH": "KHM"}
# The provinces in force since 1 July 2025, in the order in which each line meets them.
PROVINCES_ALONG = {
    "CN": ("11", "12", "15", "08", "04", "20", "22"),
    "LA": ("11", "14", "38", "40", "42", "44", "46", "48", "51"),
    "KH": ("51", "52", "66", "68", "75", "80", "82", "91"),
}
NAME_OF = {"CN": "Trung Quốc", "LA": "Lào", "KH": "Campuchia"}
TRIPOINT_REACH_M = 150.0


@dataclass(frozen=True, slots=True)
class Frontier:
    """One border line: vertices (lon, lat) in marker order; lengths and chainages in metres."""

    neighbour: str
    coordinates: NDArray[np.float64]

    @property
    def lengths(self) -> NDArray[np.float64]:
        lon, lat = self.coordinates.T
        _, _, length = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        return np.asarray(length)

    @property
    def chainages(self) -> NDArray[np.float64]:
        return np.concatenate([[0.0], np.cumsum(self.lengths)])

    @property
    def line(self) -> shapely.LineString:
        return shapely.LineString(self.coordinates)


@dataclass(frozen=True, slots=True)
class Segment:
    """The run of one province along a border line; chainages in metres."""

    neighbour: str
    province_code: str
    start_m: float
    end_m: float
    line: shapely.LineString


def mainland(country: shapely.Geometry) -> shapely.Polygon:
    """Return the largest part of a country."""
    parts = shapely.get_parts(country)
    largest: shapely.Polygon = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def outline(
    land: gpd.GeoSeries, tripoints: dict[str, Point]
) -> tuple[dict[str, Frontier], shapely.Polygon]:
    """Return the three lines in marker order and the mainland that they enclose with the coast.

    `tripoints` gives (lon, lat) for "CN-LA" and "LA-KH": the published positions become the
    ends of the lines. An edge of the mainland is border when a neighbour's polygon has it too.
    Where the two outlines part (river arms, blocks missing in the source: 46 places, 1.6 km at
    most) the line runs straight across.
    """
    ring = np.asarray(mainland(land["VNM"]).exterior.coords)[:-1]
    shared = np.logical_or.reduce([_shared(ring, land[code]) for code in COUNTRY_OF.values()])
    border, coast = _border_coast(ring, shared)
    if border[0, 1] < border[-1, 1]:
        border, coast = border[::-1], coast[::-1]
    north, south = tripoints["CN-LA"], tripoints["LA-KH"]
    first, second = _nearest_vertex(border, north), _nearest_vertex(border, south)
    china = _pinned(border[:first][::-1], north)
    laos = np.vstack([_pinned(_away(border[first:second], south), north), [south]])
    cambodia = _pinned(border[second:], south)
    parts = {"CN": china, "LA": laos, "KH": cambodia}
    enclosed = np.vstack([china[::-1], laos[1:], cambodia[1:], coast[1:-1]])
    return {code: Frontier(code, path) for code, path in parts.items()}, shapely.Polygon(enclosed)


def _border_coast(
    ring: NDArray[np.float64], shared: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split a ring at its longest stretch without a shared edge, which is the coast."""
    hits = np.flatnonzero(shared)
    gaps = np.diff(np.append(hits, hits[0] + len(ring)))
    widest = int(np.argmax(gaps))
    hits = np.roll(hits, -widest - 1)
    ordered = (hits - hits[0]) % len(ring)
    vertices = np.unique(np.concatenate([ordered, ordered + 1]))
    coast = np.arange(vertices[-1], len(ring) + 1)
    return ring[(vertices + hits[0]) % len(ring)], ring[(coast + hits[0]) % len(ring)]


def _distances(path: NDArray[np.float64], point: Point) -> NDArray[np.float64]:
    lon, lat = path.T
    return np.asarray(
        GEOD.inv(lon, lat, np.full_like(lon, point[0]), np.full_like(lat, point[1]))[2]
    )


def _nearest_vertex(path: NDArray[np.float64], point: Point) -> int:
    return int(np.argmin(_distances(path, point)))


def _away(path: NDArray[np.float64], point: Point) -> NDArray[np.float64]:
    return path[_distances(path, point) > TRIPOINT_REACH_M]


def _pinned(path: NDArray[np.float64], start: Point) -> NDArray[np.float64]:
    return np.vstack([[start], _away(path, start)])


def _edge_keys(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.int64]:
    keys = np.rint(np.hstack([start, end]) * 1e6).astype(np.int64)
    backward = (keys[:, 0] > keys[:, 2]) | ((keys[:, 0] == keys[:, 2]) & (keys[:, 1] > keys[:, 3]))
    keys[backward] = keys[backward][:, [2, 3, 0, 1]]
    return keys


def _shared(ring: NDArray[np.float64], other: shapely.Geometry) -> NDArray[np.bool_]:
    points, owner = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(other)), return_index=True
    )
    same = owner[:-1] == owner[1:]
    theirs = _edge_keys(points[:-1][same], points[1:][same])
    ours = _edge_keys(ring, np.roll(ring, -1, axis=0))
    row = np.dtype([("", np.int64)] * 4)
    return np.isin(
        np.ascontiguousarray(ours).view(row).ravel(), np.ascontiguousarray(theirs).view(row).ravel()
    )


def segments(frontier: Frontier, labels: NDArray[np.str_]) -> list[Segment]:
    """Cut a line into one run for each province; `labels` names the nearest province of each edge.

    The order of the provinces is known: the cuts leave the least length mislabelled.
    """
    order = PROVINCES_ALONG[frontier.neighbour]
    cuts = _best_cuts(frontier.lengths, labels, order)
    chainages = frontier.chainages
    return [
        Segment(
            frontier.neighbour,
            code,
            float(chainages[first]),
            float(chainages[last]),
            shapely.LineString(frontier.coordinates[first : last + 1]),
        )
        for code, first, last in zip(order, cuts[:-1], cuts[1:], strict=True)
    ]


def _best_cuts(
    lengths: NDArray[np.float64], labels: NDArray[np.str_], order: tuple[str, ...]
) -> list[int]:
    wrong = np.array(
        [
            np.concatenate([[0.0], np.cumsum(np.where(labels == code, 0.0, lengths))])
            for code in order
        ]
    )
    cost = wrong[0]
    choices = []
    for index in range(1, len(order)):
        lead = cost - wrong[index]
        best = np.minimum.accumulate(lead)
        choices.append(np.maximum.accumulate(np.where(lead <= best, np.arange(len(lead)), 0)))
        cost = best + wrong[index]
    cuts = [len(lengths)]
    for choice in reversed(choices):
        cuts.append(int(choice[cuts[-1]]))
    return [0, *reversed(cuts)]
