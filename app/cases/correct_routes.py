"""Between the steps: the form that corrects facts, and the ticks of a checklist."""

from http import HTTPStatus

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import correcting
from app.cases.conditions import told
from app.cases.correct_page import CorrectPage, correct_page, is_ready
from app.cases.desks import pack_in_use
from app.cases.step_routes import sent_form
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require


@require(Permission.CASE_ACT)
def correct(reference: str) -> ResponseReturnValue:
    """GET shows the facts that the person may change, POST changes them."""
    actor, now, section = current_actor(), utc_now(), request.args.get("muc", "")
    page = correct_page(reading(), actor, reference, section=section, sent=sent_form(), now=now)
    if request.method == "POST" and is_ready(page, actor, now=now):
        with problems_shown_on(page.form):
            with transaction() as session:
                correcting.correct_facts(
                    session,
                    actor,
                    reference,
                    answers=page.answers,
                    expected_version=page.version,
                    pack=pack_in_use(),
                    files=page.files,
                    now=now,
                )
            return _done(page)
    html = render_template("cases/correct.html", page=page, draft=_draft_key(page))
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if page.form.errors else HTTPStatus.OK


def _done(page: CorrectPage) -> ResponseReturnValue:
    for remark in page.form.remarks():
        flash(remark, "warning")
    flash(_("Đã sửa thông tin của hồ sơ."), "success")
    flash(_draft_key(page), "draft-clear")
    return redirect(url_for("cases.case", reference=page.head.reference))


def _draft_key(page: CorrectPage) -> str:
    return f"correct-{page.head.reference}-{page.section}"


@require(Permission.CASE_ACT)
def correct_conditions(reference: str) -> ResponseReturnValue:
    """What the answers typed so far call for."""
    actor, now, session = current_actor(), utc_now(), reading()
    section = request.args.get("muc", "")
    page = correct_page(session, actor, reference, section=section, sent=sent_form(), now=now)
    return jsonify(told(session, actor, page.definition, page.head.situation(), page.form, now=now))


@require(Permission.CASE_ACT)
def tick(reference: str, item: str) -> ResponseReturnValue:
    """Tick off a thing of the present state, or take that back."""
    is_done = request.form.get("xong") == "1"
    with transaction() as session:
        correcting.tick_item(
            session, current_actor(), reference, item, is_done=is_done, now=utc_now()
        )
    flash(_("Đã đánh dấu.") if is_done else _("Đã bỏ đánh dấu."), "success")
    return redirect(url_for("cases.case", reference=reference, _anchor="checklist"))


VIEWS = (
    ("/ho-so/<reference>/sua", "correct", correct, ["GET", "POST"]),
    ("/ho-so/<reference>/sua/dieu-kien", "correct_conditions", correct_conditions, ["POST"]),
    ("/ho-so/<reference>/viec/<item>", "tick", tick, ["POST"]),
)
