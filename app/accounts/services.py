"""Changes to people, their roles, units and the calendar; each leaves its trace."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import Unit, User, UserRole
from app.accounts.passwords import hash_password, problems_of
from app.audit import record_access
from app.database import fold_text, normalise_text
from app.errors import Conflict, Invalid, NotFound, Refused
from app.permissions import Actor

TEMPORARY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


# --- people ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person as an administrator or the demonstration writes one down."""

    username: str
    name: str
    email: str
    position: str = ""


def create_user(
    session: Session,
    actor: Actor,
    person: NewUser,
    *,
    now: datetime,
    password: str | None = None,
    password_hash: str | None = None,
    must_change_password: bool = False,
) -> User:
    """A new account. `password_hash` spares the argon2 work where many accounts share one."""
    username, email = person.username.strip().lower(), person.email.strip().lower()
    _refuse_taken(session, username, email)
    if password is not None:
        if problems := problems_of(password, None):
            raise Invalid("Mật khẩu chưa đạt yêu cầu.", {"password": problems})
        password_hash = hash_password(password)
    name = normalise_text(person.name)
    user = User(
        username=username,
        email=email,
        name=name,
        name_fold=fold_text(name),
        position=normalise_text(person.position),
        password=password_hash,
        password_changed_at=now,
        must_change_password=must_change_password,
        created_at=now,
    )
    session.add(user)
    session.flush()
    record_access(session, actor, "user_created", f"user:{user.id}", now=now)
    return user


def _refuse_taken(session: Session, username: str, email: str) -> None:
    problems = {}
    if session.scalar(select(User.id).where(User.username == username)) is not None:
        problems["username"] = [_("Tên đăng nhập đã có người dùng.")]
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        problems["email"] = [_("Thư điện tử đã gắn với một tài khoản.")]
    if problems:
        raise Invalid("Chưa tạo được tài khoản.", problems)


def assign_role(
    session: Session, actor: Actor, user: User, *, role_code: str, unit: Unit, now: datetime
) -> UserRole:
    """Give a role for a unit; nobody gives one to himself, so an administrator reads no case."""
    if user.id == actor.user_id:
        raise Refused("Không tự giao vai trò cho chính mình. Hãy đề nghị quản trị viên khác.")
    role = queries.role_by_code(session, role_code)
    if problem := rules.unit_problem(role.code, role.level, unit.kind):
        raise Invalid(problem, {"role": [problem]})
    _refuse_unmanaged(session, actor, unit)
    if any(a.role_id == role.id and a.unit_id == unit.id for a in user.assignments):
        raise Conflict("Người này đã giữ vai trò đó ở đơn vị đó.")
    held = UserRole(user=user, role=role, unit=unit)
    session.add(held)
    user.main_unit_id = user.main_unit_id or unit.id
    session.flush()
    what = f"{role.code}@{unit.code}"
    record_access(session, actor, "role_assigned", f"user:{user.id}", now=now, reason=what)
    return held


def _refuse_unmanaged(session: Session, actor: Actor, unit: Unit) -> None:
    managed = select(Unit.id).where(Unit.id == unit.id, queries.visible_to(actor))
    if session.scalar(managed) is None:
        raise NotFound


def remove_role(
    session: Session, actor: Actor, user: User, *, assignment_id: int, now: datetime
) -> None:
    held = next((a for a in user.assignments if a.id == assignment_id), None)
    if held is None:
        raise NotFound
    _refuse_unmanaged(session, actor, held.unit)
    what = f"{held.role.code}@{held.unit.code}"
    user.assignments.remove(held)
    if user.main_unit_id not in {a.unit_id for a in user.assignments}:
        user.main_unit_id = user.assignments[0].unit_id if user.assignments else None
    record_access(session, actor, "role_removed", f"user:{user.id}", now=now, reason=what)


def disable_user(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Stop an account and end its sessions at once; its history stays."""
    if user.id == actor.user_id:
        raise Refused("Không tự ngừng tài khoản của chính mình.")
    user.active = False
    end_sessions(user)
    record_access(session, actor, "user_disabled", f"user:{user.id}", now=now)


def enable_user(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    user.active = True
    record_access(session, actor, "user_enabled", f"user:{user.id}", now=now)


def reset_password(session: Session, actor: Actor, user: User, *, now: datetime) -> str:
    """A temporary password, told once, to be changed at the next sign-in."""
    temporary = temporary_password()
    user.password = hash_password(temporary)
    user.password_changed_at = now
    user.must_change_password = True
    end_sessions(user)
    record_access(session, actor, "password_reset", f"user:{user.id}", now=now)
    return temporary


def temporary_password() -> str:
    groups = ("".join(secrets.choice(TEMPORARY_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def end_sessions(user: User) -> None:
    """Every session carries this mark; a new one ends them all."""
    user.fs_uniquifier = uuid.uuid4().hex


def set_locale(session: Session, user_id: int, locale: str) -> None:
    user = session.get_one(User, user_id)
    user.locale = locale


# --- units ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be added; code, kind and first day together are unique."""

    code: str
    kind: str
    name: str
    valid_from: date
    short_name: str = ""
    parent_id: int | None = None
    province_code: str | None = None
    country_code: str | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"
    status: str = ""


def create_unit(session: Session, actor: Actor, new: NewUnit, *, now: datetime) -> Unit:
    """A unit below or beside those that exist."""
    taken = select(Unit.id).where(
        Unit.code == new.code, Unit.kind == new.kind, Unit.valid_from == new.valid_from
    )
    if session.scalar(taken) is not None:
        raise Conflict(f"Đã có đơn vị mang mã {new.code}.")
    name, short_name = normalise_text(new.name), normalise_text(new.short_name)
    unit = Unit(
        code=new.code,
        kind=str(new.kind),
        name=name,
        short_name=short_name or name,
        name_fold=fold_text(f"{name} {short_name}"),
        parent_id=new.parent_id,
        province_code=new.province_code,
        country_code=new.country_code,
        time_zone=new.time_zone,
        valid_from=new.valid_from,
        status=new.status,
    )
    session.add(unit)
    session.flush()
    record_access(session, actor, "unit_created", f"unit:{unit.id}", now=now)
    return unit
