"""Puts a map shaded by figures into words: names, legend, sources, and a table that is its twin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.maps.classing import Method
from app.maps.themes import CASE_THEMES, Shaded, Theme, ThemeMap, Units, themes_of
from app.permissions import Actor
from app.registers.days import Day, read_day

Json = dict[str, Any]  # Any: JSON
_SMALL: Final = 10.0
_ALMOST_ALL, _ALL = 99.9, 100.0
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks to see shaded, and of which day."""

    theme: Theme
    units: Units
    method: Method
    day: Day

    @property
    def past_day(self) -> date | None:
        return self.day.on if self.day.is_past else None


def read_theme(actor: Actor, arguments: MultiDict[str, str], today: date) -> Asked | None:
    """The theme of the address, the first one where it names none; None where none may be read."""
    offered = themes_of(actor)
    if not offered:
        return None
    said = arguments.get("chuyen-de", "")
    return Asked(
        Theme(said) if said in offered else offered[0],
        _choice(Units, arguments.get("theo", "")),
        _choice(Method, arguments.get("cach", "")),
        read_day(arguments, today),
    )


def _choice(kind: type[_Choice], said: str) -> _Choice:
    return kind(said) if said in list(kind) else next(iter(kind))


def theme_names() -> dict[Theme, str]:
    return {
        Theme.OPEN_CASES: _("Mật độ hồ sơ đang mở"),
        Theme.OVERDUE_CASES: _("Mật độ hồ sơ quá hạn"),
        Theme.HANDED_OVER: _("Tỷ lệ mốc đã bàn giao"),
        Theme.KM_AGREED: _("Tỷ lệ km đã thỏa thuận"),
    }


def unit_names() -> dict[Units, str]:
    return {Units.PROVINCES: _("Tỉnh, thành phố"), Units.SEGMENTS: _("Đoạn biên giới")}


def method_names() -> dict[Method, str]:
    return {Method.JENKS: _("Ngắt tự nhiên (Jenks)"), Method.QUANTILES: _("Số đơn vị bằng nhau")}


def theme_choices(actor: Actor) -> list[tuple[str, str]]:
    names = theme_names()
    return [(theme.value, names[theme]) for theme in themes_of(actor)]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `shade` is the number of its class from 1, none without a figure."""

    code: str
    name: str
    value: str
    part: str
    whole: str
    shade: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """A shaded map as its legend and table say it."""

    name: str
    unit: str
    part: str
    whole: str
    classes: Sequence[str]
    notes: Sequence[str]
    lines: Sequence[Line]


def words_of(shown: ThemeMap, actor: Actor) -> Words:
    # What holds things up comes first: most cases, or the least done.
    sign = -1 if shown.theme in CASE_THEMES else 1
    ordered = sorted(
        shown.rows, key=lambda row: (row.value is None, sign * (row.value or 0.0), row.area.name)
    )
    part, whole = _counted(shown)
    return Words(
        theme_names()[shown.theme],
        _unit(shown),
        part,
        whole,
        _classes(shown),
        list(_notes(shown, actor)),
        [_line(row) for row in ordered],
    )


def _line(row: Shaded) -> Line:
    return Line(
        row.area.code,
        row.area.name,
        _("không có số liệu") if row.value is None else _figure(row.value),
        _count(row.part),
        _count(row.whole),
        None if row.shade is None else row.shade + 1,
    )


def _figure(value: float) -> str:
    if _ALMOST_ALL < value < _ALL:
        value = _ALMOST_ALL  # 100 is said only where nothing is missing
    digits = "#,##0.##" if abs(value) < _SMALL else "#,##0.#"
    return str(format_decimal(value, format=digits))


def _count(value: float) -> str:
    return str(format_decimal(value, format="#,##0.#"))


def _unit(shown: ThemeMap) -> str:
    said: str
    if shown.theme not in CASE_THEMES:
        said = "%"
    elif shown.file.units is Units.PROVINCES:
        said = _("hồ sơ trên 100 km²")
    else:
        said = _("hồ sơ trên 100 km đường biên giới")
    return said


def _counted(shown: ThemeMap) -> tuple[str, str]:
    """What is above and below the line of the fraction."""
    area = "km²" if shown.file.units is Units.PROVINCES else "km"
    named: Mapping[Theme, tuple[str, str]] = {
        Theme.OPEN_CASES: (_("Hồ sơ đang mở"), area),
        Theme.OVERDUE_CASES: (_("Hồ sơ quá hạn"), area),
        Theme.HANDED_OVER: (_("Mốc đã bàn giao"), _("Mốc và cọc dấu")),
        Theme.KM_AGREED: (_("Km đã thỏa thuận"), _("Km đường minh họa")),
    }
    return named[shown.theme]


def _classes(shown: ThemeMap) -> list[str]:
    """The figures of each class, from its first to its last one that occurs."""
    values = sorted(row.value for row in shown.rows if row.value is not None)
    if not values:
        return []
    edges = [float("-inf"), *shown.ends]
    said = []
    for low, high in pairwise(edges):
        inside = [value for value in values if low < value <= high]
        first, last = _figure(inside[0]), _figure(inside[-1])
        said.append(first if first == last else f"{first} – {last}")
    return said


def _notes(shown: ThemeMap, actor: Actor) -> Sequence[str]:
    file, notes = shown.file, []
    zone = ZoneInfo(actor.time_zone)
    facts = {
        "day": format_date(file.on, "dd/MM/yyyy"),
        "built": f"{file.built_at.astimezone(zone):%H:%M %d/%m/%Y}",
    }
    notes.append(_("Số liệu ngày %(day)s, dựng lúc %(built)s.", **facts))
    if shown.theme in CASE_THEMES:
        notes.append(_("Nguồn: hồ sơ đang mở trong hệ thống có vị trí."))
        if not shown.sees_all:
            notes.append(_("Chỉ trong địa bàn của bạn, không tính hồ sơ hạn chế."))
        if file.left_out:
            notes.append(
                _("%(n)s hồ sơ không có tọa độ nên không chia được cho tỉnh cũ.", n=file.left_out)
            )
    else:
        notes.append(_("Nguồn: sổ đăng ký mốc của hệ thống."))
    if file.units is Units.PROVINCES and shown.theme in CASE_THEMES:
        notes.append(_("Diện tích tính từ bản đồ nền (%(source)s).", source=file.source))
    if file.units is Units.SEGMENTS or shown.theme is Theme.KM_AGREED:
        notes.append(_("Chiều dài tính theo đường minh họa (%(source)s).", source=file.source))
    return notes


def theme_json(shown: ThemeMap, words: Words) -> Json:
    """The shaded map for the page's script."""
    lines = {line.code: line for line in words.lines}
    return {
        "name": words.name,
        "unit": words.unit,
        "part": words.part,
        "whole": words.whole,
        "classes": words.classes,
        "notes": words.notes,
        "lines": [
            {
                "name": line.name,
                "value": line.value,
                "part": line.part,
                "whole": line.whole,
                "shade": line.shade,
            }
            for line in words.lines
        ],
        "features": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "name": row.area.name,
                        "value": lines[row.area.code].value,
                        "part": lines[row.area.code].part,
                        "whole": lines[row.area.code].whole,
                        "shade": lines[row.area.code].shade,
                    },
                    "geometry": row.area.geometry,
                }
                for row in shown.rows
            ],
        },
    }


def theme_settings(url: str) -> Json:
    """The words and addresses that the script of the map needs for its shaded layers."""
    return {
        "theme": {
            "url": url,
            "building": _("Đang dựng lớp của ngày này…"),
            "failed": _("Không tải được lớp chuyên đề. Hãy thử lại."),
            "none": _("Không có đơn vị nào trong phạm vi của bạn."),
            "noFigure": _("Không có số liệu"),
            "place": _("Đơn vị"),
        }
    }
