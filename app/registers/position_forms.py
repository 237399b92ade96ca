"""The form of the tool “Tọa độ và vị trí”: one box, and what helps to read it."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.form_words import DayField, ScreenForm
from app.geo.crs import systems
from app.registers.models import Marker
from app.registers.positions import Asked
from app.registers.vocabulary import choices

_OPTIONAL = Optional()
LONGEST = 300


class PositionForm(ScreenForm):
    text = StringField(
        _("Tọa độ hoặc vị trí"),
        [
            InputRequired(_("Cần nhập mục này.")),
            Length(max=LONGEST, message=_("Tối đa 300 ký tự.")),
        ],
        description=_(
            "Chép nguyên như giấy tờ hay lời báo: độ phút giây, X và Y của VN-2000, UTM, MGRS, cặp "
            "ki-lô-mét 1985, “cách mốc 160/4 khoảng 300 m về phía tây”, “giữa mốc 119 và 121”."
        ),
    )
    province = SelectField(_("Tỉnh"), [_OPTIONAL])
    paper_date = DayField(
        _("Ngày của giấy tờ"),
        [_OPTIONAL],
        description=_("Giấy tờ trước 01/07/2025 dùng kinh tuyến trục của tỉnh cũ."),
    )
    crs = SelectField(_("Hệ tọa độ ghi trên giấy tờ"), [_OPTIONAL])
    line = SelectField(_("Tuyến biên giới"), [_OPTIONAL])
    reading = HiddenField()

    def offer(self, provinces: Iterable[tuple[str, str]], locale: str) -> None:
        self.province.choices = [("", _("Chưa rõ")), *provinces]
        known = [
            (one.code, one.name_en if locale == "en" else one.name_vi) for one in systems().values()
        ]
        self.crs.choices = [("", _("Theo cách ghi (độ là WGS-84)")), *known]
        self.line.choices = [("", _("Chưa rõ")), *choices("neighbour", locale)]

    def asked(self, named: Marker | None = None) -> Asked:
        return Asked(
            text=(self.text.data or "").strip(),
            province_code=self.province.data or None,
            on=self.paper_date.data,
            crs=self.crs.data or None,
            line=self.line.data or None,
            chosen=self.reading.data or "",
            named=named,
        )
