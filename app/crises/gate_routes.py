"""The pages of the gate and after: taps on a phone, minutes, journeys, provinces, the balance."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.session import current_actor
from app.crises import balance_pages, events, marking, pages, queries
from app.crises import minutes as gate_minutes
from app.crises.form_pages import kept
from app.crises.forms import JourneyForm, MinutesForm, WordForm
from app.crises.marking import Tap
from app.crises.models import MassEvent, Participant
from app.crises.queries import UNCLEAR, PeopleFilter
from app.crises.rules import Gap, Status
from app.crises.shown import COLUMNS, as_rows, reader_of
from app.crises.words import GAPS, JOURNEYS, STATUSES, said
from app.database import fold_text, reading, row_number, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.downloads import MOST_ROWS, send_table
from app.registers.units_shown import provinces_by_code


@require(Permission.CASE_VIEW)
def gate(event_id: int) -> ResponseReturnValue:
    """Large rows to be tapped at the gate, found by a few letters without diacritics."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    only = request.args.get("trang-thai", "")
    page = pages.gate_page(
        session,
        actor,
        found,
        text=request.args.get("q", "").strip()[:100],
        only=only if only in {*Status} else "",
        after=request.args.get("sau", type=row_number),
    )
    return render_template("crises/gate.html", page=page)


@require(Permission.CASE_ACT)
def tap(event_id: int, participant_id: int) -> ResponseReturnValue:
    """One tap; the same one twice is one, and a form without script is answered by the page."""
    actor, wanted = current_actor(), request.form.get("trang-thai", "")
    if wanted not in {*Status}:
        raise NotFound
    one = Tap(Status(wanted), request.form.get("thay", ""), _tapped_at())
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id)
        person = marking.mark(session, actor, held, participant_id, one, now=utc_now())
        status = person.status
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"status": status, "label": said(STATUSES, status, actor.locale)})
    asked = {name: request.form.get(name) for name in ("q", "loc") if request.form.get(name)}
    back = url_for("crises.gate", event_id=event_id, **_gate_arguments(asked))
    return redirect(f"{back}#nguoi-{participant_id}")


def _gate_arguments(asked: dict[str, str | None]) -> dict[str, Any]:  # Any: as url_for
    names = {"q": "q", "loc": "trang-thai"}
    return {names[name]: value or "" for name, value in asked.items()}


def _tapped_at() -> datetime | None:
    """When the phone says that it was tapped, where the link was away."""
    stamp = request.form.get("luc", "")
    if not re.fullmatch(r"[12]\d{12}", stamp):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)


@require(Permission.CASE_ACT)
def minutes(event_id: int) -> ResponseReturnValue:
    """Minutes with the counts of a moment, to be printed and signed; the earlier ones below."""
    actor, form, session = current_actor(), MinutesForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    if form.is_submitted() and form.validate():
        with transaction() as writer:
            held = queries.event_by_id(writer, actor, event_id)
            now = utc_now()
            made = marking.write_minutes(writer, actor, held, form.facts(), now=now)
            if actor.may(Permission.DOCUMENT_DRAFT):
                gate_minutes.draft_paper(writer, actor, held, made, now=now)
        flash(_("Đã lập biên bản với số hiện tại."), "success")
        return redirect(url_for("crises.minutes", event_id=event_id))
    if not form.is_submitted():
        form.place.data = found.gate
    page = render_template(
        "crises/minutes.html",
        view=pages.view_of(session, actor, found),
        form=form,
        minutes=[
            (one, gate_minutes.lines_of(one.counts)) for one in queries.minutes_of(session, found)
        ],
        papers=gate_minutes.papers_of(session, actor, found),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


# --- journeys -------------------------------------------------------------------------------


@require(Permission.CASE_VIEW)
def journeys(event_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    return render_template(
        "crises/journeys.html",
        view=pages.view_of(session, actor, found),
        journeys=queries.journeys_of(session, found),
        kinds=JOURNEYS,
    )


@require(Permission.CASE_ACT)
def new_journey(event_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), JourneyForm()
    found = queries.event_by_id(reading(), actor, event_id)
    form.offer(actor.locale)

    def write(session: Session, who: Actor) -> None:
        held = queries.event_by_id(session, who, event_id)
        marking.add_journey(session, who, held, form.facts(held.time_zone))

    back = url_for("crises.journeys", event_id=event_id)
    return kept(form, write, title=_("Thêm chuyến"), back=back, event=found) or redirect(back)


# --- provinces ------------------------------------------------------------------------------


@require(Permission.CASE_VIEW)
def provinces(event_id: int) -> ResponseReturnValue:
    """The people by the province that receives them; those unclear wait to be sorted by hand."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    view = pages.view_of(session, actor, found)
    everyone = queries.matching(actor, view.side, found, PeopleFilter())
    handed = queries.matching(actor, view.side, found, PeopleFilter(status=Status.HANDED_ON))
    return render_template(
        "crises/provinces.html",
        view=view,
        provinces=pages.province_counts(session, everyone),
        handed=queries.counts_by(session, handed, "province_code"),
        unclear=UNCLEAR,
    )


@require(Permission.CASE_ACT)
def sort_unclear(event_id: int) -> ResponseReturnValue:
    """Give each person whose province could not be read one by hand."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    events.require_act(session, actor, found)
    if request.method == "POST":
        with transaction() as writer:
            held = queries.event_by_id(writer, actor, event_id)
            count = marking.settle_each(writer, actor, held, _chosen(), now=utc_now())
        flash(_("Đã xếp tỉnh cho %(count)s người.", count=count), "success")
        return redirect(url_for("crises.sort_unclear", event_id=event_id))
    view = pages.view_of(session, actor, found)
    condition = queries.matching(actor, view.side, found, PeopleFilter(province=UNCLEAR))
    after = request.args.get("sau", type=row_number)
    page = queries.list_people(session, condition, after=after)
    return render_template(
        "crises/unclear.html",
        view=view,
        lines=reader_of(session, actor, view.side, page.rows).lines(page.rows),
        next_after=page.next_after,
        total=page.total,
        provinces=sorted(provinces_by_code(session).items(), key=lambda one: fold_text(one[1])),
    )


def _chosen() -> dict[int, str]:
    """The provinces that were chosen, by person."""
    return {
        row_number(name.removeprefix("tinh-")): code
        for name, code in request.form.items()
        if code and re.fullmatch(r"tinh-\d{1,15}", name)
    }


@require(Permission.EXPORT_RUN)
def export(event_id: int) -> ResponseReturnValue:
    """The people of the filter as a table file; for a province its own list."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    wanted, side = pages.filter_from(request), queries.side_of(session, actor, found)
    condition = queries.matching(actor, side, found, wanted)
    people = queries.list_people(session, condition, limit=MOST_ROWS).rows
    reader = reader_of(session, actor, side, people)
    rows = as_rows(reader, people, _spellings(session, found))
    name = f"su-kien-{event_id}" + (f"-tinh-{wanted.province}" if wanted.province else "")
    return send_table(COLUMNS, rows, name=name, on=utc_now().date())


def _spellings(session: Session, event: MassEvent) -> dict[int, list[str]]:
    """How the lists write each person, by the kept entry."""
    rows = session.execute(
        select(Participant.id, Participant.merged_into_id, Participant.spelling).where(
            Participant.event_id == event.id
        )
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        said_so = found.setdefault(row.merged_into_id or row.id, [])
        if row.spelling not in said_so:
            said_so.append(row.spelling)
    return found


# --- the balance ----------------------------------------------------------------------------


@require(Permission.CASE_VIEW)
def balance(event_id: int) -> ResponseReturnValue:
    """Whether what was handed over, received and handed on agrees; who stands out of it."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    _require_whole(session, actor, found)
    page = balance_pages.balance_page(session, actor, found)
    return render_template("crises/balance.html", page=page)


@require(Permission.CASE_ACT)
def explain_many(event_id: int, gap: str) -> ResponseReturnValue:
    """One word for everybody who stands out of the balance in the same way."""
    actor, form, session = current_actor(), WordForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    _require_whole(session, actor, found)
    if gap not in {*Gap}:
        raise NotFound

    def write(writer: Session, who: Actor) -> None:
        held = queries.event_by_id(writer, who, event_id, lock=True)
        marking.explain_many(writer, who, held, Gap(gap), form.said, now=utc_now())

    back = url_for("crises.balance", event_id=event_id)
    lead = _(
        "Lời này được ghi cho mọi người chưa có giải trình: %(why)s.",
        why=said(GAPS, gap, actor.locale),
    )
    title = _("Giải trình chung")
    return kept(form, write, title=title, back=back, event=found, lead=lead) or redirect(back)


@require(Permission.IMPORT_RUN)
def close(event_id: int) -> ResponseReturnValue:
    actor, form, session = current_actor(), WordForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    was_open, lead = found.is_open, ""
    if request.method == "GET" and was_open:
        events.require_owner(session, actor, found)
        weighed = events.balance_of(session, found)
        lead = events.other_count(weighed)
        if reasons := balance_pages.reasons_open(session, actor, found, weighed):
            return render_template("crises/still_open.html", event=found, reasons=reasons)

    def write(session: Session, who: Actor) -> None:
        held = queries.event_by_id(session, who, event_id, lock=True)
        if held.is_open:
            events.close_event(session, who, held, note=form.said, now=utc_now())
        else:
            events.reopen_event(session, who, held, reason=form.said, now=utc_now())

    back = url_for("crises.balance", event_id=event_id)
    title = _("Đóng sự kiện") if was_open else _("Mở lại sự kiện")
    page = kept(form, write, title=title, back=back, event=found, lead=lead)
    if page is None:
        flash(_("Sự kiện đã đóng.") if was_open else _("Sự kiện đã mở lại."), "info")
    return page or redirect(back)


def _require_whole(session: Session, actor: Actor, event: MassEvent) -> None:
    """The balance is of everybody: a province that sees only its own people has none."""
    if queries.side_of(session, actor, event) is queries.Side.PROVINCE:
        raise NotFound


VIEWS = (
    ("/<int:event_id>/cua-khau", "gate", gate, ("GET",)),
    ("/<int:event_id>/cua-khau/<int:participant_id>", "tap", tap, ("POST",)),
    ("/<int:event_id>/bien-ban", "minutes", minutes, ("GET", "POST")),
    ("/<int:event_id>/chuyen", "journeys", journeys, ("GET",)),
    ("/<int:event_id>/chuyen/moi", "new_journey", new_journey, ("GET", "POST")),
    ("/<int:event_id>/tinh", "provinces", provinces, ("GET",)),
    ("/<int:event_id>/tinh/chua-ro", "sort_unclear", sort_unclear, ("GET", "POST")),
    ("/<int:event_id>/xuat", "export", export, ("GET",)),
    ("/<int:event_id>/doi-soat", "balance", balance, ("GET",)),
    (
        "/<int:event_id>/doi-soat/giai-trinh/<gap>",
        "explain_many",
        explain_many,
        ("GET", "POST"),
    ),
    ("/<int:event_id>/dong", "close", close, ("GET", "POST")),
)
