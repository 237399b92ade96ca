"""Measures on the ellipsoid with numpy alone, so that a web process needs no projection library."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_A = 6_378_137.0
_E2 = 6.694379990141317e-3
_E = np.sqrt(_E2)
_MEAN_RADIUS = 6_371_008.8
_LAST_LATITUDE = 89.5


def to_plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Mercator metres (EPSG:3395) of EPSG:4326 degrees.

    Conformal, so the nearest thing on the plane is the nearest on the ground; never measure on it.
    """
    phi = np.radians(np.clip(lat, -_LAST_LATITUDE, _LAST_LATITUDE))
    sine = np.sin(phi)
    return _A * np.radians(lon), _A * (np.arctanh(sine) - _E * np.arctanh(_E * sine))


def plane_points(x: Floats, y: Floats) -> NDArray[np.object_]:
    """Shapely points of plane coordinates; one array in, three times as fast as two."""
    both = np.empty((len(x), 2))
    both[:, 0], both[:, 1] = x, y
    return np.asarray(shapely.points(both))


def ground_scale(lat: Floats) -> Floats:
    """Metres on the ground for one metre on the plane at a latitude (EPSG:4326 degrees)."""
    phi = np.radians(lat)
    return np.asarray(np.cos(phi) / np.sqrt(1 - _E2 * np.sin(phi) ** 2))


def distance_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Metres over the WGS 84 ellipsoid between EPSG:4326 points.

    The chord through the Earth bent to an arc: within 1 mm of the geodesic at 10 km, 10 m at
    1,000 km.
    """
    x1, y1, z1 = _earth_centred(lon1, lat1)
    x2, y2, z2 = _earth_centred(lon2, lat2)
    chord = np.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2)
    return np.asarray(2 * _MEAN_RADIUS * np.arcsin(np.minimum(chord / (2 * _MEAN_RADIUS), 1.0)))


def _earth_centred(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
    phi, lam = np.radians(lat), np.radians(lon)
    sine, cosine = np.sin(phi), np.cos(phi)
    normal = _A / np.sqrt(1 - _E2 * sine**2)
    return (
        normal * cosine * np.cos(lam),
        normal * cosine * np.sin(lam),
        normal * (1 - _E2) * sine,
    )


def round_step(least: float) -> float:
    """The smallest 1, 2 or 5 of a power of ten that is not less than `least` (any unit, > 0)."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= least)
