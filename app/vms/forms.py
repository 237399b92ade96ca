"""The forms of a trip: where the vessel says it is, and the first words of a case."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.form_words import DayField, ScreenForm
from app.geo.coordinates import Coordinate, parse_coordinate
from app.vms.services import Point

_NEEDED = InputRequired(_("Cần nhập mục này."))


class PositionForm(ScreenForm):
    """A position told by radio or telephone; without a time it was told now."""

    place = StringField(
        _("Vị trí tàu báo"),
        [_NEEDED, Length(max=200)],
        description=_("Ví dụ 9°15'N 103°27'E hoặc 9,25; 103,45."),
    )
    at = StringField(
        _("Lúc"),
        [Optional(), Length(max=20)],
        description=_("dd/mm/yyyy HH:MM; để trống là vừa xong."),
    )

    def point(self) -> Point | None:
        found = parse_coordinate(self.place.data or "")
        if isinstance(found, Coordinate):
            return Point(found.lat, found.lon)
        self.place.errors = [*self.place.errors, found.reason.vi]
        return None

    def moment(self, zone: ZoneInfo, now: datetime) -> datetime | None:
        typed = (self.at.data or "").strip()
        if not typed:
            return now
        try:
            return datetime.strptime(typed, "%d/%m/%Y %H:%M").replace(tzinfo=zone)
        except ValueError:
            self.at.errors = [*self.at.errors, str(_("Viết như 22/11/2026 08:30."))]
            return None


class CallForm(ScreenForm):
    """What was said in a call may stay empty: that it was made is what counts."""

    text = StringField(_("Nội dung gọi (không bắt buộc)"), [Optional(), Length(max=1_000)])


class CaseForm(ScreenForm):
    first_notice = TextAreaField(_("Nội dung tin ban đầu"), [_NEEDED, Length(max=4_000)])


class SpanForm(ScreenForm):
    """The period of the table of outcomes."""

    tu = DayField(_("Từ ngày"), [Optional()])
    den = DayField(_("Đến ngày"), [Optional()])

    class Meta:
        csrf = False
