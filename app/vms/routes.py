"""The pages of alerts at sea: trips, one trip, what is done about it, the table of outcomes."""

from datetime import date
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.queries import province_names
from app.accounts.session import actor_or_none, current_actor
from app.cases.desks import pack_in_use
from app.database import reading, transaction
from app.form_words import written_day
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.downloads import send_table
from app.vms import handing, outcomes, pages, queries, services
from app.vms.forms import CallForm, CaseForm, PositionForm
from app.vms.models import Outcome
from app.vms.vessels import has_sea
from app.vms.words import OUTCOMES, TABS

blueprint = Blueprint("vms", __name__, url_prefix="/canh-bao-vms")


@blueprint.app_context_processor
def _sea() -> dict[str, bool]:
    """Whether the page of alerts is worth a place in the navigation, asked once per request."""
    actor = actor_or_none() if request else None
    if actor is None or not actor.may(Permission.VMS_VIEW):
        return {}
    if "has_sea" not in g:
        g.has_sea = has_sea(reading(), actor)
    return {"has_sea": g.has_sea}


def _zone(actor: Actor) -> ZoneInfo:
    return ZoneInfo(actor.time_zone)


@blueprint.get("")
@require(Permission.VMS_VIEW)
def index() -> ResponseReturnValue:
    """One row for each vessel and trip, those that are silent longest first."""
    actor, session = current_actor(), reading()
    tab = request.args.get("muc", queries.WATCHED)
    wanted = queries.TripFilter(
        tab if tab in TABS else queries.WATCHED,
        request.args.get("tau", "").strip()[:64],
        request.args.get("tinh", "").strip()[:8],
    )
    after = request.args.get("sau", type=int) or 0
    rows, next_offset = pages.trip_rows(
        session, actor, wanted, after=max(0, min(after, 100_000)), now=utc_now()
    )
    return render_template(
        "vms/index.html",
        rows=rows,
        next_offset=next_offset,
        wanted=wanted,
        tab_names=TABS,
        counts=queries.count_tabs(session, actor, wanted),
        provinces=sorted(province_names(session).items(), key=lambda pair: pair[1]),
    )


@blueprint.get("/<int:trip_id>")
@require(Permission.VMS_VIEW)
def trip(trip_id: int) -> ResponseReturnValue:
    return _trip_page(trip_id, PositionForm(formdata=None))


def _trip_page(trip_id: int, form: PositionForm) -> ResponseReturnValue:
    page = pages.trip_page(reading(), current_actor(), trip_id, now=utc_now())
    html = render_template(
        "vms/trip.html", page=page, form=form, call=CallForm(formdata=None), outcomes=OUTCOMES
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@blueprint.post("/<int:trip_id>/goi")
@require(Permission.VMS_RECORD)
def call(trip_id: int) -> ResponseReturnValue:
    form = CallForm()
    text = (form.text.data or "").strip() if form.validate() else ""
    with transaction() as session:
        services.record_call(session, current_actor(), trip_id, text=text, now=utc_now())
    flash(_("Đã ghi cuộc gọi."), "success")
    return redirect(url_for("vms.trip", trip_id=trip_id))


@blueprint.post("/<int:trip_id>/vi-tri")
@require(Permission.VMS_RECORD)
def position(trip_id: int) -> ResponseReturnValue:
    actor, form, now = current_actor(), PositionForm(), utc_now()
    queries.get_trip(reading(), actor, trip_id)
    if form.validate():
        point, at = form.point(), form.moment(_zone(actor), now)
        if point is not None and at is not None:
            with problems_shown_on(form), transaction() as session:
                services.record_position(session, actor, trip_id, at=at, point=point, now=now)
    if form.errors:
        return _trip_page(trip_id, form)
    flash(_("Đã ghi vị trí tàu báo."), "success")
    return redirect(url_for("vms.trip", trip_id=trip_id))


@blueprint.post("/<int:trip_id>/ket-qua")
@require(Permission.VMS_RECORD)
def outcome(trip_id: int) -> ResponseReturnValue:
    given = request.form.get("outcome", "")
    chosen = Outcome(given) if given in {*Outcome} else Outcome.NONE
    with transaction() as session:
        services.record_outcome(session, current_actor(), trip_id, chosen, now=utc_now())
    flash(_("Đã ghi kết quả: %(outcome)s.", outcome=OUTCOMES[chosen]), "success")
    return redirect(url_for("vms.trip", trip_id=trip_id))


@blueprint.route("/<int:trip_id>/ho-so", methods=["GET", "POST"])
@require(Permission.VMS_RECORD)
def open_case(trip_id: int) -> ResponseReturnValue:
    """What the case will hold, to be agreed; then the case with its evidence."""
    actor, form, now = current_actor(), CaseForm(), utc_now()
    page = pages.trip_page(reading(), actor, trip_id, now=now)
    if not form.is_submitted():
        form.first_notice.data = handing.first_words(page.row.trip)
    if form.validate_on_submit():
        folder = current_app.extensions["settings"].uploads_dir
        with problems_shown_on(form), transaction() as session:
            head = handing.open_trip_case(
                session,
                actor,
                trip_id,
                said=(form.first_notice.data or "").strip(),
                folder=folder,
                pack=pack_in_use(),
                now=now,
            )
        if not form.errors:
            flash(_("Đã mở hồ sơ %(reference)s.", reference=head.reference), "success")
            return redirect(url_for("cases.case", reference=head.reference))
    html = render_template("vms/case.html", page=page, form=form)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@blueprint.get("/tep-vi-tri")
@require(Permission.VMS_VIEW)
def days() -> ResponseReturnValue:
    """The files of positions that were checked and let go."""
    return render_template("vms/days.html", days=queries.days_of(reading(), current_actor()))


@blueprint.get("/bang-ket-qua")
@require(Permission.VMS_VIEW)
def table() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    found = outcomes.outcome_table(reading(), actor, _period(actor), now=now)
    return render_template("vms/outcomes.html", table=found, figures=outcomes.FIGURES)


@blueprint.get("/bang-ket-qua/tep")
@require(Permission.EXPORT_RUN)
def table_file() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    found = outcomes.outcome_table(reading(), actor, _period(actor), now=now)
    rows = list(outcomes.seen_lines(found, actor.locale))
    on = found.period.last
    return send_table(outcomes.labelled_columns(), rows, name=_("Kết quả cảnh báo VMS"), on=on)


def _period(actor: Actor) -> outcomes.Period:
    """From the first of the month to today unless the address says otherwise."""
    today = utc_now().astimezone(_zone(actor)).date()
    last = _day("den") or today
    first = _day("tu") or last.replace(day=1)
    return outcomes.Period(min(first, last), last)


def _day(name: str) -> date | None:
    return written_day(request.args.get(name, "")[:20])
