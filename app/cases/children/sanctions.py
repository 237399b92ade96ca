"""A sanction of a case: a decision with acts, each at the law of the day of the violation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild, SanctionAct
from app.cases.children.penalties import (
    ORGANISATION,
    Fined,
    Penalty,
    Violation,
    acts_in_words,
    in_force,
    in_millions,
    range_of,
    total,
    warning_of,
)
from app.cases.children.penalty_table import penalties
from app.cases.children.queries import child_of, children_of, open_counts
from app.cases.children.services import writable
from app.cases.children.words import FIRST
from app.cases.dated_settings import rows_of
from app.cases.heads import CaseHead
from app.cases.models import EventKind
from app.cases.recording import Happening, record
from app.cases.search import Words, extend_text, searchable
from app.errors import Invalid
from app.permissions import Actor
from app.workflow.expressions import HANOI
from app.workflow.tracks import Track

LIMITATION = "fishery.sanction_limitation"
_NOT_SAVED = "Chưa lưu được chế tài."
_LABEL = 255


@dataclass(frozen=True, slots=True)
class SanctionFacts:
    """The head of a sanction: the decision, whom it is about, when the law was broken."""

    violation_on: date
    subject: str = "person"
    subject_child: int | None = None
    decision_number: str = ""
    decision_on: date | None = None
    authority: str = ""
    length_class: str = ""
    is_repeated: bool = False

    @property
    def violation(self) -> Violation:
        return Violation(
            self.violation_on,
            is_organisation=self.subject == ORGANISATION,
            is_repeated=self.is_repeated,
            length_class=self.length_class,
        )

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        known = asdict(self)
        known["violation_on"] = self.violation_on.isoformat()
        known["decision_on"] = self.decision_on.isoformat() if self.decision_on else None
        return known


@dataclass(frozen=True, slots=True)
class ActFacts:
    """One act as it was entered: of the table, or in words where the table has none."""

    amount: Decimal
    act_code: str = ""
    act: str = ""
    clause: str = ""
    reason: str = ""


def facts_of(child: CaseChild) -> SanctionFacts:
    """The head of a sanction as it is stored."""
    known = dict(child.facts)
    return SanctionFacts(
        violation_on=date.fromisoformat(known["violation_on"]),
        subject=known.get("subject", "person"),
        subject_child=known.get("subject_child"),
        decision_number=known.get("decision_number", ""),
        decision_on=date.fromisoformat(known["decision_on"]) if known.get("decision_on") else None,
        authority=known.get("authority", ""),
        length_class=known.get("length_class", ""),
        is_repeated=bool(known.get("is_repeated")),
    )


def record_sanction(
    session: Session,
    actor: Actor,
    reference: str,
    facts: SanctionFacts,
    acts: Sequence[ActFacts],
    *,
    now: datetime,
    child_id: int | None = None,
) -> CaseChild:
    """Write a sanction down, or write it anew; the chain keeps what stood before."""
    head = writable(session, actor, reference, Track.SANCTIONS)
    _refuse_days(actor, facts, now)
    fined = _judged(session, facts, acts)
    if facts.subject_child is not None:
        _require_subject(session, head, facts.subject_child)
    child = _child(session, actor, head, facts, child_id, now=now)
    before = child.facts
    child.facts = {**facts.as_json(), "total": format(total(fined), "f")}
    child.label = _label(facts)
    child.parent_id = facts.subject_child
    child.updated_at, child.updated_by = now, actor.name
    session.add(child)
    session.flush()
    session.execute(delete(SanctionAct).where(SanctionAct.child_id == child.id))
    session.add_all(_act_row(child, one, written) for one, written in zip(fined, acts, strict=True))
    happening = _happening(child, fined, before, is_new=child_id is None)
    session.flush()
    columns = {"open_children": open_counts(children_of(session, head.id))}
    record(session, actor, head, happening, now=now, changes=columns)
    extend_text(session, head.id, Words(searchable([facts.decision_number])))
    return child


def _child(
    session: Session,
    actor: Actor,
    head: CaseHead,
    facts: SanctionFacts,
    child_id: int | None,
    *,
    now: datetime,
) -> CaseChild:
    if child_id is not None:
        return child_of(session, head.id, Track.SANCTIONS, child_id)
    return CaseChild(
        case_id=head.id,
        track=Track.SANCTIONS.value,
        label="",
        status=FIRST[Track.SANCTIONS],
        since=facts.violation_on,
        is_open=True,
        is_verified=False,
        facts={},
        added_at=now,
        updated_at=now,
        updated_by=actor.name,
    )


def _require_subject(session: Session, head: CaseHead, subject_child: int) -> None:
    known = {child.id for child in children_of(session, head.id)}
    if subject_child not in known:
        raise Invalid(_NOT_SAVED, {"subject_child": [_("Hãy chọn trong danh sách.")]})


def _label(facts: SanctionFacts) -> str:
    number = facts.decision_number or _("chưa có số quyết định")
    return f"{number}"[:_LABEL]


def _refuse_days(actor: Actor, facts: SanctionFacts, now: datetime) -> None:
    today = actor.day(now)
    if facts.violation_on > today:
        raise Invalid(_NOT_SAVED, {"violation_on": [_("Ngày không thể ở tương lai.")]})
    if facts.decision_on is not None and facts.decision_on < facts.violation_on:
        said = _("Ngày quyết định trước ngày vi phạm.")
        raise Invalid(_NOT_SAVED, {"decision_on": [said]})


def _judged(session: Session, facts: SanctionFacts, acts: Sequence[ActFacts]) -> list[Fined]:
    """Each act with the row of the day; an amount out of its range needs a reason."""
    if not acts:
        raise Invalid(_NOT_SAVED, {"acts": [_("Ghi ít nhất một hành vi.")]})
    table = in_force(penalties(session), facts.violation)
    by_act = {one.act_code: one for one in sorted(table, key=lambda row: bool(row.length_class))}
    fined = []
    for number, act in enumerate(acts, start=1):
        penalty = by_act.get(act.act_code)
        one = Fined(_act_name(act, penalty), act.amount, penalty, act.reason.strip())
        warning = warning_of(one, facts.violation)
        if warning is not None and not one.reason:
            said = _("Hành vi %(number)s: %(why)s; nêu lý do.", number=number, why=warning.vi)
            raise Invalid(_NOT_SAVED, {"acts": [said]})
        fined.append(one)
    return fined


def _act_name(act: ActFacts, penalty: Penalty | None) -> str:
    name = act.act.strip() or (penalty.act if penalty else "")
    if not name:
        raise Invalid(_NOT_SAVED, {"acts": [_("Ghi tên hành vi không có trong bảng.")]})
    return name


def _act_row(child: CaseChild, fined: Fined, written: ActFacts) -> SanctionAct:
    penalty = fined.penalty
    low, high = (
        range_of(penalty, facts_of(child).violation) if penalty is not None else (None, None)
    )
    return SanctionAct(
        child_id=child.id,
        rule_id=penalty.id if penalty else None,
        act=fined.act,
        decree=penalty.decree if penalty else "",
        clause=penalty.clause if penalty else written.clause.strip(),
        fine_min=low,
        fine_max=high,
        amount=fined.amount,
        reason=fined.reason,
    )


def _happening(
    child: CaseChild, fined: Sequence[Fined], before: dict[str, Any], *, is_new: bool
) -> Happening:  # Any: JSON
    written = [
        {
            "act": one.act,
            "amount": format(one.amount, "f"),
            "decree": one.penalty.decree if one.penalty else "",
            "reason": one.reason,
        }
        for one in fined
    ]
    data = {
        "track": Track.SANCTIONS.value,
        "children": [child.id],
        "facts": child.facts,
        "acts": written,
        "word": f"{child.label}: {acts_in_words(fined)}",
    }
    if not is_new:
        data["old"] = before
    kind = EventKind.CHILDREN_ADDED if is_new else EventKind.CHILD_AMENDED
    return Happening(kind, data=data, summary=f"Chế tài: {in_millions(total(fined))}")


def limitation_end(session: Session, head: CaseHead, violation_on: date) -> date | None:
    """The last day on which a fine may be imposed, by the law of the day of the violation."""
    start = datetime.combine(violation_on, time(12), tzinfo=HANOI)
    limit = rows_of(session, LIMITATION).limit_of(head, start)
    return violation_on + timedelta(days=limit.amount) if limit is not None else None
