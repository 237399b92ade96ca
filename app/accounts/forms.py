"""The forms of sign-in, the account and its administration."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security.forms import ChangePasswordForm as LibraryChangePasswordForm
from flask_security.forms import LoginForm
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Email, Length, Optional, Regexp
from wtforms.widgets import TextInput

from app.accounts import queries, throttle
from app.accounts.models import UnitKind
from app.accounts.session import local_path
from app.database import normalise_text, reading, transaction
from app.errors import Invalid, Refused
from app.form_words import ScreenForm
from app.jobs import utc_now

ATTEMPT = "sign_in_attempt"
NEEDED = DataRequired(lazy_gettext("Mục này không được để trống."))

KIND_NAMES = {
    UnitKind.MINISTRY: lazy_gettext("Bộ"),
    UnitKind.DEPARTMENT: lazy_gettext("Cục, ủy ban thuộc Bộ"),
    UnitKind.FUND: lazy_gettext("Quỹ"),
    UnitKind.PROVINCE: lazy_gettext("Tỉnh, thành phố"),
    UnitKind.PROVINCE_AGENCY: lazy_gettext("Cơ quan ngoại vụ"),
    UnitKind.BORDER_COMMAND: lazy_gettext("Ban Chỉ huy BĐBP"),
    UnitKind.BORDER_STATION: lazy_gettext("Đồn Biên phòng"),
    UnitKind.COMMUNE: lazy_gettext("Xã, phường, đặc khu"),
    UnitKind.FISHERIES_OFFICE: lazy_gettext("Chi cục Thủy sản"),
    UnitKind.POLICE: lazy_gettext("Công an tỉnh"),
    UnitKind.MISSION: lazy_gettext("Cơ quan đại diện"),
}


def tidy(value: str | None) -> str:
    return normalise_text(value or "")


class SignInForm(LoginForm):
    """Name or e-mail and password; pauses after failures, before the password is looked at."""

    email = EmailField(
        lazy_gettext("Tên đăng nhập hoặc thư điện tử"),
        filters=[tidy],
        validators=[NEEDED, Length(max=255)],
        widget=TextInput(),  # a name without an at sign is as good
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Mật khẩu"),
        validators=[NEEDED, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    remember = None  # type: ignore[assignment]  # WTForms: no such field here

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: the library's signature
        super().__init__(*args, **kwargs)
        if self.next.data:
            self.next.data = local_path(self.next.data)

    def validate(self, **kwargs: Any) -> bool:  # Any: the library's signature
        if not self.email.data or not self.password.data:
            return bool(super(LoginForm, self).validate(**kwargs))
        try:
            self._count_attempt()
        except throttle.Paused as pause:
            self.form_errors.append(pause_sentence(pause))
            return False
        self.ifield = self.email
        self.user = queries.user_by_identity(reading(), self.email.data)
        return bool(super().validate(**kwargs)) and self._has_a_role()

    def _count_attempt(self) -> None:
        settings = current_app.extensions["settings"]
        with transaction() as writer:
            session[ATTEMPT] = throttle.begin_attempt(
                writer,
                throttle.account_key(writer, self.email.data or ""),
                address=request.remote_addr or "",
                throttle=throttle.throttle_of(settings),
                now=utc_now(),
            )

    def _has_a_role(self) -> bool:
        reader = reading()
        with reader.no_autoflush:  # the library may have renewed the hash; see HouseDatastore
            if self.user is not None and queries.assignments_of(reader, self.user.id):
                return True
        self.form_errors.append(
            _("Tài khoản chưa được giao vai trò ở đơn vị nào. Hãy liên hệ quản trị viên.")
        )
        return False


def pause_sentence(pause: throttle.Paused) -> str:
    zone = ZoneInfo(current_app.extensions["settings"].time_zone)
    sentence: str = _(
        "Tạm dừng đăng nhập đến %(time)s vì nhập sai nhiều lần. "
        "Hãy chờ hoặc liên hệ quản trị viên của đơn vị.",
        time=pause.until.astimezone(zone).strftime("%H:%M"),
    )
    return sentence


class ChangePasswordForm(LibraryChangePasswordForm):
    """The current password and a new one, twice."""

    password = PasswordField(
        lazy_gettext("Mật khẩu hiện tại"), render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        validators=[NEEDED, Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        lazy_gettext("Nhập lại mật khẩu mới"),
        validators=[NEEDED],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_new_password_confirm(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(_("Hai lần nhập mật khẩu mới không giống nhau."))


class NewUserForm(ScreenForm):
    """A new account with its first role."""

    name = StringField(
        lazy_gettext("Họ và tên"), filters=[tidy], validators=[NEEDED, Length(max=120)]
    )
    username = StringField(
        lazy_gettext("Tên đăng nhập"),
        filters=[tidy],
        validators=[
            NEEDED,
            Length(min=3, max=64, message=lazy_gettext("Từ 3 đến 64 ký tự.")),
            Regexp(
                r"^[a-z0-9][a-z0-9._-]*$",
                message=lazy_gettext("Chỉ dùng chữ thường không dấu, số, dấu chấm, gạch nối."),
            ),
        ],
        description=lazy_gettext("Chữ thường không dấu, ví dụ lan.nguyen.04"),
    )
    email = EmailField(
        lazy_gettext("Thư điện tử công vụ"),
        filters=[tidy],
        validators=[NEEDED, Email(lazy_gettext("Địa chỉ thư điện tử chưa đúng.")), Length(max=255)],
    )
    position = StringField(
        lazy_gettext("Chức vụ"), filters=[tidy], validators=[Optional(), Length(max=120)]
    )


class RoleForm(ScreenForm):
    """A role for a unit."""

    role = SelectField(lazy_gettext("Vai trò"), validators=[NEEDED])
    unit = StringField(
        lazy_gettext("Mã hoặc tên đơn vị"),
        filters=[tidy],
        validators=[NEEDED, Length(max=255)],
        description=lazy_gettext("Ví dụ: NV04, UBBG, Cơ quan ngoại vụ tỉnh Cao Bằng"),
    )


class TokenForm(ScreenForm):
    """What a program's key is called and how long it lasts."""

    name = StringField(
        lazy_gettext("Dùng cho"),
        filters=[tidy],
        validators=[NEEDED, Length(max=120)],
        description=lazy_gettext("Ví dụ: QGIS trên máy phòng bản đồ"),
    )
    days = SelectField(
        lazy_gettext("Có hiệu lực trong"),
        choices=[
            SelectChoice("30", lazy_gettext("30 ngày")),
            SelectChoice("90", lazy_gettext("90 ngày")),
            SelectChoice("365", lazy_gettext("365 ngày")),
        ],
        default="90",
    )
    may_send = BooleanField(
        lazy_gettext("Được gửi cảnh báo VMS vào hệ thống"),
        description=lazy_gettext("Không chọn thì mã chỉ đọc."),
    )


@contextmanager
def problems_shown_on(*forms: BaseForm) -> Iterator[None]:
    """Put each problem that a service finds beside the field it is about, else above the form."""
    try:
        yield
    except Invalid as refusal:
        if not refusal.problems:
            forms[0].form_errors.append(_(refusal.message))
        for name, said in refusal.problems.items():
            home = next((form for form in forms if name in form), None)
            if home is None:
                forms[0].form_errors.extend(said)
            else:
                home[name].errors = [*home[name].errors, *said]


@contextmanager
def refusals_shown_on(form: BaseForm) -> Iterator[None]:
    """As problems_shown_on; a refusal too stands above the form, which keeps what was typed."""
    try:
        with problems_shown_on(form):
            yield
    except Refused as refusal:
        form.form_errors.extend(refusal.reasons or [refusal.message])
