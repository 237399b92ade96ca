"""The page on which a named paper is handed to a linked file with other readers."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases import queries
from app.cases.children.handing import hand_document, linked_files, paper_of
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.database import reading, transaction
from app.form_words import ScreenForm
from app.jobs import utc_now
from app.permissions import Permission, require


class HandingForm(ScreenForm):
    """Where to, and why."""

    to_case = SelectField(
        lazy_gettext("Chuyển sang"), [InputRequired(lazy_gettext("Cần nhập mục này."))]
    )
    reason = TextAreaField(
        lazy_gettext("Lý do"),
        [
            InputRequired(lazy_gettext("Nêu lý do chuyển văn bản.")),
            Length(max=4000, message=lazy_gettext("Tối đa 4.000 ký tự.")),
        ],
        description=lazy_gettext("Ghi vào lịch sử của cả hai hồ sơ và nhật ký truy cập."),
    )


@require(Permission.CASE_ATTACH)
def hand(reference: str, attachment_id: int) -> ResponseReturnValue:
    """One paper to a linked file: nothing of that file is shown but its kind."""
    actor, session, form = current_actor(), reading(), HandingForm()
    head = get_head(session, actor, reference)
    paper = paper_of(session, actor, head, attachment_id)
    others = linked_files(session, head)
    form.to_case.choices = [(str(one.id), _kind(session, one, actor.locale)) for one in others]
    if form.validate_on_submit():
        with problems_shown_on(form):
            with transaction() as writer:
                hand_document(
                    writer,
                    actor,
                    reference,
                    attachment_id,
                    to_case=int(form.to_case.data),
                    reason=form.reason.data or "",
                    now=utc_now(),
                )
            flash(_("Đã chuyển văn bản; cả hai hồ sơ đều ghi lại."), "success")
            return redirect(url_for("cases.case", reference=reference))
    case = queries.get(session, actor, reference)
    html = render_template("cases/hand_document.html", form=form, case=case, paper=paper)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _kind(session: Session, head: CaseHead, locale: str) -> str:
    return definition_of_head(session, head).case_type.name.in_locale(locale)


VIEWS = (
    (
        "/ho-so/<reference>/tep/<int(max=9007199254740992):attachment_id>/chuyen",
        "hand_document",
        hand,
        ["GET", "POST"],
    ),
)
