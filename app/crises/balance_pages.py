"""What the page of the balance shows: equations, who stands out of them, what keeps it open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.values import written_number
from app.crises import events, queries
from app.crises.models import MassEvent, Participant
from app.crises.pages import EventView, view_of
from app.crises.rules import Balance, Gap
from app.crises.shown import PersonLine, Reader, reader_of
from app.crises.words import EQUATIONS, GAPS, PARTS, said
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class EquationLine:
    """As it is written: whoever came beyond the list is added to it, not less than none."""

    name: str
    total: int
    more: Sequence[tuple[str, int]]
    parts: Sequence[tuple[str, int]]
    difference: int


@dataclass(frozen=True, slots=True)
class GapLine:
    line: PersonLine
    why: str
    mark: str  # where a reason leads: the first person of its kind who is not explained


@dataclass(frozen=True, slots=True)
class OpenReason:
    """One thing that keeps an event open, and where it is done."""

    text: str
    href: str
    label: str
    many: str = ""  # where one word is said of all of them, if they are several


@dataclass(frozen=True, slots=True)
class BalancePage:
    view: EventView
    equations: Sequence[EquationLine]
    gaps: Sequence[GapLine]
    gap_count: int
    unexplained: int
    said: int | None
    listed: int
    has_foreign: bool
    pair_count: int
    reasons: Sequence[OpenReason]

    @property
    def is_count_as_said(self) -> bool:
        return self.said is None or self.said == self.listed


MOST_GAPS = 300


def balance_page(session: Session, actor: Actor, event: MassEvent) -> BalancePage:
    """The equations and, person by person, who stands out of them, the unexplained first."""
    view = view_of(session, actor, event)
    found = events.balance_of(session, event)
    waiting = set(found.unexplained)
    ordered = sorted(found.gaps, key=lambda one: (one[0] not in waiting, list(Gap).index(one[1])))
    shown = ordered[:MOST_GAPS]
    people = events.people_in(session, [one for one, _gap in shown])
    reader = reader_of(session, actor, view.side, people.values())
    return BalancePage(
        view,
        [
            EquationLine(
                said(EQUATIONS, one.code, actor.locale),
                one.total,
                [(said(PARTS, code, actor.locale), -n) for code, n in one.parts if n < 0],
                [(said(PARTS, code, actor.locale), n) for code, n in one.parts if n >= 0],
                one.difference,
            )
            for one in found.equations
        ],
        _gap_lines(actor, reader, people, shown),
        len(found.gaps),
        len(waiting),
        found.said,
        found.listed,
        queries.has_foreign_list(session, event),
        queries.count_open_pairs(session, event),
        reasons_open(session, actor, event, found),
    )


def _gap_lines(
    actor: Actor,
    reader: Reader,
    people: Mapping[int, Participant],
    shown: Sequence[tuple[int, Gap]],
) -> list[GapLine]:
    marked: set[Gap] = set()
    lines = []
    for one, gap in shown:
        mark = "" if gap in marked else f"vi-sao-{gap}"
        marked.add(gap)
        lines.append(GapLine(reader.line(people[one]), said(GAPS, gap, actor.locale), mark))
    return lines


def reasons_open(
    session: Session, actor: Actor, event: MassEvent, found: Balance
) -> list[OpenReason]:
    """Why the event cannot be closed yet; nothing where it can."""
    reasons = [
        OpenReason(
            _("Danh sách “%(name)s” chưa được nhận hết.", name=one.name),
            url_for("crises.one_list", event_id=event.id, list_id=one.id),
            _("Xem danh sách"),
        )
        for one in queries.unfinished_lists(session, event)
    ]
    waiting = set(found.unexplained)
    counted = Counter(gap for one, gap in found.gaps if one in waiting)
    balance = url_for("crises.balance", event_id=event.id)
    reasons += [
        OpenReason(
            _(
                "%(count)s người chưa có giải trình: %(why)s.",
                count=written_number(Decimal(counted[gap])),
                why=said(GAPS, gap, actor.locale),
            ),
            f"{balance}#vi-sao-{gap}",
            _("Xem từng người"),
            url_for("crises.explain_many", event_id=event.id, gap=gap) if counted[gap] > 1 else "",
        )
        for gap in Gap
        if counted[gap]
    ]
    return reasons
