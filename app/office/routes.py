"""How a unit shares its work: who carries what, teams, rules, absences, hand-overs."""

from datetime import date
from http import HTTPStatus
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases.assigning import day_of, empty_queue
from app.cases.lookups import provinces_today
from app.database import reading, row_number, transaction
from app.jobs import utc_now
from app.office import absences, handovers, pages
from app.office.forms import AbsenceForm, HandoverForm, RuleForm, TeamForm, choices
from app.permissions import Actor, Permission, require
from app.registers.country_names import country_choices
from app.teams import queries, services

blueprint = Blueprint("office", __name__, url_prefix="/don-vi-toi")


def _today(actor: Actor) -> date:
    return day_of(actor, utc_now())


def _status(*, is_wrong: bool) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


@blueprint.get("")
@require(Permission.CASE_ACT)
def overview() -> ResponseReturnValue:
    return _overview(TeamForm())


def _overview(form: TeamForm) -> ResponseReturnValue:
    actor = current_actor()
    page = pages.overview(reading(), actor, on=_today(actor), now=utc_now())
    html = render_template("office/overview.html", page=page, form=form, today=_today(actor))
    return html, _status(is_wrong=bool(form.errors))


# --- teams ----------------------------------------------------------------------------------


@blueprint.post("/nhom")
@require(Permission.CASE_ASSIGN)
def create_team() -> ResponseReturnValue:
    form, actor = TeamForm(), current_actor()
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            services.create_team(
                session, actor, form.name.data or "", on=_today(actor), now=utc_now()
            )
            flash(_("Đã lập nhóm."), "success")
            return redirect(url_for("office.overview", _anchor="nhom"))
    return _overview(form)


@blueprint.post("/nhom/<int:team_id>/them")
@require(Permission.CASE_ASSIGN)
def add_member(team_id: int) -> ResponseReturnValue:
    actor, user_id = current_actor(), request.form.get("user_id", type=row_number)
    with transaction() as session:
        queries.team_of(session, actor, team_id)
        if user_id is not None:
            services.add_member(session, actor, team_id, user_id, on=_today(actor), now=utc_now())
            flash(_("Đã thêm người vào nhóm."), "success")
    return redirect(url_for("office.overview", _anchor="nhom"))


@blueprint.post("/nhom/<int:team_id>/bot")
@require(Permission.CASE_ASSIGN)
def remove_member(team_id: int) -> ResponseReturnValue:
    actor, user_id = current_actor(), request.form.get("user_id", type=row_number)
    with transaction() as session:
        services.remove_member(
            session, actor, team_id, user_id or 0, on=_today(actor), now=utc_now()
        )
    flash(_("Đã đưa người ra khỏi nhóm."), "success")
    return redirect(url_for("office.overview", _anchor="nhom"))


@blueprint.post("/nhom/<int:team_id>/dong")
@require(Permission.CASE_ASSIGN)
def close_team(team_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        services.close_team(session, actor, team_id, on=_today(actor), now=utc_now())
        empty_queue(session, actor, team_id)
    flash(_("Đã đóng nhóm."), "success")
    return redirect(url_for("office.overview", _anchor="nhom"))


# --- rules ----------------------------------------------------------------------------------


@blueprint.route("/phan-viec", methods=["GET", "POST"])
@require(Permission.CASE_ASSIGN)
def rules() -> ResponseReturnValue:
    """The rules in their order, a new one, and what they would do with a case."""
    actor, form = current_actor(), _rule_form(current_actor())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            services.add_rule(
                session,
                actor,
                _rule_of(form),
                known_fields=pages.known_fields(session, form.type_code.data or ""),
                now=utc_now(),
            )
            flash(_("Đã thêm quy tắc."), "success")
            return redirect(url_for("office.rules"))
    asked = request.args.get("thu", "").strip()[:40]
    trial, remark = _trial(actor, asked)
    html = render_template(
        "office/rules.html",
        form=form,
        rules=pages.rules_shown(reading(), actor, on=_today(actor)),
        asked=asked,
        trial=trial,
        remark=remark,
    )
    return html, _status(is_wrong=bool(form.errors))


def _trial(actor: Actor, asked: str) -> tuple[pages.Trial | None, str]:
    if not asked:
        return None, ""
    found = pages.trial_or_none(reading(), actor, asked, now=utc_now())
    return found, "" if found else _("Không tìm thấy hồ sơ này trong phạm vi của bạn.")


def _rule_form(actor: Actor) -> RuleForm:
    session, on = reading(), _today(actor)
    form = RuleForm()
    teams = queries.teams_of_unit(session, actor.unit_id, on=on)
    people = queries.people_of_unit(session, actor.unit_id)
    form.receiver.choices = choices(
        [
            *((f"nhom-{one.id}", _("Nhóm %(name)s", name=one.name)) for one in teams),
            *((f"nguoi-{one.id}", one.name) for one in people),
        ],
        empty=_("Chọn…"),
    )
    form.type_code.choices = choices(pages.type_choices(session, actor), empty=_("Mọi loại"))
    provinces = list(provinces_today(session, on).items())
    form.province_code.choices = choices(provinces, empty=_("Mọi tỉnh"))
    form.country_code.choices = choices(list(country_choices(actor.locale)), empty=_("Mọi nước"))
    if form.valid_from.data is None and not form.is_submitted():
        form.valid_from.data = on
    return form


def _rule_of(form: RuleForm) -> services.RuleFacts:
    return services.RuleFacts(
        name=form.name.data or "",
        valid_from=cast(date, form.valid_from.data),  # the form refuses an empty day
        type_code=form.type_code.data or "",
        province_code=form.province_code.data or "",
        country_code=form.country_code.data or "",
        condition=form.condition.data or "",
        team_id=form.team_id(),
        user_id=form.user_id(),
        valid_to=form.valid_to.data,
    )


@blueprint.post("/phan-viec/<int:route_id>/<any(len, xuong):way>")
@require(Permission.CASE_ASSIGN)
def move_rule(route_id: int, way: str) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        services.move_rule(
            session, actor, route_id, is_up=way == "len", on=_today(actor), now=utc_now()
        )
    return redirect(url_for("office.rules"))


@blueprint.post("/phan-viec/<int:route_id>/dung")
@require(Permission.CASE_ASSIGN)
def end_rule(route_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        services.end_rule(session, actor, route_id, on=_today(actor), now=utc_now())
    flash(_("Đã dừng quy tắc."), "success")
    return redirect(url_for("office.rules"))


# --- absences -------------------------------------------------------------------------------


@blueprint.route("/vang-mat", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def absence() -> ResponseReturnValue:
    actor, form = current_actor(), _absence_form(current_actor())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            asked = services.Absence(
                absent_id=int(form.absent_id.data),
                substitute_id=int(form.substitute_id.data),
                valid_from=cast(date, form.valid_from.data),
                valid_to=cast(date, form.valid_to.data),
                reason=form.reason.data or "",
            )
            absences.ask_substitute(session, actor, asked, on=_today(actor), now=utc_now())
            flash(_("Đã gửi đề nghị người thay, chờ lãnh đạo đồng ý."), "success")
            return redirect(url_for("office.overview", _anchor="vang-mat"))
    html = render_template("office/absence.html", form=form)
    return html, _status(is_wrong=bool(form.errors))


def _absence_form(actor: Actor) -> AbsenceForm:
    form, people = AbsenceForm(), _people(actor)
    form.absent_id.choices = choices(_may_name(actor, people))
    others = [pair for pair in people if pair[0] != str(actor.user_id)]
    form.substitute_id.choices = choices(
        people if actor.may(Permission.CASE_ASSIGN) else others, empty=_("Chọn…")
    )
    if not form.is_submitted():
        form.absent_id.data, form.valid_from.data = str(actor.user_id), _today(actor)
    return form


def _people(actor: Actor) -> list[tuple[str, str]]:
    found = queries.people_of_unit(reading(), actor.unit_id)
    return [(str(one.id), one.name) for one in found]


def _may_name(actor: Actor, people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Oneself; who gives work may name anybody of the unit."""
    if actor.may(Permission.CASE_ASSIGN):
        return people
    return [(str(actor.user_id), actor.name)]


@blueprint.post('/vang-mat/<int:substitution_id>/<any("dong-y", "tu-choi"):answer>')
@require(Permission.CASE_ACT)
def decide_absence(substitution_id: int, answer: str) -> ResponseReturnValue:
    with transaction() as session:
        absences.answer_substitute(
            session,
            current_actor(),
            substitution_id,
            is_accepted=answer == "dong-y",
            because=request.form.get("because", "")[:2000],
            now=utc_now(),
        )
    flash(_("Đã ghi quyết định về người thay."), "success")
    return redirect(url_for("office.overview", _anchor="vang-mat"))


@blueprint.post("/vang-mat/<int:substitution_id>/ket-thuc")
@require(Permission.CASE_ACT)
def end_absence(substitution_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        absences.stop_substitute(session, actor, substitution_id, on=_today(actor), now=utc_now())
    flash(_("Việc thay kết thúc hết hôm nay."), "success")
    return redirect(url_for("office.overview", _anchor="vang-mat"))


# --- hand-overs -----------------------------------------------------------------------------


@blueprint.route("/ban-giao", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def new_handover() -> ResponseReturnValue:
    actor, form = current_actor(), _handover_form(current_actor())
    if form.validate_on_submit():
        with problems_shown_on(form):
            return _begin(actor, form)
    html = render_template("office/handover_new.html", form=form)
    return html, _status(is_wrong=bool(form.errors))


def _begin(actor: Actor, form: HandoverForm) -> ResponseReturnValue:
    leave = handovers.Leave(
        leaver_id=int(form.leaver_id.data),
        successor_id=int(form.successor_id.data),
        leaves_on=cast(date, form.leaves_on.data),
        promises=form.promises.data or "",
    )
    with transaction() as session:
        handover_id = handovers.begin_handover(session, actor, leave, now=utc_now()).id
    flash(_("Đã lập biên bản bàn giao, chờ người nhận."), "success")
    return redirect(url_for("office.handover", handover_id=handover_id))


def _handover_form(actor: Actor) -> HandoverForm:
    form, people = HandoverForm(), _people(actor)
    form.leaver_id.choices = choices(_may_name(actor, people))
    form.successor_id.choices = choices(people, empty=_("Chọn…"))
    if not form.is_submitted():
        form.leaver_id.data, form.leaves_on.data = str(actor.user_id), _today(actor)
    return form


@blueprint.get("/ban-giao/<int:handover_id>")
@require(Permission.CASE_ACT)
def handover(handover_id: int) -> ResponseReturnValue:
    """The note, printable, and the cases to accept."""
    actor, session = current_actor(), reading()
    found = handovers.handover_of(session, actor, handover_id)
    return render_template(
        "office/handover.html",
        shown=pages.handover_shown(session, found, on=_today(actor)),
        lines=pages.handover_lines(session, found),
    )


@blueprint.post("/ban-giao/<int:handover_id>/nhan")
@require(Permission.CASE_ACT)
def accept_handover(handover_id: int) -> ResponseReturnValue:
    """The marked cases, or with the other button all that wait."""
    marked = request.form.getlist("case_id", type=row_number)
    with transaction() as session:
        taken = handovers.accept_cases(
            session,
            current_actor(),
            handover_id,
            case_ids=None if request.form.get("tat-ca") else marked,
            now=utc_now(),
        )
    flash(_("Bạn đã nhận %(n)s hồ sơ.", n=taken), "success")
    return redirect(url_for("office.handover", handover_id=handover_id))


@blueprint.post("/ban-giao/<int:handover_id>/rut")
@require(Permission.CASE_ACT)
def withdraw_handover(handover_id: int) -> ResponseReturnValue:
    with transaction() as session:
        handovers.withdraw_handover(session, current_actor(), handover_id, now=utc_now())
    flash(_("Đã dừng đợt bàn giao; hồ sơ chưa nhận ở lại người bàn giao."), "success")
    return redirect(url_for("office.handover", handover_id=handover_id))
