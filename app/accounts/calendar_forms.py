"""The forms of the working calendar: one day, a week from a day on, and which calendar is shown."""

import re
from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.forms import NEEDED, tidy
from app.form_words import DayField, ScreenForm
from app.workflow.calendars import DayKind, DayStatus

DAY_KIND_NAMES = {
    DayKind.HOLIDAY: lazy_gettext("Ngày lễ"),
    DayKind.MAKE_UP: lazy_gettext("Nghỉ bù"),
    DayKind.SWAP_OFF: lazy_gettext("Nghỉ hoán đổi"),
    DayKind.SWAP_WORK: lazy_gettext("Làm bù"),
    DayKind.HALF_DAY: lazy_gettext("Làm nửa ngày"),
}
DAY_STATUS_NAMES = {
    DayStatus.OFFICIAL: lazy_gettext("Chính thức"),
    DayStatus.STATUTORY: lazy_gettext("Theo luật"),
    DayStatus.PROPOSED: lazy_gettext("Đề xuất"),
    DayStatus.COMPUTED: lazy_gettext("Tính toán"),
}
WEEKDAY_NAMES = (
    lazy_gettext("thứ Hai"),
    lazy_gettext("thứ Ba"),
    lazy_gettext("thứ Tư"),
    lazy_gettext("thứ Năm"),
    lazy_gettext("thứ Sáu"),
    lazy_gettext("thứ Bảy"),
    lazy_gettext("Chủ nhật"),
)
_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)")


def read_hour(text: str) -> time | None:
    """A local hour as "16:30" or "16h30"; None where the text is none."""
    match = _HOUR.fullmatch(text.strip())
    return time(int(match[1]), int(match[2])) if match else None


def _a_status() -> SelectField:
    return SelectField(
        lazy_gettext("Tình trạng"),
        choices=[SelectChoice(str(status), name) for status, name in DAY_STATUS_NAMES.items()],
        description=lazy_gettext(
            "Thời hạn tính qua một ngày chưa chính thức sẽ kèm ghi chú về tình trạng này."
        ),
    )


class CalendarDayForm(ScreenForm):
    """One day that departs from the week."""

    day = DayField(lazy_gettext("Ngày"), validators=[NEEDED])
    kind = SelectField(
        lazy_gettext("Loại ngày"),
        choices=[SelectChoice(str(kind), name) for kind, name in DAY_KIND_NAMES.items()],
    )
    ends_at = StringField(
        lazy_gettext("Làm đến giờ"),
        filters=[tidy],
        validators=[Length(max=5)],
        description=lazy_gettext("Chỉ cho ngày làm nửa ngày; để trống là 12:00."),
    )
    name = StringField(
        lazy_gettext("Tên ngày"), filters=[tidy], validators=[NEEDED, Length(max=120)]
    )
    status = _a_status()
    basis = StringField(
        lazy_gettext("Căn cứ"),
        filters=[tidy],
        validators=[Length(max=255)],
        description=lazy_gettext("Số văn bản, ví dụ 9441/TB-BNV"),
    )

    def validate_ends_at(self, field: StringField) -> None:
        if field.data and self.kind.data != DayKind.HALF_DAY:
            raise ValidationError(_("Giờ này chỉ dùng cho ngày làm nửa ngày."))
        if field.data and read_hour(field.data) is None:
            raise ValidationError(_("Hãy nhập giờ dạng 16:30."))

    @property
    def hour(self) -> time | None:
        return read_hour(self.ends_at.data or "")


class WorkWeekForm(ScreenForm):
    """The week from a day on; what is left empty stays."""

    valid_from = DayField(lazy_gettext("Từ ngày"), validators=[NEEDED])
    weekend = SelectMultipleField(
        lazy_gettext("Ngày nghỉ trong tuần"),
        choices=[SelectChoice(str(n), name) for n, name in enumerate(WEEKDAY_NAMES)],
        description=lazy_gettext("Để trống thì ngày nghỉ trong tuần không đổi."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    cut_off = StringField(
        lazy_gettext("Hết giờ làm việc lúc"),
        filters=[tidy],
        validators=[Length(max=5)],
        description=lazy_gettext(
            "Giờ địa phương, ví dụ 16:30. Việc đến sau giờ này tính là đến ngày hôm sau."
        ),
    )
    week_status = _a_status()
    week_basis = StringField(
        lazy_gettext("Căn cứ"), filters=[tidy], validators=[NEEDED, Length(max=255)]
    )

    def validate_cut_off(self, field: StringField) -> None:
        if field.data and read_hour(field.data) is None:
            raise ValidationError(_("Hãy nhập giờ dạng 16:30."))

    @property
    def days(self) -> frozenset[int] | None:
        return frozenset(int(number) for number in self.weekend.data or ()) or None

    @property
    def hour(self) -> time | None:
        return read_hour(self.cut_off.data or "")
