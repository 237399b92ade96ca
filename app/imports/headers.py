"""Finds the table in an office's sheet: below the national motto, under one or two header rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from app.errors import Refused
from app.geo.crs import UnknownSystem
from app.geo.declarations import read_declaration
from app.imports.fields import Plan, assigned, plain
from app.imports.readers.source import Cell, Sheet, SourceRow, column_name

LOOKED_AT = 40
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: names of its columns, rows it stands on, what it already fills.

    `crs` is what the lines above the table, or the header itself, say of the coordinates.
    """

    names: tuple[str, ...]
    first_row: int
    last_row: int
    mapping: Mapping[str, int]
    crs: str | None = None
    crs_row: int | None = None

    @property
    def strength(self) -> int:
        return len(self.mapping)


def find_header(plan: Plan, sheet: Sheet) -> Header:
    """The header that names most of the target's columns. Raises Refused where none does."""
    top = list(islice(sheet.rows(), LOOKED_AT))
    found = [*_single(plan, top), *_double(plan, top)]
    best = max(found, key=lambda header: header.strength, default=None)
    if best is None or not _is_enough(plan, best):
        raise Refused(_not_found(plan, sheet))
    crs, row = _declared(top, best)
    return Header(best.names, best.first_row, best.last_row, best.mapping, crs, row)


def _is_enough(plan: Plan, header: Header) -> bool:
    return header.strength >= _FEWEST or plan.key in header.mapping


def _not_found(plan: Plan, sheet: Sheet) -> str:
    where = f" trong trang “{sheet.name}”" if sheet.name else ""
    wanted = ", ".join(f"“{field.vi}”" for field in plan.fields[:4])
    return (
        f"Không tìm thấy dòng tiêu đề cột{where} trong {LOOKED_AT} dòng đầu. "
        f"Cần có các cột như {wanted}."
    )


def _single(plan: Plan, top: Sequence[SourceRow]) -> Iterator[Header]:
    for row in top:
        names = [_text(cell) for cell in row.cells]
        mapping = assigned(plan, [[name] for name in names])
        yield Header(tuple(names), row.number, row.number, mapping)


def _double(plan: Plan, top: Sequence[SourceRow]) -> Iterator[Header]:
    """Two rows that belong together: the lower names parts of what the upper spans."""
    for upper, lower in pairwise(top):
        if upper.number + 1 != lower.number or not _may_be_lower(lower):
            continue
        readings, names = _joined(upper, lower)
        mapping = assigned(plan, readings)
        if _gains(plan, upper, lower, mapping):
            yield Header(tuple(names), upper.number, lower.number, mapping)


def _may_be_lower(row: SourceRow) -> bool:
    """A row of parts holds short words only, never a figure or a day."""
    filled = [cell for cell in row.cells if cell not in (None, "")]
    return bool(filled) and all(
        isinstance(cell, str) and not any(sign.isdigit() for sign in plain(cell)[:1])
        for cell in filled
    )


def _joined(upper: SourceRow, lower: SourceRow) -> tuple[list[list[str]], list[str]]:
    readings, names = [], []
    group = ""
    for column in range(max(len(upper.cells), len(lower.cells))):
        over, under = _at(upper, column), _at(lower, column)
        group = over or (group if under else "")
        names.append(" ".join(filter(None, (group, under))))
        readings.append([text for text in (under, names[-1], group) if text] or [""])
    return readings, names


def _gains(plan: Plan, upper: SourceRow, lower: SourceRow, mapping: Mapping[str, int]) -> bool:
    alone = (assigned(plan, [[_text(cell)] for cell in row.cells]) for row in (upper, lower))
    return len(mapping) > max(len(one) for one in alone)


def _at(row: SourceRow, column: int) -> str:
    return _text(row.cells[column]) if column < len(row.cells) else ""


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


# --- what else stands around the table ------------------------------------------------------


def _declared(top: Sequence[SourceRow], header: Header) -> tuple[str | None, int | None]:
    """The coordinate system that a line above the table, or the header, names."""
    for row in top:
        if row.number > header.last_row:
            break
        for cell in row.cells:
            if isinstance(cell, str) and _names_system(cell):
                return cell.strip(), row.number
    return None, None


def _names_system(text: str) -> bool:
    try:
        said, _rest = read_declaration(text)
    except UnknownSystem:
        return False
    is_grid = said.zone is not None or said.central_meridian is not None
    return said.system is not None or is_grid or said.datum in ("VN-2000", "Indian 1960")


def is_numbering(row: SourceRow) -> bool:
    """The row under many headers that only counts the columns: 1 2 3, (1) (2) (3), A B 1 2."""
    filled = [str(cell).strip(" ()") for cell in row.cells if cell not in (None, "")]
    figures = [int(text) for text in filled if text.isdigit()]
    letters = [text for text in filled if text in ("A", "B", "C", "a", "b", "c")]
    is_counting = all(after == before + 1 for before, after in pairwise(figures))
    starts = bool(figures) and figures[0] == 1
    return (
        len(filled) > _FEWEST
        and len(figures) + len(letters) == len(filled)
        and is_counting
        and starts
    )


def titles(header: Header, width: int) -> list[str]:
    """A name for each column of the sheet, the letter where the header is empty."""
    names = [*header.names, *([""] * max(0, width - len(header.names)))]
    return [name or f"Cột {column_name(index)}" for index, name in enumerate(names)]
