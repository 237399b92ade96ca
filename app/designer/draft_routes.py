"""The pages of a draft: its tables, its history, what it changes, undoing and giving up."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.designer import edits, pages, queries, services
from app.designer.part_form import part_form
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.places import HEAD


@require(Permission.ADMIN_WORKFLOW)
def start_draft(type_code: str) -> ResponseReturnValue:
    number = request.form.get("phien-ban", type=int)
    with transaction() as session:
        services.start_draft(session, current_actor(), type_code, number=number, now=utc_now())
    return redirect(url_for("designer.draft", type_code=type_code))


@require(Permission.ADMIN_WORKFLOW)
def draft(type_code: str) -> ResponseReturnValue:
    kind = pages.kind_of(request.args.get("muc", "trang-thai"))
    page = pages.draft_page(reading(), current_actor(), type_code)
    if kind == HEAD:
        return redirect(url_for("designer.part", type_code=type_code, part="chung", item=type_code))
    return render_template(
        "designer/draft.html",
        page=page,
        kind=kind,
        rows=pages.table_of(page, kind),
        adding=part_form(kind, {}, page.words, prefix=edits.NEW),
        asked=pages.ASKED.get(kind, ()),
        columns=pages.labels(kind, pages.COLUMNS[kind], page.words.locale),
        **_around(),
    )


@require(Permission.ADMIN_WORKFLOW)
def diagram(type_code: str) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.draft_or_404(reading(), type_code)
    said = pages.diagram_of(found.content, actor.locale) or _EMPTY
    return Response(said, mimetype="image/svg+xml", headers={"Cache-Control": "private, no-cache"})


_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@require(Permission.ADMIN_WORKFLOW)
def undo(type_code: str) -> ResponseReturnValue:
    with transaction() as session:
        said = services.undo(
            session,
            current_actor(),
            type_code,
            version=request.form.get("version", 0, type=int),
            now=utc_now(),
        )
    flash(_("Đã hoàn tác: %(said)s.", said=said.in_locale(current_actor().locale)), "success")
    return redirect(url_for("designer.draft", type_code=type_code, muc=request.args.get("muc")))


@require(Permission.ADMIN_WORKFLOW)
def history(type_code: str) -> ResponseReturnValue:
    session = reading()
    page = pages.draft_page(session, current_actor(), type_code)
    saves = queries.saves_of(session, page.draft)
    return render_template("designer/history.html", page=page, saves=saves, **_around())


@require(Permission.ADMIN_WORKFLOW)
def restore(type_code: str, number: int) -> ResponseReturnValue:
    with transaction() as session:
        services.restore(session, current_actor(), type_code, number, now=utc_now())
    flash(_("Đã trở về bản lưu số %(n)s.", n=number), "success")
    return redirect(url_for("designer.draft", type_code=type_code))


@require(Permission.ADMIN_WORKFLOW)
def discard(type_code: str) -> ResponseReturnValue:
    with transaction() as session:
        services.discard(session, current_actor(), type_code, now=utc_now())
    flash(_("Đã bỏ bản thảo. Phiên bản đang dùng không đổi."), "success")
    return redirect(url_for("designer.types"))


@require(Permission.ADMIN_WORKFLOW)
def take_base(type_code: str) -> ResponseReturnValue:
    with transaction() as session:
        services.take_base(session, current_actor(), type_code, now=utc_now())
    return redirect(url_for("designer.publish", type_code=type_code))


def _around() -> dict[str, object]:
    """What every page of a draft needs to draw its tabs and links."""
    return {"slugs": pages.SLUGS, "slug_of": pages.SLUG_OF}


VIEWS = (
    ("/<type_code>/ban-thao", "start_draft", start_draft, ["POST"]),
    ("/<type_code>/ban-thao", "draft", draft, ["GET"]),
    ("/<type_code>/ban-thao/so-do", "diagram", diagram, ["GET"]),
    ("/<type_code>/ban-thao/hoan-tac", "undo", undo, ["POST"]),
    ("/<type_code>/ban-thao/lich-su", "history", history, ["GET"]),
    ("/<type_code>/ban-thao/lich-su/<int:number>", "restore", restore, ["POST"]),
    ("/<type_code>/ban-thao/bo", "discard", discard, ["POST"]),
    ("/<type_code>/ban-thao/lay-nen", "take_base", take_base, ["POST"]),
)
