"""One human behind several accounts: found by staff number, linked and parted by administrators.

Two people must be two people: a second signature from one's own other account is no signature.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.accounts.person_models import AccountMark, AccountPerson, MarkKind, PersonDoubt
from app.audit import record_access
from app.errors import Invalid, NotFound, Refused
from app.permissions import Actor

LONGEST_STAFF_NUMBER = 40
PHONE_DIGITS = 9  # what is left of a number without its country or trunk prefix


@dataclass(frozen=True, slots=True)
class Facts:
    """What an administrator writes down of the human; an empty text leaves what is known."""

    staff_number: str = ""
    birth_date: date | None = None
    phone: str = ""

    def tidy(self) -> dict[MarkKind, str]:
        """The facts as they are compared, without those that were not given."""
        said = {
            MarkKind.STAFF_NUMBER: "".join(self.staff_number.split()).upper(),
            MarkKind.BIRTH_DATE: self.birth_date.isoformat() if self.birth_date else "",
            MarkKind.PHONE: "".join(filter(str.isdigit, self.phone))[-PHONE_DIGITS:],
        }
        return {kind: text for kind, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class Alike:
    """Another account that may be the same human, and by what it is thought so."""

    user: User
    by: Sequence[str]  # kinds of marks, "name", "email"


# --- who is the same person -----------------------------------------------------------------


def accounts_of_person(session: Session, user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """For each account every account of the same human, itself among them."""
    own = aliased(AccountPerson)
    rows = session.execute(
        select(own.user_id, AccountPerson.user_id)
        .join(AccountPerson, AccountPerson.person_id == own.person_id)
        .where(own.user_id.in_(user_ids))
    )
    found = {user_id: {user_id} for user_id in user_ids}
    for user_id, other_id in rows:
        found[user_id].add(other_id)
    return {user_id: frozenset(others) for user_id, others in found.items()}


def same_person(session: Session, user_id: int) -> frozenset[int]:
    return accounts_of_person(session, [user_id])[user_id]


def marks_of(session: Session, user_id: int) -> frozenset[str]:
    """Which facts are known of the human behind an account; never what they are."""
    return frozenset(
        session.scalars(select(AccountMark.kind).where(AccountMark.user_id == user_id))
    )


# --- what the administrator does ------------------------------------------------------------


def note_facts(
    session: Session, actor: Actor, user: User, facts: Facts, *, key: str, now: datetime
) -> Sequence[User]:
    """Keep the keyed hashes; accounts with the same staff number become one person."""
    if len(facts.staff_number) > LONGEST_STAFF_NUMBER:
        raise Invalid("Chưa lưu được.", {"staff_number": ["Số hiệu cán bộ tối đa 40 ký tự."]})
    said = facts.tidy()
    if not said:
        raise Invalid("Chưa lưu được.", {"staff_number": ["Hãy nhập ít nhất một thông tin."]})
    for kind, text in said.items():
        mark = hashed(key, kind, text)
        session.execute(
            delete(AccountMark).where(AccountMark.user_id == user.id, AccountMark.kind == kind)
        )
        session.add(AccountMark(user_id=user.id, kind=kind, mark=mark, noted_at=now))
    session.flush()
    record_access(session, actor, "person_noted", f"user:{user.id}", now=now)
    twins = _others_with(session, user.id, MarkKind.STAFF_NUMBER)
    for twin in twins:
        link(session, actor, user, twin, now=now)
    return twins


def hashed(key: str, kind: MarkKind, text: str) -> str:
    return hmac.new(key.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def link(session: Session, actor: Actor, user: User, other: User, *, now: datetime) -> None:
    """Say that two accounts belong to one human; what each was linked with comes along."""
    if user.id == other.id:
        raise Refused("Hãy chọn một tài khoản khác.")
    if actor.user_id in {user.id, other.id}:
        raise Refused(
            "Không tự gắn tài khoản của chính mình. Hãy đề nghị quản trị viên khác.",
        )
    everyone = same_person(session, user.id) | same_person(session, other.id)
    first = min(everyone)
    session.execute(delete(AccountPerson).where(AccountPerson.user_id.in_(everyone)))
    session.add_all(
        AccountPerson(user_id=one, person_id=first, linked_by=actor.user_id, linked_at=now)
        for one in sorted(everyone)
    )
    session.execute(delete(PersonDoubt).where(_between(user.id, other.id)))
    session.flush()
    what = f"user:{other.id}"
    record_access(session, actor, "person_linked", f"user:{user.id}", now=now, reason=what)


def part(session: Session, actor: Actor, user: User, other: User, *, now: datetime) -> None:
    """Say that two accounts are two people; a shared staff number must be corrected first."""
    if actor.user_id in {user.id, other.id}:
        raise Refused("Không tự tách tài khoản của chính mình. Hãy đề nghị quản trị viên khác.")
    if other.id in {one.id for one in _others_with(session, user.id, MarkKind.STAFF_NUMBER)}:
        raise Refused(
            "Hai tài khoản có cùng số hiệu cán bộ.", ["Hãy sửa số hiệu bị nhập sai rồi tách."]
        )
    if other.id in same_person(session, user.id):
        _leave(session, other.id)
    session.execute(delete(PersonDoubt).where(_between(user.id, other.id)))
    session.add(
        PersonDoubt(user_id=user.id, other_id=other.id, decided_by=actor.user_id, decided_at=now)
    )
    session.flush()
    what = f"user:{other.id}"
    record_access(session, actor, "person_parted", f"user:{user.id}", now=now, reason=what)


def _leave(session: Session, user_id: int) -> None:
    """Take one account out of its person; the others stay together under their first."""
    others = same_person(session, user_id) - {user_id}
    session.execute(delete(AccountPerson).where(AccountPerson.user_id == user_id))
    rows = session.scalars(select(AccountPerson).where(AccountPerson.user_id.in_(others))).all()
    for row in rows:
        row.person_id = min(others)


# --- who may be the same person -------------------------------------------------------------


def likely_same(session: Session, user: User) -> list[Alike]:
    """Accounts of the same name that share a birthday, a telephone or the name of a mailbox."""
    settled = same_person(session, user.id) | _doubted(session, user.id)
    named = session.scalars(
        select(User).where(User.name_fold == user.name_fold, User.id.not_in(settled)).limit(50)
    ).all()
    shared = _shared_marks(session, user.id, [one.id for one in named])
    found = []
    for one in named:
        by = [*shared.get(one.id, ()), *(["email"] if _same_mailbox(user, one) else [])]
        if by:
            found.append(Alike(one, ("name", *by)))
    return found


def linked_accounts(session: Session, user: User) -> Sequence[User]:
    others = same_person(session, user.id) - {user.id}
    return session.scalars(select(User).where(User.id.in_(others)).order_by(User.id)).all()


def account_named(session: Session, username: str) -> User:
    found = session.scalar(select(User).where(User.username == username.strip().lower()))
    if found is None:
        raise NotFound("Không có tài khoản mang tên đăng nhập này.")
    return found


def _same_mailbox(one: User, other: User) -> bool:
    return _mailbox(one.email) == _mailbox(other.email)


def _mailbox(address: str) -> str:
    """The part before the at sign, as one person writes it at several servers."""
    return address.partition("@")[0].partition("+")[0].replace(".", "")


def _shared_marks(
    session: Session, user_id: int, others: Collection[int]
) -> Mapping[int, Sequence[str]]:
    mine = aliased(AccountMark)
    rows = session.execute(
        select(AccountMark.user_id, AccountMark.kind)
        .join(mine, (mine.kind == AccountMark.kind) & (mine.mark == AccountMark.mark))
        .where(mine.user_id == user_id, AccountMark.user_id.in_(others))
        .order_by(AccountMark.kind)
    )
    found: dict[int, list[str]] = {}
    for other_id, kind in rows:
        found.setdefault(other_id, []).append(kind)
    return found


def _others_with(session: Session, user_id: int, kind: MarkKind) -> Sequence[User]:
    """Accounts that carry the same mark of this kind."""
    mark = select(AccountMark.mark).where(AccountMark.user_id == user_id, AccountMark.kind == kind)
    same = select(AccountMark.user_id).where(
        AccountMark.kind == kind, AccountMark.mark.in_(mark), AccountMark.user_id != user_id
    )
    return session.scalars(select(User).where(User.id.in_(same)).order_by(User.id)).all()


def _doubted(session: Session, user_id: int) -> frozenset[int]:
    rows = session.execute(
        select(PersonDoubt.user_id, PersonDoubt.other_id).where(
            or_(PersonDoubt.user_id == user_id, PersonDoubt.other_id == user_id)
        )
    )
    return frozenset(_flat((row[0], row[1]) for row in rows)) - {user_id}


def _flat(pairs: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (one for pair in pairs for one in pair)


def _between(one: int, other: int) -> ColumnElement[bool]:
    pair = {one, other}
    return PersonDoubt.user_id.in_(pair) & PersonDoubt.other_id.in_(pair)
