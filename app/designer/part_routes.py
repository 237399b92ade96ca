"""One part of a draft: adding, editing (saved as one types), ordering, copying, removing."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.designer import edits, pages, queries, services
from app.designer.checking import fields_for_expressions
from app.designer.part_form import part_form
from app.designer.reading import focus_after
from app.errors import Invalid
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.editing import COLUMN
from app.workflow.places import HEAD
from app.workflow.suggestions import check_expression, completions

LONGEST_EXPRESSION = 2000


@require(Permission.ADMIN_WORKFLOW)
def add(type_code: str, part: str) -> ResponseReturnValue:
    kind, group = pages.kind_of(part), request.form.get("group", "")
    edit, made = edits.adding(kind, group, request.form)
    with transaction() as session:
        services.save_edit(
            session, current_actor(), type_code, edit, version=_version(), now=utc_now()
        )
    return redirect(
        url_for("designer.part", type_code=type_code, part=part, item=made[0], _anchor="part-form")
    )


@require(Permission.ADMIN_WORKFLOW)
def show(type_code: str, part: str, item: str) -> ResponseReturnValue:
    kind = pages.kind_of(part)
    page = pages.draft_page(reading(), current_actor(), type_code)
    return render_template("designer/part.html", **_shown(page, kind, item))


@require(Permission.ADMIN_WORKFLOW)
def save(type_code: str, part: str, item: str) -> ResponseReturnValue:
    """Save what was typed; htmx gets what changed around the form, a plain browser the page."""
    kind, act = pages.kind_of(part), request.form.get("act", "")
    draft = queries.draft_or_404(reading(), type_code)
    former = pages.part_of(draft.content, kind, item)
    edit, row = edits.changing(kind, item, request.form, former, act=act)
    with transaction() as session:
        services.save_edit(
            session, current_actor(), type_code, edit, version=_version(), now=utc_now()
        )
    here = edits.address(kind, item, row)
    if request.headers.get("HX-Request"):
        page = pages.draft_page(reading(), current_actor(), type_code)
        return render_template("designer/_saved.html", **_shown(page, kind, here))
    anchor = focus_after(row, act) if act else None
    return redirect(
        url_for("designer.part", type_code=type_code, part=part, item=here, _anchor=anchor)
    )


@require(Permission.ADMIN_WORKFLOW)
def arrange(type_code: str, part: str, item: str) -> ResponseReturnValue:
    kind = pages.kind_of(part)
    edit = edits.arranging(kind, item, request.form.get("act", ""))
    with transaction() as session:
        services.save_edit(
            session, current_actor(), type_code, edit, version=_version(), now=utc_now()
        )
    return redirect(_table(type_code, kind, item))


@require(Permission.ADMIN_WORKFLOW)
def ask_removal(type_code: str, part: str, item: str) -> ResponseReturnValue:
    kind = pages.kind_of(part)
    page = pages.draft_page(reading(), current_actor(), type_code)
    row = pages.part_of(page.content, kind, item)
    if kind == HEAD:
        raise Invalid("Không xóa được phần này.")
    return render_template(
        "designer/remove.html",
        **_around(page, kind, item),
        row=row,
        told=edits.removal_told(page.content, kind, item, page.words.locale),
    )


@require(Permission.ADMIN_WORKFLOW)
def remove(type_code: str, part: str, item: str) -> ResponseReturnValue:
    kind = pages.kind_of(part)
    content = queries.draft_or_404(reading(), type_code).content
    with transaction() as session:
        services.save_edit(
            session,
            current_actor(),
            type_code,
            edits.removing(content, kind, item),
            version=_version(),
            now=utc_now(),
        )
    flash(_("Đã xóa. Có thể hoàn tác."), "success")
    return redirect(_table(type_code, kind, item))


@require(Permission.ADMIN_WORKFLOW)
def expression(type_code: str) -> ResponseReturnValue:
    """Judge a condition while it is written, and say what could follow at the cursor."""
    actor = current_actor()
    source = request.args.get("nguon", "")[:LONGEST_EXPRESSION]
    cursor = min(max(request.args.get("con-tro", len(source), type=int), 0), len(source))
    known = fields_for_expressions(queries.draft_or_404(reading(), type_code).content)
    if known is None or not source.strip():
        return jsonify(problems=[], completions=[])
    return jsonify(
        problems=[one.text.in_locale(actor.locale) for one in check_expression(source, known)],
        completions=[
            {"text": one.text, "start": one.start, "label": one.label.in_locale(actor.locale)}
            for one in completions(source, cursor, known)[:12]
        ],
    )


def _shown(page: pages.DraftPage, kind: str, item: str) -> dict[str, object]:
    before, after = pages.neighbours(page, kind, item)
    row = pages.part_of(page.content, kind, item)
    is_group = kind == "field" and row.get("type") == "group"
    return {
        **_around(page, kind, item),
        "row": row,
        "part": pages.form_of(page, kind, item),
        "before": before,
        "after": after,
        "columns": pages.table_of(page, COLUMN, item) if is_group else None,
        "adding": part_form(COLUMN, {}, page.words, prefix=edits.NEW) if is_group else None,
    }


def _around(page: pages.DraftPage, kind: str, item: str) -> dict[str, object]:
    group = item.rpartition(".")[0]
    return {
        "page": page,
        "kind": kind,
        "item": item,
        "group": group,
        "slugs": pages.SLUGS,
        "slug_of": pages.SLUG_OF,
    }


def _table(type_code: str, kind: str, item: str) -> str:
    if kind == COLUMN:
        group = item.rpartition(".")[0]
        return url_for("designer.part", type_code=type_code, part="truong", item=group)
    return url_for("designer.draft", type_code=type_code, muc=pages.SLUG_OF[kind])


def _version() -> int:
    return request.form.get("version", 0, type=int)


VIEWS = (
    ("/<type_code>/ban-thao/bieu-thuc", "expression", expression, ["GET"]),
    ("/<type_code>/ban-thao/<part>", "add", add, ["POST"]),
    ("/<type_code>/ban-thao/<part>/<item>", "part", show, ["GET"]),
    ("/<type_code>/ban-thao/<part>/<item>", "save_part", save, ["POST"]),
    ("/<type_code>/ban-thao/<part>/<item>/chuyen", "arrange", arrange, ["POST"]),
    ("/<type_code>/ban-thao/<part>/<item>/xoa", "ask_removal", ask_removal, ["GET"]),
    ("/<type_code>/ban-thao/<part>/<item>/xoa", "remove", remove, ["POST"]),
)
