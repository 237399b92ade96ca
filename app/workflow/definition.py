"""What a case type may say: the YAML format, checked once so that the engine can trust it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from app.workflow.errors import DefinitionError, Fault
from app.workflow.faults import faults_of
from app.workflow.limits import Limit, Warn
from app.workflow.source import SourceError, read_yaml
from app.workflow.text import Text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CaseType",
    "DefinitionError",
    "Text",
    "json_schema",
    "load_definition",
    "parse_definition",
]

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
TriggerCode = Annotated[
    str, StringConstraints(pattern=r"^(state|transition|event|field|document):[a-z][a-z0-9_]*$")
]
FieldTrigger = Annotated[str, StringConstraints(pattern=r"^field:[a-z][a-z0-9_]*$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Basis = Annotated[str, StringConstraints(max_length=300)]
LimitText = Annotated[
    Limit,
    PlainValidator(Limit.parse),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,5} ?(h|cd|wd)$"}),
]
WarnText = Annotated[
    Warn,
    PlainValidator(Warn.parse),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^(\d{1,2} ?%|\d{1,5} ?(h|cd|wd))$"}),
]


class FieldType(StrEnum):
    """The kinds of value a case can hold."""

    TEXT = "text"
    LONGTEXT = "longtext"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    BOOLEAN = "boolean"
    COUNTRY = "country"
    PROVINCE = "province"
    COMMUNE = "commune"
    UNIT = "unit"
    MARKER = "marker"
    PERSON = "person"
    VESSEL = "vessel"
    COORDINATE = "coordinate"
    FILE = "file"


class StateKind(StrEnum):
    """Where a state stands in the life of a case."""

    INITIAL = "initial"
    NORMAL = "normal"
    WAITING = "waiting"
    TERMINAL = "terminal"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Option(_Part):
    """One choice of a choice field."""

    code: Code
    name: Text


class FieldDefinition(_Part):
    """One thing that a case of this type can know."""

    code: Code
    type: FieldType
    name: Text
    help: Text | None = None
    options: tuple[Option, ...] = ()
    required: bool = False
    unit_label: str | None = None
    min: float | date | datetime | None = None
    max: float | date | datetime | None = None
    whole: bool = False
    past: bool = False
    personal: bool = False
    multiple: bool = False
    pattern: str | None = None
    section: str | None = None
    read_roles: tuple[Code, ...] = ()
    default: str | float | bool | None = None

    @model_validator(mode="after")
    def _options_belong_to_choices(self) -> Self:
        is_choice = self.type in {FieldType.CHOICE, FieldType.MULTICHOICE}
        if is_choice != bool(self.options):
            raise ValueError(
                "trường chọn phải có danh sách options"
                if is_choice
                else "chỉ trường chọn mới có options"
            )
        return self

    @model_validator(mode="after")
    def _limits_belong_to_their_types(self) -> Self:
        if self.whole and self.type is not FieldType.NUMBER:
            raise ValueError("whole chỉ dùng cho number")
        if self.past and self.type not in {FieldType.DATE, FieldType.DATETIME}:
            raise ValueError("past chỉ dùng cho date, datetime")
        return self

    @model_validator(mode="after")
    def _multiple_belongs_to_links(self) -> Self:
        linked = {FieldType.FILE, FieldType.PERSON, FieldType.VESSEL, FieldType.MARKER}
        if self.multiple and self.type not in linked:
            raise ValueError("multiple chỉ dùng cho file, person, vessel, marker")
        return self


class State(_Part):
    """One state; `basis` names the source of the step or I for our design."""

    code: Code
    name: Text
    kind: StateKind = StateKind.NORMAL
    help: Text | None = None
    basis: Basis | None = None

    @property
    def is_terminal(self) -> bool:
        return self.kind is StateKind.TERMINAL


class Guard(_Part):
    """A CEL condition and the sentence shown when it does not hold."""

    when: Expression
    message: Text


class AssignUnit(_Part):
    """The case goes to the unit named in a field."""

    do: Literal["assign_unit"]
    unit_field: Code


class SetField(_Part):
    """A field gets the value of a CEL expression."""

    do: Literal["set"]
    field: Code
    value: Expression

    @field_validator("value", mode="before")
    @classmethod
    def _plain_values_are_expressions(cls, value: object) -> object:
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int | float) else value


class OpenCase(_Part):
    """A linked case of another type is opened; `copy` names fields taken along."""

    do: Literal["open_case"]
    type: Code
    copy_fields: tuple[Code, ...] = Field(default=(), alias="copy")


class Release(_Part):
    """The case goes back to the queue of its unit: nobody is its assignee."""

    do: Literal["release"]


Effect = Annotated[AssignUnit | SetField | OpenCase | Release, Field(discriminator="do")]


class Transition(_Part):
    """One step; `confirm` names who may be the second person (default: any leader role)."""

    code: Code
    name: Text
    sources: tuple[Code, ...] = Field(alias="from", min_length=1)
    to: Code
    roles: tuple[Code, ...] = Field(min_length=1)
    require: tuple[Code, ...] = ()
    ask: tuple[Code, ...] = ()
    guards: tuple[Guard, ...] = ()
    four_eyes: bool = False
    confirm: tuple[Code, ...] = ()
    reason: Literal["none", "optional", "required"] = "none"
    effects: tuple[Effect, ...] = ()
    generate: tuple[Code, ...] = ()
    notify: tuple[Code, ...] = ()
    primary: bool = False
    help: Text | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _confirm_belongs_to_four_eyes(self) -> Self:
        if self.confirm and not self.four_eyes:
            raise ValueError("confirm chỉ dùng khi four_eyes là true")
        return self


class ClockDefinition(_Part):
    """One deadline: counted from `start`, or back from the date in the field `before`."""

    code: Code
    name: Text
    limit: LimitText
    start: tuple[TriggerCode, ...] = ()
    stop: tuple[TriggerCode, ...] = ()
    when: Expression | None = None
    repeat: bool = False
    setting: str | None = None
    before: FieldTrigger | None = None
    warn: tuple[WarnText, ...] = ()
    escalate: tuple[Code, ...] = ()
    help: Text | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if bool(self.start) == bool(self.before):
            raise ValueError("thời hạn phải có đúng một trong hai khóa start, before")
        return self


class EventDefinition(_Part):
    """Something that can be recorded without moving the case, so that clocks can hang on it."""

    code: Code
    name: Text
    roles: tuple[Code, ...] = ()
    ask: tuple[Code, ...] = ()
    basis: Basis | None = None


class Document(_Part):
    """A kind of paper that the steps produce."""

    code: Code
    name: Text


class Symbol(_Part):
    """How the case type is drawn on the map."""

    shape: Literal["circle", "diamond", "square", "triangle", "drop", "ring"]
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Opening(_Part):
    """Who may open a case, and what the first form asks."""

    roles: tuple[Code, ...] = Field(min_length=1)
    fields: tuple[Code, ...] = ()


class CaseType(_Part):
    """One case type; compile it with `engine.compile_definition` before use."""

    code: Code
    name: Text
    help: Text | None = None
    reference: Annotated[
        str,
        StringConstraints(
            pattern=r"^([A-ZĐ0-9/.-]|\{year\}|\{unit\})*\{seq:0[1-9]d\}([A-ZĐ0-9/.-]|\{year\}|\{unit\})*$"
        ),
    ]
    symbol: Symbol
    place: Literal["required", "optional", "none"] = "optional"
    open: Opening
    title: str | None = None
    sections: tuple[Option, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()
    states: tuple[State, ...] = Field(min_length=2)
    transitions: tuple[Transition, ...] = Field(min_length=1)
    events: tuple[EventDefinition, ...] = ()
    clocks: tuple[ClockDefinition, ...] = ()
    documents: tuple[Document, ...] = ()
    outcomes: tuple[Code, ...] = Field(min_length=1)
    basis: Basis | None = None

    @model_validator(mode="after")
    def _has_one_initial_state(self) -> Self:
        initial = [state.code for state in self.states if state.kind is StateKind.INITIAL]
        if len(initial) != 1:
            raise ValueError("phải có đúng một trạng thái kind: initial")
        return self

    @property
    def initial_state(self) -> str:
        return next(state.code for state in self.states if state.kind is StateKind.INITIAL)


def load_definition(source: str | Path, *, name: str | None = None) -> CaseType:
    """Read a case type from YAML text (str) or a file (Path).

    Raises DefinitionError naming the file, the path inside the YAML and, where known, the line.
    """
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    label = name or ("<yaml>" if isinstance(source, str) else source.name)
    try:
        content = read_yaml(text)
    except SourceError as fault:
        raise DefinitionError(label, (Fault("", fault.sentence, fault.line),)) from fault
    return parse_definition(content, name=label, text=text)


def parse_definition(content: object, *, name: str, text: str | None = None) -> CaseType:
    """Build a case type from the content of a YAML or JSON document (a stored version)."""
    try:
        return CaseType.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(name, faults_of(error, text)) from error


def stored_form(case_type: CaseType) -> dict[str, Any]:
    """Return the JSON form of a definition; `parse_definition` reads it back unchanged."""
    return case_type.model_dump(mode="json", by_alias=True, exclude_unset=True)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, for editors."""
    schema = CaseType.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
