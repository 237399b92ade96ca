"""Says whether a place lies in or near a province, so that readings of a paper can be ordered."""

from collections.abc import Callable

import numpy as np
import shapely

from app.geo.gazetteer import Pack
from app.geo.plane import ground_scale, plane_points, to_plane

MARGIN_M = 3_000.0  # public polygons and true lines lie up to some hundred metres apart


def near_province(
    pack: Pack, province_code: str | None, *, margin_m: float = MARGIN_M
) -> Callable[[float, float], bool] | None:
    """Whether an EPSG:4326 (lat, lon) lies within `margin_m` of a province; None: no such one."""
    provinces = pack.provinces.in_force(None)
    index = provinces.index_of(province_code) if province_code else None
    if index is None:
        return None
    polygon = provinces.polygons[index]

    def near(lat: float, lon: float) -> bool:
        north = np.array([lat])
        point = plane_points(*to_plane(np.array([lon]), north))
        metres = shapely.distance(point, polygon) * ground_scale(north)
        return bool(metres[0] <= margin_m)

    return near
