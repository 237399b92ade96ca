"""The tables of an import: the file that was brought in, what was found in it, what was learnt."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import (
    Base,
    BigKey,
    IntPk,
    JsonDict,
    JsonList,
    LongText,
    Moment,
    NameText,
    ShortText,
)
from app.sealing import SealedText


class BatchState(StrEnum):
    """How far an import has come; `refused` means the file as a whole."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNDOING = "undoing"
    UNDONE = "undone"


ACTIVE = frozenset({BatchState.CHECKING, BatchState.RUNNING, BatchState.UNDOING})
ENDED = frozenset({BatchState.DONE, BatchState.CANCELLED, BatchState.REFUSED, BatchState.UNDONE})


class Undo(StrEnum):
    """What became of one effect of an import when it was taken back."""

    NOT_ASKED = ""
    UNDONE = "undone"
    KEPT = "kept"


class ImportBatch(Base):
    """One file on its way in: `done` of `total` records judged, and what became of them.

    `mapping` holds the column of each field, counted from 0; `options` what the person chose for
    the whole file: sheet, line, crs, convert.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_unit", "unit_id", "id"),)

    id: Mapped[IntPk]
    target: Mapped[ShortText]
    file_name: Mapped[NameText]
    sha256: Mapped[ShortText]
    size: Mapped[int]
    unit_id: Mapped[int]
    user_id: Mapped[int]
    user_name: Mapped[NameText]
    state: Mapped[ShortText]
    options: Mapped[JsonDict]
    mapping: Mapped[JsonDict]
    titles: Mapped[JsonList]
    signature: Mapped[ShortText] = mapped_column(default="")
    notes: Mapped[JsonList]
    message: Mapped[LongText] = mapped_column(default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    finding_counts: Mapped[JsonDict]
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    file_deleted_at: Mapped[datetime | None]

    @property
    def accepted(self) -> int:
        return self.created + self.changed + self.unchanged

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class ImportFinding(Base):
    """One sentence about one row of a file: an error that refused it, or a warning."""

    __tablename__ = "import_finding"
    __table_args__ = (Index("ix_import_finding_batch", "batch_id", "severity", "row", "id"),)

    id: Mapped[IntPk]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row: Mapped[int]
    severity: Mapped[ShortText]
    code: Mapped[ShortText]
    text: Mapped[LongText]


class ColumnMemory(Base):
    """How a unit matched the columns of files with this header, so that it is asked only once."""

    __tablename__ = "import_column_memory"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[ShortText] = mapped_column(primary_key=True)
    signature: Mapped[ShortText] = mapped_column(primary_key=True)
    mapping: Mapped[JsonDict]
    used_at: Mapped[Moment]


class ImportEffect(Base):
    """One marker that an import made or changed, by which changes of its history; or a new case."""

    __tablename__ = "import_effect"
    __table_args__ = (Index("ix_import_effect_batch", "batch_id", "undo", "id"),)

    id: Mapped[IntPk]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row: Mapped[int]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("marker.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    is_new: Mapped[bool]
    first_change: Mapped[int | None] = mapped_column(BigInteger)
    last_change: Mapped[int | None] = mapped_column(BigInteger)
    measurement_id: Mapped[int | None] = mapped_column(BigInteger)
    undo: Mapped[ShortText] = mapped_column(default=Undo.NOT_ASKED)
    note: Mapped[LongText] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(BigKey)
    vessel_id: Mapped[int | None] = mapped_column(BigKey)
    before: Mapped[str | None] = mapped_column(SealedText("import_effect.before"))  # as JSON
    after: Mapped[str | None] = mapped_column(SealedText("import_effect.after"))
