"""The pages of the lab: a draft is chosen, run through the past, and its figures are opened."""

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.cases.published import newest_definition
from app.database import reading, row_number, transaction
from app.designer import lab_pages, lab_queries, lab_services
from app.designer.faults_shown import Told, told_on_page
from app.designer.lab_models import FindingKind, LabState
from app.designer.queries import draft_row
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Permission, require


@require(Permission.ADMIN_WORKFLOW)
def lab(type_code: str) -> ResponseReturnValue:
    """Choose what to try and how far back."""
    told = Told()
    if request.method == "POST":
        with told_on_page(told):
            return redirect(_replay(type_code))
    session = reading()
    page = render_template(
        "designer/lab.html",
        code=type_code,
        definition=newest_definition(session, type_code),
        draft=draft_row(session, type_code),
        runs=lab_queries.runs_of(session, type_code),
        pages=lab_pages,
        sent=request.form,
        told=told,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if told.message else HTTPStatus.OK


def _replay(type_code: str) -> str:
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        draft, source = lab_pages.chosen_draft(
            session,
            type_code,
            pasted=request.form.get("yaml", ""),
            upload=request.files.get("file"),
        )
        months = row_number(request.form.get("thang", "12"))
        run = lab_services.order_replay(
            session, actor, draft, source=source, months=months, now=now
        )
        is_small = run.total <= lab_services.AT_ONCE
        if not is_small:
            lab_services.queue_work(session, run.id, now=now)
    if is_small:
        lab_services.carry_on(run.id, utc_now)
    return url_for("designer.lab_run", type_code=type_code, run_id=run.id)


@require(Permission.ADMIN_WORKFLOW)
def lab_run(type_code: str, run_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    run, draft = lab_queries.get_run(session, type_code, run_id), draft_row(session, type_code)
    return render_template(
        "designer/lab_run.html",
        run=run,
        result=lab_pages.result_of(session, run, actor.locale),
        definition=newest_definition(session, type_code),
        pages=lab_pages,
        has_draft=draft is not None,
        draft_steps={row.get("code") for row in draft.content.get("transitions", ())}
        if draft
        else set(),
        locale=actor.locale,
    )


@require(Permission.ADMIN_WORKFLOW)
def lab_cases(type_code: str, run_id: int, kind: str) -> ResponseReturnValue:
    """The cases behind a figure."""
    if kind not in {*FindingKind}:
        raise NotFound
    session, actor = reading(), current_actor()
    run = lab_queries.get_run(session, type_code, run_id)
    key = request.args.get("ly-do", "")
    after = request.args.get("sau", 0, type=row_number)
    rows, cursor = lab_queries.cases_of(session, actor, run, kind=kind, key=key, after=after)
    return render_template(
        "designer/lab_cases.html",
        run=run,
        kind=lab_pages.KINDS[FindingKind(kind)],
        rows=rows,
        next_cursor=cursor,
        definition=newest_definition(session, type_code),
        locale=actor.locale,
    )


@require(Permission.ADMIN_WORKFLOW)
def lab_progress(type_code: str, run_id: int) -> ResponseReturnValue:
    """The progress bar again; once the work has ended the page draws itself anew."""
    run = lab_queries.get_run(reading(), type_code, run_id)
    answer: Response = make_response(render_template("designer/_lab_progress.html", run=run))
    if run.state != LabState.RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


_ONE = "/<type_code>/thu-nghiem/<int:run_id>"
VIEWS = (
    ("/<type_code>/thu-nghiem", "lab", lab, ["GET", "POST"]),
    (_ONE, "lab_run", lab_run, ["GET"]),
    (f"{_ONE}/tien-do", "lab_progress", lab_progress, ["GET"]),
    (f"{_ONE}/ho-so/<kind>", "lab_cases", lab_cases, ["GET"]),
)
