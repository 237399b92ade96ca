"""One way through every form of mass events: shown, refused beside its fields, or written."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.crises.models import MassEvent
from app.database import transaction
from app.form_words import ScreenForm
from app.permissions import Actor

Write = Callable[[Session, Actor], None]


def kept(
    form: ScreenForm,
    write: Write,
    *,
    title: str,
    back: str,
    event: MassEvent | None = None,
    lead: str = "",
) -> ResponseReturnValue | None:
    """None once the form was written; else the page of the form, with what is wrong in it."""
    actor = current_actor()
    if form.is_submitted() and form.validate():
        with problems_shown_on(form), transaction() as session:
            write(session, actor)
            flash(_("Đã lưu."), "success")
            return None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "crises/form.html", form=form, title=title, back=back, event=event, lead=lead
    )
    return page, status
