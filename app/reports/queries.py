"""What the reports read: markers as they stood, stretches and figures, under the actor's rights."""

from dataclasses import dataclass, field, replace
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR, Actor
from app.registers.models import LineFact
from app.registers.past import Standing, standings, traced_markers
from app.registers.queries import (
    NO_PROVINCE,
    MarkerFilter,
    facts_by,
    register_version,
    segments_seen_by,
)
from app.registers.stages import COUNTED
from app.reports.published import (
    Beside,
    Figure,
    Subject,
    counted_by,
    figures,
    subject_of,
)
from app.reports.rules import Measure, Piece, Stretch, pieces_of

_Question = tuple[date, Subject, Figure, int]


def stretches_of(session: Session, actor: Actor, filters: MarkerFilter) -> list[Stretch]:
    """The segments that the actor sees and the filter names."""
    return [
        Stretch(one.id, one.neighbour, one.province_code, one.chainage_from_m, one.chainage_to_m)
        for one in segments_seen_by(session, actor)
        if one.chainage_from_m is not None
        and one.chainage_to_m is not None
        and filters.neighbour in ("", one.neighbour)
        and filters.segment_id in (None, one.id)
    ]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads markers of any day in the provinces of one day, each question only once."""

    session: Session
    actor: Actor
    units_on: date
    pack: Pack | None
    held: dict[tuple[MarkerFilter, date], list[Standing]] = field(default_factory=dict)

    def standings(self, filters: MarkerFilter, on: date) -> list[Standing]:
        """The markers of a filter; those that a line's count holds where no kind is asked."""
        asked = replace(filters, kind=filters.kind or COUNTED)
        if (asked, on) not in self.held:
            self.held[asked, on] = standings(
                self.session, self.actor, asked, on=on, pack=self.pack, units_on=self.units_on
            )
        return self.held[asked, on]

    def pieces(self, filters: MarkerFilter, measure: Measure, on: date) -> list[Piece]:
        """What is counted on a day; kilometres are cut by province after they are measured."""
        if measure is not Measure.KM:
            return pieces_of(self.standings(filters, on), measure, ())
        found = self.standings(replace(filters, province_code=""), on)
        stretches = stretches_of(self.session, self.actor, filters)
        wanted = filters.province_code
        if wanted == NO_PROVINCE:
            return []  # the line runs through some province everywhere
        return [
            piece
            for piece in pieces_of(found, measure, stretches)
            if wanted in ("", piece.province_code)
        ]


def first_day(session: Session) -> date | None:
    """The day from which the register knows anything."""
    return min((one.began for one in traced_markers(session).values()), default=None)


# What the register counted on the days of published figures, until the register changes.
_COUNTED: WeakKeyDictionary[Engine | Connection, tuple[int, dict[_Question, float | None]]] = (
    WeakKeyDictionary()
)


def published_beside(
    session: Session, actor: Actor, filters: MarkerFilter, *, on: date, pack: Pack | None
) -> list[Beside]:
    """Every figure published by a day with what the register counted on the figure's own day.

    A province reads the figures of its own stretch; who sees a part of a line is not told a sum
    of that part as if it were the line's.
    """
    rows = []
    census = _Census(session, pack)
    for fact in facts_by(session, on):
        subject, figure = subject_of(fact), figures().get(fact.key)
        if subject is None or figure is None or filters.neighbour not in ("", subject.neighbour):
            continue
        is_seen = actor.area.is_everything or subject.province_code in actor.area.province_codes
        if is_seen:
            rows.append(Beside(fact, subject, census.counted(fact, subject, figure)))
        elif not subject.province_code:
            rows.append(Beside(fact, subject, None))
    return rows


class _Census:
    """Counts the whole register on past days, for those who may read the sum."""

    def __init__(self, session: Session, pack: Pack | None) -> None:
        self._session, self._pack = session, pack
        self._days: dict[tuple[date, str], list[Standing]] = {}
        self._stretches: list[Stretch] | None = None
        bind, version = session.get_bind(), register_version(session)
        held = _COUNTED.get(bind)
        if held is None or held[0] != version:
            held = _COUNTED[bind] = (version, {})
        self._held = held[1]

    def counted(self, fact: LineFact, subject: Subject, figure: Figure) -> float | None:
        question = (fact.as_of, subject, figure, id(self._pack))
        if question not in self._held:
            self._held[question] = self._count(fact.as_of, subject, figure)
        return self._held[question]

    def _count(self, on: date, subject: Subject, figure: Figure) -> float | None:
        if self._stretches is None:
            self._stretches = stretches_of(self._session, SYSTEM_ACTOR, MarkerFilter())
        day = (on, subject.neighbour)
        if day not in self._days:
            asked = MarkerFilter(neighbour=subject.neighbour, kind=COUNTED)
            self._days[day] = standings(self._session, SYSTEM_ACTOR, asked, on=on, pack=self._pack)
        return counted_by(figure, subject, self._days[day], self._stretches)
