"""The kinds of value that the fields of a case type have in an expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition, FieldType
from app.workflow.text import Text

KindName = Literal["any", "bool", "number", "text", "moment", "duration", "list", "map", "null"]
_NAMES: Mapping[str, Text] = {
    "bool": Text("đúng/sai", "true or false"),
    "number": Text("số", "a number"),
    "text": Text("chữ", "text"),
    "moment": Text("thời điểm", "a moment"),
    "duration": Text("khoảng thời gian", "a duration"),
    "list": Text("danh sách", "a list"),
    "map": Text("mục nhiều phần", "a compound value"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: `options` are the only texts that it can be, `source` what says so.

    `called` is the name of the source and `labels` those of the options, as people read them.
    """

    name: KindName = "any"
    options: frozenset[str] | None = None
    source: str = ""
    element: Kind | None = None
    members: Mapping[str, Kind] | None = None
    is_double: bool | None = None
    called: Text | None = None
    labels: Mapping[str, Text] | None = None

    @property
    def is_money(self) -> bool:
        return self.name == "map" and "amount" in (self.members or {})

    @property
    def said(self) -> Text:
        return _NAMES.get(self.name, Text("giá trị", "a value"))


ANY, BOOL, NUMBER, TEXT = Kind(), Kind("bool"), Kind("number"), Kind("text")
MOMENT, DURATION = Kind("moment"), Kind("duration")
WHOLE = Kind("number", is_double=False)
MAP = Kind("map")
_MONEY = Kind("map", members={"amount": TEXT, "currency": TEXT})
_PLAIN: Mapping[FieldType, Kind] = {
    FieldType.TEXT: TEXT,
    FieldType.LONGTEXT: TEXT,
    FieldType.NUMBER: NUMBER,
    FieldType.MONEY: _MONEY,
    FieldType.DATE: MOMENT,
    FieldType.DATETIME: MOMENT,
    FieldType.BOOLEAN: BOOL,
    FieldType.COUNTRY: TEXT,
    FieldType.PROVINCE: TEXT,
    FieldType.COMMUNE: TEXT,
    FieldType.UNIT: MAP,
    FieldType.MARKER: MAP,
    FieldType.PERSON: MAP,
    FieldType.VESSEL: MAP,
    FieldType.COORDINATE: MAP,
}
_ROLES = Text("vai trò của người làm", "roles of the person")
_STATE = Text("trạng thái của hồ sơ", "state of the case")


def kind_of_field(item: FieldDefinition) -> Kind:
    """The kind that a field has in an expression."""
    if item.type is FieldType.CHOICE:
        return _choice(item)
    if item.type is FieldType.MULTICHOICE:
        return Kind("list", source=item.code, element=_choice(item))
    if item.type is FieldType.GROUP:
        row = Kind("map", source=item.code, members=_members(item.fields))
        return Kind("list", source=item.code, element=row)
    if item.type is FieldType.FILE:
        return Kind("list", source=item.code, element=MAP)
    plain = replace(_PLAIN[item.type], source=item.code)
    if item.whole:
        plain = replace(plain, is_double=False)
    return Kind("list", source=item.code, element=plain) if item.multiple else plain


def _choice(item: FieldDefinition) -> Kind:
    labels = {option.code: option.name for option in item.options}
    return Kind("text", frozenset(labels), item.code, called=item.name, labels=labels)


def _members(fields: tuple[FieldDefinition, ...]) -> dict[str, Kind]:
    return {item.code: kind_of_field(item) for item in fields}


def names_in(
    case_type: CaseType,
    roles: frozenset[str] | None = None,
    role_names: Mapping[str, Text] | None = None,
) -> dict[str, Kind]:
    """What an expression of this case type sees."""
    states = {state.code: state.name for state in case_type.states}
    role = Kind("text", roles, "actor.roles", called=_ROLES, labels=role_names)
    state = Kind("text", frozenset(states), "case.state", called=_STATE, labels=states)
    return {
        "data": Kind("map", source="data", members=_members(case_type.fields)),
        "case": Kind(
            "map",
            source="case",
            members={
                "state": state,
                "reference": TEXT,
                "opened_at": MOMENT,
                "owner_unit": TEXT,
            },
        ),
        "actor": Kind("map", members={"roles": Kind("list", element=role), "unit": TEXT}),
        "now": MOMENT,
    }
