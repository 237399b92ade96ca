"""The register's list on paper: drawn at once where it is short, else ordered and fetched."""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.session import current_actor
from app.audit import record_access
from app.database import transaction
from app.errors import Conflict, Forbidden, Refused
from app.jobs import Job, enqueue, utc_now
from app.maps import prints
from app.maps.pages import today_of
from app.maps.sheets import register_sheet
from app.maps.sheets.making import DRAWING
from app.permissions import Actor, Permission, require
from app.registers import pages as register_pages
from app.registers.days import read_day
from app.registers.models import Marker
from app.registers.packs import pack_if_installed

_AT_ONCE = 60  # two pages, drawn while one waits
_MOST_ROWS = 2_000  # some seventy pages


def folder() -> Path:
    found: Path = current_app.extensions["settings"].uploads_dir
    return found


@require(Permission.EXPORT_RUN)
def marker_list() -> ResponseReturnValue:
    """The register's list under its filters as a table on paper."""
    actor, now = _reader(), utc_now()
    with transaction() as session:
        markers = listed_markers(session, actor, request.args)
        if len(markers) > _AT_ONCE:
            pairs = list(request.args.items(multi=True))
            made = prints.order(folder(), actor, pairs, rows=len(markers), now=now)
            enqueue(session, Job.PRINT_LIST, {"print": made.name}, now=now)
            return redirect(url_for("maps.print_page", print_name=made.name))
        sheet = list_sheet_of(session, actor, request.args, markers, now=now)
    with DRAWING:
        content: bytes = import_module("app.maps.sheets.register_page").list_file(sheet)
    return _pdf(BytesIO(content), actor)


def listed_markers(session: Session, actor: Actor, arguments: MultiDict[str, str]) -> list[Marker]:
    """The markers of a list's address. Raises Refused where there are too many for paper."""
    filters, day = register_pages.read_filter(arguments), read_day(arguments, today_of(actor))
    pack = pack_if_installed() if day.is_past else None
    markers = register_pages.markers_to_export(session, actor, filters, day=day, pack=pack)
    if len(markers) > _MOST_ROWS:
        raise Refused(
            _(
                "Danh sách có %(count)s mốc, trang in nhận tối đa %(most)s."
                " Hãy lọc bớt hoặc xuất XLSX.",
                count=len(markers),
                most=_MOST_ROWS,
            )
        )
    return list(markers)


def list_sheet_of(
    session: Session,
    actor: Actor,
    arguments: MultiDict[str, str],
    markers: list[Marker],
    *,
    now: datetime,
) -> register_sheet.ListSheet:
    """The table in words, with its entry in the audit."""
    filters, day = register_pages.read_filter(arguments), read_day(arguments, today_of(actor))
    narrowed = list(register_pages.narrowed_words(session, actor, filters))
    made = register_sheet.list_sheet(session, actor, markers, day, narrowed=narrowed, now=now)
    record_access(session, actor, "marker.printed", f"markers:{len(markers)}", now=now)
    return made


@require(Permission.EXPORT_RUN)
def print_page(print_name: str) -> ResponseReturnValue:
    """How far an order has come, and its file once it is done."""
    made = prints.ordered_by(folder(), _reader(), print_name)
    return render_template("maps/print.html", made=made, back=_back(made))


@require(Permission.EXPORT_RUN)
def print_progress(print_name: str) -> ResponseReturnValue:
    """The moving part of the page; once it is over the page is loaded anew."""
    made = prints.ordered_by(folder(), _reader(), print_name)
    answer = render_template("maps/_print_progress.html", made=made)
    return answer, {"HX-Refresh": "true"} if made.is_finished else {}


@require(Permission.EXPORT_RUN)
def print_file(print_name: str) -> ResponseReturnValue:
    """The finished file, to whoever ordered it."""
    actor = _reader()
    made = prints.ordered_by(folder(), actor, print_name)
    if not made.is_ready:
        raise Conflict(_("Tệp in chưa xong."))
    return _pdf(BytesIO(prints.file_of(folder(), made).read_bytes()), actor)


def _back(made: prints.Print) -> str:
    arguments: Mapping[str, Any] = MultiDict(made.arguments).to_dict(flat=False)
    return url_for("registers.markers", **arguments)


def _pdf(content: BytesIO, actor: Actor) -> ResponseReturnValue:
    return send_file(
        content,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"danh-sach-moc-{today_of(actor):%Y%m%d}.pdf",
    )


def _reader() -> Actor:
    actor = current_actor()
    if not actor.may(Permission.REGISTER_VIEW):
        raise Forbidden
    return actor


VIEWS: tuple[tuple[str, str, Any], ...] = (  # Any: views, as Flask registers them
    ("/so-moc", "marker_list", marker_list),
    ("/trang-in/<print_name>", "print_page", print_page),
    ("/trang-in/<print_name>/tien-do", "print_progress", print_progress),
    ("/trang-in/<print_name>/tep", "print_file", print_file),
)
