"""The pages of bringing data in: a file, its columns, what was found, how far it has come."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading, row_number, transaction
from app.errors import NotFound
from app.imports import (
    pages,
    preview_routes,
    queries,
    services,
    system_routes,
    undo_routes,
    work,
)
from app.imports.desk import shelf
from app.imports.fields import Target, plan_of
from app.imports.forms import (
    TARGET_HELP,
    TARGET_NAMES,
    Told,
    UploadForm,
    columns_asked,
    read_columns,
    read_options,
    told_on_page,
)
from app.imports.models import BatchState, ImportBatch
from app.imports.storage import keep_file
from app.imports.tables import Options
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.downloads import send_table
from app.registers.packs import current_pack

blueprint = Blueprint("imports", __name__, url_prefix="/nhap-du-lieu")
AT_ONCE_BYTES = 300_000  # a smaller file is checked while its sender waits a second
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _targets(actor: Actor) -> list[Target]:
    return [target for target in TARGET_NAMES if services.may_import(actor, target)]


@blueprint.get("/")
@require(Permission.IMPORT_RUN)
def index() -> ResponseReturnValue:
    actor = current_actor()
    batches, cursor = queries.list_batches(
        reading(), actor, before=request.args.get("sau", type=row_number)
    )
    return render_template(
        "imports/index.html",
        batches=batches,
        next_cursor=cursor,
        states=pages.STATES,
        names=TARGET_NAMES,
    )


@blueprint.route("/moi", methods=["GET", "POST"])
@require(Permission.IMPORT_RUN)
def new_import() -> ResponseReturnValue:
    actor, form = current_actor(), UploadForm()
    targets = _targets(actor)
    form.offer(targets)
    if request.method == "GET":
        form.target.data = request.args.get("loai") or form.target.default
    if form.validate_on_submit():
        upload, store = form.file.data, shelf()
        kept = keep_file(store.folder, upload.filename, upload.stream, limit_mb=store.limit_mb)
        with transaction() as session:
            batch = services.start_batch(
                session, actor, Target(form.target.data), kept, shelf=store, now=utc_now()
            )
        return redirect(url_for("imports.batch", batch_id=batch.id))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "imports/new.html", form=form, targets=targets, names=TARGET_NAMES, helps=TARGET_HELP
    )
    return page, status


@blueprint.get("/mau/<target>")
@require(Permission.IMPORT_RUN)
def template(target: str) -> ResponseReturnValue:
    if target not in {*Target}:
        raise NotFound
    return send_file(
        pages.template_file(Target(target)),
        mimetype=_XLSX,
        as_attachment=True,
        download_name=f"mau-nhap-{target}.xlsx",
    )


@blueprint.get("/<int:batch_id>")
@require(Permission.IMPORT_RUN)
def batch(batch_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = queries.get_batch(session, actor, batch_id)
    if found.state == BatchState.MAPPING:
        return _mapping_page(found, Told())
    return render_template(
        "imports/batch.html",
        batch=found,
        result=pages.result_page(session, actor, found),
        states=pages.STATES,
        names=TARGET_NAMES,
    )


def _mapping_page(
    found: ImportBatch, told: Told, asked: dict[str, int] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "imports/columns.html",
        batch=found,
        page=pages.mapping_page(found, shelf(), asked=asked),
        told=told,
        names=TARGET_NAMES,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if told.message else HTTPStatus.OK


@blueprint.get("/<int:batch_id>/cot")
@require(Permission.IMPORT_RUN)
def columns(batch_id: int) -> ResponseReturnValue:
    found = queries.get_batch(reading(), current_actor(), batch_id)
    if found.is_active or found.has_ended:
        return redirect(url_for("imports.batch", batch_id=batch_id))
    return _mapping_page(found, Told())


@blueprint.post("/<int:batch_id>/cot")
@require(Permission.IMPORT_RUN)
def match_columns(batch_id: int) -> ResponseReturnValue:
    """Match the columns and have the file checked, at once where it is small."""
    actor, told = current_actor(), Told()
    found = queries.get_batch(reading(), actor, batch_id)
    asked = columns_asked(request.form)
    with told_on_page(told):
        mapping = read_columns(plan_of(Target(found.target)), request.form)
        options = read_options(request.form)
        _match(actor, batch_id, mapping, options)
    if not told.message:
        return redirect(url_for("imports.batch", batch_id=batch_id))
    found = queries.get_batch(reading(), actor, batch_id)
    return _mapping_page(found, told, asked)


def _match(actor: Actor, batch_id: int, mapping: dict[str, int], options: Options) -> None:
    with transaction() as session:
        found = queries.get_batch(session, actor, batch_id, lock=True)
        services.match_columns(
            session, actor, found, mapping=mapping, options=options, shelf=shelf(), now=utc_now()
        )
        is_small = found.size <= AT_ONCE_BYTES
        if found.is_active and not is_small:
            services.queue_work(session, found, now=utc_now())
    if is_small:
        work.carry_on(batch_id, work.Workroom(shelf(), current_pack(), utc_now))


@blueprint.post("/<int:batch_id>/nhap")
@require(Permission.IMPORT_RUN)
def run(batch_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        found = queries.get_batch(session, actor, batch_id, lock=True)
        services.order_run(session, actor, found, now=utc_now())
    return redirect(url_for("imports.batch", batch_id=batch_id))


@blueprint.post("/<int:batch_id>/huy")
@require(Permission.IMPORT_RUN)
def cancel(batch_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        found = queries.get_batch(session, actor, batch_id, lock=True)
        services.call_off(session, actor, found, now=utc_now())
    flash(_("Sẽ dừng ở cuối đợt đang chạy. Dòng đã nhập được giữ nguyên."), "info")
    return redirect(url_for("imports.batch", batch_id=batch_id))


@blueprint.get("/<int:batch_id>/tien-do")
@require(Permission.IMPORT_RUN)
def progress(batch_id: int) -> ResponseReturnValue:
    """The progress bar again; once the work has ended the page draws itself anew."""
    found = queries.get_batch(reading(), current_actor(), batch_id)
    answer: Response = make_response(render_template("imports/_progress.html", batch=found))
    if not found.is_active:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/<int:batch_id>/loi")
@require(Permission.IMPORT_RUN)
def problems(batch_id: int) -> ResponseReturnValue:
    session = reading()
    found = queries.get_batch(session, current_actor(), batch_id)
    rows = pages.problem_rows(queries.findings_of(session, found, limit=None))
    on = utc_now().date()
    return send_table(pages.FINDING_COLUMNS, rows, name=f"van-de-nhap-{batch_id}", on=on)


for _rule, _name, _view, _methods in (
    *preview_routes.VIEWS,
    *system_routes.VIEWS,
    *undo_routes.VIEWS,
):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
