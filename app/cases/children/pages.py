"""Puts together the pages of the lists of a case: one list, one row with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.catalogue import Definition
from app.cases.children.models import CaseChild
from app.cases.children.pasting import Pasted, duty_of, split_numbers
from app.cases.children.queries import child_of
from app.cases.children.services import why_not
from app.cases.children.shown import SLUGS, ChildRow, Reader, TrackShown, reader_of
from app.cases.children.words import status_name
from app.cases.conflicts import kind_word
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.lookups import provinces_today
from app.cases.models import Case, CaseEvent, EventKind
from app.cases.values import may_read
from app.errors import Forbidden, NotFound
from app.permissions import Actor, Permission
from app.registers.case_book import CaseTie, case_book
from app.registers.likeness import PersonFacts
from app.registers.twins import Twin, find_twins
from app.registers.vessel_twins import VesselTwin, vessels_like
from app.workflow.definition import FieldType
from app.workflow.tracks import Track

NEW_ENTRY, NO_ENTRY = "new", "none"
MOST_LIKE = 10
LENGTH = len("2026-11-22")
_CREW = "crew_claimed"  # the group of the case that names the crew as it was reported
KINDS = (
    EventKind.CHILD_AMENDED,
    EventKind.CHILDREN_ADDED,
    EventKind.CHILDREN_MARKED,
    EventKind.CHILDREN_VERIFIED,
    EventKind.MERGED,
)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list of a case; `refused` says why this person does not write it."""

    case: Case
    head: CaseHead
    definition: Definition
    shown: TrackShown
    reader: Reader
    refused: str

    @property
    def may_write(self) -> bool:
        return not self.refused


@dataclass(frozen=True, slots=True)
class Past:
    """One event of a row: what, who, when and why."""

    title: str
    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ChildPage:
    """One row of a list with everything that happened to it, the newest first."""

    page: ListPage
    child: CaseChild
    row: ChildRow
    history: Sequence[Past]
    earlier: Sequence[CaseTie]


def track_of(slug: str) -> Track:
    if slug not in SLUGS:
        raise NotFound
    return SLUGS[slug]


def list_page(session: Session, actor: Actor, reference: str, track: Track) -> ListPage:
    """The list as the actor may see it; NotFound where the type has no such list."""
    case = queries.get(session, actor, reference)
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    if track not in definition.machine.tracks:
        raise NotFound
    reader = reader_of(session, actor, head)
    refused = why_not(actor, head, definition)
    if not actor.may(Permission.CASE_ACT):
        refused = _("Vai trò của bạn chỉ xem loại hồ sơ này.")
    return ListPage(case, head, definition, reader.shown(track), reader, refused)


def child_page(
    session: Session, actor: Actor, reference: str, track: Track, child_id: int
) -> ChildPage:
    page = list_page(session, actor, reference, track)
    child = child_of(session, page.head.id, track, child_id)
    past = _history(session, actor, child)
    return ChildPage(
        page, child, page.reader.row(child), past, earlier_cases(session, actor, page.head, child)
    )


def require_name(found: ChildPage) -> None:
    """Who may not read the name does not write beside it either."""
    if found.row.is_masked:
        raise Forbidden


def _history(session: Session, actor: Actor, child: CaseChild) -> list[Past]:
    """Also what was written in a case that was merged into this one, and brought the child."""
    cases = select(Case.id).where(
        or_(Case.id == child.case_id, Case.merged_into_id == child.case_id)
    )
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id.in_(cases), CaseEvent.kind.in_(KINDS))
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    )
    return [
        Past(_title(event, child, actor.locale), event.actor_name, event.at, event.text)
        for event in rows
        if child.id in event.data.get("children", ())
    ]


def _title(event: CaseEvent, child: CaseChild, locale: str) -> str:
    said = kind_word(event.kind, locale)
    data: Mapping[str, Any] = event.data  # Any: JSON
    if event.kind == EventKind.CHILDREN_MARKED:
        was = status_name(Track(child.track), data["was"].get(str(child.id), ""), locale)
        now = status_name(Track(child.track), data["status"], locale)
        return f"{said}: {was} → {now}, {_('từ %(day)s', day=_day(data['since']))}"
    if event.kind == EventKind.CHILDREN_VERIFIED:
        return f"{said}: {data['confirmed_by']}"
    return said


def _day(written: str) -> str:
    year, month, day = written.split("-")
    return f"{day}/{month}/{year}"


def vessel_choices(page: ListPage) -> list[tuple[str, str]]:
    """The vessels of the case, for who was on board of which."""
    vessels = page.reader.shown(Track.VESSELS).rows
    return [(str(row.id), row.label) for row in vessels]


def province_choices(session: Session, on: date) -> list[tuple[str, str]]:
    """The provinces in force: before the mergers two of today's names were borne twice."""
    return list(provinces_today(session, on).items())


# --- what the case says already -------------------------------------------------------------


def lines_of_case(actor: Actor, page: ListPage) -> list[Pasted]:
    """The rows that the first report named: the crew list, or the number of the vessel."""
    data = page.head.data
    if page.shown.track is Track.VESSELS and data.get("vessel_claimed"):
        return [Pasted(one) for one in split_numbers(str(data["vessel_claimed"]))]
    item = page.definition.fields.get(_CREW)
    is_crew = page.shown.track is Track.PERSONS and item is not None
    if not is_crew or item is None or item.type is not FieldType.GROUP:
        return []
    columns = [item, *(one for one in item.fields if one.code == "name")]
    if not all(may_read(actor, one, state=page.head.state) for one in columns):
        return []
    return [_pasted(row) for row in data.get(_CREW) or () if row.get("name")]


def _pasted(row: Mapping[str, Any]) -> Pasted:  # Any: JSON
    facts: dict[str, str | int] = {}
    if duty := duty_of(str(row.get("duty", ""))):
        facts["duty"] = duty
    if isinstance(age := row.get("age"), int | float):
        facts["age"] = int(age)
    return Pasted(str(row["name"]), facts)


def day_of(said: object) -> date | None:
    """The day of a date or a moment that the case holds."""
    return date.fromisoformat(said[:10]) if isinstance(said, str) and len(said) >= LENGTH else None


# --- the registers --------------------------------------------------------------------------


def entries_like(
    session: Session, actor: Actor, child: CaseChild, sought: str = ""
) -> list[tuple[str, str]]:
    """Entries of the register that may be this row, the most alike first, and writing it anew.

    `sought` is another name to look under: "Lê Văn Dung" of a foreign list was Lê Quang Vinh.
    """
    named = sought.strip() or child.label
    found: list[tuple[str, str]] = []
    if child.track == Track.VESSELS:
        vessels = vessels_like(session, actor, named)[:MOST_LIKE]
        found = [(str(one.vessel.id), _vessel_said(one)) for one in vessels]
    elif child.track == Track.PERSONS and actor.may(Permission.PERSONAL_DATA_VIEW):
        twins = find_twins(session, actor, _sought(session, child, named), limit=MOST_LIKE)
        found = [(str(one.person.id), _person_said(one)) for one in twins]
    if child.track != Track.SANCTIONS and actor.may(Permission.REGISTER_EDIT):
        found.append((NEW_ENTRY, _("Ghi mới vào sổ đăng ký")))
    if child.track == Track.VESSELS:
        found.append((NO_ENTRY, _("Không gắn với sổ, chỉ ghi kết luận về số hiệu")))
    return found


def _sought(session: Session, child: CaseChild, named: str) -> PersonFacts:
    """By name, by the year of birth that was said or follows from the age, and by the vessel."""
    age, year = child.facts.get("age"), child.facts.get("birth_year")
    on_board = session.get(CaseChild, child.parent_id) if child.parent_id else None
    return PersonFacts(
        names=[named],
        birth_year=year or (child.since.year - age if isinstance(age, int) else None),
        vessel_id=on_board.vessel_id if on_board else None,
    )


def _vessel_said(twin: VesselTwin) -> str:
    vessel = twin.vessel
    alike = _("giống %(score)s%%", score=twin.score)
    return " · ".join(
        filter(None, [vessel.canonical or vessel.raw_number, vessel.home_port, alike])
    )


def _person_said(twin: Twin) -> str:
    person = twin.person
    spelt = ", ".join(person.foreign_spellings[:2])
    year = str(person.birth_year or "")
    alike = _("giống %(score)s%%", score=twin.likeness.score)
    return " · ".join(filter(None, [person.name, spelt, year, person.home_text, alike]))


def earlier_cases(
    session: Session, actor: Actor, here: CaseHead, child: CaseChild
) -> Sequence[CaseTie]:
    """The other incidents of the vessel that the actor may see: who was caught before."""
    if child.vessel_id is None:
        return ()
    ties = case_book().ties_of(session, actor, "vessel", [child.vessel_id])
    return [
        tie for tie in ties if tie.type_code == here.type_code and tie.reference != here.reference
    ]
