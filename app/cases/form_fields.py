"""The controls of a case form: each keeps what was typed and reads it into a value of the case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from wtforms import Field, Form, MultipleFileField, RadioField, SelectField, StringField
from wtforms import SelectMultipleField as ManyField
from wtforms import TextAreaField as AreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from app.cases.values import ValueProblemError
from app.errors import AppError
from app.geo.coordinates import Candidate
from app.storage import StoredFile
from app.workflow.decisions import REASON_FIELD
from app.workflow.definition import FieldDefinition
from app.workflow.expressions import is_filled

Typed = Sequence[str]
Reader = Callable[[Typed, "FactForm"], Any]  # Any: a JSON value of the case


def zone_name(code: str) -> str:
    return f"{code}__zone"


def reading_name(code: str) -> str:
    return f"{code}__reading"


def kept_name(code: str) -> str:
    return f"{code}__kept"


def shown_name(code: str) -> str:
    return f"{code}__shown"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is on disk, and the signed word that brings it back with the next try."""

    file: StoredFile
    token: str


Keeper = Callable[["FileFact", "FactForm"], list[Kept]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as a form asks for it: what the case holds, and how that reads in the control."""

    field: FieldDefinition
    reader: Reader
    current: Any = None  # Any: a JSON value of the case
    written: tuple[str, ...] = ()
    is_required: bool = False
    is_masked: bool = False
    zones: tuple[tuple[str, str], ...] = ()
    lookup: str = ""
    closed: str = ""  # why the person may only read it
    said: str = ""  # the value in words, where it is only read

    @property
    def code(self) -> str:
        return self.field.code

    @property
    def is_held(self) -> bool:
        return is_filled(self.current)


class FactForm(BaseForm):
    """The fields of one step; knows what changed and what was typed."""

    def __init__(self, fields: dict[str, Any], reason_mode: str = "none") -> None:
        super().__init__(fields)
        self.reason_mode = reason_mode
        self.sent: Any = None  # Any: the request's form, for the companions of a control
        self.conditional: frozenset[str] = frozenset()  # fields that other answers call for
        self.hidden: frozenset[str] = frozenset()  # those of them that are not called for now

    def facts(self) -> "list[Fact]":
        return [field for field in self if isinstance(field, Fact)]

    def codes(self) -> list[str]:
        return [fact.asked.code for fact in self.facts()]

    def fact(self, code: str) -> "Fact":
        found = self[code]
        assert isinstance(found, Fact)  # noqa: S101  asked only for the form's own facts
        return found

    def asked_as(self, code: str) -> Asked:
        return self.fact(code).asked

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:  # Any: as above
        self.sent = formdata
        super().process(formdata, *args, **kwargs)

    def companion(self, name: str) -> str:
        """The value of a small control beside a field: its zone, the reading chosen for it."""
        return str(self.sent.get(name, "")) if self.sent is not None else ""

    def is_asking(self) -> bool:
        """Whether what is typed may change which fields are there, or what is computed."""
        return bool(self.conditional) or any(fact.asked.field.compute for fact in self.facts())

    def answers(self) -> dict[str, Any]:  # Any: JSON values of the case
        """What the person changed; a value left as it was is no answer."""
        said = {fact.asked.code: fact.answer for fact in self.facts() if fact.is_changed()}
        if REASON_FIELD in self and self[REASON_FIELD].data:
            said[REASON_FIELD] = self[REASON_FIELD].data.strip()
        return said

    def refuse(self, code: str | None, sentence: str) -> None:
        """Put a sentence at its field, or above the form; a field says one thing at a time."""
        if code is None or code not in self:
            self.form_errors.append(sentence)
        elif not self[code].errors:
            self[code].errors = [sentence]

    def remarks(self) -> list[str]:
        return [remark for fact in self.facts() for remark in fact.remarks]


class Fact(Field):
    """What every control of a case form adds to a WTForms field."""

    asked: Asked
    answer: Any = None  # Any: a JSON value of the case
    remarks: Sequence[str] = ()
    candidates: Sequence[Candidate] = ()

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:  # Any: as WTForms
        self.asked = asked
        super().__init__(*args, **kwargs)

    def typed(self) -> list[str]:
        return [
            text.strip() for text in self.raw_data or () if isinstance(text, str) and text.strip()
        ]

    def is_changed(self) -> bool:
        if self.asked.is_masked or not self.asked.is_held:
            return bool(self.typed()) and is_filled(self.answer)
        return self.is_sent() and not self.is_untouched()

    def is_sent(self) -> bool:
        """A control that did not come with the request was not on the person's screen."""
        return bool(self.raw_data)

    def is_untouched(self) -> bool:
        return tuple(self.typed()) == self.asked.written

    def pre_validate(self, form: BaseForm | Form) -> None:
        assert isinstance(form, FactForm)  # noqa: S101  facts stand only in such a form
        typed = self.typed()
        if self.asked.is_held and self.is_untouched():
            self.answer = self.asked.current
        elif typed:
            try:
                self.answer = self.asked.reader(typed, form)
            except ValueProblemError as problem:
                raise ValidationError(gettext(str(problem))) from problem


class ClosedFact(Fact, StringField):
    """What the person reads and does not fill in; an answer to it is the engine's to refuse."""

    def is_changed(self) -> bool:
        return bool(self.typed())

    def pre_validate(self, form: BaseForm | Form) -> None:
        del form
        self.answer = self.typed()[0] if self.typed() else self.asked.current


class TextFact(Fact, StringField):
    """One line."""


class MomentFact(Fact, StringField):
    """A local date and time, and the zone it is local to."""

    is_zone_kept = True

    def pre_validate(self, form: BaseForm | Form) -> None:
        assert isinstance(form, FactForm)  # noqa: S101  facts stand only in such a form
        zone = form.companion(zone_name(self.asked.code))
        self.is_zone_kept = not zone or zone == self.asked.zones[0][0]
        super().pre_validate(form)

    def is_untouched(self) -> bool:
        return self.is_zone_kept and super().is_untouched()


class AreaFact(Fact, AreaField):
    """Several lines; for entries one per line."""

    def typed(self) -> list[str]:
        return ["\n".join(text.splitlines()).strip() for text in super().typed()]


class LinesFact(Fact, AreaField):
    """A list with one entry per line."""

    def typed(self) -> list[str]:
        lines = (line.strip() for text in super().typed() for line in text.splitlines())
        return [line for line in lines if line]


class RadioFact(Fact, RadioField):
    """Few choices, all in sight."""

    def pre_validate(self, form: BaseForm | Form) -> None:
        Fact.pre_validate(self, form)


class SelectFact(Fact, SelectField):
    """Many choices."""

    def pre_validate(self, form: BaseForm | Form) -> None:
        Fact.pre_validate(self, form)


class ManyFact(Fact, ManyField):
    """Several choices at once; a mark in the form tells none ticked from not asked."""

    was_shown = False

    def pre_validate(self, form: BaseForm | Form) -> None:
        assert isinstance(form, FactForm)  # noqa: S101  facts stand only in such a form
        self.was_shown = bool(form.companion(shown_name(self.asked.code)))
        Fact.pre_validate(self, form)

    def is_sent(self) -> bool:
        return self.was_shown or bool(self.raw_data)

    def is_untouched(self) -> bool:
        return set(self.typed()) == set(self.asked.written)


class FileFact(Fact, MultipleFileField):
    """Uploads, and those that an earlier try has brought already."""

    keeper: Keeper
    kept: list[Kept]

    def __init__(self, *args: Any, keeper: Keeper, **kwargs: Any) -> None:  # Any: as WTForms
        super().__init__(*args, **kwargs)
        self.keeper = keeper
        self.kept = []

    def is_changed(self) -> bool:
        # A list that grows keeps what it held; a single file is replaced.
        return bool(self.kept) and self.asked.field.multiple and self.asked.is_held

    def pre_validate(self, form: BaseForm | Form) -> None:
        assert isinstance(form, FactForm)  # noqa: S101  facts stand only in such a form
        try:
            self.kept = self.keeper(self, form)
        except AppError as problem:
            raise ValidationError(gettext(problem.message)) from problem
        self.answer = self.asked.current
