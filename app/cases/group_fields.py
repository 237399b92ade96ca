"""A repeat group on a form: rows of columns, added and taken away with or without JavaScript."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from app.cases.form_fields import Fact, FactForm
from app.cases.values import ValueProblemError, check_rows
from app.workflow.definition import FieldDefinition
from app.workflow.expressions import is_filled

Cells = Mapping[str, Any]  # Any: JSON values by column
BLANK_KEY = "__key__"
MOST_ROWS = 500


def row_name(code: str) -> str:
    return f"{code}__row"


def add_name(code: str) -> str:
    return f"{code}__add"


def drop_name(code: str) -> str:
    return f"{code}__drop"


def cell_name(code: str, key: str, column: str) -> str:
    return f"{code}-{key}-{column}"


def column_in_row(group: FieldDefinition, key: str, column: FieldDefinition) -> FieldDefinition:
    """The column as a field of one row: its name on the form says which."""
    return column.model_copy(update={"code": cell_name(group.code, key, column.code)})


@dataclass(frozen=True, slots=True)
class Row:
    """One row on the form; `is_kept` rows hold what the person may not read and cannot drop."""

    key: str
    form: FactForm
    columns: Sequence[tuple[str, str]]
    is_kept: bool = False

    def facts(self) -> list[Fact]:
        return [self.form.fact(name) for _, name in self.columns]

    def value(self) -> dict[str, Any]:  # Any: JSON values by column
        return {
            column: self.form.fact(name).answer
            for column, name in self.columns
            if is_filled(self.form.fact(name).answer)
        }


class GroupFact(Fact, Field):
    """The rows of a group; reading them gives a list of {column: value}."""

    rows: list[Row]
    blank: Row
    was_sent = False
    is_reshaped = False

    def __init__(self, *args: Any, builder: "RowBuilder", **kwargs: Any) -> None:  # Any: WTForms
        self.builder = builder
        super().__init__(*args, **kwargs)
        self.rows = []

    def process(
        self,
        formdata: Any,  # Any: the request's form
        data: Any = unset_value,
        extra_filters: Any = None,
    ) -> None:
        del data, extra_filters
        self.process_errors = []
        self.was_sent = formdata is not None and row_name(self.asked.code) in formdata
        self.raw_data = formdata.getlist(row_name(self.asked.code)) if self.was_sent else []
        held = self._held()
        keys = self._keys(formdata, held) if self.was_sent else self._first_keys(held)
        self.rows = [self._row(key, held.get(key, {}), formdata) for key in keys]
        self.blank = self._row(BLANK_KEY, {}, None)

    def is_sent(self) -> bool:
        return self.was_sent

    def is_changed(self) -> bool:
        return self.was_sent and self.answer != (self.asked.current or [])

    def pre_validate(self, form: BaseForm | Any) -> None:  # Any: as WTForms says it
        del form
        group = self.asked.field
        for row in self.rows:
            row.form.validate()
        filled = [(row, value) for row in self.rows if (value := row.value())]
        before = self.asked.current or [] if self.asked.is_masked else []
        self.answer = [*before, *(value for _, value in filled)]
        for row, value in filled:
            self._require_columns(row, value)
        if any(row.form.errors for row in self.rows):
            raise ValidationError(_("Kiểm tra lại các dòng được đánh dấu."))
        if self.answer or self.asked.is_required:
            try:
                check_rows(group, self.answer)
            except ValueProblemError as problem:
                raise ValidationError(str(problem)) from problem

    def _require_columns(self, row: Row, value: Cells) -> None:
        for column in self.asked.field.fields:
            if column.required and column.code not in value:
                name = cell_name(self.asked.code, row.key, column.code)
                row.form.refuse(name, _("Mục này không được để trống."))

    def _held(self) -> dict[str, Cells]:
        rows = [] if self.asked.is_masked else self.asked.current or []
        return {str(number): row for number, row in enumerate(rows)}

    def _first_keys(self, held: Mapping[str, Cells]) -> list[str]:
        fewest = self.asked.field.min
        wanted = int(fewest) if isinstance(fewest, int | float) else 1
        more = max(0, min(wanted, MOST_ROWS) - len(held))
        return [*held, *(f"n{number}" for number in range(more))]

    def _keys(self, formdata: Any, held: Mapping[str, Cells]) -> list[str]:  # Any: as above
        """The rows that were sent, one more or one fewer where a button asked for that."""
        sent = dict.fromkeys(key for key in self.raw_data or () if key.isalnum())
        dropped = formdata.getlist(drop_name(self.asked.code))
        adds = add_name(self.asked.code) in formdata
        self.is_reshaped = adds or bool(dropped)
        closed = [key for key, row in held.items() if key not in sent and self._is_closed(row)]
        keys = [key for key in (*closed, *sent) if key not in dropped][:MOST_ROWS]
        return [*keys, f"n{_next_number(keys)}"] if adds else keys

    def _is_closed(self, row: Cells) -> bool:
        return any(is_filled(row.get(code)) for code in self.builder.closed)

    def _row(self, key: str, cells: Cells, formdata: Any) -> Row:  # Any: as above
        form = self.builder.build(key, cells, formdata)
        names = [
            (one.code, cell_name(self.asked.code, key, one.code)) for one in self.asked.field.fields
        ]
        return Row(key, form, names, is_kept=self._is_closed(cells))


@dataclass(frozen=True, slots=True)
class RowBuilder:
    """Builds the form of one row; `closed` are the columns that the person may not read."""

    build: Callable[[str, Cells, Any], FactForm]  # Any: the request's form
    closed: frozenset[str] = frozenset()


def _next_number(keys: Sequence[str]) -> int:
    numbers = [int(key[1:]) for key in keys if key.startswith("n") and key[1:].isdecimal()]
    return max(numbers, default=-1) + 1
