"""The form of one part of a definition, drawn from its shape: the same code for every part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # old stubs
from wtforms.form import BaseForm
from wtforms.widgets import ColorInput

from app.designer.queries import Content
from app.workflow.difference import value_at
from app.workflow.places import vocabulary
from app.workflow.shapes import DECIDES, SHAPES, Attribute, Kind
from app.workflow.text import Text

Row = dict[str, Any]  # Any: JSON
Controls = dict[str, tuple[Any, Any]]  # Any: an unbound field, and what it starts with
_LIMIT_UNITS = (
    ("wd", lazy_gettext("ngày làm việc")),
    ("cd", lazy_gettext("ngày")),
    ("h", lazy_gettext("giờ")),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the references of a draft may choose from, in the reader's language."""

    content: Content
    roles: Mapping[str, Text]
    types: Mapping[str, Text]
    locale: str

    def choices(self, attribute: Attribute) -> list[tuple[str, str]]:
        known = dict(attribute.choices) or vocabulary(
            self.content, attribute.source, roles=self.roles, types=self.types
        )
        return [(code, name.in_locale(self.locale)) for code, name in known.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list inside the part: its number and its controls."""

    number: int
    code: str
    items: Sequence["Item"]


@dataclass(frozen=True, slots=True)
class Item:
    """One attribute on the screen: its controls by name, or the lines of its list."""

    attribute: Attribute
    label: str
    help: str
    controls: Sequence[str]
    lines: Sequence[Line] = ()
    is_shown: bool = True


@dataclass
class PartForm:
    """The controls of one part, and how they stand."""

    form: BaseForm
    items: list[Item] = field(default_factory=list)

    @property
    def main(self) -> list[Item]:
        return [item for item in self.items if not item.attribute.aside]

    @property
    def aside(self) -> list[Item]:
        return [item for item in self.items if item.attribute.aside]


def part_form(shape: str, row: Row, words: Words, *, prefix: str = "") -> PartForm:
    """The form of a part as it stands in the draft; a prefix keeps two forms of a page apart."""
    controls: Controls = {}
    items = list(_items(shape, row, words, controls, prefix=prefix))
    form = BaseForm({name: control for name, (control, _start) in controls.items()})
    form.process(None, data={name: start for name, (_control, start) in controls.items()})
    return PartForm(form, items)


def _items(
    shape: str, row: Row, words: Words, controls: Controls, *, prefix: str = ""
) -> Iterator[Item]:
    decided = row.get(DECIDES.get(shape, ""), "")
    for attribute in SHAPES[shape]:
        name, value = f"{prefix}{attribute.key}", value_at(row, attribute.key)
        is_list = attribute.kind is Kind.ROWS
        made = {} if is_list else _controls(attribute, name, value, words)
        controls.update(made)
        yield Item(
            attribute,
            attribute.label.in_locale(words.locale),
            attribute.help.in_locale(words.locale) if attribute.help else "",
            list(made),
            _lines(attribute, name, value or (), words, controls) if is_list else (),
            is_shown=not attribute.only or decided in attribute.only,
        )


def _lines(
    attribute: Attribute, name: str, entries: Sequence[Row], words: Words, controls: Controls
) -> list[Line]:
    return [
        Line(
            number,
            str(entry.get("code", "")),
            list(_items(attribute.shape, entry, words, controls, prefix=f"{name}-{number}-")),
        )
        for number, entry in enumerate(entries)
    ]


def _controls(attribute: Attribute, name: str, value: Any, words: Words) -> Controls:  # Any: JSON
    label = attribute.label.in_locale(words.locale)
    if attribute.kind is Kind.TEXT:
        return _text_controls(attribute, name, value or {}, label)
    if attribute.kind is Kind.LIMIT:
        amount, _space, unit = str(value or "").partition(" ")
        units = [SelectChoice(value=code, label=str(said)) for code, said in _LIMIT_UNITS]
        select = SelectField(_("Tính theo"), choices=units, validate_choice=False)
        return {
            f"{name}-amount": (StringField(label, render_kw={"inputmode": "numeric"}), amount),
            f"{name}-unit": (select, unit or "wd"),
        }
    return {name: _control(attribute, label, value, words)}


def _text_controls(attribute: Attribute, name: str, said: Row, label: str) -> Controls:
    is_long = attribute.key in {"help", "message"}
    made, look = (TextAreaField, {"rows": "2"}) if is_long else (StringField, {})
    vi = made(_("%(label)s, tiếng Việt", label=label), render_kw={**look, "lang": "vi"})
    en = made(_("%(label)s, tiếng Anh", label=label), render_kw={**look, "lang": "en"})
    return {f"{name}-vi": (vi, said.get("vi")), f"{name}-en": (en, said.get("en"))}


def _control(
    attribute: Attribute, label: str, value: Any, words: Words
) -> tuple[Any, Any]:  # Any: as in Controls
    kind = attribute.kind
    if kind is Kind.BOOLEAN:
        return BooleanField(label), attribute.is_on if value is None else bool(value)
    if kind in {Kind.CHOICE, Kind.REFERENCE}:
        offered = _offered(attribute, value, words)
        return SelectField(label, choices=offered, validate_choice=False), value
    if kind is Kind.CODES:
        offered = _offered(attribute, value, words)
        chosen = list(value or ())
        return SelectMultipleField(label, choices=offered, validate_choice=False), chosen
    if kind in {Kind.AREA, Kind.EXPRESSION}:
        look = {"rows": "8" if kind is Kind.AREA else "2", "spellcheck": "false"}
        return TextAreaField(label, render_kw=look), value
    if kind is Kind.COLOUR:
        return StringField(label, widget=ColorInput()), value
    return StringField(label), _typed(value)


def _typed(value: Any) -> str:  # Any: JSON
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _offered(attribute: Attribute, value: Any, words: Words) -> list[SelectChoice]:  # Any: JSON
    """What may be chosen, what is chosen first; a code that is gone says so."""
    pairs = words.choices(attribute)
    known = {code for code, _name in pairs}
    chosen = list(value) if isinstance(value, list) else [value] if value else []
    gone = [(code, _("%(code)s (không còn)", code=code)) for code in chosen if code not in known]
    if attribute.kind is Kind.CODES:
        ranks = {code: rank for rank, code in enumerate(chosen)}
        pairs = sorted(pairs, key=lambda pair: ranks.get(pair[0], len(ranks)))
    elif attribute.kind is Kind.REFERENCE:
        pairs = [("", _("Chưa chọn")), *pairs]
    return [SelectChoice(value=code, label=name) for code, name in [*gone, *pairs]]
