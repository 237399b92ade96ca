"""Puts together the page of a sanction: the decision, its acts beside the law, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.cases.children.pages import ChildPage, ListPage, child_page
from app.cases.children.penalties import Penalty, changed_since, in_millions
from app.cases.children.penalty_table import penalties
from app.cases.children.queries import acts_of
from app.cases.children.sanctions import SanctionFacts, facts_of, limitation_end
from app.cases.children.words import subjects
from app.cases.number_words import dong_in_words
from app.permissions import Actor
from app.workflow.tracks import Track


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act with what it rests on; `changed` names the law that holds today instead."""

    act: str
    law: str
    said_range: str
    amount: str
    reason: str
    changed: str


@dataclass(frozen=True, slots=True)
class SanctionPage:
    """One sanction: its head, its acts, their sum in figures and in words."""

    found: ChildPage
    facts: SanctionFacts
    subject: str
    acts: Sequence[ActLine]
    total: str
    in_words: str
    limitation: date | None
    is_late: bool


def sanction_page(
    session: Session, actor: Actor, reference: str, child_id: int, *, today: date
) -> SanctionPage:
    found = child_page(session, actor, reference, Track.SANCTIONS, child_id)
    facts = facts_of(found.child)
    table = penalties(session)
    rows = acts_of(session, [child_id])[child_id]
    known = {one.id: one for one in table}
    summed = sum((row.amount for row in rows), Decimal(0))
    limit = limitation_end(session, found.page.head, facts.violation_on)
    decided = facts.decision_on or today
    whom = next((one for one in found.page.reader.children if one.id == facts.subject_child), None)
    kind = subjects()[facts.subject].in_locale(actor.locale)
    return SanctionPage(
        found=found,
        facts=facts,
        subject=f"{kind}: {found.page.reader.label(whom)}" if whom else kind,
        acts=[
            ActLine(
                act=row.act,
                law=", ".join(filter(None, [row.clause, row.decree])),
                said_range=_range(row.fine_min, row.fine_max),
                amount=in_millions(row.amount),
                reason=row.reason,
                changed=_changed(known.get(row.rule_id or 0), table, today),
            )
            for row in rows
        ],
        total=in_millions(summed),
        in_words=dong_in_words(summed),
        limitation=limit,
        is_late=limit is not None and decided > limit,
    )


def _range(low: Decimal | None, high: Decimal | None) -> str:
    return f"{in_millions(low)} – {in_millions(high)}" if low is not None and high else ""


def _changed(used: Penalty | None, table: Sequence[Penalty], today: date) -> str:
    other = changed_since(used, table, on=today) if used is not None else None
    return f"{other.decree}, {other.clause}" if other is not None else ""


def subject_choices(page: ListPage) -> list[tuple[str, str]]:
    """The persons and vessels of the case, as this reader may call them."""
    return [
        (str(child.id), page.reader.label(child))
        for child in page.reader.children
        if child.track != Track.SANCTIONS
    ]
