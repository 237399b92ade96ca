"""What enters a paper: the facts of a case as far as the drafter may read them, as plain data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import province_names
from app.cases.catalogue import Definition
from app.cases.heads import CaseHead, definition_of_head
from app.cases.models import Case, CaseLink
from app.cases.titles import names_for
from app.cases.values import Names, is_open_to_all, may_read, shown_to
from app.documents.fields import ADDRESSEES, ANSWERS, CASE, OF_CASE, PERSONS, RECIPIENTS
from app.documents.filling import DAY_PLACE, DAY_TRANSLATED
from app.documents.kinds import Kind
from app.documents.sandbox import Uses
from app.documents.wording import Wording, lines_in
from app.permissions import Actor, Permission
from app.registers.entry_queries import visible_persons
from app.registers.masking import mask_number
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.rules import Seen, as_seen_by
from app.workflow.definition import FieldDefinition, FieldType

BLANK: Final = "……………"
TO_FILL: Final = "…"  # stands where somebody has to write; no paper gets a number with it
GIVING: Final = "Bên giao"
RECEIVING: Final = "Bên nhận"
HIDDEN_NAME: Final = "(họ tên được bảo vệ)"
_IS_PROTECTED: Final = or_(Person.is_minor.is_(True), Person.is_victim.is_(True))


@dataclass
class Gathered:
    """The data of one paper, and what a later reader must be allowed to read."""

    data: dict[str, Any]  # Any: text, groups and lists of a template
    fields_read: set[str] = field(default_factory=set)
    persons: list[int] = field(default_factory=list)
    left_blank: list[str] = field(default_factory=list)
    wording: Wording = field(default_factory=Wording)


@dataclass(frozen=True, slots=True)
class Tied:
    """The persons of some cases: those the drafter sees, and of the protected whom he knows."""

    by_case: Mapping[int, Sequence[Person]]
    protected: Mapping[int, Sequence[int]]
    known: frozenset[int]


def persons_tied(session: Session, actor: Actor, case_ids: Collection[int]) -> Tied:
    """Read once for many cases."""
    ties = session.execute(
        select(CaseLink.case_id, Person, visible_persons(actor))
        .join(Person, Person.id == CaseLink.person_id)
        .where(CaseLink.case_id.in_(case_ids))
        .order_by(CaseLink.case_id, Person.id)
    ).unique()
    seen: dict[int, dict[int, Person]] = {}
    guarded: dict[int, list[int]] = {}
    for case_id, person, is_visible in ties:
        if person.is_protected:
            guarded.setdefault(case_id, []).append(person.id)
        if is_visible:
            seen.setdefault(case_id, {})[person.id] = person
    people = {key: list(found.values()) for key, found in seen.items()}
    known = known_among(session, actor, [one for found in people.values() for one in found])
    return Tied(people, guarded, known)


def gather(
    session: Session,
    actor: Actor,
    unit: Unit,
    head: CaseHead,
    *,
    kind: Kind,
    wording: Wording,
    uses: Uses,
    tied: Tied,
) -> Gathered:
    """The data of one paper: of the case only what its template names."""
    definition = definition_of_head(session, head)
    names = names_for(session, head.data, zone=unit.time_zone)
    reader = _Reader(actor, head, definition, names, tied)
    made = Gathered({}, persons=list(tied.protected.get(head.id, ())))
    answers = {
        code: reader.said(code, made) for code in uses.members(ANSWERS) if code in definition.fields
    }
    own = own_words(unit, wording)
    said = wording.filled(
        lambda code: own[code] or TO_FILL if code in own else reader.placed(code, made)
    )
    made.wording = said
    made.data = {
        **worded(unit, kind, said, drafter=actor.name),
        CASE: case_facts(session, head, definition, unit),
        ANSWERS: answers,
        PERSONS: reader.people(made) if PERSONS in uses.names else [],
    }
    if kind.is_to_family:
        made.fields_read.add(PERSONS)
    return made


def own_words(unit: Unit, said: Wording) -> dict[str, str]:
    """What the text of a paper may take over from its own head: who writes, to whom."""
    return {
        "co_quan": unit.name,
        "kinh_gui": said.addressed,
        "co_quan_dich": said.agency_translated,
        "kinh_gui_dich": said.addressee_translated,
    }


def worded(unit: Unit, kind: Kind, said: Wording, *, drafter: str) -> dict[str, Any]:
    """What the drafter wrote, under the names that templates use; Any: text and one list."""
    parent = unit.parent.name if unit.parent else ""
    return {
        "co_quan_chu_quan": parent.upper(),
        "co_quan": unit.name.upper(),
        "dia_danh": said.place,
        "dia_danh_ngay": ", ".join(filter(None, [said.place, DAY_PLACE])),
        "ten_loai": kind.title,
        "trich_yeu": said.abstract,
        "kinh_gui": said.addressed,
        ADDRESSEES: said.addressees if len(said.addressees) > 1 else [],
        "noi_dung": said.body,
        "quyen_ky": said.authority.upper(),
        "chuc_vu_ky": said.signer_title.upper(),
        "nguoi_ky": said.signer,
        "nguoi_soan": drafter,
        "ben_giao_la": (said.giver_title or GIVING).upper(),
        "ben_giao": said.giver,
        "ben_nhan_la": (said.receiver_title or RECEIVING).upper(),
        "ben_nhan": said.receiver,
        "nguoi_ghi": said.scribe,
        "nguoi_chung_kien": said.witness,
        "co_quan_dich": said.agency_translated.upper(),
        "kinh_gui_dich": said.addressee_translated,
        "noi_dung_dich": said.body_translated,
        "dia_danh_ngay_dich": ", ".join(filter(None, [said.place_translated, DAY_TRANSLATED])),
        RECIPIENTS: lines_in(said.recipients),
    }


def case_facts(
    session: Session, head: CaseHead, definition: Definition, unit: Unit
) -> dict[str, str]:
    place = session.execute(
        select(Case.place_text, Case.province_code).where(Case.id == head.id)
    ).one()
    provinces = province_names(session) if place.province_code else {}
    opened: datetime = head.opened_at.astimezone(ZoneInfo(unit.time_zone))
    found = {
        "so": head.reference,
        "ten": head.title,
        "loai": definition.case_type.name.vi,
        "trang_thai": definition.state_names[head.state].vi,
        "ngay_mo": f"{opened:%d/%m/%Y}",
        "dia_diem": place.place_text or provinces.get(place.province_code or "", ""),
    }
    return {code: found[code] for code in OF_CASE}


@dataclass(frozen=True, slots=True)
class _Reader:
    """One drafter before one case."""

    actor: Actor
    head: CaseHead
    definition: Definition
    names: Names
    tied: Tied

    def said(self, code: str, made: Gathered) -> str:
        item = self.definition.fields[code]
        value = self.without_protected(item, self.head.data.get(code))
        if value in (None, "", [], {}):
            return ""
        said = shown_to(self.actor, item, value, self.names, state=self.head.state)
        if said is None:
            made.left_blank.append(item.name.vi)
            return BLANK
        if not is_open_to_all(item):
            made.fields_read.add(code)
        return said

    def placed(self, code: str, made: Gathered) -> str | None:
        """A `{field}` of a text: a field of the case, or one of the case's own words."""
        own = {"so": self.head.reference, "ten": self.head.title}
        if code in own:
            return own[code]
        return self.said(code, made) if code in self.definition.fields else None

    def without_protected(self, item: FieldDefinition, value: Any) -> Any:  # Any: JSON
        """The answer without the names of protected persons whom the drafter does not know."""
        if item.type is FieldType.PERSON:
            held = value if isinstance(value, list) else [value]
            covered = [self._covered(one) for one in held]
            return covered if isinstance(value, list) else covered[0]
        if item.type is FieldType.GROUP and isinstance(value, list):
            columns = {column.code: column for column in item.fields}
            return [
                {
                    code: self.without_protected(columns[code], cell) if code in columns else cell
                    for code, cell in row.items()
                }
                for row in value
            ]
        return value

    def _covered(self, value: Any) -> Any:  # Any: JSON
        guarded = self.tied.protected.get(self.head.id, ())
        if isinstance(value, dict) and value.get("id") in guarded:
            return value if value["id"] in self.tied.known else {**value, "label": HIDDEN_NAME}
        return value

    def people(self, made: Gathered) -> list[dict[str, str]]:
        lines = []
        for place, person in enumerate(self.tied.by_case.get(self.head.id, ()), start=1):
            seen = as_seen_by(self.actor, person, known=self.tied.known)
            if "name" not in seen.masked:
                made.fields_read.add(PERSONS)
            lines.append(_person_line(place, seen))
        return lines


def _person_line(place: int, seen: Seen) -> dict[str, str]:
    number = seen["id_number"]
    return {
        "stt": str(place),
        "ten": str(seen["name"] or HIDDEN_NAME),
        "nam_sinh": str(seen["birth_year"] or ""),
        "gioi_tinh": str(seen["sex"] or ""),
        "giay_to": mask_number(str(number)) if number else "",
        "noi_cu_tru": str(seen["home_text"] or ""),
        "ghi_chu": "",
    }


# --- who may open ---------------------------------------------------------------------------


def may_open(
    session: Session,
    actor: Actor,
    head: CaseHead,
    *,
    fields_read: Collection[str],
    persons: Collection[int],
) -> bool:
    """Whether the reader may read all that entered a paper, and knows its protected persons."""
    definition = definition_of_head(session, head)
    if PERSONS in fields_read and not actor.may(Permission.PERSONAL_DATA_VIEW):
        return False
    for code in fields_read:
        item = definition.fields.get(code)
        if item is not None and not may_read(actor, item, state=head.state):
            return False
    wanted = set(persons) | _protected_of(session, head.id)
    if not wanted:
        return True
    found = session.scalars(select(Person).where(Person.id.in_(wanted))).all()
    return wanted <= known_among(session, actor, found)


def _protected_of(session: Session, case_id: int) -> set[int]:
    named = (
        select(Person.id)
        .join(CaseLink, CaseLink.person_id == Person.id)
        .where(CaseLink.case_id == case_id, _IS_PROTECTED)
    )
    return set(session.scalars(named))


def cases_with_protected(session: Session, case_ids: Collection[int]) -> set[int]:
    """Of these cases, those that name a minor or a victim."""
    named = (
        select(CaseLink.case_id)
        .join(Person, CaseLink.person_id == Person.id)
        .where(CaseLink.case_id.in_(case_ids), _IS_PROTECTED)
    )
    return set(session.scalars(named))
