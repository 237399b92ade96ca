"""Why a person cannot do something on a case, with links and people: for the page and programs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import users_holding
from app.cases.acts import NEEDED
from app.cases.catalogue import Definition
from app.cases.heads import CaseHead, view_of
from app.cases.models import CaseUnit
from app.cases.pages import unit_names
from app.permissions import Actor, Permission
from app.workflow.decisions import Decision
from app.workflow.definition import FieldDefinition
from app.workflow.engine import available, available_acts, decide_event
from app.workflow.explanations import (
    Cause,
    Cure,
    Explained,
    explain,
    why_unedited,
    why_unread,
)
from app.workflow.text import Text

MOST_UNITS = 4
_PLACES = {Cure.CONFIRMATION: "waiting", Cure.CHILDREN: "children"}


@dataclass(frozen=True, slots=True)
class Because:
    """One reason in words, how it is cured, and the address where."""

    code: str
    text: str
    how: str
    href: str

    @property
    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text, "how": self.how, "href": self.href}


@dataclass(frozen=True, slots=True)
class Why:
    """One act: whether this person can do it now, why not, who can, and what follows."""

    code: str
    name: str
    is_allowed: bool
    is_fillable: bool
    reasons: Sequence[Because]
    who: str
    people: Sequence[str]
    follows: Sequence[str]
    href: str

    @property
    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return {
            "code": self.code,
            "name": self.name,
            "allowed": self.is_allowed,
            "fillable": self.is_fillable,
            "reasons": [one.as_json for one in self.reasons],
            "who": self.who,
            "people": list(self.people),
            "follows": list(self.follows),
            "href": self.href,
        }


def why_of(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, *, now: datetime
) -> list[Why]:
    """Every step, event and act of the case in its present state, each explained."""
    reader = _Reader(session, actor, head, definition)
    return [reader.why(decision) for decision in _decisions(actor, head, definition, now=now)]


def _decisions(
    actor: Actor, head: CaseHead, definition: Definition, *, now: datetime
) -> Iterable[Decision]:
    machine, situation, view = definition.machine, head.situation(), view_of(actor)
    yield from available(machine, situation, view, now=now)
    if head.is_open:
        yield from (decide_event(machine, situation, view, code) for code in machine.events)
    for act in available_acts(machine, situation, view):
        if actor.may(NEEDED[act.transition]):
            yield act


def refused_steps(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    found: Iterable[Decision],
) -> list[Why]:
    """The steps of the present state that this person cannot take, not even by filling a form."""
    if not actor.may(Permission.CASE_ACT):
        return []
    reader = _Reader(session, actor, head, definition)
    return [reader.why(step) for step in found if not step.is_fillable and not step.confirms]


def why_blocked(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, decision: Decision
) -> Why:
    """What speaks against an act beside what its own form asks for."""
    others = tuple(reason for reason in decision.reasons if reason.field is None)
    reader = _Reader(session, actor, head, definition)
    return reader.why(replace(decision, reasons=others))


@dataclass(frozen=True, slots=True)
class _Reader:
    """One person before one case."""

    session: Session
    actor: Actor
    head: CaseHead
    definition: Definition

    def why(self, decision: Decision) -> Why:
        machine, case_type = self.definition.machine, self.definition.case_type
        found = explain(machine, case_type, self.head.situation(), decision)
        lacks_right = not self.actor.may(Permission.CASE_ACT)
        reasons = [self.because(found, cause) for cause in found.causes]
        if lacks_right:
            said = _("Vai trò của bạn chỉ xem hồ sơ, không thực hiện bước nào.")
            reasons.append(Because("permission", said, "", ""))
        is_fillable = found.is_fillable and not lacks_right
        return Why(
            code=found.code,
            name=self.say(found.name),
            is_allowed=found.is_allowed and not lacks_right,
            is_fillable=is_fillable,
            reasons=reasons,
            who=self.role_words(found.roles),
            people=() if is_fillable else self.people(found.roles),
            follows=[self.say(text) for text in found.follows],
            href=self.address(found.code) if is_fillable else "",
        )

    def because(self, found: Explained, cause: Cause) -> Because:
        how = self.say(cause.how) if cause.how else ""
        return Because(cause.code, self.say(cause.text), how, self.cure_address(found, cause))

    def cure_address(self, found: Explained, cause: Cause) -> str:
        if cause.cure is Cure.FORM:
            # Who is refused for other reasons too would stand before a form without a button.
            is_open = all(one.cure is Cure.FORM for one in found.causes)
            return f"{self.address(found.code)}#{cause.target}" if is_open else ""
        if cause.cure in {Cure.STEP, Cure.ACT}:
            return self.address(cause.target)
        if cause.cure is Cure.EVENT:
            return self.address(f"event:{cause.target}")
        anchor = cause.target if cause.cure is Cure.PLACE else _PLACES.get(cause.cure)
        return f"/ho-so/{self.head.reference}#{anchor}" if anchor else ""

    def address(self, code: str) -> str:
        kind, _colon, event = code.partition(":")
        if kind == "event":
            return f"/ho-so/{self.head.reference}/su-kien/{event}"
        return f"/ho-so/{self.head.reference}/chuyen/{code}"

    def say(self, text: Text) -> str:
        return text.in_locale(self.actor.locale)

    def role_words(self, codes: Iterable[str]) -> str:
        names = self.definition.machine.role_names
        return ", ".join(self.say(names.get(code, Text(code))) for code in codes)

    def people(self, role_codes: Sequence[str]) -> list[str]:
        """How many people of which units that share the case with the reader hold these roles."""
        held = users_holding(self.session, role_codes, unit_ids=self._units_around())
        counted = Counter(unit_id for _user, unit_id in {(o.user_id, o.unit_id) for o in held})
        names = unit_names(self.session, counted)
        said = [
            _("%(unit)s: %(n)s người", unit=names.get(unit_id, ""), n=number)
            for unit_id, number in counted.most_common(MOST_UNITS)
        ]
        return said or [_("Chưa có ai giữ vai trò này ở các đơn vị tham gia hồ sơ.")]

    def _units_around(self) -> set[int]:
        taking_part = select(CaseUnit.unit_id).where(CaseUnit.case_id == self.head.id)
        found = set(self.session.scalars(taking_part))
        return found | {self.head.owner_unit_id, self.actor.unit_id}


# --- fields ---------------------------------------------------------------------------------


def why_masked(actor: Actor, definition: Definition, field: FieldDefinition) -> str:
    """Why a fact is covered, in a sentence or two."""
    sees = actor.may(Permission.PERSONAL_DATA_VIEW)
    said = why_unread(definition.machine, field, may_see_personal=sees, roles=actor.roles)
    return " ".join(text.in_locale(actor.locale) for text in said)


def why_fields(actor: Actor, head: CaseHead, definition: Definition) -> list[Mapping[str, Any]]:
    """Every field: whether this person reads and changes it now, and why not (JSON)."""
    machine, situation = definition.machine, head.situation()
    sees = actor.may(Permission.PERSONAL_DATA_VIEW)
    rows: list[Mapping[str, Any]] = []
    for field in definition.case_type.fields:
        unread = why_unread(machine, field, may_see_personal=sees, roles=actor.roles)
        unedited = why_unedited(machine, situation, field, roles=actor.roles)
        rows.append(
            {
                "code": field.code,
                "name": field.name.in_locale(actor.locale),
                "readable": not unread,
                "editable": not unread and not unedited and head.is_open,
                "why_not_read": [text.in_locale(actor.locale) for text in unread],
                "why_not_edit": [text.in_locale(actor.locale) for text in unedited],
            }
        )
    return rows
