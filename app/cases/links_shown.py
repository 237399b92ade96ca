"""What a case is tied to, in both directions, and only what the reader may see of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from app.cases import queries
from app.cases.catalogue import Definition
from app.cases.models import Case, CaseLink
from app.cases.values import may_read
from app.permissions import Actor, Permission
from app.registers.entry_queries import visible_persons, visible_vessels
from app.registers.event_book import event_book
from app.registers.models import Marker, Person, Vessel
from app.registers.need_to_know import known_among
from app.registers.queries import visible_to as visible_markers

# Papers and contacts stay sealed: opening those of a hundred persons takes longer than the page.
_SHOWN_OF_PERSONS = (
    *(Person.claimed_name, Person.verified_name),
    *(Person.is_minor, Person.is_victim, Person.unit_id),
)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One tie; without an address the other end is outside the reader's rights."""

    role: str
    label: str
    href: str = ""
    note: str = ""
    link_id: int | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The ties of a case by what they lead to."""

    cases: Sequence[LinkLine]
    markers: Sequence[LinkLine]
    vessels: Sequence[LinkLine]
    persons: Sequence[LinkLine]
    events: Sequence[LinkLine]

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.markers or self.vessels or self.persons or self.events)


def links_of(session: Session, actor: Actor, case: Case, definition: Definition) -> Links:
    ties = queries.links_of(session, case.id)
    named = _Named(case, definition)
    own = [tie for tie in ties if tie.case_id == case.id and named.holds(tie)]
    reader = _Reader(session, actor, definition, case.state)
    return Links(
        cases=reader.cases(case, [tie for tie in ties if tie.other_case_id is not None]),
        markers=reader.markers([tie for tie in own if tie.marker_id is not None]),
        vessels=reader.vessels([tie for tie in own if tie.vessel_id is not None]),
        persons=_folded(reader.persons([tie for tie in own if tie.person_id is not None])),
        events=[
            LinkLine(tie.status_name, tie.name, tie.href)
            for tie in event_book().ties_of_case(session, actor, case.id)
        ],
    )


def _folded(lines: Sequence[LinkLine]) -> list[LinkLine]:
    """Persons closed to the reader say nothing one by one: a role says how many they are."""
    closed = Counter(line for line in lines if not line.href and line.link_id is None)
    shown = [line for line in lines if line not in closed]
    return [*shown, *(_counted(line, number) for line, number in closed.items())]


def _counted(line: LinkLine, number: int) -> LinkLine:
    return replace(line, label=f"{line.label} ({number})") if number > 1 else line


@dataclass(frozen=True)
class _Named:
    """The entries that the facts of a case name; each fact is read once, however many ties."""

    case: Case
    definition: Definition
    _found: dict[str, frozenset[int]] = field(default_factory=dict)

    def holds(self, tie: CaseLink) -> bool:
        """A tie that a fact made stands as long as the fact names the entry."""
        if tie.role.partition(".")[0] not in self.definition.fields:
            return True
        if tie.role not in self._found:
            self._found[tie.role] = self._ids(tie.role)
        return bool(self._found[tie.role] & {tie.marker_id, tie.vessel_id, tie.person_id})

    def _ids(self, role: str) -> frozenset[int]:
        code, _dot, column = role.partition(".")
        value = self.case.data.get(code)
        items = value if isinstance(value, list) else [value]
        if column:
            cells = [row.get(column) for row in items if isinstance(row, dict)]
            items = [one for cell in cells for one in (cell if isinstance(cell, list) else [cell])]
        return frozenset(item["id"] for item in items if isinstance(item, dict) and "id" in item)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reader of the ties of one case."""

    session: Session
    actor: Actor
    definition: Definition
    state: str

    def cases(self, case: Case, ties: Sequence[CaseLink]) -> list[LinkLine]:
        if not ties:
            return []
        ids = {tie.case_id for tie in ties} | {tie.other_case_id for tie in ties}
        rows = self.session.execute(
            select(Case.id, Case.reference, Case.title).where(
                Case.id.in_(ids), queries.visible_to(self.actor)
            )
        )
        seen = {row.id: row for row in rows}
        closed = self._closed(ids)
        found = []
        for tie in ties:
            is_outward = tie.case_id == case.id
            other_id = (tie.other_case_id if is_outward else tie.case_id) or 0
            other = seen.get(other_id)
            role = _case_role(tie.role, is_outward=is_outward)
            if other_id in closed:
                found.append(LinkLine(role, _("Có hồ sơ liên quan, bạn không đọc được")))
            elif other is None:
                found.append(LinkLine(role, _("Hồ sơ ngoài phạm vi của bạn")))
            else:
                link_id = tie.id if is_outward and tie.role == "related" else None
                address = f"/ho-so/{other.reference}"
                found.append(LinkLine(role, other.reference, address, other.title, link_id))
        return found

    def _closed(self, ids: Collection[int | None]) -> frozenset[int]:
        """Those of a type that other roles alone read: that there is one is all that is said."""
        closed = self.actor.area.closed_types
        if not closed:
            return frozenset()
        asked = select(Case.id).where(Case.id.in_(ids), Case.type_code.in_(sorted(closed)))
        return frozenset(self.session.scalars(asked))

    def markers(self, ties: Sequence[CaseLink]) -> list[LinkLine]:
        if not ties:
            return []
        rows = self.session.scalars(
            select(Marker).where(
                Marker.id.in_([tie.marker_id for tie in ties]), visible_markers(self.actor)
            )
        )
        seen = {
            one.id: (
                f"{one.neighbour} {one.label}",
                f"/so-dang-ky/moc/{one.neighbour}/{one.slug}",
            )
            for one in rows
        }
        return [self._line(tie, seen, tie.marker_id, _("Mốc ngoài phạm vi")) for tie in ties]

    def vessels(self, ties: Sequence[CaseLink]) -> list[LinkLine]:
        if not ties:
            return []
        rows = self.session.scalars(
            select(Vessel).where(
                Vessel.id.in_([tie.vessel_id for tie in ties]), visible_vessels(self.actor)
            )
        )
        seen = {
            one.id: (one.canonical or one.raw_number, f"/so-dang-ky/tau/{one.id}") for one in rows
        }  # the address of a merged entry leads to the kept one
        return [self._line(tie, seen, tie.vessel_id, _("Tàu ngoài phạm vi")) for tie in ties]

    def persons(self, ties: Sequence[CaseLink]) -> list[LinkLine]:
        """Names only for those who may read the field that named them, and personal data."""
        if not ties:
            return []
        may_see = self.actor.may(Permission.PERSONAL_DATA_VIEW)
        rows = self.session.scalars(
            select(Person)
            .options(load_only(*_SHOWN_OF_PERSONS))
            .where(Person.id.in_([tie.person_id for tie in ties]), visible_persons(self.actor))
        ).all()
        known = known_among(self.session, self.actor, rows)
        seen = {
            one.id: (
                one.name if one.id in known else _("Người số %(id)s (đã che)", id=one.id),
                f"/so-dang-ky/nguoi/{one.id}",
            )
            for one in rows
        }
        closed = _("Nhân thân được che")
        return [
            self._line(
                tie, seen if may_see and self._may_read(tie.role) else {}, tie.person_id, closed
            )
            for tie in ties
        ]

    def _may_read(self, role: str) -> bool:
        """By the rights of the field, and for a column those of its group too."""
        codes = {role.partition(".")[0], role}
        items = [self.definition.field_at(code) for code in codes]
        return all(item is None or may_read(self.actor, item, state=self.state) for item in items)

    def _line(
        self,
        tie: CaseLink,
        seen: Mapping[int, tuple[str, str]],
        entry_id: int | None,
        closed: str,
    ) -> LinkLine:
        item = self.definition.field_at(tie.role)
        role = item.name.in_locale(self.actor.locale) if item else _("Liên quan")
        found = seen.get(entry_id or 0)
        if found is None:
            return LinkLine(role, closed)
        may_drop = tie.id if tie.role == "related" else None
        return LinkLine(role, found[0], found[1], "", may_drop)


def _case_role(role: str, *, is_outward: bool) -> str:
    words: dict[tuple[str, bool], str] = {
        ("merged_into", True): _("Đã gộp vào"),
        ("merged_into", False): _("Nhận gộp từ"),
        ("side_case", True): _("Hồ sơ mở kèm"),
        ("side_case", False): _("Mở từ hồ sơ"),
    }
    return words.get((role, is_outward), str(_("Liên quan")))
