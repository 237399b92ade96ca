"""The tables of the lab: a draft run through the past, and what was found of which case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, JsonDict, LongText, Moment, NameText, ShortText


class LabState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FindingKind(StrEnum):
    """What the lab tells of a case."""

    REFUSED = "refused"
    SECOND_PERSON = "second_person"
    MISSED = "missed"
    STUCK = "stuck"


class LabRun(Base):
    """A definition run through the last months; `figures` counts what is not found case by case."""

    __tablename__ = "lab_run"
    __table_args__ = (Index("ix_lab_run_code", "code", "id"),)

    id: Mapped[IntPk]
    code: Mapped[ShortText]
    source: Mapped[NameText]
    definition: Mapped[JsonDict]
    months: Mapped[int]
    since: Mapped[Moment]
    state: Mapped[ShortText]
    user_id: Mapped[int]
    user_name: Mapped[NameText]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    last_case_id: Mapped[int] = mapped_column(default=0)
    figures: Mapped[JsonDict]
    created_at: Mapped[Moment]
    finished_at: Mapped[datetime | None]


class LabFinding(Base):
    """One thing found of one case; `key` groups what has the same reason."""

    __tablename__ = "lab_finding"
    __table_args__ = (Index("ix_lab_finding_kind", "run_id", "kind", "key", "id"),)

    id: Mapped[IntPk]
    run_id: Mapped[int] = mapped_column(ForeignKey("lab_run.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[ShortText]
    key: Mapped[NameText]
    at: Mapped[Moment]
    text_vi: Mapped[LongText]
    text_en: Mapped[LongText]
