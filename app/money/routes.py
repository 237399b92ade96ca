"""The pages of money: what is owed, the books of a case, an entry, a decision, rates."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import refusals_shown_on
from app.accounts.session import current_actor
from app.cases.models import Case
from app.database import reading, transaction
from app.form_words import ScreenForm
from app.jobs import utc_now
from app.money import pages, queries, services, settling
from app.money.forms import EntryForm, RateForm, ReminderForm, WordForm
from app.money.words import DEBTORS, REMINDERS
from app.permissions import Actor, Permission, require
from app.registers.need_to_know import known_among

blueprint = Blueprint("money", __name__, url_prefix="/tien")
Write = Callable[[Session, Actor], None]


def _today(actor: Actor) -> date:
    return actor.day(utc_now())


@blueprint.get("/")
@require(Permission.MONEY_VIEW)
def index() -> ResponseReturnValue:
    """What is owed in every case in scope, those to be asked again first."""
    actor, session = current_actor(), reading()
    return render_template(
        "money/debts.html",
        waiting=pages.waiting_lines(session, actor),
        debts=queries.list_debts(session, actor),
        rates=queries.newest_rates(session),
        today=_today(actor),
    )


@blueprint.get("/<reference>")
@require(Permission.MONEY_VIEW)
def books(reference: str) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    case = queries.case_by_reference(session, actor, reference)
    page = pages.books_page(session, actor, case, today=_today(actor))
    return render_template("money/books.html", page=page, reminders=REMINDERS, debtors=DEBTORS)


@blueprint.route("/<reference>/moi", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def new_entry(reference: str) -> ResponseReturnValue:
    actor, form, session = current_actor(), EntryForm(), reading()
    case = queries.case_by_reference(session, actor, reference)
    persons = queries.persons_of(session, actor, case)
    form.offer(actor.locale, persons, known_among(session, actor, persons))
    if not form.is_submitted():
        form.on_day.data = _today(actor)

    def write(writer: Session, who: Actor) -> None:
        if facts := form.facts():
            services.record_entry(writer, who, reference, facts, now=utc_now())

    page = _kept(case, form, write, title=_("Ghi khoản tiền"))
    return page or redirect(url_for("money.books", reference=reference))


@blueprint.route("/<reference>/<int(max=9007199254740992):entry>/duyet", methods=["GET", "POST"])
@require(Permission.MONEY_APPROVE)
def approve(reference: str, entry: int) -> ResponseReturnValue:
    def write(session: Session, who: Actor, text: str) -> None:
        services.approve_entry(session, who, reference, entry, text=text, now=utc_now())

    return _decided(reference, entry, write, title=_("Duyệt khoản tiền"))


@blueprint.route(
    "/<reference>/<int(max=9007199254740992):entry>/khong-duyet", methods=["GET", "POST"]
)
@require(Permission.MONEY_APPROVE)
def refuse(reference: str, entry: int) -> ResponseReturnValue:
    def write(session: Session, who: Actor, text: str) -> None:
        services.refuse_entry(session, who, reference, entry, text=text, now=utc_now())

    return _decided(reference, entry, write, title=_("Không duyệt khoản tiền"))


@blueprint.route("/<reference>/<int(max=9007199254740992):entry>/ghi-dao", methods=["GET", "POST"])
@require(Permission.MONEY_VIEW)  # who may reverse depends on who had decided
def reverse(reference: str, entry: int) -> ResponseReturnValue:
    def write(session: Session, who: Actor, text: str) -> None:
        services.reverse_entry(session, who, reference, entry, text=text, now=utc_now())

    return _decided(reference, entry, write, title=_("Ghi đảo khoản tiền"))


@blueprint.route("/<reference>/<int(max=9007199254740992):entry>/rut", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def withdraw(reference: str, entry: int) -> ResponseReturnValue:
    def write(session: Session, who: Actor, text: str) -> None:
        services.withdraw_entry(session, who, reference, entry, text=text, now=utc_now())

    return _decided(reference, entry, write, title=_("Rút đề nghị"))


@blueprint.route("/<reference>/don-doc", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def remind(reference: str) -> ResponseReturnValue:
    actor, form = current_actor(), ReminderForm()
    case = queries.case_by_reference(reading(), actor, reference)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.on_day.data = _today(actor)

    def write(session: Session, who: Actor) -> None:
        facts = form.facts(today=_today(who))
        settling.record_reminder(session, who, reference, facts, now=utc_now())

    page = _kept(case, form, write, title=_("Ghi lần đôn đốc"))
    return page or redirect(url_for("money.books", reference=reference))


@blueprint.route("/<reference>/quyet-toan", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def settle(reference: str) -> ResponseReturnValue:
    form = WordForm()
    case = queries.case_by_reference(reading(), current_actor(), reference)

    def write(session: Session, who: Actor) -> None:
        settling.settle_books(session, who, reference, note=form.said, now=utc_now())

    page = _kept(case, form, write, title=_("Quyết toán"))
    return page or redirect(url_for("money.books", reference=reference))


@blueprint.route("/<reference>/mo-lai", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def reopen(reference: str) -> ResponseReturnValue:
    form = WordForm()
    case = queries.case_by_reference(reading(), current_actor(), reference)

    def write(session: Session, who: Actor) -> None:
        settling.reopen_books(session, who, reference, note=form.said, now=utc_now())

    page = _kept(case, form, write, title=_("Mở lại sổ tiền"))
    return page or redirect(url_for("money.books", reference=reference))


@blueprint.route("/ty-gia/moi", methods=["GET", "POST"])
@require(Permission.MONEY_RECORD)
def new_rate() -> ResponseReturnValue:
    actor, form = current_actor(), RateForm()
    if not form.is_submitted():
        form.on_day.data = _today(actor)

    def write(session: Session, who: Actor) -> None:
        settling.record_rate(
            session,
            who,
            currency=(form.currency.data or "").strip().upper(),
            on_day=form.on_day.data or _today(who),
            vnd=form.vnd.data.amount if form.vnd.data else Decimal(0),
            source=(form.source.data or "").strip(),
            now=utc_now(),
        )

    page = _kept(None, form, write, title=_("Ghi tỷ giá"))
    return page or redirect(url_for("money.index"))


def _decided(
    reference: str, entry: int, write: Callable[[Session, Actor, str], None], *, title: str
) -> ResponseReturnValue:
    """The page that asks for a few words before an entry is decided or undone."""
    actor, form, session = current_actor(), WordForm(), reading()
    case = queries.case_by_reference(session, actor, reference)
    subject = queries.entry_by_id(session, case, entry)
    page = _kept(
        case,
        form,
        lambda writer, who: write(writer, who, form.said),
        title=title,
        subject=pages.entry_row(session, actor, subject),
        button=title,
    )
    return page or redirect(url_for("money.books", reference=reference))


def _kept(
    case: Case | None,
    form: ScreenForm,
    write: Write,
    *,
    title: str,
    subject: pages.Row | None = None,
    button: str = "",
) -> ResponseReturnValue | None:
    """None once the form was written; else the page of the form, with what is wrong in it."""
    actor = current_actor()
    if form.is_submitted() and form.validate():
        with refusals_shown_on(form), transaction() as session:
            write(session, actor)
            flash(_("Đã lưu."), "success")
            return None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "money/form.html", form=form, case=case, title=title, subject=subject, button=button
    )
    return page, status
