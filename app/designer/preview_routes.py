"""The page on which a draft is looked at as one role in one state."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.database import reading
from app.designer import pages
from app.designer.preview import preview
from app.jobs import utc_now
from app.permissions import Permission, require


@require(Permission.ADMIN_WORKFLOW)
def show(type_code: str) -> ResponseReturnValue:
    session, actor, asked = reading(), current_actor(), request.args
    page = pages.draft_page(session, actor, type_code)
    seen = preview(
        session,
        actor,
        page,
        role=asked.get("vai-tro", ""),
        state=asked.get("trang-thai", ""),
        act=asked.get("buoc", ""),
        now=utc_now(),
    )
    return render_template(
        "designer/preview.html", page=page, seen=seen, slugs=pages.SLUGS, slug_of=pages.SLUG_OF
    )


VIEWS = (("/<type_code>/ban-thao/xem-thu", "preview", show, ["GET"]),)
