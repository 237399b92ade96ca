"""The tables of a case: what it is now, what happened to it, and what it waits for."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    event,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.database import (
    Base,
    IntPk,
    JsonColumn,
    JsonDict,
    JsonList,
    LongText,
    Moment,
    NameText,
    ShortText,
)


class Confidentiality(StrEnum):
    NORMAL = "normal"
    RESTRICTED = "restricted"


class EventKind(StrEnum):
    """What can happen to a case; past tense, because it did."""

    ASSIGNED = "assigned"
    CALLED = "called"
    CHECKED = "checked"
    CHILD_AMENDED = "child_amended"
    CHILDREN_ADDED = "children_added"
    CHILDREN_MARKED = "children_marked"
    CHILDREN_VERIFIED = "children_verified"
    CLOCK_ESCALATED = "clock_escalated"
    CLOCK_MISSED = "clock_missed"
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    CLOCKS_RECOMPUTED = "clocks_recomputed"
    CONFIRMATION_REQUESTED = "confirmation_requested"
    CONFIRMATION_WITHDRAWN = "confirmation_withdrawn"
    CORRECTED = "corrected"
    DOCUMENT_HANDED = "document_handed"
    DOCUMENT_RECEIVED = "document_received"
    FILE_ATTACHED = "file_attached"
    HANDED_OVER = "handed_over"
    LINKED = "linked"
    MERGED = "merged"
    MIGRATED = "migrated"
    MOVED = "moved"
    NOTED = "noted"
    NOTE_RECEIVED = "note_received"
    NOTE_SENT = "note_sent"
    OPENED = "opened"
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    PAPER_DRAFTED = "paper_drafted"
    PAPER_ISSUED = "paper_issued"
    PAPER_WITHDRAWN = "paper_withdrawn"
    REFERRED = "referred"
    RELEASED = "released"
    REOPENED = "reopened"
    RESUMED = "resumed"
    SUSPENDED = "suspended"
    TRANSFERRED = "transferred"
    TRANSFER_ASKED = "transfer_asked"
    TRANSFER_ENDED = "transfer_ended"
    UNCHECKED = "unchecked"
    UNLINKED = "unlinked"
    VISITED = "visited"
    WITHDRAWN = "withdrawn"


class UnitRole(StrEnum):
    """Why a unit sees a case."""

    OWNER = "owner"
    PARTICIPANT = "participant"
    INFORMED = "informed"


class CaseTypeVersion(Base):
    """A published definition: numbered, immutable, kept as long as a case was pinned to it."""

    __tablename__ = "case_type_version"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[IntPk]
    code: Mapped[ShortText]
    number: Mapped[int]
    definition: Mapped[JsonDict]
    checksum: Mapped[ShortText]
    published_at: Mapped[Moment]
    published_by: Mapped[int]
    note: Mapped[LongText] = mapped_column(default="")  # why it was published
    is_shipped: Mapped[bool] = mapped_column(default=True)  # came with the product
    moves: Mapped[JsonDict] = mapped_column(default=dict)  # a removed state: the state instead


@event.listens_for(CaseTypeVersion, "before_update")
def _refuse_change(
    mapper: Mapper[Any],  # Any: the event's signature
    connection: Connection,
    version: CaseTypeVersion,
) -> None:
    del mapper, connection
    raise RuntimeError(f"case type version {version.code} {version.number} is immutable")


class Case(Base):
    """One record of a case type; its state changes only through the engine."""

    __tablename__ = "case"

    id: Mapped[IntPk]
    reference: Mapped[ShortText] = mapped_column(unique=True)
    type_code: Mapped[ShortText]
    type_version_id: Mapped[int] = mapped_column(ForeignKey("case_type_version.id"))
    state: Mapped[ShortText]
    state_kind: Mapped[ShortText]
    title: Mapped[NameText]
    data: Mapped[JsonDict]
    confidentiality: Mapped[ShortText] = mapped_column(default=Confidentiality.NORMAL)
    owner_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The team whose queue it waits in; no key, since a team is closed and never removed.
    team_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    is_open: Mapped[bool] = mapped_column(default=True)
    suspended_for: Mapped[ShortText | None]
    pending: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # Any: answers are JSON
    checklist: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # Any: what is ticked off
    # How many tracked vessels, persons and sanctions have not ended; written with each of them.
    open_children: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # Any: counts
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[ShortText]
    last_event_text: Mapped[NameText] = mapped_column(default="")
    opened_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    closed_from: Mapped[ShortText | None]
    next_due_at: Mapped[Moment | None]
    next_due_clock: Mapped[ShortText | None]
    # Place: where it was said to be, and what the geotagger found at write time.
    place_text: Mapped[NameText] = mapped_column(default="")
    place_original: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # text, CRS, method
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    z_key: Mapped[int | None] = mapped_column(BigInteger)
    province_code: Mapped[str | None] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    country_code: Mapped[str | None] = mapped_column(String(2))
    neighbour: Mapped[str | None] = mapped_column(String(2))
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("marker.id"))
    marker_distance_m: Mapped[float | None]
    border_distance_m: Mapped[float | None]
    chainage_m: Mapped[float | None]
    side: Mapped[ShortText | None]
    sea_zone: Mapped[ShortText | None]
    is_illustration: Mapped[bool] = mapped_column(default=False)
    # Whether it is about victims or minors: its personal facts are for those who work on it.
    is_protected: Mapped[bool] = mapped_column(default=False)
    import_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    def is_due_before(self, moment: datetime) -> bool:
        return self.next_due_at is not None and self.next_due_at < moment


# Written as the queries write them: SQLite uses a partial index only for the same words.
_OPEN = Case.is_open.is_(true())
_PLACED = text("z_key IS NOT NULL")
UNPLACED = Case.z_key.is_(None)
_SUSPENDED = and_(_OPEN, Case.suspended_for.is_not(None))
_UNTAKEN = and_(_OPEN, Case.assignee_id.is_(None))
# Every change of a case rewrites the indexes that hold it; one by a place, a person or a country
# does not hold the cases without.
_TAKEN = and_(_OPEN, Case.assignee_id.is_not(None))
_IN_PROVINCE, _IN_COUNTRY = Case.province_code.is_not(None), Case.country_code.is_not(None)
_OPEN_HERE, _OPEN_ABROAD = and_(_OPEN, _IN_PROVINCE), and_(_OPEN, _IN_COUNTRY)
# The map counts squares and checks the viewer's scope in the index alone.
_COUNTED_ON_THE_MAP = (
    "z_key",
    "type_code",
    "state_kind",
    "is_open",
    "province_code",
    "country_code",
    "owner_unit_id",
    "confidentiality",
    "lat",
    "lon",
    "id",
)
for _name, _columns, _where in (
    ("ix_case_updated", ("updated_at", "id"), None),
    ("ix_case_opened", ("opened_at", "id"), None),
    ("ix_case_open_updated", ("updated_at", "id"), _OPEN),
    ("ix_case_open_assignee", ("assignee_id", "updated_at", "id"), _TAKEN),
    ("ix_case_open_owner", ("owner_unit_id", "updated_at", "id"), _OPEN),
    ("ix_case_open_due", ("next_due_at", "id"), _OPEN),
    ("ix_case_open_province_due", ("province_code", "next_due_at", "id"), _OPEN_HERE),
    ("ix_case_open_country_due", ("country_code", "next_due_at", "id"), _OPEN_ABROAD),
    ("ix_case_open_province_kind", ("province_code", "state_kind", "updated_at", "id"), _OPEN_HERE),
    ("ix_case_open_country_kind", ("country_code", "state_kind", "updated_at", "id"), _OPEN_ABROAD),
    ("ix_case_owner", ("owner_unit_id", "updated_at", "id"), None),
    ("ix_case_province", ("province_code", "updated_at", "id"), _IN_PROVINCE),
    ("ix_case_country", ("country_code", "updated_at", "id"), _IN_COUNTRY),
    ("ix_case_type_state", ("type_code", "state", "updated_at", "id"), None),
    ("ix_case_kind", ("state_kind", "updated_at", "id"), None),
    ("ix_case_marker", ("marker_id", "updated_at"), Case.marker_id.is_not(None)),
    ("ix_case_place", _COUNTED_ON_THE_MAP, _PLACED),
    ("ix_case_unplaced", ("updated_at", "id"), UNPLACED),
    ("ix_case_unplaced_owner", ("owner_unit_id", "updated_at", "id"), UNPLACED),
    ("ix_case_unplaced_province", ("province_code", "updated_at", "id"), UNPLACED),
    ("ix_case_unplaced_country", ("country_code", "updated_at", "id"), UNPLACED),
    ("ix_case_open_suspended", ("updated_at", "id"), _SUSPENDED),
    ("ix_case_untaken", ("owner_unit_id", "team_id", "next_due_at", "id"), _UNTAKEN),
    ("ix_case_open_along", ("neighbour", "chainage_m"), _OPEN),
    ("ix_case_pending", ("updated_at", "id"), Case.pending.is_not(None)),
):
    Index(
        _name,
        *(getattr(Case, column) for column in _columns),
        sqlite_where=_where,
        postgresql_where=_where,
    )


class CaseEvent(Base):
    """What happened: appended, numbered and hash-chained per case, never edited."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    kind: Mapped[ShortText]
    at: Mapped[Moment]
    actor_id: Mapped[int]
    actor_name: Mapped[NameText]
    unit_id: Mapped[int]
    transition: Mapped[ShortText | None]
    from_state: Mapped[ShortText | None]
    to_state: Mapped[ShortText | None]
    text: Mapped[LongText] = mapped_column(default="")
    data: Mapped[JsonDict]
    previous_hash: Mapped[ShortText]
    hash: Mapped[ShortText]


class CaseClock(Base):
    """One round of a deadline: what it counts from, when it ends, and how it ended."""

    __tablename__ = "case_clock"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    code: Mapped[ShortText]
    round: Mapped[int] = mapped_column(default=1)
    limit: Mapped[ShortText]
    origin: Mapped[Moment]
    started_at: Mapped[Moment]
    due_at: Mapped[Moment]
    day_status: Mapped[ShortText]
    is_before: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[JsonList]
    warn_at: Mapped[JsonList]
    next_warn_at: Mapped[Moment | None]
    is_running: Mapped[bool] = mapped_column(default=True)
    ended_at: Mapped[Moment | None]
    ended_how: Mapped[ShortText | None]
    on_time: Mapped[bool | None]
    missed_at: Mapped[Moment | None]
    paused_at: Mapped[Moment | None]
    escalated: Mapped[int] = mapped_column(default=0)  # steps of the chain that were told
    next_escalate_at: Mapped[Moment | None]


_RUNNING = CaseClock.is_running.is_(true())
_NOT_MISSED = and_(_RUNNING, CaseClock.missed_at.is_(None))
_ESCALATING = and_(_RUNNING, CaseClock.next_escalate_at.is_not(None))
for _name, _column, _kept in (
    ("ix_case_clock_due", CaseClock.due_at, _NOT_MISSED),
    ("ix_case_clock_warn", CaseClock.next_warn_at, _RUNNING),
    ("ix_case_clock_escalate", CaseClock.next_escalate_at, _ESCALATING),
):
    Index(_name, _column, sqlite_where=_kept, postgresql_where=_kept)


class DatedSetting(Base):
    """A limit that differs by country, province or neighbour, with its days and its source."""

    __tablename__ = "dated_setting"
    __table_args__ = (UniqueConstraint("key", "scope", "valid_from"),)

    id: Mapped[IntPk]
    key: Mapped[ShortText] = mapped_column(index=True)
    scope: Mapped[ShortText]
    value: Mapped[int]
    unit: Mapped[ShortText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    check: Mapped[ShortText]


class CaseUnit(Base):
    """A unit that takes part in a case, or was told of it."""

    __tablename__ = "case_unit"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    role: Mapped[ShortText]


class Attachment(Base):
    """A file of a case; its bytes lie outside the web root under their own hash."""

    __tablename__ = "attachment"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    field: Mapped[ShortText | None]
    file_name: Mapped[NameText]
    media_type: Mapped[NameText]
    size: Mapped[int]
    sha256: Mapped[ShortText]
    uploaded_by: Mapped[int]
    uploaded_at: Mapped[Moment]


class CaseLink(Base):
    """A case's tie to another case or to a register entry, with its role."""

    __tablename__ = "case_link"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    role: Mapped[ShortText]
    other_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("marker.id"), index=True)
    vessel_id: Mapped[int | None] = mapped_column(ForeignKey("vessel.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[Moment]


class ReferenceCounter(Base):
    """The last number given per type, unit and year; its row lock makes numbers gapless."""

    __tablename__ = "reference_counter"

    type_code: Mapped[ShortText] = mapped_column(primary_key=True)
    unit_code: Mapped[ShortText] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
