"""The verbs of a case: open it, move it. Nothing else changes a state."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.cases import acts
from app.cases.case_books import books_against
from app.cases.catalogue import Definition, definition_of
from app.cases.closed_words import words_beside
from app.cases.conflicts import require_version
from app.cases.consents import refuse_without_consent
from app.cases.deadlines import run_clocks
from app.cases.effects import apply_effects, open_side_cases
from app.cases.facts import Answers, fact_columns, kept, with_consequences
from app.cases.heads import CaseHead, definition_of_head, get_head, get_head_by_id, view_of
from app.cases.models import Case, CaseUnit, EventKind, UnitRole
from app.cases.numbering import next_reference
from app.cases.opening import first_row, first_words, opening_of
from app.cases.placing import place_columns, require_place
from app.cases.queries import latest_version
from app.cases.recording import Happening, acts_for, record
from app.cases.routing import route_columns
from app.cases.search import Words, extend_text, words_of_data, write_text
from app.cases.settling import NO_FILES, Files, settle
from app.cases.titles import title_of
from app.errors import Refused
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.workflow.decisions import REASON_FIELD, Decision
from app.workflow.engine import decide, decide_opening
from app.workflow.happenings import happening_of


def open_case(  # noqa: PLR0913  all the ways by which a case begins
    session: Session,
    actor: Actor,
    type_code: str,
    *,
    answers: Answers,
    pack: Pack | None,
    now: datetime,
    files: Files = NO_FILES,
    known: Answers | None = None,
    is_side_case: bool = False,
    is_illustration: bool = False,
) -> CaseHead:
    """Open a case of the newest version of its type in the actor's unit.

    `known` is what the way by which it was opened says beside the first form: who called, when.
    A side case is opened by a step of another case: the step's own rights have been judged, and
    what its form would ask is filled in later.
    """
    definition = definition_of(session, latest_version(session, type_code))
    named = files.laid_over(answers)
    decision = decide_opening(definition.machine, view_of(actor), answers=named, now=now)
    if not is_side_case:
        refuse_unless_allowed(actor, decision)
    unit = unit_by_id(session, actor.unit_id)
    reference = next_reference(session, definition.case_type, unit.code, now=now)
    case_id = _insert_case(
        session, actor, definition, reference, now=now, is_illustration=is_illustration
    )
    head = get_head_by_id(session, actor, case_id)
    settled = settle(
        session,
        actor,
        definition,
        case_id,
        kept({**(known or {}), **named}, decision.hidden),
        files=files.without(decision.hidden),
        now=now,
    )
    data = with_consequences(actor, head, definition, settled, columns={}, now=now)
    columns: dict[str, Any] = {"data": data, **place_columns(session, definition, data, pack=pack)}
    if definition.case_type.place == "required" and not is_side_case:
        require_place(columns)
    columns["title"] = title_of(session, definition, data, str(columns["place_text"]))
    return _record_opening(session, actor, head, definition, decision, columns=columns, now=now)


def _record_opening(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    decision: Decision,
    *,
    columns: dict[str, Any],  # Any: columns of case
    now: datetime,
) -> CaseHead:
    """The first event, the first clocks, and the words by which the case is found."""
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine, decision, before=None, after=after.situation(), at=now
    )
    columns |= run_clocks(session, after, definition, happened)
    columns |= route_columns(session, after, definition, now=now)
    happening = opening_of(definition, columns["data"])
    recorded = record(session, actor, head, happening, now=now, changes=columns)
    found_by = first_words(definition, head.reference, columns)
    write_text(session, head.id, found_by)
    return recorded.head


def perform_transition(
    session: Session,
    actor: Actor,
    reference: str,
    name: str,
    *,
    answers: Answers,
    expected_version: int,
    pack: Pack | None,
    now: datetime,
    files: Files = NO_FILES,
) -> CaseHead:
    """Take a step or a global act, if the engine allows it to this person at this moment."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    named = files.laid_over(answers)
    require_version(
        session, actor, head, definition, expected_version=expected_version, answers=named
    )
    situation = head.situation()
    decision = decide(definition.machine, situation, view_of(actor), name, answers=named, now=now)
    refuse_unless_allowed(actor, decision)
    refuse_without_consent(session, head, definition, decision, named)
    if reasons := books_against(session, head, definition, decision):
        raise Refused(f"Chưa thực hiện được bước “{decision.name.vi}”.", list(reasons))
    if decision.is_global:
        return acts.perform_act(
            session, actor, head, definition, decision=decision, answers=named, now=now
        )
    if decision.confirms and head.pending is not None:
        settled = dict(head.pending["answers"])
    else:
        given, brought = kept(named, decision.hidden), files.without(decision.hidden)
        settled = settle(session, actor, definition, head.id, given, files=brought, now=now)
    if decision.needs_second_person:
        return _request(session, actor, head, decision, settled, now=now)
    return _move(
        session, actor, head, definition, decision=decision, answers=settled, pack=pack, now=now
    )


def refuse_unless_allowed(actor: Actor, decision: Decision) -> None:
    if not decision.allowed:
        name = decision.name.in_locale(actor.locale)
        reasons = [reason.text.in_locale(actor.locale) for reason in decision.reasons]
        raise Refused(f"Chưa thực hiện được bước “{name}”.", reasons)


def _move(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    *,
    decision: Decision,
    answers: Answers,
    pack: Pack | None,
    now: datetime,
) -> CaseHead:
    answered = {code: value for code, value in answers.items() if code != REASON_FIELD}
    changed, columns = apply_effects(session, head, decision.effects)
    columns |= _state_columns(head, definition, decision.to_state, now)
    fresh = {**answered, **changed}
    fresh = with_consequences(actor, head, definition, fresh, columns=columns, now=now)
    if fresh:
        columns |= fact_columns(session, head, definition, fresh, pack=pack)
    if head.pending is not None:
        columns["pending"] = None
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine, decision, before=head.situation(), after=after.situation(), at=now
    )
    columns |= run_clocks(session, after, definition, happened)
    if "assignee_id" in columns:  # given to another unit, or back into the queue
        columns |= route_columns(session, after, definition, now=now)
    happening = _movement(head, definition, decision, answers, fresh)
    recorded = record(session, actor, head, happening, now=now, changes=columns)
    words = words_of_data(definition.fields, fresh, beside=(str(columns.get("title", "")),))
    reasons = words_beside(session, head.id, [happening.text])
    extend_text(session, head.id, Words.together([words, reasons]))
    open_side_cases(
        session, actor, recorded.head, decision.effects, opener=open_case, pack=pack, now=now
    )
    return recorded.head


def _movement(
    head: CaseHead,
    definition: Definition,
    decision: Decision,
    answers: Answers,
    fresh: Answers,
) -> Happening:
    data: dict[str, Any] = {"answers": dict(fresh)}  # Any: JSON
    if decision.notify:
        data["notify"] = list(decision.notify)
    if decision.generate:
        data["documents"] = list(decision.generate)
    if decision.confirms and head.pending is not None:
        data["requested_by"] = head.pending["requested_by"]
    return Happening(
        EventKind.MOVED,
        text=str(answers.get(REASON_FIELD, "")),
        data=data,
        transition=decision.transition,
        from_state=head.state,
        to_state=decision.to_state,
        summary=f"{decision.name.vi} → {definition.state_names[decision.to_state].vi}",
    )


def _state_columns(
    head: CaseHead, definition: Definition, to_state: str, now: datetime
) -> dict[str, Any]:  # Any: columns of case
    if to_state == head.state:
        return {}
    kind = definition.state_kinds[to_state]
    columns: dict[str, Any] = {"state": to_state, "state_kind": kind}
    if head.checklist:
        columns["checklist"] = None  # coming back to a state begins its list anew
    if kind == "terminal":
        columns |= {"is_open": False, "closed_at": now, "closed_from": head.state}
    return columns


def _request(
    session: Session,
    actor: Actor,
    head: CaseHead,
    decision: Decision,
    answers: Answers,
    *,
    now: datetime,
) -> CaseHead:
    """The first of four eyes: the request waits on the case, nothing moves."""
    absent = acts_for(session, actor, head, now=now)
    pending = {
        "transition": decision.transition,
        "requested_by": actor.user_id,
        "requested_for": head.assignee_id if absent else None,
        "requested_name": f"{actor.name} thay {absent}" if absent else actor.name,
        "requested_at": now.isoformat(),
        "answers": dict(answers),
    }
    happening = Happening(
        EventKind.CONFIRMATION_REQUESTED,
        text=str(answers.get(REASON_FIELD, "")),
        data={"answers": {k: v for k, v in answers.items() if k != REASON_FIELD}},
        transition=decision.transition,
        from_state=head.state,
        to_state=decision.to_state,
        summary=f"Chờ người thứ hai xác nhận: {decision.name.vi}",
    )
    recorded = record(session, actor, head, happening, now=now, changes={"pending": pending})
    return recorded.head


def _insert_case(
    session: Session,
    actor: Actor,
    definition: Definition,
    reference: str,
    *,
    now: datetime,
    is_illustration: bool,
) -> int:
    row = first_row(actor, definition, reference, now=now, is_illustration=is_illustration)
    case_id: int = session.execute(insert(Case).values(row).returning(Case.id)).scalar_one()
    session.execute(
        insert(CaseUnit).values(case_id=case_id, unit_id=actor.unit_id, role=UnitRole.OWNER)
    )
    return case_id
