"""The note of who leaves a post: open cases, deadlines, what waits, promises, what to watch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, true
from sqlalchemy.orm import Session, load_only

from app.accounts.models import User
from app.accounts.queries import unit_by_id
from app.cases.deadlines_shown import nearest_deadlines
from app.cases.models import Case, CaseEvent
from app.cases.pages import unit_names
from app.cases.published import definitions
from app.cases.queries import SHOWN_COLUMNS
from app.cases.request_models import RequestKind, UnitRequest

MOST_CASES = 500
MOST_WATCHED = 50
RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves which post to whom, and when."""

    unit_id: int
    leaver: User
    successor: User
    leaves_on: date
    promises: str


def cases_to_hand_over(session: Session, unit_id: int, user_id: int) -> Sequence[Case]:
    """The open cases that a person carries for a unit, the most urgent first."""
    return session.scalars(
        select(Case)
        .options(load_only(*SHOWN_COLUMNS, Case.pending))
        .where(Case.is_open.is_(true()), Case.assignee_id == user_id, Case.owner_unit_id == unit_id)
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
        .limit(MOST_CASES)
    ).all()


def watched_cases(session: Session, unit_id: int, user_id: int, *, now: datetime) -> Sequence[Case]:
    """Open cases of the unit that others carry, on which this person worked in the last weeks."""
    worked_on = (
        select(CaseEvent.case_id)
        .where(CaseEvent.actor_id == user_id, CaseEvent.at >= now - RECENTLY)
        .distinct()
    )
    return session.scalars(
        select(Case)
        .options(load_only(*SHOWN_COLUMNS))
        .where(
            Case.is_open.is_(true()),
            Case.owner_unit_id == unit_id,
            Case.assignee_id.is_distinct_from(user_id),
            Case.id.in_(worked_on),
        )
        .order_by(Case.updated_at.desc(), Case.id)
        .limit(MOST_WATCHED)
    ).all()


def note_of(
    session: Session, leaving: Leaving, cases: Sequence[Case], *, zone: str, now: datetime
) -> str:
    """The note as text, in the language of the office; it is kept as it is now."""
    writer = _Writer(session, ZoneInfo(zone), now)
    watched = watched_cases(session, leaving.unit_id, leaving.leaver.id, now=now)
    parts = [
        [
            "BIÊN BẢN BÀN GIAO CÔNG VIỆC",
            f"Đơn vị: {unit_by_id(session, leaving.unit_id).name}",
            f"Người bàn giao: {_person(leaving.leaver)}",
            f"Người nhận: {_person(leaving.successor)}",
            f"Bàn giao từ ngày {leaving.leaves_on:%d/%m/%Y}; lập lúc {writer.moment(now)}.",
        ],
        [f"I. Hồ sơ đang xử lý ({len(cases)})", *writer.cases(cases)],
        ["II. Đề nghị đang chờ người khác", *writer.requests(leaving.leaver.id, cases)],
        ["III. Việc đã hứa, việc cần nhớ", leaving.promises.strip() or "Không có."],
        [f"IV. Hồ sơ đã tham gia gần đây ({len(watched)})", *writer.brief(watched)],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _person(user: User) -> str:
    return ", ".join(filter(None, [user.name, user.position]))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes cases and requests as lines of the note."""

    session: Session
    zone: ZoneInfo
    now: datetime

    def moment(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%d/%m/%Y %H:%M")

    def cases(self, cases: Sequence[Case]) -> Iterable[str]:
        due = nearest_deadlines(self.session, cases, now=self.now, locale="vi")
        states = self._states(cases)
        for number, case in enumerate(cases, start=1):
            yield f"{number}. {case.reference} – {case.title}"
            yield f"   Trạng thái: {states[case.id]}. Mới nhất: {case.last_event_text or '–'}"
            if case.id in due:
                shown = due[case.id]
                yield f"   Thời hạn: {shown.words} (hạn {self.moment(shown.at)})"
        if not cases:
            yield "Không có."

    def brief(self, cases: Sequence[Case]) -> Iterable[str]:
        states = self._states(cases)
        for case in cases:
            yield f"- {case.reference} – {case.title} ({states[case.id]})"
        if not cases:
            yield "Không có."

    def _states(self, cases: Sequence[Case]) -> dict[int, str]:
        known = definitions(self.session, {case.type_version_id for case in cases})
        return {case.id: known[case.type_version_id].state_names[case.state].vi for case in cases}

    def requests(self, user_id: int, cases: Sequence[Case]) -> Iterable[str]:
        """What waits for a second person, and what was asked of other units."""
        found = [
            f"- {case.reference}: chờ người thứ hai xác nhận, đề nghị lúc"
            f" {self.moment(datetime.fromisoformat(case.pending['requested_at']))}"
            for case in cases
            if case.pending
        ]
        rows = self.session.execute(
            select(UnitRequest, Case.reference)
            .join(Case, Case.id == UnitRequest.case_id)
            .where(UnitRequest.asked_by == user_id, UnitRequest.is_open.is_(true()))
            .order_by(UnitRequest.due_at)
            .limit(MOST_CASES)
        ).all()
        units = unit_names(self.session, (row.UnitRequest.to_unit_id for row in rows))
        for request, reference in rows:
            what = "tiếp nhận" if request.kind == RequestKind.TRANSFER else "cho ý kiến"
            unit, due = units.get(request.to_unit_id, ""), self.moment(request.due_at)
            found.append(f"- {reference}: chờ {unit} {what}, hạn {due}")
        return found or ["Không có."]
