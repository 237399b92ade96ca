"""Who must know: the people and units that a case reaches, found by role, place and part in it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.accounts import queries as accounts
from app.accounts.models import Role, Unit, UnitKind, User, UserRole
from app.accounts.rules import MINISTRY_LEVEL, PROVINCE_LEVEL
from app.cases.catalogue import Definition
from app.cases.effects import set_unit_role
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseEvent, CaseUnit, Confidentiality, EventKind, UnitRole
from app.errors import NotFound
from app.notices.models import NoticeKind
from app.permissions import Permission
from app.teams.queries import members_of
from app.teams.substitutes import substitutes_of

Told = dict[int, NoticeKind]  # user id → the strongest reason to tell this person


@dataclass(frozen=True)
class Circle:
    """The people around one case on one day."""

    session: Session
    head: CaseHead
    definition: Definition
    on: date

    def assignee_or_unit(self) -> list[int]:
        """Who carries the case: its assignee, else the people of its unit who could."""
        return self.assignee() or self.carriers(self.head.owner_unit_id)

    def assignee(self) -> list[int]:
        """Who carries the case, and who stands in for that person today."""
        user_id = self.head.assignee_id
        if user_id is None:
            return []
        return self.active([user_id, *substitutes_of(self.session, [user_id], on=self.on).values()])

    def takers(self) -> list[int]:
        """Who may take an unclaimed case: its team, else the people of the unit."""
        team_id = self._case.team_id
        if team_id is None:
            return self.carriers(self.head.owner_unit_id)
        members = members_of(self.session, [team_id], on=self.on).get(team_id, [])
        return self.active([member.user_id for member in members])

    def active(self, user_ids: Collection[int]) -> list[int]:
        found = select(User.id).where(User.id.in_(user_ids), User.active.is_(true()))
        return list(self.session.scalars(found))

    def carriers(self, unit_id: int) -> list[int]:
        """People of a unit who can take the next step; else all of it who work on cases."""
        held = self._held(UserRole.unit_id == unit_id)
        acting = self._acting_roles()
        able = [one for one in held if one.role.code in acting] or [
            one for one in held if Permission.CASE_ACT in one.role.permissions
        ]
        return [one.user_id for one in able]

    def _acting_roles(self) -> frozenset[str]:
        exits = self.definition.machine.moves.get(self.head.state, {})
        return frozenset[str]().union(*(rule.roles for rule in exits.values()))

    def holders(self, role_codes: Collection[str]) -> list[UserRole]:
        """Who holds these roles where the case reaches.

        Ministry: everyone, or those of the unit that keeps the case where it has any; province:
        the case's province, else its unit's; mission: the case's country; commune: the commune of
        the place; a station: its part in the case, or the province when no station has one. A
        unit that takes part is always in reach.
        """
        if not role_codes:
            return []
        held = self._held(and_(Role.code.in_(role_codes), self._reach()))
        return self._of_own_office([one for one in held if self._fits(one.unit)])

    def _of_own_office(self, held: Sequence[UserRole]) -> list[UserRole]:
        """A role that an office of the Ministry has for its own case is not asked of others."""
        own = {one.role.code for one in held if one.unit_id == self.head.owner_unit_id}
        return [
            one
            for one in held
            if one.unit_id in self._taking_part
            or one.unit.kind not in MINISTRY_LEVEL
            or one.role.code not in own
        ]

    def _reach(self) -> ColumnElement[bool]:
        return or_(
            Unit.id.in_(self._taking_part),
            Unit.kind.in_([*MINISTRY_LEVEL, UnitKind.MISSION]),
            and_(
                Unit.kind.in_([*PROVINCE_LEVEL, UnitKind.BORDER_STATION]),
                Unit.province_code == self._province,
            ),
            and_(Unit.kind == UnitKind.COMMUNE, Unit.code == self._case.commune_code),
        )

    def _fits(self, unit: Unit) -> bool:
        if unit.id in self._taking_part:
            return True
        if unit.kind == UnitKind.MISSION:
            return self.head.country_code in accounts.country_codes_of(unit)
        return unit.kind != UnitKind.BORDER_STATION or not self._has_station

    def who_see(self, held: Iterable[UserRole]) -> list[int]:
        return [one.user_id for one in held if self.is_seen_by(one.unit)]

    def inform(self, held: Sequence[UserRole]) -> list[int]:
        """The people, whose units now see the case if they did not before."""
        for unit in {one.unit_id: one.unit for one in held}.values():
            if not self.is_seen_by(unit):
                set_unit_role(self.session, self.head.id, unit.id, UnitRole.INFORMED)
        return [one.user_id for one in held]

    def is_seen_by(self, unit: Unit) -> bool:
        """Whether the scoping rule of cases lets this unit's people read the case."""
        if unit.kind in MINISTRY_LEVEL or unit.id in self._taking_part:
            return True
        if self._case.confidentiality != Confidentiality.NORMAL:
            return False
        if unit.kind == UnitKind.MISSION:
            return self.head.country_code in accounts.country_codes_of(unit)
        is_provincial = unit.kind in PROVINCE_LEVEL
        codes = accounts.province_codes_of(self.session, unit) if is_provincial else frozenset()
        return self.head.province_code in codes

    def _held(self, condition: ColumnElement[bool]) -> list[UserRole]:
        statement = (
            select(UserRole)
            .join(UserRole.user)
            .join(UserRole.role)
            .join(UserRole.unit)
            .where(condition, self._may_read(), User.active.is_(true()), accounts.in_force(self.on))
            .options(selectinload(UserRole.user))
            .order_by(UserRole.id)
        )
        return list(self.session.scalars(statement))

    def _may_read(self) -> ColumnElement[bool]:
        """Who is told of a case is one of those who alone read its type, where it names them."""
        readers = self.definition.case_type.readers
        return Role.code.in_(readers) if readers else true()

    @cached_property
    def _case(self) -> Case:
        return self.session.get_one(Case, self.head.id)

    @cached_property
    def _taking_part(self) -> frozenset[int]:
        known = select(CaseUnit.unit_id).where(CaseUnit.case_id == self.head.id)
        return frozenset(self.session.scalars(known)) | {self.head.owner_unit_id}

    @cached_property
    def _has_station(self) -> bool:
        station = select(Unit.id).where(
            Unit.id.in_(self._taking_part), Unit.kind == UnitKind.BORDER_STATION
        )
        return self.session.scalar(station.limit(1)) is not None

    @cached_property
    def _province(self) -> str | None:
        """The province in force that holds the case's place, or that of the unit that keeps it."""
        code = self.head.province_code
        if code is None:
            code = accounts.unit_by_id(self.session, self.head.owner_unit_id).province_code
        if code is None:
            return None
        try:
            return accounts.province_in_force(self.session, code, self.on).code
        except NotFound:  # a code of a place that the table of provinces does not know
            return code


def audience_of(circle: Circle, event: CaseEvent) -> Told:
    """Whom an event concerns, and why; never the person who did it."""
    find = _FINDERS.get(EventKind(event.kind))
    told: Told = {}
    for kind, user_ids in find(circle, event) if find else ():
        for user_id in user_ids:
            told.setdefault(user_id, kind)
    told.pop(event.actor_id, None)
    return told


Found = Iterable[tuple[NoticeKind, list[int]]]


def _of_assignment(circle: Circle, event: CaseEvent) -> Found:
    user_id = event.data.get("assignee_id")
    yield NoticeKind.ASSIGNED, circle.active([user_id]) if user_id is not None else []


def _of_step(circle: Circle, event: CaseEvent) -> Found:
    if asked_by := event.data.get("requested_by"):
        yield NoticeKind.CONFIRMED, circle.active([asked_by])
    for unit_id in _receiving_units(circle, event):
        yield NoticeKind.RECEIVED, circle.carriers(unit_id)
    yield NoticeKind.MOVED, circle.inform(circle.holders(event.data.get("notify", ())))
    yield NoticeKind.MOVED, circle.assignee()


def _receiving_units(circle: Circle, event: CaseEvent) -> Iterable[int]:
    """Units that the step gave the case to or called in, other than the one that took the step."""
    rule = circle.definition.machine.rules.get(event.transition or "")
    for effect in (one.effect for one in rule.effects) if rule else ():
        if effect.do in {"assign_unit", "involve_unit"}:
            answers = event.data.get("answers", {})
            unit = answers.get(effect.target) or circle.head.data.get(effect.target)
            if isinstance(unit, dict) and unit.get("id") not in {None, event.unit_id}:
                yield int(unit["id"])


def _of_request(circle: Circle, event: CaseEvent) -> Found:
    """Who may confirm: in the unit that asks if it has such people, else in the case's reach.

    Where none of them sees the case yet, they do from now on: else nobody could ever confirm.
    """
    rule = circle.definition.machine.rules.get(event.transition or "")
    held = circle.holders(rule.confirm_roles) if rule else []
    near = [one for one in held if one.unit_id in {event.unit_id, circle.head.owner_unit_id}]
    near = [one for one in near if one.user_id != event.actor_id]
    yield NoticeKind.CONFIRMATION_ASKED, circle.who_see(near or held) or circle.inform(near or held)


_REASSIGNED = (
    *(EventKind.ASSIGNED, EventKind.HANDED_OVER, EventKind.MOVED),
    *(EventKind.RELEASED, EventKind.TRANSFERRED),
)


def _of_opening(circle: Circle, event: CaseEvent) -> Found:
    """Whom a rule gave the case as it was opened; a later event tells those whom it concerns."""
    later = select(CaseEvent.id).where(
        CaseEvent.case_id == event.case_id, CaseEvent.kind.in_(_REASSIGNED)
    )
    if circle.session.scalar(later.limit(1)) is None:
        yield NoticeKind.ASSIGNED, circle.assignee()


def _of_transfer(circle: Circle, event: CaseEvent) -> Found:
    """The unit that has taken over is told who works on it now; the other that it is done."""
    yield NoticeKind.ASSIGNED, circle.assignee()
    unit_id = int(event.data["unit"]["id"])
    taken = circle.head.assignee_id is not None or unit_id != circle.head.owner_unit_id
    yield NoticeKind.RECEIVED, circle.carriers(unit_id) if taken else circle.takers()
    asked_by = event.data.get("asked_by")
    yield NoticeKind.CONFIRMED, circle.active([asked_by]) if asked_by else []


def _of_proposal(circle: Circle, event: CaseEvent) -> Found:
    yield NoticeKind.TRANSFER_ASKED, circle.carriers(int(event.data["unit"]["id"]))


def _of_ended_transfer(circle: Circle, event: CaseEvent) -> Found:
    asked_by = event.data.get("asked_by")
    told = [*circle.assignee(), *(circle.active([asked_by]) if asked_by else [])]
    if event.unit_id == circle.head.owner_unit_id:  # taken back: the other unit need not answer
        told += circle.carriers(int(event.data["unit"]["id"]))
    yield NoticeKind.TRANSFER_ENDED, told


def _of_referral(circle: Circle, event: CaseEvent) -> Found:
    for unit in event.data.get("units", ()):
        yield NoticeKind.REFERRED, circle.carriers(int(unit["id"]))


def _of_question(circle: Circle, event: CaseEvent) -> Found:
    for unit_id in event.data.get("unit_ids", ()):
        yield NoticeKind.OPINION_ASKED, circle.carriers(int(unit_id))


def _of_opinion(circle: Circle, event: CaseEvent) -> Found:
    asked_by = event.data.get("asked_by")
    yield NoticeKind.OPINION_GIVEN, circle.active([asked_by]) if asked_by else []
    yield NoticeKind.OPINION_GIVEN, circle.assignee()


def _of_note(circle: Circle, event: CaseEvent) -> Found:
    """Money that waits is told to those who decide on it, the decision to whom had asked."""
    roles = event.data.get("deciding_roles", ())
    yield NoticeKind.MONEY_ASKED, circle.who_see(circle.holders(roles))
    asked_by = event.data.get("asked_by")
    yield NoticeKind.MONEY_DECIDED, circle.active([asked_by]) if asked_by else []


def _of_release(circle: Circle, event: CaseEvent) -> Found:
    del event
    yield NoticeKind.ASSIGNED, circle.assignee()
    yield NoticeKind.RELEASED, [] if circle.head.assignee_id is not None else circle.takers()


def _of_handover(circle: Circle, event: CaseEvent) -> Found:
    """Each accepted case tells who had it; the hand-over itself was told as a whole."""
    leaver = event.data.get("leaver_id") if event.data.get("is_accepted") else None
    yield NoticeKind.HANDED_OVER, circle.active([leaver]) if leaver else []


def _of_merger(circle: Circle, event: CaseEvent) -> Found:
    del event
    yield NoticeKind.MERGED, circle.assignee_or_unit()


def _of_reopening(circle: Circle, event: CaseEvent) -> Found:
    del event
    yield NoticeKind.REOPENED, circle.assignee_or_unit()


def _of_missed_clock(circle: Circle, event: CaseEvent) -> Found:
    """Exactly those whom the event itself names as told: it is the evidence."""
    kind = NoticeKind(event.kind)
    if "told" not in event.data:  # recorded before events named the people
        yield kind, [*circle.assignee(), *circle.carriers(circle.head.owner_unit_id)]
        return
    yield kind, circle.active([one["user_id"] for one in event.data.get("told", ())])


_FINDERS: dict[EventKind, Callable[[Circle, CaseEvent], Found]] = {
    EventKind.ASSIGNED: _of_assignment,
    EventKind.HANDED_OVER: _of_handover,
    EventKind.NOTED: _of_note,
    EventKind.OPENED: _of_opening,
    EventKind.OPINION_ASKED: _of_question,
    EventKind.OPINION_GIVEN: _of_opinion,
    EventKind.REFERRED: _of_referral,
    EventKind.RELEASED: _of_release,
    EventKind.TRANSFER_ASKED: _of_proposal,
    EventKind.TRANSFER_ENDED: _of_ended_transfer,
    EventKind.MOVED: _of_step,
    EventKind.CONFIRMATION_REQUESTED: _of_request,
    EventKind.TRANSFERRED: _of_transfer,
    EventKind.MERGED: _of_merger,
    EventKind.REOPENED: _of_reopening,
    EventKind.CLOCK_ESCALATED: _of_missed_clock,
    EventKind.CLOCK_MISSED: _of_missed_clock,
}
