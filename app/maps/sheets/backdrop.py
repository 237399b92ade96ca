"""The published base layers as shapes for paper: the same data that the screen shows."""

import gzip
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from app.maps.published import ADDRESS, Published, read_piece

# The screen's zoom at which a pixel of 0,28 mm shows as much ground as the paper does.
_ZOOM_0: Final = 559_082_264.0
_COARSE: Final = 4_000_000
_MIDDLING: Final = 800_000


@dataclass(frozen=True, eq=False)
class Base:
    """One layer: shapes in EPSG:4326 degrees with class, name and least zoom of each."""

    shapes: NDArray[Any]  # Any: shapely's geometries
    classes: NDArray[np.str_]
    names: tuple[str, ...]
    zooms: tuple[float, ...]

    def of(self, name: str) -> NDArray[Any]:  # Any: as above
        return np.asarray(self.shapes[self.classes == name])


_NOTHING: Final = Base(np.array([], dtype=object), np.array([], dtype=str), (), ())


class Backdrop:
    """The layers of one build, read from their folder when they are first needed."""

    def __init__(self, published: Published, folder: Path) -> None:
        self.published = published
        self._folder = folder

    def layer(self, code: str, denominator: int) -> Base:
        """A layer as finely as a scale needs it; nothing where this build does not have it."""
        addresses = self.published.layers.get(code, ())
        if not addresses:
            return _NOTHING
        fine = 0 if denominator > _COARSE else 1 if denominator > _MIDDLING else len(addresses)
        return _read(self._folder, addresses[min(fine, len(addresses) - 1)].removeprefix(ADDRESS))


def zoom_of_scale(denominator: int) -> float:
    """The zoom of the screen's map at which it shows the same ground."""
    return math.log2(_ZOOM_0 / denominator)


@lru_cache(maxsize=40)
def _read(folder: Path, name: str) -> Base:
    piece = read_piece(folder, name)
    if piece is None:
        return _NOTHING
    features: list[dict[str, Any]] = orjson.loads(  # Any: GeoJSON
        gzip.decompress(piece.packed)
    )["features"]
    said = [one["properties"] for one in features]
    shapes = shapely.from_geojson([orjson.dumps(one["geometry"]).decode() for one in features])
    return Base(
        np.asarray(shapes, dtype=object),
        np.array([str(one.get("c", "")) for one in said], dtype=str),
        tuple(str(one.get("n", "")) for one in said),
        tuple(float(one.get("z") or 0.0) for one in said),
    )
