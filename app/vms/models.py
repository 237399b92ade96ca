"""Alerts about vessels at sea, grouped by vessel and trip; positions only as frozen extracts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, IntPk, JsonList, LongText, Moment, NameText, ShortText
from app.sealing import SealedText


class AlertKind(StrEnum):
    """What an alert says of a vessel."""

    SIGNAL_LOST = "signal_lost"
    LINE_CROSSED = "line_crossed"


class Outcome(StrEnum):
    """How a trip ended, as an officer recorded it; empty while it goes on."""

    NONE = ""
    RECONNECTED = "reconnected"
    IN_PORT = "in_port"
    HANDED_OVER = "handed_over"


class NoteKind(StrEnum):
    """What somebody did about a trip, or what time did to it."""

    CALLED = "called"
    POSITION = "position"
    OUTCOME = "outcome"
    ESCALATED = "escalated"
    MISSED = "missed"
    CASE_OPENED = "case_opened"


class VmsTrip(Base):
    """One vessel on one trip: its alerts in sums, the duties that stand open, how it ended.

    A number that the register does not know is kept as it was written; `vessel_id` is filled when
    the register learns it. `told_step` is the highest step of the ladder that was told.
    """

    __tablename__ = "vms_trip"
    __table_args__ = (
        Index("ix_vms_trip_province", "province_code", "is_open", "last_at"),
        Index("ix_vms_trip_fold", "number_fold", "started_at"),
    )

    id: Mapped[IntPk]
    vessel_id: Mapped[int | None] = mapped_column(ForeignKey("vessel.id"), index=True)
    number_raw: Mapped[ShortText]
    number_fold: Mapped[ShortText]
    province_code: Mapped[str | None] = mapped_column(String(8))
    unit_id: Mapped[int | None] = mapped_column(index=True)
    started_at: Mapped[Moment]
    last_at: Mapped[Moment]
    alert_count: Mapped[int] = mapped_column(default=0)
    crossing_count: Mapped[int] = mapped_column(default=0)
    longest_s: Mapped[int] = mapped_column(default=0)
    lost_since: Mapped[datetime | None]
    beyond_since: Mapped[datetime | None]
    last_report_at: Mapped[datetime | None]
    told_step: Mapped[int] = mapped_column(default=0)
    told_missed: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True, index=True)
    outcome: Mapped[ShortText] = mapped_column(default=Outcome.NONE)
    outcome_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    alerts: Mapped[list["VmsAlert"]] = relationship(
        order_by="VmsAlert.started_at", back_populates="trip"
    )
    notes: Mapped[list["VmsNote"]] = relationship(order_by="VmsNote.id")
    extracts: Mapped[list["VmsExtract"]] = relationship(order_by="VmsExtract.id")


class VmsAlert(Base):
    """One alert, known by its vessel, kind and first moment, whatever list brings it again.

    `known_until` is how far the lists have said that it lasts; `finding`, `line`, `stretch`,
    `zone`, `status` and `miles` are what checking its position against the lines gave.
    """

    __tablename__ = "vms_alert"
    __table_args__ = (UniqueConstraint("number_fold", "kind", "started_at"),)

    id: Mapped[IntPk]
    trip_id: Mapped[int] = mapped_column(ForeignKey("vms_trip.id"), index=True)
    number_fold: Mapped[ShortText]
    kind: Mapped[ShortText]
    started_at: Mapped[Moment] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    known_until: Mapped[Moment]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    finding: Mapped[ShortText] = mapped_column(default="")
    line: Mapped[ShortText] = mapped_column(default="")
    stretch: Mapped[ShortText] = mapped_column(default="")
    zone: Mapped[ShortText] = mapped_column(default="")
    status: Mapped[ShortText] = mapped_column(default="")
    country: Mapped[ShortText] = mapped_column(default="")
    is_official: Mapped[bool] = mapped_column(default=False)
    miles: Mapped[float | None]
    source: Mapped[NameText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]

    trip: Mapped[VmsTrip] = relationship(back_populates="alerts")


class VmsNote(Base):
    """What was done about a trip, in the order it was recorded; never changed afterwards."""

    __tablename__ = "vms_note"

    id: Mapped[IntPk]
    trip_id: Mapped[int] = mapped_column(ForeignKey("vms_trip.id"), index=True)
    kind: Mapped[ShortText]
    at: Mapped[Moment]
    value: Mapped[ShortText] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    text: Mapped[str] = mapped_column(SealedText("vms_note.text"), default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    recorder_name: Mapped[NameText]


class VmsExtract(Base):
    """Positions around one event, frozen as evidence; `sha256` is of what is kept."""

    __tablename__ = "vms_extract"

    id: Mapped[IntPk]
    trip_id: Mapped[int] = mapped_column(ForeignKey("vms_trip.id"), index=True)
    positions: Mapped[JsonList]
    sha256: Mapped[ShortText]
    source: Mapped[NameText]
    source_sha256: Mapped[ShortText] = mapped_column(default="")
    created_at: Mapped[Moment]


class VmsDay(Base):
    """One file of positions that was checked and let go: what was counted in it."""

    __tablename__ = "vms_day"

    id: Mapped[IntPk]
    file_name: Mapped[NameText]
    sha256: Mapped[ShortText] = mapped_column(index=True)
    unit_id: Mapped[int] = mapped_column(index=True)
    user_id: Mapped[int]
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    positions: Mapped[int]
    refused: Mapped[int]
    vessels: Mapped[int]
    gaps: Mapped[int]
    unsettled: Mapped[int]
    hits: Mapped[int]
    checked_at: Mapped[Moment]
