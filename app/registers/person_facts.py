"""What is written down about a person, each fact with who said it; nothing is overwritten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import normalise_text
from app.errors import Invalid, Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_keys import write_keys
from app.registers.person_models import (
    Addressee,
    Consent,
    ContactConsent,
    IdentityDocument,
    NameKind,
    PersonName,
    PersonOutcome,
    Recorded,
    Relative,
)
from app.sealing import key_ring


@dataclass(frozen=True, slots=True)
class SaidName:
    """A spelling as it reached us."""

    kind: NameKind
    name: str
    confirmed_by: str = ""
    confirmed_on: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """An identity document as it was shown."""

    kind: str
    number: str
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    source: str = ""


def note_name(
    session: Session, actor: Actor, person: Person, said: SaidName, *, now: datetime
) -> PersonName:
    """One more spelling, with who confirmed it; a verified one becomes the name in lists."""
    name = normalise_text(said.name)
    if not any(mark.isalpha() for mark in name):
        raise Invalid("Chưa nhập họ tên.", {"name": ("Nhập họ tên bằng chữ.",)})
    if said.kind is NameKind.VERIFIED and not normalise_text(said.confirmed_by):
        sentence = "Tên đã xác minh cần ghi cơ quan hoặc người xác minh."
        raise Invalid(sentence, {"confirmed_by": (sentence,)})
    row = PersonName(
        person_id=person.id,
        kind=said.kind,
        name=name,
        confirmed_by=normalise_text(said.confirmed_by),
        confirmed_on=said.confirmed_on,
        source=normalise_text(said.source),
    )
    _add(session, actor, person, row, what="name_noted", now=now)
    if said.kind is NameKind.VERIFIED:
        person.verified_name = name
    elif said.kind is NameKind.FOREIGN and name not in person.foreign_spellings:
        person.foreign_spellings = [*person.foreign_spellings, name]
    elif said.kind is NameKind.CLAIMED:
        person.claimed_name = name
    write_keys(session, person)
    return row


def note_document(
    session: Session, actor: Actor, person: Person, paper: Paper, *, now: datetime
) -> IdentityDocument:
    number = normalise_text(paper.number)
    index = key_ring().blind(number)
    if index is None:
        raise Invalid("Chưa nhập số giấy tờ.", {"number": ("Nhập số như ghi trên giấy tờ.",)})
    if paper.issued_on and paper.expires_on and paper.expires_on < paper.issued_on:
        sentence = "Ngày hết hạn trước ngày cấp."
        raise Invalid(sentence, {"expires_on": (sentence,)})
    row = IdentityDocument(
        person_id=person.id,
        kind=paper.kind,
        number=number,
        number_index=index,
        issuer=normalise_text(paper.issuer),
        issued_on=paper.issued_on,
        expires_on=paper.expires_on,
        source=normalise_text(paper.source),
    )
    _add(session, actor, person, row, what="document_noted", now=now)
    if not person.id_number:
        person.id_kind, person.id_number, person.id_number_index = paper.kind, number, index
    return row


def note_relative(
    session: Session,
    actor: Actor,
    person: Person,
    *,
    relation: str,
    name: str,
    contact: str,
    now: datetime,
) -> Relative:
    said = normalise_text(name)
    if not said:
        raise Invalid("Chưa nhập họ tên thân nhân.", {"name": ("Nhập họ tên thân nhân.",)})
    row = Relative(
        person_id=person.id, relation=relation, name=said, contact=normalise_text(contact)
    )
    _add(session, actor, person, row, what="relative_noted", now=now)
    return row


def note_consent(
    session: Session,
    actor: Actor,
    person: Person,
    *,
    decision: Consent,
    decided_on: date,
    how: str,
    now: datetime,
    about: Addressee = Addressee.FAMILY,
    case_id: int | None = None,
) -> ContactConsent:
    """Whether the family, the employer or the press may be told, as the person decided on a day.

    About CONSUL: whether the person wants contact with a consular officer at all.
    """
    said = normalise_text(how)
    if not said:
        sentence = "Ghi người đó trả lời thế nào: gặp trực tiếp, qua điện thoại, bằng văn bản."
        raise Invalid(sentence, {"how": (sentence,)})
    if decided_on > actor.day(now):
        raise Invalid("Ngày chưa đến.", {"decided_on": ("Ngày chưa đến.",)})
    row = ContactConsent(
        person_id=person.id,
        decision=decision,
        decided_on=decided_on,
        how=said,
        about=about,
        case_id=case_id,
    )
    _add(session, actor, person, row, what="consent_noted", now=now)
    return row


def note_outcome(
    session: Session,
    actor: Actor,
    person: Person,
    *,
    case_id: int,
    outcome: str,
    since: date,
    note: str,
    now: datetime,
) -> PersonOutcome:
    """How one case stands for this person; earlier outcomes stay."""
    row = PersonOutcome(
        person_id=person.id,
        case_id=case_id,
        outcome=outcome,
        since=since,
        note=normalise_text(note),
    )
    _add(session, actor, person, row, what="outcome_noted", now=now)
    return row


def _add(
    session: Session, actor: Actor, person: Person, row: Any, *, what: str, now: datetime
) -> None:  # Any: one of the tables of recorded facts
    recorded: Recorded = row
    recorded.recorded_at, recorded.recorded_by = now, actor.user_id
    recorded.recorder_name = actor.name
    session.add(row)
    person.updated_at = now
    record_access(session, actor, f"person.{what}", f"person:{person.id}", now=now)
    session.flush()


# --- consent --------------------------------------------------------------------------------


def decisions_about(
    session: Session, person_ids: Collection[int], about: Addressee
) -> dict[int, ContactConsent]:
    """The last decision of each person about an addressee, by the kept entry of the person."""
    return decisions_of(session, person_ids).get(about, {})


def decisions_of(
    session: Session, person_ids: Collection[int]
) -> dict[Addressee, dict[int, ContactConsent]]:
    """The last decision of each person about each addressee, by the kept entry of the person.

    Of one day the one that was written last holds; what was said under a merged entry counts.
    """
    found: dict[Addressee, dict[int, ContactConsent]] = {}
    if not person_ids:
        return found
    kept = func.coalesce(Person.merged_into_id, Person.id)
    rows = session.execute(
        select(kept.label("kept"), ContactConsent)
        .join(Person, Person.id == ContactConsent.person_id)
        .where(kept.in_(person_ids))
        .order_by(ContactConsent.decided_on, ContactConsent.id)
    )
    for row in rows:
        about = Addressee(row.ContactConsent.about)
        found.setdefault(about, {})[row.kept] = row.ContactConsent
    return found


def consent_in_force(
    session: Session, person_ids: Collection[int], about: Addressee = Addressee.FAMILY
) -> ContactConsent | None:
    """The last decision of one person, whose entries these are; of one day, the last written."""
    return session.scalars(
        select(ContactConsent)
        .where(ContactConsent.person_id.in_(person_ids), ContactConsent.about == about)
        .order_by(ContactConsent.decided_on.desc(), ContactConsent.id.desc())
        .limit(1)
    ).first()


def require_family_contact(session: Session, person_ids: Collection[int]) -> None:
    """Raise Refused where a letter to the family would go against what the person decided."""
    decided = consent_in_force(session, person_ids)
    if decided is None:
        raise Refused(
            "Chưa ghi người này có đồng ý báo cho gia đình hay không: hãy hỏi và ghi trước khi"
            " gửi thư cho gia đình."
        )
    if decided.decision != Consent.GIVEN:
        raise Refused(
            _(
                "Không gửi được thư cho gia đình: ngày %(day)s người này đã không đồng ý hoặc rút"
                " đồng ý. Chỉ gửi được khi người này đồng ý lại.",
                day=f"{decided.decided_on:%d/%m/%Y}",
            )
        )


# --- reading --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything that is written about one person, merged entries included."""

    names: Sequence[PersonName]
    documents: Sequence[IdentityDocument]
    relatives: Sequence[Relative]
    consents: Sequence[ContactConsent]
    outcomes: Mapping[int, PersonOutcome]


def file_of(session: Session, person_ids: Collection[int]) -> PersonFile:
    def rows(model: Any) -> Any:  # Any: one of the tables of recorded facts
        asked = select(model).where(model.person_id.in_(person_ids)).order_by(model.id.desc())
        return session.scalars(asked).all()

    return PersonFile(
        names=rows(PersonName),
        documents=rows(IdentityDocument),
        relatives=rows(Relative),
        consents=rows(ContactConsent),
        outcomes={one.case_id: one for one in reversed(rows(PersonOutcome))},
    )
