"""The position under the pointer and the kilometre grid, for the script of the map page."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading
from app.errors import Invalid
from app.maps.cells import parse_box
from app.maps.where import GRIDS, TM3, grid_lines, position_lines, tm3_lines
from app.permissions import Permission, require
from app.registers.packs import pack_if_installed


@require(Permission.MAP_VIEW)
def where() -> ResponseReturnValue:
    """A position in every system; POST, because where somebody points is nobody else's business."""
    actor = current_actor()
    lat, lon = (request.form.get(name, type=float) for name in ("lat", "lon"))
    if lat is None or lon is None or not (abs(lat) <= 85.0 and abs(lon) <= 180.0):  # noqa: PLR2004  edges of the map
        raise Invalid(_("Tọa độ không hợp lệ."))
    lines = position_lines(reading(), actor, lat, lon, pack_if_installed())
    return jsonify(
        {word: {"text": line.text, "note": line.note(actor.locale)} for word, line in lines.items()}
    )


@require(Permission.MAP_VIEW)
def grid() -> ResponseReturnValue:
    """The lines of a kilometre grid in a view; VN-2000 where none is named."""
    word, box = request.args.get("he", "vn"), parse_box(request.args.get("bbox", ""))
    datum = GRIDS.get(word)
    if word == TM3:
        lines = tm3_lines(reading(), box, pack_if_installed())
    elif datum is not None:
        lines = grid_lines(box, datum)
    else:
        raise Invalid(_("Lưới tọa độ không hợp lệ."))
    answer = jsonify([{"label": line.label, "points": line.points} for line in lines])
    answer.cache_control.private = True
    answer.cache_control.max_age = 3600
    return answer


VIEWS = (
    ("/vi-tri", "where", where, ["POST"]),
    ("/luoi", "grid", grid, ["GET"]),
)
