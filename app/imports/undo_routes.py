"""Taking a whole import back from its page."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.database import transaction
from app.imports import queries, services, work
from app.imports.desk import shelf
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.packs import current_pack

_AT_ONCE = 300  # effects that are taken back while the person waits a second


@require(Permission.IMPORT_RUN)
def undo(batch_id: int) -> ResponseReturnValue:
    """Order the undoing; a small import is taken back at once."""
    actor = current_actor()
    with transaction() as session:
        found = queries.get_batch(session, actor, batch_id, lock=True)
        services.order_undo(session, actor, found, now=utc_now())
        is_small = found.created + found.changed <= _AT_ONCE
        if not is_small:
            services.queue_work(session, found, now=utc_now())
    if is_small:
        work.carry_on(batch_id, work.Workroom(shelf(), current_pack(), utc_now))
    return redirect(url_for("imports.batch", batch_id=batch_id))


VIEWS = (("/<int:batch_id>/hoan-tac", "undo", undo, ["POST"]),)
