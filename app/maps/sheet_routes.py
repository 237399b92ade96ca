"""What one takes away from the map: a page on paper, a picture, a file for a USB stick."""

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.audit import record_access
from app.cases import pages as queue
from app.cases.published import newest_definitions
from app.database import reading, transaction
from app.errors import Forbidden
from app.jobs import utc_now
from app.maps import pages
from app.maps.sheets import register_sheet
from app.maps.sheets.making import DRAWING, Ground, drawn_file, sheet_of
from app.maps.sheets.order import DEGREES, FIT, GRIDS, PICTURES, TM3, UTM, read_order
from app.maps.sheets.paper import SCALES, Paper, Turn
from app.maps.store import layers_folder, published_layers
from app.permissions import Actor, Permission, require
from app.registers.days import Day, read_day
from app.registers.packs import pack_if_installed
from app.registers.pages import marker_page
from app.registers.queries import marker_by_slug

_MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}
# Of the map's address: what the forms carry on, and what they ask for themselves.
_OWN = frozenset({"tep", "kho", "huong", "co", "ty-le", "luoi", "tieu-de", "net"})
_RESOLUTIONS = (150, 200, 300)


@require(Permission.EXPORT_RUN)
def takeaway() -> ResponseReturnValue:
    """The choices for paper, picture and offline file, around the view that one came from."""
    actor, session = _reader(), reading()
    asked = pages.read_filters(session, actor, request.args)
    chips = queue.chips(session, asked, newest_definitions(session), actor.locale)
    return render_template(
        "maps/takeaway.html",
        order=read_order(request.args, pages.home_view(actor)),
        day=_day(actor),
        chips=chips,
        kept=[(name, value) for name, value in request.args.items(multi=True) if name not in _OWN],
        papers=[
            (f"{paper}-{turn}", f"{paper.upper()} {name}")
            for paper in Paper
            for turn, name in ((Turn.LANDSCAPE, _("ngang")), (Turn.PORTRAIT, _("dọc")))
        ],
        scales=[(FIT, _("Vừa khung đang xem")), *((str(one), _scale(one)) for one in SCALES)],
        grids=[(code, _grid_names()[code]) for code in GRIDS],
        sizes=[(code, _size(*PICTURES[code])) for code in PICTURES],
        resolutions=[(str(one), _("%(n)s điểm/inch", n=one)) for one in _RESOLUTIONS],
        is_ready=published_layers() is not None,
    )


@require(Permission.EXPORT_RUN)
def sheet() -> ResponseReturnValue:
    """The page or picture itself, with what the one who asks may see."""
    actor, now = _reader(), utc_now()
    order, day = read_order(request.args, pages.home_view(actor)), _day(actor)
    ground = Ground(published_layers(), layers_folder(), pack_if_installed())
    with transaction() as session:
        made = sheet_of(session, actor, request.args, order, day, ground=ground, now=now)
        held = made.contents
        subject = f"sheet:{order.kind}:{held.markers}:{held.cases}"
        record_access(session, actor, "map.printed", subject, now=now)
    content = drawn_file(made, ground.backdrop, order.kind, dots_per_inch=_resolution())
    return send_file(
        BytesIO(content),
        mimetype=_MEDIA[order.kind],
        as_attachment=True,
        download_name=f"ban-do-{day.on:%Y%m%d}.{order.kind}",
    )


@require(Permission.EXPORT_RUN)
def offline() -> ResponseReturnValue:
    """The map as one file that needs no network, of today or of a past day."""
    actor, now = _reader(), utc_now()
    day = _day(actor)
    order = read_order(request.args, pages.home_view(actor))
    ground = Ground(published_layers(), layers_folder(), pack_if_installed())
    # Folium and GeoPandas are loaded only when the first such file is asked for.
    making = import_module("app.maps.offline_making")
    with transaction() as session:
        made = making.offline_of(
            session, actor, request.args, order, day=day, ground=ground, now=now
        )
        subject = f"offline:{len(made.markers)}:{len(made.cases)}:{len(made.content)}"
        record_access(session, actor, "map.taken", subject, now=now)
    return send_file(
        BytesIO(made.content),
        mimetype="text/html",
        as_attachment=True,
        download_name=f"ban-do-ngoai-tuyen-{day.on:%Y%m%d}.html",
    )


@require(Permission.EXPORT_RUN)
def marker_sheet(neighbour: str, slug: str) -> ResponseReturnValue:
    """The register sheet of one marker."""
    actor, now = _register_reader(), utc_now()
    ground = Ground(published_layers(), layers_folder(), pack_if_installed())
    drawing = import_module("app.maps.sheets.register_page")
    with transaction() as session:
        marker = marker_by_slug(session, actor, neighbour, slug)
        page = marker_page(session, actor, marker, on=today(actor))
        place = drawing.map_rectangle(drawing.map_top())
        made = register_sheet.marker_sheet(session, actor, page, place, now=now)
        record_access(session, actor, "marker.printed", f"marker:{marker.id}", now=now)
    backdrop = ground.backdrop if ground.published is not None else None
    with DRAWING:
        content: bytes = drawing.marker_file(made, backdrop)
    return _pdf(content, f"phieu-moc-{neighbour.lower()}-{slug}")


def _pdf(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(
        BytesIO(content),
        mimetype=_MEDIA["pdf"],
        as_attachment=True,
        download_name=f"{name}-{today(current_actor()):%Y%m%d}.pdf",
    )


def _register_reader() -> Actor:
    actor = current_actor()
    if not actor.may(Permission.REGISTER_VIEW):
        raise Forbidden
    return actor


def _reader() -> Actor:
    actor = current_actor()
    if not actor.may(Permission.MAP_VIEW):
        raise Forbidden
    return actor


def _day(actor: Actor) -> Day:
    return read_day(request.args, today(actor))


def today(actor: Actor) -> date:
    return actor.day(utc_now())


def _resolution() -> int:
    said = request.args.get("net", "")
    return int(said) if said in {str(one) for one in _RESOLUTIONS} else _RESOLUTIONS[1]


def _scale(denominator: int) -> str:
    return f"1:{denominator:,}".replace(",", ".")


def _size(width: float, height: float) -> str:
    said: str = _("%(width)s × %(height)s cm", width=f"{width / 10:g}", height=f"{height / 10:g}")
    return said.replace(".", ",")


def _grid_names() -> Mapping[str, str]:
    return {
        DEGREES: _("Kinh vĩ độ WGS-84"),
        TM3: _("VN-2000 múi 3° của tỉnh"),
        UTM: _("WGS-84 UTM"),
    }


VIEWS: tuple[tuple[str, str, Any], ...] = (  # Any: views, as Flask registers them
    ("/mang-di", "takeaway", takeaway),
    ("/mang-di/trang", "sheet", sheet),
    ("/mang-di/ngoai-tuyen", "offline", offline),
    ("/phieu-moc/<neighbour>/<slug>", "marker_sheet", marker_sheet),
)
