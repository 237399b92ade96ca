"""The pages of the marker register."""

from datetime import date
from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.geo.gazetteer import Pack
from app.geo.nearness import near_province
from app.geo.remarks import Remark
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import (
    act_pages,
    act_routes,
    counterpart_routes,
    dated_routes,
    dossier_routes,
    downloads,
    entry_routes,
    inspection_pages,
    inspection_routes,
    merge_routes,
    pages,
    person_routes,
    position_routes,
    queries,
    services,
    vessel_routes,
)
from app.registers.dated_rules import axis_table
from app.registers.days import Day, read_day
from app.registers.features import marker_table
from app.registers.forms import (
    MEASUREMENT_DEFAULTS,
    MarkerForm,
    MeasurementForm,
    NewMarkerForm,
    marker_defaults,
)
from app.registers.models import Marker
from app.registers.packs import current_pack, pack_if_installed
from app.registers.position_judging import judge
from app.registers.rules import MARKER_COLUMNS, all_seen_by
from app.registers.vocabulary import word, words
from app.vectors import file_kind_of

blueprint = Blueprint("registers", __name__, url_prefix="/so-dang-ky")


def today(actor: Actor) -> date:
    return actor.day(utc_now())


# --- the list -------------------------------------------------------------------------------


@blueprint.get("/")
@require(Permission.REGISTER_VIEW)
def index() -> ResponseReturnValue:
    return redirect(url_for("registers.markers"))


@blueprint.get("/moc")
@require(Permission.REGISTER_VIEW)
def markers() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    day = read_day(request.args, today(actor))
    filters = pages.read_filter(request.args, day.on)
    found = pages.marker_list(
        session, actor, filters, day=day, after=pages.cursor(request.args), pack=_pack_for(day)
    )
    return render_template(
        "registers/markers.html",
        page=found.page,
        day=day,
        provinces_day=found.provinces_day,
        filters=filters,
        tabs_of_lines=pages.line_tabs(found.counts, actor.locale),
        provinces=found.provinces,
        communes=found.communes,
        segments=pages.segment_names(session, actor),
        choices=pages.word_choices,
        kind_choices=pages.kind_choices,
        kind_name=pages.kind_name,
        reached_choices=pages.reached_choices,
        overdue=inspection_pages.overdue_count(session, actor, day),
        inspection_choices=inspection_pages.choices(),
        word=word,
        words=words,
        params={name: param for param, name in pages.FILTERS.items()},
    )


@blueprint.get("/moc/xuat")
@require(Permission.EXPORT_RUN)
def export_markers() -> ResponseReturnValue:
    actor = current_actor()
    day = read_day(request.args, today(actor))
    filters = pages.read_filter(request.args, day.on)
    with transaction() as session:
        rows = pages.markers_to_export(session, actor, filters, day=day, pack=_pack_for(day))
        subject = f"markers:{len(rows)}:{day.on}" if day.is_past else f"markers:{len(rows)}"
        record_access(session, actor, "marker.exported", subject, now=utc_now())
    if (kind := file_kind_of(request.args.get("dang", ""))) is not None:
        return downloads.send_points(marker_table(actor, rows), kind, on=day.on)
    seen = all_seen_by(actor, rows)
    return downloads.send_table(MARKER_COLUMNS, seen, name="moc-quoc-gioi", on=day.on)


def _pack_for(day: Day) -> Pack | None:
    """The pack is asked only for the map of another day."""
    return pack_if_installed() if day.is_past else None


@blueprint.get("/tra-cuu/moc")
@require(Permission.REGISTER_VIEW)
def find_markers() -> ResponseReturnValue:
    """A few markers for the text typed so far, for pickers."""
    actor = current_actor()
    filters = queries.MarkerFilter(
        text=pages.typed(request.args, "q"), neighbour=pages.typed(request.args, "tuyen")
    )
    page = queries.list_markers(reading(), actor, filters, limit=12)
    found = [
        {
            "id": marker.id,
            "label": marker.label,
            "line": word("neighbour", marker.neighbour, actor.locale),
            "place": marker.place_text[:120],
        }
        for marker in page.rows
    ]
    return jsonify(found)


# --- one marker -----------------------------------------------------------------------------


@blueprint.get("/moc/<neighbour>/<slug>")
@require(Permission.REGISTER_VIEW)
def marker(neighbour: str, slug: str) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = queries.marker_by_slug(session, actor, neighbour, slug)
    on = today(actor)
    day = read_day(request.args, on)
    return render_template(
        "registers/marker.html",
        page=pages.marker_page(session, actor, found, on=on, day=day, pack=_pack_for(day)),
        pact=act_pages.pact_of(session, found),
        watch=inspection_pages.watch_of(session, actor, found, today=on),
        word=word,
        words=words,
        system_name=pages.system_name,
    )


@blueprint.route("/moc/moi", methods=["GET", "POST"])
@require(Permission.REGISTER_EDIT)
def new_marker() -> ResponseReturnValue:
    actor, form = current_actor(), NewMarkerForm()
    form.offer_words(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            made = services.record_marker(
                session,
                actor,
                form.neighbour.data,
                label=form.label.data or "",
                facts=form.facts(),
                coordinate=form.read_coordinate(axes=axis_table(session)),
                survey=form.survey(),
                pack=current_pack(),
                now=utc_now(),
            )
            flash(_("Đã ghi mốc %(label)s vào sổ.", label=made.label), "success")
            return redirect(url_of(made))
    return render_template("registers/new_marker.html", form=form), _status(form.errors)


@blueprint.route("/moc/<neighbour>/<slug>/sua", methods=["GET", "POST"])
@require(Permission.REGISTER_EDIT)
def edit_marker(neighbour: str, slug: str) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.marker_by_slug(reading(), actor, neighbour, slug)
    form = MarkerForm(data=dict(marker_defaults(found)))
    form.offer_words(actor.locale, found.neighbour)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            found = queries.marker_by_slug(session, actor, neighbour, slug)
            is_changed = services.correct_marker(
                session,
                actor,
                found,
                changes=form.facts(),
                reason=form.reason.data or "",
                valid_on=form.valid_on.data,
                expected_version=form.version.data,
                now=utc_now(),
            )
            said = _("Đã sửa mốc.") if is_changed else _("Không có gì thay đổi.")
            flash(said, "success" if is_changed else "info")
            return redirect(url_of(found))
    return render_template(
        "registers/edit_marker.html", form=form, marker=found, word=word
    ), _status(form.errors)


@blueprint.route("/moc/<neighbour>/<slug>/so-do", methods=["GET", "POST"])
@require(Permission.REGISTER_EDIT)
def measure_marker(neighbour: str, slug: str) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.marker_by_slug(reading(), actor, neighbour, slug)
    form = MeasurementForm(data=dict(MEASUREMENT_DEFAULTS))
    form.offer_words(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            found = queries.marker_by_slug(session, actor, neighbour, slug)
            for doubt in _measure(session, actor, found, form):
                flash(doubt.in_locale(actor.locale), "warning")
            flash(_("Đã ghi số đo mới."), "success")
            return redirect(url_of(found))
    return (
        render_template("registers/measure_marker.html", form=form, marker=found, word=word),
        _status(form.errors),
    )


def _measure(
    session: Session, actor: Actor, found: Marker, form: MeasurementForm
) -> tuple[Remark, ...]:
    """Record what the form says; answers what is doubtful about it."""
    survey, now = form.survey(), utc_now()
    if form.is_open.data and form.coordinate.data:
        services.keep_open_measurement(
            session, actor, found, original=form.coordinate.data, survey=survey, now=now
        )
        return ()
    near = near_province(current_pack(), found.province_code)
    coordinate = form.needed_coordinate(found.province_code, axes=axis_table(session), near=near)
    doubts = judge(session, actor, coordinate, named=found).remarks
    services.record_measurement(
        session,
        actor,
        found,
        coordinate=coordinate,
        survey=survey,
        pack=current_pack(),
        now=now,
    )
    return doubts


def url_of(marker: Marker) -> str:
    return url_for("registers.marker", neighbour=marker.neighbour, slug=marker.slug)


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


for _rule, _name, _view in entry_routes.VIEWS:
    blueprint.add_url_rule(_rule, _name, _view, methods=["GET"])
for _rule, _name, _view in entry_routes.FORM_VIEWS:
    blueprint.add_url_rule(_rule, _name, _view, methods=["GET", "POST"])
for _rule, _name, _view, _methods in (
    *position_routes.VIEWS,
    *dated_routes.VIEWS,
    *inspection_routes.VIEWS,
    *act_routes.VIEWS,
    *counterpart_routes.VIEWS,
    *dossier_routes.VIEWS,
    *person_routes.VIEWS,
    *merge_routes.VIEWS,
    *vessel_routes.VIEWS,
):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
