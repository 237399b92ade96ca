"""What the address of a page asks for: paper, scale, ground, grid; what is unknown is ordinary."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.geo.areas import PointSet
from app.geo.crs import System, utm_system
from app.geo.gazetteer import Pack
from app.maps.cells import Box, parse_box
from app.maps.minimaps import Corners
from app.maps.sheets.frame import Centre, Frame, frame_of, ground_size
from app.maps.sheets.paper import (
    SCALES,
    Layout,
    Paper,
    Turn,
    fitting_denominator,
    layout_of,
    picture_layout,
)
from app.registers.dated_rules import axis_table
from app.registers.days import Day

FIT: Final = "vua"
DEGREES, TM3, UTM = "do", "tm3", "utm"
GRIDS: Final = (DEGREES, TM3, UTM)
PICTURES: Final[Mapping[str, tuple[float, float]]] = {
    "16x11": (160.0, 110.0),
    "16x20": (160.0, 200.0),
    "24x13": (240.0, 135.0),
}
SHEETS: Final = tuple(
    f"{paper}-{turn}" for paper in Paper for turn in (Turn.LANDSCAPE, Turn.PORTRAIT)
)
KINDS: Final = ("pdf", "png", "svg")
LONGEST_TITLE: Final = 120
_COUNTRY: Final = Box(102.0, 4.5, 118.0, 23.5)
_SCREEN: Final = (1000.0, 700.0)  # pixels of a map whose view is only known by its middle
_METRES_PER_PIXEL: Final = 156_543.034
_VIEW_PARTS: Final = 3
_ZONE_DEGREES: Final = 6


@dataclass(frozen=True, slots=True)
class Order:
    """A page as it was asked for; `denominator` 0 lets the view decide."""

    kind: str
    paper: Paper
    turn: Turn
    picture: str
    denominator: int
    grid: str
    title: str
    box: Box

    @property
    def is_picture(self) -> bool:
        return self.kind != "pdf"

    @property
    def layout(self) -> Layout:
        if self.is_picture:
            return picture_layout(*PICTURES[self.picture])
        return layout_of(self.paper, self.turn)


def read_order(arguments: MultiDict[str, str], home: Corners | None) -> Order:
    """The page that an address describes, around its view, else around the actor's own area."""
    paper, turn = _one_of(arguments, "kho", SHEETS).split("-")
    return Order(
        kind=_one_of(arguments, "tep", KINDS),
        paper=Paper(paper),
        turn=Turn(turn),
        picture=_one_of(arguments, "co", tuple(PICTURES)),
        denominator=_denominator(arguments.get("ty-le", "")),
        grid=_one_of(arguments, "luoi", GRIDS),
        title=" ".join(arguments.get("tieu-de", "").split())[:LONGEST_TITLE],
        box=_view(arguments, home),
    )


def _one_of(arguments: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    said = arguments.get(name, "")
    return said if said in allowed else allowed[0]


def _denominator(said: str) -> int:
    return int(said) if said in {str(scale) for scale in SCALES} else 0


def _view(arguments: Mapping[str, str], home: Corners | None) -> Box:
    for box in (_written_box(arguments.get("khung", "")), _around(arguments.get("xem", ""))):
        if box is not None:
            return box
    if home is not None:
        (south, west), (north, east) = home
        return Box(west, south, east, north)
    return _COUNTRY


def _written_box(said: str) -> Box | None:
    if not said:
        return None
    try:
        box = parse_box(said)
    except Invalid:
        return None
    is_whole = box.west < box.east and box.south < box.north
    return box if is_whole else None


def _around(said: str) -> Box | None:
    """The view of a permalink: zoom/lat/lon, on a screen of ordinary size."""
    try:
        zoom, lat, lon = (float(part) for part in said.split("/"))
    except ValueError:
        return None
    if not (math.isfinite(zoom + lat + lon) and abs(lat) < 80 and abs(lon) <= 180):  # noqa: PLR2004  degrees
        return None
    zoom = min(max(zoom, 2.0), 19.0)
    wide = _SCREEN[0] * 360 / 256 / 2**zoom / 2
    metres = _METRES_PER_PIXEL * math.cos(math.radians(lat)) / 2**zoom
    high = _SCREEN[1] * metres / 111_000.0 / 2
    return Box(lon - wide, lat - high, lon + wide, lat + high)


def frame_of_order(
    session: Session, order: Order, day: Day, *, province: str, pack: Pack | None
) -> tuple[Frame, System | None]:
    """The frame of the page and the system of its grid (None: degrees of WGS 84)."""
    rectangle = order.layout.map
    box = order.box
    centre = Centre((box.south + box.north) / 2, (box.west + box.east) / 2)
    denominator = order.denominator or fitting_denominator(ground_size(box), rectangle)
    system = _grid_system(session, order.grid, centre, day, province=province, pack=pack)
    return frame_of(rectangle, centre, denominator, system=system), system


def _grid_system(
    session: Session, grid: str, centre: Centre, day: Day, *, province: str, pack: Pack | None
) -> System | None:
    if grid == UTM:
        return utm_system("WGS 84", int((centre.lon + 180) // _ZONE_DEGREES) + 1)
    if grid != TM3:
        return None
    code = province or _province_at(pack, centre)
    axes = axis_table(session).of(code, on=day.on) if code else ()
    return axes[0].system if axes else None


def _province_at(pack: Pack | None, centre: Centre) -> str:
    if pack is None:
        return ""
    areas = pack.provinces.in_force(None)
    index, _metres = areas.nearest(PointSet(np.array([centre.lon]), np.array([centre.lat])))
    return str(areas.codes[index[0]])
