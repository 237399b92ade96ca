"""Work that changes hands: claim, next, give back; transfer answered, units told and asked."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import assigning, opinions, transfers
from app.cases.errand_pages import (
    ANSWER,
    DROP_OPINION,
    REFER,
    REFUSE,
    RELEASE,
    WITHDRAW,
    Errand,
    ErrandPage,
    ask_errand,
    errand_page,
    is_filled_in,
)
from app.cases.request_models import Stance
from app.cases.requests_shown import round_page, round_shown
from app.cases.step_routes import sent_form
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.workflow.decisions import REASON_FIELD

Doer = Callable[[Session, Actor, ErrandPage, datetime], object]


def _run(
    reference: str, errand: Errand, doer: Doer, *, done: str, **shown: object
) -> ResponseReturnValue:
    """GET shows the form, POST does it; what cannot be done comes back with what was typed."""
    actor, now = current_actor(), utc_now()
    page = errand_page(reading(), actor, reference, errand, sent=sent_form(), now=now)
    if request.method == "POST" and is_filled_in(page, actor):
        with problems_shown_on(page.form):
            with transaction() as session:
                doer(session, actor, page, now)
            flash(done, "success")
            flash(_draft(page), "draft-clear")
            return redirect(_after(actor, reference))
    html = render_template("cases/errand.html", page=page, draft=_draft(page), **shown)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if page.form.errors else HTTPStatus.OK


def _draft(page: ErrandPage) -> str:
    return f"{request.endpoint}-{page.head.reference}"


def _after(actor: Actor, reference: str) -> str:
    """Back to the case, or to the queue where the act has ended one's sight of it."""
    del actor
    if request.endpoint == "cases.refuse_transfer":
        return url_for("cases.queue")
    return url_for("cases.case", reference=reference)


def _reason(page: ErrandPage) -> str:
    return str(page.answers.get(REASON_FIELD, ""))


def _unit_ids(page: ErrandPage) -> list[int]:
    return [int(unit["id"]) for unit in page.answers.get("units", ())]


# --- claim, next, give back -----------------------------------------------------------------


@require(Permission.CASE_ACT)
def take_next() -> ResponseReturnValue:
    """The most urgent case that waits for somebody of my teams."""
    with transaction() as session:
        head = assigning.take_next(session, current_actor(), now=utc_now())
    if head is None:
        flash(_("Không còn hồ sơ nào chờ nhận trong hàng đợi của bạn."), "info")
        return redirect(url_for("cases.queue"))
    flash(_("Bạn đã nhận hồ sơ %(reference)s.", reference=head.reference), "success")
    return redirect(url_for("cases.case", reference=head.reference))


@require(Permission.CASE_ACT)
def release(reference: str) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        return assigning.release_case(session, actor, reference, reason=_reason(page), now=now)

    return _run(reference, RELEASE, do, done=_("Đã trả hồ sơ về hàng đợi."))


# --- transfer -------------------------------------------------------------------------------


@require(Permission.CASE_ACT)
def accept_transfer(reference: str) -> ResponseReturnValue:
    with transaction() as session:
        transfers.accept_transfer(session, current_actor(), reference, now=utc_now())
    flash(_("Đơn vị bạn đã tiếp nhận hồ sơ."), "success")
    return redirect(url_for("cases.case", reference=reference))


@require(Permission.CASE_ACT)
def refuse_transfer(reference: str) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        return transfers.refuse_transfer(session, actor, reference, reason=_reason(page), now=now)

    transfers.require_waiting(reading(), current_actor(), reference)
    return _run(reference, REFUSE, do, done=_("Đã từ chối tiếp nhận."))


@require(Permission.CASE_TRANSFER)
def withdraw_transfer(reference: str) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        return transfers.withdraw_transfer(session, actor, reference, reason=_reason(page), now=now)

    transfers.require_waiting(reading(), current_actor(), reference)
    return _run(reference, WITHDRAW, do, done=_("Đã rút đề nghị chuyển."))


@require(Permission.CASE_ACT)
def refer(reference: str) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        note = str(page.answers.get("note", ""))
        return transfers.refer_case(
            session, actor, reference, unit_ids=_unit_ids(page), note=note, now=now
        )

    return _run(reference, REFER, do, done=_("Đã gửi để biết."))


# --- opinions -------------------------------------------------------------------------------


@require(Permission.CASE_ACT)
def ask_opinions(reference: str) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        return opinions.ask_opinions(session, actor, reference, _question(page), now=now)

    return _run(reference, ask_errand(), do, done=_("Đã gửi xin ý kiến."))


def _question(page: ErrandPage) -> opinions.Question:
    said: dict[str, Any] = page.answers  # Any: JSON
    return opinions.Question(
        kind=str(said["kind"]),
        text=str(said["question"]),
        unit_ids=_unit_ids(page),
        until=date.fromisoformat(said["until"]) if said.get("until") else None,
        is_shared=bool(said.get("shared")),
        papers=page.files.by_field.get("papers", ()),
    )


@require(Permission.CASE_ACT)
def answer_opinion(reference: str, request_id: int) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        answer = opinions.Answer(
            Stance(page.answers["stance"]),
            str(page.answers.get("text", "")),
            page.files.by_field.get("papers", ()),
        )
        return opinions.answer_opinion(
            session, actor, reference, request_id, answer=answer, now=now
        )

    reader, actor, now = reading(), current_actor(), utc_now()
    asked = opinions.request_for(reader, actor, reference, request_id)
    shown = round_shown(reader, actor, reference, asked.round_id or 0, now=now)
    return _run(reference, ANSWER, do, done=_("Đã gửi ý kiến."), asked=shown)


@require(Permission.CASE_ACT)
def drop_opinion(reference: str, request_id: int) -> ResponseReturnValue:
    def do(session: Session, actor: Actor, page: ErrandPage, now: datetime) -> object:
        return opinions.withdraw_opinion(
            session, actor, reference, request_id, reason=_reason(page), now=now
        )

    opinions.asked_by_us(reading(), current_actor(), reference, request_id)
    return _run(reference, DROP_OPINION, do, done=_("Đã rút câu hỏi."))


@require(Permission.CASE_VIEW)
def opinion_round(reference: str, round_id: int) -> ResponseReturnValue:
    """One question with every answer, and the text that goes into the note."""
    actor, now = current_actor(), utc_now()
    page = round_page(reading(), actor, reference, round_id, now=now)
    return render_template("cases/opinions.html", page=page)


BOTH = ["GET", "POST"]
VIEWS = (
    ("/ho-so/viec-tiep-theo", "take_next", take_next, ["POST"]),
    ("/ho-so/<reference>/tra-ve", "release", release, BOTH),
    ("/ho-so/<reference>/tiep-nhan", "accept_transfer", accept_transfer, ["POST"]),
    ("/ho-so/<reference>/tu-choi", "refuse_transfer", refuse_transfer, BOTH),
    ("/ho-so/<reference>/rut-chuyen", "withdraw_transfer", withdraw_transfer, BOTH),
    ("/ho-so/<reference>/gui-de-biet", "refer", refer, BOTH),
    ("/ho-so/<reference>/xin-y-kien", "ask_opinions", ask_opinions, BOTH),
    ("/ho-so/<reference>/y-kien/<int:request_id>", "answer_opinion", answer_opinion, BOTH),
    ("/ho-so/<reference>/y-kien/<int:request_id>/rut", "drop_opinion", drop_opinion, BOTH),
    ("/ho-so/<reference>/tong-hop/<int:round_id>", "opinion_round", opinion_round, ["GET"]),
)
