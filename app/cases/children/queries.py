"""Reads the children of a case; whoever reads them has found the case in scope before."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild, PenaltyRule, SanctionAct
from app.errors import NotFound
from app.workflow.tracks import Track


def children_of(session: Session, case_id: int, track: Track | None = None) -> Sequence[CaseChild]:
    """The children in the order in which they were entered."""
    statement = select(CaseChild).where(CaseChild.case_id == case_id).order_by(CaseChild.id)
    if track is not None:
        statement = statement.where(CaseChild.track == track)
    return session.scalars(statement).all()


def child_of(session: Session, case_id: int, track: Track, child_id: int) -> CaseChild:
    """The child of this very case and list, or NotFound."""
    child = session.get(CaseChild, child_id)
    if child is None or child.case_id != case_id or child.track != track:
        raise NotFound
    return child


def open_counts(children: Collection[CaseChild]) -> dict[str, int] | None:
    """How many have not ended, by track; None where there is none, as a new case has it."""
    counted = Counter(str(child.track) for child in children if child.is_open)
    return {str(Track(track).value): number for track, number in sorted(counted.items())} or None


def acts_of(session: Session, child_ids: Collection[int]) -> Mapping[int, list[SanctionAct]]:
    """The acts of sanctions, by sanction, in the order in which they were written."""
    found: dict[int, list[SanctionAct]] = {child_id: [] for child_id in child_ids}
    statement = select(SanctionAct).where(SanctionAct.child_id.in_(child_ids))
    for act in session.scalars(statement.order_by(SanctionAct.id)):
        found[act.child_id].append(act)
    return found


def penalty_rules(session: Session) -> Sequence[PenaltyRule]:
    """Every row that the table of penalties ever had, by act, the newest first."""
    order = (PenaltyRule.act_code, PenaltyRule.length_class, PenaltyRule.valid_from.desc())
    return session.scalars(select(PenaltyRule).order_by(*order, PenaltyRule.id)).all()
