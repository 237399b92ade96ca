"""A small case type in two versions, and cases of it at different points of their way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import publish
from app.cases.heads import CaseHead
from app.cases.models import Case
from app.cases.services import open_case, perform_transition
from app.database import reading, transaction
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.definition import CaseType, load_definition
from app.workflow.version_map import VersionMap
from tests.integration.cases.people import a_unit, acting

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
CODE = "matter"

FIRST = (Path(__file__).parent / "matter.yaml").read_text("utf-8")

SECOND = (
    FIRST.replace("code: review, name", "code: study, name")
    .replace("to: review", "to: study")
    .replace("[review]", "[study]")
    .replace("[received, review]", "[received, study]")
    .replace("state:review", "state:study")
    .replace("code: letter, type", "code: paper, type")
    .replace("kind, letter]", "kind, paper]")
    .replace("code: plain, name", "code: normal, name")
    .replace(
        "outcomes:",
        "  - {code: study_time, limit: 3 cd, start: [state:study], stop: [transition:finish],"
        ' name: {vi: "Xem xét", en: "Study"}}\noutcomes:',
    )
)
WHOLE_MAP = VersionMap(
    states={"review": "study"},
    fields={"letter": "paper"},
    options={"kind": {"plain": "normal"}},
)


def first() -> CaseType:
    return load_definition(FIRST)


def second() -> CaseType:
    return load_definition(SECOND)


def publish_type(case_type: CaseType) -> int:
    with transaction() as writer:
        return publish(writer, SYSTEM_ACTOR, case_type, now=NOW).number


def officer(session: Session) -> Actor:
    del session
    with transaction() as writer:
        return acting(a_unit(writer, "DBP-VN"), "border_station", user_id=5)


def a_matter(actor: Actor, **answers: Any) -> CaseHead:  # Any: JSON
    said = {"subject": "Xin xác minh", "kind": "plain", "letter": "12/CV", **answers}
    with transaction() as writer:
        return open_case(writer, actor, CODE, answers=said, pack=None, now=NOW)


def step(actor: Actor, head: CaseHead, code: str, **answers: Any) -> CaseHead:  # Any: JSON
    with transaction() as writer:
        return perform_transition(
            writer, actor, head.reference, code,
            answers=answers, expected_version=head.version, pack=None, now=NOW,
        )  # fmt: skip


def case_of(head: CaseHead) -> Case:
    session = reading()
    session.rollback()
    return session.scalars(
        select(Case).where(Case.id == head.id).execution_options(populate_existing=True)
    ).one()
