"""Writes a value back as a person would type it: what reading it again gives is the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.cases import lookups
from app.cases.readers import Desk
from app.cases.values import written_number
from app.workflow.definition import FieldDefinition, FieldType


def written(desk: Desk, field: FieldDefinition, value: Any) -> tuple[str, ...]:  # Any: JSON
    """What the control shows for a value, such that reading it gives the same value."""
    if value in (None, "", [], {}):
        return ()
    items: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(filter(None, (_WRITES.get(field.type, _as_said)(desk, item) for item in items)))


def _as_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    if isinstance(value, dict):
        return lookups.written_entry(value)
    return "\n".join(str(value).splitlines()).strip()


def _number_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    return written_number(value)


def _money_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    amount = written_number(Decimal(value["amount"]))
    return amount if value["currency"] == "VND" else f"{amount} {value['currency']}"


def _moment_said(desk: Desk, value: Any) -> str:  # Any: JSON
    here = datetime.fromisoformat(str(value)).astimezone(ZoneInfo(desk.zones[0]))
    return here.strftime("%d/%m/%Y %H:%M")


def _date_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    return date.fromisoformat(str(value)[:10]).strftime("%d/%m/%Y")


def _boolean_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    return "yes" if value else "no"


def _commune_said(desk: Desk, value: Any) -> str:  # Any: JSON
    return lookups.commune_name(desk.session, str(value), on=desk.on)


def _coordinate_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk
    original = str(value.get("original") or "")
    return original or f"{value['lat']:.6f}, {value['lon']:.6f}"


def _nothing_said(desk: Desk, value: Any) -> str:  # Any: JSON
    del desk, value
    return ""


_WRITES: Mapping[FieldType, Callable[[Desk, Any], str]] = {
    FieldType.NUMBER: _number_said,
    FieldType.MONEY: _money_said,
    FieldType.DATE: _date_said,
    FieldType.DATETIME: _moment_said,
    FieldType.BOOLEAN: _boolean_said,
    FieldType.COMMUNE: _commune_said,
    FieldType.COORDINATE: _coordinate_said,
    FieldType.FILE: _nothing_said,
    FieldType.GROUP: _nothing_said,
}
