"""Steps: the form that a step asks for, and the step itself."""

from http import HTTPStatus
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import conversation, services
from app.cases.conditions import told
from app.cases.desks import pack_in_use
from app.cases.step_page import StepPage, event_page, is_ready, step_page
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.decisions import REASON_FIELD


def sent_form() -> CombinedMultiDict[str, Any] | None:  # Any: text and uploads
    """Fields and files together, once the form has been sent."""
    if request.method != "POST":
        return None
    parts: list[MultiDict[str, Any]] = [MultiDict(request.files), MultiDict(request.form)]
    return CombinedMultiDict(parts)


@require(Permission.CASE_ACT)
def step(reference: str, code: str) -> ResponseReturnValue:
    """A transition or a global act: GET shows its form, POST takes the step."""
    actor, now = current_actor(), utc_now()
    page = step_page(reading(), actor, reference, code, sent=sent_form(), now=now)
    if request.method == "POST" and is_ready(page, actor, now=now):
        with problems_shown_on(page.form):
            with transaction() as session:
                services.perform_transition(
                    session,
                    actor,
                    reference,
                    code,
                    answers=page.answers,
                    expected_version=page.version,
                    pack=pack_in_use(),
                    files=page.files,
                    now=now,
                )
            return _done(page)
    return _shown(page)


@require(Permission.CASE_ACT)
def event(reference: str, code: str) -> ResponseReturnValue:
    """Something recorded that moves no state but may start or stop deadlines."""
    actor, now = current_actor(), utc_now()
    page = event_page(reading(), actor, reference, code, sent=sent_form(), now=now)
    if request.method == "POST" and is_ready(page, actor, now=now):
        answers = dict(page.answers)
        reason = str(answers.pop(REASON_FIELD, ""))
        with problems_shown_on(page.form):
            with transaction() as session:
                conversation.record_event(
                    session, actor, reference, code, answers=answers, text=reason, now=now
                )
            return _done(page)
    return _shown(page)


@require(Permission.CASE_ACT)
def step_conditions(reference: str, code: str) -> ResponseReturnValue:
    """What the answers typed so far call for."""
    actor, now, session = current_actor(), utc_now(), reading()
    page = step_page(session, actor, reference, code, sent=sent_form(), now=now)
    return jsonify(told(session, actor, page.definition, page.head.situation(), page.form, now=now))


@require(Permission.CASE_ACT)
def event_conditions(reference: str, code: str) -> ResponseReturnValue:
    """The same for what is recorded without a step."""
    actor, now, session = current_actor(), utc_now(), reading()
    page = event_page(session, actor, reference, code, sent=sent_form(), now=now)
    return jsonify(told(session, actor, page.definition, page.head.situation(), page.form, now=now))


def _done(page: StepPage) -> ResponseReturnValue:
    for remark in page.form.remarks():
        flash(remark, "warning")
    if page.second_person and not page.decision.confirms:
        said = _("Đã gửi đề nghị “%(step)s”, chờ %(who)s xác nhận.")
        flash(said % {"step": page.name, "who": page.second_person}, "success")
    else:
        flash(_("Đã thực hiện: %(step)s.", step=page.name), "success")
    flash(draft_key(page), "draft-clear")
    return redirect(url_for("cases.case", reference=page.head.reference))


def _shown(page: StepPage) -> ResponseReturnValue:
    html = render_template("cases/step.html", page=page, draft=draft_key(page))
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if page.form.errors else HTTPStatus.OK


def draft_key(page: StepPage) -> str:
    return f"step-{page.head.reference}-{page.decision.transition}"


VIEWS = (
    ("/ho-so/<reference>/chuyen/<code>", "step", step, ["GET", "POST"]),
    ("/ho-so/<reference>/chuyen/<code>/dieu-kien", "step_conditions", step_conditions, ["POST"]),
    ("/ho-so/<reference>/su-kien/<code>", "event", event, ["GET", "POST"]),
    ("/ho-so/<reference>/su-kien/<code>/dieu-kien", "event_conditions", event_conditions, ["POST"]),
)
