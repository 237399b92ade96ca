"""The pages on which a sanction is written down, read and amended; and the table of penalties."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases.children import pages, penalty_table, sanction_pages
from app.cases.children.models import SanctionAct
from app.cases.children.pages import ListPage
from app.cases.children.queries import acts_of, penalty_rules
from app.cases.children.routes import today_of
from app.cases.children.sanction_forms import LENGTHS, PenaltyForm, SanctionForm
from app.cases.children.sanctions import facts_of, record_sanction
from app.cases.setting_pages import CHECK_NAMES
from app.cases.setting_services import Check
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.tracks import Track

_LIST = "/ho-so/<reference>/theo-doi/che-tai"
_ONE = f"{_LIST}/<int(max=9007199254740992):child_id>"


@require(Permission.CASE_ACT)
def new_sanction(reference: str) -> ResponseReturnValue:
    page = pages.list_page(reading(), current_actor(), reference, Track.SANCTIONS)
    return _sanction_form(page, SanctionForm(data=_first(page)))


def _first(page: ListPage) -> dict[str, object]:
    """What the case knows already."""
    data = page.head.data
    day = pages.day_of(data.get("violation_on")) or pages.day_of(data.get("arrested_at"))
    return {"violation_on": day, "length_class": data.get("length_class", "")}


@require(Permission.CASE_VIEW)
def sanction(reference: str, child_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = sanction_pages.sanction_page(
        reading(), actor, reference, child_id, today=today_of(actor)
    )
    return render_template("cases/sanction.html", found=found, page=found.found.page)


@require(Permission.CASE_ACT)
def edit_sanction(reference: str, child_id: int) -> ResponseReturnValue:
    session = reading()
    found = pages.child_page(session, current_actor(), reference, Track.SANCTIONS, child_id)
    facts = facts_of(found.child)
    start = {
        **{name: getattr(facts, name) for name in facts.__dataclass_fields__},
        "subject_child": str(facts.subject_child or ""),
        "acts": [_typed(act) for act in acts_of(session, [child_id])[child_id]],
    }
    return _sanction_form(found.page, SanctionForm(data=start), child_id=child_id)


def _typed(act: SanctionAct) -> dict[str, object]:
    rules = {rule.id: rule.act_code for rule in penalty_rules(reading())}
    return {
        "act_code": rules.get(act.rule_id or 0, ""),
        "act": "" if act.rule_id else act.act,
        "clause": "" if act.rule_id else act.clause,
        "amount": act.amount,
        "reason": act.reason,
    }


def _sanction_form(
    page: ListPage, form: SanctionForm, *, child_id: int | None = None
) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    if "more" in request.form:
        form.acts.append_entry()
    whom = sanction_pages.subject_choices(page)
    form.offer(penalty_table.act_names(session), whom, actor.locale)
    facts = form.facts() if "more" not in request.form and form.validate_on_submit() else None
    if facts is not None:
        with problems_shown_on(form):
            with transaction() as writer:
                child = record_sanction(
                    writer,
                    actor,
                    page.case.reference,
                    facts,
                    form.written_acts(),
                    child_id=child_id,
                    now=utc_now(),
                )
            flash(_("Đã lưu chế tài."), "success")
            return redirect(
                url_for("cases.sanction", reference=page.case.reference, child_id=child.id)
            )
    html = render_template("cases/edit_sanction.html", page=page, form=form, child_id=child_id)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@require(Permission.ADMIN_CALENDAR)
def penalties() -> ResponseReturnValue:
    """Every range with its days and its source; a new one closes the one before."""
    form, session = PenaltyForm(), reading()
    form.offer(penalty_table.act_names(session))
    facts = form.facts() if form.validate_on_submit() else None
    if facts is not None:
        with problems_shown_on(form), transaction() as writer:
            penalty_table.add_penalty(writer, current_actor(), facts, now=utc_now())
            flash(_("Đã thêm khung phạt."), "success")
            return redirect(url_for("cases.penalties"))
    checks = {str(check): name for check, name in CHECK_NAMES.items()}
    html = render_template(
        "cases/penalties.html",
        form=form,
        rows=penalty_rules(session),
        lengths=LENGTHS,
        checks=checks,
        unverified=Check.UNVERIFIED,
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


VIEWS = (
    (f"{_LIST}/them", "new_sanction", new_sanction, ["GET", "POST"]),
    (_ONE, "sanction", sanction, ["GET"]),
    (f"{_ONE}/sua", "edit_sanction", edit_sanction, ["GET", "POST"]),
    ("/quan-tri/khung-phat", "penalties", penalties, ["GET", "POST"]),
)
