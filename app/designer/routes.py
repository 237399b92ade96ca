"""The designer's pages about case types: the list, a new one, versions, publishing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # old stubs

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.designer import (
    draft_routes,
    file_routes,
    lab_routes,
    migration_routes,
    part_routes,
    preview_routes,
    publishing,
    queries,
    services,
    suite_routes,
    version_pages,
)
from app.designer.forms import NewTypeForm, PublishForm
from app.designer.pages import SLUG_OF
from app.jobs import utc_now
from app.permissions import Permission, require

blueprint = Blueprint("designer", __name__, url_prefix="/quan-tri/quy-trinh")


@blueprint.get("")
@require(Permission.ADMIN_WORKFLOW)
def types() -> ResponseReturnValue:
    return render_template("designer/types.html", rows=queries.type_rows(reading()))


@blueprint.route("/moi", methods=["GET", "POST"])
@require(Permission.ADMIN_WORKFLOW)
def new_type() -> ResponseReturnValue:
    actor, form = current_actor(), NewTypeForm()
    rows = queries.type_rows(reading())
    offered = [(row.code, row.name.in_locale(actor.locale)) for row in rows if row.version]
    form.copy_of.choices = [
        SelectChoice(value=code, label=name)
        for code, name in [("", _("Quy trình trống")), *offered]
    ]
    if not form.validate_on_submit():
        return render_template("designer/new_type.html", form=form)
    with transaction() as session:
        draft = services.start_type(
            session,
            actor,
            name_vi=form.name_vi.data or "",
            name_en=form.name_en.data or "",
            copy_of=form.copy_of.data,
            taken={row.code for row in rows},
            now=utc_now(),
        )
        code = draft.code
    return redirect(url_for("designer.draft", type_code=code))


@blueprint.get("/<type_code>")
@require(Permission.ADMIN_WORKFLOW)
def case_type(type_code: str) -> ResponseReturnValue:
    page = version_pages.type_page(reading(), current_actor(), type_code)
    return render_template("designer/type.html", page=page)


@blueprint.get("/<type_code>/phien-ban/<int:number>")
@require(Permission.ADMIN_WORKFLOW)
def version(type_code: str, number: int) -> ResponseReturnValue:
    against = request.args.get("voi", type=int)
    page = version_pages.version_page(
        reading(), current_actor(), type_code, number, against=against
    )
    return render_template("designer/version.html", page=page, form=PublishForm())


@blueprint.post("/<type_code>/phien-ban/<int:number>/cong-bo-lai")
@require(Permission.ADMIN_WORKFLOW)
def publish_again(type_code: str, number: int) -> ResponseReturnValue:
    form = PublishForm()
    if not form.validate_on_submit():
        page = version_pages.version_page(reading(), current_actor(), type_code, number)
        return render_template("designer/version.html", page=page, form=form), 422
    with transaction() as session:
        made = publishing.publish_again(
            session,
            current_actor(),
            type_code,
            number,
            note=form.note.data or "",
            moves=_moves(),
            now=utc_now(),
        )
        said = _(
            "Đã trở lại nội dung phiên bản %(old)s, nay là phiên bản %(new)s.",
            old=number,
            new=made.number,
        )
    flash(said, "success")
    return redirect(url_for("designer.case_type", type_code=type_code))


@blueprint.route("/<type_code>/cong-bo", methods=["GET", "POST"])
@require(Permission.ADMIN_WORKFLOW)
def publish(type_code: str) -> ResponseReturnValue:
    actor, form = current_actor(), PublishForm()
    if not form.validate_on_submit():
        page = version_pages.publish_page(reading(), actor, type_code)
        status = 422 if form.errors else 200
        return render_template(
            "designer/publish.html", page=page, form=form, slug_of=SLUG_OF
        ), status
    with transaction() as session:
        made = publishing.publish_draft(
            session,
            actor,
            type_code,
            version=request.form.get("version", 0, type=int),
            note=form.note.data or "",
            moves=_moves(),
            now=utc_now(),
        )
        said = _(
            "Đã công bố phiên bản %(n)s. Hồ sơ mở từ bây giờ theo phiên bản này.", n=made.number
        )
    flash(said, "success")
    return redirect(url_for("designer.case_type", type_code=type_code))


def _moves() -> dict[str, str]:
    """Where the cases of removed states go: one control "move-<state>" for each."""
    prefix = "move-"
    return {
        name.removeprefix(prefix): chosen
        for name, chosen in request.form.items()
        if name.startswith(prefix) and chosen
    }


for _rule, _name, _view, _methods in (
    *draft_routes.VIEWS,
    *part_routes.VIEWS,
    *preview_routes.VIEWS,
    *file_routes.VIEWS,
    *migration_routes.VIEWS,
    *lab_routes.VIEWS,
    *suite_routes.VIEWS,
):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
