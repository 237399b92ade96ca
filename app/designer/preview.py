"""A draft as one role would meet it in one state: the real form, and what else is seen there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.queries import role_by_code
from app.cases.desks import desk_for, uploads_for
from app.cases.form_fields import FactForm
from app.cases.forms import Wanted, fact_form
from app.cases.values import may_read
from app.designer.pages import DraftPage
from app.errors import Invalid
from app.permissions import Actor, Permission
from app.workflow.definition import CaseType, FieldDefinition, FieldType, Transition

OPENING = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A step that leaves the state, and whether the role may make it."""

    code: str
    name: str
    is_allowed: bool
    roles: str


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field of the case page: whether the role reads and changes it in this state."""

    name: str
    is_seen: bool
    is_changeable: bool


@dataclass(frozen=True, slots=True)
class Preview:
    role: str
    roles: Mapping[str, str]
    state: str
    states: Mapping[str, str]
    act: str
    acts: Sequence[Act]
    form: FactForm
    codes: Sequence[str]
    needs_reason: bool
    note: str
    fields: Sequence[FieldSeen]


def preview(
    session: Session,
    actor: Actor,
    page: DraftPage,
    *,
    role: str,
    state: str,
    act: str,
    now: datetime,
) -> Preview:
    """Draw what somebody with this role would get; nothing of it can be sent."""
    case_type, locale = page.judged.case_type, actor.locale
    if case_type is None:
        raise Invalid("Bản thảo còn lỗi về cấu trúc, chưa xem thử được. Hãy sửa các lỗi trước.")
    role = role if role in page.words.roles else case_type.open.roles[0]
    viewer = _as_role(session, actor, role)
    states = {one.code: one.name.in_locale(locale) for one in case_type.states}
    state = state if state in states else OPENING
    steps = [step for step in case_type.transitions if state in step.sources]
    step = next((one for one in steps if one.code == act), steps[0] if steps else None)
    asked, required = _asked(case_type, step if state else None)
    form = fact_form(
        desk_for(session, viewer, now=now),
        uploads_for(viewer),
        Wanted(asked, required=required, reason_mode=step.reason if step and state else "none"),
    )
    return Preview(
        role=role,
        roles={code: name.in_locale(locale) for code, name in page.words.roles.items()},
        state=state,
        states=states,
        act=step.code if step and state else OPENING,
        acts=[_act(page, one, role, locale) for one in steps],
        form=form,
        codes=[field.code for field in asked],
        needs_reason=step is not None and step.reason == "required",
        note=step.help.in_locale(locale) if step and step.help else "",
        fields=[_seen(field, viewer, state, locale) for field in case_type.fields],
    )


def _as_role(session: Session, actor: Actor, role: str) -> Actor:
    found = role_by_code(session, role)
    allowed = frozenset(Permission(one) for one in found.permissions)
    return replace(actor, roles=frozenset({role}), permissions=allowed)


def _asked(
    case_type: CaseType, step: Transition | None
) -> tuple[list[FieldDefinition], frozenset[str]]:
    known = {field.code: field for field in case_type.fields}
    if step is None:
        fields = [known[code] for code in case_type.open.fields if code in known]
        shown = [field for field in fields if field.compute is None]
        return shown, frozenset(field.code for field in shown if field.required)
    codes = [code for code in (*step.require, *step.ask) if code in known]
    shown = [known[code] for code in codes if known[code].compute is None]
    return shown, frozenset(step.require)


def _act(page: DraftPage, step: Transition, role: str, locale: str) -> Act:
    names = [
        page.words.roles[code].in_locale(locale) for code in step.roles if code in page.words.roles
    ]
    return Act(step.code, step.name.in_locale(locale), role in step.roles, ", ".join(names))


def _seen(field: FieldDefinition, viewer: Actor, state: str, locale: str) -> FieldSeen:
    is_seen = may_read(viewer, field) and (not field.read_states or state in field.read_states)
    may_edit = not field.edit_roles or not viewer.roles.isdisjoint(field.edit_roles)
    is_open = not field.edit_states or state in field.edit_states
    is_typed = field.compute is None and field.type is not FieldType.FILE
    return FieldSeen(
        field.name.in_locale(locale), is_seen, is_seen and may_edit and is_open and is_typed
    )
