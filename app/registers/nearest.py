"""Finds the nearest marker among thousands without asking the database."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from shapely import STRtree, points

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
EARTH_RADIUS_M = 6_371_008.8
_FARTHEST_LATITUDE = 85.0


class MarkerIndex:
    """Positions of markers in EPSG:4326 degrees, searched in Web Mercator.

    Mercator keeps angles, so the nearest point on it is the nearest on the ground; distances are
    then reckoned on the sphere (metres, within 0.5 % of the ellipsoid).
    """

    def __init__(self, ids: Sequence[int], lats: Sequence[float], lons: Sequence[float]) -> None:
        self.ids: Integers = np.asarray(ids, dtype=np.int64)
        self.lats: Floats = np.asarray(lats, dtype=np.float64)
        self.lons: Floats = np.asarray(lons, dtype=np.float64)
        self._tree = STRtree(_points(self.lats, self.lons))

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, lat: float, lon: float) -> tuple[int, float] | None:
        """The id of the nearest marker and its distance in metres; None in an empty register."""
        ids, distances = self.nearest_many(np.array([lat]), np.array([lon]))
        return (int(ids[0]), float(distances[0])) if ids[0] >= 0 else None

    def nearest_many(self, lats: Floats, lons: Floats) -> tuple[Integers, Floats]:
        """Per point the id of the nearest marker (-1 without one) and its distance in metres."""
        found = np.full(len(lats), -1, dtype=np.int64)
        distances = np.full(len(lats), np.nan)
        asked = np.flatnonzero(np.isfinite(lats) & np.isfinite(lons))
        if not len(self) or not len(asked):
            return found, distances
        hits = self._tree.nearest(_points(lats[asked], lons[asked]))
        found[asked] = self.ids[hits]
        distances[asked] = sphere_distance(
            lats[asked], lons[asked], self.lats[hits], self.lons[hits]
        )
        return found, distances


def _points(lats: Floats, lons: Floats) -> npt.NDArray[np.object_]:
    return np.asarray(points(*_mercator(lats, lons)), dtype=object)


def _mercator(lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
    bounded = np.radians(np.clip(lats, -_FARTHEST_LATITUDE, _FARTHEST_LATITUDE))
    return np.radians(lons), np.log(np.tan(np.pi / 4 + bounded / 2))


def sphere_distance(lats: Floats, lons: Floats, to_lats: Floats, to_lons: Floats) -> Floats:
    """Great-circle distances in metres between points in EPSG:4326 degrees."""
    start, end = np.radians(lats), np.radians(to_lats)
    half_lat, half_lon = (end - start) / 2, np.radians(to_lons - lons) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(start) * np.cos(end) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord)), dtype=np.float64)
