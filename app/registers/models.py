"""What outlives a case: the line and its markers, vessels, persons and missions."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, IntPk, JsonColumn, JsonList, LongText, Moment, NameText, ShortText
from app.registers.entry_columns import EntryColumns
from app.sealing import SealedText


class Neighbour(StrEnum):
    """The state on the other side of a line, in the order in which the lines are listed."""

    CHINA = "CN"
    LAOS = "LA"
    CAMBODIA = "KH"


class MarkerKind(StrEnum):
    MAIN = "main"
    AUXILIARY = "auxiliary"
    PEG = "peg"
    TRIPOINT = "tripoint"
    LEGACY = "legacy"


class MarkerClass(StrEnum):
    """A size on the lines with China and Laos, a letter on the line with Cambodia."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    A = "a"
    B = "b"
    C = "c"


class Side(StrEnum):
    VIETNAM = "vietnam"
    NEIGHBOUR = "neighbour"
    JOINT = "joint"


class Stage(StrEnum):
    """How far the marker has come in the field, in the order of the work."""

    AGREED_ON_MAP = "agreed_on_map"
    SURVEYED = "surveyed"
    CLEARED = "cleared"
    AGREED_IN_FIELD = "agreed_in_field"
    DESIGNED = "designed"
    BUILT = "built"
    MEASURED = "measured"
    FILE_ACCEPTED = "file_accepted"
    HANDED_OVER = "handed_over"
    SET_ASIDE = "set_aside"


class LegalStage(StrEnum):
    """How far the marker has come in law; another clock than the field's."""

    NONE = "none"
    IN_PROTOCOL = "in_protocol"
    IN_FORCE = "in_force"


class Condition(StrEnum):
    """What the marker looks like now; how it is mended is a case."""

    UNKNOWN = "unknown"
    INTACT = "intact"
    AT_RISK = "at_risk"
    MINOR_DAMAGE = "minor_damage"
    MAJOR_DAMAGE = "major_damage"
    LEANING = "leaning"
    DISPLACED = "displaced"
    LOST = "lost"
    DESTROYED = "destroyed"
    UNDER_REPAIR = "under_repair"
    REMOVED = "removed"
    RELIC = "relic"


class Verdict(StrEnum):
    """What the checking of a vessel number gave."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    FALSE_PLATE = "false_plate"
    UNREADABLE = "unreadable"
    NOT_REGISTERED = "not_registered"


class RegisterVersion(Base):
    """How often a register changed; what is cached from it is keyed by this number."""

    __tablename__ = "register_version"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class BorderLine(Base):
    """The land border with one neighbour; its geometry lies in the reference pack."""

    __tablename__ = "border_line"

    neighbour: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[NameText]
    name_en: Mapped[NameText] = mapped_column(default="")


class Segment(Base):
    """A stretch of a line between one Vietnamese province and its counterpart."""

    __tablename__ = "segment"
    __table_args__ = (
        UniqueConstraint("neighbour", "name"),
        Index("ix_segment_province", "province_code", "neighbour"),
    )

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(ForeignKey("border_line.neighbour"))
    province_code: Mapped[str] = mapped_column(String(2))
    counterpart: Mapped[NameText] = mapped_column(default="")
    name: Mapped[NameText]
    chainage_from_m: Mapped[float | None]
    chainage_to_m: Mapped[float | None]


class Position(Base):
    """A place on the line that carries one to three markers."""

    __tablename__ = "position"
    __table_args__ = (
        UniqueConstraint("neighbour", "label"),
        Index("ix_position_province", "province_code"),
    )

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(ForeignKey("border_line.neighbour"))
    label: Mapped[ShortText]
    chainage_m: Mapped[float | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    z_key: Mapped[int | None] = mapped_column(BigInteger)
    province_code: Mapped[str | None] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"), index=True)

    markers: Mapped[list["Marker"]] = relationship(back_populates="position")


class Marker(Base):
    """One body in the field: a main or auxiliary marker, a peg, or a point of three borders.

    `lat` and `lon` (EPSG:4326, degrees) repeat the measurement in force; what was measured, how
    and in which system is kept in `MarkerMeasurement`.
    """

    __tablename__ = "marker"
    __table_args__ = (UniqueConstraint("neighbour", "label"), UniqueConstraint("neighbour", "slug"))

    id: Mapped[IntPk]
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"), index=True)
    neighbour: Mapped[str] = mapped_column(ForeignKey("border_line.neighbour"))
    label: Mapped[ShortText]
    label_fold: Mapped[NameText]
    slug: Mapped[ShortText]
    main: Mapped[int | None]
    main_suffix: Mapped[int | None]
    aux: Mapped[int | None]
    peg: Mapped[int | None]
    suffix: Mapped[int | None]
    sort_key: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ShortText]
    marker_class: Mapped[ShortText | None]
    planted_by: Mapped[ShortText | None]
    material: Mapped[NameText] = mapped_column(default="")
    year_engraved: Mapped[int | None]
    stage: Mapped[ShortText] = mapped_column(default=Stage.AGREED_ON_MAP)
    legal_stage: Mapped[ShortText] = mapped_column(default=LegalStage.NONE)
    condition: Mapped[ShortText] = mapped_column(default=Condition.UNKNOWN)
    elevation_m: Mapped[float | None]
    elevation_datum: Mapped[ShortText] = mapped_column(default="")
    distance_to_line_m: Mapped[float | None]
    legacy_names: Mapped[JsonList] = mapped_column(default=list)
    legal_basis: Mapped[LongText] = mapped_column(default="")
    place_text: Mapped[LongText] = mapped_column(default="")
    place_fold: Mapped[LongText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    is_illustration: Mapped[bool] = mapped_column(default=False)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    z_key: Mapped[int | None] = mapped_column(BigInteger)
    province_code: Mapped[str | None] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    chainage_m: Mapped[float | None]
    border_distance_m: Mapped[float | None]
    side: Mapped[ShortText | None]
    lifecycle_case_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    position: Mapped[Position] = relationship(back_populates="markers")
    segment: Mapped[Segment | None] = relationship()
    measurements: Mapped[list["MarkerMeasurement"]] = relationship(
        back_populates="marker", order_by="MarkerMeasurement.id.desc()"
    )


for _name, _columns in (
    ("ix_marker_line", ("neighbour", "sort_key")),
    ("ix_marker_province", ("province_code", "sort_key")),
    ("ix_marker_condition", ("condition", "sort_key")),
    ("ix_marker_chainage", ("neighbour", "chainage_m")),
):
    Index(_name, *(getattr(Marker, column) for column in _columns))
Index(
    "ix_marker_place",
    Marker.z_key,
    sqlite_where=text("z_key IS NOT NULL"),
    postgresql_where=text("z_key IS NOT NULL"),
)


class MarkerMeasurement(Base):
    """What was measured once, as it was written down; never edited, a new one is added."""

    __tablename__ = "marker_measurement"

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"), index=True)
    original: Mapped[LongText]
    crs: Mapped[ShortText]
    operation: Mapped[NameText] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision_m: Mapped[float | None]
    method: Mapped[ShortText] = mapped_column(default="")
    survey_method: Mapped[NameText] = mapped_column(default="")
    party: Mapped[ShortText] = mapped_column(default=Side.JOINT)
    source: Mapped[LongText] = mapped_column(default="")
    measured_on: Mapped[date | None]
    is_in_force: Mapped[bool] = mapped_column(default=True)
    adopted_because: Mapped[LongText] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]

    marker: Mapped[Marker] = relationship(back_populates="measurements")


class MarkerChange(Base):
    """What a marker's record said before and after; the state on any day is read from here."""

    __tablename__ = "marker_change"
    __table_args__ = (Index("ix_marker_change_marker", "marker_id", "id"),)

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"))
    at: Mapped[Moment]
    valid_on: Mapped[date]
    actor_id: Mapped[int]
    actor_name: Mapped[NameText]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)  # Any: values are JSON
    after: Mapped[dict[str, Any]] = mapped_column(JsonColumn)  # Any: values are JSON
    reason: Mapped[LongText] = mapped_column(default="")


class LineFact(Base):
    """A published figure with its source and day; a newer one is added, none is overwritten.

    `subject` is `line:LA`, `segment:12` or `province:11:LA`.
    """

    __tablename__ = "line_fact"
    __table_args__ = (
        UniqueConstraint("subject", "key", "as_of", "source"),
        Index("ix_line_fact_subject", "subject", "key", "as_of"),
    )

    id: Mapped[IntPk]
    subject: Mapped[ShortText]
    key: Mapped[ShortText]
    value: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit: Mapped[ShortText]
    source: Mapped[NameText]
    as_of: Mapped[date]
    check: Mapped[ShortText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")


class VesselPrefix(Base):
    """The letters before a vessel number: the province that gave them, and its code today."""

    __tablename__ = "vessel_prefix"

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    province_name: Mapped[NameText]
    province_code: Mapped[str] = mapped_column(String(2), index=True)
    check: Mapped[ShortText]
    source: Mapped[LongText] = mapped_column(default="")


class Vessel(EntryColumns, Base):
    """A fishing vessel as it was named to us, and what checking its number gave."""

    __tablename__ = "vessel"

    id: Mapped[IntPk]
    raw_number: Mapped[ShortText]
    canonical: Mapped[ShortText | None] = mapped_column(index=True)
    number_fold: Mapped[ShortText] = mapped_column(index=True)
    other_numbers: Mapped[JsonList] = mapped_column(default=list)
    verdict: Mapped[ShortText] = mapped_column(default=Verdict.CLAIMED)
    owner_name: Mapped[NameText] = mapped_column(default="")
    owner_fold: Mapped[NameText] = mapped_column(default="")
    master_name: Mapped[NameText] = mapped_column(default="")
    vms_device: Mapped[ShortText] = mapped_column(default="")
    home_province_code: Mapped[str | None] = mapped_column(String(2), index=True)
    home_port: Mapped[NameText] = mapped_column(default="")
    length_class: Mapped[ShortText | None]
    length_m: Mapped[float | None]
    gear: Mapped[ShortText] = mapped_column(default="")
    engine_kw: Mapped[float | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("vessel.id"), index=True)


class Person(EntryColumns, Base):
    """A citizen in a case; every spelling with who confirmed it stands in `PersonName`."""

    __tablename__ = "person"

    id: Mapped[IntPk]
    claimed_name: Mapped[NameText]
    foreign_spellings: Mapped[JsonList] = mapped_column(default=list)
    verified_name: Mapped[NameText] = mapped_column(default="")
    name_fold: Mapped[LongText]
    sort_name: Mapped[NameText] = mapped_column(index=True)
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    sex: Mapped[ShortText | None]
    id_kind: Mapped[ShortText | None]
    id_number: Mapped[str | None] = mapped_column(
        SealedText("person.id_number"), info={"index": "id_number_index"}
    )
    id_number_index: Mapped[ShortText | None] = mapped_column(index=True)
    is_minor: Mapped[bool] = mapped_column(default=False)
    is_victim: Mapped[bool] = mapped_column(default=False)
    home_text: Mapped[NameText] = mapped_column(default="")
    claimed_province_code: Mapped[str | None] = mapped_column(String(2))
    claimed_commune_code: Mapped[str | None] = mapped_column(String(5))
    verified_province_code: Mapped[str | None] = mapped_column(String(2))
    verified_commune_code: Mapped[str | None] = mapped_column(String(5))
    home_province_code: Mapped[str | None] = mapped_column(String(2), index=True)
    contact_text: Mapped[str] = mapped_column(SealedText("person.contact_text"), default="")
    vessel_id: Mapped[int | None] = mapped_column(ForeignKey("vessel.id"), index=True)
    key_version: Mapped[int] = mapped_column(default=0)  # by which rules its keys were made
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    @property
    def name(self) -> str:
        return self.verified_name or self.claimed_name

    @property
    def is_protected(self) -> bool:
        """Whether the very name is only for those who need to know it."""
        return self.is_minor or self.is_victim


class Mission(Base):
    """An embassy, consulate or mission abroad, and the district it answers for."""

    __tablename__ = "mission"
    __table_args__ = (Index("ix_mission_country", "country_code", "valid_from"),)

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[ShortText]
    city: Mapped[NameText]
    country_code: Mapped[str] = mapped_column(String(2))
    district: Mapped[JsonList] = mapped_column(default=list)
    hotline: Mapped[ShortText] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    status: Mapped[ShortText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
