"""Draws the long lists that people ordered on paper, a page at a time, and says how far it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.accounts.session import build_actor
from app.database import transaction
from app.errors import AppError, Refused
from app.maps import print_routes, prints
from app.maps.sheets.register_sheet import ListSheet
from app.permissions import Actor, Permission
from workers.work import chunked

_GONE = "Người yêu cầu in không còn quyền xuất dữ liệu của đơn vị này."


@chunked
def print_list(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Draw an order; what it may hold is decided by the rights of this moment."""
    session.rollback()
    folder = print_routes.folder()
    made = prints.find(folder, str(payload["print"]))
    if made is None or made.is_finished:
        return
    try:
        sheet = _sheet(made, now)
    except AppError as refusal:
        prints.fail(folder, made, str(refusal))
        return
    drawing = import_module("app.maps.sheets.register_page")
    pages = drawing.list_pages(sheet)
    made = replace(made, total=len(pages))

    def told(done: int) -> None:
        prints.save(folder, replace(made, done=done))

    told(0)
    prints.finish(folder, made, drawing.as_one_file(pages, sheet.title, told=told))


def _sheet(made: prints.Print, now: datetime) -> ListSheet:
    arguments: MultiDict[str, str] = MultiDict(made.arguments)
    with transaction() as session:
        actor = _actor(session, made)
        with force_locale(actor.locale):
            markers = print_routes.listed_markers(session, actor, arguments)
            return print_routes.list_sheet_of(session, actor, arguments, markers, now=now)


def _actor(session: Session, made: prints.Print) -> Actor:
    user = session.get(User, made.user_id)
    actor = build_actor(session, user, unit_id=made.unit_id) if user is not None else None
    may = actor is not None and actor.unit_id == made.unit_id
    if actor is None or not may or not actor.may(Permission.EXPORT_RUN):
        raise Refused(_GONE)
    return actor
