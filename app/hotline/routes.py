"""The hotline on the screen: one call, the log of calls, the number."""

from datetime import date
from http import HTTPStatus
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases.desks import pack_in_use
from app.cases.published import newest_definition
from app.database import reading, transaction
from app.form_words import written_day
from app.hotline import queries, services
from app.hotline.forms import CallForm, NumberForm
from app.hotline.models import Outcome
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.country_names import country_name
from app.registers.vocabulary import word

blueprint = Blueprint("hotline", __name__, url_prefix="/duong-day-nong")
_ATTACH = "gan:"
_FORM = ["GET", "POST"]


def _today(actor: Actor) -> date:
    return actor.day(utc_now())


@blueprint.route("", methods=_FORM)
@require(Permission.HOTLINE_ANSWER)
def call() -> ResponseReturnValue:
    """One call on one screen; which button was pressed says what becomes of it."""
    actor, form, act = current_actor(), CallForm(), request.form.get("lam", "mo")
    case_type = newest_definition(reading(), services.CASE_TYPE).case_type
    form.offer(case_type, actor.locale, country=next(iter(sorted(actor.area.country_codes)), ""))
    if form.validate_on_submit() and act != "xem-trung":
        with problems_shown_on(form):
            return _done(actor, form, act)
    page = render_template(
        "hotline/call.html",
        form=form,
        number=queries.number_on(reading(), _today(actor)),
        earlier_numbers=queries.numbers(reading()),
        hints=_hints(actor, form) if request.method == "POST" else None,
        has_asked=act == "xem-trung",
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _done(actor: Actor, form: CallForm, act: str) -> ResponseReturnValue:
    now = utc_now()
    with transaction() as session:
        if act.startswith(_ATTACH):
            reference = act.removeprefix(_ATTACH)
            head = services.attach_call(session, actor, form.said(), reference, now=now)
            said = _("Đã ghi cuộc gọi vào hồ sơ %(reference)s.", reference=head.reference)
        elif act == "tra-loi":
            services.log_answer(session, actor, form.said(), now=now)
            head, said = None, _("Đã ghi cuộc gọi, không mở hồ sơ.")
        else:
            head = services.open_from_call(session, actor, form.said(), pack=pack_in_use(), now=now)
            said = _("Đã mở hồ sơ %(reference)s.", reference=head.reference)
    flash(said, "success")
    flash("hotline-call", "draft-clear")
    return redirect(
        url_for("cases.case", reference=head.reference) if head else url_for("hotline.calls")
    )


def _hints(actor: Actor, form: CallForm) -> queries.Hints:
    year = form.birth_year.data if isinstance(form.birth_year.data, int) else None
    return queries.hints_for(
        reading(),
        actor,
        name=form.person.data or "",
        birth_year=year,
        callback=form.callback.data or "",
    )


@blueprint.post("/trung")
@require(Permission.HOTLINE_ANSWER)
def hints() -> ResponseReturnValue:
    """What may be the same matter, while the officer types; names stand in no address."""
    found = _hints(current_actor(), CallForm())
    return render_template("hotline/_hints.html", hints=found, has_asked=False)


@blueprint.get("/cuoc-goi")
@require(Permission.HOTLINE_ANSWER)
def calls() -> ResponseReturnValue:
    """The calls of a day, and how many there were on each of the last days."""
    actor, session = current_actor(), reading()
    today = _today(actor)
    day = written_day(request.args.get("ngay", "")) or today
    return render_template(
        "hotline/calls.html",
        day=day,
        calls=queries.calls_on(session, actor, day),
        counts=queries.counts_per_day(session, actor, until=today),
        number=queries.number_on(session, today),
        outcomes={one.value: word("call_outcome", one.value, actor.locale) for one in Outcome},
        relation=lambda code: word("caller_relation", code, actor.locale),
        country=lambda code: country_name(code, actor.locale) if code else "",
    )


@blueprint.route("/so", methods=_FORM)
@require(Permission.ADMIN_CALENDAR)
def number() -> ResponseReturnValue:
    """The numbers with their days and sources; a new one ends the one before."""
    form = NumberForm()
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            services.add_number(
                session,
                current_actor(),
                form.number.data or "",
                valid_from=cast(date, form.valid_from.data),  # the form refuses an empty day
                source=form.source.data or "",
                now=utc_now(),
            )
            flash(_("Đã thêm số đường dây nóng."), "success")
            return redirect(url_for("hotline.number"))
    page = render_template("hotline/number.html", form=form, numbers=queries.numbers(reading()))
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
