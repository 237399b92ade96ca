"""The pages of templates: which holds for the own unit, its versions, its fields, a preview."""

from http import HTTPStatus
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.queries import unit_by_id
from app.accounts.session import current_actor
from app.database import reading, row_number, transaction
from app.documents import fields, letterhead, templates
from app.documents.forms import EmblemForm, TemplateForm
from app.documents.kinds import kind_of, kinds
from app.documents.numbering import day_at
from app.jobs import utc_now
from app.permissions import Actor, Permission, require

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require(Permission.DOCUMENT_DRAFT)
def index() -> ResponseReturnValue:
    """Every kind with the template that holds today."""
    actor, session = current_actor(), reading()
    on = day_at(unit_by_id(session, actor.unit_id), utc_now())
    held = [templates.template_on(session, actor.unit_id, kind, on) for kind in kinds().values()]
    return render_template("documents/templates.html", held=held)


@require(Permission.DOCUMENT_DRAFT)
def template(paper_kind: str) -> ResponseReturnValue:
    return _page(paper_kind, TemplateForm(), EmblemForm())


def _page(paper_kind: str, form: TemplateForm, emblem: EmblemForm) -> ResponseReturnValue:
    actor, session, kind = current_actor(), reading(), kind_of(paper_kind)
    on = day_at(unit_by_id(session, actor.unit_id), utc_now())
    if form.valid_from.data is None:
        form.valid_from.data = on
    html = render_template(
        "documents/template.html",
        form=form,
        emblem=emblem,
        kind=kind,
        held=templates.template_on(session, actor.unit_id, kind, on),
        versions=templates.versions_of(session, actor.unit_id, kind),
        groups=fields.field_groups(session, actor.locale),
    )
    is_wrong = bool(form.errors or emblem.errors)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


@require(Permission.DOCUMENT_KEEP)
def add_template(paper_kind: str) -> ResponseReturnValue:
    """The office's own version; what is wrong with it is said in one sentence."""
    actor, form = current_actor(), TemplateForm()
    kind_of(paper_kind)
    if form.validate():
        with problems_shown_on(form):
            for remark in _added(actor, paper_kind, form):
                flash(remark, "warning")
            flash(_("Đã nhận mẫu mới."), "success")
            return redirect(url_for("documents.template", paper_kind=paper_kind))
    return _page(paper_kind, form, EmblemForm(formdata=None))


@require(Permission.DOCUMENT_KEEP)
def add_emblem(paper_kind: str) -> ResponseReturnValue:
    """The shipped note with the office's own picture at its head, as the office's template."""
    actor, form = current_actor(), EmblemForm()
    kind_of(paper_kind)
    if form.validate():
        with problems_shown_on(form), transaction() as session:
            letterhead.keep_emblem(session, actor, paper_kind, form.content(), now=utc_now())
            flash(_("Đã đưa hình quốc huy vào mẫu công hàm của đơn vị."), "success")
            return redirect(url_for("documents.template", paper_kind=paper_kind))
    return _page(paper_kind, TemplateForm(formdata=None), form)


def _added(actor: Actor, paper_kind: str, form: TemplateForm) -> list[str]:
    now = utc_now()
    with transaction() as session:
        return templates.add_version(
            session,
            actor,
            paper_kind,
            file_name=form.file_name,
            content=form.content(),
            valid_from=form.day(now.date()),
            now=now,
        )


@require(Permission.DOCUMENT_KEEP)
def use_shipped(paper_kind: str) -> ResponseReturnValue:
    """Back to the template that came with the product; the office's versions are kept."""
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        on = day_at(unit_by_id(session, actor.unit_id), now)
        templates.add_version(
            session, actor, paper_kind, file_name="", content=None, valid_from=on, now=now
        )
    flash(_("Từ nay dùng lại mẫu của hệ thống."), "success")
    return redirect(url_for("documents.template", paper_kind=paper_kind))


@require(Permission.DOCUMENT_DRAFT)
def template_file(paper_kind: str) -> ResponseReturnValue:
    """The template in force, or one version of it, to be edited in Word."""
    actor, session, kind = current_actor(), reading(), kind_of(paper_kind)
    number = request.args.get("ban", type=row_number)
    if number is None:
        on = day_at(unit_by_id(session, actor.unit_id), utc_now())
        held = templates.template_on(session, actor.unit_id, kind, on)
        name, content = held.file_name, held.content
    else:
        name, content = templates.version_content(session, actor, kind, number)
    return _sent(name, content)


@require(Permission.DOCUMENT_DRAFT)
def template_preview(paper_kind: str) -> ResponseReturnValue:
    """The template in force with invented values."""
    actor, session, kind = current_actor(), reading(), kind_of(paper_kind)
    on = day_at(unit_by_id(session, actor.unit_id), utc_now())
    held = templates.template_on(session, actor.unit_id, kind, on)
    return _sent(f"xem-thu-{held.file_name}", templates.preview(session, held.content))


def _sent(name: str, content: bytes) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=_WORD, as_attachment=True, download_name=name)


VIEWS = (
    ("/", "index", index, ["GET"]),
    ("/mau/<paper_kind>", "template", template, ["GET"]),
    ("/mau/<paper_kind>/ban-moi", "add_template", add_template, ["POST"]),
    ("/mau/<paper_kind>/quoc-huy", "add_emblem", add_emblem, ["POST"]),
    ("/mau/<paper_kind>/mau-he-thong", "use_shipped", use_shipped, ["POST"]),
    ("/mau/<paper_kind>/tep", "template_file", template_file, ["GET"]),
    ("/mau/<paper_kind>/xem-thu", "template_preview", template_preview, ["GET"]),
)
