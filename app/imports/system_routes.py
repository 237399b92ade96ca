"""The page where a person says in which coordinate system a file is written."""

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.imports import queries, services
from app.imports.desk import shelf
from app.imports.forms import TARGET_NAMES
from app.imports.system_answers import answer_of
from app.imports.system_pages import system_page
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.packs import current_pack


@require(Permission.IMPORT_RUN)
def system(batch_id: int) -> ResponseReturnValue:
    """The readings of the file's coordinates, each with where it puts them."""
    return _system_page(batch_id, "")


@require(Permission.IMPORT_RUN)
def choose_system(batch_id: int) -> ResponseReturnValue:
    chosen = answer_of(request.form.get("system", ""))
    if chosen is None:
        return _system_page(batch_id, _("Chọn một hệ tọa độ."))
    actor = current_actor()
    with transaction() as session:
        found = queries.get_batch(session, actor, batch_id, lock=True)
        services.answer_system(session, actor, found, crs=chosen[0], axes=chosen[1], now=utc_now())
    return redirect(url_for("imports.columns", batch_id=batch_id))


def _system_page(batch_id: int, told: str) -> ResponseReturnValue:
    session = reading()
    found = queries.get_batch(session, current_actor(), batch_id)
    if found.is_active or found.has_ended:
        return redirect(url_for("imports.batch", batch_id=batch_id))
    page = render_template(
        "imports/system.html",
        batch=found,
        page=system_page(session, found, shelf(), current_pack()),
        told=told,
        names=TARGET_NAMES,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if told else HTTPStatus.OK


VIEWS = (
    ("/<int:batch_id>/he-toa-do", "system", system, ["GET"]),
    ("/<int:batch_id>/he-toa-do", "choose_system", choose_system, ["POST"]),
)
