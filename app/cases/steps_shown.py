"""Which steps a person sees on a case: the next one, the others, and why some are refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.cases.acts import NEEDED
from app.cases.catalogue import Definition
from app.cases.heads import CaseHead, view_of
from app.permissions import Actor, Permission
from app.workflow.decisions import Decision
from app.workflow.engine import available, available_acts, decide_event

_ICONS = {
    "transfer": "transfer",
    "suspend": "pause",
    "resume": "undo",
    "reopen": "undo",
    "merge": "merge",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A four-eyes request that waits for a second person."""

    code: str
    name: str
    who: str
    at: datetime
    may_confirm: bool
    may_withdraw: bool
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything the header of a case offers; the values are what the page macros take."""

    primary: Mapping[str, Any] | None  # Any: a macro's act
    more: Sequence[Mapping[str, Any]]  # Any: a macro's act
    waiting: Waiting | None
    next_hint: str


def judged_steps(
    actor: Actor, head: CaseHead, definition: Definition, *, now: datetime
) -> list[Decision]:
    """Every step out of the present state, judged once for all parts of a page."""
    return available(definition.machine, head.situation(), view_of(actor), now=now)


def steps_of(
    actor: Actor, head: CaseHead, definition: Definition, found: Sequence[Decision]
) -> Steps:
    situation, view = head.situation(), view_of(actor)
    if not actor.may(Permission.CASE_ACT):
        return Steps(None, (), _waiting(actor, head, definition, found), "")
    open_steps = [step for step in found if step.is_fillable and not step.confirms]
    acts = [
        act
        for act in available_acts(definition.machine, situation, view)
        if act.is_fillable and actor.may(NEEDED[act.transition]) and act.transition != "withdraw"
    ]
    first = next((step for step in open_steps if step.is_primary), None)
    # A case that stands still goes on first.
    first = next((act for act in acts if act.transition == "resume"), first)
    others = [_link(actor, head, step) for step in open_steps if step is not first]
    return Steps(
        primary=_link(actor, head, first, key="s") if first else None,
        more=[
            *others,
            *_events(actor, head, definition),
            *(_act_link(actor, head, act) for act in acts if act is not first),
        ],
        waiting=_waiting(actor, head, definition, found),
        next_hint=_hint(actor, found) if first is None and head.pending is None else "",
    )


def _address(head: CaseHead, code: str) -> str:
    return f"/ho-so/{head.reference}/chuyen/{code}"


def _link(
    actor: Actor, head: CaseHead, step: Decision, *, key: str = ""
) -> dict[str, Any]:  # Any: a macro's act
    link = {
        "label": step.name.in_locale(actor.locale),
        "href": _address(head, step.transition),
        "icon": "step",
    }
    return {**link, "key": key} if key else link


def _act_link(actor: Actor, head: CaseHead, act: Decision) -> dict[str, Any]:  # Any: as above
    return {**_link(actor, head, act), "icon": _ICONS.get(act.transition, "step")}


def _events(
    actor: Actor, head: CaseHead, definition: Definition
) -> Iterable[dict[str, Any]]:  # Any: as above
    """What can be recorded without moving the case."""
    situation, view = head.situation(), view_of(actor)
    if not head.is_open:
        return
    for code in definition.machine.events:
        decision = decide_event(definition.machine, situation, view, code)
        if decision.allowed:
            yield {
                "label": decision.name.in_locale(actor.locale),
                "href": f"/ho-so/{head.reference}/su-kien/{code}",
                "icon": "edit",
            }


def _hint(actor: Actor, found: Sequence[Decision]) -> str:
    """Why the next step is not this person's: the first reason against it."""
    step = next((step for step in found if step.is_primary and not step.is_fillable), None)
    if step is None or not step.reasons or step.confirms:
        return ""
    return next(
        (reason.text.in_locale(actor.locale) for reason in step.reasons if reason.field is None),
        "",
    )


def _waiting(
    actor: Actor, head: CaseHead, definition: Definition, found: Iterable[Decision]
) -> Waiting | None:
    if head.pending is None:
        return None
    code = str(head.pending["transition"])
    step = next((step for step in found if step.transition == code), None)
    rule = definition.machine.rules.get(code)
    name = rule.name.in_locale(actor.locale) if rule else code
    acts = available_acts(definition.machine, head.situation(), view_of(actor))
    withdraw = next((act for act in acts if act.transition == "withdraw"), None)
    may_act = actor.may(Permission.CASE_ACT)
    return Waiting(
        code=code,
        name=name,
        who=str(head.pending.get("requested_name", "")),
        at=datetime.fromisoformat(head.pending["requested_at"]),
        may_confirm=bool(step and step.allowed and may_act),
        may_withdraw=bool(withdraw and withdraw.is_fillable and may_act),
        reasons=[reason.text.in_locale(actor.locale) for reason in (step.reasons if step else ())],
    )
