"""How long steps usually take here: measured once a day, read beside the path of a case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.clock_models import StepDuration
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseEvent, EventKind
from app.workflow.durations import Moved, Usual, usual_waits, usually
from app.workflow.expressions import HANOI

LOOKED_BACK = timedelta(days=730)
EVERYWHERE = "*"
_CHANGING = (EventKind.OPENED, EventKind.MOVED, EventKind.REOPENED, EventKind.MIGRATED)
_AT_ONCE = 2_000


def measure_steps(session: Session, *, now: datetime) -> list[Usual]:
    """The medians of the last two years, by unit, province and for the nation; reads only."""
    return list(usual_waits(_moves(session, now), since=now - LOOKED_BACK))


def store_steps(session: Session, found: Sequence[Usual], *, now: datetime) -> None:
    """Put the new medians in the place of the old ones."""
    period = {"since": _day(now - LOOKED_BACK), "until": _day(now)}
    session.execute(delete(StepDuration))
    if found:
        session.execute(
            insert(StepDuration),
            [
                {
                    "type_code": one.type_code,
                    "state": one.state,
                    "transition": one.transition,
                    "scope": one.scope,
                    "count": one.count,
                    "median_minutes": one.median_minutes,
                    **period,
                }
                for one in found
            ],
        )


def _day(moment: datetime) -> date:
    return moment.astimezone(HANOI).date()


def _moves(session: Session, now: datetime) -> Iterator[Moved]:
    rows = session.execute(
        select(
            CaseEvent.case_id,
            Case.type_code,
            CaseEvent.at,
            CaseEvent.transition,
            CaseEvent.from_state,
            CaseEvent.to_state,
            Case.province_code,
            Case.owner_unit_id,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            Case.updated_at >= now - LOOKED_BACK,
            CaseEvent.kind.in_(_CHANGING),
            CaseEvent.to_state.is_not(None),
        )
        .order_by(CaseEvent.case_id, CaseEvent.seq)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in rows:
        scopes = [EVERYWHERE, f"u{row.owner_unit_id}"]
        if row.province_code:
            scopes.append(f"p{row.province_code}")
        yield Moved(
            row.case_id,
            row.type_code,
            row.at,
            row.transition,
            row.from_state,
            str(row.to_state),
            tuple(scopes),
        )


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual for one case's type where the case is: its unit, else province, else nation."""

    rows: Mapping[tuple[str, str], StepDuration]

    def note(self, state: str, transition: str, locale: str) -> str:
        row = self.rows.get((state, transition))
        return usually(row.median_minutes, row.count).in_locale(locale) if row else ""


def habits_of(session: Session, head: CaseHead) -> Habits:
    """The nearest scope that has enough steps, for each step of the type."""
    near = [f"u{head.owner_unit_id}", f"p{head.province_code}", EVERYWHERE]
    rows = session.scalars(
        select(StepDuration).where(
            StepDuration.type_code == head.type_code, StepDuration.scope.in_(near)
        )
    )
    nearest: dict[tuple[str, str], StepDuration] = {}
    for row in sorted(rows, key=lambda one: near.index(one.scope)):
        nearest.setdefault((row.state, row.transition), row)
    return Habits(nearest)


def scope_sentence(
    session: Session, head: CaseHead, habits: Habits, steps: Sequence[tuple[str, str]]
) -> str:
    """Where and when the shown habits were measured; empty when none is shown."""
    rows = [habits.rows[step] for step in steps if step in habits.rows]
    if not rows:
        return ""
    places = {
        f"u{head.owner_unit_id}": _("đơn vị giữ hồ sơ"),
        f"p{head.province_code}": province_names(session).get(head.province_code or "", ""),
        EVERYWHERE: _("cả nước"),
    }
    named = dict.fromkeys(places[row.scope] for row in rows)
    said: str = _("Thời gian thường mất tính từ lịch sử hồ sơ (%(places)s), %(since)s – %(until)s.")
    since, until = (day.strftime("%d/%m/%Y") for day in (rows[0].since, rows[0].until))
    return said % {"places": ", ".join(named), "since": since, "until": until}


def stood_for(since: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How long the case has been in its present state, in whole days of the reader."""
    days = (now.astimezone(zone).date() - since.astimezone(zone).date()).days
    said: str = _("từ hôm nay") if days < 1 else _("đã %(n)s ngày", n=days)
    return said
