"""Says what WTForms itself checks in the language of the screen; the package has no Vietnamese."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.form import BaseForm

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
