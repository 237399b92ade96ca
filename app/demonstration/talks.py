"""Loads what was published of the Bản Giốc area: talks, rules, visitors and days, with sources."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.database import Base
from app.demonstration.names import DATA
from app.permissions import SYSTEM_ACTOR
from app.projects.models import (
    AgreedPoint,
    OperatingRule,
    ProjectMilestone,
    TalkRound,
    VisitorCount,
)

Said = Mapping[str, Any]  # Any: YAML


def load_talks(session: Session, *, now: datetime) -> str:
    said: Said = yaml.safe_load((DATA / "ban_gioc.yaml").read_text("utf-8"))
    case_id = session.scalars(
        select(Case.id).where(Case.type_code == "shared_project", Case.title == said["project"])
    ).one()
    session.add_all(_rows(said, case_id, now))
    session.flush()
    for one in said["rounds"]:
        _load_round(session, case_id, one, now)
    return f"Bản Giốc: {len(said['rounds'])} vòng hội đàm, {len(said['rules'])} quy định"


def _rows(said: Said, case_id: int, now: datetime) -> Iterator[Base]:
    for rule in said["rules"]:
        yield OperatingRule(case_id=case_id, recorded_at=now, **rule)
    for count in said["visitors"]:
        noted = {**count, "note": count["note"] or ""}
        yield VisitorCount(case_id=case_id, recorded_at=now, **noted)
    for day in said["milestones"]:
        yield ProjectMilestone(case_id=case_id, recorded_at=now, **day)


def _load_round(session: Session, case_id: int, one: Said, now: datetime) -> None:
    facts = {name: value for name, value in one.items() if name != "points"}
    made = TalkRound(
        case_id=case_id,
        recorded_by=SYSTEM_ACTOR.user_id,
        recorded_name=SYSTEM_ACTOR.name,
        recorded_at=now,
        **facts,
    )
    session.add(made)
    session.flush()
    session.add_all(
        AgreedPoint(case_id=case_id, round_id=made.id, number=number, recorded_at=now, **point)
        for number, point in enumerate(one["points"], start=1)
    )
