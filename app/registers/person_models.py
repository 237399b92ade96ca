"""What is known of a person beside the person's own row: names, papers, relatives, outcomes."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
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


class NameKind(StrEnum):
    """Who said the name: the person, a foreign authority, or those who verified it."""

    CLAIMED = "claimed"
    FOREIGN = "foreign"
    VERIFIED = "verified"


class Addressee(StrEnum):
    """Whom a paper about a person goes to, and what the person may allow or refuse.

    CONSUL is contact with a consular officer itself, which Article 36(1)(c) of the Vienna
    Convention on Consular Relations lets the person refuse.
    """

    FAMILY = "family"
    EMPLOYER = "employer"
    PRESS = "press"
    CONSUL = "consul"


class Consent(StrEnum):
    """What the person decided about telling somebody."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Recorded:
    """Who wrote a fact down, and when; the fact itself is added to, never overwritten."""

    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    recorder_name: Mapped[NameText]


class PersonName(Recorded, Base):
    """One spelling of a name, with who confirmed it, when, and from which paper."""

    __tablename__ = "person_name"

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ShortText]
    name: Mapped[NameText]
    confirmed_by: Mapped[NameText] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    source: Mapped[LongText] = mapped_column(default="")


class IdentityDocument(Recorded, Base):
    """A passport, card or laissez-passer; its number is sealed and found by its blind index."""

    __tablename__ = "identity_document"

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ShortText]
    number: Mapped[str] = mapped_column(
        SealedText("identity_document.number"), info={"index": "number_index"}
    )
    number_index: Mapped[ShortText | None] = mapped_column(index=True)
    issuer: Mapped[NameText] = mapped_column(default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    source: Mapped[LongText] = mapped_column(default="")


class Relative(Recorded, Base):
    """Somebody of the family; name and contact are sealed."""

    __tablename__ = "relative"

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[ShortText]
    name: Mapped[str] = mapped_column(SealedText("relative.name"))
    contact: Mapped[str] = mapped_column(SealedText("relative.contact"), default="")


class ContactConsent(Recorded, Base):
    """What the person decided about telling an addressee: said on a day, in some way.

    `case_id` names the case in which it was asked, where it was asked in one.
    """

    __tablename__ = "contact_consent"

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    decision: Mapped[ShortText]
    decided_on: Mapped[date]
    how: Mapped[LongText]
    about: Mapped[ShortText] = mapped_column(default=Addressee.FAMILY)
    case_id: Mapped[int | None] = mapped_column(BigInteger)


class PersonOutcome(Recorded, Base):
    """How a case ended, or stands, for one person; the newest is in force."""

    __tablename__ = "person_outcome"
    __table_args__ = (Index("ix_person_outcome_case", "case_id", "person_id"),)

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[ShortText]
    since: Mapped[date]
    note: Mapped[LongText] = mapped_column(default="")


class NameSound(Base):
    """A spelling under one key of its sounds, once, however many persons bear the name.

    Vietnamese names are few and shared by thousands: what is looked for by ear is a spelling, and
    only the spellings that are near enough lead to persons.
    """

    __tablename__ = "name_sound"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as it is

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    spelling: Mapped[str] = mapped_column(String(255), primary_key=True)


class PersonKey(Base):
    """A person under the key of a spelling or of a day of birth; year 0 where none is known."""

    __tablename__ = "person_key"
    __table_args__ = (
        Index("ix_person_key_person", "person_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    birth_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    province_code: Mapped[str | None] = mapped_column(String(2))


class VesselFact(Recorded, Base):
    """What was said of a vessel: a verdict, an owner, a number; on a day, by a source."""

    __tablename__ = "vessel_fact"
    __table_args__ = (Index("ix_vessel_fact_vessel", "vessel_id", "field"),)

    id: Mapped[IntPk]
    vessel_id: Mapped[int] = mapped_column(ForeignKey("vessel.id"))
    field: Mapped[ShortText]
    value: Mapped[NameText]
    said_on: Mapped[date | None]
    source: Mapped[LongText] = mapped_column(default="")


class EntryMerge(Base):
    """Two entries that were found to be one; the merged one keeps its row and leads to the kept.

    `before` holds what the kept entry had in the columns that it took over, `followed` the entries
    that had been merged into the merged one before.
    """

    __tablename__ = "entry_merge"
    __table_args__ = (Index("ix_entry_merge_kept", "target", "kept_id"),)

    id: Mapped[IntPk]
    target: Mapped[ShortText]
    kept_id: Mapped[int] = mapped_column(BigInteger)
    merged_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[LongText]
    score: Mapped[int | None]
    before: Mapped[JsonDict]
    followed: Mapped[JsonList]
    merged_at: Mapped[Moment]
    merged_by: Mapped[int]
    merger_name: Mapped[NameText]
    undone_at: Mapped[Moment | None]
    undoer_name: Mapped[NameText] = mapped_column(default="")
    undone_because: Mapped[LongText] = mapped_column(default="")


class EntryApart(Recorded, Base):
    """Two entries that look alike and were found to be two; they are not offered again."""

    __tablename__ = "entry_apart"
    __table_args__ = (UniqueConstraint("target", "one_id", "other_id"),)

    id: Mapped[IntPk]
    target: Mapped[ShortText]
    one_id: Mapped[int] = mapped_column(BigInteger)
    other_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[LongText] = mapped_column(default="")
