"""Puts together the queue: every word of a row is ready before the template draws it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.models import Unit, User
from app.accounts.queries import province_names
from app.cases import browsing
from app.cases.browsing import COUNTED_TO
from app.cases.catalogue import Definition
from app.cases.deadlines_shown import Shown, nearest_deadlines
from app.cases.listed_names import listed_name
from app.cases.lookups import LookupProblemError, find_marker, provinces_today
from app.cases.models import Case, Confidentiality
from app.cases.published import definitions
from app.cases.queries import ASKED_OF_US, Filters, Tab
from app.cases.shielding import closed_cases
from app.cases.values import MASK
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.registers.country_names import country_choices, country_name
from app.registers.queries import marker_by_id
from app.registers.vocabulary import word
from app.teams.queries import team_names
from app.teams.substitutes import absent_people
from app.workflow.definition import StateKind

LONGEST_SEARCH = 200
LONGEST_ID = 12
UNPLACED_WORD = "chua-co"  # in the address: vi-tri=chua-co
TONES = {
    StateKind.INITIAL: "initial",
    StateKind.NORMAL: "working",
    StateKind.WAITING: "waiting",
    StateKind.TERMINAL: "done",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the queue in words."""

    reference: str
    title: str
    place: str
    last_event: str
    changed_at: str
    shape: str
    color: str
    type_name: str
    state: str
    tone: str
    due: Shown | None
    due_at: str
    assignee: str
    unit: str
    can_take: bool
    is_restricted: bool
    team: str = ""
    instead_of_me: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use: what it narrows, to what, and the arguments that drop it."""

    param: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `remark` says what of it could not be understood."""

    filters: Filters
    marker_label: str = ""
    remark: str = ""


def read_filters(session: Session, actor: Actor, arguments: MultiDict[str, str]) -> Asked:
    """The tab and the filters in the address; what is unknown there narrows nothing."""
    marker_id, label, remark = _read_marker(session, actor, arguments)
    filters = Filters(
        tab=_tab(arguments.get("muc", "")),
        types=tuple(filter(None, arguments.getlist("loai")))[:20],
        states=tuple(filter(None, arguments.getlist("trang-thai")))[:20],
        province=arguments.get("tinh", "")[:2],
        country=arguments.get("nuoc", "")[:2].upper(),
        neighbour=arguments.get("tuyen", "")[:2].upper(),
        marker_id=marker_id,
        asked=arguments.get("tim", "").strip()[:LONGEST_SEARCH],
        is_unplaced=arguments.get("vi-tri") == UNPLACED_WORD,
    )
    return Asked(filters, label, remark)


def _tab(code: str) -> Tab:
    return Tab(code) if code in set(Tab) else Tab.MINE


def _read_marker(
    session: Session, actor: Actor, arguments: Mapping[str, str]
) -> tuple[int | None, str, str]:
    """A marker by its id (from a link) or its number (typed): id, label, and what went wrong."""
    given, typed = arguments.get("moc", ""), arguments.get("so-moc", "").strip()[:60]
    try:
        if given.isdecimal() and len(given) < LONGEST_ID:
            marker = marker_by_id(session, actor, int(given))
            return marker.id, f"{marker.neighbour} {marker.label}", ""
        if typed:
            found = find_marker(session, actor, typed)
            return int(found["id"]), str(found["label"]), ""
    except (LookupProblemError, NotFound) as problem:
        return None, "", str(problem)
    return None, "", ""


# --- words ----------------------------------------------------------------------------------


def tab_names() -> dict[Tab, str]:
    return {
        Tab.MINE: _("Cần tôi làm"),
        Tab.INCOMING: _("Chờ tiếp nhận"),
        Tab.OPINIONS: _("Xin ý kiến"),
        Tab.DUE: _("Sắp đến hạn"),
        Tab.WAITING: _("Chờ nơi khác"),
        Tab.UNIT: _("Đơn vị tôi"),
        Tab.ALL: _("Tất cả"),
        Tab.DONE: _("Đã xong"),
    }


def tabs(session: Session, actor: Actor, now: datetime) -> list[tuple[Tab, str, str]]:
    """(tab, name, count in figures): counted to 99, beyond that "99+".

    What other units ask stands there only while something is asked.
    """
    counts = browsing.tab_counts(session, actor, now=now)
    return [
        (tab, name, f"{COUNTED_TO}+" if counts[tab] > COUNTED_TO else str(counts[tab]))
        for tab, name in tab_names().items()
        if counts[tab] or tab not in ASKED_OF_US
    ]


def chips(session: Session, asked: Asked, kinds: Sequence[Definition], locale: str) -> list[Chip]:
    """The filters in use, each in words."""
    filters = asked.filters
    named = {kind.code: listed_name(kind.case_type).in_locale(locale) for kind in kinds}
    states = dict(pair for kind in kinds for pair in _states(kind, locale))
    provinces = province_names(session) if filters.province else {}
    found = [
        Chip("loai", _("Loại hồ sơ"), "; ".join(named.get(code, code) for code in filters.types)),
        Chip(
            "trang-thai",
            _("Trạng thái"),
            "; ".join(states.get(code, code) for code in filters.states),
        ),
        Chip("tinh", _("Tỉnh"), provinces.get(filters.province, filters.province)),
        Chip("nuoc", _("Nước"), country_name(filters.country, locale) if filters.country else ""),
        Chip("tuyen", _("Tuyến"), word("neighbour", filters.neighbour, locale)),
        Chip("moc", _("Mốc"), asked.marker_label),
        Chip("vi-tri", _("Vị trí"), _("chưa có trên bản đồ") if filters.is_unplaced else ""),
        Chip("tim", _("Có chữ"), filters.asked),
    ]
    return [chip for chip in found if chip.value]


def _states(kind: Definition, locale: str) -> list[tuple[str, str]]:
    return [(state.code, state.name.in_locale(locale)) for state in kind.case_type.states]


def state_choices(
    kinds: Sequence[Definition], filters: Filters, locale: str
) -> list[tuple[str, str]]:
    """The states of the one type that is chosen; without it a state means nothing."""
    chosen = [kind for kind in kinds if (kind.code,) == filters.types]
    return _states(chosen[0], locale) if chosen else []


def type_choices(kinds: Sequence[Definition], locale: str) -> list[tuple[str, str]]:
    return [(kind.code, listed_name(kind.case_type).in_locale(locale)) for kind in kinds]


def province_choices(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """The provinces among which the actor's cases can lie; one alone is no choice."""
    found = list(provinces_today(session, on).items())
    if actor.area.is_everything:
        return found
    within = [pair for pair in found if pair[0] in actor.area.province_codes]
    return within if len(within) > 1 else []


def country_filter(actor: Actor) -> list[tuple[str, str]]:
    """The countries among which the actor's cases can lie."""
    if actor.area.is_everything:
        return list(country_choices(actor.locale))
    within = [pair for pair in country_choices(actor.locale) if pair[0] in actor.area.country_codes]
    return within if len(within) > 1 else []


# --- rows -----------------------------------------------------------------------------------


def rows(session: Session, actor: Actor, cases: Sequence[Case], *, now: datetime) -> list[Row]:
    """The cases of one page in words, with six reads however many there are."""
    known = definitions(session, {case.type_version_id for case in cases})
    guarded = [case.id for case in cases if case.is_protected]
    words = _Words(
        hidden=closed_cases(session, actor, guarded),
        locale=actor.locale,
        zone=ZoneInfo(actor.time_zone),
        units=unit_names(session, (case.owner_unit_id for case in cases)),
        people=people_names(session, (case.assignee_id for case in cases)),
        due=nearest_deadlines(session, cases, now=now, locale=actor.locale),
        closed=_("Đã gộp"),
        suspended=_("Tạm dừng"),
        teams=team_names(session, {case.team_id for case in cases}),
        absent=frozenset(
            session.scalars(absent_people(actor.user_id, _today(actor, now), actor.unit_id))
        ),
    )
    return [_row(actor, case, known[case.type_version_id], words) for case in cases]


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page of rows needs, read and translated once."""

    hidden: frozenset[int]  # cases whose words the reader does not need to know
    locale: str
    zone: ZoneInfo
    units: Mapping[int, str]
    people: Mapping[int, str]
    due: Mapping[int, Shown]
    closed: str
    suspended: str
    teams: Mapping[int, str]
    absent: frozenset[int]


def _row(actor: Actor, case: Case, definition: Definition, words: _Words) -> Row:
    case_type, due = definition.case_type, words.due.get(case.id)
    state, tone = _state(case, definition, words)
    return Row(
        reference=case.reference,
        title=case.title,
        place=case.place_text if case.place_text not in case.title else "",
        last_event=MASK if case.id in words.hidden else case.last_event_text,
        changed_at=_moment(case.updated_at, words.zone),
        shape=case_type.symbol.shape,
        color=case_type.symbol.color,
        type_name=listed_name(case_type).in_locale(words.locale),
        state=state,
        tone=tone,
        due=due,
        due_at=_moment(due.at, words.zone) if due else "",
        assignee=words.people.get(case.assignee_id or 0, ""),
        unit="" if case.owner_unit_id == actor.unit_id else words.units.get(case.owner_unit_id, ""),
        can_take=may_take(actor, case),
        is_restricted=case.confidentiality == Confidentiality.RESTRICTED,
        team=words.teams.get(case.team_id or 0, "") if case.assignee_id is None else "",
        instead_of_me=case.assignee_id in words.absent,
    )


def _state(case: Case, definition: Definition, words: _Words) -> tuple[str, str]:
    if case.suspended_for is not None and case.is_open:
        return words.suspended, "waiting"
    if not case.is_open and case.state_kind != StateKind.TERMINAL:
        return words.closed, "closed"
    name = definition.state_names[case.state].in_locale(words.locale)
    return name, TONES[StateKind(case.state_kind)]


def may_take(actor: Actor, case: Case) -> bool:
    """Whether "Nhận việc" makes sense: an open case of one's own unit that nobody has taken."""
    return (
        case.is_open
        and case.assignee_id is None
        and case.owner_unit_id == actor.unit_id
        and actor.may(Permission.CASE_ACT)
    )


def _today(actor: Actor, now: datetime) -> date:
    return actor.day(now)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M")


def unit_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {unit_id for unit_id in ids if unit_id}
    found = session.execute(select(Unit.id, Unit.short_name, Unit.name).where(Unit.id.in_(wanted)))
    return {row.id: row.short_name or row.name for row in found}


def people_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {user_id for user_id in ids if user_id}
    found = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in found}
