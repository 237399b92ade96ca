"""Reads cells as offices fill them: days in words, decimal commas, codes that lost their zero."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from app.cases.values import ValueProblemError, read_number
from app.geo.reading import read_decimal
from app.imports.fields import plain
from app.imports.judging import Judged, RowProblemError
from app.imports.readers.source import Cell

_DAY = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<day2>\d{1,2})\s*[-/.]\s*(?P<month2>\d{1,2})\s*[-/.]\s*(?P<year2>\d{4}|\d{2})(?!\d)"
)
_DAY_IN_WORDS = re.compile(
    r"ngay\s+(?P<day>\d{1,2})\s*(?:thang|/|-)\s*(?P<month>\d{1,2})\s*(?:nam|/|-)\s*(?P<year>\d{4})"
)
_TIME = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2})\s*(?::|h|gio|g)\s*(?P<minute>\d{1,2})?(?::(?P<second>\d{2}))?"
)
_OFFSET = re.compile(r"(?:[+-]\d{2}:?\d{2}|Z)$")
_SERIALS = range(18_000, 80_000)  # 1949 to 2119
_EPOCH = date(1899, 12, 30)
_FIRST_NUMBER = re.compile(r"[-+]?\d[\d.,]*")
_COUNT = re.compile(
    r"(?:khoang\s+)?(?P<number>\d[\d.]*)\s*(?:nguoi|doi tuong|nguoi lien quan|nam|nu)?"
)
_METRES = re.compile(r"(?:khoang|chung|hon|gan|~)?\s*(?P<number>\d[\d.,]*)\s*(?P<unit>km|m|met)?")
_KILOMETRE = 1000.0


def read_day(row: Judged, name: str) -> date | None:
    """The day in a cell, however it was written. Raises RowProblemError."""
    cell = row.cell(name)
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _day_in(row, cell)


def _day_in(row: Judged, cell: Cell) -> date:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(row, cell)
    text = str(cell)
    if text.isdigit() and int(text) in _SERIALS:
        return _from_serial(row, int(text))
    found = _DAY_IN_WORDS.search(_simple(text)) or _DAY.search(text)
    if found is None:
        raise RowProblemError(f"Không đọc được ngày “{text[:40]}”. Viết như 05/03/2026.", "date")
    return _day_of(row, found, text)


def _from_serial(row: Judged, number: float) -> date:
    if int(number) not in _SERIALS:
        raise RowProblemError(f"Số {number:g} không phải ngày. Viết như 05/03/2026.", "date")
    day = _EPOCH + timedelta(days=int(number))
    row.warn(f"Số {number:g} đã đọc là ngày {day:%d/%m/%Y}.", "date_serial")
    return day


def _day_of(row: Judged, found: re.Match[str], text: str) -> date:
    parts = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
    year = int(parts["year"])
    if len(parts["year"]) == 2:  # noqa: PLR2004  a short year
        year += 2000
        row.warn(f"Năm viết hai chữ số trong “{text[:30]}”: đã đọc là {year}.", "short_year")
    try:
        return date(year, int(parts["month"]), int(parts["day"]))
    except ValueError as error:
        raise RowProblemError(
            f"Ngày “{text[:30]}” không có trong lịch. Viết ngày trước, tháng sau: 25/03/2026.",
            "date",
        ) from error


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as a case keeps it, and whether the hour was given."""

    iso: str
    has_time: bool


def read_moment(row: Judged, name: str, *, time_name: str, zone: ZoneInfo) -> Moment | None:
    """A day with its hour, from one cell or two. Raises RowProblemError."""
    cell = row.cell(name)
    if cell is None:
        return None
    given = _time_of(row.cell(time_name))
    if isinstance(cell, str) and "T" in cell and _OFFSET.search(cell):
        return Moment(_with_offset(cell), has_time=True)
    day = read_day(row, name)
    if day is None:
        return None
    clock = given or (_time_of(cell) if isinstance(cell, str | datetime) else None)
    moment = datetime.combine(day, clock or time(), zone)
    return Moment(moment.isoformat(timespec="minutes"), has_time=clock is not None)


def _with_offset(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError as error:
        raise RowProblemError(f"Không đọc được thời điểm “{text[:40]}”.", "date") from error


def _time_of(cell: Cell) -> time | None:
    if isinstance(cell, datetime):
        return cell.time() if cell.time() != time() else None
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        return (datetime.combine(_EPOCH, time()) + timedelta(days=cell)).time()
    if not isinstance(cell, str):
        return None
    found = _TIME.search(_simple(_DAY.sub(" ", cell)))
    if found is None:
        return None
    try:
        return time(int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError as error:
        raise RowProblemError(f"Không đọc được giờ trong “{cell[:40]}”.", "date") from error


def _simple(text: str) -> str:
    """Letters without diacritics, signs kept: 8h30, ngay 5 thang 3 nam 2026."""
    return text.lower() if text.isascii() else _BARE.sub(_bare, text.lower())


_BARE = re.compile(r"[^\x00-\x7f]+")


def _bare(found: re.Match[str]) -> str:
    return plain(found[0]).replace(" ", "")


# --- numbers --------------------------------------------------------------------------------


def read_measure(row: Judged, name: str, *, most: float, least: float = 0.0) -> float | None:
    """A measured figure in metres; a point or comma alone is a decimal sign."""
    cell = row.cell(name)
    if cell is None or isinstance(cell, bool):
        return None
    value = float(cell) if isinstance(cell, int | float) else _first_figure(row, str(cell))
    if not least <= value <= most:
        raise RowProblemError(f"Giá trị {_written(value)} nằm ngoài khoảng cho phép.", "range")
    return value


def _first_figure(row: Judged, text: str) -> float:
    found = _FIRST_NUMBER.search(text)
    if found is None:
        raise RowProblemError(f"“{text[:40]}” không phải một số.", "number")
    figure = found[0].rstrip(".,")
    try:
        value, _ = read_decimal(figure)
    except ValueError as error:
        raise RowProblemError(f"“{text[:40]}” không phải một số.", "number") from error
    rest = plain(text.replace(found[0], " ", 1))
    if rest not in ("", "m", "met"):
        row.warn(f"Từ “{text[:60]}” chỉ lấy số {figure}.", "figure_in_text")
    return value


def read_count(row: Judged, name: str) -> int | None:
    """How many; "3 người" is three. Raises RowProblemError for a fraction or a word."""
    cell = row.cell(name)
    if cell is None:
        return None
    found = _COUNT.fullmatch(_simple(cell).strip() if isinstance(cell, str) else f"{cell}")
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
    found = _METRES.fullmatch(_simple(str(cell)).strip())
    if found is None:
        raise RowProblemError(f"Không đọc được khoảng cách “{str(cell)[:40]}”.", "number")
    try:
        value = read_number(found["number"])
    except ValueProblemError as error:
        raise RowProblemError(str(error), "number") from error
    metres = value * _KILOMETRE if found["unit"] == "km" else value
    return int(metres) if float(metres).is_integer() else metres


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

    @cached_property
    def by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, name in self.names.items():
            found.setdefault(_place_name(name), []).append(code)
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
    found = places.by_name.get(_place_name(text), [])
    if len(found) == 1:
        return found[0]
    said = "trùng tên nhiều nơi, cần ghi mã" if found else "không có trong danh mục"
    row.warn(f"“{text[:40]}”: {places.what} {said}; nơi thuộc về lấy theo tọa độ.", "unknown_place")
    return None


_PLACE_KINDS = re.compile(r"^(?:tinh|thanh pho|tp|xa|phuong|thi tran|dac khu|p|x) (?=\S)")


def _place_name(text: str) -> str:
    return _PLACE_KINDS.sub("", plain(text))
