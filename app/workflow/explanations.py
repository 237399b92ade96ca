"""“Vì sao tôi không làm được?”: what each refusal rests on, what cures it, who can, what follows.

One explanation serves the page and the interface for programs, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.workflow.decisions import Decision, Reason, Situation
from app.workflow.definition import CaseType, FieldDefinition
from app.workflow.machine import Machine, Rule
from app.workflow.reasons import field_name, role_names, state_name
from app.workflow.text import Text, joined, quoted


class Cure(StrEnum):
    """Where a reason against an act is cured; `target` of a cause says which one."""

    FORM = "form"  # on the form of the step itself: the field `target`
    STEP = "step"  # by another step first
    EVENT = "event"  # by recording an event of the definition
    ACT = "act"  # by an act that every case has, such as resume
    PERSON = "person"  # by somebody else
    CHILDREN = "children"  # where the tracked vessels, persons and sanctions of the case stand
    PLACE = "place"  # at the part `target` of the case page, such as an item of its checklist
    CONFIRMATION = "confirmation"  # where a request waits for its second person
    NOTHING = "nothing"


_PLAIN: Mapping[str, tuple[Cure, str]] = {
    "suspended": (Cure.ACT, "resume"),
    "already_suspended": (Cure.ACT, "resume"),
    "closed": (Cure.ACT, "reopen"),
    "role": (Cure.PERSON, ""),
    "pending_other": (Cure.CONFIRMATION, ""),
    "same_person": (Cure.CONFIRMATION, ""),
    "second_person": (Cure.CONFIRMATION, ""),
    "confirm_changes": (Cure.CONFIRMATION, ""),
    "open_children": (Cure.CHILDREN, ""),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason with the place where it is cured."""

    code: str
    text: Text
    cure: Cure
    target: str = ""
    how: Text | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One act as one person may or may not do it now."""

    code: str
    name: Text
    is_allowed: bool
    is_fillable: bool
    causes: tuple[Cause, ...]
    roles: tuple[str, ...]
    follows: tuple[Text, ...]


def explain(
    machine: Machine, case_type: CaseType, situation: Situation, decision: Decision
) -> Explained:
    """Return a decision with the cure of every reason, who can, and what follows."""
    rule = machine.rules.get(decision.transition)
    return Explained(
        code=decision.transition,
        name=decision.name,
        is_allowed=decision.allowed,
        is_fillable=decision.is_fillable,
        causes=tuple(_cause(machine, situation, decision, one) for one in decision.reasons),
        roles=_who(machine, decision, rule),
        follows=tuple(_follows(machine, case_type, situation, decision)),
    )


def _who(machine: Machine, decision: Decision, rule: Rule | None) -> tuple[str, ...]:
    if rule is not None:
        return tuple(sorted(rule.confirm_roles if decision.confirms else rule.roles))
    event = machine.events.get(decision.transition.removeprefix("event:"))
    if event is not None and decision.transition.startswith("event:"):
        return tuple(sorted(event.roles or machine.participants))
    leads = decision.transition == "reopen"
    return tuple(sorted(machine.leaders if leads else machine.participants))


# --- causes ---------------------------------------------------------------------------------


def _cause(machine: Machine, situation: Situation, decision: Decision, reason: Reason) -> Cause:
    cure, target, how = _cure(machine, situation, decision, reason)
    return Cause(reason.code, reason.text, cure, target, how)


def _cure(
    machine: Machine, situation: Situation, decision: Decision, reason: Reason
) -> tuple[Cure, str, Text | None]:
    if reason.field is not None:
        return Cure.FORM, reason.field, None
    if reason.code in _PLAIN:
        return (*_PLAIN[reason.code], None)
    if reason.code == "wrong_state":
        return _cure_of_state(machine, situation, decision)
    if reason.code.startswith("guard"):
        return _cure_of_facts(machine, situation, decision, reason)
    return (Cure.PLACE, reason.anchor, None) if reason.anchor else (Cure.NOTHING, "", None)


def _cure_of_state(
    machine: Machine, situation: Situation, decision: Decision
) -> tuple[Cure, str, Text | None]:
    """The step of the present state that leads where this one can be taken, if one does."""
    rule = machine.rules.get(decision.transition)
    exits = machine.moves.get(situation.state, {}).values()
    step = next((one for one in exits if rule and one.to in rule.sources), None)
    if step is None:
        return Cure.NOTHING, "", None
    return Cure.STEP, step.code, _by("Làm bước {} trước.", "Take the step {} first.", step.name)


def _cure_of_facts(
    machine: Machine, situation: Situation, decision: Decision, reason: Reason
) -> tuple[Cure, str, Text | None]:
    """Where in the present state the facts can be filled that a condition reads."""
    for code in sorted(_fields_read(machine, decision, reason)):
        for step in machine.moves.get(situation.state, {}).values():
            if code in step.form_fields and step.code != decision.transition:
                return Cure.STEP, step.code, _filled(machine, code, step.name)
        for event in machine.events.values():
            if code in event.ask:
                return Cure.EVENT, event.code, _filled(machine, code, event.name)
    return Cure.NOTHING, "", None


def _fields_read(machine: Machine, decision: Decision, reason: Reason) -> frozenset[str]:
    rule = machine.rules.get(decision.transition)
    guards = rule.guards if rule is not None else ()
    said = reason.text.vi
    read = (g.expression.fields or frozenset() for g in guards if said.startswith(g.message.vi))
    return frozenset[str]().union(*read)


def _filled(machine: Machine, code: str, where: Text) -> Text:
    name, place = quoted(field_name(machine, code)), quoted(where)
    return Text(
        f"Nhập {name.vi} ở {place.vi}.",
        f"Fill {name.in_locale('en')} under {place.in_locale('en')}.",
    )


def _by(vi: str, en: str, name: Text) -> Text:
    said = quoted(name)
    return Text(vi.format(said.vi), en.format(said.in_locale("en")))


# --- what follows ---------------------------------------------------------------------------


def _follows(
    machine: Machine, case_type: CaseType, situation: Situation, decision: Decision
) -> Iterator[Text]:
    rule = machine.rules.get(decision.transition)
    if rule is None:
        return
    if rule.four_eyes and not decision.confirms:
        who = role_names(machine, rule.confirm_roles)
        yield Text(
            f"Chờ {who.vi} xác nhận rồi mới có hiệu lực.",
            f"Takes effect once {who.in_locale('en')} has confirmed.",
        )
    if rule.to != situation.state:
        state = machine.states[rule.to]
        vi, en = "Hồ sơ chuyển sang {}.", "The case moves to {}."
        if state.is_terminal:
            vi, en = "Hồ sơ kết thúc ở trạng thái {}.", "The case ends as {}."
        yield _by(vi, en, state.name)
    yield from _clocks_after(machine, rule)
    yield from _side_effects(machine, case_type, decision, rule)


def _clocks_after(machine: Machine, rule: Rule) -> Iterator[Text]:
    triggers = {f"transition:{rule.code}", f"state:{rule.to}"}
    for clock in machine.clocks:
        if not triggers.isdisjoint(clock.start):
            name, limit = quoted(clock.name), clock.limit.text
            yield Text(
                f"Bắt đầu tính hạn {name.vi} ({limit.vi}).",
                f"The deadline {name.in_locale('en')} starts ({limit.in_locale('en')}).",
            )


def _side_effects(
    machine: Machine, case_type: CaseType, decision: Decision, rule: Rule
) -> Iterator[Text]:
    papers = {paper.code: paper.name for paper in case_type.documents}
    if decision.generate:
        names = joined([papers.get(c, Text(c)) for c in decision.generate], "và", "and")
        yield Text(f"Lập văn bản: {names.vi}.", f"Documents: {names.in_locale('en')}.")
    if decision.notify:
        who = role_names(machine, decision.notify)
        yield Text(f"Báo cho {who.vi}.", f"Told to {who.in_locale('en')}.")
    if any(one.effect.do == "open_case" for one in rule.effects):
        yield Text("Mở một hồ sơ liên quan.", "A linked case is opened.")


# --- fields ---------------------------------------------------------------------------------


def why_unread(
    machine: Machine, field: FieldDefinition, *, may_see_personal: bool, roles: Iterable[str]
) -> tuple[Text, ...]:
    """Return why a person may not read a field; empty when the person may."""
    said = []
    if field.personal and not may_see_personal:
        said.append(
            Text(
                "Dữ kiện cá nhân: chỉ người có quyền xem dữ liệu cá nhân đọc được.",
                "Personal data: read only by those who may see personal data.",
            )
        )
    if field.read_roles and frozenset(roles).isdisjoint(field.read_roles):
        who = role_names(machine, field.read_roles)
        said.append(Text(f"Chỉ {who.vi} đọc được.", f"Read only by {who.in_locale('en')}."))
    return tuple(said)


def why_unedited(
    machine: Machine, situation: Situation, field: FieldDefinition, *, roles: Iterable[str]
) -> tuple[Text, ...]:
    """Return why a person cannot change a field now; empty when some step of this state asks it."""
    if field.compute is not None:
        return (Text("Hệ thống tính từ các dữ kiện khác.", "Computed from other facts."),)
    said = []
    if field.edit_roles and frozenset(roles).isdisjoint(field.edit_roles):
        who = role_names(machine, field.edit_roles)
        said.append(Text(f"Chỉ {who.vi} được sửa.", f"Changed only by {who.in_locale('en')}."))
    if field.edit_states and situation.state not in field.edit_states:
        where = joined([quoted(state_name(machine, code)) for code in field.edit_states])
        said.append(
            Text(f"Chỉ sửa ở trạng thái {where.vi}.", f"Changed only in {where.in_locale('en')}.")
        )
    if not said and not _is_asked(machine, situation.state, field.code):
        said.append(_elsewhere(machine, field.code))
    return tuple(said)


def _is_asked(machine: Machine, state: str, code: str) -> bool:
    exits: Mapping[str, Rule] = machine.moves.get(state, {})
    by_step = any(code in rule.form_fields for rule in exits.values())
    return by_step or any(code in event.ask for event in machine.events.values())


def _elsewhere(machine: Machine, code: str) -> Text:
    steps = [quoted(rule.name) for rule in machine.rules.values() if code in rule.form_fields]
    if not steps:
        return Text("Chỉ nhập khi mở hồ sơ.", "Entered when the case is opened.")
    where = joined(steps[:3])
    return Text(
        f"Ở trạng thái này không bước nào hỏi mục này; nhập ở bước {where.vi}.",
        f"No step of this state asks for it; it is entered at {where.in_locale('en')}.",
    )
