"""The page on which one letter is worded for all people of a filter."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.crises import letters, pages, queries
from app.crises.letters import Reach
from app.crises.models import MassEvent
from app.database import reading, transaction
from app.documents import composing
from app.documents.forms import WordingForm
from app.documents.kinds import Kind
from app.errors import Invalid
from app.jobs import utc_now
from app.permissions import Actor, Permission, require


@require(Permission.DOCUMENT_DRAFT)
def choose_letter(event_id: int) -> ResponseReturnValue:
    """From the kind chosen over the filter to the page of its words."""
    found = queries.event_by_id(reading(), current_actor(), event_id)
    kind = letters.kind_for_many(request.args.get("van-ban", "cong_van"))
    wanted = pages.arguments_of(pages.filter_from(request))
    address = url_for("crises.letters", event_id=found.id, paper_kind=kind.code, **wanted)
    return redirect(address)


@require(Permission.DOCUMENT_DRAFT)
def write_letters(event_id: int, paper_kind: str) -> ResponseReturnValue:
    """The words of one letter; a worker then writes it for each case of the filter."""
    actor, session, form = current_actor(), reading(), WordingForm()
    found = queries.event_by_id(session, actor, event_id)
    kind = letters.kind_for_many(paper_kind)
    reach = letters.reach_of(session, actor, _condition(session, actor, found))
    form.shape(kind)
    if not form.is_submitted():
        form.show(composing.first_wording(session, actor, None, kind))
    elif form.validate():
        with problems_shown_on(form):
            return _ordered(actor, event_id, kind, form, reach)
    page = render_template(
        "crises/letters.html",
        form=form,
        event=found,
        kind=kind,
        reach=reach,
        arguments=pages.arguments_of(pages.filter_from(request)),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _condition(session: Session, actor: Actor, event: MassEvent) -> ColumnElement[bool]:
    side = queries.side_of(session, actor, event)
    return queries.matching(actor, side, event, pages.filter_from(request))


def _ordered(
    actor: Actor, event_id: int, kind: Kind, form: WordingForm, reach: Reach
) -> ResponseReturnValue:
    wording = form.wording()
    if word := composing.first_person_in(kind, wording):
        said = _("Công hàm viết ở ngôi thứ ba: hãy bỏ “%(word)s”.", word=word)
        raise Invalid(said, {"body": [said]})
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id)
        condition = _condition(session, actor, held)
        batch = letters.order_letters(
            session, actor, condition, kind, wording=wording, now=utc_now()
        )
    if reach.sentence:
        flash(reach.sentence, "warning")
    return redirect(url_for("documents.batch", batch_name=batch))


VIEWS = (
    ("/<int:event_id>/thu", "choose_letter", choose_letter, ("GET",)),
    ("/<int:event_id>/thu/<paper_kind>", "letters", write_letters, ("GET", "POST")),
)
