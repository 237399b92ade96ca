"""Puts together the table of fisher incidents: this period, the same a year before, by any day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.models import Case, CaseEvent, EventKind
from app.cases.queries import visible_to
from app.cases.values import written_number
from app.permissions import Actor
from app.registers.country_names import country_name
from app.reports.incident_rules import (
    DAY_FIELDS,
    KINDS,
    NONE,
    TYPE,
    UNKNOWN,
    Change,
    Counted,
    Told,
    Totals,
    Triple,
    counted,
    day_of,
    totals,
    year_before,
)
from app.reports.incident_standing import standing_now
from app.workflow.expressions import HANOI

_CHUNK = 1_000
Namer = Callable[[str], str]
_Row = Row[*tuple[Any, ...]]  # Any: columns of a case


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, the day of what was known, and the day of an issued figure to compare with."""

    first: date
    last: date
    known_on: date
    issued_on: date | None = None
    country: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One case in the list behind a figure."""

    reference: str
    title: str
    counted: Counted


@dataclass(frozen=True, slots=True)
class Bucket:
    """One line by country or province, this period and the same a year before."""

    code: str
    name: str
    now: Triple
    before: Triple


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """The official table, the buckets that add up to it, and the cases behind them."""

    asked: Asked
    now: Totals
    before: Totals
    adjustment: Triple | None
    countries: Sequence[Bucket]
    provinces: Sequence[Bucket]
    incidents: Sequence[Incident]

    @property
    def changes(self) -> Sequence[str]:
        """Against the same period a year before, so that growth "of" and "to" cannot be mixed."""
        now, before = self.now.best, self.before.best
        if before == NONE:
            return [_("cùng kỳ không có vụ nào")]
        return [
            f"{what} {_said(Change(new, old))}"
            for what, new, old in (
                (_("vụ"), now.cases, before.cases),
                (_("tàu"), now.vessels, before.vessels),
                (_("ngư dân"), now.persons, before.persons),
            )
        ]


def _said(change: Change) -> str:
    figures = {"now": change.now, "before": change.before}
    if change.percent is None:
        said = _("cùng kỳ không có, nay %(now)s", **figures)
    elif change.now == change.before:
        said = _("không đổi (%(now)s)", **figures)
    elif change.now > change.before:
        share = written_number(change.percent)
        said = _("tăng %(percent)s%% (từ %(before)s lên %(now)s)", percent=share, **figures)
    else:
        share = written_number(change.percent)
        said = _("giảm %(percent)s%% (từ %(before)s xuống %(now)s)", percent=share, **figures)
    return str(said)


def incident_page(session: Session, actor: Actor, asked: Asked) -> IncidentPage:
    history = _Histories(session, actor, asked, asked.known_on)
    current = history.within(asked.first, asked.last)
    earlier = history.within(year_before(asked.first), year_before(asked.last))
    now, before = totals(_counts(current)), totals(_counts(earlier))
    adjustment = None
    if asked.issued_on is not None:
        issued = _Histories(session, actor, asked, asked.issued_on).within(asked.first, asked.last)
        adjustment = now.best - totals(_counts(issued)).best
    provinces = province_names(session)
    return IncidentPage(
        asked=asked,
        now=now,
        before=before,
        adjustment=adjustment,
        countries=_buckets(
            now.by_country,
            before.by_country,
            lambda code: country_name(code, actor.locale),
        ),
        provinces=_buckets(
            now.by_province, before.by_province, lambda code: provinces.get(code, code)
        ),
        incidents=[one for one in current if _is_asked(one.counted, asked)],
    )


def _counts(found: Iterable[Incident]) -> list[Counted]:
    return [one.counted for one in found]


def _is_asked(one: Counted, asked: Asked) -> bool:
    by_country = asked.country is None or one.country == asked.country
    return by_country and (asked.province is None or one.province == asked.province)


def _buckets(
    now: Mapping[str, Triple], before: Mapping[str, Triple], name_of: Namer
) -> list[Bucket]:
    """The largest first, what is attributed to none last."""
    codes = sorted(
        now.keys() | before.keys(),
        key=lambda code: (code == UNKNOWN, -now.get(code, NONE).cases, code),
    )
    return [
        Bucket(
            code,
            name_of(code) if code != UNKNOWN else _("Chưa xác định"),
            now.get(code, NONE),
            before.get(code, NONE),
        )
        for code in codes
    ]


class _Histories:
    """The incidents in the reader's scope as they were known at the end of a day."""

    def __init__(self, session: Session, actor: Actor, asked: Asked, known_on: date) -> None:
        moment = datetime.combine(known_on + timedelta(days=1), time(), tzinfo=HANOI)
        cases = _cases(session, actor, asked, moment)
        known: dict[int, Counted | None] = {}
        for start in range(0, len(cases), _CHUNK):
            known |= _known(session, cases[start : start + _CHUNK], moment)
        self._found = [
            Incident(case.reference, case.title, found)
            for case in cases
            if (found := known[case.id]) is not None
        ]

    def within(self, first: date, last: date) -> list[Incident]:
        return [one for one in self._found if first <= one.counted.on <= last]


def _known(
    session: Session, cases: Sequence[_Row], moment: datetime
) -> Mapping[int, Counted | None]:
    """What each case stood for at the moment; only what has moved since is read event by event."""
    plain = standing_now(
        session, {case.id: case.opened_at for case in cases if case.updated_at < moment}
    )
    told = _events(session, [case.id for case in cases if case.id not in plain], moment)
    return {**plain, **{case_id: counted(events) for case_id, events in told.items()}}


def _cases(session: Session, actor: Actor, asked: Asked, moment: datetime) -> list[_Row]:
    """The cases that may fall into the two periods, the newest first.

    The day that a case names now is the day that was known, unless it has heard something since.
    """
    found = session.execute(
        select(
            *(Case.id, Case.reference, Case.title, Case.opened_at, Case.updated_at),
            *(Case.data[name].as_string().label(name) for name in DAY_FIELDS),
        )
        .where(
            *(Case.type_code == TYPE, visible_to(actor), Case.opened_at < moment),
            Case.updated_at >= _earliest_news(asked.first),
        )
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    spans = [(asked.first, asked.last), (year_before(asked.first), year_before(asked.last))]
    return [
        case
        for case in found
        if case.updated_at >= moment or _is_within(day_of(case[-2:], opened=case.opened_at), spans)
    ]


def _is_within(day: date, spans: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _earliest_news(first: date) -> datetime:
    """A case that has heard nothing since before the earlier period can be of neither.

    The day of an arrest is written down on that day or later; a day more is left for the zones.
    """
    return datetime.combine(year_before(first) - timedelta(days=2), time(), tzinfo=HANOI)


def _events(session: Session, ids: Sequence[int], moment: datetime) -> Mapping[int, list[Told]]:
    found: dict[int, list[Told]] = {case_id: [] for case_id in ids}
    rows = session.execute(
        select(
            *(CaseEvent.case_id, CaseEvent.kind, CaseEvent.at),
            *(CaseEvent.data, CaseEvent.to_state),
        )
        .where(CaseEvent.case_id.in_(ids), CaseEvent.kind.in_(KINDS), CaseEvent.at < moment)
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for row in rows:
        told = Told(EventKind(row.kind), row.at, row.data, row.to_state)
        found[row.case_id].append(told)
    return found
