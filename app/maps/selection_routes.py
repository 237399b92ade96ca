"""Choosing on the map: what lies inside a drawn area as a list, a file, or work taken over.

The area travels in the body of a request, never in its address.
"""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.session import current_actor
from app.audit import record_access
from app.cases import exports
from app.database import reading, transaction
from app.errors import Invalid
from app.jobs import utc_now
from app.maps import pages, selection
from app.maps.selection import Chosen
from app.permissions import Actor, Permission, require
from app.registers import downloads
from app.registers.features import marker_table
from app.registers.rules import MARKER_COLUMNS, all_seen_by
from app.vectors import PointTable, file_kind_of

_LONGEST_ID = 10
_ANYWHERE = "-180,-85,180,85"


@require(Permission.MAP_VIEW)
def chosen() -> ResponseReturnValue:
    """What lies inside, counted, and the first of it for the list."""
    actor, session, now = current_actor(), reading(), utc_now()
    found = _chosen(session, actor)
    points = selection.shown_points(session, actor, found, links=pages.link_of, now=now)
    said = _(
        "Đã chọn %(markers)s mốc, %(cases)s hồ sơ",
        markers=pages.figures(len(found.markers)),
        cases=pages.figures(len(found.cases)),
    )
    if found.is_cut:
        said += " " + _("(nhiều nhất %(most)s)", most=pages.figures(selection.MOST_CHOSEN))
    counts = {"markers": len(found.markers), "cases": len(found.cases)}
    return jsonify({"points": points, "clusters": [], "said": said, **counts})


@require(Permission.EXPORT_RUN)
def export_markers() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        rows = selection.chosen_markers(session, actor, _chosen(session, actor))
        record_access(session, actor, "marker.exported", f"markers:{len(rows)}:map", now=now)
    if (kind := file_kind_of(request.args.get("dang", ""))) is not None:
        return downloads.send_points(marker_table(actor, rows), kind, on=now.date())
    seen = all_seen_by(actor, rows)
    return downloads.send_table(MARKER_COLUMNS, seen, name="moc-quoc-gioi", on=now.date())


@require(Permission.EXPORT_RUN)
def export_cases() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    kind = file_kind_of(request.args.get("dang", ""))
    with transaction() as session:
        only = _chosen(session, actor).cases
        filters = pages.read_filters(session, actor, request.form).filters
        read = exports.case_table if kind is None else exports.case_points
        found = read(session, actor, filters, now=now, only=only)
        record_access(session, actor, "case.exported", f"cases:{found.count}:map", now=now)
    if kind is not None and isinstance(found, PointTable):
        return downloads.send_points(found, kind, on=now.date())
    assert isinstance(found, exports.Table)  # noqa: S101  read as one for every other kind
    sent: Response = exports.send(found, is_csv=request.args.get("dang") == "csv", on=now.date())
    return sent


@require(Permission.CASE_ACT)
def take_cases() -> ResponseReturnValue:
    """Take over the untaken cases of one's own unit among those inside."""
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        found = _chosen(session, actor)
        taken = selection.take_chosen(session, actor, found, now=now)
    left = len(found.cases) - taken
    said = _(
        "Đã nhận %(taken)s hồ sơ. %(left)s hồ sơ còn lại đã đóng, đã có người nhận hoặc do đơn vị "
        "khác giữ.",
        taken=taken,
        left=left,
    )
    return jsonify({"taken": taken, "left": left, "said": said})


def _chosen(session: Session, actor: Actor) -> Chosen:
    arguments = MultiDict(request.form)
    arguments["bbox"] = _ANYWHERE
    asked, now = pages.read_asked(session, actor, arguments), utc_now()
    segment = request.form.get("doan", "")
    if segment:
        if not segment.isdecimal() or len(segment) >= _LONGEST_ID:
            raise Invalid(_("Đoạn biên giới không hợp lệ."))
        return selection.chosen_on_segment(session, actor, asked, int(segment), now=now)
    drawn = selection.read_area(request.form.get("vung", ""))
    return selection.chosen_inside(session, actor, asked, drawn, now=now)


VIEWS = (
    ("/vung", "chosen", chosen, ["POST"]),
    ("/vung/xuat-moc", "export_chosen_markers", export_markers, ["POST"]),
    ("/vung/xuat-ho-so", "export_chosen_cases", export_cases, ["POST"]),
    ("/vung/nhan", "take_chosen_cases", take_cases, ["POST"]),
)
