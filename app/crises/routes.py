"""The pages of mass events: the list of events, one event with its people, one person."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.session import current_actor
from app.accounts.unit_names import units_named
from app.crises import (
    events,
    gate_routes,
    letter_routes,
    letters,
    list_routes,
    marking,
    merging,
    opening,
    pages,
    queries,
)
from app.crises.form_pages import kept
from app.crises.forms import HOME_ZONE, EventForm, PersonForm, WordForm
from app.crises.marking import Tap
from app.crises.models import MassEvent, Participant
from app.crises.rules import Status
from app.crises.words import KINDS, MARKS
from app.database import reading, row_number, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require

blueprint = Blueprint("crises", __name__, url_prefix="/su-kien")


@blueprint.get("/")
@require(Permission.CASE_VIEW)
def index() -> ResponseReturnValue:
    """The events in scope, those still open first."""
    found = queries.list_events(reading(), current_actor())
    return render_template("crises/index.html", events=found, kinds=KINDS)


@blueprint.route("/moi", methods=["GET", "POST"])
@require(Permission.IMPORT_RUN)
def new_event() -> ResponseReturnValue:
    actor, form, made = current_actor(), EventForm(), []
    form.offer(actor.locale)
    if not form.is_submitted():
        form.time_zone.data = HOME_ZONE

    def write(session: Session, who: Actor) -> None:
        facts = form.facts(_units(session, form))
        made.append(events.begin_event(session, who, facts, now=utc_now()).id)

    page = kept(form, write, title=_("Mở sự kiện đông người"), back=url_for("crises.index"))
    return page or redirect(url_for("crises.event", event_id=made[0]))


@blueprint.route("/<int:event_id>/sua", methods=["GET", "POST"])
@require(Permission.IMPORT_RUN)
def edit_event(event_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), EventForm()
    found = queries.event_by_id(reading(), actor, event_id)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.show(found)

    def write(session: Session, who: Actor) -> None:
        held = queries.event_by_id(session, who, event_id, lock=True)
        events.change_event(session, who, held, form.facts(_units(session, form)), now=utc_now())

    back = url_for("crises.event", event_id=event_id)
    return kept(form, write, title=_("Sửa sự kiện"), back=back, event=found) or redirect(back)


def _units(session: Session, form: EventForm) -> list[int]:
    found = units_named(session, form.unit_names, on=utc_now().date(), field="units")
    return [unit.id for unit in found]


@blueprint.get("/<int:event_id>")
@require(Permission.CASE_VIEW)
def event(event_id: int) -> ResponseReturnValue:
    """Counts above, the people below, many of whom may be acted upon at once."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    page = pages.grid_page(
        session,
        actor,
        found,
        pages.filter_from(request),
        after=request.args.get("sau", type=row_number),
    )
    return render_template(
        "crises/event.html",
        page=page,
        kinds=KINDS,
        marks=MARKS,
        settable=pages.statuses_for(page.view, actor),
        letter_kinds=letters.kinds_for_many(),
        parties=pages.party_names(session, queries.parties_of(session, found)),
    )


@blueprint.post("/<int:event_id>/lam-nhieu")
@require(Permission.CASE_ACT)
def act_on_many(event_id: int) -> ResponseReturnValue:
    """One act for all people of the filter: a status, a journey, a province."""
    actor, wanted = current_actor(), pages.filter_from(request)
    act, now = request.form.get("viec", ""), utc_now()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id)
        side = queries.side_of(session, actor, held)
        condition = queries.matching(actor, side, held, wanted)
        if act.startswith("trang-thai:") and act[11:] in {*Status}:
            done, left = marking.mark_many(
                session, actor, held, condition, Status(act[11:]), now=now
            )
        elif act.startswith("chuyen:") and act[7:].isdigit():
            journey = row_number(act[7:])
            done = marking.send_many(session, actor, held, condition, journey, now=now)
            left = 0
        elif act.startswith("tinh:"):
            done = marking.settle_many(session, actor, held, condition, act[5:], now=now)
            left = 0
        else:
            raise NotFound
    flash(_("Đã ghi cho %(count)s người.", count=done), "success")
    if left:
        flash(_("%(count)s người chưa rõ tỉnh tiếp nhận nên chưa ghi.", count=left), "warning")
    return redirect(url_for("crises.event", event_id=event_id, **pages.arguments_of(wanted)))


@blueprint.post("/<int:event_id>/ho-so")
@require(Permission.CASE_OPEN)
def order_cases(event_id: int) -> ResponseReturnValue:
    """Order a case for each person of the filter who has none."""
    actor, wanted = current_actor(), pages.filter_from(request)
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        side = queries.side_of(session, actor, held)
        condition = queries.matching(actor, side, held, wanted)
        opening.order_cases(session, actor, held, condition, now=utc_now())
    return redirect(url_for("crises.event", event_id=event_id, **pages.arguments_of(wanted)))


@blueprint.get("/<int:event_id>/ho-so")
@require(Permission.CASE_VIEW)
def case_progress(event_id: int) -> ResponseReturnValue:
    """How far the opening of cases has come; once it has ended the page draws itself anew."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    view = pages.view_of(session, actor, found)
    run = queries.last_run(session, found)
    page = render_template("crises/_run.html", run=run, event=found, view=view)
    answer: Response = make_response(page)
    if run is None or run.finished_at is not None:
        answer.headers["HX-Refresh"] = "true"
    return answer


# --- one person -----------------------------------------------------------------------------


@blueprint.get("/<int:event_id>/nguoi/<int:participant_id>")
@require(Permission.CASE_VIEW)
def person(event_id: int, participant_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    one = queries.participant_by_id(session, actor, found, participant_id)
    page = pages.person_page(session, actor, found, one)
    return render_template("crises/person.html", page=page)


@blueprint.post("/<int:event_id>/nguoi/<int:participant_id>/trang-thai")
@require(Permission.CASE_ACT)
def set_status(event_id: int, participant_id: int) -> ResponseReturnValue:
    actor, wanted = current_actor(), request.form.get("trang-thai", "")
    if wanted not in {*Status}:
        raise NotFound
    tap = Tap(Status(wanted), request.form.get("thay", ""))
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id)
        marking.mark(session, actor, held, participant_id, tap, now=utc_now())
    return _to_person(event_id, participant_id)


@blueprint.route("/<int:event_id>/nguoi/<int:participant_id>/sua", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def edit_person(event_id: int, participant_id: int) -> ResponseReturnValue:
    actor, form, session = current_actor(), PersonForm(), reading()
    found, one = _found(session, actor, event_id, participant_id)
    events.require_act(session, actor, found)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.show(one)

    def write(writer: Session, who: Actor) -> None:
        held = queries.event_by_id(writer, who, event_id)
        row = queries.participant_by_id(writer, who, held, participant_id, lock=True)
        marking.change_person(writer, who, held, row, form.facts(), now=utc_now())

    back = url_for("crises.person", event_id=event_id, participant_id=participant_id)
    return kept(form, write, title=_("Sửa thông tin"), back=back, event=found) or redirect(back)


@blueprint.route("/<int:event_id>/nguoi/<int:participant_id>/giai-trinh", methods=["GET", "POST"])
@require(Permission.CASE_ACT)
def explain(event_id: int, participant_id: int) -> ResponseReturnValue:
    actor, form, session = current_actor(), WordForm(), reading()
    found, one = _found(session, actor, event_id, participant_id)
    if not form.is_submitted():
        form.text.data = one.explanation

    def write(writer: Session, who: Actor) -> None:
        held = queries.event_by_id(writer, who, event_id)
        row = queries.participant_by_id(writer, who, held, participant_id, lock=True)
        marking.explain(writer, who, held, row, form.said, now=utc_now())

    back = url_for("crises.balance", event_id=event_id)
    title = _("Giải trình chênh lệch")
    return kept(form, write, title=title, back=back, event=found) or redirect(back)


@blueprint.post("/<int:event_id>/nguoi/<int:participant_id>/tach/<int:entry>")
@require(Permission.CASE_ACT)
def part(event_id: int, participant_id: int, entry: int) -> ResponseReturnValue:
    """Take one row of a list apart from the person again."""
    actor = current_actor()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id)
        events.require_act(session, actor, held)
        root = queries.participant_by_id(session, actor, held, participant_id, lock=True)
        merging.part_entry(session, actor, root, entry, now=utc_now())
    flash(_("Đã tách thành hai người."), "success")
    return _to_person(event_id, participant_id)


def _found(
    session: Session, actor: Actor, event_id: int, participant_id: int
) -> tuple[MassEvent, Participant]:
    found = queries.event_by_id(session, actor, event_id)
    return found, queries.participant_by_id(session, actor, found, participant_id)


def _to_person(event_id: int, participant_id: int) -> ResponseReturnValue:
    return redirect(url_for("crises.person", event_id=event_id, participant_id=participant_id))


for _rule, _name, _view, _methods in (*list_routes.VIEWS, *gate_routes.VIEWS, *letter_routes.VIEWS):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
