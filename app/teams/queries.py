"""Reads of teams, rules and substitutions: each of one unit, on one day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Role, User, UserRole
from app.database import Prepared
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.teams.models import RoutingRule, Substitution, Team, TeamMember
from app.workflow.routing import Route


def valid_on(
    model: type[Team | TeamMember | RoutingRule], on: date | BindParameter[date]
) -> ColumnElement[bool]:
    return (model.valid_from <= on) & or_(model.valid_to.is_(None), model.valid_to >= on)


# --- teams ----------------------------------------------------------------------------------


def my_teams(user_id: int | BindParameter[int], on: date | BindParameter[date]) -> Select[int]:
    """The teams whose queues a person works on."""
    return select(TeamMember.team_id).where(TeamMember.user_id == user_id, valid_on(TeamMember, on))


def teams_of_unit(session: Session, unit_id: int, *, on: date) -> Sequence[Team]:
    return session.scalars(
        select(Team).where(Team.unit_id == unit_id, valid_on(Team, on)).order_by(Team.name, Team.id)
    ).all()


def team_of(session: Session, actor: Actor, team_id: int) -> Team:
    """A team of the actor's own unit."""
    team = session.get(Team, team_id)
    if team is None or team.unit_id != actor.unit_id:
        raise NotFound
    return team


def team_name(session: Session, team_id: int | None) -> str:
    team = session.get(Team, team_id) if team_id is not None else None
    return team.name if team else ""


def team_names(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    wanted = {team_id for team_id in ids if team_id}
    if not wanted:
        return {}
    rows = session.execute(select(Team.id, Team.name).where(Team.id.in_(wanted)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a team, with the row by which they belong to it."""

    id: int
    user_id: int
    name: str


def members_of(session: Session, team_ids: Collection[int], *, on: date) -> dict[int, list[Member]]:
    rows = session.execute(
        select(TeamMember.team_id, TeamMember.id, User.id, User.name)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id.in_(team_ids), valid_on(TeamMember, on))
        .order_by(User.name_fold, User.id)
    )
    found: dict[int, list[Member]] = {}
    for team_id, member_id, user_id, name in rows:
        found.setdefault(team_id, []).append(Member(member_id, user_id, name))
    return found


def is_member(session: Session, user_id: int, team_id: int, *, on: date) -> bool:
    wanted = my_teams(user_id, on).where(TeamMember.team_id == team_id).limit(1)
    return session.scalar(wanted) is not None


# --- people of a unit -----------------------------------------------------------------------


def people_of_unit(session: Session, unit_id: int) -> Sequence[User]:
    """Everybody active who can work on cases for a unit, by name."""
    held = session.scalars(
        select(UserRole).join(UserRole.user).where(UserRole.unit_id == unit_id, User.active)
    ).all()
    able = {one.user_id for one in held if Permission.CASE_ACT in one.role.permissions}
    return session.scalars(
        select(User).where(User.id.in_(able)).order_by(User.name_fold, User.id)
    ).all()


def role_names_at(session: Session, user_id: int, unit_id: int) -> dict[str, str]:
    """The roles that a person holds for a unit, with their names."""
    rows = session.execute(
        select(Role.code, Role.name_vi)
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == user_id, UserRole.unit_id == unit_id)
    )
    return {row.code: row.name_vi for row in rows}


def leaders_of(session: Session, unit_id: int) -> frozenset[int]:
    """Who leads a unit: leader roles, else those who may give work to others."""
    held = session.scalars(
        select(UserRole)
        .join(UserRole.user)
        .where(UserRole.unit_id == unit_id, User.active.is_(true()))
    ).all()
    leading = frozenset(one.user_id for one in held if one.role.is_leader)
    giving = frozenset(
        one.user_id for one in held if Permission.CASE_ASSIGN in one.role.permissions
    )
    return leading or giving


# --- rules ----------------------------------------------------------------------------------


_RULES = Prepared(
    select(
        RoutingRule.id,
        RoutingRule.name,
        RoutingRule.type_code,
        RoutingRule.province_code,
        RoutingRule.country_code,
        RoutingRule.condition,
        RoutingRule.team_id,
        RoutingRule.user_id,
    )
    .where(
        RoutingRule.unit_id == bindparam("b_unit", 0),
        valid_on(RoutingRule, bindparam("b_day", date.min)),
    )
    .order_by(RoutingRule.position, RoutingRule.id)
)


def routes_of(session: Session, unit_id: int, *, on: date) -> list[Route]:
    """The rules of a unit in the order in which they are tried."""
    values: dict[str, Any] = {"b_unit": unit_id, "b_day": on}  # Any: bound values
    return [Route(**row) for row in _RULES.rows(session, values)]


def rules_of_unit(session: Session, unit_id: int, *, on: date) -> Sequence[RoutingRule]:
    """The rules in force and those to come, in their order."""
    ends_later = or_(RoutingRule.valid_to.is_(None), RoutingRule.valid_to >= on)
    return session.scalars(
        select(RoutingRule)
        .where(RoutingRule.unit_id == unit_id, ends_later)
        .order_by(RoutingRule.position, RoutingRule.id)
    ).all()


def rule_of(session: Session, actor: Actor, rule_id: int) -> RoutingRule:
    rule = session.get(RoutingRule, rule_id)
    if rule is None or rule.unit_id != actor.unit_id:
        raise NotFound
    return rule


# --- substitutions --------------------------------------------------------------------------


def substitutions_of_unit(session: Session, unit_id: int, *, on: date) -> Sequence[Substitution]:
    """Those that have not ended, the ones to decide first."""
    is_decided = case((Substitution.state == "proposed", 0), else_=1)
    return session.scalars(
        select(Substitution)
        .where(
            Substitution.unit_id == unit_id,
            Substitution.valid_to >= on,
            Substitution.state.in_(["proposed", "accepted"]),
        )
        .order_by(is_decided, Substitution.valid_from, Substitution.id)
    ).all()


def substitution_of(session: Session, actor: Actor, substitution_id: int) -> Substitution:
    found = session.get(Substitution, substitution_id)
    if found is None or found.unit_id != actor.unit_id:
        raise NotFound
    return found
