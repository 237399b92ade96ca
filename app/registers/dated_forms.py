"""The forms of the dated tables: an axis, a distance."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.form_words import DayField, ScreenForm
from app.geo.crs import systems
from app.registers.dated_rules import AxisFacts, DistanceFacts
from app.registers.vocabulary import choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_CHECK = Length(max=64, message=_("Tối đa 64 ký tự."))


class AxisForm(ScreenForm):
    system = SelectField(_("Kinh tuyến trục"), [_NEEDED])
    valid_from = DayField(_("Có hiệu lực từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Hết hiệu lực sau ngày"), [_OPTIONAL])
    check = StringField(
        _("Mức kiểm chứng"),
        [_NEEDED, _CHECK],
        description=_("Ví dụ đã đối chiếu công báo, 2/3 bản chép."),
    )
    source = TextAreaField(_("Nguồn"), [_NEEDED, _TEXT])

    def offer(self, locale: str) -> None:
        self.system.choices = [
            (one.code, one.name_en if locale == "en" else one.name_vi)
            for one in systems().values()
            if one.kind == "tm3"
        ]

    def facts(self) -> AxisFacts:
        return AxisFacts(
            self.system.data,
            self.valid_from.data,
            self.valid_to.data,
            (self.check.data or "").strip(),
            (self.source.data or "").strip(),
        )


class DistanceForm(ScreenForm):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    activity = SelectField(_("Hoạt động"), [_NEEDED])
    metres = IntegerField(
        _("Khoảng cách"), [_NEEDED, NumberRange(1, 20_000, _("Từ 1 đến 20.000 m."))]
    )
    province_code = SelectField(_("Tỉnh"), [_OPTIONAL])
    stretch = StringField(
        _("Đoạn áp dụng"),
        [_NAME],
        description=_("Bỏ trống nếu áp dụng cả đoạn biên giới của tỉnh."),
    )
    treaty = StringField(_("Điều ước, quyết định"), [_NEEDED, _NAME])
    valid_from = DayField(_("Có hiệu lực từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Hết hiệu lực sau ngày"), [_OPTIONAL])
    check = StringField(_("Mức kiểm chứng"), [_NEEDED, _CHECK])
    source = TextAreaField(_("Nguồn"), [_NEEDED, _TEXT])
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer(self, provinces: Iterable[tuple[str, str]], locale: str) -> None:
        self.neighbour.choices = choices("neighbour", locale)
        self.activity.choices = choices("activity", locale)
        self.province_code.choices = [("", _("Cả tuyến")), *provinces]

    def facts(self) -> DistanceFacts:
        return DistanceFacts(
            neighbour=self.neighbour.data,
            activity=self.activity.data,
            metres=self.metres.data or 0,
            province_code=self.province_code.data or None,
            stretch=(self.stretch.data or "").strip(),
            treaty=(self.treaty.data or "").strip(),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            check=(self.check.data or "").strip(),
            source=(self.source.data or "").strip(),
            note=(self.note.data or "").strip(),
        )
