"""Takes persons out of the rows of a list: misspelt, doubled and half-filled as lists are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text
from app.imports.entries import (
    fill_blanks,
    refuse_repeat,
    settle_row,
    short_text,
)
from app.imports.fields import other_words, plain
from app.imports.judging import Judged
from app.imports.person_cells import (
    join_columns,
    read_born,
    read_listed_name,
    read_paper,
    read_words,
)
from app.imports.surroundings import Surroundings
from app.imports.values import read_place
from app.registers.entry_queries import visible_persons
from app.registers.entry_services import record_person
from app.registers.likeness import name_likeness
from app.registers.minors import protect_minor
from app.registers.models import Person
from app.registers.name_sounds import keys_of
from app.registers.person_keys import spellings_of, write_keys
from app.registers.person_models import PersonKey
from app.sealing import key_ring

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_SAME_NAME = 70
_REPEATED = (
    "Người này đã có ở dòng {first} của tệp; nếu là hai người, hãy thêm ngày sinh hoặc số giấy tờ."
)


@dataclass(slots=True)
class Intake:
    """A person on the way into the register; `number` is never shown, only its blind index is."""

    name: str
    facts: dict[str, Any]  # Any: column values
    number_index: str | None

    @property
    def spelling_key(self) -> str:
        return keys_of(self.name)[0]

    @property
    def key(self) -> str:
        """What makes two rows one person: the paper, else name, birth and home together."""
        if self.number_index:
            return f"#{self.number_index}"
        born = self.facts.get("birth_date") or self.facts.get("birth_year") or ""
        home = self.facts.get("claimed_province_code", "")
        return f"{fold_text(self.name)}|{born}|{home}"


@dataclass
class PersonImport:
    """Judges and stores the persons of one list."""

    around: Surroundings
    seen: dict[str, int] = field(default_factory=dict)
    known: Mapping[str, list[Person]] = field(default_factory=dict)

    def judge(self, session: Session, rows: Sequence[Judged]) -> None:
        for row in rows:
            row.take_in(self._read)
            if not row.is_refused:
                refuse_repeat(row, row.intake.key, self.seen, _REPEATED)
        fit = [row for row in rows if not row.is_refused]
        self.known = self._known(session, [row.intake for row in fit])
        for row in fit:
            self._refuse_other_name(row)

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None:
        del session
        for row in rows:
            self._settle(row, self._match(row.intake), is_dry=True)

    def store(self, session: Session, rows: Sequence[Judged]) -> None:
        around = self.around
        for row in rows:
            found = self._match(row.intake)
            if found is not None:
                if self._settle(row, found, is_dry=False):
                    found.version += 1
                    found.updated_at = around.now
                    protect_minor(session, found, days=[around.now.date()])
                    write_keys(session, found)
                    subject = f"person:{found.id}"
                    record_access(
                        session, around.actor, "person.corrected", subject, now=around.now
                    )
                continue
            made = record_person(
                session, around.actor, row.intake.name, now=around.now, facts=row.intake.facts
            )
            settle_row(row, made, filled=False, is_new=True)

    # --- reading ----------------------------------------------------------------------------

    def _read(self, row: Judged) -> Intake:
        join_columns(row)
        name = read_listed_name(row)
        born = read_born(row, year=self.around.now.year)
        facts: dict[str, Any] = {**born, **self._home(row), **read_words(row)}
        if spelling := short_text(row, "foreign_name"):
            facts["foreign_spellings"] = [spelling]
        number = read_paper(row)
        if number:
            facts["id_number"] = number
            facts.setdefault("id_kind", "passport" if number[:1].isalpha() else "citizen_card")
        return Intake(name, facts, key_ring().blind(number) if number else None)

    def _home(self, row: Judged) -> dict[str, Any]:
        found: dict[str, Any] = {}
        code = read_place(row, "province", self.around.provinces)
        if code:
            found["claimed_province_code"] = self.around.provinces.today(code)
        country = row.text("country")
        if country and _COUNTRY.fullmatch(country):
            found["country_code"] = country.upper()
        elif country:
            said = other_words("country").get(plain(country))
            if said is None:
                row.warn(f"Chưa rõ nước “{country[:30]}”: để trống.", "country")
            else:
                found["country_code"] = said
        return found

    # --- what is there ----------------------------------------------------------------------

    def _known(self, session: Session, intakes: Sequence[Intake]) -> dict[str, list[Person]]:
        """The persons in scope who bear a number or a name of these rows, by either."""
        indexes = [one.number_index for one in intakes if one.number_index]
        spellings = {one.spelling_key for one in intakes}
        named = select(PersonKey.person_id).where(PersonKey.key.in_(spellings))
        found = session.scalars(
            select(Person).where(
                or_(Person.id_number_index.in_(indexes), Person.id.in_(named)),
                Person.merged_into_id.is_(None),
                visible_persons(self.around.actor),
            )
        )
        by_key: dict[str, list[Person]] = {}
        for person in found:
            if person.id_number_index:
                by_key.setdefault(f"#{person.id_number_index}", []).append(person)
            for name in spellings_of(person):
                by_key.setdefault(keys_of(name)[0] if keys_of(name) else "", []).append(person)
        return by_key

    def _refuse_other_name(self, row: Judged) -> None:
        intake: Intake = row.intake
        if not intake.number_index:
            return
        for person in self.known.get(f"#{intake.number_index}", []):
            alike = max(name_likeness(intake.name, name) for name in spellings_of(person))
            if alike < _SAME_NAME:
                row.refuse(
                    f"Số giấy tờ này đã ghi cho người số {person.id} với tên khác: hãy kiểm tra,"
                    " rồi sửa ở trang của người đó.",
                    "other_name",
                )
                return

    def _match(self, intake: Intake) -> Person | None:
        """The person of this row: by the paper, else by name with birth and home alike."""
        if intake.number_index:
            found = self.known.get(f"#{intake.number_index}", [])
            if found:
                return found[0]
        same = [
            one
            for one in self.known.get(intake.spelling_key, [])
            if _fits(one, intake) and fold_text(intake.name) in map(fold_text, spellings_of(one))
        ]
        return same[0] if len(same) == 1 else None

    def _settle(self, row: Judged, person: Person | None, *, is_dry: bool) -> bool:
        if person is None:
            settle_row(row, None, filled=False, is_new=True)
            return False
        intake: Intake = row.intake
        facts = {name: value for name, value in intake.facts.items() if name != "is_minor"}
        spellings = facts.pop("foreign_spellings", [])
        more = [one for one in spellings if one not in person.foreign_spellings]
        filled, different = fill_blanks(person, facts, row=row, is_dry=is_dry)
        if more and not is_dry:
            ours = list(person.foreign_spellings)
            person.foreign_spellings = [*ours, *more]
            row.filled["foreign_spellings"] = (ours, [*ours, *more])
        if "id_number" in filled and not is_dry:
            person.id_number_index = intake.number_index
        if "claimed_province_code" in filled and not is_dry:
            person.home_province_code = (
                person.verified_province_code or person.claimed_province_code
            )
        if set(different) - {"id_kind"}:
            row.warn("Sổ đã ghi khác ở vài mục: giữ nguyên sổ, không ghi đè.", "differs")
        settle_row(row, person, filled=bool(filled or more), is_new=False)
        return bool(filled or more)


def _fits(person: Person, intake: Intake) -> bool:
    """Whether birth and home do not speak against it, and one of them speaks for it."""
    facts = intake.facts
    if intake.number_index and person.id_number_index:
        return False  # another paper: another person until somebody decides
    if facts.get("birth_date") and person.birth_date:
        born: bool | None = facts["birth_date"] == person.birth_date
    else:
        born = _same(facts.get("birth_year"), person.birth_year)
    home = _same(facts.get("claimed_province_code"), person.claimed_province_code)
    if born is False or home is False:
        return False
    is_bare = not facts.get("birth_year") and not facts.get("claimed_province_code")
    return bool(born or home) or (is_bare and not person.birth_year)


def _same(one: object, other: object) -> bool | None:
    return None if one is None or other is None else one == other
