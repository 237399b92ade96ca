"""A mass event, its lists and people; each row of a list is an entry that may lead to another.

Nothing of a row is moved when two entries are one person: the merged entry leads to the kept one,
so each list's spelling stays, and undoing takes nothing apart.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.crises.rules import UNDER_WAY, ListState, Status
from app.database import Base, IntPk, JsonDict, JsonList, LongText, Moment, NameText, ShortText
from app.sealing import SealedText


class MassEvent(Base):
    """A handover, an evacuation, a raid: one happening with many people."""

    __tablename__ = "mass_event"

    id: Mapped[IntPk]
    name: Mapped[NameText]
    kind: Mapped[ShortText]
    country_code: Mapped[str] = mapped_column(String(2), index=True)
    places: Mapped[NameText] = mapped_column(default="")
    gate: Mapped[NameText] = mapped_column(default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    time_zone: Mapped[ShortText]
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
    said_count: Mapped[int | None]  # how many the other side said that it hands over
    is_open: Mapped[bool] = mapped_column(default=True)
    note: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[Moment]
    created_by: Mapped[int]
    creator_name: Mapped[NameText]
    closed_at: Mapped[Moment | None]
    closer_name: Mapped[NameText] = mapped_column(default="")
    closing_note: Mapped[LongText] = mapped_column(default="")
    is_illustration: Mapped[bool] = mapped_column(default=False)


class MassParty(Base):
    """A unit or a province that takes part in an event beside its owner."""

    __tablename__ = "mass_party"
    __table_args__ = (UniqueConstraint("event_id", "unit_id", "province_code"),)

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(String(2), index=True)


class MassList(Base):
    """One list as it was received, and what became of its rows."""

    __tablename__ = "mass_list"

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    source: Mapped[ShortText]
    name: Mapped[NameText]
    rows: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)  # rows that this source had brought before
    refused: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    filled: Mapped[int] = mapped_column(default=0)  # known rows that said more than before
    notes: Mapped[JsonList] = mapped_column(default=list)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    recorder_name: Mapped[NameText]
    unit_id: Mapped[int | None]  # for which unit a worker goes on with it
    state: Mapped[ShortText] = mapped_column(default=ListState.DONE)
    problem: Mapped[LongText] = mapped_column(default="")

    @property
    def judged(self) -> int:
        """How many of the rows have been looked at so far."""
        return self.taken + self.known + self.refused + self.late

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class WaitingFile(Base):
    """The file of a long list as it was sent: gone in the moment a worker has read it."""

    __tablename__ = "mass_waiting_file"

    id: Mapped[IntPk]
    list_id: Mapped[int] = mapped_column(ForeignKey("mass_list.id"), index=True)
    convert: Mapped[ShortText] = mapped_column(default="")
    content: Mapped[str] = mapped_column(SealedText("mass_waiting_file.content"))  # base64


class WaitingRows(Base):
    """Rows of a long list that a worker has still to take: gone in the moment they are taken."""

    __tablename__ = "mass_waiting_rows"

    id: Mapped[IntPk]
    list_id: Mapped[int] = mapped_column(ForeignKey("mass_list.id"), index=True)
    rows: Mapped[str] = mapped_column(SealedText("mass_waiting_rows.rows"))


class KeptRow(Base):
    """A row that could not be taken, with its sentence; late ones wait for the owner's act."""

    __tablename__ = "mass_kept_row"

    id: Mapped[IntPk]
    list_id: Mapped[int] = mapped_column(ForeignKey("mass_list.id"), index=True)
    number: Mapped[int]
    row_key: Mapped[str | None] = mapped_column(String(64), index=True)  # as of a participant
    sentence: Mapped[LongText]
    cells: Mapped[str] = mapped_column(SealedText("mass_kept_row.cells"))
    is_late: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[Moment | None]
    settler_name: Mapped[NameText] = mapped_column(default="")


class Journey(Base):
    """A flight, a bus: who goes on it stands with the people."""

    __tablename__ = "mass_journey"

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    kind: Mapped[ShortText]
    code: Mapped[ShortText]
    from_place: Mapped[NameText] = mapped_column(default="")
    to_place: Mapped[NameText] = mapped_column(default="")
    departs_at: Mapped[Moment | None]
    capacity: Mapped[int]
    note: Mapped[NameText] = mapped_column(default="")


class Participant(Base):
    """One row of a list; the kept entry of a person has no `merged_into_id` and stands for all."""

    __tablename__ = "mass_participant"
    __table_args__ = (
        UniqueConstraint("event_id", "row_key"),
        Index("ix_mass_participant_grid", "event_id", "merged_into_id", "sort_name", "id"),
        Index("ix_mass_participant_province", "province_code", "event_id"),
    )

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"))
    list_id: Mapped[int] = mapped_column(ForeignKey("mass_list.id"), index=True)
    row_number: Mapped[int]
    row_key: Mapped[ShortText]  # a blind index: the same row of the same source comes in once
    source: Mapped[ShortText]
    spelling: Mapped[NameText]  # as this list has it
    other_spelling: Mapped[NameText] = mapped_column(default="")
    name: Mapped[NameText]
    name_fold: Mapped[LongText]
    sort_name: Mapped[NameText]
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    sex: Mapped[ShortText | None]
    id_kind: Mapped[ShortText | None]
    id_number: Mapped[str | None] = mapped_column(
        SealedText("mass_participant.id_number"), info={"index": "id_number_index"}
    )
    id_number_index: Mapped[ShortText | None] = mapped_column(index=True)
    contact: Mapped[str] = mapped_column(SealedText("mass_participant.contact"), default="")
    home_text: Mapped[NameText] = mapped_column(default="")
    province_code: Mapped[str | None] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    is_province_by_hand: Mapped[bool] = mapped_column(default=False)
    is_minor: Mapped[bool] = mapped_column(default=False)
    is_victim: Mapped[bool] = mapped_column(default=False)
    family: Mapped[ShortText] = mapped_column(default="")
    is_medical: Mapped[bool] = mapped_column(default=False)
    medical: Mapped[str] = mapped_column(SealedText("mass_participant.medical"), default="")
    shelter: Mapped[NameText] = mapped_column(default="")  # where the person stays, or lies
    transit_country: Mapped[str | None] = mapped_column(String(2))
    journey_id: Mapped[int | None] = mapped_column(ForeignKey("mass_journey.id"), index=True)
    remarks: Mapped[JsonList] = mapped_column(default=list)
    is_late: Mapped[bool] = mapped_column(default=False)
    in_foreign: Mapped[bool] = mapped_column(default=False)
    in_mission: Mapped[bool] = mapped_column(default=False)
    in_registration: Mapped[bool] = mapped_column(default=False)
    in_gate: Mapped[bool] = mapped_column(default=False)
    status: Mapped[ShortText] = mapped_column(default=Status.EXPECTED)
    status_at: Mapped[Moment]
    status_by: Mapped[NameText] = mapped_column(default="")
    explanation: Mapped[LongText] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    case_run_id: Mapped[int | None] = mapped_column(index=True)
    case_problem: Mapped[LongText] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("mass_participant.id"), index=True
    )
    recorded_at: Mapped[Moment]

    @property
    def is_protected(self) -> bool:
        """Whether the very name is only for those who need to know it."""
        return self.is_minor or self.is_victim


class ParticipantEvent(Base):
    """What happened to one person; appended, never changed."""

    __tablename__ = "mass_participant_event"

    id: Mapped[IntPk]
    participant_id: Mapped[int] = mapped_column(ForeignKey("mass_participant.id"), index=True)
    at: Mapped[Moment]
    kind: Mapped[ShortText]
    text: Mapped[LongText] = mapped_column(default="")
    data: Mapped[JsonDict] = mapped_column(default=dict)
    user_id: Mapped[int]
    user_name: Mapped[NameText]
    unit_id: Mapped[int]


class LikePair(Base):
    """Two entries that may be one person, with the reasons; decided by a person."""

    __tablename__ = "mass_like_pair"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("mass_participant.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("mass_participant.id"), index=True)
    score: Mapped[int]
    parts: Mapped[JsonDict]
    state: Mapped[ShortText] = mapped_column(default="open")
    decided_at: Mapped[Moment | None]
    decider_name: Mapped[NameText] = mapped_column(default="")


class CaseRun(Base):
    """One order to open a case for each of many people, and how far it has come."""

    __tablename__ = "mass_case_run"

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int]
    user_id: Mapped[int]
    user_name: Mapped[NameText]
    ordered_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class GateMinutes(Base):
    """Minutes of a handover: the counts as they stood, signed by name; never changed."""

    __tablename__ = "mass_gate_minutes"

    id: Mapped[IntPk]
    event_id: Mapped[int] = mapped_column(ForeignKey("mass_event.id"), index=True)
    at: Mapped[Moment]
    place: Mapped[NameText]
    giving: Mapped[NameText] = mapped_column(default="")
    receiving: Mapped[NameText] = mapped_column(default="")
    counts: Mapped[JsonDict]
    note: Mapped[LongText] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorder_name: Mapped[NameText]


@event.listens_for(ParticipantEvent, "before_update")
@event.listens_for(ParticipantEvent, "before_delete")
@event.listens_for(GateMinutes, "before_update")
@event.listens_for(GateMinutes, "before_delete")
def _refuse_change(
    mapper: Mapper[Any], connection: Connection, row: ParticipantEvent | GateMinutes
) -> None:  # Any: the event's signature
    del mapper, connection
    raise RuntimeError(f"{row.__tablename__} {row.id} is never changed")
