"""The forms of teams, rules, absences and hand-overs."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, Length, Optional

from app.database import normalise_text
from app.form_words import DayField, ScreenForm

NEEDED = DataRequired(lazy_gettext("Mục này không được để trống."))
Pairs = Sequence[tuple[str, str]]


def tidy(value: str | None) -> str:
    return normalise_text(value or "")


def _id(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def choices(pairs: Pairs, *, empty: str | None = None) -> list[SelectChoice]:
    first = [SelectChoice("", empty)] if empty is not None else []
    return [*first, *(SelectChoice(code, name) for code, name in pairs)]


class TeamForm(ScreenForm):
    name = StringField(
        lazy_gettext("Tên nhóm"), filters=[tidy], validators=[NEEDED, Length(max=120)]
    )


class RuleForm(ScreenForm):
    """Which cases go to whom; an empty part asks nothing."""

    name = StringField(
        lazy_gettext("Tên quy tắc"), filters=[tidy], validators=[NEEDED, Length(max=120)]
    )
    receiver = SelectField(lazy_gettext("Giao cho"), validators=[NEEDED])
    type_code = SelectField(lazy_gettext("Loại hồ sơ"), validators=[Optional()])
    province_code = SelectField(lazy_gettext("Tỉnh"), validators=[Optional()])
    country_code = SelectField(lazy_gettext("Nước"), validators=[Optional()])
    condition = TextAreaField(
        lazy_gettext("Điều kiện (CEL)"),
        filters=[tidy],
        validators=[Length(max=2000)],
        description=lazy_gettext("Ví dụ: data.persons_count > 5. Để trống nếu không cần."),
    )
    valid_from = DayField(lazy_gettext("Từ ngày"), validators=[NEEDED])
    valid_to = DayField(lazy_gettext("Đến ngày"), validators=[Optional()])

    def team_id(self) -> int | None:
        return self._of("nhom")

    def user_id(self) -> int | None:
        return self._of("nguoi")

    def _of(self, kind: str) -> int | None:
        said, _, number = str(self.receiver.data or "").partition("-")
        return _id(number) if said == kind else None


class AbsenceForm(ScreenForm):
    """Who is away from when until when, and who stands in."""

    absent_id = SelectField(lazy_gettext("Người vắng mặt"), validators=[NEEDED])
    valid_from = DayField(lazy_gettext("Từ ngày"), validators=[NEEDED])
    valid_to = DayField(lazy_gettext("Đến hết ngày"), validators=[NEEDED])
    substitute_id = SelectField(lazy_gettext("Người thay"), validators=[NEEDED])
    reason = StringField(
        lazy_gettext("Lý do (không bắt buộc)"), filters=[tidy], validators=[Length(max=255)]
    )


class HandoverForm(ScreenForm):
    """Who leaves, to whom, from which day, and what was promised."""

    leaver_id = SelectField(lazy_gettext("Người bàn giao"), validators=[NEEDED])
    successor_id = SelectField(lazy_gettext("Người nhận"), validators=[NEEDED])
    leaves_on = DayField(lazy_gettext("Bàn giao từ ngày"), validators=[NEEDED])
    promises = TextAreaField(
        lazy_gettext("Việc đã hứa, việc cần nhớ"),
        validators=[Length(max=20_000)],
        description=lazy_gettext(
            "Hệ thống tự ghi hồ sơ, thời hạn và đề nghị đang chờ; mục này ghi những gì ngoài đó."
        ),
    )
