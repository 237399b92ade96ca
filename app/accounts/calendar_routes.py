"""The administrator's pages of the working calendars: of Viet Nam, a host country, one unit."""

from datetime import date
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts import calendar_queries, queries
from app.accounts import calendar_services as services
from app.accounts.calendar import HOME, load_calendar, own_calendar
from app.accounts.calendar_forms import (
    DAY_KIND_NAMES,
    DAY_STATUS_NAMES,
    WEEKDAY_NAMES,
    CalendarDayForm,
    WorkWeekForm,
)
from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.accounts.unit_names import unit_named
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.calendars import DayKind, DayRule, DayStatus

_PAGE = "accounts.admin.calendar"


@require(Permission.ADMIN_CALENDAR)
def calendar() -> ResponseReturnValue:
    """The dated days of a year; saving one computes every open deadline again."""
    form, asked = CalendarDayForm(), _asked()
    if form.validate_on_submit():
        rule = _day_of(form)
        with problems_shown_on(form), transaction() as writer:
            services.save_calendar_day(writer, current_actor(), rule, calendar=asked, now=utc_now())
            flash(_("Đã lưu ngày. Các thời hạn đang mở được tính lại."), "success")
            return redirect(url_for(_PAGE, lich=asked, nam=rule.date.year))
    return _calendar_page(asked, form, WorkWeekForm(formdata=None))


@require(Permission.ADMIN_CALENDAR)
def add_week() -> ResponseReturnValue:
    """A week from a day on: other free weekdays, another closing hour."""
    form, asked = WorkWeekForm(), _asked()
    if form.validate_on_submit():
        new = services.NewWeek(
            valid_from=cast(date, form.valid_from.data),  # the form refuses an empty day
            weekend=form.days,
            cut_off=form.hour,
            status=DayStatus(form.week_status.data),
            basis=form.week_basis.data or "",
        )
        with problems_shown_on(form), transaction() as writer:
            services.add_work_week(writer, current_actor(), new, calendar=asked, now=utc_now())
            flash(_("Đã thêm tuần làm việc. Các thời hạn đang mở được tính lại."), "success")
            return redirect(url_for(_PAGE, lich=asked, _anchor="weeks"))
    return _calendar_page(asked, CalendarDayForm(formdata=None), form)


@require(Permission.ADMIN_CALENDAR)
def of_unit() -> ResponseReturnValue:
    """From the name of a unit to its own calendar."""
    unit = unit_named(reading(), request.args.get("unit", ""), on=utc_now().date())
    return redirect(url_for(_PAGE, lich=own_calendar(unit.id)))


@require(Permission.ADMIN_CALENDAR)
def remove_day(day_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        shown = services.remove_calendar_day(writer, current_actor(), day_id, now=utc_now())
    flash(_("Đã bỏ ngày khỏi lịch. Các thời hạn đang mở được tính lại."), "success")
    return redirect(url_for(_PAGE, lich=shown, nam=request.args.get("nam")))


def _asked() -> str:
    return request.args.get("lich", HOME)[:64]


def _day_of(form: CalendarDayForm) -> DayRule:
    return DayRule(
        date=cast(date, form.day.data),  # the form refuses an empty day
        kind=DayKind(form.kind.data),
        name=form.name.data or "",
        status=DayStatus(form.status.data),
        basis=form.basis.data or "",
        ends_at=form.hour,
    )


def _calendar_page(
    asked: str, form: CalendarDayForm, week_form: WorkWeekForm
) -> ResponseReturnValue:
    session, now = reading(), utc_now()
    country, unit_id = calendar_queries.calendar_parts(session, asked)
    unit = queries.unit_by_id(session, unit_id) if unit_id is not None else None
    year = max(1, min(9999, request.args.get("nam", now.year, type=int)))
    dated = calendar_queries.calendar_days(session, asked, year=year)
    known = {*calendar_queries.calendar_years(session, asked), now.year, now.year + 1, year}
    in_force = load_calendar(session, country, unit_id=unit_id)
    return render_template(
        "accounts/calendar.html",
        asked=asked,
        unit=unit,
        country=_country_name(country),
        countries=[
            (code, _country_name(code)) for code in calendar_queries.calendar_countries(session)
        ],
        country_code=country,
        form=form,
        week_form=week_form,
        weeks=calendar_queries.work_weeks(session, {country, asked}),
        weekend=[WEEKDAY_NAMES[n] for n in sorted(in_force.weekend_on(now.date()))],
        weekday_names=WEEKDAY_NAMES,
        closes=in_force.end_hour(now.date()),
        year=year,
        years=sorted(known),
        days=sorted(
            (rule for rule in in_force.days.values() if rule.date.year == year),
            key=lambda rule: rule.date,
        ),
        ids={entry.day: entry.id for entry in dated},
        kind_names=DAY_KIND_NAMES,
        status_names=DAY_STATUS_NAMES,
    )


def _country_name(code: str) -> str:
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code


VIEWS = (
    ("/lich", "calendar", calendar, ["GET", "POST"]),
    ("/lich/tuan", "add_week", add_week, ["POST"]),
    ("/lich/don-vi", "calendar_of_unit", of_unit, ["GET"]),
    ("/lich/<int:day_id>/bo", "remove_day", remove_day, ["POST"]),
)
