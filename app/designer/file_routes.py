"""Definitions in and out of the designer as YAML files."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.designer import exchange, queries, services
from app.designer.file_forms import ImportForm, incoming_of
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.text import Text


@require(Permission.ADMIN_WORKFLOW)
def bring_in() -> ResponseReturnValue:
    form = ImportForm()
    incoming = incoming_of(form) if form.validate_on_submit() else None
    if incoming is None:
        status = 422 if form.is_submitted() else 200
        return render_template("designer/import.html", form=form), status
    with transaction() as session:
        services.put_definition(
            session,
            current_actor(),
            incoming.case_type,
            said=Text("Nhập từ tệp", "Read from a file"),
            now=utc_now(),
        )
    flash(_("Đã đưa tệp vào bản thảo. Hãy xem thay đổi trước khi công bố."), "success")
    return redirect(url_for("designer.publish", type_code=incoming.code))


@require(Permission.ADMIN_WORKFLOW)
def version_file(type_code: str, number: int) -> ResponseReturnValue:
    text = exchange.written(reading(), type_code, number=number)
    return _as_file(text, f"{type_code}-v{number}.yaml")


@require(Permission.ADMIN_WORKFLOW)
def draft_file(type_code: str) -> ResponseReturnValue:
    session = reading()
    draft = queries.draft_or_404(session, type_code)
    text = exchange.written_draft(session, draft.content, draft.base_number)
    return _as_file(text, f"{type_code}-ban-thao.yaml")


def _as_file(text: str, name: str) -> Response:
    return Response(
        text,
        mimetype="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


VIEWS = (
    ("/nhap", "bring_in", bring_in, ["GET", "POST"]),
    ("/<type_code>/phien-ban/<int:number>/tep", "version_file", version_file, ["GET"]),
    ("/<type_code>/ban-thao/tep", "draft_file", draft_file, ["GET"]),
)
