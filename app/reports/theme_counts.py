"""Counts what maps are shaded by: open and overdue cases by area in SQL, progress by area."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from app.cases.along import NEAR_LINE_M, open_on
from app.cases.models import Case, CaseClock, Confidentiality
from app.geo.gazetteer import Pack
from app.maps.cells import MOST_LEVEL, shift_of
from app.maps.themes import Figure, Theme
from app.permissions import SYSTEM_ACTOR
from app.registers.models import Segment, Stage
from app.registers.queries import MarkerFilter
from app.registers.stages import STEPS
from app.reports.queries import Reader
from app.reports.rules import Measure, Tally, tallies

_AGREED: Final = STEPS.index(Stage.AGREED_ON_MAP)
_HANDED_OVER: Final = STEPS.index(Stage.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class CaseCount:
    """The open cases of one area and the late ones of them; `normal` leaves out restricted ones."""

    open: int = 0
    overdue: int = 0
    open_normal: int = 0
    overdue_normal: int = 0

    def __add__(self, other: "CaseCount") -> "CaseCount":
        return CaseCount(
            self.open + other.open,
            self.overdue + other.overdue,
            self.open_normal + other.open_normal,
            self.overdue_normal + other.overdue_normal,
        )

    def figures(self, whole: float) -> dict[Theme, Figure]:
        return {
            Theme.OPEN_CASES: Figure(self.open, whole, self.open_normal),
            Theme.OVERDUE_CASES: Figure(self.overdue, whole, self.overdue_normal),
        }


@dataclass(frozen=True, slots=True)
class CellCount:
    """The cases of a province of today in one square of the map; their middle in degrees."""

    province_code: str
    lat: float | None
    lon: float | None
    count: CaseCount


def _counted(
    moment: datetime | None, now: datetime, *also: ColumnElement[bool]
) -> list[ColumnElement[int]]:
    late = _is_late(moment, now)
    normal = and_(Case.confidentiality == Confidentiality.NORMAL, *also)
    one = literal_column("1", Integer)
    return [
        func.count(),
        func.count(when((late, one))),
        func.count(when((normal, one))),
        func.count(when((and_(late, normal), one))),
    ]


def _is_late(moment: datetime | None, now: datetime) -> ColumnElement[bool]:
    """Whether a deadline is missed; on a past day, whether one ran past its end."""
    if moment is None:
        return and_(Case.next_due_at.is_not(None), Case.next_due_at < now)
    return exists().where(
        CaseClock.case_id == Case.id,
        CaseClock.started_at < moment,
        CaseClock.due_at < moment,
        or_(CaseClock.ended_at.is_(None), CaseClock.ended_at >= moment),
    )


def cases_by_province(
    session: Session, *, moment: datetime | None, now: datetime
) -> dict[str, CaseCount]:
    """The cases open at a moment (None: now) by the province of today."""
    statement = (
        select(Case.province_code, *_counted(moment, now))
        .where(open_on(moment), Case.province_code.is_not(None))
        .group_by(Case.province_code)
    )
    return _by_key(session, statement)


def cases_by_cell(session: Session, codes: Sequence[str], *, moment: datetime) -> list[CellCount]:
    """The cases of some provinces by square: so far as needed to tell older provinces apart."""
    shift: ColumnElement[int] = literal_column(str(shift_of(MOST_LEVEL)), Integer)
    cell = Case.z_key.op(">>", return_type=Case.z_key.type)(shift)
    statement = (
        select(
            Case.province_code, func.avg(Case.lat), func.avg(Case.lon), *_counted(moment, moment)
        )
        .where(open_on(moment), Case.province_code.in_(codes))
        .group_by(Case.province_code, cell)
    )
    rows = session.execute(statement).all()
    return [CellCount(code, lat, lon, CaseCount(*counts)) for code, lat, lon, *counts in rows]


def cases_by_segment(
    session: Session, *, moment: datetime | None, now: datetime
) -> dict[str, CaseCount]:
    """The cases near the line by the stretch beside which they lie.

    A province is told of those that lie in it: a stretch's neighbour may own the case beside it.
    """
    at_home = Case.province_code == Segment.province_code
    on_stretch = and_(
        Segment.neighbour == Case.neighbour,
        Case.chainage_m >= Segment.chainage_from_m,
        Case.chainage_m < Segment.chainage_to_m,
    )
    statement = (
        select(Segment.id, *_counted(moment, now, at_home))
        .join_from(Case, Segment, on_stretch)
        .where(open_on(moment), Case.border_distance_m <= NEAR_LINE_M)
        .group_by(Segment.id)
    )
    return _by_key(session, statement)


def _by_key(
    session: Session,
    statement: Select[*tuple[Any, ...]],  # Any: a key and four counts
) -> dict[str, CaseCount]:
    return {str(key): CaseCount(*counts) for key, *counts in session.execute(statement)}


def segments(session: Session) -> Sequence[Segment]:
    statement = select(Segment).where(Segment.chainage_to_m.is_not(None))
    return session.scalars(statement.order_by(Segment.neighbour, Segment.chainage_from_m)).all()


# --- progress -------------------------------------------------------------------------------

_Key = Callable[[Any], str]  # Any: a Piece


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the register had come on a day, by province of that day and by stretch."""

    by_province: Mapping[str, Mapping[Theme, Figure]]
    by_segment: Mapping[str, Mapping[Theme, Figure]]


NOTHING: Final[Mapping[Theme, Figure]] = {
    Theme.HANDED_OVER: Figure(0, 0, 0),
    Theme.KM_AGREED: Figure(0, 0, 0),
}


def progress_on(session: Session, on: date, pack: Pack | None) -> Progress:
    """The share of markers handed over and of kilometres agreed, as the register stood."""
    reader = Reader(session, SYSTEM_ACTOR, on, pack)
    markers = reader.pieces(MarkerFilter(), Measure.MARKER, on)
    km = reader.pieces(MarkerFilter(), Measure.KM, on)

    def by(key: _Key) -> dict[str, Mapping[Theme, Figure]]:
        counted, measured = tallies(markers, key), tallies(km, key)
        return {
            name: {
                Theme.HANDED_OVER: _figure(counted.get(name, Tally()), _HANDED_OVER),
                Theme.KM_AGREED: _figure(measured.get(name, Tally()), _AGREED),
            }
            for name in {*counted, *measured}
        }

    return Progress(
        by(lambda piece: piece.province_code or ""), by(lambda piece: str(piece.segment_id or ""))
    )


def _figure(counted: Tally, step: int) -> Figure:
    part, whole = round(counted.reached[step], 3), round(counted.total, 3)
    return Figure(part, whole, part)
