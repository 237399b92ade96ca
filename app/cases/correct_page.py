"""The form that corrects or completes the facts of a case between its steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.conditions import hide, is_reshaped, with_computed
from app.cases.desks import desk_for, uploads_for
from app.cases.form_fields import FactForm
from app.cases.forms import Wanted, fact_form, files_of
from app.cases.heads import CaseHead, definition_of_head, get_head, view_of
from app.cases.settling import Files
from app.cases.shielding import reader_of
from app.cases.values import may_read
from app.permissions import Actor, Permission
from app.workflow.corrections import against_correcting
from app.workflow.decisions import Decision
from app.workflow.definition import FieldDefinition
from app.workflow.engine import decide_correction
from app.workflow.expressions import is_filled


@dataclass(frozen=True, slots=True)
class Part:
    """The fields of one section; open where something is written, or wrong."""

    code: str
    name: str
    codes: Sequence[str]
    is_open: bool


@dataclass(slots=True)
class CorrectPage:
    """The facts that one person may change now."""

    head: CaseHead
    definition: Definition
    decision: Decision
    form: FactForm
    section: str
    blocked: Sequence[str]
    version: int
    locale: str
    answers: dict[str, Any] = field(default_factory=dict)  # Any: JSON values of the case
    files: Files = field(default_factory=lambda: Files({}))

    @property
    def parts(self) -> list[Part]:
        """By section, in the order of the definition."""
        names = {one.code: one.name for one in self.definition.case_type.sections}
        found: dict[str, list[str]] = {}
        for code in self.form.codes():
            section = self.definition.fields[code].section or ""
            found.setdefault(section if section in names else "", []).append(code)
        return [
            Part(
                code,
                names[code].in_locale(self.locale) if code in names else "",
                codes,
                len(found) == 1 or any(self._is_open(one) for one in codes),
            )
            for code, codes in found.items()
        ]

    def _is_open(self, code: str) -> bool:
        fact = self.form.fact(code)
        return bool(fact.errors) or fact.asked.is_held


def may_correct(actor: Actor, head: CaseHead, definition: Definition, *, now: datetime) -> bool:
    """Whether this person can change any fact of the case now."""
    if not actor.may(Permission.CASE_ACT):
        return False
    decision = decide_correction(definition.machine, head.situation(), view_of(actor), now=now)
    return decision.allowed and bool(decision.ask)


def correct_page(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    section: str,
    sent: Any,  # Any: the request's form with its files, None before it is sent
    now: datetime,
) -> CorrectPage:
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    situation = head.situation()
    decision = decide_correction(definition.machine, situation, view_of(actor), now=now)
    chosen = _chosen(reader_of(session, actor, head.id), head, definition, decision, section)
    fields = [item for item in with_computed(definition, chosen) if item in chosen or not section]
    wanted = Wanted(
        fields=fields,
        required=[item.code for item in fields if item.required and head.data.get(item.code)],
        current=head.data,
        reason_mode="optional",
        has_defaults=False,
        state=head.state,
        closed=dict(_closed(actor, head, definition, fields)),
    )
    form = fact_form(desk_for(session, actor, now=now, head=head), uploads_for(actor), wanted, sent)
    hide(form, actor, definition, situation, now=now)
    return CorrectPage(
        head=head,
        definition=definition,
        decision=decision,
        form=form,
        section=section,
        blocked=[reason.text.in_locale(actor.locale) for reason in decision.reasons],
        version=sent.get("version", 0, type=int) if sent is not None else head.version,
        locale=actor.locale,
    )


def is_ready(page: CorrectPage, actor: Actor, *, now: datetime) -> bool:
    """Read the form and judge the change; what speaks against it goes to its field."""
    if is_reshaped(page.form):
        return False
    page.form.validate()
    page.answers, page.files = page.form.answers(), files_of(page.form)
    answers = page.files.laid_over(page.answers)
    situation = page.head.situation()
    hide(page.form, actor, page.definition, situation, answers=answers, now=now)
    if page.version == page.head.version:
        decision = decide_correction(
            page.definition.machine, situation, view_of(actor), answers=answers, now=now
        )
        for reason in decision.reasons:
            page.form.refuse(reason.field, reason.text.in_locale(actor.locale))
    return not page.form.errors


def _chosen(
    actor: Actor, head: CaseHead, definition: Definition, decision: Decision, section: str
) -> list[FieldDefinition]:
    """What this person may change, and what is written and closed to them, with the reason."""
    return [
        item
        for item in definition.case_type.fields
        if (not section or item.section == section)
        and may_read(actor, item, state=head.state)
        and (item.code in decision.ask or is_filled(head.data.get(item.code)))
    ]


def _closed(
    actor: Actor, head: CaseHead, definition: Definition, fields: Sequence[FieldDefinition]
) -> Iterator[tuple[str, str]]:
    for item in fields:
        against = against_correcting(
            definition.machine, head.situation(), view_of(actor), item.code
        )
        for reason in against:
            yield item.code, reason.text.in_locale(actor.locale)
            break
