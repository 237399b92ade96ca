"""Opening a case, and what helps while one types: suggestions, the nearest marker, twins."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import hints, services
from app.cases.conditions import opening_situation, told
from app.cases.desks import desk_for, pack_in_use
from app.cases.lookups import marker_name, suggestions
from app.cases.open_page import OpenPage, by_area, is_ready, open_page, openable
from app.cases.published import newest_definition
from app.cases.readers import Desk
from app.cases.step_routes import sent_form
from app.cases.values import ValueProblemError
from app.database import reading, transaction
from app.errors import Invalid
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.queries import nearest_markers
from app.workflow.definition import FieldType

MOST_NEAR = 4
LONGEST_SOUGHT = 100


@require(Permission.CASE_OPEN)
def new_case() -> ResponseReturnValue:
    """Which type; a person with one type goes straight to its form."""
    actor = current_actor()
    found = openable(reading(), actor)
    if len(found) == 1:
        address = url_for("cases.open_case", type_code=found[0].code)
        return redirect(f"{address}?{request.query_string.decode()}".rstrip("?"))
    sought = request.args.get("tim", "").strip()[:LONGEST_SOUGHT]
    carried = {name: value for name, value in request.args.items() if name != "tim"}
    return render_template(
        "cases/new.html",
        areas=by_area(found, sought, actor.locale),
        count=len(found),
        sought=sought,
        carried=carried,
    )


@require(Permission.CASE_OPEN)
def open_case(type_code: str) -> ResponseReturnValue:
    """The first form of a case; what cannot be kept comes back with what was typed."""
    actor, now = current_actor(), utc_now()
    page = open_page(reading(), actor, type_code, sent=sent_form(), arguments=request.args, now=now)
    if request.method == "POST" and is_ready(page, actor, now=now):
        with problems_shown_on(page.form):
            with transaction() as session:
                head = services.open_case(
                    session,
                    actor,
                    type_code,
                    answers=page.answers,
                    pack=pack_in_use(),
                    files=page.files,
                    now=now,
                )
            return _opened(page, head.reference)
    html = render_template("cases/open.html", page=page, draft=_draft_key(type_code))
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if page.form.errors else HTTPStatus.OK


@require(Permission.CASE_OPEN)
def open_conditions(type_code: str) -> ResponseReturnValue:
    """What the answers typed so far call for."""
    actor, now, session = current_actor(), utc_now(), reading()
    page = open_page(session, actor, type_code, sent=sent_form(), arguments=request.args, now=now)
    situation = opening_situation(page.definition, actor, now=now)
    return jsonify(told(session, actor, page.definition, situation, page.form, now=now))


def _opened(page: OpenPage, reference: str) -> ResponseReturnValue:
    for remark in page.form.remarks():
        flash(remark, "warning")
    flash(_("Đã mở hồ sơ %(reference)s.", reference=reference), "success")
    flash(_draft_key(page.definition.code), "draft-clear")
    return redirect(url_for("cases.case", reference=reference, moi=1))


def _draft_key(type_code: str) -> str:
    return f"case-open-{type_code}"


# --- while one types ------------------------------------------------------------------------


@require(Permission.CASE_VIEW)
def suggest(kind: str) -> ResponseReturnValue:
    """Options for a datalist; the last line of what was typed counts."""
    actor, now = current_actor(), utc_now()
    name = request.args.get("truong", "q")
    lines = request.args.get(name, "").splitlines()
    session = reading()
    on = desk_for(session, actor, now=now).on
    found = suggestions(session, actor, kind, lines[-1] if lines else "", on=on)
    return render_template("cases/_options.html", found=found)


@require(Permission.REGISTER_VIEW)
def near_markers() -> ResponseReturnValue:
    """The nearest markers that the actor sees, nearest first, in metres."""
    lat, lon = request.args.get("lat", type=float), request.args.get("lon", type=float)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004
        raise Invalid(_("Tọa độ chưa đúng."))
    found = nearest_markers(reading(), current_actor(), lat, lon, limit=MOST_NEAR)
    return jsonify(
        [
            {"id": one.marker.id, "label": marker_name(one.marker), "m": round(one.m)}
            for one in found
        ]
    )


@require(Permission.CASE_VIEW)
def find_twins() -> ResponseReturnValue:
    """Cases of the type that may be the same, for the place typed so far."""
    actor, session, now = current_actor(), reading(), utc_now()
    definition = newest_definition(session, request.args.get("loai", ""))
    desk = desk_for(session, actor, now=now)
    place = hints.place_in(
        {
            item.code: _read_place(desk, item.type, request.args.get(item.code, ""))
            for item in definition.case_type.fields
            if item.type in {FieldType.COORDINATE, FieldType.MARKER}
        }
    )
    sought = hints.Sought(definition.code, now, **place)
    return render_template("cases/_twins.html", twins=hints.twins(session, actor, sought))


def _read_place(desk: Desk, kind: FieldType, typed: str) -> Mapping[str, object] | None:
    """A half-typed place is no place yet."""
    if not typed.strip():
        return None
    try:
        return desk.place(kind, typed.strip()[:200])
    except ValueProblemError:
        return None


VIEWS = (
    ("/ho-so/mo", "new_case", new_case, ["GET"]),
    ("/ho-so/mo/<type_code>", "open_case", open_case, ["GET", "POST"]),
    ("/ho-so/mo/<type_code>/dieu-kien", "open_conditions", open_conditions, ["POST"]),
    ("/ho-so/goi-y/<kind>", "suggest", suggest, ["GET"]),
    ("/ho-so/goi-y/moc-gan", "near_markers", near_markers, ["GET"]),
    ("/ho-so/goi-y/trung", "find_twins", find_twins, ["GET"]),
)
