"""The tables of a migration: what was asked, how far it has come, and what became of each case."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, JsonColumn, JsonDict, JsonList, Moment, NameText, ShortText


class MigrationState(StrEnum):
    """How far a migration has come; checking is the dry run."""

    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


ACTIVE = frozenset({MigrationState.CHECKING, MigrationState.RUNNING, MigrationState.UNDOING})
UNDOABLE = frozenset({MigrationState.DONE, MigrationState.CANCELLED})


class ItemState(StrEnum):
    """What has become of one case: judged, moved, left where it was, put back, or kept as moved."""

    WAITING = "waiting"
    JUDGED = "judged"
    MOVED = "moved"
    LEFT = "left"
    RESTORED = "restored"
    KEPT = "kept"


class CaseMigration(Base):
    """Open cases on their way from one version to another; `done` of `total` in this run."""

    __tablename__ = "case_migration"
    __table_args__ = (Index("ix_case_migration_code", "code", "id"),)

    id: Mapped[IntPk]
    code: Mapped[ShortText]
    from_version_id: Mapped[int] = mapped_column(ForeignKey("case_type_version.id"))
    to_version_id: Mapped[int] = mapped_column(ForeignKey("case_type_version.id"))
    from_number: Mapped[int]
    to_number: Mapped[int]
    mapping: Mapped[JsonDict]
    state: Mapped[ShortText]
    user_id: Mapped[int]
    user_name: Mapped[NameText]
    unit_id: Mapped[int]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def may_be_undone(self) -> bool:
        return self.state in UNDOABLE


class MigrationItem(Base):
    """One case of a migration: the verdict with its reasons, and what it was before.

    `why` holds {code, vi, en} sentences. `before` holds the columns and clock rows as they were,
    `event_seq` the event of the migration: what comes behind it has happened since.
    """

    __tablename__ = "case_migration_item"
    __table_args__ = (
        UniqueConstraint("migration_id", "case_id"),
        Index("ix_case_migration_item_state", "migration_id", "state", "id"),
        Index("ix_case_migration_item_case", "case_id"),
    )

    id: Mapped[IntPk]
    migration_id: Mapped[int] = mapped_column(ForeignKey("case_migration.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    state: Mapped[ShortText] = mapped_column(default=ItemState.WAITING)
    outcome: Mapped[ShortText] = mapped_column(default="")
    from_state: Mapped[ShortText] = mapped_column(default="")
    to_state: Mapped[ShortText] = mapped_column(default="")
    why_code: Mapped[NameText] = mapped_column(default="")  # of the first reason: what is counted
    why: Mapped[JsonList]
    clocks: Mapped[JsonDict]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # Any: columns as JSON
    event_seq: Mapped[int | None]


class StoredMap(Base):
    """How the removed parts of a case type were mapped the last time.

    It leads from the newest published version at the time, `from_version_id`, to what is published
    next, and is the proposal of the next migration.
    """

    __tablename__ = "version_map"

    code: Mapped[ShortText] = mapped_column(primary_key=True)
    from_version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mapping: Mapped[JsonDict]
    saved_by: Mapped[int]
    saved_at: Mapped[Moment]
