"""Reads what a list says of a vessel at sea: its number, its point, its moments, how long."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.database import fold_text
from app.imports.days import read_moment, simple_letters
from app.imports.entries import short_text
from app.imports.fields import column_title
from app.imports.judging import Judged, RowProblemError
from app.imports.positions import read_position
from app.registers.vessel_numbers import VesselNumber, fold_number, read_vessel_number

# Where our vessels may be found, EPSG:4326 degrees: far beyond our own seas to the south and east.
_SOUTH, _NORTH, _WEST, _EAST = -6.0, 25.0, 95.0, 125.0
EARLIEST_AHEAD: Final = timedelta(hours=1)
_OLDEST: Final = timedelta(days=10 * 366)
_FEWEST_DIGITS: Final = 3
_MOST_WORDS: Final = 4
_LOOSE: Final = re.compile(
    r"(?P<prefix>[A-Za-zĐđ](?:\.?[A-Za-zĐđ]){0,2})[\s\-–._:]*(?P<digits>\d{5})"
    r"[\s\-–._]*(?:T\.?S\.?)?(?:/\d)?",
    re.IGNORECASE,
)
_EACH: Final = re.compile(r"(?<!\w)[A-Za-zĐđ]{1,3}[\s\-–._:]*\d{5}(?!\d)")
# A number that is painted over or cannot be read to its end is evidence as it stands.
_MASKED: Final = re.compile(
    r"(?P<prefix>[A-Za-zĐđ]{1,3})[\s\-–._:]*[\dxX*?#…]{2,6}[\s\-–._]*(?:TS)?", re.IGNORECASE
)
_AROUND: Final = re.compile(
    r"^(?:tàu(?: cá)?|số(?: hiệu| đăng ký)?)[\s:.]+|\s*\([^()]*\)$", re.IGNORECASE
)
_SIGNS: Final = re.compile(r"[\w\s\-–./:()]+")
_DURATION: Final = re.compile(
    r"(?:(?P<days>\d{1,3})\s*(?:ngay|d)\b)?\s*(?:(?P<hours>\d{1,4}(?:[.,]\d+)?)\s*"
    r"(?:gio|h|tieng|:|$))?\s*(?:(?P<minutes>\d{1,2})\s*(?:phut|p|m|'|$)?)?(?::\d{2})?"
)
_LONGEST_HOURS: Final = 24 * 400


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of provinces by themselves without case and diacritics."""

    by_fold: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, prefixes: Mapping[str, str]) -> "Letters":
        found: dict[str, tuple[str, ...]] = {}
        for prefix in prefixes:
            fold = fold_text(prefix)
            found[fold] = (*found.get(fold, ()), prefix)
        return cls(found)

    def meant_by(self, text: str) -> tuple[str, ...]:
        """The letters that may be meant: one where they are known, or written without signs."""
        known = self.by_fold.get(fold_text(text), ())
        return (text,) if text in known else known


@dataclass(frozen=True, slots=True)
class Understood:
    """The number that was understood, what to warn of, and why it is none; empty says nothing."""

    number: VesselNumber
    warning: str = ""
    problem: str = ""
    is_several: bool = False


def read_number(row: Judged, letters: Letters) -> VesselNumber:
    """The number of a vessel; what is nearly one is understood, and said; other words are refused.

    A number that cannot be read stays as it was written: the vessel may carry a false one.
    """
    said = short_text(row, "vessel_number", most=64)
    if not fold_number(unicodedata.normalize("NFKC", said)):
        raise RowProblemError("Thiếu số đăng ký tàu.", "missing")
    found = understood_number(said, letters)
    if found.problem:
        raise RowProblemError(found.problem, "number")
    if found.warning:
        row.warn(found.warning, "number_read")
    return found.number


def understood_number(said: str, letters: Letters) -> Understood:
    """What a cell says of the number of one vessel."""
    number = read_vessel_number(said)
    if number.canonical is not None and letters.meant_by(number.prefix or "") in {
        (),
        (number.prefix,),
    }:
        return Understood(number)
    bare = _AROUND.sub("", unicodedata.normalize("NFKC", said).strip()).strip()
    if len({fold_number(one) for one in _EACH.findall(bare)}) > 1:
        problem = f"“{said[:40]}” ghi nhiều số tàu: tách mỗi tàu một dòng."
        return Understood(number, problem=problem, is_several=True)
    loose = _LOOSE.fullmatch(bare)
    known = letters.meant_by(loose["prefix"].replace(".", "")) if loose else ()
    if loose is not None and len(known) == 1:
        understood = read_vessel_number(f"{known[0]}-{loose['digits']}-TS")
        if understood.canonical is not None:
            text = f"Số “{said[:30]}” đã hiểu là {understood.canonical}."
            read = VesselNumber(number.raw, understood.canonical, understood.prefix)
            return Understood(read, warning=text)
    return _kept_as_written(number, said, bare, letters)


def _kept_as_written(number: VesselNumber, said: str, bare: str, letters: Letters) -> Understood:
    """What to warn of where a person must look, or why it can be no number at all."""
    masked = _MASKED.fullmatch(bare)
    if masked is not None and letters.meant_by(masked["prefix"]):
        text = f"Số “{said[:30]}” bị che hoặc thiếu chữ số: giữ nguyên văn, chờ kiểm tra."
        return Understood(number, warning=text)
    if _SIGNS.fullmatch(bare) and sum(sign.isdigit() for sign in bare) >= _FEWEST_DIGITS:
        text = f"Số “{said[:30]}” chưa đúng mẫu: giữ nguyên văn, chờ kiểm tra."
        return Understood(number, warning=text)
    return Understood(number, problem=f"“{said[:40]}” không phải số đăng ký tàu.")


def is_a_name_shown(said: str) -> bool:
    """Whether a vessel may show this instead of a number: "BOY 06", "BL 9243", not a heading."""
    words = said.split()
    return (
        len(words) <= _MOST_WORDS
        and _SIGNS.fullmatch(said) is not None
        and any(sign.isdigit() for sign in said)
        and any(sign.isalpha() for sign in said)
    )


@lru_cache(maxsize=8192)
def _plain_degree(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def read_point(row: Judged, *, on: date, declared: str | None) -> tuple[float, float] | None:
    """Latitude and longitude in EPSG:4326; None where the row gives none.

    Decimal degrees are read at once; everything else by the grammar of all imports, which also
    finds columns that stand the wrong way round.
    """
    lat, lon = _cell(row, "lat"), _cell(row, "lon")
    is_plain = lat is not None and lon is not None and declared is None
    if is_plain and _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST:  # type: ignore[operator]
        return lat, lon  # type: ignore[return-value]  # both are numbers here
    found = read_position(row, declared=declared, province_code=None, on=on)
    return None if found is None else (found.lat, found.lon)


def _cell(row: Judged, name: str) -> float | None:
    value = row.values.get(name)
    if isinstance(value, str):
        return _plain_degree(value)
    return float(value) if isinstance(value, int | float) else None


def read_instant(
    row: Judged, name: str, *, time_name: str, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """A moment with its hour; one without an hour, ahead of us or long ago is refused."""
    found = read_moment(row, name, time_name=time_name, zone=zone)
    if found is None:
        return None
    moment, title = datetime.fromisoformat(found.iso), column_title(name)
    if not found.has_time:
        raise RowProblemError(f"Cột “{title}” thiếu giờ: ghi cả ngày và giờ, phút.", "hour")
    if moment > now + EARLIEST_AHEAD:
        raise RowProblemError(f"Cột “{title}”: {moment:%d/%m/%Y %H:%M} chưa đến.", "future")
    if moment < now - _OLDEST:
        raise RowProblemError(f"Cột “{title}”: năm {moment:%Y} quá xa, kiểm tra lại.", "past")
    return moment


def read_duration(row: Judged, name: str) -> timedelta | None:
    """How long: 13,63 (hours), "13 giờ 38 phút", "2 ngày 3 giờ", 13:38."""
    cell = row.cell(name)
    if cell is None:
        return None
    hours = _hours(cell)
    if hours is None or not 0 < hours <= _LONGEST_HOURS:
        raise RowProblemError(
            f"Không đọc được thời lượng “{str(cell)[:40]}”. Viết số giờ, ví dụ 13,5.", "duration"
        )
    return timedelta(hours=hours)


def _hours(cell: object) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    if hasattr(cell, "hour") and hasattr(cell, "minute"):
        return float(cell.hour) + float(cell.minute) / 60
    found = _DURATION.fullmatch(simple_letters(str(cell)).strip())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (found[name] or "0" for name in ("days", "hours", "minutes"))
    return int(days) * 24 + float(hours.replace(",", ".")) + int(minutes) / 60
