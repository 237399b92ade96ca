"""Puts together what the pages of shared projects show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.permissions import Actor
from app.projects import queries
from app.projects.models import (
    AgreedPoint,
    OperatingRule,
    ProjectMilestone,
    TalkRound,
    VisitorCount,
)
from app.projects.rules import Period, Sheet, is_late, sheet_of, years_of


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything that a project holds beside its case."""

    case: Case
    can_write: bool
    rounds: Sequence[TalkRound]
    open_points: Sequence[AgreedPoint]
    late: frozenset[int]
    rules: Sequence[OperatingRule]
    milestones: Sequence[ProjectMilestone]
    published: Sequence[VisitorCount]
    years: Sequence[Period]

    @property
    def data(self) -> Mapping[str, Any]:  # Any: JSON values of the case
        return self.case.data

    @property
    def busiest(self) -> int:
        """The largest month, by which the bars are drawn."""
        return max((month.total for year in self.years for month in year.months), default=0)


def project_page(session: Session, actor: Actor, case: Case, *, today: date) -> ProjectPage:
    points = queries.points_of(session, case)
    visitors = queries.visitors_of(session, case)
    return ProjectPage(
        case=case,
        can_write=queries.works_on(session, actor, case),
        rounds=queries.rounds_of(session, case),
        open_points=[point for point in points if not point.is_done],
        late=frozenset(point.id for point in points if is_late(point, today)),
        rules=queries.rules_of(session, case),
        milestones=queries.milestones_of(session, case),
        published=[row for row in visitors if row.first_day != row.last_day],
        years=years_of(visitors),
    )


def round_sheet(session: Session, case: Case, number: int) -> Sheet:
    one = queries.round_by_number(session, case, number)
    return sheet_of(one, queries.points_of(session, case))


def next_round(case: Case, rounds: Sequence[TalkRound]) -> Mapping[str, Any]:  # Any: form values
    """What is known of the round to be written down: the case's own step may have named it."""
    known = {one.number for one in rounds}
    said, number = case.data, int(case.data.get("round_number") or 0)
    if not number or number in known:
        return {"number": max(known, default=number) + 1}
    return {
        "number": number,
        "held_on": date.fromisoformat(said["round_on"]) if said.get("round_on") else None,
        "points": said.get("agreed_points", ""),
    }
