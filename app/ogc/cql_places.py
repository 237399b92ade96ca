"""Asks the database which points lie in a shape: edge by edge, exactly, without any extension."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from flask_babel import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ColumnElement,
    Float,
    and_,
    between,
    bindparam,
    case,
    column,
    false,
    func,
    literal,
    or_,
    select,
    text,
)

from app.maps.cells import Box
from app.ogc.collections import Attribute, Collection
from app.ogc.crs import Crs
from app.ogc.faults import BadParameter

MOST_VERTICES: Final = 2_000
_SAME_PLACE: Final = 5e-9  # degrees: the last digit that a position is told with
_ON_EDGE: Final = 1e-12  # square degrees: of the area beside an edge, for the last bit of a number
_PIECES: Final = 16  # of a straight side of another system, which is bent in degrees
_FLAT: Final = 2
_ENDS: Final = ("x1", "y1", "x2", "y2")

Json = Any  # Any: GeoJSON from outside
Edge = tuple[float, float, float, float]  # x, y of the lower end, then of the upper one


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape in EPSG:4326 degrees, with the box around it."""

    geometry: BaseGeometry

    @property
    def box(self) -> Box:
        west, south, east, north = (float(one) for one in self.geometry.bounds)
        return Box(west, south, east, north)


def read_shape(given: Json, crs: Crs) -> Shape:
    """The shape that a filter names in a system. Raises BadParameter."""
    try:
        found = shapely.force_2d(shape(given))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadParameter("filter", _("Không đọc được hình học trong bộ lọc.")) from error
    if found.is_empty or found.geom_type == "GeometryCollection":
        raise BadParameter("filter", _("Không đọc được hình học trong bộ lọc."))
    if not np.isfinite(found.bounds).all():
        raise BadParameter("filter", _("Tọa độ trong bộ lọc phải là số hữu hạn."))
    if shapely.get_num_coordinates(found) > MOST_VERTICES:
        said = _("Hình học trong bộ lọc có quá %(most)s đỉnh.", most=MOST_VERTICES)
        raise BadParameter("filter", said)
    return Shape(_checked(_in_degrees(found, crs)))


def _in_degrees(found: BaseGeometry, crs: Crs) -> BaseGeometry:
    if crs.is_north_first:
        found = shapely.transform(found, lambda pairs: pairs[:, ::-1])
    if crs.is_geographic and crs.is_rectangular:
        return found
    west, south, east, north = found.bounds
    longest = max(east - west, north - south)
    if longest > 0 and shapely.get_num_coordinates(found) * _PIECES <= MOST_VERTICES:
        found = shapely.segmentize(found, longest / _PIECES)
    return shapely.transform(found, crs.degrees_of)


def _checked(found: BaseGeometry) -> BaseGeometry:
    west, south, east, north = found.bounds
    if not np.isfinite(found.bounds).all() or max(abs(west), abs(east)) > 180:  # noqa: PLR2004  half a turn
        raise BadParameter("filter", _("Hình học trong bộ lọc nằm ngoài giới hạn của hệ tọa độ."))
    if max(abs(south), abs(north)) > 90:  # noqa: PLR2004  a right angle
        raise BadParameter(
            "filter", _("Tọa độ nằm ngoài giới hạn độ; hãy xem lại thứ tự trục và filter-crs.")
        )
    if not shapely.is_valid(found):
        raise BadParameter("filter", _("Đa giác trong bộ lọc tự cắt hoặc không khép kín."))
    return found


# --- conditions -----------------------------------------------------------------------------


def touches(collection: Collection, asked: Shape) -> ColumnElement[bool]:
    """The point lies in the shape or on its edge; unknown where the point is."""
    return _known(collection, or_(_inside(collection, asked), _on_edge(collection, asked)))


def within(collection: Collection, asked: Shape) -> ColumnElement[bool]:
    """The point lies in the shape; on the edge of an area is not within it."""
    if shapely.get_dimensions(asked.geometry) < _FLAT:
        return touches(collection, asked)
    is_off_edge = ~_on_edge(collection, asked)
    return _known(collection, and_(_inside(collection, asked), is_off_edge))


def equals(collection: Collection, asked: Shape) -> ColumnElement[bool]:
    if asked.geometry.geom_type != "Point":
        return _known(collection, false())
    return touches(collection, asked)


def _known(collection: Collection, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Nothing where the feature has no place: neither in a shape nor outside it."""
    lat = collection.place[1]
    return case((lat.is_not(None), condition))


def _near(collection: Collection, box: Box) -> ColumnElement[bool]:
    _key, lat, lon = collection.place
    return and_(
        lat.between(box.south - _SAME_PLACE, box.north + _SAME_PLACE),
        lon.between(box.west - _SAME_PLACE, box.east + _SAME_PLACE),
    )


def _inside(collection: Collection, asked: Shape) -> ColumnElement[bool]:
    """An odd number of edges lies to the east of a point that is inside (even-odd rule)."""
    if shapely.get_dimensions(asked.geometry) < _FLAT:
        return false()
    box = _near(collection, asked.box)
    if shapely.equals(asked.geometry, shapely.box(*asked.geometry.bounds)):
        return box
    _key, lat, lon = collection.place
    edges = _rows(_edges(asked.geometry))
    crossing = and_(
        edges.c.y1 <= lat, lat < edges.c.y2, _beside(edges, lat, lon) > literal(0.0, Float)
    )
    count = select(func.count()).select_from(edges).where(crossing).scalar_subquery()
    return and_(box, count % 2 == 1)


def _on_edge(collection: Collection, asked: Shape) -> ColumnElement[bool]:
    _key, lat, lon = collection.place
    if shapely.get_dimensions(asked.geometry) == 0:
        points = shapely.get_coordinates(asked.geometry).tolist()
        return or_(*(_near(collection, Box(x, y, x, y)) for x, y in points))
    edges = _rows(_edges(asked.geometry))
    touching = and_(
        between(lat, edges.c.y1 - _SAME_PLACE, edges.c.y2 + _SAME_PLACE),
        lon >= case((edges.c.x1 < edges.c.x2, edges.c.x1), else_=edges.c.x2) - _SAME_PLACE,
        lon <= case((edges.c.x1 > edges.c.x2, edges.c.x1), else_=edges.c.x2) + _SAME_PLACE,
        func.abs(_beside(edges, lat, lon)) <= _ON_EDGE,
    )
    found = select(literal(1)).select_from(edges).where(touching).exists()
    return and_(_near(collection, asked.box), found)


def _beside(edges: Any, lat: Attribute, lon: Attribute) -> ColumnElement[float]:  # Any: rows
    """Above zero for a point west of an edge that runs north; twice the area between them."""
    east = (edges.c.x2 - edges.c.x1) * (lat - edges.c.y1)
    found: ColumnElement[float] = east - (lon - edges.c.x1) * (edges.c.y2 - edges.c.y1)
    return found


def _rows(edges: Sequence[Edge]) -> Any:  # Any: a table of values
    numbers = range(len(edges))
    places = ", ".join(
        "(" + ", ".join(f":edge{number}{name}" for name in _ENDS) + ")" for number in numbers
    )
    named = ", ".join(f"column{place} AS {name}" for place, name in enumerate(_ENDS, start=1))
    # Unique: a filter may name several shapes.
    given = [
        bindparam(f"edge{number}{name}", value, Float, unique=True)
        for number, edge in enumerate(edges)
        for name, value in zip(_ENDS, edge, strict=True)
    ]
    rows = text(f"SELECT {named} FROM (VALUES {places}) AS given")  # noqa: S608  names of binds
    columns = (column(name, Float) for name in _ENDS)
    return rows.bindparams(*given).columns(*columns).subquery("edges")


def _edges(geometry: BaseGeometry) -> list[Edge]:
    found: list[Edge] = []
    for line in shapely.get_parts(shapely.boundary(geometry)) if _is_area(geometry) else [geometry]:
        for part in shapely.get_parts(line):
            points = shapely.get_coordinates(part)
            for (x1, y1), (x2, y2) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
                found.append((x1, y1, x2, y2) if y1 <= y2 else (x2, y2, x1, y1))
    return found


def _is_area(geometry: BaseGeometry) -> bool:
    return bool(shapely.get_dimensions(geometry) == _FLAT)
