"""The page of a vessel, and what is said of it: a verdict, an owner, a number."""

from datetime import date
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.database import reading, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers import entry_queries, vessel_facts
from app.registers.person_forms import FactForm
from app.registers.rules import VESSEL_COLUMNS
from app.registers.units_shown import provinces_by_code
from app.registers.vessel_page import kept_vessel, page_of_vessel
from app.registers.vocabulary import word, words


@require(Permission.REGISTER_VIEW)
def vessel(vessel_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = kept_vessel(session, actor, vessel_id)
    if found.id != vessel_id:
        return redirect(url_for("registers.vessel", vessel_id=found.id))
    page = page_of_vessel(session, actor, found)
    return render_template(
        "registers/vessel.html",
        page=page,
        vessel=found,
        row=page.row,
        columns=VESSEL_COLUMNS,
        provinces=provinces_by_code(session),
        words=words,
        word=word,
    )


@require(Permission.REGISTER_EDIT)
def new_vessel_fact(vessel_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), FactForm()
    found = entry_queries.vessel_by_id(reading(), actor, vessel_id)
    if found.merged_into_id is not None:
        raise NotFound
    form.offer(actor)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            subject = entry_queries.vessel_by_id(session, actor, vessel_id)
            said = vessel_facts.SaidOfVessel(
                form.field.data,
                form.said_value,
                form.said_on.data or date.min,  # the field is required
                form.source.data or "",
            )
            vessel_facts.note_vessel_fact(session, actor, subject, said, now=utc_now())
            flash(_("Đã ghi vào lịch sử của tàu."), "success")
            return redirect(url_for("registers.vessel", vessel_id=vessel_id))
    page = render_template("registers/vessel_fact.html", form=form, vessel=found)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


_VESSEL = "/tau/<int(max=9007199254740992):vessel_id>"
VIEWS = (
    (_VESSEL, "vessel", vessel, ["GET"]),
    (f"{_VESSEL}/du-kien/moi", "new_vessel_fact", new_vessel_fact, ["GET", "POST"]),
)
