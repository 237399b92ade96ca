"""The page of one step: its form, what speaks against it, and whether it can be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.acts import NEEDED
from app.cases.case_books import books_against
from app.cases.case_page import filled_rows
from app.cases.catalogue import Definition
from app.cases.children.proposing import proposed
from app.cases.conditions import closed_fields, hide, is_reshaped, with_computed
from app.cases.consents import addressees_of, refusal
from app.cases.desks import desk_for, uploads_for
from app.cases.form_fields import FactForm
from app.cases.forms import Wanted, fact_form, files_of
from app.cases.heads import CaseHead, definition_of_head, get_head, view_of
from app.cases.settling import Files
from app.cases.shielding import names_to, reader_of
from app.cases.why import Because, Why, why_blocked
from app.errors import Forbidden, NotFound
from app.permissions import Actor
from app.workflow.acts import SUSPEND_REASONS
from app.workflow.decisions import REASON_FIELD, Decision, Reason
from app.workflow.definition import FieldDefinition, FieldType, Option
from app.workflow.engine import GLOBAL_ACTS, decide, decide_event
from app.workflow.reasons import role_names
from app.workflow.text import Text

EVENT = "event:"
ACT_FIELDS: Mapping[str, FieldDefinition] = {
    "other_case": FieldDefinition(
        code="other_case",
        type=FieldType.TEXT,
        name=Text("Hồ sơ giữ lại", "The case that remains"),
        help=Text("Số hồ sơ, ví dụ BG-2026-0401-00012.", "The number of the case."),
    ),
    "suspend_reason": FieldDefinition(
        code="suspend_reason",
        type=FieldType.CHOICE,
        name=Text("Lý do tạm dừng", "Why it is suspended"),
        options=tuple(Option(code=code, name=name) for code, name in SUSPEND_REASONS),
    ),
    "unit": FieldDefinition(
        code="unit",
        type=FieldType.UNIT,
        name=Text("Đơn vị nhận", "Receiving unit"),
        help=Text("Gõ vài chữ của tên rồi chọn.", "Type a few letters, then choose."),
    ),
}


@dataclass(slots=True)
class StepPage:
    """One step of one case, as one person may take it."""

    head: CaseHead
    definition: Definition
    decision: Decision
    form: FactForm
    name: str
    to_state: str
    help: str
    blocked: Why | None  # what speaks against it beside the answers that its form asks for
    requested: Sequence[Mapping[str, Any]] = ()  # Any: a macro's row
    second_person: str = ""
    version: int = 0
    answers: dict[str, Any] = field(default_factory=dict)  # Any: JSON values of the case
    files: Files = field(default_factory=lambda: Files({}))
    proposals: frozenset[str] = frozenset()  # fields that began with what the lists say


def step_page(
    session: Session,
    actor: Actor,
    reference: str,
    code: str,
    *,
    sent: Any,  # Any: the request's form with its files, None before it is sent
    now: datetime,
) -> StepPage:
    """A transition or a global act; NotFound where the type has no such step."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    if code not in definition.machine.rules and code not in GLOBAL_ACTS:
        raise NotFound("Loại hồ sơ này không có bước như vậy.")
    if code in NEEDED and code not in definition.machine.rules and not actor.may(NEEDED[code]):
        raise Forbidden
    decision = decide(definition.machine, head.situation(), view_of(actor), code, now=now)
    page = _page(session, actor, head, definition, decision, sent=sent, now=now)
    if decision.confirms and head.pending is not None:
        asked, reader = head.pending["answers"], reader_of(session, actor, head.id)
        names = names_to(session, actor, definition, asked)
        page.requested = list(filled_rows(reader, definition, asked, names, state=head.state))
    return page


def event_page(
    session: Session,
    actor: Actor,
    reference: str,
    code: str,
    *,
    sent: Any,  # Any: as above
    now: datetime,
) -> StepPage:
    """Something to record that moves no state."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    if code not in definition.machine.events:
        raise NotFound("Loại hồ sơ này không có sự kiện như vậy.")
    decision = decide_event(definition.machine, head.situation(), view_of(actor), code)
    return _page(session, actor, head, definition, decision, sent=sent, now=now)


def _page(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    decision: Decision,
    *,
    sent: Any,  # Any: as above
    now: datetime,
) -> StepPage:
    is_confirmation = decision.confirms
    fields = () if is_confirmation else _fields(definition, decision)
    told = {} if decision.is_global else proposed(session, actor, head, definition, fields)
    wanted = Wanted(
        fields=fields,
        required=decision.require,
        current={} if decision.is_global else {**told, **head.data},
        reason_mode="none" if is_confirmation else decision.reason_mode,
        state=head.state,
        closed={}
        if decision.is_global
        else closed_fields(actor, definition, fields, state=head.state),
    )
    desk = desk_for(session, actor, now=now, head=head)
    form = fact_form(desk, uploads_for(actor), wanted, sent)
    hide(form, actor, definition, head.situation(), now=now)
    step = next(
        (s for s in definition.case_type.transitions if s.code == decision.transition), None
    )
    rule = definition.machine.rules.get(decision.transition)
    moves = decision.to_state != head.state
    return StepPage(
        head=head,
        definition=definition,
        decision=decision,
        form=form,
        name=decision.name.in_locale(actor.locale),
        to_state=definition.state_names[decision.to_state].in_locale(actor.locale) if moves else "",
        help=step.help.in_locale(actor.locale) if step and step.help else "",
        blocked=_blocked(session, actor, head, definition, decision),
        second_person=role_names(definition.machine, rule.confirm_roles).in_locale(actor.locale)
        if rule and decision.needs_second_person
        else "",
        version=sent.get("version", 0, type=int) if sent is not None else head.version,
        proposals=frozenset(told),
    )


def _blocked(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, decision: Decision
) -> Why | None:
    unheard = [
        Because("consent", said, "", f"/ho-so/{head.reference}#consents")
        for said in _unheard(session, head, definition, decision)
    ]
    unsettled = _unsettled(session, head, definition, decision)
    if not unheard and not unsettled and not _against(decision):
        return None
    why = why_blocked(session, actor, head, definition, decision)
    return replace(why, reasons=[*why.reasons, *unheard, *unsettled])


def _unsettled(
    session: Session, head: CaseHead, definition: Definition, decision: Decision
) -> list[Because]:
    """What the books of the case say against its end."""
    said = books_against(session, head, definition, decision)
    return [Because("books", one, "", f"/tien/{head.reference}") for one in said]


def _against(decision: Decision) -> list[Reason]:
    return [reason for reason in decision.reasons if reason.field is None]


def _unheard(
    session: Session, head: CaseHead, definition: Definition, decision: Decision
) -> list[str]:
    """Who may not be told yet; what the form itself asks about consent may still change it."""
    fields = [definition.fields.get(code) for code in (*decision.require, *decision.ask)]
    asked = {item.consent for item in fields if item is not None}
    found = (
        refusal(session, head, definition, one, facts=head.data)
        for one in addressees_of(definition, decision.transition, decision.generate)
        if one not in asked
    )
    return [said for said in found if said]


def _fields(definition: Definition, decision: Decision) -> list[FieldDefinition]:
    codes = [*decision.require, *decision.ask]
    if decision.is_global:
        return [ACT_FIELDS[code] for code in codes]
    return with_computed(definition, [definition.fields[code] for code in codes])


def is_ready(page: StepPage, actor: Actor, *, now: datetime) -> bool:
    """Read the form and judge the step with it; what speaks against it goes to its field.

    A form that was opened on an older version is not judged here: the service answers it with
    what has changed since.
    """
    if is_reshaped(page.form):
        return False
    page.form.validate()
    page.answers, page.files = {**_accepted(page), **page.form.answers()}, files_of(page.form)
    if page.version == page.head.version or page.form.errors:
        _refuse(page, actor, now=now)
    return not page.form.errors


def _accepted(page: StepPage) -> dict[str, Any]:  # Any: JSON
    """What was proposed and left as it stood is an answer too: the case does not hold it yet."""
    facts = [page.form.fact(code) for code in page.proposals if code in page.form]
    return {fact.asked.code: fact.answer for fact in facts if fact.typed() and fact.answer}


def _refuse(page: StepPage, actor: Actor, *, now: datetime) -> None:
    machine, situation, view = page.definition.machine, page.head.situation(), view_of(actor)
    answers = page.files.laid_over(page.answers)
    hide(page.form, actor, page.definition, situation, answers=answers, now=now)
    code = page.decision.transition
    if code.startswith(EVENT):
        decision = decide_event(machine, situation, view, code.removeprefix(EVENT), answers=answers)
    else:
        decision = decide(machine, situation, view, code, answers=answers, now=now)
    page.decision = replace(decision, require=page.decision.require, ask=page.decision.ask)
    for reason in decision.reasons:
        page.form.refuse(reason.field, reason.text.in_locale(actor.locale))


def has_reason(page: StepPage) -> bool:
    return REASON_FIELD in page.form
