"""The form of a published figure."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.errors import Invalid
from app.form_words import DayField, ScreenForm
from app.registers.fact_services import Figure

_NEEDED = InputRequired(_("Cần nhập mục này."))
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_MOST = Decimal(99_999_999_999)


class FigureForm(ScreenForm):
    subject = SelectField(_("Của tuyến, tỉnh hoặc đoạn nào"), [_NEEDED])
    key = SelectField(_("Số liệu"), [_NEEDED])
    value = StringField(
        _("Giá trị"), [_NEEDED, Length(max=24)], description=_("Ví dụ 414,712 hoặc 1.045.")
    )
    unit = StringField(
        _("Đơn vị tính"), [_NEEDED, Length(max=32)], description=_("Ví dụ km, mốc, vị trí.")
    )
    as_of = DayField(_("Ngày của số liệu"), [_NEEDED])
    source = StringField(
        _("Nguồn"), [_NEEDED, _NAME], description=_("Văn bản, báo cáo hoặc nơi đăng.")
    )
    check = SelectField(_("Mức kiểm chứng"), [_NEEDED])
    note = TextAreaField(_("Ghi chú"), [Length(max=4000)])

    def offer(self, subjects: Sequence[tuple[str, str]], keys: Sequence[tuple[str, str]]) -> None:
        self.subject.choices = list(subjects)
        self.key.choices = list(keys)
        self.check.choices = [
            ("stated", str(_("một nguồn"))),
            ("two_sources", str(_("hai nguồn độc lập"))),
            ("disputed", str(_("các nguồn ghi khác nhau"))),
            ("superseded", str(_("đã được thay"))),
        ]

    def figure(self) -> Figure:
        """What was entered; Invalid where the value is no number."""
        assert self.as_of.data is not None  # noqa: S101  required above
        return Figure(
            subject=self.subject.data,
            key=self.key.data,
            value=self._number(),
            unit=(self.unit.data or "").strip(),
            source=(self.source.data or "").strip(),
            as_of=self.as_of.data,
            check=self.check.data,
            note=(self.note.data or "").strip(),
        )

    def _number(self) -> Decimal:
        text = (self.value.data or "").strip().replace(" ", "").replace(".", "").replace(",", ".")
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise self._not_a_number() from error
        if not value.is_finite() or not 0 <= value <= _MOST:
            raise self._not_a_number()
        return value

    @staticmethod
    def _not_a_number() -> Invalid:
        said = ("Hãy nhập một số, ví dụ 414,712.",)
        return Invalid(said[0], {"value": said})
