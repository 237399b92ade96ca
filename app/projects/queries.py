"""Reads of shared projects, always through the cases that the actor sees."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.cases.models import Case, CaseUnit, UnitRole
from app.cases.queries import no_case, visible_to
from app.errors import NotFound
from app.permissions import Actor
from app.projects.models import (
    AgreedPoint,
    OperatingRule,
    ProjectMilestone,
    TalkRound,
    VisitorCount,
)

PROJECT = "shared_project"
MOST_PROJECTS = 200


def list_projects(session: Session, actor: Actor) -> Sequence[Case]:
    return session.scalars(
        select(Case)
        .where(Case.type_code == PROJECT, visible_to(actor))
        .order_by(Case.is_open.desc(), Case.updated_at.desc(), Case.id)
        .limit(MOST_PROJECTS)
    ).all()


def project_by_reference(session: Session, actor: Actor, reference: str) -> Case:
    """A shared project in the actor's scope; any other case is not found here."""
    found = session.scalar(
        select(Case).where(
            Case.reference == reference, Case.type_code == PROJECT, visible_to(actor)
        )
    )
    if found is None:
        raise no_case(reference)
    return found


def works_on(session: Session, actor: Actor, case: Case) -> bool:
    """Whether the actor's unit owns the project or takes part in it; the Ministry always does."""
    if actor.area.is_everything or case.owner_unit_id in {actor.unit_id, *actor.area.unit_ids}:
        return True
    return (
        session.scalar(
            select(CaseUnit.unit_id).where(
                CaseUnit.case_id == case.id,
                CaseUnit.unit_id == actor.unit_id,
                CaseUnit.role != UnitRole.INFORMED,
            )
        )
        is not None
    )


# --- talks ----------------------------------------------------------------------------------


def rounds_of(session: Session, case: Case) -> Sequence[TalkRound]:
    """The newest round first."""
    return session.scalars(
        select(TalkRound).where(TalkRound.case_id == case.id).order_by(TalkRound.number.desc())
    ).all()


def round_by_number(session: Session, case: Case, number: int) -> TalkRound:
    found = session.scalar(
        select(TalkRound).where(TalkRound.case_id == case.id, TalkRound.number == number)
    )
    if found is None:
        raise NotFound
    return found


def points_of(session: Session, case: Case) -> Sequence[AgreedPoint]:
    return session.scalars(
        select(AgreedPoint)
        .join(TalkRound, TalkRound.id == AgreedPoint.round_id)
        .where(AgreedPoint.case_id == case.id)
        .options(selectinload(AgreedPoint.round))
        .order_by(TalkRound.number, AgreedPoint.number)
    ).all()


def point_by_id(session: Session, case: Case, point_id: int) -> AgreedPoint:
    found = session.get(AgreedPoint, point_id)
    if found is None or found.case_id != case.id:
        raise NotFound
    return found


def open_counts(session: Session, cases: Sequence[Case]) -> Mapping[int, int]:
    """How many agreed points of each project are not done."""
    rows = session.execute(
        select(AgreedPoint.case_id, func.count())
        .where(
            AgreedPoint.case_id.in_([case.id for case in cases]),
            AgreedPoint.done_on.is_(None),
            AgreedPoint.done_round.is_(None),
        )
        .group_by(AgreedPoint.case_id)
    )
    return {row[0]: row[1] for row in rows}


# --- operation ------------------------------------------------------------------------------


def rules_of(session: Session, case: Case) -> Sequence[OperatingRule]:
    return session.scalars(
        select(OperatingRule)
        .where(OperatingRule.case_id == case.id)
        .order_by(OperatingRule.valid_from.desc(), OperatingRule.kind, OperatingRule.id)
    ).all()


def visitors_of(session: Session, case: Case) -> Sequence[VisitorCount]:
    return session.scalars(
        select(VisitorCount)
        .where(VisitorCount.case_id == case.id)
        .order_by(VisitorCount.first_day, VisitorCount.last_day, VisitorCount.id)
    ).all()


def days_counted(session: Session, case: Case, days: Sequence[date]) -> Mapping[date, VisitorCount]:
    rows = session.scalars(
        select(VisitorCount).where(
            VisitorCount.case_id == case.id,
            VisitorCount.first_day == VisitorCount.last_day,
            VisitorCount.first_day.in_(days),
        )
    )
    return {row.first_day: row for row in rows}


def milestones_of(session: Session, case: Case) -> Sequence[ProjectMilestone]:
    return session.scalars(
        select(ProjectMilestone)
        .where(ProjectMilestone.case_id == case.id)
        .order_by(ProjectMilestone.on_day.desc(), ProjectMilestone.id)
    ).all()
