"""What others ask about people and units: by code and day, by lineage, by role."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import (
    ApiToken,
    HeldForm,
    Role,
    SignInAttempt,
    Unit,
    UnitKind,
    User,
    UserRole,
)
from app.database import fold_text
from app.errors import NotFound
from app.permissions import Actor, Permission

MINISTRY_KINDS = (UnitKind.MINISTRY, UnitKind.DEPARTMENT, UnitKind.FUND)


# --- units ----------------------------------------------------------------------------------


def in_force(on: date) -> ColumnElement[bool]:
    return and_(Unit.valid_from <= on, or_(Unit.valid_to.is_(None), Unit.valid_to >= on))


def unit_by_id(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return unit


def unit_by_code(
    session: Session, code: str, *, kind: str | None = None, on: date | None = None
) -> Unit:
    """The unit with this code; without `on`, the newest that carried it."""
    statement = select(Unit).where(Unit.code == code)
    if kind is not None:
        statement = statement.where(Unit.kind == kind)
    if on is not None:
        statement = statement.where(in_force(on))
    unit = session.scalars(statement.order_by(Unit.valid_from.desc(), Unit.id)).first()
    if unit is None:
        raise NotFound(f"Không có đơn vị mang mã {code}.")
    return unit


def province_at(session: Session, code: str, on: date) -> Unit:
    """The province that carried `code` on that day: 52 is Bình Định, from 2025-07-01 Gia Lai."""
    return unit_by_code(session, code, kind=UnitKind.PROVINCE, on=on)


def commune_at(session: Session, code: str, on: date) -> Unit:
    return unit_by_code(session, code, kind=UnitKind.COMMUNE, on=on)


def units_in_force(
    session: Session,
    on: date,
    *,
    kinds: Collection[str] = (),
    province_code: str | None = None,
    country_code: str | None = None,
) -> Sequence[Unit]:
    statement = select(Unit).where(in_force(on)).order_by(Unit.kind, Unit.code)
    if kinds:
        statement = statement.where(Unit.kind.in_(kinds))
    if province_code is not None:
        statement = statement.where(Unit.province_code == province_code)
    if country_code is not None:
        statement = statement.where(Unit.country_code == country_code)
    return session.scalars(statement).all()


def province_in_force(session: Session, code: str, on: date) -> Unit:
    """The province that holds on `on` the area that `code` names: 89 on 2026-01-01 is 91."""
    bearers = select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == code)
    unit = session.scalars(bearers.order_by(Unit.valid_from)).first()
    if unit is None:
        raise NotFound(f"Không có tỉnh mang mã {code}.")
    while not unit.is_in_force(on) and unit.successor is not None:
        unit = unit.successor
    return unit


def province_family(session: Session, code: str) -> frozenset[str]:
    """The code and every code whose area it took over, so that older cases stay in reach."""
    wanted = {code}
    while True:
        heirs = select(Unit.id).where(Unit.kind == UnitKind.PROVINCE, Unit.code.in_(wanted))
        found = set(
            session.scalars(
                select(Unit.code).where(
                    Unit.kind == UnitKind.PROVINCE, Unit.successor_id.in_(heirs)
                )
            )
        )
        if found <= wanted:
            return frozenset(wanted)
        wanted |= found


def province_codes_of(session: Session, unit: Unit) -> frozenset[str]:
    return province_family(session, unit.province_code) if unit.province_code else frozenset()


def country_codes_of(unit: Unit) -> frozenset[str]:
    own = [unit.country_code] if unit.country_code else []
    return frozenset([*own, *unit.covered_country_codes])


def search_units(
    session: Session, text: str, *, on: date, kinds: Collection[str] = (), limit: int = 20
) -> Sequence[Unit]:
    """Units in force with every word of the text in their name, blind to diacritics, or its code.

    "đồn Mộc Bài" finds the "Đồn Biên phòng Cửa khẩu quốc tế Mộc Bài".
    """
    said = text.strip()
    named = [Unit.name_fold.contains(word, autoescape=True) for word in fold_text(text).split()]
    statement = select(Unit).where(
        in_force(on), or_(and_(true(), *named), Unit.code == said.upper(), Unit.short_name == said)
    )
    if kinds:
        statement = statement.where(Unit.kind.in_(kinds))
    as_said = Unit.name_fold.contains(fold_text(said), autoescape=True)
    ordered = statement.order_by(as_said.desc(), Unit.kind, Unit.code)
    return session.scalars(ordered.limit(limit)).all()


def province_names(session: Session) -> dict[str, str]:
    """The name of every province code, as the newest unit carries it."""
    rows = session.execute(
        select(Unit.code, Unit.name).where(Unit.kind == UnitKind.PROVINCE).order_by(Unit.valid_from)
    )
    return {row.code: row.name for row in rows}


def commune_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    rows = session.execute(
        select(Unit.code, Unit.name)
        .where(Unit.kind == UnitKind.COMMUNE, Unit.code.in_(codes))
        .order_by(Unit.valid_from)
    )
    return {row.code: row.name for row in rows}


def units_of_user(session: Session, user_id: int) -> frozenset[int]:
    """Units for which this person may act."""
    return frozenset(session.scalars(select(UserRole.unit_id).where(UserRole.user_id == user_id)))


# --- people ---------------------------------------------------------------------------------


def user_by_identity(session: Session, identity: str) -> User | None:
    """The user by sign-in name or e-mail, blind to case; absent is an answer here."""
    lowered = identity.strip().lower()
    return session.scalar(
        select(User).where(or_(User.username == lowered, User.email == lowered)).limit(1)
    )


def assignments_of(session: Session, user_id: int) -> Sequence[UserRole]:
    return session.scalars(
        select(UserRole).where(UserRole.user_id == user_id).order_by(UserRole.id)
    ).all()


def users_holding(
    session: Session,
    role_codes: Collection[str],
    *,
    unit_ids: Collection[int] | None = None,
    province_codes: Collection[str] | None = None,
    country_codes: Collection[str] | None = None,
) -> Sequence[UserRole]:
    """Who holds these roles (active people), narrowed to units, provinces or countries."""
    statement = (
        select(UserRole)
        .join(UserRole.user)
        .join(UserRole.role)
        .join(UserRole.unit)
        .where(Role.code.in_(role_codes), User.active.is_(true()))
        .options(selectinload(UserRole.user))
    )
    if unit_ids is not None:
        statement = statement.where(UserRole.unit_id.in_(unit_ids))
    if province_codes is not None:
        statement = statement.where(Unit.province_code.in_(province_codes))
    if country_codes is not None:
        statement = statement.where(Unit.country_code.in_(country_codes))
    return session.scalars(statement.order_by(UserRole.id)).all()


def held_roles(session: Session) -> frozenset[str]:
    """The codes of the roles that somebody active holds."""
    statement = (
        select(Role.code)
        .join(UserRole, UserRole.role_id == Role.id)
        .join(User, User.id == UserRole.user_id)
        .where(User.active.is_(true()))
    )
    return frozenset(session.scalars(statement.distinct()))


def roles(session: Session) -> Sequence[Role]:
    return session.scalars(select(Role).order_by(Role.id)).all()


def role_by_code(session: Session, code: str) -> Role:
    role = session.scalar(select(Role).where(Role.code == code))
    if role is None:
        raise NotFound(f"Không có vai trò {code}.")
    return role


# --- what an administrator sees -------------------------------------------------------------


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Units that an administrator manages: all from the Ministry, else the own unit and below.

    Without the permission the answer is empty: it starts every list of people and units.
    """
    if not (actor.may(Permission.ADMIN_USERS) or actor.may(Permission.ADMIN_UNITS)):
        return false()
    if actor.area.is_everything:
        return true()
    own_kind = select(Unit.kind).where(Unit.id == actor.unit_id).scalar_subquery()
    return or_(own_kind.in_(MINISTRY_KINDS), Unit.id.in_(_unit_and_below(actor.unit_id)))


def _unit_and_below(unit_id: int) -> Select[tuple[int]]:
    # The recursive part reads the table itself, so that a filter on Unit outside stays apart.
    units = Unit.__table__
    below = select(units.c.id).where(units.c.id == unit_id).cte("below", recursive=True)
    below = below.union(select(units.c.id).where(units.c.parent_id == below.c.id))
    return select(below.c.id)


def visible_users(actor: Actor) -> ColumnElement[bool]:
    """Users who hold a role in a unit that the administrator manages."""
    inside = select(UserRole.user_id).join(UserRole.unit).where(visible_to(actor))
    return User.id.in_(inside)


def list_users(
    session: Session, actor: Actor, *, text: str = "", offset: int = 0, limit: int = 50
) -> tuple[Sequence[User], int]:
    """One page of users under the actor's rights, by name, and how many there are."""
    condition = visible_users(actor)
    if folded := fold_text(text):
        condition = and_(
            condition,
            or_(
                User.name_fold.contains(folded, autoescape=True),
                User.username.contains(folded, autoescape=True),
            ),
        )
    total = session.scalar(select(func.count()).select_from(User).where(condition)) or 0
    page = (
        select(User)
        .where(condition)
        .options(selectinload(User.assignments))
        .order_by(User.name_fold, User.id)
        .offset(offset)
        .limit(limit)
    )
    return session.scalars(page).all(), total


def managed_user(session: Session, actor: Actor, user_id: int) -> User:
    user = session.scalar(select(User).where(User.id == user_id, visible_users(actor)))
    if user is None:
        raise NotFound
    return user


def list_units(
    session: Session, actor: Actor, *, kind: str, on: date, text: str = ""
) -> Sequence[Unit]:
    statement = select(Unit).where(visible_to(actor), Unit.kind == kind, in_force(on))
    if folded := fold_text(text):
        statement = statement.where(Unit.name_fold.contains(folded, autoescape=True))
    return session.scalars(
        statement.options(selectinload(Unit.successor)).order_by(Unit.code)
    ).all()


def managed_unit(session: Session, actor: Actor, unit_id: int) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.id == unit_id, visible_to(actor)))
    if unit is None:
        raise NotFound
    return unit


# --- sign-in --------------------------------------------------------------------------------


def sign_ins_of(session: Session, username: str, *, limit: int = 10) -> Sequence[SignInAttempt]:
    return session.scalars(
        select(SignInAttempt)
        .where(SignInAttempt.account == username)
        .order_by(SignInAttempt.at.desc())
        .limit(limit)
    ).all()


def failures_of_account(session: Session, account: str, *, since: datetime) -> list[datetime]:
    """Failed attempts after the last success of this account."""
    last = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.account == account, SignInAttempt.is_success.is_(true())
        )
    )
    start = max(since, last) if last is not None else since
    return list(
        session.scalars(
            select(SignInAttempt.at).where(
                SignInAttempt.account == account,
                SignInAttempt.is_success.is_(false()),
                SignInAttempt.at > start,
            )
        )
    )


def failures_of_address(session: Session, address: str, *, since: datetime) -> list[datetime]:
    return list(
        session.scalars(
            select(SignInAttempt.at).where(
                SignInAttempt.address == address,
                SignInAttempt.is_success.is_(false()),
                SignInAttempt.at > since,
            )
        )
    )


def api_tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """The person's keys, the newest first; ended ones stay as their trace."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == user_id)
        .options(joinedload(ApiToken.unit))
        .order_by(ApiToken.id.desc())
        .limit(100)
    ).all()


def held_form(session: Session, user_id: int, token: str) -> HeldForm:
    held = session.scalar(
        select(HeldForm).where(HeldForm.token == token, HeldForm.user_id == user_id)
    )
    if held is None:
        raise NotFound("Không còn nội dung đã giữ lại. Hãy nhập lại biểu mẫu.")
    return held
