"""Changes to teams, rules and substitutions; each leaves its trace, nothing is removed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.persons import same_person
from app.accounts.queries import units_of_user
from app.audit import record_access
from app.database import normalise_text
from app.errors import Conflict, Forbidden, Invalid, Refused
from app.permissions import Actor, Permission
from app.teams import queries
from app.teams.models import RoutingRule, Substitution, SubstitutionState, Team, TeamMember
from app.workflow.routing import condition_problems

ONE_DAY = timedelta(days=1)
LONGEST_ABSENCE = timedelta(days=366)


# --- teams ----------------------------------------------------------------------------------


def create_team(session: Session, actor: Actor, name: str, *, on: date, now: datetime) -> Team:
    tidy = normalise_text(name)
    if not tidy:
        raise Invalid("Chưa lập được nhóm.", {"name": ["Hãy nhập tên nhóm."]})
    if tidy.casefold() in {
        team.name.casefold() for team in queries.teams_of_unit(session, actor.unit_id, on=on)
    }:
        raise Invalid("Chưa lập được nhóm.", {"name": ["Đơn vị đã có nhóm mang tên này."]})
    team = Team(
        unit_id=actor.unit_id, name=tidy, valid_from=on, created_by=actor.user_id, created_at=now
    )
    session.add(team)
    session.flush()
    record_access(session, actor, "team_created", f"team:{team.id}", now=now)
    return team


def close_team(session: Session, actor: Actor, team_id: int, *, on: date, now: datetime) -> None:
    """End a team; rules that lead to it must lead elsewhere first."""
    team = queries.team_of(session, actor, team_id)
    used = [
        rule.name
        for rule in queries.rules_of_unit(session, actor.unit_id, on=on)
        if rule.team_id == team.id
    ]
    if used:
        raise Refused(
            "Còn quy tắc giao việc cho nhóm này.", [f"Hãy bỏ hoặc sửa: {name}." for name in used]
        )
    team.valid_to = on - ONE_DAY
    record_access(session, actor, "team_closed", f"team:{team.id}", now=now)


def add_member(
    session: Session, actor: Actor, team_id: int, user_id: int, *, on: date, now: datetime
) -> None:
    team = queries.team_of(session, actor, team_id)
    if actor.unit_id not in units_of_user(session, user_id):
        raise Invalid("Chưa thêm được người.", {"user_id": ["Hãy chọn người của đơn vị."]})
    if queries.is_member(session, user_id, team.id, on=on):
        raise Conflict("Người này đã ở trong nhóm.")
    session.add(TeamMember(team_id=team.id, user_id=user_id, valid_from=on))
    record_access(
        session, actor, "team_joined", f"team:{team.id}", now=now, reason=f"user:{user_id}"
    )


def remove_member(
    session: Session, actor: Actor, team_id: int, user_id: int, *, on: date, now: datetime
) -> None:
    team = queries.team_of(session, actor, team_id)
    rows = session.scalars(
        select(TeamMember).where(
            TeamMember.team_id == team.id,
            TeamMember.user_id == user_id,
            queries.valid_on(TeamMember, on),
        )
    ).all()
    for row in rows:
        row.valid_to = on - ONE_DAY
    record_access(session, actor, "team_left", f"team:{team.id}", now=now, reason=f"user:{user_id}")


# --- rules ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule as a leader writes it."""

    name: str
    valid_from: date
    type_code: str = ""
    province_code: str = ""
    country_code: str = ""
    condition: str = ""
    team_id: int | None = None
    user_id: int | None = None
    valid_to: date | None = None


def add_rule(
    session: Session, actor: Actor, facts: RuleFacts, *, known_fields: frozenset[str], now: datetime
) -> RoutingRule:
    """A rule at the end of the unit's list."""
    _check_rule(session, actor, facts, known_fields)
    last = session.scalar(
        select(func.max(RoutingRule.position)).where(RoutingRule.unit_id == actor.unit_id)
    )
    rule = RoutingRule(
        unit_id=actor.unit_id,
        position=(last or 0) + 1,
        name=normalise_text(facts.name),
        type_code=facts.type_code,
        province_code=facts.province_code,
        country_code=facts.country_code,
        condition=facts.condition.strip(),
        team_id=facts.team_id,
        user_id=facts.user_id,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(rule)
    session.flush()
    record_access(session, actor, "rule_added", f"rule:{rule.id}", now=now)
    return rule


def _check_rule(
    session: Session, actor: Actor, facts: RuleFacts, known_fields: frozenset[str]
) -> None:
    problems: dict[str, list[str]] = {}
    if (facts.team_id is None) == (facts.user_id is None):
        problems["receiver"] = ["Hãy chọn một nhóm hoặc một người nhận."]
    if facts.team_id is not None:
        queries.team_of(session, actor, facts.team_id)
    if facts.user_id is not None and actor.unit_id not in units_of_user(session, facts.user_id):
        problems["receiver"] = ["Người nhận phải thuộc đơn vị."]
    if facts.condition.strip():
        found = condition_problems(facts.condition, known_fields)
        problems |= {"condition": [f"{one}." for one in found]} if found else {}
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        problems["valid_to"] = ["Ngày cuối phải từ ngày đầu trở đi."]
    if problems:
        raise Invalid("Chưa lưu được quy tắc.", problems)


def end_rule(session: Session, actor: Actor, rule_id: int, *, on: date, now: datetime) -> None:
    """A rule stops today; it stays in the list of those that were."""
    rule = queries.rule_of(session, actor, rule_id)
    rule.valid_to = on - ONE_DAY
    session.flush()
    record_access(session, actor, "rule_ended", f"rule:{rule.id}", now=now)


def move_rule(
    session: Session, actor: Actor, rule_id: int, *, is_up: bool, on: date, now: datetime
) -> None:
    """Change places with the neighbour above or below."""
    rules = list(queries.rules_of_unit(session, actor.unit_id, on=on))
    index = next((n for n, rule in enumerate(rules) if rule.id == rule_id), None)
    if index is None:
        queries.rule_of(session, actor, rule_id)
        return
    other = index - 1 if is_up else index + 1
    if not 0 <= other < len(rules):
        return
    rules[index], rules[other] = rules[other], rules[index]
    for position, rule in enumerate(rules, start=1):
        rule.position = position
    session.flush()
    record_access(session, actor, "rule_moved", f"rule:{rule_id}", now=now)


# --- substitutes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is away, from when until when, and who stands in."""

    absent_id: int
    substitute_id: int
    valid_from: date
    valid_to: date
    reason: str = ""


def propose_substitute(
    session: Session, actor: Actor, absence: Absence, *, on: date, now: datetime
) -> Substitution:
    """Ask for a substitute for oneself, or as a leader for somebody of the unit."""
    if absence.absent_id != actor.user_id and not actor.may(Permission.CASE_ASSIGN):
        raise Forbidden
    _check_absence(session, actor, absence, on)
    found = Substitution(
        unit_id=actor.unit_id,
        absent_id=absence.absent_id,
        substitute_id=absence.substitute_id,
        valid_from=absence.valid_from,
        valid_to=absence.valid_to,
        reason=normalise_text(absence.reason),
        state=SubstitutionState.PROPOSED,
        asked_at=now,
    )
    session.add(found)
    session.flush()
    record_access(session, actor, "substitute_proposed", f"substitution:{found.id}", now=now)
    return found


def _check_absence(session: Session, actor: Actor, absence: Absence, on: date) -> None:
    problems: dict[str, list[str]] = {}
    pair = (absence.absent_id, absence.substitute_id)
    if absence.valid_to < max(absence.valid_from, on):
        problems["valid_to"] = ["Ngày cuối phải từ ngày đầu và từ hôm nay trở đi."]
    elif absence.valid_to - absence.valid_from > LONGEST_ABSENCE:
        problems["valid_to"] = ["Tối đa một năm; vắng lâu hơn thì bàn giao vị trí."]
    if pair[0] in same_person(session, pair[1]):
        problems["substitute_id"] = ["Người thay phải là người khác."]
    elif any(actor.unit_id not in units_of_user(session, one) for one in pair):
        problems["substitute_id"] = ["Người thay phải cùng đơn vị."]
    elif not _shared_roles(session, actor.unit_id, pair):
        problems["substitute_id"] = [
            "Người thay không giữ vai trò nào của người vắng mặt ở đơn vị này."
        ]
    elif clash := _overlapping(session, absence):
        problems["valid_from"] = [clash]
    if problems:
        raise Invalid("Chưa gửi được đề nghị người thay.", problems)


def _shared_roles(session: Session, unit_id: int, pair: tuple[int, int]) -> set[str]:
    held = [set(queries.role_names_at(session, one, unit_id)) for one in pair]
    return held[0] & held[1]


def roles_left(session: Session, found: Substitution) -> list[str]:
    """Roles of the absent person that the substitute does not hold: their steps wait."""
    absent = queries.role_names_at(session, found.absent_id, found.unit_id)
    has = queries.role_names_at(session, found.substitute_id, found.unit_id)
    return [name for code, name in absent.items() if code not in has]


def _overlapping(session: Session, absence: Absence) -> str:
    """Nobody has two substitutes on one day, and no substitute is away."""
    during = (
        Substitution.state.in_([SubstitutionState.PROPOSED, SubstitutionState.ACCEPTED])
        & (Substitution.valid_from <= absence.valid_to)
        & (Substitution.valid_to >= absence.valid_from)
    )
    asked = select(Substitution.id).where(during).limit(1)
    if session.scalar(asked.where(Substitution.absent_id == absence.absent_id)) is not None:
        return "Trong thời gian này đã có đề nghị người thay."
    if session.scalar(asked.where(Substitution.absent_id == absence.substitute_id)) is not None:
        return "Người thay cũng vắng mặt trong thời gian này."
    return ""


def may_decide(session: Session, actor: Actor, found: Substitution) -> bool:
    """A leader who is neither of the two decides; where there is none, the substitute accepts."""
    involved = same_person(session, found.absent_id) | same_person(session, found.substitute_id)
    leading = queries.leaders_of(session, found.unit_id) - involved
    return actor.user_id in leading if leading else actor.user_id == found.substitute_id


def decide_substitute(
    session: Session,
    actor: Actor,
    substitution_id: int,
    *,
    is_accepted: bool,
    because: str = "",
    now: datetime,
) -> Substitution:
    found = queries.substitution_of(session, actor, substitution_id)
    session.refresh(found, with_for_update=True)
    if found.state != SubstitutionState.PROPOSED:
        raise Conflict("Đề nghị người thay này đã được quyết định.")
    if not may_decide(session, actor, found):
        raise Refused(
            "Bạn không quyết định được đề nghị này.",
            ["Lãnh đạo đơn vị quyết định, và không phải là người vắng mặt hay người thay."],
        )
    if not is_accepted and not because.strip():
        raise Invalid("Chưa từ chối được.", {"because": ["Hãy nêu lý do từ chối."]})
    found.state = SubstitutionState.ACCEPTED if is_accepted else SubstitutionState.REFUSED
    found.decided_by, found.decided_at = actor.user_id, now
    found.decided_because = because.strip()
    session.flush()
    record_access(session, actor, f"substitute_{found.state}", f"substitution:{found.id}", now=now)
    return found


def end_substitute(
    session: Session, actor: Actor, substitution_id: int, *, on: date, now: datetime
) -> Substitution:
    """Back earlier, or no longer wanted; a day that has begun stays the last one on record.

    Whoever stood in today is no second pair of eyes on what was asked for today.
    """
    found = queries.substitution_of(session, actor, substitution_id)
    is_own = actor.user_id in {found.absent_id, found.substitute_id}
    if not is_own and actor.user_id not in queries.leaders_of(session, found.unit_id):
        raise Forbidden
    if found.state == SubstitutionState.ACCEPTED and found.valid_from <= on:
        found.valid_to = min(found.valid_to, on)
    else:
        found.state = SubstitutionState.ENDED
    session.flush()
    record_access(session, actor, "substitute_ended", f"substitution:{found.id}", now=now)
    return found
