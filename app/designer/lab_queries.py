"""Reads of the lab: the runs, their findings by reason, and the cases behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.models import Case
from app.cases.queries import visible_to
from app.designer.lab_models import FindingKind, LabFinding, LabRun
from app.errors import NotFound
from app.permissions import Actor, Permission

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one reason: how many, in how many cases, in words."""

    kind: str
    key: str
    count: int
    cases: int
    vi: str
    en: str

    @property
    def step(self) -> str:
        """The step that was refused, so that a page leads to where it is mended."""
        return self.key.partition(":")[0] if self.kind != FindingKind.STUCK else ""


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case behind a figure; the title only for who may read the case."""

    id: int
    reference: str
    state: str
    unit_name: str
    title: str
    at: datetime
    vi: str
    en: str


def runs_of(session: Session, code: str, *, limit: int = 10) -> Sequence[LabRun]:
    return session.scalars(
        select(LabRun).where(LabRun.code == code).order_by(LabRun.id.desc()).limit(limit)
    ).all()


def get_run(session: Session, code: str, run_id: int) -> LabRun:
    run = session.get(LabRun, run_id, populate_existing=True)
    if run is None or run.code != code:
        raise NotFound("Không có lần thử nghiệm này.")
    return run


def newest_run(session: Session, code: str) -> LabRun | None:
    return next(iter(runs_of(session, code, limit=1)), None)


def groups_of(session: Session, run_id: int, kind: FindingKind) -> list[Group]:
    """The reasons of one kind, the most frequent first."""
    rows = session.execute(
        select(
            LabFinding.kind,
            LabFinding.key,
            func.count(),
            func.count(LabFinding.case_id.distinct()),
            func.min(LabFinding.text_vi),
            func.min(LabFinding.text_en),
        )
        .where(LabFinding.run_id == run_id, LabFinding.kind == kind)
        .group_by(LabFinding.kind, LabFinding.key)
        .order_by(func.count().desc(), LabFinding.key)
    )
    return [Group(*row) for row in rows]


def cases_of(
    session: Session, actor: Actor, run: LabRun, *, kind: str, key: str, after: int
) -> tuple[list[FoundCase], int | None]:
    """The cases behind a figure, page by page.

    Whoever tries drafts sees of every case its number and state; the line by which people know it
    only where the case is in the actor's own scope.
    """
    may_read = visible_to(actor) if actor.may(Permission.CASE_VIEW) else Case.id.is_(None)
    wanted = [LabFinding.run_id == run.id, LabFinding.kind == kind, LabFinding.id > after]
    if key:
        wanted.append(LabFinding.key == key)
    rows = session.execute(
        select(
            LabFinding.id,
            Case.reference,
            Case.state,
            Unit.name,
            Case.title,
            LabFinding.at,
            LabFinding.text_vi,
            LabFinding.text_en,
            may_read,
        )
        .join(Case, Case.id == LabFinding.case_id)
        .join(Unit, Unit.id == Case.owner_unit_id)
        .where(*wanted)
        .order_by(LabFinding.id)
        .limit(PAGE_SIZE + 1)
    ).all()
    shown = [FoundCase(*row[:4], row[4] if row[8] else "", *row[5:8]) for row in rows[:PAGE_SIZE]]
    return shown, shown[-1].id if len(rows) > PAGE_SIZE else None
