"""The pages of migration: from which version to which, tried out, moved, put back."""

from http import HTTPStatus

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.cases.catalogue import definition_of
from app.cases.queries import latest_version
from app.database import reading, row_number, transaction
from app.designer import migration_pages, migration_queries, migration_services
from app.designer.faults_shown import Told, told_on_page
from app.designer.migration_queries import ItemFilter
from app.jobs import utc_now
from app.permissions import Permission, require


@require(Permission.ADMIN_WORKFLOW)
def migrate(type_code: str) -> ResponseReturnValue:
    """Choose the versions and what becomes of what; the trial judges every open case."""
    told = Told()
    if request.method == "POST":
        with told_on_page(told):
            return redirect(_try_out(type_code))
    return _start(type_code, told)


def _start(type_code: str, told: Told) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    page = migration_pages.start_page(
        session,
        type_code,
        from_number=request.values.get("tu", type=row_number),
        to_number=request.values.get("sang", type=row_number),
        locale=actor.locale,
    )
    answer = render_template(
        "designer/migrate.html",
        page=page,
        code=type_code,
        told=migration_pages.told_by_question(told),
        sent=request.form,
        states=migration_pages.STATES,
        migrations=migration_queries.migrations_of(session, type_code),
    )
    return answer, HTTPStatus.UNPROCESSABLE_ENTITY if told.message else HTTPStatus.OK


def _try_out(type_code: str) -> str:
    """Keep the map and have the cases judged: at once where they are few."""
    actor, now = current_actor(), utc_now()
    numbers = {name: row_number(request.form.get(name, "0")) for name in ("tu", "sang")}
    with transaction() as session:
        version = migration_queries.version_numbered(session, type_code, numbers["sang"])
        new = definition_of(session, version).case_type
        chosen = migration_pages.read_mapping(request.form, new)
        migration_services.store_map(session, actor, type_code, chosen, now=now)
        migration = migration_services.order_check(
            session,
            actor,
            type_code,
            from_number=numbers["tu"],
            to_number=numbers["sang"],
            chosen=chosen,
            now=now,
        )
        is_small = migration.total <= migration_services.AT_ONCE
        if not is_small:
            migration_services.queue_work(session, migration.id, now=now)
    if is_small:
        migration_services.carry_on(migration.id, utc_now)
    return url_for("designer.migration_result", type_code=type_code, migration_id=migration.id)


@require(Permission.ADMIN_WORKFLOW)
def migration_result(type_code: str, migration_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = migration_queries.get_migration(session, type_code, migration_id)
    asked = ItemFilter(
        outcome=request.args.get("ket-luan", ""),
        state=request.args.get("tinh-trang", ""),
        why=request.args.get("ly-do", ""),
        after=request.args.get("sau", 0, type=row_number),
    )
    rows, cursor = migration_queries.items_of(session, actor, found, asked)
    old, new = migration_pages.definitions_of(session, found)
    return render_template(
        "designer/migration.html",
        migration=found,
        figures=migration_pages.figures_of(session, found),
        rows=rows,
        next_cursor=cursor,
        asked=asked,
        old=old,
        new=new,
        pages=migration_pages,
        newest_number=latest_version(session, type_code).number,
        locale=actor.locale,
    )


@require(Permission.ADMIN_WORKFLOW)
def migration_progress(type_code: str, migration_id: int) -> ResponseReturnValue:
    """The progress bar again; once the work has ended the page draws itself anew."""
    found = migration_queries.get_migration(reading(), type_code, migration_id)
    page = render_template("designer/_migration_progress.html", migration=found)
    answer: Response = make_response(page)
    if not found.is_active:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require(Permission.ADMIN_WORKFLOW)
def run_migration(type_code: str, migration_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        migration_queries.get_migration(session, type_code, migration_id)
        migration_services.order_run(session, actor, migration_id, now=utc_now())
    return redirect(
        url_for("designer.migration_result", type_code=type_code, migration_id=migration_id)
    )


@require(Permission.ADMIN_WORKFLOW)
def undo_migration(type_code: str, migration_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        migration_queries.get_migration(session, type_code, migration_id)
        migration_services.order_undo(session, actor, migration_id, now=utc_now())
    return redirect(
        url_for("designer.migration_result", type_code=type_code, migration_id=migration_id)
    )


@require(Permission.ADMIN_WORKFLOW)
def stop_migration(type_code: str, migration_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        migration_queries.get_migration(session, type_code, migration_id)
        migration_services.call_off(session, actor, migration_id, now=utc_now())
    flash(_("Sẽ dừng ở cuối đợt đang chạy. Hồ sơ đã chuyển được giữ nguyên."), "info")
    return redirect(
        url_for("designer.migration_result", type_code=type_code, migration_id=migration_id)
    )


_ONE = "/<type_code>/chuyen-phien-ban/<int:migration_id>"
VIEWS = (
    ("/<type_code>/chuyen-phien-ban", "migration", migrate, ["GET", "POST"]),
    (_ONE, "migration_result", migration_result, ["GET"]),
    (f"{_ONE}/tien-do", "migration_progress", migration_progress, ["GET"]),
    (f"{_ONE}/chuyen", "run_migration", run_migration, ["POST"]),
    (f"{_ONE}/hoan-tac", "undo_migration", undo_migration, ["POST"]),
    (f"{_ONE}/dung", "stop_migration", stop_migration, ["POST"]),
)
