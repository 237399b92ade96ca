"""The lists of a case as this reader may see them: names masked, statuses in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.catalogue import Definition
from app.cases.children.models import CaseChild
from app.cases.children.penalties import in_millions
from app.cases.children.queries import children_of
from app.cases.children.words import Status, duties, is_minor, statuses
from app.cases.dated_settings import adult_age_on
from app.cases.heads import CaseHead
from app.cases.models import CaseUnit
from app.permissions import Actor, Permission
from app.registers.models import Person, Vessel
from app.registers.need_to_know import known_among
from app.registers.vocabulary import word
from app.workflow.text import Text
from app.workflow.tracks import NAMES, Track

SLUGS: Mapping[str, Track] = {
    "tau": Track.VESSELS,
    "nguoi": Track.PERSONS,
    "che-tai": Track.SANCTIONS,
}
SLUG_OF = {track: slug for slug, track in SLUGS.items()}
_UNKNOWN = Status("", Text("?"), "initial")


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One vessel, person or sanction in a list."""

    id: int
    label: str
    is_masked: bool
    known_as: str
    entry_href: str
    status: str
    tone: str
    since: str
    is_open: bool
    is_verified: bool
    facts: str


@dataclass(frozen=True, slots=True)
class TrackShown:
    """One list of a case, with how many are still open and how many stand in each status."""

    track: Track
    slug: str
    name: str
    rows: Sequence[ChildRow]
    counts: Sequence[tuple[str, str, int]]

    @property
    def open_count(self) -> int:
        return sum(row.is_open for row in self.rows)


def tracks_of(
    session: Session, actor: Actor, head: CaseHead, definition: Definition
) -> list[TrackShown]:
    """Every list that the type follows; without a query where it follows none."""
    if not definition.machine.tracks:
        return []
    reader = reader_of(session, actor, head)
    return [reader.shown(track) for track in definition.machine.tracks]


def reader_of(session: Session, actor: Actor, head: CaseHead) -> "Reader":
    children = children_of(session, head.id)
    persons = _persons(session, children)
    units = set(session.scalars(select(CaseUnit.unit_id).where(CaseUnit.case_id == head.id)))
    return Reader(
        actor=actor,
        children=children,
        persons=persons,
        open_persons=known_among(session, actor, persons.values()),
        vessels=_vessels(session, children),
        provinces=province_names(session),
        adult_age=adult_age_on(session, min((child.since for child in children), default=date.min)),
        is_own=actor.unit_id in units | {head.owner_unit_id},
    )


def _persons(session: Session, children: Collection[CaseChild]) -> dict[int, Person]:
    ids = {child.person_id for child in children} - {None}
    found = session.scalars(select(Person).where(Person.id.in_(ids))) if ids else ()
    return {person.id: person for person in found}


def _vessels(session: Session, children: Collection[CaseChild]) -> dict[int, Vessel]:
    ids = {child.vessel_id for child in children} - {None}
    found = session.scalars(select(Vessel).where(Vessel.id.in_(ids))) if ids else ()
    return {vessel.id: vessel for vessel in found}


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of the lists of one case."""

    actor: Actor
    children: Sequence[CaseChild]
    persons: Mapping[int, Person]
    open_persons: frozenset[int]
    vessels: Mapping[int, Vessel]
    provinces: Mapping[str, str]
    adult_age: int
    is_own: bool

    def shown(self, track: Track) -> TrackShown:
        own = [child for child in self.children if child.track == track]
        counts = dict.fromkeys(statuses(track), 0)
        for child in own:
            counts[child.status] = counts.get(child.status, 0) + 1
        said = [
            (code, self._status(track, code).name.in_locale(self.actor.locale), number)
            for code, number in counts.items()
            if number
        ]
        name = NAMES[track].in_locale(self.actor.locale)
        return TrackShown(track, SLUG_OF[track], name, [self.row(one) for one in own], said)

    def row(self, child: CaseChild) -> ChildRow:
        status = self._status(Track(child.track), child.status)
        is_open_name = self.may_name(child)
        return ChildRow(
            id=child.id,
            label=self.label(child),
            is_masked=not is_open_name,
            known_as=self._known_as(child) if is_open_name else "",
            entry_href=self._entry_href(child),
            status=status.name.in_locale(self.actor.locale),
            tone=status.tone,
            since=f"{child.since:%d/%m/%Y}",
            is_open=child.is_open,
            is_verified=child.is_verified,
            facts=" · ".join(self._facts(child, is_open_name=is_open_name)),
        )

    def label(self, child: CaseChild) -> str:
        """What was claimed; a person whose name is closed to the reader keeps a number."""
        if self.may_name(child):
            return child.label
        same = [one.id for one in self.children if one.track == child.track]
        return str(_("Người thứ %(number)s (đã che)", number=same.index(child.id) + 1))

    def may_name(self, child: CaseChild) -> bool:
        """Names of persons: with the right to personal data, of minors those of own cases only."""
        if child.track != Track.PERSONS:
            return True
        if not self.actor.may(Permission.PERSONAL_DATA_VIEW):
            return False
        if child.person_id in self.persons:
            return child.person_id in self.open_persons or self.is_own
        return self.is_own or not is_minor(child.facts, self.adult_age)

    def _status(self, track: Track, code: str) -> Status:
        return statuses(track).get(code, _UNKNOWN)

    def _known_as(self, child: CaseChild) -> str:
        person = self.persons.get(child.person_id or 0)
        vessel = self.vessels.get(child.vessel_id or 0)
        known = person.name if person else ""
        if vessel is not None:
            known = vessel.canonical or vessel.raw_number
        return known if known != child.label else ""

    def _entry_href(self, child: CaseChild) -> str:
        if child.person_id is not None:
            return f"/so-dang-ky/nguoi/{child.person_id}"
        return f"/so-dang-ky/tau/{child.vessel_id}" if child.vessel_id is not None else ""

    def _facts(self, child: CaseChild, *, is_open_name: bool) -> list[str]:
        known, locale = child.facts, self.actor.locale
        duty = duties().get(str(known.get("duty", "")))
        parents = {one.id: one.label for one in self.children}
        said = [
            duty.in_locale(locale) if duty else "",
            _("%(age)s tuổi", age=known["age"]) if known.get("age") else "",
            _("sinh %(year)s", year=known["birth_year"]) if known.get("birth_year") else "",
            parents.get(child.parent_id or 0, ""),
            self.provinces.get(child.province_code or "", ""),
            word("verdict", str(known.get("verdict") or ""), locale),
        ]
        if known.get("total"):
            said.append(in_millions(Decimal(str(known["total"]))))
        if is_open_name:
            said += [str(known.get(key) or "") for key in ("court", "sentence", "fine_said")]
            said += [str(known.get("note") or "")]
        return [one for one in said if one]
