"""What a field of a case type may say: its kind, its limits, who sees it and who may change it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.workflow.text import Text

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


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
    GROUP = "group"


PLACE_TYPES = frozenset(
    {
        FieldType.COORDINATE,
        FieldType.MARKER,
        FieldType.PROVINCE,
        FieldType.COMMUNE,
        FieldType.COUNTRY,
    }
)


class Part(BaseModel):
    """A block of the format: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False
    )


class Option(Part):
    """One choice of a choice field."""

    code: Code
    name: Text


# Whom a paper about a person goes to; "consul" is contact with a consular officer itself.
Addressee = Literal["family", "employer", "press"]
Consented = Literal["family", "employer", "press", "consul"]
MOST_OPTIONS, MOST_COLUMNS = 300, 60  # a longer list is a register, not a question
_NOT_IN_ROWS = frozenset({FieldType.GROUP, FieldType.FILE})
# A text of such a name is the number of a paper, also in versions that are older than `identity`.
NUMBER_CODES = frozenset(
    {
        "passport_number",
        "identity_number",
        "id_number",
        "id_card_number",
        "citizen_card_number",
        "travel_document_number",
        "paper_number",
    }
)


class FieldDefinition(Part):
    """One thing that a case of this type can know.

    A `group` is a list of rows whose columns are its own `fields` (a crew list). `shown_when` is a
    condition on the other answers; `compute` gives the value, which nobody types. `consent` makes
    the answer a recorded decision of the persons of the case about that addressee. A text with
    `identity` is the number of somebody's paper: it is sealed apart and shown masked. Empty
    `read_roles`, `edit_roles` mean every role; empty `read_states`, `edit_states` every state.
    """

    code: Code
    type: FieldType
    name: Text
    help: Text | None = None
    options: tuple[Option, ...] = Field(default=(), max_length=MOST_OPTIONS)
    required: bool = False
    unit_label: str | None = None
    min: float | date | datetime | None = None
    max: float | date | datetime | None = None
    whole: bool = False
    past: bool = False
    personal: bool = False
    identity: bool = False
    multiple: bool = False
    pattern: str | None = None
    section: str | None = None
    read_roles: tuple[Code, ...] = ()
    read_states: tuple[Code, ...] = ()
    edit_roles: tuple[Code, ...] = ()
    edit_states: tuple[Code, ...] = ()
    shown_when: Expression | None = None
    compute: Expression | None = None
    fields: tuple[FieldDefinition, ...] = Field(default=(), max_length=MOST_COLUMNS)
    default: str | float | bool | None = None
    consent: Consented | None = None

    @property
    def says_place(self) -> bool:
        """Whether its value places the case."""
        return self.type in PLACE_TYPES or self.code == "place_text"

    @model_validator(mode="before")
    @classmethod
    def _numbers_of_papers_are_personal(cls, said: Any) -> Any:  # Any: what the YAML says
        if not isinstance(said, dict):
            return said
        is_named_so = said.get("code") in NUMBER_CODES and said.get("type") == FieldType.TEXT
        if said.get("identity") is True or is_named_so:
            return {**said, "identity": True, "personal": True}
        return said

    @model_validator(mode="after")
    def _identity_is_a_text(self) -> Self:
        if self.identity and (self.type is not FieldType.TEXT or self.compute is not None):
            raise ValueError(
                "“Số giấy tờ tùy thân” (identity) chỉ dùng cho kiểu “Một dòng chữ” (text)"
                " do người dùng nhập"
            )
        return self

    @model_validator(mode="after")
    def _consent_is_a_decision(self) -> Self:
        if self.consent and self.type not in {FieldType.CHOICE, FieldType.BOOLEAN}:
            raise ValueError(
                "“Là quyết định của đương sự về” (consent) chỉ dùng cho kiểu"
                " “Chọn một” (choice) hoặc “Có hoặc không” (boolean)"
            )
        return self

    @model_validator(mode="after")
    def _options_belong_to_choices(self) -> Self:
        is_choice = self.type in {FieldType.CHOICE, FieldType.MULTICHOICE}
        if is_choice != bool(self.options):
            raise ValueError(
                "trường chọn phải có danh sách lựa chọn (options)"
                if is_choice
                else "chỉ trường chọn mới có danh sách lựa chọn (options)"
            )
        return self

    @model_validator(mode="after")
    def _limits_belong_to_their_types(self) -> Self:
        if self.whole and self.type is not FieldType.NUMBER:
            raise ValueError("“Số nguyên” (whole) chỉ dùng cho kiểu “Số” (number)")
        if self.past and self.type not in {FieldType.DATE, FieldType.DATETIME}:
            raise ValueError("“Không ở tương lai” (past) chỉ dùng cho kiểu “Ngày” (date, datetime)")
        return self

    @model_validator(mode="after")
    def _multiple_belongs_to_links(self) -> Self:
        linked = {FieldType.FILE, FieldType.PERSON, FieldType.VESSEL, FieldType.MARKER}
        if self.multiple and self.type not in linked:
            raise ValueError(
                "“Nhiều giá trị” (multiple) chỉ dùng cho kiểu “Tệp” (file), “Người” (person),"
                " “Tàu” (vessel), “Mốc” (marker)"
            )
        return self

    @model_validator(mode="after")
    def _columns_belong_to_groups(self) -> Self:
        if (self.type is FieldType.GROUP) != bool(self.fields):
            raise ValueError("bảng nhiều dòng (group), và chỉ bảng, phải có danh sách cột (fields)")
        if any(column.type in _NOT_IN_ROWS for column in self.fields):
            raise ValueError("cột của bảng (group) không được là bảng hoặc tệp (file)")
        return self

    @model_validator(mode="after")
    def _computed_is_not_typed(self) -> Self:
        if self.compute is not None and (self.required or self.default is not None):
            raise ValueError("trường do hệ thống tính (compute) không có required hoặc default")
        return self
