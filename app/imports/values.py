"""Reads cells as offices fill them: days in words, decimal commas, codes that lost their zero."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.cases.values import ValueProblemError, read_number
from app.geo.reading import read_decimal
from app.imports.days import simple_letters
from app.imports.fields import column_title, plain
from app.imports.judging import Judged, RowProblemError
from app.imports.province_words import other_names

_FIRST_NUMBER = re.compile(r"[-+]?\d[\d.,]*")
_MAY_BE_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_COUNT = re.compile(
    r"(?:khoang\s+)?(?P<number>\d[\d.]*)\s*(?:nguoi|doi tuong|nguoi lien quan|nam|nu)?"
)
_METRES = re.compile(r"(?:khoang|chung|hon|gan|~)?\s*(?P<number>\d[\d.,]*)\s*(?P<unit>km|m|met)?")
_KILOMETRE = 1000.0


def read_measure(row: Judged, name: str, *, most: float, least: float = 0.0) -> float | None:
    """A measured figure in metres; a point or comma alone is a decimal sign."""
    cell = row.cell(name)
    if cell is None or isinstance(cell, bool):
        return None
    value = float(cell) if isinstance(cell, int | float) else _first_figure(row, name, str(cell))
    if not least <= value <= most:
        raise RowProblemError(
            f"Cột “{column_title(name)}”: giá trị {_written(value)} nằm ngoài khoảng từ "
            f"{_written(least)} đến {_written(most)}.",
            "range",
        )
    return value


def _first_figure(row: Judged, name: str, text: str) -> float:
    found = _FIRST_NUMBER.search(text)
    figure = found[0].rstrip(".,") if found else ""
    try:
        value, _ = read_decimal(figure)
    except ValueError as error:
        said = f"Cột “{column_title(name)}”: “{text[:40]}” không phải một số."
        raise RowProblemError(said, "number") from error
    if _MAY_BE_THOUSANDS.fullmatch(figure):
        row.warn(
            f"Cột “{column_title(name)}”: “{figure}” đã đọc là số thập phân {_written(value)}; "
            f"nếu là hàng nghìn, hãy ghi {figure.replace('.', '')}.",
            "thousands_or_decimal",
        )
    rest = plain(text.replace(figure, " ", 1))
    if rest not in ("", "m", "met"):
        row.warn(f"Từ “{text[:60]}” chỉ lấy số {figure}.", "figure_in_text")
    return value


def read_count(row: Judged, name: str) -> int | None:
    """How many; "3 người" is three. Raises RowProblemError for a fraction or a word."""
    cell = row.cell(name)
    if cell is None:
        return None
    found = _COUNT.fullmatch(simple_letters(cell).strip() if isinstance(cell, str) else f"{cell}")
    try:
        value = read_number(found["number"]) if found else None
    except ValueProblemError:
        value = None
    if not isinstance(value, int) or isinstance(cell, bool):
        raise RowProblemError(f"“{str(cell)[:40]}” không phải số người.", "number")
    return value


def read_metres(row: Judged, name: str) -> int | float | None:
    """A distance: 300, "300 m", "khoảng 0,3 km"."""
    cell = row.cell(name)
    if cell is None:
        return None
    found = _METRES.fullmatch(simple_letters(str(cell)).strip())
    if found is None:
        raise RowProblemError(f"Không đọc được khoảng cách “{str(cell)[:40]}”.", "number")
    try:
        value = read_number(found["number"])
    except ValueProblemError as error:
        raise RowProblemError(f"Cột “{column_title(name)}”: {error}", "number") from error
    metres = value * _KILOMETRE if found["unit"] == "km" else value
    return int(metres) if float(metres).is_integer() else metres


def read_text(row: Judged, name: str, *, most: int) -> str:
    """A text as long as its column takes; what had to be cut off is said."""
    text = row.text(name)
    if len(text) > most:
        shown = f"{most:,}".replace(",", ".")
        row.warn(f"Cột “{column_title(name)}” dài quá: chỉ giữ {shown} ký tự đầu.", "text_cut")
    return text[:most]


def read_year(row: Judged, name: str) -> int | None:
    value = read_measure(row, name, least=1885, most=2100)
    return None if value is None else int(value)


def _written(value: float) -> str:
    return f"{value:g}".replace(".", ",")


# --- codes and words ------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """The codes of one kind of unit, by themselves and by their names."""

    what: str
    width: int
    names: Mapping[str, str]
    heirs: Mapping[str, str] = field(default_factory=dict)
    former: Sequence[tuple[str, str]] = ()  # a name that a code had before, and the code

    def today(self, code: str) -> str:
        """The unit that a code belongs to now: 02 (Hà Giang) is 08 (Tuyên Quang) since 2025."""
        while (heir := self.heirs.get(code)) is not None:
            code = heir
        return code

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, code in (*((name, code) for code, name in self.names.items()), *self.former):
            found.setdefault(_place_name(name), []).append(code)
        return found

    @cached_property
    def by_squeezed(self) -> Mapping[str, list[str]]:
        """By what people also call them: BR-VT, TP.HCM, without any blank."""
        found: dict[str, list[str]] = {}
        for name, code in (*((name, code) for code, name in self.names.items()), *self.former):
            for word in (_squeezed(name), *other_names(name)):
                found.setdefault(word, []).append(code)
        return found


def read_place(row: Judged, name: str, places: Places) -> str | None:
    """A code by itself, by its name, or without the zero that a spreadsheet took away."""
    text = row.text(name)
    if not text or text in places.names:
        return text or None
    code = text.zfill(places.width)
    if text.isdigit() and len(text) < places.width and code in places.names:
        row.warn(
            f"Mã {places.what} {text} đã đọc là {code} ({places.names[code]}).", "leading_zero"
        )
        return code
    found = places.by_name.get(_place_name(text)) or places.by_squeezed.get(_squeezed(text), [])
    if len(found) == 1:
        return found[0]
    if len({places.today(one) for one in found}) == 1:
        return places.today(found[0])  # An Giang before and after the reform is one province now
    said = "trùng tên nhiều nơi, cần ghi mã" if found else "không có trong danh mục"
    row.warn(f"“{text[:40]}”: {places.what} {said}, nên chưa dùng được.", "unknown_place")
    return None


_PLACE_KINDS = re.compile(r"^(?:tinh|thanh pho|tp|xa|phuong|thi tran|dac khu|p|x) (?=\S)")


def _squeezed(text: str) -> str:
    return re.sub(r"^(?:t|province|city) (?=\S)|\s+cu$", "", _place_name(text)).replace(" ", "")


def _place_name(text: str) -> str:
    return _PLACE_KINDS.sub("", plain(text))
