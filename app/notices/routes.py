"""The inbox: what a person should know, and the count of it on every page."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import actor_or_none, current_actor
from app.database import reading, row_number, transaction
from app.jobs import utc_now
from app.notices import queries, services
from app.notices.wording import label, tone
from app.permissions import Permission, require

blueprint = Blueprint("notices", __name__, url_prefix="/thong-bao")


@blueprint.get("")
@require(Permission.NOTICE_VIEW)
def inbox() -> ResponseReturnValue:
    page = queries.inbox(reading(), current_actor(), cursor=request.args.get("sau", ""))
    newest = max((row.notice.id for row in page.rows), default=0)
    return render_template(
        "notices/inbox.html", page=page, newest=newest, kind_label=label, kind_tone=tone
    )


@blueprint.post("/<int:notice_id>/da-doc")
@require(Permission.NOTICE_VIEW)
def mark_read(notice_id: int) -> ResponseReturnValue:
    with transaction() as session:
        services.mark_read(session, current_actor(), notice_id, now=utc_now())
    return redirect(url_for("notices.inbox"))


@blueprint.post("/da-doc")
@require(Permission.NOTICE_VIEW)
def mark_all_read() -> ResponseReturnValue:
    """Up to the newest that was on the screen: what came meanwhile has not been seen."""
    up_to = request.form.get("up_to", type=row_number) or 0
    with transaction() as session:
        count = services.mark_all_read(session, current_actor(), up_to=up_to, now=utc_now())
    flash(_("Đã đánh dấu %(n)s thông báo là đã đọc.", n=count), "success")
    return redirect(url_for("notices.inbox"))


@blueprint.app_context_processor
def _count_unread() -> dict[str, int]:
    """The number on the bell, asked once per request."""
    actor = actor_or_none() if request else None
    if actor is None or not actor.may(Permission.NOTICE_VIEW):
        return {}
    if "notice_count" not in g:
        g.notice_count = queries.unread_count(reading(), actor)
    return {"notice_count": g.notice_count}
