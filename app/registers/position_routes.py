"""The tool “Tọa độ và vị trí”, its answer as JSON, and the same judgement inside other forms."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.models import UnitKind
from app.accounts.queries import units_in_force
from app.accounts.session import current_actor
from app.database import reading
from app.errors import NotFound
from app.form_words import written_day
from app.geo.crs import system_of
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import queries
from app.registers.models import Marker
from app.registers.packs import current_pack
from app.registers.position_forms import LONGEST, PositionForm
from app.registers.position_json import as_json
from app.registers.positions import Answer, Asked, answer_position
from app.registers.vocabulary import word

_LONGEST_ID = 10


@require(Permission.REGISTER_VIEW)
def position() -> ResponseReturnValue:
    """One box for any coordinate or told place; POST, because a sentence may name a person."""
    actor, form = current_actor(), PositionForm()
    form.offer(_provinces(), actor.locale)
    answer = None
    if form.validate_on_submit():
        answer = _answer(actor, form.asked())
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(as_json(answer, actor.locale) if answer else {"problems": form.errors})
    return render_template(
        "registers/position.html",
        form=form,
        answer=answer,
        system_of=system_of,
        word=word,
        is_asked=form.is_submitted(),
    )


@require(Permission.REGISTER_VIEW)
def position_remark() -> ResponseReturnValue:
    """What is probably wrong with the coordinate of another form, for the line under its box."""
    actor = current_actor()
    name = request.args.get("truong", "coordinate")[:64]
    text = request.form.get(name, "").strip()[:LONGEST]
    if not text:
        return ""
    named = _named_marker(actor)
    asked = Asked(
        text=text,
        province_code=named.province_code if named else queries.home_province(reading(), actor),
        on=written_day(request.form.get("measured_on", "")),
        crs=request.form.get("crs", "")[:64] or None,
        named=named,
    )
    return render_template(
        "registers/_position_remark.html", answer=_answer(actor, asked), system_of=system_of
    )


def _answer(actor: Actor, asked: Asked) -> Answer:
    today = actor.day(utc_now())
    return answer_position(reading(), actor, asked, pack=current_pack(), today=today)


def _named_marker(actor: Actor) -> Marker | None:
    said = request.args.get("moc", "")
    if not said.isdecimal() or len(said) >= _LONGEST_ID:
        return None
    try:
        return queries.marker_by_id(reading(), actor, int(said))
    except NotFound:
        return None  # judged without a marker, as if none were named


def _provinces() -> list[tuple[str, str]]:
    found = units_in_force(reading(), utc_now().date(), kinds=[UnitKind.PROVINCE])
    return [(unit.code, unit.name) for unit in found]


VIEWS = (
    ("/toa-do", "position", position, ["GET", "POST"]),
    ("/toa-do/nhan-xet", "position_remark", position_remark, ["POST"]),
)
