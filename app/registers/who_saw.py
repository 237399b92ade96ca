"""Who has seen a paper's number, when and why: asked by an auditor who holds only the number.

The number is found by its blind index; the answer names persons by their entries, never by name.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.audit import AuditEntry, record_access
from app.errors import Forbidden, Invalid
from app.permissions import Actor, Permission
from app.registers.case_book import case_book
from app.registers.models import Person
from app.registers.person_models import IdentityDocument
from app.registers.reveals import ACTION, CASE_ACTION, NUMBER_ACTION, what_was_seen
from app.sealing import key_ring

MOST = 500
_VIEWED = "person.viewed"


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One look: by whom, at what, and the reason where one had to be given."""

    at: datetime
    who: str
    unit: str
    what: str
    subject: str
    reason: str
    is_reveal: bool


@dataclass(frozen=True, slots=True)
class SeenReport:
    """Everything about one number: the entries and the cases that hold it, and who looked."""

    persons: Sequence[int]
    cases: Sequence[int]
    lines: Sequence[SeenLine]


def who_saw(session: Session, actor: Actor, number: str, *, now: datetime) -> SeenReport:
    """Every look at the persons who carry this number, the last first; the question is kept too."""
    if not actor.may(Permission.ADMIN_AUDIT):
        raise Forbidden
    indexes = key_ring().all_blind(number)
    if not indexes:
        said = "Hãy nhập số giấy tờ có chữ hoặc số."
        raise Invalid(said, {"number": (said,)})
    persons = _carriers(session, indexes)
    held = case_book().numbers_under(session, indexes)
    cases = sorted({case_id for case_id, _number in held})
    subject = f"persons:{len(persons)};cases:{len(cases)}"
    record_access(session, actor, "person.audited", subject, now=now)
    if not persons and not cases:
        return SeenReport(persons, cases, ())
    naming = case_book().cases_naming(session, persons) if persons else ()
    numbers = [number_id for _case, number_id in held]
    return SeenReport(persons, cases, _looks(session, persons, naming, numbers))


def _carriers(session: Session, indexes: Collection[str]) -> list[int]:
    """The entries with this number, those merged with them included."""
    noted = select(IdentityDocument.person_id).where(IdentityDocument.number_index.in_(indexes))
    carries = or_(Person.id_number_index.in_(indexes), Person.id.in_(noted))
    found = session.execute(select(Person.id, Person.merged_into_id).where(carries)).all()
    kept = {row.merged_into_id or row.id for row in found}
    together = or_(Person.id.in_(kept), Person.merged_into_id.in_(kept))
    return sorted(session.scalars(select(Person.id).where(together)))


def _looks(
    session: Session, persons: Collection[int], cases: Collection[int], numbers: Collection[int]
) -> list[SeenLine]:
    """Reveals and openings of the persons' pages, of what their cases hide, of cases' numbers."""
    of_person = AuditEntry.subject.in_([f"person:{one}" for one in persons])
    of_case = AuditEntry.subject.in_([f"case:{one}" for one in cases])
    rows = session.execute(
        select(AuditEntry, User.name, Unit.name.label("unit_name"))
        .outerjoin(User, User.id == AuditEntry.user_id)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(
            or_(
                of_person & AuditEntry.action.startswith(ACTION),
                of_person & (AuditEntry.action == _VIEWED),
                of_case & (AuditEntry.action == CASE_ACTION),
                AuditEntry.action.in_([f"{NUMBER_ACTION}{one}" for one in numbers]),
            )
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    )
    return [_line(entry, name or "", unit or "") for entry, name, unit in rows]


def _line(entry: AuditEntry, who: str, unit: str) -> SeenLine:
    is_reveal = entry.action != _VIEWED
    what = what_was_seen(entry.action) if is_reveal else _("trang của người này, số được che")
    kind, _colon, number = entry.subject.partition(":")
    words = {"person": _("Người số %(id)s", id=number), "case": _("Hồ sơ số %(id)s", id=number)}
    return SeenLine(
        entry.at, who or _("Hệ thống"), unit, what, words[kind], entry.reason or "", is_reveal
    )
