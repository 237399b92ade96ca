"""Shows one sealed value once, to somebody who says why; who saw what is kept for its owner."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.audit import AuditEntry, record_access
from app.database import normalise_text
from app.errors import Forbidden, Invalid, NotFound
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.person_models import IdentityDocument, Relative

ACTION = "person.revealed."
CASE_ACTION = "case.revealed"
NUMBER_ACTION = "case.revealed.number."
_SHORTEST_REASON, _LONGEST_REASON = 8, 1_000
_NUMBERED = re.compile(r"(?P<kind>document|relative)\.(?P<id>\d{1,15})")


@dataclass(frozen=True, slots=True)
class Revealed:
    """One value in full, for one page."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RevealLine:
    """Who saw what of a person, when and why."""

    at: datetime
    user_name: str
    unit_name: str
    what: str
    reason: str


def reveal(
    session: Session, actor: Actor, person: Person, *, what: str, reason: str, now: datetime
) -> Revealed:
    """The value named by `what`, against a reason that is kept; its owners are told after."""
    if not actor.may(Permission.PERSONAL_DATA_REVEAL):
        raise Forbidden
    because = said_reason(reason)
    found = _value(session, actor, person, what)
    keep_reveal(session, actor, f"{ACTION}{what}", f"person:{person.id}", because, now=now)
    return found


def said_reason(reason: str) -> str:
    """The reason as it is kept; raises Invalid where none is given."""
    because = normalise_text(reason)
    if not _SHORTEST_REASON <= len(because) <= _LONGEST_REASON:
        said = "Hãy ghi lý do cần xem, từ 8 đến 1.000 ký tự, ví dụ: đối chiếu với công hàm số 12."
        raise Invalid(said, {"reason": (said,)})
    return because


def keep_reveal(
    session: Session, actor: Actor, action: str, subject: str, because: str, *, now: datetime
) -> None:
    """Write down who has seen what and why; whom it concerns is told after the commit."""
    entry = record_access(session, actor, action, subject, now=now, reason=because)
    session.flush()
    enqueue(session, Job.TELL_REVEAL, {"entry_id": entry.id}, now=now)


def _value(session: Session, actor: Actor, person: Person, what: str) -> Revealed:
    is_known = person.id in known_among(session, actor, [person])
    if what == "name":
        return Revealed(_("Họ và tên"), person.name)
    if not is_known:
        raise Forbidden(
            "Người này được bảo vệ danh tính: hãy xem họ tên kèm lý do trước, hoặc nhờ đơn vị"
            " đang thụ lý hồ sơ."
        )
    if what == "id_number" and person.id_number:
        return Revealed(_("Số giấy tờ"), person.id_number)
    if what == "contact" and person.contact_text:
        return Revealed(_("Người thân liên hệ"), person.contact_text)
    numbered = _NUMBERED.fullmatch(what)
    if numbered is None:
        raise NotFound
    return _numbered(session, person, numbered["kind"], int(numbered["id"]))


def _numbered(session: Session, person: Person, kind: str, row_id: int) -> Revealed:
    if kind == "document":
        document = session.get(IdentityDocument, row_id)
        if document is not None and document.person_id in _family(session, person):
            return Revealed(_("Số giấy tờ"), document.number)
    else:
        relative = session.get(Relative, row_id)
        if relative is not None and relative.person_id in _family(session, person):
            parts = (relative.name, relative.contact)
            return Revealed(_("Thân nhân"), " – ".join(part for part in parts if part))
    raise NotFound


def _family(session: Session, person: Person) -> frozenset[int]:
    merged = session.scalars(select(Person.id).where(Person.merged_into_id == person.id))
    return frozenset({person.id, *merged})


def reveals_of(session: Session, person_ids: Collection[int]) -> Sequence[RevealLine]:
    """Who has seen sealed values of these entries, the last first."""
    return reveals_about(session, [f"person:{one}" for one in person_ids], ACTION)


def reveals_about(session: Session, subjects: Collection[str], action: str) -> Sequence[RevealLine]:
    """Who has seen what was hidden of these subjects, the last first."""
    rows = session.execute(
        select(AuditEntry, User.name, Unit.name.label("unit_name"))
        .outerjoin(User, User.id == AuditEntry.user_id)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(
            AuditEntry.subject.in_(subjects),
            AuditEntry.action.startswith(action),
        )
        .order_by(AuditEntry.id.desc())
        .limit(100)
    )
    return [
        RevealLine(
            entry.at,
            user_name or "Hệ thống",
            unit_name or "",
            what_was_seen(entry.action),
            entry.reason or "",
        )
        for entry, user_name, unit_name in rows
    ]


def what_was_seen(action: str) -> str:
    if action.startswith(NUMBER_ACTION):
        return str(_("số giấy tờ"))
    kind = action if action == CASE_ACTION else action.removeprefix(ACTION).split(".")[0]
    words: dict[str, str] = {
        "name": _("họ và tên"),
        "id_number": _("số giấy tờ"),
        "document": _("số giấy tờ"),
        "contact": _("người thân liên hệ"),
        "relative": _("thân nhân"),
        "case.revealed": _("dữ kiện được che của hồ sơ"),
    }
    return words.get(kind, kind)
