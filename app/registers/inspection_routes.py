"""The pages of the field: observing a marker, inspections and patrols, intervals."""

from datetime import date
from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import inspection_pages as pages
from app.registers import inspection_queries as found
from app.registers import inspection_services as services
from app.registers.inspection_forms import InspectionForm, IntervalForm, ObservationForm
from app.registers.inspection_models import Inspection, InspectionInterval, Observation
from app.registers.inspection_rules import CASE_CONDITIONS, SEEN
from app.registers.models import Marker
from app.registers.queries import marker_by_slug, visible_to
from app.registers.vocabulary import word, words
from app.storage import path_of

_ROW = "<int(max=9007199254740992):%s>"


def _today(actor: Actor) -> date:
    return actor.day(utc_now())


# --- one marker -----------------------------------------------------------------------------


@require(Permission.MARKER_OBSERVE)
def observe(neighbour: str, slug: str) -> ResponseReturnValue:
    """One screen on a phone: photos, what was seen, a remark."""
    actor, form = current_actor(), ObservationForm()
    marker = marker_by_slug(reading(), actor, neighbour, slug)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.observed_on.data = _today(actor)
    is_sent = form.validate_on_submit()
    photos = form.stored_photos(current_app.extensions["settings"]) if is_sent else []
    if is_sent and not form.errors:
        with problems_shown_on(form), transaction() as session:
            marker = marker_by_slug(session, actor, neighbour, slug)
            inspection = _inspection_asked(session, actor, marker)
            made = services.record_observation(
                session, actor, marker, form.found(photos), inspection=inspection, now=utc_now()
            )
            return redirect(_after(marker, made, inspection))
    return render_template("registers/observe.html", form=form, marker=marker, word=word), _status(
        form.errors
    )


def _inspection_asked(session: Session, actor: Actor, marker: Marker) -> Inspection | None:
    """The inspection that the address names, where the marker lies on its route."""
    number = request.args.get("dot", type=int)
    if number is None:
        return None
    inspection = found.inspection_by_id(session, visible_to(actor), number)
    on_route = found.markers_on_route(session, visible_to(actor), inspection)
    return inspection if marker.id in {one.id for one in on_route} else None


def _after(marker: Marker, made: Observation, inspection: Inspection | None) -> str:
    """A damaged marker leads on to its case; else back to where the person came from."""
    flash(_("Đã ghi quan sát mốc %(label)s.", label=marker.label), "success")
    flash(f"observe-{marker.id}", "draft-clear")
    line, slug = marker.neighbour, marker.slug
    if made.condition in CASE_CONDITIONS:
        return url_for("registers.observation", neighbour=line, slug=slug, observation_id=made.id)
    if inspection is not None:
        return url_for("registers.inspection", inspection_id=inspection.id)
    return url_for("registers.marker", neighbour=line, slug=slug, _anchor="quan-sat")


@require(Permission.REGISTER_VIEW)
def observation(neighbour: str, slug: str, observation_id: int) -> ResponseReturnValue:
    """What was seen once, and the case that it may begin."""
    actor, session = current_actor(), reading()
    marker = marker_by_slug(session, actor, neighbour, slug)
    seen = found.observation_of(session, marker, observation_id)
    is_damage = seen.condition in CASE_CONDITIONS
    return render_template(
        "registers/observation.html",
        marker=marker,
        seen=seen,
        case_words=pages.damage_words(marker, seen) if is_damage else "",
        word=word,
        words=words,
    )


@require(Permission.REGISTER_VIEW)
def photo(photo_id: int) -> ResponseReturnValue:
    """A photo of a marker that the person sees; opened in the page, the access is recorded."""
    actor = current_actor()
    with transaction() as session:
        held = found.photo_of(session, actor, visible_to(actor), photo_id)
        record_access(session, actor, "photo.opened", f"photo:{held.id}", now=utc_now())
        name, media_type, address = held.file_name, held.media_type, held.sha256
    path = path_of(current_app.extensions["settings"].uploads_dir, address)
    if not path.is_file():
        raise NotFound(_("Tệp không còn trong kho. Hãy báo quản trị viên."))
    answer = send_file(path, mimetype=media_type, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


# --- inspections ----------------------------------------------------------------------------


@require(Permission.REGISTER_VIEW)
def inspections() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    day = _today(actor)
    return render_template(
        "registers/inspections.html",
        rows=found.list_inspections(session, visible_to(actor)),
        counts=found.inspection_counts(session, visible_to(actor), today=day),
        intervals=found.interval_rows(session),
        word=word,
    )


@require(Permission.MARKER_OBSERVE)
def new_inspection() -> ResponseReturnValue:
    actor, form = current_actor(), InspectionForm()
    form.offer(actor.locale)
    if not form.is_submitted():
        form.began_on.data = _today(actor)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            walk = form.walk()
            markers = pages.markers_named(session, actor, walk.neighbour, walk.route)
            made = services.record_inspection(session, actor, walk, markers, now=utc_now())
            flash(_("Đã ghi đợt kiểm tra. Tiếp theo, ghi tình trạng từng mốc."), "success")
            return redirect(url_for("registers.inspection", inspection_id=made.id))
    return render_template("registers/new_inspection.html", form=form), _status(form.errors)


@require(Permission.REGISTER_VIEW)
def inspection(inspection_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    held = found.inspection_by_id(session, visible_to(actor), inspection_id)
    return render_template(
        "registers/inspection.html",
        inspection=held,
        markers=found.markers_on_route(session, visible_to(actor), held),
        observed=found.observed_in(session, held),
        seen=[(one.value, word("condition", one, actor.locale)) for one in SEEN],
        word=word,
        words=words,
    )


@require(Permission.MARKER_OBSERVE)
def observe_route(inspection_id: int) -> ResponseReturnValue:
    """The conditions of the markers of a route, written down at one go."""
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        held = found.inspection_by_id(session, visible_to(actor), inspection_id)
        count = 0
        for marker in found.markers_on_route(session, visible_to(actor), held):
            condition = request.form.get(f"tinh-trang-{marker.id}", "")[:40]
            if condition:
                remark = request.form.get(f"nhan-xet-{marker.id}", "")[:4000]
                seen = services.Found(condition, held.ended_on or held.began_on, remark)
                services.record_observation(session, actor, marker, seen, inspection=held, now=now)
                count += 1
    flash(_("Đã ghi tình trạng %(n)s mốc.", n=count), "success" if count else "info")
    return redirect(url_for("registers.inspection", inspection_id=inspection_id))


# --- intervals ------------------------------------------------------------------------------


@require(Permission.REGISTER_EDIT)
def new_interval() -> ResponseReturnValue:
    return _interval_page(None)


@require(Permission.REGISTER_EDIT)
def edit_interval(interval_id: int) -> ResponseReturnValue:
    return _interval_page(found.interval_by_id(reading(), interval_id))


def _interval_page(row: InspectionInterval | None) -> ResponseReturnValue:
    actor = current_actor()
    form = IntervalForm(obj=row)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            held = found.interval_by_id(session, row.id) if row else None
            services.record_interval(session, actor, form.facts(), row=held, now=utc_now())
            flash(_("Đã lưu chu kỳ kiểm tra."), "success")
            return redirect(url_for("registers.inspections", _anchor="chu-ky"))
    return render_template("registers/edit_interval.html", form=form, row=row), _status(form.errors)


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


_MARKER = "/moc/<neighbour>/<slug>"
VIEWS = (
    (f"{_MARKER}/quan-sat", "observe", observe, ["GET", "POST"]),
    (f"{_MARKER}/quan-sat/{_ROW % 'observation_id'}", "observation", observation, ["GET"]),
    (f"/anh/{_ROW % 'photo_id'}", "photo", photo, ["GET"]),
    ("/kiem-tra", "inspections", inspections, ["GET"]),
    ("/kiem-tra/moi", "new_inspection", new_inspection, ["GET", "POST"]),
    (f"/kiem-tra/{_ROW % 'inspection_id'}", "inspection", inspection, ["GET"]),
    (f"/kiem-tra/{_ROW % 'inspection_id'}/ghi", "observe_route", observe_route, ["POST"]),
    ("/chu-ky-kiem-tra/moi", "new_interval", new_interval, ["GET", "POST"]),
    (
        f"/chu-ky-kiem-tra/{_ROW % 'interval_id'}/sua",
        "edit_interval",
        edit_interval,
        ["GET", "POST"],
    ),
)
