"""Papers: drafts in versions, the templates of offices, symbols, and the book of numbers."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.database import Base, IntPk, JsonList, LongText, Moment, NameText, ShortText
from app.sealing import SealedText


class PaperState(StrEnum):
    """How far a paper has come; only an issued one has a number."""

    MAKING = "making"
    DRAFT = "draft"
    FAILED = "failed"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class Made(StrEnum):
    """Where the bytes of a version come from."""

    DRAFTED = "drafted"
    UPLOADED = "uploaded"
    ISSUED = "issued"
    PDF = "pdf"


class PaperTemplate(Base):
    """A unit's own version of a template from a day on; none is changed, a newer one follows.

    A row without a file takes the shipped template into use again.
    """

    __tablename__ = "paper_template"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "number"),)

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[ShortText]
    number: Mapped[int]
    valid_from: Mapped[date]
    file_name: Mapped[NameText] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[ShortText] = mapped_column(default="")
    uploaded_by: Mapped[int]
    uploader_name: Mapped[NameText]
    uploaded_at: Mapped[Moment]

    @property
    def is_shipped(self) -> bool:
        return not self.sha256


class PaperSymbol(Base):
    """How number and symbol of a kind are written by a unit from a day on; only added to."""

    __tablename__ = "paper_symbol"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "valid_from"),)

    id: Mapped[IntPk]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # None: every unit
    kind: Mapped[ShortText]
    pattern: Mapped[NameText]
    valid_from: Mapped[date]
    source: Mapped[LongText]
    check: Mapped[ShortText] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_at: Mapped[Moment]


class Paper(Base):
    """One paper of a case, a hand-over or a mass event: what it says, how far it is."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_unit", "unit_id", "id"),)

    id: Mapped[IntPk]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"), index=True)
    # Minutes of a mass event, which lies in a capability above this one.
    mass_event_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mass_minutes_id: Mapped[int | None] = mapped_column(BigInteger)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[ShortText]
    state: Mapped[ShortText]
    batch: Mapped[str | None] = mapped_column(String(32), index=True)
    content: Mapped[str | None] = mapped_column(SealedText("paper.content"))  # JSON of Wording
    template_id: Mapped[int | None] = mapped_column(ForeignKey("paper_template.id"))
    # Who may open it: these fields must be open to the reader, these persons known.
    fields_read: Mapped[JsonList] = mapped_column(default=list)
    persons: Mapped[JsonList] = mapped_column(default=list)
    left_blank: Mapped[JsonList] = mapped_column(default=list)
    problem: Mapped[LongText] = mapped_column(default="")
    created_by: Mapped[int]
    creator_name: Mapped[NameText]
    created_at: Mapped[Moment]

    @property
    def is_open(self) -> bool:
        return self.state == PaperState.DRAFT


class PaperVersion(Base):
    """The bytes of a paper at one moment, under their own hash; never changed."""

    __tablename__ = "paper_version"
    __table_args__ = (UniqueConstraint("paper_id", "number"),)

    id: Mapped[IntPk]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    number: Mapped[int]
    made: Mapped[ShortText]
    file_name: Mapped[NameText]
    size: Mapped[int]
    sha256: Mapped[ShortText]
    made_by: Mapped[int]
    maker_name: Mapped[NameText]
    made_at: Mapped[Moment]


class PaperCounter(Base):
    """The last number of a register; its row lock makes numbers gapless and single."""

    __tablename__ = "paper_counter"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    register: Mapped[ShortText] = mapped_column(primary_key=True)
    last: Mapped[int]


class PaperNumber(Base):
    """One line of the book of outgoing papers; a withdrawn number keeps its line."""

    __tablename__ = "paper_number"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "register", "number"),
        UniqueConstraint("paper_id"),
    )

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    register: Mapped[ShortText]
    number: Mapped[int]
    kind: Mapped[ShortText]
    symbol: Mapped[NameText]
    issued_on: Mapped[date]
    abstract: Mapped[str | None] = mapped_column(SealedText("paper_number.abstract"))
    addressee: Mapped[str | None] = mapped_column(SealedText("paper_number.addressee"))
    signer: Mapped[NameText] = mapped_column(default="")
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    sha256: Mapped[ShortText]
    issued_by: Mapped[int]
    issuer_name: Mapped[NameText]
    issued_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
    withdrawer_name: Mapped[NameText] = mapped_column(default="")
    withdrawn_reason: Mapped[LongText] = mapped_column(default="")


_WITHDRAWAL = frozenset({"withdrawn_at", "withdrawer_name", "withdrawn_reason"})


@event.listens_for(PaperNumber, "before_update")
def _only_a_withdrawal_is_added(
    mapper: Mapper[Any], connection: Connection, row: PaperNumber
) -> None:  # Any: the event's signature
    del mapper, connection
    state = inspect(row)
    changed = {item.key for item in state.attrs if item.history.has_changes()}
    was_withdrawn = any(state.attrs.withdrawn_at.history.deleted or ())
    if changed - _WITHDRAWAL or (changed and was_withdrawn):
        raise RuntimeError(f"line {row.id} of the book of papers is not changed")


@event.listens_for(PaperNumber, "before_delete")
@event.listens_for(PaperVersion, "before_update")
@event.listens_for(PaperVersion, "before_delete")
@event.listens_for(PaperTemplate, "before_update")
@event.listens_for(PaperTemplate, "before_delete")
def _refuse_change(
    mapper: Mapper[Any], connection: Connection, row: PaperNumber | PaperVersion | PaperTemplate
) -> None:  # Any: the event's signature
    del mapper, connection
    raise RuntimeError(f"{row.__tablename__} {row.id} is not changed")
