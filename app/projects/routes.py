"""The pages of shared projects: talks and agreed points, rules of operation, visitors, history."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases.models import Case
from app.cases.published import newest_definition
from app.database import reading, transaction
from app.form_words import ScreenForm
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.projects import pages, queries, services
from app.projects.forms import (
    DaysForm,
    DoneForm,
    MilestoneForm,
    PointForm,
    PublishedForm,
    RoundForm,
    RuleForm,
)
from app.projects.rules import read_days
from app.projects.words import rule_kinds
from app.registers.vocabulary import word

blueprint = Blueprint("projects", __name__, url_prefix="/du-an")
Write = Callable[[Session, Actor, Case], None]


def _today(actor: Actor) -> date:
    return actor.day(utc_now())


@blueprint.get("/")
@require(Permission.CASE_VIEW)
def index() -> ResponseReturnValue:
    """Every shared project in scope with its partner, shares, state and open points."""
    actor, session = current_actor(), reading()
    cases = queries.list_projects(session, actor)
    definition = newest_definition(session, queries.PROJECT)
    return render_template(
        "projects/projects.html",
        cases=cases,
        open_counts=queries.open_counts(session, cases),
        states={state.code: state for state in definition.case_type.states},
        word=word,
    )


@blueprint.get("/<project>")
@require(Permission.CASE_VIEW)
def overview(project: str) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    case = queries.project_by_reference(session, actor, project)
    return render_template(
        "projects/overview.html",
        page=pages.project_page(session, actor, case, today=_today(actor)),
        rule_kinds=rule_kinds(),
        word=word,
    )


@blueprint.get("/<project>/vong/<int(max=999):number>")
@require(Permission.CASE_VIEW)
def talks(project: str, number: int) -> ResponseReturnValue:
    """One round: what it agreed and what earlier rounds left open."""
    actor, session = current_actor(), reading()
    case = queries.project_by_reference(session, actor, project)
    return render_template(
        "projects/round.html",
        case=case,
        sheet=pages.round_sheet(session, case, number),
        can_write=queries.works_on(session, actor, case),
        today=_today(actor),
        word=word,
    )


@blueprint.route("/<project>/vong/moi", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_round(project: str) -> ResponseReturnValue:
    actor, form = current_actor(), RoundForm()
    session = reading()
    case = queries.project_by_reference(session, actor, project)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.begin_with(pages.next_round(case, queries.rounds_of(session, case)))

    def write(writer: Session, who: Actor, held: Case) -> None:
        services.record_round(writer, who, held, form.facts(), points=form.agreed(), now=utc_now())

    page = _kept(project, form, write, title=_("Ghi vòng hội đàm"))
    return page or redirect(url_for("projects.talks", project=project, number=form.number.data))


@blueprint.route("/<project>/vong/<int(max=999):number>/viec-moi", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_point(project: str, number: int) -> ResponseReturnValue:
    actor, form = current_actor(), PointForm()
    form.offer(actor.locale)

    def write(session: Session, who: Actor, case: Case) -> None:
        one = queries.round_by_number(session, case, number)
        services.record_point(session, who, case, one, form.facts(), now=utc_now())

    page = _kept(project, form, write, title=_("Thêm việc đã thống nhất, vòng %(n)s", n=number))
    return page or redirect(url_for("projects.talks", project=project, number=number))


@blueprint.route("/<project>/viec/<int(max=9007199254740992):point_id>", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def finish(project: str, point_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), DoneForm()
    case = queries.project_by_reference(reading(), actor, project)
    point = queries.point_by_id(reading(), case, point_id)
    if not form.is_submitted():
        form.done_on.data = _today(actor)

    def write(session: Session, who: Actor, held: Case) -> None:
        services.finish_point(
            session,
            who,
            held,
            queries.point_by_id(session, held, point_id),
            done_on=form.done_on.data or _today(who),
            note=form.note.data or "",
            done_round=form.done_round.data,
            now=utc_now(),
        )

    said = _("Việc %(n)s của vòng %(round)s", n=point.number, round=point.round.number)
    page = _kept(project, form, write, title=_("Ghi việc đã xong"), lead=f"{said}: {point.text}")
    return page or redirect(url_for("projects.overview", project=project))


@blueprint.route("/<project>/quy-che/moi", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_rule(project: str) -> ResponseReturnValue:
    form = RuleForm()
    form.offer(current_actor().locale)

    def write(session: Session, who: Actor, case: Case) -> None:
        services.record_rule(session, who, case, form.facts(), now=utc_now())

    page = _kept(project, form, write, title=_("Thêm quy định vận hành"))
    return page or redirect(url_for("projects.overview", project=project, _anchor="quy-che"))


@blueprint.route("/<project>/lich-su/moi", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_milestone(project: str) -> ResponseReturnValue:
    form = MilestoneForm()
    form.offer(current_actor().locale)

    def write(session: Session, who: Actor, case: Case) -> None:
        services.record_milestone(
            session,
            who,
            case,
            on_day=form.on_day.data or _today(who),
            text=(form.text.data or "").strip(),
            source=form.said_source,
            check=form.check.data or "",
            now=utc_now(),
        )

    page = _kept(project, form, write, title=_("Thêm mốc thời gian"))
    return page or redirect(url_for("projects.overview", project=project, _anchor="lich-su"))


@blueprint.route("/<project>/khach/ngay", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def visitor_days(project: str) -> ResponseReturnValue:
    """The visitors of one day or of many, typed or pasted from a table."""
    form = DaysForm()
    if form.is_submitted():
        counts, wrong = read_days(form.days.data or "")
        if form.validate() and (wrong or not counts):
            said = _("Không đọc được dòng %(lines)s.", lines=", ".join(wrong[:5]))
            form.days.errors = [said if wrong else _("Chưa có dòng nào đọc được.")]

    def write(session: Session, who: Actor, case: Case) -> None:
        added, corrected = services.record_days(session, who, case, counts, now=utc_now())
        flash(_("Thêm %(added)s ngày, sửa %(n)s ngày.", added=added, n=corrected), "success")

    page = _kept(project, form, write, title=_("Ghi lượt khách từng ngày"))
    return page or redirect(url_for("projects.overview", project=project, _anchor="khach"))


@blueprint.route("/<project>/khach/cong-bo", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_published(project: str) -> ResponseReturnValue:
    form = PublishedForm()
    form.offer(current_actor().locale)

    def write(session: Session, who: Actor, case: Case) -> None:
        services.record_published(session, who, case, form.facts(), now=utc_now())

    page = _kept(project, form, write, title=_("Ghi số đã công bố"))
    return page or redirect(url_for("projects.overview", project=project, _anchor="khach"))


def _kept(
    project: str, form: ScreenForm, write: Write, *, title: str, lead: str = ""
) -> ResponseReturnValue | None:
    """None once the form was written; else the page of the form, with what is wrong in it."""
    actor = current_actor()
    case = queries.project_by_reference(reading(), actor, project)
    is_sent = form.is_submitted() and not form.errors and form.validate()
    if is_sent:
        with problems_shown_on(form), transaction() as session:
            write(session, actor, queries.project_by_reference(session, actor, project))
            flash(_("Đã lưu."), "success")
            return None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template("projects/form.html", form=form, case=case, title=title, lead=lead)
    return page, status
