"""Takes the records out of a sheet: totals, group headings and signatures are not records."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import Refused
from app.imports.fields import Plan, Target, plain
from app.imports.headers import Header, is_numbering
from app.imports.judging import Judged
from app.imports.readers.source import (
    Cell,
    MergedBlock,
    Sheet,
    SourceRow,
    Unreadable,
    column_name,
)

_TOTAL = re.compile(
    r"(?:tong|cong|cong don|luy ke|total|cong so|tong hop)(?: \d.*)?|tong (?:cong|so)(?: .*)?"
)
_FOOTER = re.compile(
    r"(?:nguoi lap|nguoi nhap|thu truong|noi nhan|ky ghi ro|xac nhan|lap bieu|nguoi ky"
    r"|ngay \d+ thang|tm |kt |thu ky|chi huy truong|don truong|pho don truong|ghi chu$|luu y)"
)
_NOT_SHOWN = str.maketrans(
    {"\u00a0": " ", "\u202f": " "}
    | dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xAD, 0xFEFF))
)
_ORDINAL = re.compile(r"[ivx]+|[a-h]|\d{1,2}")
_NUMBERED = 2
# What offices write into a cell that has nothing to say.
_NOTHING = frozenset(("-", "–", "—", "--", "…", "...", "n/a", "N/A", "#N/A"))
_SHOWN_NUMBERS = 8
_LONGEST_TOTAL = 40


@dataclass(slots=True)
class Skipped:
    """Rows that were left out on purpose, for the note that says so."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    footers: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def clear(self) -> None:
        for numbers in (self.totals, self.headings, self.footers, self.hidden):
            numbers.clear()

    def notes(self) -> list[str]:
        said = (
            ("Bỏ qua dòng tổng cộng", self.totals),
            ("Bỏ qua dòng tiêu đề nhóm", self.headings),
            ("Bỏ qua dòng chữ ký, chú thích cuối bảng", self.footers),
            ("Đã đọc cả dòng đang ẩn trong tệp", self.hidden),
        )
        return [f"{what}: {_listed(numbers)}." for what, numbers in said if numbers]


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"dòng {number}" for number in numbers[:_SHOWN_NUMBERS])
    more = len(numbers) - _SHOWN_NUMBERS
    return f"{shown} và {more} dòng khác" if more > 0 else shown


@dataclass(frozen=True)
class Table:
    """A sheet with its header found and its columns given meaning."""

    plan: Plan
    sheet: Sheet
    header: Header
    mapping: Mapping[str, int]
    skipped: Skipped = field(default_factory=Skipped)

    def records(self) -> Iterator[Judged]:
        """The records below the header, each with the heading of its group.

        Cells merged over several records refuse those; Refused is raised where the plan does not
        go by rows.
        """
        self.skipped.clear()
        spread, merged = self._spread_and_refused()
        group = ""
        for row in self._data_rows():
            values = {code: _clean(_at(row, column)) for code, column in self.mapping.items()}
            spread.fill(row.number, values)
            kind = self._kind(row, values)
            if kind == "heading":
                group = _heading_of(row)
            if kind != "record":
                getattr(self.skipped, f"{kind}s").append(row.number)
                continue
            self._refuse_merged(row.number, values, merged)
            if row.is_hidden:
                self.skipped.hidden.append(row.number)
            yield Judged(row.number, values, group)

    def _data_rows(self) -> Iterator[SourceRow]:
        is_first = True
        for row in self.sheet.rows():
            if row.number <= self.header.last_row:
                continue
            if is_first and is_numbering(row):
                is_first = False
                continue
            is_first = False
            yield row

    def _kind(self, row: SourceRow, values: Mapping[str, Cell]) -> str:
        if not self.sheet.is_office:
            return "record"
        filled = [cell for cell in row.cells if cell not in (None, "")]
        texts = [cell for cell in filled[:3] if isinstance(cell, str)]
        if not self._is_whole(values) and any(map(_is_total, texts)):
            return "total"
        is_alone = len(filled) == 1 and bool(texts)
        if (
            self.plan.target is Target.PERSONS
            and not is_alone
            and _is_named(values.get(self.plan.key))
        ):
            return "record"  # a name such as Đoàn Văn Hậu reads like a heading
        if is_alone and _FOOTER.match(plain(texts[0])):
            return "footer"
        if all(values.get(code) in (None, "") for code in self.plan.needed):
            return _kind_without_needed(filled, texts, is_alone=is_alone)
        may_be_heading = is_alone and len(self.mapping) > 1
        is_heading = may_be_heading and _is_heading(plain(texts[0]))
        return "heading" if is_heading or _is_numbered_heading(filled) else "record"

    def _is_whole(self, values: Mapping[str, Cell]) -> bool:
        """Whether several needed facts are all there: "Tổng số 5 người" may begin a report."""
        needed = self.plan.needed
        return len(needed) > 1 and all(values.get(code) not in (None, "") for code in needed)

    # --- merged cells -----------------------------------------------------------------------

    def _spread_and_refused(self) -> tuple["_Spread", list[MergedBlock]]:
        """A vessel written once beside its several alerts is said of each; the rest is refused."""
        said = {self.mapping[code]: code for code in self.plan.spread if code in self.mapping}
        blocks = self._blocks()
        down = [one for one in blocks if one.first_column in said and _is_one_column(one)]
        kept = [one for one in blocks if one not in down]
        return _Spread([(one, said[one.first_column]) for one in down]), kept

    def _blocks(self) -> list[MergedBlock]:
        used = set(self.mapping.values())
        return [
            block
            for block in self.sheet.merged()
            if block.last_row > self.header.last_row
            and any(block.first_column <= column <= block.last_column for column in used)
        ]

    def _refuse_merged(
        self, number: int, values: dict[str, Cell], merged: Sequence[MergedBlock]
    ) -> None:
        """The key of such a row says why it is refused, wherever the row is judged later."""
        for block in merged:
            if block.first_row <= number <= block.last_row:
                name = self.header.names[block.first_column] or column_name(block.first_column)
                said = (
                    f"Các ô {block.name} (cột “{name}”) bị gộp qua nhiều dòng dữ liệu, nên không "
                    "rõ giá trị thuộc dòng nào. Hãy bỏ gộp ô, điền đủ từng dòng rồi gửi lại."
                )
                if not self.plan.by_row:
                    raise Refused(said)
                values[self.plan.key] = Unreadable(said, _text(values.get(self.plan.key)))
                return


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""


def _is_one_column(block: MergedBlock) -> bool:
    return block.first_column == block.last_column


@dataclass(slots=True)
class _Spread:
    """The values of cells that are merged downwards, said of every row beside them."""

    blocks: Sequence[tuple[MergedBlock, str]]
    held: dict[str, Cell] = field(default_factory=dict)

    def fill(self, number: int, values: dict[str, Cell]) -> None:
        for block, code in self.blocks:
            if number == block.first_row:
                self.held[block.name] = values[code]
            elif block.first_row < number <= block.last_row:
                values[code] = self.held.get(block.name)


def _is_named(cell: Cell) -> bool:
    return isinstance(cell, Unreadable) or (
        isinstance(cell, str) and bool(cell.strip("0123456789 .-"))
    )


def _is_total(text: str) -> bool:
    may_be = len(text) < _LONGEST_TOTAL and text[:1].lower() in "tcl"
    return may_be and _TOTAL.fullmatch(plain(text)) is not None


_HEADING = re.compile(
    r"(?:[ivx]+|[a-h]|\d+) .*|.*\b(?:tuyen|tinh|huyen|xa|don|doan|bien gioi|khu vuc)\b.*"
)


def _is_heading(text: str) -> bool:
    """A lone text such as "II. Tuyến Việt Nam – Lào"; a lone number is a record without facts."""
    is_worded = any(len(word) > 1 and word.isalpha() for word in text.split())
    return (
        is_worded
        and _HEADING.fullmatch(text) is not None
        and not re.match(r"(?:cot )?moc|coc", text)
    )


def _kind_without_needed(filled: Sequence[Cell], texts: Sequence[str], *, is_alone: bool) -> str:
    if any(_FOOTER.match(plain(text)) for text in texts):
        return "footer"
    if any(isinstance(cell, Unreadable) for cell in filled):
        return "total"  # sums under a table that nobody called a total
    return "heading" if is_alone or _is_numbered_heading(filled) else "record"


def _is_numbered_heading(filled: Sequence[Cell]) -> bool:
    """A heading with its number in a cell of its own: "II" beside "Tuyến Việt Nam – Lào"."""
    if len(filled) != _NUMBERED or not isinstance(filled[1], str):
        return False
    is_numbered = _ORDINAL.fullmatch(plain(str(filled[0]))) is not None
    words = plain(filled[1])
    return is_numbered and _HEADING.fullmatch(f"i {words}") is not None and _is_heading(words)


def _heading_of(row: SourceRow) -> str:
    return str([cell for cell in row.cells if cell not in (None, "")][-1])


def _at(row: SourceRow, column: int) -> Cell:
    return row.cells[column] if column < len(row.cells) else None


def _clean(cell: Cell) -> Cell:
    """Text in one Unicode form, without the signs that nobody sees; a lone dash says nothing."""
    if not isinstance(cell, str):
        return cell
    text = cell if cell.isascii() else unicodedata.normalize("NFC", cell.translate(_NOT_SHOWN))
    text = _without_quote(text.replace("\0", "").strip())
    return None if text in _NOTHING else text or None


def _without_quote(text: str) -> str:
    """Spreadsheets put ' before what is to stay text; some programs write it into the file."""
    return text[1:] if text.startswith("'") and text.count("'") == 1 else text
