"""The acts that every case type has: transfer, suspend, resume, reopen, merge, withdraw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.children.carrying import carry_children
from app.cases.deadlines import run_clocks
from app.cases.heads import CaseHead, get_head
from app.cases.models import CaseLink, EventKind
from app.cases.recording import Happening, record
from app.cases.transfers import propose_transfer
from app.errors import Forbidden, Refused
from app.permissions import Actor, Permission
from app.workflow.decisions import REASON_FIELD, Decision
from app.workflow.engine import SUSPEND_REASONS
from app.workflow.happenings import happening_of

Answers = Mapping[str, Any]  # field code → JSON value
Columns = dict[str, Any]  # columns of case


@dataclass(frozen=True, slots=True)
class _Act:
    """One act about to happen."""

    session: Session
    actor: Actor
    head: CaseHead
    definition: Definition
    decision: Decision
    answers: Answers
    now: datetime


NEEDED = {
    "transfer": Permission.CASE_TRANSFER,
    "suspend": Permission.CASE_SUSPEND,
    "resume": Permission.CASE_SUSPEND,
    "reopen": Permission.CASE_REOPEN,
    "merge": Permission.CASE_MERGE,
    "withdraw": Permission.CASE_ACT,
}


def perform_act(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    *,
    decision: Decision,
    answers: Answers,
    now: datetime,
) -> CaseHead:
    """Do an act that the engine has allowed, if the actor also holds its permission."""
    if not actor.may(NEEDED[decision.transition]):
        raise Forbidden
    if decision.transition == "transfer":
        unit_id, reason = int(answers["unit"]["id"]), str(answers.get(REASON_FIELD, ""))
        return propose_transfer(session, actor, head, unit_id=unit_id, reason=reason, now=now)
    act = _Act(session, actor, head, definition, decision, answers, now)
    kind, columns, data = _ACTS[decision.transition](act)
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine,
        decision,
        before=head.situation(),
        after=after.situation(),
        at=now,
        pause_reason=str(columns.get("suspended_for") or ""),
    )
    columns |= run_clocks(session, after, definition, happened)
    happening = Happening(
        kind,
        text=str(answers.get(REASON_FIELD, "")),
        data=data,
        transition=decision.transition,
        from_state=head.state,
        to_state=after.state,
        summary=decision.name.vi,
    )
    return record(session, actor, head, happening, now=now, changes=columns).head


def _suspend(act: _Act) -> tuple[EventKind, Columns, dict[str, Any]]:
    code = str(act.answers["suspend_reason"])
    word = dict(SUSPEND_REASONS)[code].vi
    return EventKind.SUSPENDED, {"suspended_for": code}, {"suspend_reason": code, "word": word}


def _resume(act: _Act) -> tuple[EventKind, Columns, dict[str, Any]]:
    return EventKind.RESUMED, {"suspended_for": None}, {"suspended_for": act.head.suspended_for}


def _reopen(act: _Act) -> tuple[EventKind, Columns, dict[str, Any]]:
    state = act.decision.to_state
    columns: Columns = {
        "state": state,
        "state_kind": act.definition.state_kinds[state],
        "is_open": True,
        "closed_at": None,
        "closed_from": None,
        "merged_into_id": None,
    }
    return EventKind.REOPENED, columns, {}


def _merge(act: _Act) -> tuple[EventKind, Columns, dict[str, Any]]:
    """Both codes stay; the other case is told and takes over the lists, and this one is closed."""
    said = act.answers["other_case"]
    reference = str(said["label"] if isinstance(said, dict) else said).strip().upper()
    other = get_head(act.session, act.actor, reference)
    if other.id == act.head.id:
        raise Refused("Không gộp được hồ sơ vào chính nó.")
    if other.merged_into_id is not None or not other.is_open:
        raise Refused(
            f"Hồ sơ {other.reference} đã đóng.", ["Hãy gộp vào một hồ sơ đang mở, hoặc mở lại nó."]
        )
    carried = carry_children(act.session, act.actor, act.head, other, now=act.now)
    kept = Happening(
        EventKind.MERGED,
        text=str(act.answers.get(REASON_FIELD, "")),
        data={"from": act.head.reference, **carried.data},
        summary=f"Nhận hồ sơ {act.head.reference} gộp vào",
    )
    record(act.session, act.actor, other, kept, now=act.now, changes=carried.of_kept)
    act.session.add(
        CaseLink(case_id=act.head.id, role="merged_into", other_case_id=other.id, linked_at=act.now)
    )
    columns: Columns = {"merged_into_id": other.id, "is_open": False, "closed_at": act.now}
    columns |= carried.of_merged
    return EventKind.MERGED, columns, {"into": other.reference, **carried.data}


def _withdraw(act: _Act) -> tuple[EventKind, Columns, dict[str, Any]]:
    pending = act.head.pending or {}
    return EventKind.CONFIRMATION_WITHDRAWN, {"pending": None}, {"was": pending.get("transition")}


_ACTS: dict[str, Callable[[_Act], tuple[EventKind, Columns, dict[str, Any]]]] = {
    "suspend": _suspend,
    "resume": _resume,
    "reopen": _reopen,
    "merge": _merge,
    "withdraw": _withdraw,
}
