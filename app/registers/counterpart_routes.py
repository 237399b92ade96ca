"""The export for the other side, and the list of fields that may leave."""

from http import HTTPStatus
from io import BytesIO

from flask import Response, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.models import UnitKind
from app.accounts.session import current_actor
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers import counterpart
from app.registers.act_forms import CounterpartFieldForm, CounterpartForm
from app.registers.counterpart_models import CounterpartField
from app.registers.downloads import XLSX
from app.registers.export import as_csv, as_xlsx
from app.registers.queries import place_names, provinces_with_markers
from app.registers.vocabulary import word

_TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


@require(Permission.EXPORT_RUN)
def counterpart_export() -> ResponseReturnValue:
    """One file for the other side: only the fields of the list, in two languages."""
    actor, session, form = current_actor(), reading(), CounterpartForm()
    day = actor.day(utc_now())
    codes = provinces_with_markers(session, actor)
    names = place_names(session, codes, kind=UnitKind.PROVINCE, on=day)
    form.offer(sorted(names.items(), key=lambda pair: pair[1]), actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            package = counterpart.package_for(
                writer,
                actor,
                neighbour=form.neighbour.data,
                province_code=form.province_code.data or "",
                day=day,
            )
            counterpart.record_export(
                writer,
                actor,
                package,
                neighbour=form.neighbour.data,
                recipient=form.recipient.data or "",
                kind=form.kind.data,
                now=utc_now(),
            )
            return _sent(package, form.kind.data, f"moc-{form.neighbour.data}-{day:%Y%m%d}")
    return render_template(
        "registers/counterpart.html",
        form=form,
        fields=counterpart.fields_on(session, day),
        word=word,
    ), _status(form.errors)


def _sent(package: counterpart.Package, kind: str, name: str) -> Response:
    if kind == "geojson":
        content = package.geojson()
    elif kind == "csv":
        content = as_csv(package.columns, package.seen())
    else:
        content = as_xlsx(package.columns, package.seen(), title=name)
    return send_file(
        BytesIO(content), mimetype=_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}"
    )


@require(Permission.ADMIN_WORKFLOW)
def counterpart_fields() -> ResponseReturnValue:
    rows = counterpart.all_fields(reading())
    return render_template("registers/counterpart_fields.html", rows=rows, word=word)


@require(Permission.ADMIN_WORKFLOW)
def new_counterpart_field() -> ResponseReturnValue:
    return _field_page(None)


@require(Permission.ADMIN_WORKFLOW)
def edit_counterpart_field(field_id: int) -> ResponseReturnValue:
    return _field_page(counterpart.field_by_id(reading(), field_id))


def _field_page(row: CounterpartField | None) -> ResponseReturnValue:
    actor = current_actor()
    form = CounterpartFieldForm(obj=row)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            held = counterpart.field_by_id(session, row.id) if row else None
            counterpart.keep_field(session, actor, form.facts(), row=held, now=utc_now())
            flash(_("Đã lưu danh mục trường."), "success")
            return redirect(url_for("registers.counterpart_fields"))
    return render_template("registers/edit_counterpart_field.html", form=form, row=row), _status(
        form.errors
    )


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


VIEWS = (
    ("/xuat-doi-tac", "counterpart_export", counterpart_export, ["GET", "POST"]),
    ("/truong-doi-tac", "counterpart_fields", counterpart_fields, ["GET"]),
    ("/truong-doi-tac/moi", "new_counterpart_field", new_counterpart_field, ["GET", "POST"]),
    (
        "/truong-doi-tac/<int(max=9007199254740992):field_id>/sua",
        "edit_counterpart_field",
        edit_counterpart_field,
        ["GET", "POST"],
    ),
)
