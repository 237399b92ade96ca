"""The pages about how a unit shares its work, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import province_names
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.models import Case
from app.cases.pages import people_names
from app.cases.published import newest_definitions
from app.cases.queries import DUE_SOON
from app.cases.routing import tried_rules
from app.errors import NotFound
from app.office.models import Handover, HandoverCase, HandoverState
from app.permissions import Actor, Permission
from app.registers.country_names import country_name
from app.teams import queries
from app.teams.models import RoutingRule, Substitution, Team
from app.teams.services import may_decide, roles_left
from app.workflow.definition import FieldDefinition


@dataclass(frozen=True, slots=True)
class Load:
    """How much one person carries."""

    name: str
    user_id: int
    open: int
    late: int
    soon: int
    away: str


@dataclass(frozen=True, slots=True)
class TeamShown:
    team: Team
    members: Sequence[queries.Member]
    waiting: int


@dataclass(frozen=True, slots=True)
class AbsenceShown:
    """One substitution, and what this person may do about it."""

    found: Substitution
    absent: str
    substitute: str
    left: Sequence[str]  # roles that nobody covers meanwhile
    is_today: bool
    may_decide: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class HandoverShown:
    found: Handover
    leaver: str
    successor: str
    waiting: int
    all: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page of a unit."""

    people: Sequence[tuple[int, str]]
    load: Sequence[Load]
    unclaimed: int
    teams: Sequence[TeamShown]
    absences: Sequence[AbsenceShown]
    handovers: Sequence[HandoverShown]
    may_lead: bool


def overview(session: Session, actor: Actor, *, on: date, now: datetime) -> Overview:
    may_lead = actor.may(Permission.CASE_ASSIGN)
    people = queries.people_of_unit(session, actor.unit_id)
    absences = absences_shown(session, actor, on=on)
    return Overview(
        people=[(one.id, one.name) for one in people],
        load=_loads(session, actor, people, absences, now) if may_lead else (),
        unclaimed=_unclaimed(session, actor.unit_id),
        teams=_teams(session, actor, on),
        absences=absences,
        handovers=_handovers(session, actor, on),
        may_lead=may_lead,
    )


def _loads(
    session: Session,
    actor: Actor,
    people: Sequence[User],
    absences: Sequence[AbsenceShown],
    now: datetime,
) -> list[Load]:
    """Open cases of the unit by person, the fullest desk first."""
    late = func.sum(case((Case.next_due_at < now, 1), else_=0))
    soon = func.sum(case((and_(Case.next_due_at >= now, Case.next_due_at <= now + DUE_SOON), 1)))
    rows = session.execute(
        select(Case.assignee_id, func.count(), late, soon)
        .where(
            Case.is_open.is_(true()),
            Case.owner_unit_id == actor.unit_id,
            Case.assignee_id.is_not(None),
        )
        .group_by(Case.assignee_id)
    )
    counted = {user_id: (count, past or 0, near or 0) for user_id, count, past, near in rows}
    away = {one.found.absent_id: one.substitute for one in absences if one.is_today}
    names = people_names(session, counted) | {one.id: one.name for one in people}
    found = [
        Load(name, user_id, *counted.get(user_id, (0, 0, 0)), away=away.get(user_id, ""))
        for user_id, name in names.items()
    ]
    return sorted(found, key=lambda one: (-one.open, one.name))


def _unclaimed(session: Session, unit_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Case)
            .where(
                Case.is_open.is_(true()),
                Case.assignee_id.is_(None),
                Case.owner_unit_id == unit_id,
            )
        )
        or 0
    )


def _teams(session: Session, actor: Actor, on: date) -> list[TeamShown]:
    teams = queries.teams_of_unit(session, actor.unit_id, on=on)
    members = queries.members_of(session, [team.id for team in teams], on=on)
    rows = session.execute(
        select(Case.team_id, func.count())
        .where(
            Case.is_open.is_(true()),
            Case.assignee_id.is_(None),
            Case.owner_unit_id == actor.unit_id,
        )
        .group_by(Case.team_id)
    )
    waiting = {row[0]: row[1] for row in rows}
    return [TeamShown(one, members.get(one.id, ()), waiting.get(one.id, 0)) for one in teams]


def absences_shown(session: Session, actor: Actor, *, on: date) -> list[AbsenceShown]:
    found = queries.substitutions_of_unit(session, actor.unit_id, on=on)
    names = people_names(session, (i for one in found for i in (one.absent_id, one.substitute_id)))
    leading = queries.leaders_of(session, actor.unit_id) if found else frozenset()
    return [
        AbsenceShown(
            one,
            absent=names.get(one.absent_id, ""),
            substitute=names.get(one.substitute_id, ""),
            left=roles_left(session, one),
            is_today=one.state == "accepted" and one.valid_from <= on <= one.valid_to,
            may_decide=one.state == "proposed" and may_decide(session, actor, one),
            may_end=actor.user_id in {one.absent_id, one.substitute_id, *leading},
        )
        for one in found
    ]


def _handovers(session: Session, actor: Actor, on: date) -> list[HandoverShown]:
    wanted = select(Handover).where(
        Handover.unit_id == actor.unit_id, Handover.state == HandoverState.OPEN
    )
    if not actor.may(Permission.CASE_ASSIGN):
        wanted = wanted.where(
            (Handover.leaver_id == actor.user_id) | (Handover.successor_id == actor.user_id)
        )
    found = session.scalars(wanted.order_by(Handover.id.desc()).limit(50)).all()
    return [handover_shown(session, one, on=on) for one in found]


def handover_shown(session: Session, found: Handover, *, on: date) -> HandoverShown:
    names = people_names(session, [found.leaver_id, found.successor_id])
    of_it = HandoverCase.handover_id == found.id
    count = select(func.count()).select_from(HandoverCase).where(of_it)
    waiting = session.scalar(count.where(HandoverCase.accepted_at.is_(None))) or 0
    return HandoverShown(
        found,
        names.get(found.leaver_id, ""),
        names.get(found.successor_id, ""),
        waiting=waiting,
        all=session.scalar(count) or 0,
        is_late=found.state == HandoverState.OPEN and waiting > 0 and found.leaves_on < on,
    )


@dataclass(frozen=True, slots=True)
class HandoverLine:
    case_id: int
    reference: str
    title: str
    accepted_at: datetime | None
    is_still_theirs: bool


def handover_lines(session: Session, found: Handover) -> list[HandoverLine]:
    rows = session.execute(
        select(
            Case.id,
            Case.reference,
            Case.title,
            HandoverCase.accepted_at,
            and_(Case.is_open.is_(true()), Case.assignee_id == found.leaver_id),
        )
        .join(HandoverCase, HandoverCase.case_id == Case.id)
        .where(HandoverCase.handover_id == found.id)
        .order_by(HandoverCase.id)
    )
    return [HandoverLine(*row) for row in rows]


# --- rules ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleShown:
    rule: RoutingRule
    type_name: str
    province: str
    country: str
    receiver: str
    is_coming: bool


def rules_shown(session: Session, actor: Actor, *, on: date) -> list[RuleShown]:
    rules = queries.rules_of_unit(session, actor.unit_id, on=on)
    teams = queries.team_names(session, {rule.team_id for rule in rules})
    people = people_names(session, (rule.user_id for rule in rules))
    types = dict(type_choices(session, actor))
    provinces = province_names(session)
    return [
        RuleShown(
            rule,
            types.get(rule.type_code, rule.type_code),
            provinces.get(rule.province_code, rule.province_code),
            country_name(rule.country_code, actor.locale),
            teams.get(rule.team_id or 0, "") or people.get(rule.user_id or 0, ""),
            is_coming=rule.valid_from > on,
        )
        for rule in rules
    ]


def type_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    return [
        (one.code, one.case_type.name.in_locale(actor.locale))
        for one in newest_definitions(session)
    ]


def known_fields(session: Session, type_code: str) -> frozenset[str]:
    """The facts that a condition may name: of its type, or of any where it has none."""
    found: Mapping[str, FieldDefinition] = {}
    for one in newest_definitions(session):
        if not type_code or one.code == type_code:
            found = {**found, **one.fields}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class TriedShown:
    """One rule against one case, in words."""

    name: str
    takes: bool
    is_later: bool
    against: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules would do with one case."""

    head: CaseHead
    rules: Sequence[TriedShown]

    @property
    def taken_by(self) -> str:
        return next((rule.name for rule in self.rules if rule.takes and not rule.is_later), "")


def trial(session: Session, actor: Actor, reference: str, *, now: datetime) -> Trial:
    """Try the unit's rules with a case in the actor's scope."""
    head = get_head(session, actor, reference.strip().upper())
    definition = definition_of_head(session, head)
    tried = tried_rules(session, head, definition, unit_id=actor.unit_id, now=now)
    shown, is_taken = [], False
    for one in tried:
        fits = not one.against
        words = [text.in_locale(actor.locale) for text in one.against]
        shown.append(TriedShown(one.route.name, fits, is_taken, words))
        is_taken = is_taken or fits
    return Trial(head, shown)


def trial_or_none(session: Session, actor: Actor, reference: str, *, now: datetime) -> Trial | None:
    """The trial, or None where the actor sees no such case."""
    try:
        return trial(session, actor, reference, now=now)
    except NotFound:
        return None
