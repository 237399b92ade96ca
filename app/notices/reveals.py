"""Tells those who answer for a person that somebody has seen a sealed value, and never which."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User, UserRole
from app.audit import AuditEntry
from app.cases.models import Case, CaseLink
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.permissions import Permission
from app.registers.models import Person
from app.registers.reveals import CASE_ACTION, NUMBER_ACTION
from app.workflow.text import Text

_FACTS = Text("dữ kiện được che", "hidden facts")


def tell_of_reveal(session: Session, entry_id: int, *, now: datetime) -> int:
    """Tell the keepers of the person's open cases, or the unit that wrote the person down."""
    entry = session.get_one(AuditEntry, entry_id)
    if entry.action.startswith(CASE_ACTION):
        return _tell_of_case(session, entry, now=now)
    person = session.get_one(Person, int(entry.subject.removeprefix("person:")))
    cases = _open_cases(session, person)
    user_ids = {user_id for case in cases for user_id in _keepers(session, case)}
    if not cases and person.unit_id is not None:
        user_ids = set(_readers_in(session, person.unit_id))
    user_ids.discard(entry.user_id)
    told = dict.fromkeys(sorted(user_ids), NoticeKind.DATA_SEEN)
    texts = {NoticeKind.DATA_SEEN: _text(session, entry, person)}
    case_id = cases[0].id if cases else None
    return tell(session, told, texts, Cause(f"reveal:{entry.id}", case_id), now=now)


def _tell_of_case(session: Session, entry: AuditEntry, *, now: datetime) -> int:
    """Tell the keepers of the case that its hidden facts were seen by somebody outside it."""
    case = session.get_one(Case, int(entry.subject.removeprefix("case:")))
    user_ids = set(_keepers(session, case)) - {entry.user_id}
    told = dict.fromkeys(sorted(user_ids), NoticeKind.DATA_SEEN)
    who, where = _who(session, entry)
    is_number = entry.action.startswith(NUMBER_ACTION)
    seen = Text("một số giấy tờ", "the number of a paper") if is_number else _FACTS
    said = Text(
        f"{who}{where} đã xem {seen.vi} của hồ sơ; lý do ghi ở trang hồ sơ.",
        f"{who}{where} has seen {seen.en} of the case; the reason stands on its page.",
    )
    cause = Cause(f"reveal:{entry.id}", case.id)
    return tell(session, told, {NoticeKind.DATA_SEEN: said}, cause, now=now)


def _who(session: Session, entry: AuditEntry) -> tuple[str, str]:
    user, unit = session.get(User, entry.user_id), session.get(Unit, entry.unit_id)
    return user.name if user else "Hệ thống", f" ({unit.name})" if unit else ""


def _open_cases(session: Session, person: Person) -> list[Case]:
    ids = {person.id, person.merged_into_id or person.id}
    ids |= set(session.scalars(select(Person.id).where(Person.merged_into_id == person.id)))
    asked = (
        select(Case)
        .join(CaseLink, CaseLink.case_id == Case.id)
        .where(CaseLink.person_id.in_(ids), Case.is_open.is_(true()))
        .order_by(Case.id.desc())
    )
    return list(session.scalars(asked).unique())


def _keepers(session: Session, case: Case) -> Iterable[int]:
    """The assignee; without one, the people of the unit who may read such values."""
    if case.assignee_id is not None:
        return [case.assignee_id]
    return _readers_in(session, case.owner_unit_id)


def _readers_in(session: Session, unit_id: int) -> list[int]:
    held = session.scalars(
        select(UserRole)
        .join(UserRole.user)
        .where(UserRole.unit_id == unit_id, User.active.is_(true()))
    )
    return [one.user_id for one in held if Permission.PERSONAL_DATA_VIEW in one.role.permissions]


def _text(session: Session, entry: AuditEntry, person: Person) -> Text:
    who, where = _who(session, entry)
    return Text(
        f"{who}{where} đã xem dữ liệu được che của người số {person.id} trong sổ đăng ký;"
        " lý do ghi ở trang của người này.",
        f"{who}{where} has seen masked data of person {person.id} in the register;"
        " the reason stands on the person's page.",
    )
