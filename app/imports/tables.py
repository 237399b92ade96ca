"""Opens a file as the table of one target: the sheet, the header, the columns, the old font."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.errors import Refused
from app.imports.fields import Plan, Target, plain, plan_of
from app.imports.headers import Header, find_header, is_numbering, titles
from app.imports.readers.fonts import NAMES, FontEncoding
from app.imports.readers.geo_systems import CrsQuestion
from app.imports.readers.opening import open_source
from app.imports.readers.source import Sheet, Source, SourceRow, converted
from app.imports.readers.text import offer
from app.imports.rows import Table

_PREVIEWED = 5
SWAPPED = "swapped"
_ANSWER = (
    "Hãy chọn hệ tọa độ cho cả tệp (dòng lệnh: --crs EPSG:…, thêm --swap-axes nếu X, Y ngược)."
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person says of a file as a whole; empty says nothing.

    `axes` is SWAPPED where the file writes the east coordinate in the place of the north one.
    """

    sheet: str = ""
    line: str = ""
    crs: str = ""
    convert: FontEncoding | None = None
    axes: str = ""


@dataclass(frozen=True)
class Opened:
    """A file as a table, with everything that was noticed on the way.

    `matched` is how the columns were matched, before the swapped axes of the file are turned.
    """

    table: Table
    notes: tuple[str, ...]
    crs: str | None
    font: FontEncoding | None
    sheets: tuple[str, ...]
    matched: Mapping[str, int]
    question: CrsQuestion | None = None
    held: object = None  # what must stay as long as rows are read

    def holding(self, copy: object) -> "Opened":
        return replace(self, held=copy)

    @property
    def titles(self) -> list[str]:
        rows = self.preview()
        width = max((len(row.cells) for row in rows), default=0)
        return titles(self.table.header, width)

    @property
    def signature(self) -> str:
        """What files with the same header share."""
        names = "\n".join(plain(name) for name in self.table.header.names)
        return hashlib.sha256(names.encode()).hexdigest()

    def preview(self) -> list[SourceRow]:
        """The first rows below the header, as they will be read."""
        header = self.table.header
        below = (
            row
            for row in self.table.sheet.rows()
            if row.number > header.last_row and not is_numbering(row)
        )
        return list(islice(below, _PREVIEWED))


def open_table(
    path: Path,
    target: Target,
    *,
    options: Options,
    limit_mb: int,
    mapping: Mapping[str, int] | None = None,
    plan: Plan | None = None,
) -> Opened:
    """The table of a file. Raises Refused or TooLarge with the sentence for its sender.

    `plan` stands in for the target's own where a capability above knows more columns.
    """
    plan = plan or plan_of(target)
    source = open_source(path, limit_mb=limit_mb)
    font, font_notes = _agreed_font(source, options.convert)
    sheet, header, sheet_notes = _chosen_sheet(plan, _in_unicode(source, font), options.sheet)
    own_crs = source.crs or header.crs
    notes = [*source.notes, *font_notes, *sheet_notes]
    if header.crs is not None and header.crs_row is not None and not options.crs:
        notes.append(f"Hệ tọa độ theo dòng {header.crs_row} của tệp: “{header.crs[:80]}”.")
    matched = header.mapping if mapping is None else mapping
    table = Table(plan, sheet, header, _turned(matched, options))
    _require_columns(plan, table.mapping)
    names = tuple(one.name for one in source.sheets)
    return Opened(
        table,
        tuple(notes),
        options.crs or own_crs,
        source.font,
        names,
        matched,
        None if options.crs else source.question,
    )


def require_answers(opened: Opened) -> None:
    """Raise Refused where the file leaves open where its points lie: nothing is then judged."""
    if opened.question is not None:
        raise Refused(f"{opened.question.sentence} {_ANSWER}")


def _turned(matched: Mapping[str, int], options: Options) -> Mapping[str, int]:
    """The columns as they are matched; north and east change places where the file swaps them."""
    mapping = dict(matched)
    if options.axes == SWAPPED:
        north, east = mapping.pop("north", None), mapping.pop("east", None)
        mapping |= {} if east is None else {"north": east}
        mapping |= {} if north is None else {"east": north}
    return mapping


def _agreed_font(
    source: Source, chosen: FontEncoding | None
) -> tuple[FontEncoding | None, list[str]]:
    if source.font is None:
        said = ["Chữ trong tệp đã là Unicode, không phải chuyển mã."] if chosen else []
        return None, said
    if chosen is None:
        raise offer(source.font)
    if chosen is not source.font:
        raise Refused(
            f"Chữ trong tệp theo bảng mã {NAMES[source.font]}, không phải {NAMES[chosen]}."
        )
    return chosen, [f"Đã chuyển chữ từ bảng mã {NAMES[chosen]} sang Unicode."]


def _in_unicode(source: Source, font: FontEncoding | None) -> Source:
    if font is None:
        return source
    sheets = tuple(replace(sheet, rows=_converting(sheet, font)) for sheet in source.sheets)
    return replace(source, sheets=sheets)


def _converting(sheet: Sheet, font: FontEncoding) -> Callable[[], Iterator[SourceRow]]:
    return lambda: (converted(row, font) for row in sheet.rows())


def _chosen_sheet(plan: Plan, source: Source, wanted: str) -> tuple[Sheet, Header, list[str]]:
    if wanted:
        sheet = next((one for one in source.sheets if plain(one.name) == plain(wanted)), None)
        if sheet is None:
            names = ", ".join(f"“{one.name}”" for one in source.sheets)
            raise Refused(f"Tệp không có trang “{wanted}”. Các trang đang hiện: {names}.")
        return sheet, find_header(plan, sheet), []
    if len(source.sheets) == 1:
        return source.sheets[0], find_header(plan, source.sheets[0]), []
    return _best_sheet(plan, source)


def _best_sheet(plan: Plan, source: Source) -> tuple[Sheet, Header, list[str]]:
    found: list[tuple[Sheet, Header]] = []
    problem: Refused | None = None
    for sheet in source.sheets:
        try:
            found.append((sheet, find_header(plan, sheet)))
        except Refused as refusal:
            problem = problem or refusal
    if not found and problem is not None:
        raise problem
    sheet, header = max(found, key=lambda pair: pair[1].strength)
    others = [one.name for one, _header in found if one is not sheet]
    notes = [f"Chỉ đọc trang “{sheet.name}”."]
    if others:
        named = ", ".join(f"“{name}”" for name in others)
        notes = [f"Chỉ đọc trang “{sheet.name}”; trang {named} cũng có bảng, hãy nhập riêng."]
    return sheet, header, notes


def _require_columns(plan: Plan, mapping: Mapping[str, int]) -> None:
    missing = [plan.field(code).vi for code in plan.needed if code not in mapping]
    if missing:
        named = ", ".join(f"“{name}”" for name in missing)
        raise Refused(f"Bảng thiếu cột {named}. Hãy đặt tên cột rõ hơn hoặc ghép cột bằng tay.")


def unused_columns(opened: Opened) -> list[str]:
    """Headers of columns that fill nothing, for the note that says so."""
    used = set(opened.table.mapping.values())
    names = opened.table.header.names
    return [name for index, name in enumerate(names) if name and index not in used]
