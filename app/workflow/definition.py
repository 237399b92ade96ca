"""What a case type may say: the YAML format, checked once so that the engine can trust it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
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
from app.workflow.field_definition import (
    Addressee,
    Code,
    Expression,
    FieldDefinition,
    FieldType,
    Option,
    Part,
)
from app.workflow.limits import Limit, Warn
from app.workflow.source import SourceError, read_text, read_yaml
from app.workflow.text import Text
from app.workflow.tracks import Track

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CaseType",
    "DefinitionError",
    "FieldDefinition",
    "FieldType",
    "Option",
    "Text",
    "json_schema",
    "load_definition",
    "parse_definition",
]

TriggerCode = Annotated[
    str, StringConstraints(pattern=r"^(state|transition|event|field|document):[a-z][a-z0-9_]*$")
]
FieldTrigger = Annotated[str, StringConstraints(pattern=r"^field:[a-z][a-z0-9_]*$")]
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


# How much one case type may hold: several times the largest that ships, and still read by people.
MOST_FIELDS, MOST_STATES, MOST_STEPS, MOST_PARTS, MOST_ROWS = 500, 100, 300, 100, 60


class StateKind(StrEnum):
    """Where a state stands in the life of a case."""

    INITIAL = "initial"
    NORMAL = "normal"
    WAITING = "waiting"
    TERMINAL = "terminal"


class ChecklistItem(Part):
    """Something to be done in a state; a case does not leave it before what is required is done."""

    code: Code
    name: Text
    required: bool = True


class State(Part):
    """One state; `basis` names the source of the step or I for our design."""

    code: Code
    name: Text
    kind: StateKind = StateKind.NORMAL
    checklist: tuple[ChecklistItem, ...] = Field(default=(), max_length=MOST_ROWS)
    help: Text | None = None
    basis: Basis | None = None

    @property
    def is_terminal(self) -> bool:
        return self.kind is StateKind.TERMINAL


class Guard(Part):
    """A CEL condition and the sentence shown when it does not hold."""

    when: Expression
    message: Text


class AssignUnit(Part):
    """The case goes to the unit named in a field."""

    do: Literal["assign_unit"]
    unit_field: Code


class InvolveUnit(Part):
    """The unit named in a field takes part from now on, if one is named; the case stays."""

    do: Literal["involve_unit"]
    unit_field: Code


class SetField(Part):
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


class OpenCase(Part):
    """A linked case of another type is opened; `copy` names fields taken along."""

    do: Literal["open_case"]
    type: Code
    copy_fields: tuple[Code, ...] = Field(default=(), alias="copy")


class Release(Part):
    """The case goes back to the queue of its unit: nobody is its assignee."""

    do: Literal["release"]


Effect = Annotated[
    AssignUnit | InvolveUnit | SetField | OpenCase | Release, Field(discriminator="do")
]


class Transition(Part):
    """One step; `confirm` names who may be the second person (default: any leader role).

    A step that tells the `addressee` about the persons of the case waits for their consent.
    """

    code: Code
    name: Text
    sources: tuple[Code, ...] = Field(alias="from", min_length=1)
    to: Code
    roles: tuple[Code, ...] = Field(min_length=1)
    require: tuple[Code, ...] = ()
    ask: tuple[Code, ...] = ()
    guards: tuple[Guard, ...] = Field(default=(), max_length=MOST_ROWS)
    four_eyes: bool = False
    confirm: tuple[Code, ...] = ()
    reason: Literal["none", "optional", "required"] = "none"
    effects: tuple[Effect, ...] = Field(default=(), max_length=MOST_ROWS)
    generate: tuple[Code, ...] = ()
    notify: tuple[Code, ...] = ()
    addressee: Addressee | None = None
    primary: bool = False
    help: Text | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _confirm_belongs_to_four_eyes(self) -> Self:
        if self.confirm and not self.four_eyes:
            raise ValueError(
                "người được duyệt (confirm) chỉ có khi bước cần duyệt (four_eyes: true)"
            )
        return self


class EscalationStep(Part):
    """Who is told when a deadline has stayed missed for a further span."""

    after: LimitText
    roles: tuple[Code, ...] = Field(min_length=1)


class ClockDefinition(Part):
    """One deadline: counted from `start`, or back from the date in the field `before`.

    It stands still from a `pause` trigger to a `resume` trigger, for one of `pause_reasons`. A
    deadline `within` another may not be longer. `escalate` is told when it is missed, and each
    step of `chain` later.
    """

    code: Code
    name: Text
    limit: LimitText
    start: tuple[TriggerCode, ...] = ()
    stop: tuple[TriggerCode, ...] = ()
    when: Expression | None = None
    repeat: bool = False
    setting: str | None = None
    before: FieldTrigger | None = None
    pause: tuple[TriggerCode, ...] = ()
    resume: tuple[TriggerCode, ...] = ()
    pause_reasons: tuple[Option, ...] = ()
    within: Code | None = None
    warn: tuple[WarnText, ...] = ()
    escalate: tuple[Code, ...] = ()
    chain: tuple[EscalationStep, ...] = ()
    help: Text | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if bool(self.start) == bool(self.before):
            raise ValueError(
                "thời hạn phải có đúng một: việc bắt đầu (start) hoặc ngày tính ngược (before)"
            )
        return self


class EventDefinition(Part):
    """Something that can be recorded without moving the case, so that clocks can hang on it."""

    code: Code
    name: Text
    roles: tuple[Code, ...] = ()
    ask: tuple[Code, ...] = ()
    basis: Basis | None = None


class Milestone(Part):
    """A date that is read off the history, never typed: the first or the last time of a trigger.

    Milestones of one `group` are shown together as a list of what has been done and what not,
    where the condition `when` holds.
    """

    code: Code
    name: Text
    at: tuple[TriggerCode, ...] = Field(min_length=1)
    pick: Literal["first", "last"] = "last"
    group: Text | None = None
    when: Expression | None = None


class Document(Part):
    """A kind of paper that the steps produce; `template` holds {field} placeholders.

    A paper to an `addressee` is refused where the persons of the case do not allow it.
    """

    code: Code
    name: Text
    template: str | None = None
    addressee: Addressee | None = None


class Protect(Part):
    """When the people of a case are hidden from all who do not work on it.

    `victims` and `minors` are conditions. Whether a person is a minor is decided by the birth date
    on the first of the `incident` dates that is filled, else on the day of opening.
    """

    victims: Expression | None = None
    minors: Expression | None = None
    incident: tuple[Code, ...] = ()


class Symbol(Part):
    """How the case type is drawn on the map."""

    shape: Literal["circle", "diamond", "square", "triangle", "drop", "ring"]
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Opening(Part):
    """Who may open a case, and what the first form asks."""

    roles: tuple[Code, ...] = Field(min_length=1)
    fields: tuple[Code, ...] = ()


class CaseType(Part):
    """One case type; compile it with `engine.compile_definition` before use.

    Types of one `area` (a subject such as the border) are offered together. A case that `tracks`
    vessels, persons or sanctions ends only when each of them has ended. Where `readers` names
    roles, only they find cases of the type.
    """

    code: Code
    name: Text
    area: Text | None = None
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
    readers: tuple[Code, ...] = ()
    tracks: tuple[Track, ...] = ()
    title: str | None = None
    sections: tuple[Option, ...] = Field(default=(), max_length=MOST_PARTS)
    fields: tuple[FieldDefinition, ...] = Field(default=(), max_length=MOST_FIELDS)
    states: tuple[State, ...] = Field(min_length=2, max_length=MOST_STATES)
    transitions: tuple[Transition, ...] = Field(min_length=1, max_length=MOST_STEPS)
    events: tuple[EventDefinition, ...] = Field(default=(), max_length=MOST_PARTS)
    clocks: tuple[ClockDefinition, ...] = Field(default=(), max_length=MOST_PARTS)
    milestones: tuple[Milestone, ...] = Field(default=(), max_length=MOST_PARTS)
    documents: tuple[Document, ...] = Field(default=(), max_length=MOST_PARTS)
    protect: Protect | None = None
    outcomes: tuple[Code, ...] = Field(min_length=1)
    basis: Basis | None = None

    @model_validator(mode="after")
    def _has_one_initial_state(self) -> Self:
        initial = [state.code for state in self.states if state.kind is StateKind.INITIAL]
        if len(initial) != 1:
            raise ValueError("phải có đúng một trạng thái bắt đầu (kind: initial)")
        return self

    @property
    def initial_state(self) -> str:
        return next(state.code for state in self.states if state.kind is StateKind.INITIAL)


def load_definition(source: str | Path, *, name: str | None = None) -> CaseType:
    """Read a case type from YAML text (str) or a file (Path).

    Raises DefinitionError naming the file, the path inside the YAML and, where known, the line.
    """
    label = name or ("<yaml>" if isinstance(source, str) else source.name)
    try:
        text = source if isinstance(source, str) else read_text(source)
        content = read_yaml(text)
    except SourceError as fault:
        raise DefinitionError(label, (Fault("", fault.sentence, fault.line),)) from fault
    return parse_definition(content, name=label, text=text)


def parse_definition(content: object, *, name: str, text: str | None = None) -> CaseType:
    """Build a case type from the content of a YAML or JSON document (a stored version)."""
    try:
        return CaseType.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(name, faults_of(error, text, content)) from error


def stored_form(case_type: CaseType) -> dict[str, Any]:
    """Return the JSON form of a definition; `parse_definition` reads it back unchanged."""
    content = case_type.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {key: _without_blanks(value) for key, value in content.items()}


def _without_blanks(value: Any) -> Any:  # Any: JSON
    """A text without its English form is written without it, as its author wrote it."""
    if isinstance(value, list):
        return [_without_blanks(item) for item in value]
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key != "en" or item}
        return {key: _without_blanks(item) for key, item in kept.items()}
    return value


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, for editors."""
    schema = CaseType.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
