"""The values of a case: how each type is read from what was typed, kept as JSON, and shown.

Kept forms: text, number, code and date as themselves; a moment as ISO 8601 with its offset; money
as {amount, currency}; a unit, marker, vessel or person as {id, label}; a coordinate as {lat, lon,
original, crs, …} (EPSG:4326, degrees), or {original, candidates} while its system is not known;
files as [{id, label}]; a group as [{column: value}].
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask_babel import gettext as _

from app.database import fold_text, normalise_text
from app.permissions import Actor, Permission
from app.registers.country_names import country_name
from app.workflow.definition import FieldDefinition, FieldType

LINKED = frozenset({FieldType.MARKER, FieldType.VESSEL, FieldType.PERSON, FieldType.UNIT})
MASK = "•••"
_MONEY = re.compile(r"(?P<before>[A-Za-z₫đ$€]{0,4})\s*(?P<amount>[0-9][0-9.,\s]*)\s*(?P<after>.*)")
_SCALES = {"nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9}
_SYMBOLS = {"₫": "VND", "d": "VND", "dong": "VND", "vnd": "VND", "$": "USD", "€": "EUR", "": "VND"}
_FIGURE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+")
_LARGEST = 10**15  # what JSON and every browser still hold exactly
_FOREIGN_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_YEARS = range(1885, 2101)
_THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3})+")


class ValueProblemError(ValueError):
    """What was typed is not a value of the field; the message is a Vietnamese sentence."""


def read_number(typed: str) -> int | float:
    """A number as it is written here: 1.045,5; also 1045.5 where it cannot be thousands."""
    plain = typed.strip().replace("\u00a0", " ")
    if _THOUSANDS.fullmatch(plain.split(",")[0]):
        plain = plain.replace(".", "").replace(" ", "")
    plain = plain.replace(",", ".")
    if not _FIGURE.fullmatch(plain):
        raise ValueProblemError("Hãy nhập một số, ví dụ 1.045,5.")
    number = Decimal(plain)
    if abs(number) > _LARGEST:
        raise ValueProblemError("Số quá lớn.")
    return int(number) if number == number.to_integral_value() else float(number)


def read_money(typed: str) -> dict[str, str]:
    """An amount with its currency: "927.500.000", "927,5 triệu", "USD 1.200,50", "10.000 USD"."""
    match = _MONEY.fullmatch(normalise_text(typed))
    if match is None:
        raise ValueProblemError("Hãy nhập số tiền, ví dụ 927.500.000 hoặc 1.200,50 USD.")
    amount = Decimal(str(read_number(match["amount"])))
    words = fold_text(match["after"]).split()
    if words and words[0] in _SCALES:
        amount *= Decimal(10) ** _SCALES[words.pop(0)]
    elif _FOREIGN_THOUSANDS.fullmatch(match["amount"].strip()):
        raise ValueProblemError("Dấu phẩy là dấu thập phân: hàng nghìn hãy ghi 1.200.")
    if amount > _LARGEST:
        raise ValueProblemError("Số quá lớn.")
    named = fold_text(match["before"]) or " ".join(words)
    currency = _SYMBOLS.get(named, named.upper())
    if currency not in Locale.parse("en").currencies:
        raise ValueProblemError("Loại tiền ghi bằng ba chữ cái, ví dụ VND, USD.")
    return {"amount": format(amount.normalize(), "f"), "currency": currency}


def read_moment(typed: str, zone: ZoneInfo) -> str:
    """A local date and time of the zone, kept with its offset."""
    for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"):
        try:
            local = datetime.strptime(typed.strip(), pattern)  # noqa: DTZ007  zone follows
        except ValueError:
            continue
        _require_near(local.year)
        return local.replace(tzinfo=zone).isoformat(timespec="minutes")
    raise ValueProblemError("Hãy nhập ngày và giờ, ví dụ 22/11/2026 08:30.")


def read_date(typed: str) -> str:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(typed.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        _require_near(day.year)
        return day.isoformat()
    raise ValueProblemError("Hãy nhập ngày dạng dd/mm/yyyy, ví dụ 22/11/2026.")


def _require_near(year: int) -> None:
    if year not in _YEARS:
        raise ValueProblemError("Năm không hợp lý: kiểm tra lại bốn chữ số của năm.")


def check_bounds(field: FieldDefinition, value: float | str) -> None:
    """Raise ValueProblemError where a number, date or moment lies outside the field's limits."""
    if field.whole and isinstance(value, float) and not value.is_integer():
        raise ValueProblemError("Hãy nhập một số nguyên.")
    for bound, is_low in ((field.min, True), (field.max, False)):
        if bound is None:
            continue
        limit, given = _comparable(bound, value)
        if (given < limit) if is_low else (given > limit):
            if is_low:
                said = _("Giá trị không được nhỏ hơn %(bound)s.", bound=_written(bound))
            else:
                said = _("Giá trị không được lớn hơn %(bound)s.", bound=_written(bound))
            raise ValueProblemError(said)


def check_rows(field: FieldDefinition, rows: Sequence[object]) -> None:
    """Raise ValueProblemError where a group has fewer or more rows than its limits allow."""
    for bound, is_low in ((field.min, True), (field.max, False)):
        if not isinstance(bound, int | float):
            continue
        if is_low and len(rows) < bound:
            raise ValueProblemError(_("Cần ít nhất %(n)s dòng.", n=written_number(bound)))
        if not is_low and len(rows) > bound:
            raise ValueProblemError(_("Tối đa %(n)s dòng.", n=written_number(bound)))


def _comparable(bound: object, value: object) -> tuple[Any, Any]:  # Any: numbers or days
    if isinstance(bound, datetime):
        return bound.timestamp(), datetime.fromisoformat(str(value)).timestamp()
    if isinstance(bound, date):
        return bound, date.fromisoformat(str(value)[:10])
    return bound, value


def _written(bound: object) -> str:
    if isinstance(bound, date):
        return bound.strftime("%d/%m/%Y")
    return written_number(bound) if isinstance(bound, int | float) else str(bound)


# --- showing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the codes that the values of one page use."""

    provinces: Mapping[str, str]
    communes: Mapping[str, str]
    locale: str
    zone: ZoneInfo
    closed: frozenset[int] = frozenset()  # persons whose names the reader does not need to know


def may_read(actor: Actor, field: FieldDefinition, *, state: str) -> bool:
    """The field rights: one rule for page, list, map, search, export, API and job.

    `state` is the state in which the case stands now, also where its past is read.
    """
    if field.personal and not actor.may(Permission.PERSONAL_DATA_VIEW):
        return False
    if field.read_states and state not in field.read_states:
        return False
    return not field.read_roles or bool(actor.roles & set(field.read_roles))


def is_open_to_all(field: FieldDefinition) -> bool:
    """Whether everyone who sees the case may read the field in every state."""
    return not (field.personal or field.read_roles or field.read_states)


def shown_to(
    actor: Actor,
    field: FieldDefinition,
    value: object,
    names: Names,
    *,
    state: str,
) -> str | None:
    """A value in words as far as the actor may read it; None where all of it is closed."""
    if not may_read(actor, field, state=state):
        return None
    if field.type is FieldType.GROUP:
        lines = lines_to(actor, field, value, names, state=state)
        return "; ".join(f"{number}) {line}" for number, line in enumerate(lines, start=1))
    return shown(field, value, names)


def lines_to(
    actor: Actor, field: FieldDefinition, value: object, names: Names, *, state: str
) -> list[str]:
    """The rows of a group in words, one line each; columns closed to the actor are masked."""
    may = {one.code for one in field.fields if may_read(actor, one, state=state)}
    return _lines(field, value, names, may)


def shown(field: FieldDefinition, value: object, names: Names) -> str:
    """A value in words, in the locale of the names."""
    if value is None or value in ("", [], {}):
        return ""
    if field.type is FieldType.GROUP:
        may = {column.code for column in field.fields if is_open_to_all(column)}
        return "; ".join(_lines(field, value, names, may))
    if isinstance(value, list) and field.type is not FieldType.MULTICHOICE:
        return "; ".join(shown(field, item, names) for item in value)
    return _SHOWN.get(field.type, _as_text)(field, value, names)


def _lines(field: FieldDefinition, value: object, names: Names, may: Collection[str]) -> list[str]:
    rows = value if isinstance(value, list) else []
    said = []
    for row in rows:
        cells = (
            (shown(column, row.get(column.code), names) if column.code in may else MASK)
            for column in field.fields
            if row.get(column.code) not in (None, "", [], {})
        )
        said.append(", ".join(cells))
    return said


def _as_person(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    if isinstance(value, dict) and value.get("id") in names.closed:
        return str(_("Người số %(id)s (đã che)", id=value["id"]))
    return _as_text(field, value, names)


def _as_text(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del names
    if isinstance(value, dict):
        return str(value.get("label", ""))
    return f"{value} {field.unit_label}" if field.unit_label else str(value)


def _as_number(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del names
    written = written_number(value)
    return f"{written} {field.unit_label}" if field.unit_label else written


def _as_money(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field, names
    written = written_number(Decimal(value["amount"]))
    return f"{written} ₫" if value["currency"] == "VND" else f"{written} {value['currency']}"


def _as_date(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field, names
    return date.fromisoformat(str(value)[:10]).strftime("%d/%m/%Y")


def _as_moment(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    """In the reader's zone; the zone in which it was written stands behind where it differs."""
    del field
    written_at = datetime.fromisoformat(str(value))
    here = written_at.astimezone(names.zone)
    said = here.strftime("%d/%m/%Y %H:%M")
    if here.utcoffset() == written_at.utcoffset():
        return said
    return f"{said} ({written_at.strftime('%H:%M %z')})"


def _as_choice(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    chosen = [str(code) for code in (value if isinstance(value, list) else [value])]
    by_code = {
        option.code: option.name.in_locale(names.locale)
        for option in field.options
        if option.code in chosen
    }
    return "; ".join(by_code.get(code, code) for code in chosen)


def _as_boolean(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field
    words = {"vi": ("Có", "Không"), "en": ("Yes", "No")}[names.locale]
    return words[0] if value else words[1]


def _as_country(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field
    return country_name(str(value), names.locale)


def _as_province(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field
    return names.provinces.get(str(value), str(value))


def _as_commune(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field
    return names.communes.get(str(value), str(value))


def _as_coordinate(field: FieldDefinition, value: Any, names: Names) -> str:  # Any: JSON
    del field
    if "lat" not in value:
        count = len(value.get("candidates", ()))
        return str(
            _(
                "%(text)s (chưa xác định hệ tọa độ, %(n)s cách hiểu)",
                text=value.get("original", ""),
                n=count,
            )
        )
    said = f"{value['lat']:.6f}; {value['lon']:.6f}"
    said = said.replace(".", ",") if names.locale == "vi" else said
    original = value.get("original", "")
    system = value.get("crs", "")
    return f"{said} (WGS 84; gốc: {original}, {system})" if original else said


_SHOWN = {
    FieldType.NUMBER: _as_number,
    FieldType.MONEY: _as_money,
    FieldType.DATE: _as_date,
    FieldType.DATETIME: _as_moment,
    FieldType.CHOICE: _as_choice,
    FieldType.MULTICHOICE: _as_choice,
    FieldType.BOOLEAN: _as_boolean,
    FieldType.COUNTRY: _as_country,
    FieldType.PROVINCE: _as_province,
    FieldType.COMMUNE: _as_commune,
    FieldType.COORDINATE: _as_coordinate,
    FieldType.PERSON: _as_person,
}


def written_number(value: float | Decimal) -> str:
    """1.045,5 as officials write it."""
    number = Decimal(str(value))
    exponent = number.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{number:,.{places}f}".translate(str.maketrans(",.", ".,"))
