"""A person stops one clock for a reason of its list, and lets it run on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.deadlines import calendar_of, next_deadline, open_clock, store_change
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.models import CaseClock, EventKind
from app.cases.recording import Happening, record
from app.errors import Forbidden, Invalid, NotFound, Refused
from app.permissions import Actor, Permission
from app.workflow.clock_rules import ClockRule
from app.workflow.clocks import ClockChange, OpenClock, PausedBy, paused_by_hand, resumed_by_hand
from app.workflow.due import Pause

LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class _Running:
    """The running clocks of a case, and the one that is meant."""

    head: CaseHead
    rule: ClockRule
    rows: dict[str, dict[str, Any]]  # Any: columns of case_clock

    @property
    def clocks(self) -> dict[str, OpenClock]:
        return {code: open_clock(row) for code, row in self.rows.items()}

    @property
    def clock(self) -> OpenClock:
        return open_clock(self.rows[self.rule.code])


def pause_clock(
    session: Session,
    actor: Actor,
    reference: str,
    code: str,
    *,
    reason: str,
    text: str,
    now: datetime,
) -> CaseHead:
    """Stop one clock; the reason is one of those that its definition lists."""
    found = _running(session, actor, reference, code)
    if found.clock.is_paused:
        raise Refused("Thời hạn này đang tạm dừng.")
    word = next((one.name.vi for one in found.rule.pause_reasons if one.code == reason), None)
    if word is None:
        problem = "Hãy chọn một lý do trong danh sách."
        raise Invalid("Chưa tạm dừng được thời hạn.", {"reason": [problem]})
    change = paused_by_hand(found.clock, reason, now)
    return _record(session, actor, found, change, text=text, word=word, now=now)


def resume_clock(
    session: Session, actor: Actor, reference: str, code: str, *, text: str, now: datetime
) -> CaseHead:
    """Let a clock run on that a person stopped; a suspended case goes on holding it."""
    found = _running(session, actor, reference, code)
    if not found.clock.is_paused or found.clock.pauses[-1].by is not PausedBy.PERSON:
        raise Refused("Thời hạn này không do người nào tạm dừng.")
    calendar = calendar_of(session, found.head)
    change = resumed_by_hand(found.rule, found.clock, at=now, calendar=calendar)
    if found.head.suspended_for is not None:
        held = Pause(now, None, found.head.suspended_for)
        change = replace(change, clock=replace(change.clock, pauses=(*change.clock.pauses, held)))
    return _record(session, actor, found, change, text=text, word="", now=now)


def may_pause(actor: Actor, head: CaseHead, definition: Definition, rule: ClockRule | None) -> bool:
    """Whether this person may stop a clock of this case by hand."""
    return (
        rule is not None
        and bool(rule.pause_reasons)
        and rule.before is None
        and head.is_open
        and actor.may(Permission.CASE_SUSPEND)
        and not actor.roles.isdisjoint(definition.machine.participants)
    )


def _running(session: Session, actor: Actor, reference: str, code: str) -> _Running:
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    rule = next((rule for rule in definition.machine.clocks if rule.code == code), None)
    clocks = (
        select(*CaseClock.__table__.columns)
        .where(CaseClock.case_id == head.id, CaseClock.is_running.is_(true()))
        .with_for_update()
    )
    rows = {row["code"]: dict(row) for row in session.execute(clocks).mappings()}
    if rule is None or code not in rows:
        raise NotFound("Hồ sơ không có thời hạn nào như vậy đang chạy.")
    if not may_pause(actor, head, definition, rule):
        raise Forbidden("Bạn không tạm dừng được thời hạn này.")
    return _Running(head, rule, rows)


def _record(
    session: Session,
    actor: Actor,
    found: _Running,
    change: ClockChange,
    *,
    text: str,
    word: str,
    now: datetime,
) -> CaseHead:
    store_change(session, found.head.id, found.rows[found.rule.code], change)
    name = found.rule.name.vi
    kind = EventKind.CLOCK_PAUSED if word else EventKind.CLOCK_RESUMED
    happening = Happening(
        kind,
        text=text.strip()[:LONGEST_WORDS],
        data={
            "clock": found.rule.code,
            "round": change.clock.round,
            "clock_name": f"{name} – {word}" if word else name,
            "due_at": change.clock.due_at.isoformat(),
            "reason": change.clock.pauses[-1].reason,
        },
        summary=f"Tạm dừng thời hạn: {name} ({word})" if word else f"Thời hạn chạy tiếp: {name}",
    )
    after = {**found.clocks, found.rule.code: change.clock}
    changes = next_deadline(after.values())
    return record(session, actor, found.head, happening, now=now, changes=changes).head
