"""The administrator's pages of what the clocks rest on: thresholds by place, and every recount."""

from datetime import date
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length, NumberRange

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import setting_pages as pages
from app.cases.setting_services import Check, NewSetting, add_setting
from app.database import normalise_text, reading, transaction
from app.form_words import DayField, ScreenForm
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.limits import ClockKind

_NEEDED = InputRequired(lazy_gettext("Mục này không được để trống."))
_LONGEST = 99_999


def _tidy(value: str | None) -> str:
    return normalise_text(value or "")


class SettingForm(ScreenForm):
    """A threshold from a day on."""

    key = SelectField(lazy_gettext("Ngưỡng"), validators=[_NEEDED])
    scope = StringField(
        lazy_gettext("Áp dụng cho"),
        filters=[_tidy],
        validators=[Length(max=8)],
        description=lazy_gettext(
            "Mã nước (RU), mã tỉnh (04) hoặc CN, LA, KH; để trống là mọi nơi."
        ),
    )
    value = IntegerField(lazy_gettext("Số"), validators=[_NEEDED, NumberRange(min=0, max=_LONGEST)])
    unit = SelectField(
        lazy_gettext("Tính theo"),
        choices=[SelectChoice(str(kind), name) for kind, name in pages.UNIT_NAMES.items()],
    )
    valid_from = DayField(lazy_gettext("Từ ngày"), validators=[_NEEDED])
    source = StringField(
        lazy_gettext("Nguồn"),
        filters=[_tidy],
        validators=[_NEEDED, Length(max=1000)],
        description=lazy_gettext("Văn bản, điều khoản hoặc địa chỉ nơi ghi con số này."),
    )
    check = SelectField(
        lazy_gettext("Độ chắc chắn"),
        choices=[SelectChoice(str(check), name) for check, name in pages.CHECK_NAMES.items()],
    )


@require(Permission.ADMIN_CALENDAR)
def settings() -> ResponseReturnValue:
    """Every threshold with all its dated rows; adding one computes open deadlines again."""
    form, actor = SettingForm(), current_actor()
    groups = pages.setting_groups(reading(), actor.locale, on=utc_now().date())
    form.key.choices = [SelectChoice(group.key, group.choice) for group in groups]
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            add_setting(session, actor, _new(form), now=utc_now())
            flash(_("Đã thêm ngưỡng. Các thời hạn đang mở được tính lại."), "success")
            return redirect(url_for("cases.settings", _anchor=form.key.data))
    if request.method == "GET" and request.args.get("khoa"):
        form.key.data = request.args["khoa"]
    return render_template("cases/settings.html", form=form, groups=groups)


def _new(form: SettingForm) -> NewSetting:
    return NewSetting(
        key=form.key.data,
        scope=form.scope.data or "",
        value=form.value.data or 0,
        unit=ClockKind(form.unit.data),
        valid_from=cast(date, form.valid_from.data),  # the form refuses an empty day
        source=form.source.data or "",
        check=Check(form.check.data),
    )


@require(Permission.ADMIN_CALENDAR)
def recounts() -> ResponseReturnValue:
    """The recounts of open deadlines, the running ones with their progress."""
    lines = pages.recount_lines(reading())
    return render_template(
        "cases/recounts.html", lines=lines, is_running=any(not line.is_done for line in lines)
    )


@require(Permission.ADMIN_CALENDAR)
def recount(recount_id: int) -> ResponseReturnValue:
    """What one recount moved: by clock for all, case by case for those one may see."""
    page = pages.recount_page(reading(), current_actor(), recount_id)
    return render_template("cases/recount.html", page=page)


VIEWS = (
    ("/quan-tri/nguong", "settings", settings, ["GET", "POST"]),
    ("/quan-tri/tinh-lai", "recounts", recounts, ["GET"]),
    ("/quan-tri/tinh-lai/<int:recount_id>", "recount", recount, ["GET"]),
)
