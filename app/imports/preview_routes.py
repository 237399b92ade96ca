"""The rows of a checked file on a map and in a list, before anything is written."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from app.accounts.session import current_actor
from app.database import reading
from app.imports import queries
from app.imports.desk import shelf
from app.imports.forms import TARGET_NAMES
from app.imports.judging import Outcome
from app.imports.models import BatchState
from app.imports.previewing import MOST_ROWS, preview_of
from app.imports.work import Workroom
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.packs import current_pack

_OUTCOMES = {
    Outcome.CREATED: _("Sẽ thêm mới"),
    Outcome.CHANGED: _("Sẽ thay đổi"),
    Outcome.UNCHANGED: _("Đã có, không đổi"),
    Outcome.REFUSED: _("Bị từ chối"),
}


@require(Permission.IMPORT_RUN)
def preview(batch_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = queries.get_batch(session, actor, batch_id)
    if found.state != BatchState.CHECKED:
        return redirect(url_for("imports.batch", batch_id=batch_id))
    shown = preview_of(session, actor, found, Workroom(shelf(), current_pack(), utc_now))
    return render_template(
        "imports/preview.html",
        batch=found,
        preview=shown,
        outcomes=_OUTCOMES,
        most=MOST_ROWS,
        names=TARGET_NAMES,
    )


VIEWS = (("/<int:batch_id>/xem-truoc", "preview", preview, ["GET"]),)
