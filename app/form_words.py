"""Says what WTForms itself checks in the language of the screen; the package has no Vietnamese."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.form import BaseForm
from wtforms.widgets import TextInput

SENTENCES: Mapping[str, object] = {  # lazy texts, by the package's own sentence
    "Field cannot be longer than %(max)d characters.": _("Tối đa %(max)d ký tự."),
    "Field must be at least %(min)d characters long.": _("Ít nhất %(min)d ký tự."),
    "Field must be between %(min)d and %(max)d characters long.": _(
        "Từ %(min)d đến %(max)d ký tự."
    ),
    "Invalid Choice: could not coerce.": _("Hãy chọn trong danh sách."),
    "Invalid input.": _("Nội dung chưa đúng dạng của mục này."),
    "Not a valid choice.": _("Hãy chọn trong danh sách."),
    "Not a valid date value.": _("Hãy nhập ngày dạng dd/mm/yyyy, ví dụ 22/11/2026."),
    "Not a valid float value.": _("Hãy nhập một số, ví dụ 1.045,5."),
    "Not a valid integer value.": _("Hãy nhập một số nguyên."),
    "This field is required.": _("Mục này không được để trống."),
}

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def written_day(text: str) -> date | None:
    """A day that someone wrote as dd/mm/yyyy, or an address as yyyy-mm-dd; None where none is."""
    vietnamese = _DAY.fullmatch(text.strip())
    if vietnamese:
        day, month, year = (int(part) for part in vietnamese.groups())
        text = f"{year}-{month:02d}-{day:02d}"
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


class Words:
    """What WTForms asks for the sentences of its checks."""

    def gettext(self, sentence: str) -> str:
        return str(SENTENCES.get(sentence, sentence))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 and plural not in SENTENCES else plural)


class ScreenForm(FlaskForm):  # type: ignore[misc]  # the package ships no types
    """The base of every form with fixed fields."""

    class Meta:
        def get_translations(self, form: BaseForm) -> Words:
            del form
            return Words()


class DayField(DateField):
    """A day as dd/mm/yyyy with a calendar beside it; yyyy-mm-dd is read as well."""

    widget = TextInput()

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,  # Any: the package's own validators
        **options: Any,  # Any: what the package's field takes
    ) -> None:
        look = {"inputmode": "numeric", "autocomplete": "off", "data-picker": "date"}
        options["render_kw"] = {**look, "placeholder": "dd/mm/yyyy", **options.get("render_kw", {})}
        super().__init__(label, validators, format=["%d/%m/%Y", "%Y-%m-%d"], **options)
