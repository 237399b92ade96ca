"""Reads one row of a list of people: each with its own sentence where it cannot be taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson
import yaml

from app.crises.homes import Homes
from app.crises.rules import Source
from app.database import fold_text
from app.imports.entries import short_text
from app.imports.fields import Field, Plan, Target, plain, plan_of
from app.imports.judging import Judged
from app.imports.person_cells import read_born, read_listed_name, read_paper, read_words, shaped
from app.imports.readers.fonts import FontEncoding
from app.imports.readers.source import Cell, Unreadable
from app.imports.tables import Options, open_table
from app.imports.work import all_notes
from app.registers.country_names import country_choices
from app.registers.minors import is_minor_on
from app.sealing import key_ring

_COLUMNS = Path(__file__).parent / "data" / "columns.yaml"
_WELL = frozenset(
    {"", "khong", "khong co", "binh thuong", "tot", "on dinh", "khoe", "khoe manh", "no", "none"}
)
_YES = frozenset({"x", "co", "yes", "y", "1", "true", "nan nhan", "victim"})
_LONGEST_FAMILY = 64
MOST_AT_ONCE = 200  # a list up to here is taken while its sender waits, in about half a second
# A cell merged over several people says the same of each: a household, its home, its bus.
_SPREAD = frozenset({"family", "home_text", "province", "journey", "shelter", "transit"})


@cache
def plan() -> Plan:
    """The columns of any list of persons, and those that a mass event has beside them."""
    persons = plan_of(Target.PERSONS)
    content: Mapping[str, Any] = yaml.safe_load(_COLUMNS.read_text("utf-8"))  # Any: YAML
    more = tuple(_field(code, said) for code, said in content.items())
    return replace(persons, fields=(*more, *persons.fields), spread=persons.spread | _SPREAD)


def _field(code: str, said: Mapping[str, Any]) -> Field:  # Any: YAML
    names = said["name"]
    words = dict.fromkeys(plain(word) for word in (*said["synonyms"], names["vi"], names["en"]))
    return Field(code, names["vi"], names["en"], tuple(words))


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The records of a list, and what was noticed of it as a whole."""

    rows: Sequence[Judged]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Brought:
    """An upload or pasted text that was looked at: read already where it is `short`."""

    content: bytes
    convert: FontEncoding | None
    short: ReadTable | None


def look_at(content: bytes, *, limit_mb: int, convert: FontEncoding | None = None) -> Brought:
    """Read a list up to where it is a long one. Raises Refused where it holds no table."""
    table = read_table(content, limit_mb=limit_mb, convert=convert, most=MOST_AT_ONCE + 1)
    return Brought(content, convert, table if len(table.rows) <= MOST_AT_ONCE else None)


def read_table(
    content: bytes,
    *,
    limit_mb: int,
    convert: FontEncoding | None = None,
    most: int | None = None,
) -> ReadTable:
    """The first rows of a list, or all of them; nothing of it stays on the disk."""
    with NamedTemporaryFile(prefix="ds-") as file:
        file.write(content)
        file.flush()
        opened = open_table(
            Path(file.name),
            Target.PERSONS,
            options=Options(convert=convert),
            limit_mb=limit_mb,
            plan=plan(),
        )
        table = opened.table
        rows = shaped(islice(table.records(), most), table.header.names, table.mapping)
        return ReadTable(rows, all_notes(opened))


@dataclass(frozen=True)
class RowReader:
    """What every row of one list is read against; `journeys` by their folded code."""

    event_id: int
    source: Source
    homes: Homes
    journeys: Mapping[str, int]
    now: datetime
    today: date
    adult_age: int

    def read(self, row: Judged) -> dict[str, Any]:  # Any: columns of a participant
        name = read_listed_name(row)
        born = read_born(row, year=self.now.year)
        words = read_words(row)
        number = read_paper(row)
        home_text = str(words.get("home_text", ""))
        home = self.homes.read(home_text, short_text(row, "province"))
        birth_date, birth_year = born.get("birth_date"), born.get("birth_year")
        index = key_ring().blind(number) if number else None
        return {
            "row_number": row.number,
            "row_key": self._key(name, birth_date or birth_year, index),
            "source": self.source,
            "spelling": name,
            "other_spelling": short_text(row, "foreign_name"),
            "birth_date": birth_date,
            "birth_year": birth_year,
            "sex": words.get("sex"),
            "id_kind": words.get("id_kind") or (_kind_of(number) if number else None),
            "id_number": number or None,
            "id_number_index": index,
            "contact": str(words.get("contact_text", "")),
            "home_text": home_text or short_text(row, "province"),
            "province_code": home.province_code,
            "commune_code": home.commune_code,
            "is_minor": is_minor_on(
                self.today, born=birth_date, year=birth_year, adult_age=self.adult_age
            ),
            **self._beside(row),
        }

    def _beside(self, row: Judged) -> dict[str, Any]:  # Any: columns of a participant
        medical = short_text(row, "medical")
        is_well = plain(medical) in _WELL
        return {
            "is_victim": plain(short_text(row, "victim")) in _YES,
            "family": short_text(row, "family", most=_LONGEST_FAMILY),
            "is_medical": not is_well,
            "medical": "" if is_well else medical,
            "shelter": short_text(row, "shelter"),
            "transit_country": _country(row),
            "journey_id": self._journey(row),
        }

    def _key(self, name: str, born: object, index: str | None) -> str:
        """The same row of the same source; blind, since it is made of a name."""
        said = f"{self.event_id}{self.source}{fold_text(name)}{born or ''}{index or ''}"
        return key_ring().blind(said) or ""

    def _journey(self, row: Judged) -> int | None:
        code = short_text(row, "journey", most=_LONGEST_FAMILY)
        found = self.journeys.get(plain(code))
        if code and found is None:
            row.warn(f"Chưa có chuyến “{code[:30]}” trong sự kiện: để trống.", "journey")
        return found


def _kind_of(number: str) -> str:
    return "passport" if number[:1].isalpha() else "citizen_card"


def _country(row: Judged) -> str | None:
    text = short_text(row, "transit")
    code = countries_by_word().get(plain(text)) if text else None
    if text and code is None:
        row.warn(f"Chưa rõ nước “{text[:30]}”: để trống.", "country")
    return code


@cache
def countries_by_word() -> Mapping[str, str]:
    """Countries by their code and their name in both languages."""
    found = {plain(name): code for loc in ("en", "vi") for code, name in country_choices(loc)}
    return found | {code.lower(): code for code in found.values()}


def cells_of(row: Judged) -> dict[str, str]:
    """What a row said, as text: kept sealed where the row itself cannot be taken."""
    said = {name: _as_text(value) for name, value in row.values.items()}
    return {name: text for name, text in said.items() if text}


def _as_text(value: Cell) -> str:
    """A cell as somebody would type it, so that it reads the same when it is judged again."""
    if value is None:
        return ""
    if isinstance(value, Unreadable):
        return value.said
    if isinstance(value, date):  # a moment is a day too
        return f"{value:%d/%m/%Y}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# --- rows that wait for a worker ------------------------------------------------------------

_DAY, _MOMENT, _NOTHING_READ = "day", "moment", "unreadable"


def packed(rows: Iterable[Judged]) -> str:
    """Rows as they were read, with the kinds of their cells; None and empty cells are left out."""
    return orjson.dumps(
        [
            (
                row.number,
                {
                    name: _packed(value)
                    for name, value in row.values.items()
                    if value not in (None, "")
                },
            )
            for row in rows
        ]
    ).decode()


def _packed(value: Cell) -> object:
    if isinstance(value, Unreadable):
        return {_NOTHING_READ: [value.sentence, value.said]}
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    return str(value) if isinstance(value, time) else value


def unpacked(text: str) -> list[Judged]:
    return [
        Judged(number, {name: _unpacked(value) for name, value in cells.items()})
        for number, cells in orjson.loads(text)
    ]


def _unpacked(value: Any) -> Cell:  # Any: JSON
    if not isinstance(value, dict):
        plain_cell: Cell = value
        return plain_cell
    ((kind, said),) = value.items()
    if kind == _NOTHING_READ:
        return Unreadable(said) if isinstance(said, str) else Unreadable(*said)
    return date.fromisoformat(said) if kind == _DAY else datetime.fromisoformat(said)
