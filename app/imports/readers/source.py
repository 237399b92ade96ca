"""What every reader gives: sheets of numbered rows, as the office sees them in its own program."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NoReturn

from app.errors import Refused
from app.imports.readers.fonts import FontEncoding, convert
from app.imports.readers.geo_systems import CrsQuestion
from app.imports.readers.syllables import marked_words, share_of_syllables

MOST_COLUMNS = 250
MOST_ROWS = 500_000
MOST_EMPTY_ROWS = 5_000
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose value cannot be taken, and why: a formula, an error, cells that are merged.

    `said` is what stands in it all the same, for whoever puts the row right by hand.
    """

    sentence: str
    said: str = ""


Cell = str | int | float | bool | datetime | date | time | Unreadable | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: its number in the file, counted from 1, and its cells from column A on."""

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False

    @property
    def is_empty(self) -> bool:
        return all(cell is None or cell == "" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class MergedBlock:
    """Cells merged over several rows (numbers from 1) and columns (from 0), both ends included."""

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One table of a file; `rows` may be read again and again, always from the first row.

    `is_office`: laid out by a person, with totals, headings and signatures among the rows.
    """

    name: str
    rows: Callable[[], Iterator[SourceRow]]
    merged: Callable[[], tuple[MergedBlock, ...]] = tuple
    is_office: bool = True


@dataclass(frozen=True)
class Source:
    """A file that was opened: its sheets, what was noticed, the old font and the system it names.

    `crs` is what the file itself declares for its coordinates, as GeoJSON may; `question` why
    that does not settle where they lie.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    font: FontEncoding | None = None
    crs: str | None = None
    question: CrsQuestion | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


def converted(row: SourceRow, font: FontEncoding) -> SourceRow:
    cells = (_converted(cell, font) if isinstance(cell, str) else cell for cell in row.cells)
    return SourceRow(row.number, tuple(cells), row.is_hidden)


def _converted(text: str, font: FontEncoding) -> str:
    """The cell in Unicode; one that reads as Vietnamese only as it stands is left alone."""
    changed = convert(text, font)
    if changed == text:
        return text
    as_is, after = (share_of_syllables(marked_words([words])) for words in (text, changed))
    return text if as_is > after else changed


def column_name(index: int) -> str:
    """A for 0, Z for 25, AA for 26: as the office names its columns."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def refuse_columns(count: int) -> NoReturn:
    said = f"{count:,}" if count > MOST_COLUMNS + 1 else f"hơn {MOST_COLUMNS}"  # a sheet ends there
    most = f"Bảng có {said} cột; chỉ nhận tối đa {MOST_COLUMNS} cột.".replace(",", ".")
    raise Refused(f"{most} Hãy xóa các cột thừa rồi gửi lại.")


def refuse_rows() -> NoReturn:
    most = f"{MOST_ROWS:,}".replace(",", ".")
    raise Refused(f"Bảng có hơn {most} dòng. Hãy chia thành nhiều tệp rồi gửi lại.")


def limited(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """The rows up to a long empty stretch: sheets are often formatted down to the last line."""
    empty = count = 0
    for row in rows:
        if row.is_empty:
            empty += 1
            if empty > MOST_EMPTY_ROWS:
                return
            continue
        empty = 0
        count += 1
        if count > MOST_ROWS:
            refuse_rows()
        yield row
