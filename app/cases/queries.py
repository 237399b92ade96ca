"""Reads of cases: every one of them starts from what the actor may see."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import orjson
from flask_babel import gettext as _
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased, load_only

from app.cases.models import (
    UNPLACED,
    Attachment,
    Case,
    CaseClock,
    CaseEvent,
    CaseLink,
    CaseTypeVersion,
    CaseUnit,
    Confidentiality,
    UnitRole,
)
from app.cases.request_models import RequestKind, UnitRequest
from app.cases.search import cases_by_number, matching
from app.database import row_number
from app.errors import Invalid, NotFound
from app.permissions import Actor, Area, Permission
from app.teams.queries import my_teams
from app.teams.substitutes import absent_people
from app.workflow.definition import StateKind

MOST_FOUND = 50
DUE_SOON = timedelta(days=2)
SEARCH_DEPTH = 5_000


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one scoping rule of cases.

    A unit sees what it owns or takes part in; a province and a mission also see what happened
    in their area, unless the case is restricted to its units.
    """
    return visible_in(actor.area)


def visible_in(area: Area) -> ColumnElement[bool]:
    """The scope of an area: what `visible_to` says, for statements kept by area."""
    return and_(within(area), open_types(area)) if area.closed_types else within(area)


def open_types(area: Area) -> ColumnElement[bool]:
    """All types but those that other roles alone read."""
    return Case.type_code.not_in(sorted(area.closed_types)) if area.closed_types else true()


def within(area: Area) -> ColumnElement[bool]:
    """What lies in an area by unit and place, whatever its type."""
    if area.is_everything:
        return true()
    if not (area.unit_ids or area.province_codes or area.country_codes):
        return false()
    by_unit = or_(Case.owner_unit_id.in_(area.unit_ids), taking_part(area))
    by_place = or_(
        Case.province_code.in_(area.province_codes), Case.country_code.in_(area.country_codes)
    )
    return or_(by_unit, and_(Case.confidentiality == Confidentiality.NORMAL, by_place))


def works_on(actor: Actor) -> ColumnElement[bool]:
    """Whose need it is to know: the unit keeps the case or takes part, or the actor carries it."""
    shared = select(CaseUnit.case_id).where(CaseUnit.unit_id == actor.unit_id)
    return or_(
        Case.owner_unit_id == actor.unit_id,
        and_(Case.assignee_id.is_not(None), Case.assignee_id == actor.user_id),  # can be negated
        Case.id.in_(shared),
    )


def taking_part(area: Area) -> ColumnElement[bool]:
    """What the area's units take part in without owning it.

    An owner's tie repeats `Case.owner_unit_id`, which whoever asks for this asks for as well.
    """
    shared = select(CaseUnit.case_id).where(
        CaseUnit.unit_id.in_(area.unit_ids), CaseUnit.role != UnitRole.OWNER
    )
    return Case.id.in_(shared)


def no_case(reference: str) -> NotFound:
    said = _("Không tìm thấy hồ sơ %(reference)s, hoặc ngoài phạm vi của bạn.", reference=reference)
    return NotFound(said)


def get(session: Session, actor: Actor, reference: str) -> Case:
    """The case, or NotFound: absent and out of scope are not told apart."""
    case = session.scalar(select(Case).where(Case.reference == reference, visible_to(actor)))
    if case is None:
        raise no_case(reference)
    return case


def get_by_id(session: Session, actor: Actor, case_id: int) -> Case:
    case = session.scalar(select(Case).where(Case.id == case_id, visible_to(actor)))
    if case is None:
        raise NotFound
    return case


def events_of(session: Session, case_id: int) -> Sequence[CaseEvent]:
    return session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq.desc())
    ).all()


def clocks_of(session: Session, case_id: int) -> Sequence[CaseClock]:
    return session.scalars(
        select(CaseClock).where(CaseClock.case_id == case_id).order_by(CaseClock.due_at)
    ).all()


def attachments_of(session: Session, case_id: int) -> Sequence[Attachment]:
    return session.scalars(
        select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    ).all()


def attachment(session: Session, actor: Actor, reference: str, attachment_id: int) -> Attachment:
    case = get(session, actor, reference)
    found = session.get(Attachment, attachment_id)
    if found is None or found.case_id != case.id:
        raise NotFound
    return found


def links_of(session: Session, case_id: int) -> Sequence[CaseLink]:
    either_end = or_(CaseLink.case_id == case_id, CaseLink.other_case_id == case_id)
    return session.scalars(select(CaseLink).where(either_end).order_by(CaseLink.id)).all()


def latest_version(session: Session, code: str) -> CaseTypeVersion:
    version = session.scalar(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == code)
        .order_by(CaseTypeVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound("Không có loại hồ sơ này.")
    return version


def published_types(session: Session) -> Sequence[CaseTypeVersion]:
    """The newest version of every case type."""
    newest = select(func.max(CaseTypeVersion.id)).group_by(CaseTypeVersion.code)
    return session.scalars(
        select(CaseTypeVersion).where(CaseTypeVersion.id.in_(newest)).order_by(CaseTypeVersion.code)
    ).all()


# --- the queue ------------------------------------------------------------------------------


class Tab(StrEnum):
    """The tabs of the queue, in their order on the screen."""

    MINE = "can-toi-lam"
    INCOMING = "cho-tiep-nhan"
    OPINIONS = "xin-y-kien"
    DUE = "sap-den-han"
    WAITING = "cho-noi-khac"
    UNIT = "don-vi-toi"
    ALL = "tat-ca"
    DONE = "da-xong"


ASKED_OF_US = {Tab.INCOMING: RequestKind.TRANSFER, Tab.OPINIONS: RequestKind.OPINION}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL of the queue says."""

    tab: Tab = Tab.MINE
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    province: str = ""
    country: str = ""
    neighbour: str = ""
    marker_id: int | None = None
    asked: str = ""
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    is_unplaced: bool = False


SHOWN_COLUMNS = (
    Case.reference,
    Case.type_code,
    Case.type_version_id,
    Case.state,
    Case.state_kind,
    Case.title,
    Case.owner_unit_id,
    Case.assignee_id,
    Case.team_id,
    Case.is_open,
    Case.suspended_for,
    Case.updated_at,
    Case.opened_at,
    Case.next_due_at,
    Case.next_due_clock,
    Case.last_event_text,
    Case.place_text,
    Case.province_code,
    Case.country_code,
    Case.marker_id,
    Case.confidentiality,
    Case.is_illustration,
    Case.is_protected,
)


def conditions(
    session: Session, actor: Actor, filters: Filters, *, now: datetime
) -> list[ColumnElement[bool]]:
    """Scope, tab and filters; the list, the map and the export all use this."""
    return [
        visible_to(actor),
        tab_condition(actor, filters.tab, now=now),
        *filter_conditions(session, actor, filters),
    ]


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where a tab is seen: values, or their places in a statement that is kept."""

    user_id: int | BindParameter[int]
    unit_id: int | BindParameter[int]
    soon: datetime | BindParameter[datetime]  # what is due until then is due soon
    today: date | BindParameter[date]  # for substitutes and members of teams


def viewpoint_of(actor: Actor, now: datetime) -> Viewpoint:
    today = actor.day(now)
    return Viewpoint(actor.user_id, actor.unit_id, now + DUE_SOON, today)


def tab_condition(actor: Actor, tab: Tab, *, now: datetime) -> ColumnElement[bool]:
    return or_(*(and_(*part) for part in tab_parts(tab, viewpoint_of(actor, now))))


def tab_parts(tab: Tab, seen: Viewpoint) -> list[list[ColumnElement[bool]]]:
    """The tab as alternatives, each of which an index can serve."""
    is_open, waits = Case.is_open.is_(true()), Case.state_kind == StateKind.WAITING
    if tab is Tab.MINE:
        teams = or_(Case.team_id.is_(None), Case.team_id.in_(my_teams(seen.user_id, seen.today)))
        untaken = [Case.assignee_id.is_(None), Case.owner_unit_id == seen.unit_id, teams]
        instead: list[ColumnElement[bool]] = [Case.id.in_(_of_the_absent(seen))]
        mine = [[Case.assignee_id == seen.user_id], untaken, instead]
        return [[is_open, Case.state_kind != StateKind.WAITING, *part] for part in mine]
    if tab in ASKED_OF_US:
        return [[is_open, Case.id.in_(_asked_of(seen.unit_id, ASKED_OF_US[tab]))]]
    if tab is Tab.DUE:
        return [[is_open, Case.next_due_at <= seen.soon]]
    if tab is Tab.WAITING:
        return [[is_open, waits], [is_open, Case.suspended_for.is_not(None)]]
    if tab is Tab.UNIT:
        return [[is_open, Case.owner_unit_id == seen.unit_id]]
    return [[true() if tab is Tab.ALL else Case.is_open.is_(false())]]


_theirs = aliased(Case)


def _of_the_absent(seen: Viewpoint) -> Select[int]:
    """Open cases of those whom this person replaces; few, so they are found first."""
    return select(_theirs.id).where(
        _theirs.is_open.is_(true()),
        _theirs.assignee_id.in_(absent_people(seen.user_id, seen.today, seen.unit_id)),
    )


def _asked_of(unit_id: int | BindParameter[int], kind: RequestKind) -> Select[int]:
    """Cases about which a unit has been asked something and has not answered."""
    return select(UnitRequest.case_id).where(
        UnitRequest.is_open.is_(true()),
        UnitRequest.to_unit_id == unit_id,
        UnitRequest.kind == kind,
    )


def filter_conditions(
    session: Session, actor: Actor, filters: Filters
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool] | None] = [
        Case.type_code.in_(filters.types) if filters.types else None,
        Case.state.in_(filters.states) if filters.states else None,
        Case.province_code == filters.province if filters.province else None,
        Case.country_code == filters.country if filters.country else None,
        Case.neighbour == filters.neighbour if filters.neighbour else None,
        Case.marker_id == filters.marker_id if filters.marker_id else None,
        Case.opened_at >= filters.opened_from if filters.opened_from else None,
        Case.opened_at < filters.opened_to if filters.opened_to else None,
        UNPLACED if filters.is_unplaced else None,
    ]
    chosen.append(holding(session, actor, filters.asked))
    return [condition for condition in chosen if condition is not None]


def holding(session: Session, actor: Actor, asked: str) -> ColumnElement[bool] | None:
    """Cases that hold the words; None when nothing was asked.

    Personal words find a protected case only for those who work on it: being found by a name tells
    the name.
    """
    ids = matching(session, actor, asked, limit=SEARCH_DEPTH)
    if ids is None:
        return None
    holds: ColumnElement[bool] = Case.id.in_(ids.subquery().select())
    if numbered := cases_by_number(session, actor, asked):
        holds = or_(holds, Case.id.in_(numbered))
    openly = matching(session, actor, asked, limit=SEARCH_DEPTH, is_open=True)
    if openly is None or not actor.may(Permission.PERSONAL_DATA_VIEW):
        return holds
    plain = Case.id.in_(openly.subquery().select())
    return and_(holds, or_(Case.is_protected.is_(False), works_on(actor), plain))


def search(session: Session, actor: Actor, asked: str) -> Sequence[Case]:
    """The search box: the case of that number first, then the newest that hold the words."""
    exact = session.scalars(
        select(Case).where(Case.reference == asked.strip().upper(), visible_to(actor))
    ).all()
    holds = holding(session, actor, asked)
    if holds is None:
        return exact
    found = session.scalars(
        select(Case)
        .options(load_only(*SHOWN_COLUMNS))
        .where(holds, visible_to(actor))
        .order_by(Case.id.desc())
        .limit(MOST_FOUND)
    ).all()
    known = {case.id for case in exact}
    return [*exact, *(case for case in found if case.id not in known)]


def encode_cursor(moment: datetime, case_id: int) -> str:
    packed = orjson.dumps([moment.isoformat(), case_id])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        moment, case_id = orjson.loads(packed)
        return datetime.fromisoformat(moment).astimezone(UTC), row_number(case_id)
    except (ValueError, TypeError) as error:
        raise Invalid("Liên kết sang trang không còn hợp lệ. Hãy mở lại danh sách.") from error
