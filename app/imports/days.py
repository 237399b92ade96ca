"""Reads days and hours as offices write them: in words, as serials, with "3 giờ chiều"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.imports.fields import plain
from app.imports.judging import Judged, RowProblemError
from app.imports.readers.source import Cell

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{f"thg{number}": number for number in range(1, 13)},
}
_NAMED = "|".join((*_MONTHS, *(f"thg{number}(?![0-9])" for number in range(1, 13))))
_DAY = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
    r"|(?<!\d)(?P<day2>\d{1,2})\s*[-/.]\s*(?P<month2>\d{1,2})\s*[-/.]\s*(?P<year2>\d{4}|\d{2})(?!\d)"
    r"|(?<!\d)(?P<day3>\d{1,2})\s*(?:thang|/|-)\s*(?P<month3>\d{1,2})\s*(?:nam|/|-)\s*(?P<year3>\d{4})"
    rf"|(?<!\d)(?P<day4>\d{{1,2}})[\s-]*(?P<month4>{_NAMED})[a-z]*[\s,-]+(?P<year4>\d{{4}}|\d{{2}})(?!\d)"
    rf"|(?P<month5>{_NAMED})[a-z]*\.?\s+(?P<day5>\d{{1,2}}),?\s+(?P<year5>\d{{4}})(?!\d)"
)
# A second day without its year: "22 giờ ngày 04/3 đến 02 giờ ngày 05/3/2026".
_DAY_WITHOUT_YEAR = re.compile(
    r"(?<![\d/.-])(?:0?[1-9]|[12]\d|3[01])\s*/\s*(?:0?[1-9]|1[0-2])(?![\d/.-])"
)
_TIME = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2})\s*(?::|(?:h|gio|g)(?![a-z]))\s*(?P<minute>\d{1,2})?"
    r"(?::(?P<second>\d{2}))?\s*(?:['’]|phut)?\s*(?P<half>(?:am|pm|sa|ch|sang|trua|chieu|toi|dem)\b)?"
)
_HOUR_WITH_POINT = re.compile(r"(\d{1,2})\.(\d{2})")
_HOUR_ALONE = re.compile(r"(\d{1,2})(?:[.-](\d{2}))?")
_WITH_OFFSET = re.compile(
    r"\d{4}-?\d{2}-?\d{2}[Tt ]\d{2}:?\d{2}[\d:.,]*\s?(?:[+-]\d{2}(?::?\d{2})?|[Zz])"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_SERIALS = range(18_000, 80_000)  # 1949 to 2119
_EPOCH = date(1899, 12, 30)
_EARLIEST = date(1885, 6, 9)  # the treaty of Tianjin, before which nothing was demarcated
_NOON = 12
_FIRST_HOUR_OF_NIGHT = 6


def read_day(row: Judged, name: str) -> date | None:
    """The day in a cell, however it was written. Raises RowProblemError."""
    cell = row.cell(name)
    if cell is None:
        return None
    day = _day_in(row, cell)
    if day < _EARLIEST:
        raise RowProblemError(f"Ngày {_said(day)} quá xa: kiểm tra lại năm.", "date")
    return day


def _said(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"  # strftime drops zeros before 1000


def _day_in(row: Judged, cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(row, cell)
    text = str(cell)
    if text.isdecimal() and text.isascii():
        return _from_number(row, int(text))
    found = list(_DAY.finditer(simple_letters(text)))
    if not found:
        raise RowProblemError(f"Không đọc được ngày “{text[:40]}”. Viết như 05/03/2026.", "date")
    _refuse_several(text, found)
    return _day_of(row, found[0], text)


def _refuse_several(text: str, found: list[re.Match[str]]) -> None:
    rest = _DAY.sub(" ", simple_letters(text))
    is_same = all(one[0] == found[0][0] for one in found)
    if not is_same or _DAY_WITHOUT_YEAR.search(rest):
        raise RowProblemError(
            f"“{text[:60]}” ghi nhiều ngày: chỉ ghi một ngày, ngày bắt đầu nếu kéo dài.",
            "several_days",
        )


def _from_number(row: Judged, number: float) -> date:
    """A day as sheets count them, or written without signs between: 20260305."""
    compact = _COMPACT.fullmatch(f"{number:.0f}")
    if compact is not None:
        return _day_of(row, compact, compact[0])
    if int(number) not in _SERIALS:
        shown = f"{number:.10g}"
        raise RowProblemError(f"Số {shown} không phải ngày. Viết như 05/03/2026.", "date")
    day = _EPOCH + timedelta(days=int(number))
    row.warn(f"Số {int(number)} đã đọc là ngày {_said(day)}.", "date_serial")
    return day


def _day_of(row: Judged, found: re.Match[str], text: str) -> date:
    parts = {name.rstrip("2345"): value for name, value in found.groupdict().items() if value}
    year = int(parts["year"])
    if len(parts["year"]) == 2:  # noqa: PLR2004  a short year
        year += 2000
        row.warn(f"Năm viết hai chữ số trong “{text[:30]}”: đã đọc là {year}.", "short_year")
    month = _MONTH_NUMBERS.get(parts["month"]) or int(parts["month"])
    try:
        return date(year, month, int(parts["day"]))
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
    given = _time_alone(row, row.cell(time_name))
    if isinstance(cell, str) and _WITH_OFFSET.fullmatch(cell):
        return Moment(_with_offset(cell), has_time=True)
    day = read_day(row, name)
    if day is None:
        return None
    clock = given or _time_beside(row, cell)
    moment = datetime.combine(day, clock or time(), zone)
    return Moment(moment.isoformat(timespec="minutes"), has_time=clock is not None)


def _with_offset(text: str) -> str:
    try:
        plain_text = text.upper().replace(" Z", "Z").replace(" +", "+")
        return datetime.fromisoformat(plain_text).isoformat(timespec="minutes")
    except ValueError as error:
        raise RowProblemError(f"Không đọc được thời điểm “{text[:40]}”.", "date") from error


def _time_beside(row: Judged, cell: Cell) -> time | None:
    """The hour in the cell of the day: in its words, or the part of the day of a serial."""
    if isinstance(cell, float) and int(cell) in _SERIALS and not cell.is_integer():
        return _part_of_day(cell % 1)
    return _time_of(row, cell) if isinstance(cell, str | datetime) else None


def _time_of(row: Judged, cell: Cell) -> time | None:
    if isinstance(cell, datetime):
        return cell.time() if cell.time() != time() else None
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        return _part_of_day(cell)
    return _time_in(row, cell) if isinstance(cell, str) else None


def _time_alone(row: Judged, cell: Cell) -> time | None:
    """The hour in a column of its own, where 8 and 8.30 can mean nothing else."""
    if cell is None:
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 1:
        cell = f"{cell:g}"
    hour = _HOUR_ALONE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    clock = _time_of(row, f"{hour[1]}h{hour[2] or ''}" if hour else cell)
    if clock is None and cell != 0:
        raise RowProblemError(f"Không đọc được giờ “{str(cell)[:40]}”. Viết như 08:30.", "date")
    return clock or time()


def _part_of_day(part: float) -> time:
    return (datetime.combine(_EPOCH, time()) + timedelta(minutes=round(part * 1440))).time()


def _time_in(row: Judged, text: str) -> time | None:
    rest = _DAY.sub(" ", simple_letters(text))
    alone = _HOUR_WITH_POINT.fullmatch(rest.strip())
    found = list(_TIME.finditer(f"{alone[1]}h{alone[2]}" if alone else rest))
    if not found:
        return None
    try:
        clock = _clock(found[0])
    except ValueError as error:
        raise RowProblemError(f"Không đọc được giờ trong “{text[:40]}”.", "date") from error
    if any(one[0].strip() != found[0][0].strip() for one in found[1:]):
        row.warn(f"“{text[:60]}” ghi nhiều giờ: đã lấy {clock:%H:%M}.", "several_times")
    return clock


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    return time(_of_24(hour, found["half"]), int(found["minute"] or 0), int(found["second"] or 0))


def _of_24(hour: int, half: str | None) -> int:
    """The hour of the day: 3 giờ chiều is 15, 11 giờ đêm is 23, 12 AM is 0."""
    is_late = half in ("pm", "ch", "chieu", "toi")
    is_late |= half == "trua" and hour < _FIRST_HOUR_OF_NIGHT
    is_late |= half == "dem" and hour >= _FIRST_HOUR_OF_NIGHT
    if hour == _NOON and half in ("am", "sa", "dem"):
        return 0
    return hour + _NOON if is_late and hour < _NOON else hour


def simple_letters(text: str) -> str:
    """Letters without diacritics, signs kept: 8h30, ngay 5 thang 3 nam 2026."""
    return text.lower() if text.isascii() else _BARE.sub(_bare, text.lower())


_BARE = re.compile(r"[^\x00-\x7f]+")


def _bare(found: re.Match[str]) -> str:
    return plain(found[0]).replace(" ", "")
