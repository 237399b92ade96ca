"""The page of a person and what is written there; values that are sealed are shown once."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.errors import Forbidden, NotFound
from app.form_words import ScreenForm
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import entry_queries, person_facts, reveals
from app.registers.case_book import CaseTie, case_book
from app.registers.merging import family_of
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.person_forms import (
    ConsentForm,
    IdentityForm,
    NameForm,
    OutcomeForm,
    PaperNumberForm,
    RelativeForm,
)
from app.registers.person_models import Addressee
from app.registers.person_page import kept_entry, page_of_person
from app.registers.rules import PERSON_COLUMNS, all_seen_by
from app.registers.units_shown import provinces_by_code
from app.registers.vocabulary import word, words
from app.registers.who_saw import who_saw


@require(Permission.REGISTER_VIEW)
def person(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    kept = kept_entry(reading(), actor, person_id)
    if kept.id != person_id:
        return redirect(url_for("registers.person", person_id=kept.id))
    with transaction() as session:
        found = entry_queries.person_by_id(session, actor, person_id)
        record_access(session, actor, "person.viewed", f"person:{person_id}", now=utc_now())
        page = page_of_person(session, actor, found)
    return render_template(
        "registers/person.html",
        page=page,
        person=found,
        row=page.row,
        columns=PERSON_COLUMNS,
        provinces=provinces_by_code(reading()),
        words=words,
        word=word,
    )


@require(Permission.PERSONAL_DATA_REVEAL)
def reveal_person(person_id: int) -> ResponseReturnValue:
    """One sealed value, on a page that no cache and no history keeps."""
    actor = current_actor()
    with transaction() as session:
        found = entry_queries.person_by_id(session, actor, person_id)
        shown = reveals.reveal(
            session,
            actor,
            found,
            what=request.form.get("what", ""),
            reason=request.form.get("reason", ""),
            now=utc_now(),
        )
    answer = make_response(render_template("registers/revealed.html", person=found, shown=shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require(Permission.PERSONAL_DATA_VIEW)
def find_by_paper() -> ResponseReturnValue:
    """The persons who carry a paper of this number; the number stands in no address."""
    actor, number = current_actor(), request.form.get("number", "")
    with transaction() as session:
        found = entry_queries.persons_by_paper(session, actor, number)
        subject = f"persons:{len(found)}"
        record_access(session, actor, "person.looked_up", subject, now=utc_now())
        known = known_among(session, actor, found)
    if len(found) == 1:
        return redirect(url_for("registers.person", person_id=found[0].id))
    rows = all_seen_by(actor, found, known=known)
    return render_template(
        "registers/found_by_paper.html", rows=rows, provinces=provinces_by_code(reading())
    )


@require(Permission.ADMIN_AUDIT)
def who_saw_number() -> ResponseReturnValue:
    """Who has seen a paper's number; the number stands in no address."""
    form, report = PaperNumberForm(), None
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            report = who_saw(session, current_actor(), form.number.data or "", now=utc_now())
    page = render_template("registers/who_saw.html", form=form, report=report)
    answer = make_response(page, 422 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# --- what is written down -------------------------------------------------------------------


def _editable(actor: Actor, person_id: int) -> Person:
    found = entry_queries.person_by_id(reading(), actor, person_id)
    if found.merged_into_id is not None:
        raise NotFound
    if found.id not in known_among(reading(), actor, [found]):
        raise Forbidden(_("Người này được bảo vệ danh tính: đơn vị đang thụ lý mới sửa được."))
    return found


def _page(form: ScreenForm, found: Person, title: str) -> ResponseReturnValue:
    page = render_template("registers/person_form.html", form=form, person=found, title=title)
    return page, 422 if form.errors else 200


def _back(person_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("registers.person", person_id=person_id))


@require(Permission.REGISTER_EDIT)
def new_person_name(person_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), NameForm()
    found = _editable(actor, person_id)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            subject = session.get_one(Person, found.id)
            person_facts.note_name(session, actor, subject, form.said(), now=utc_now())
            return _back(person_id, _("Đã ghi tên."))
    return _page(form, found, _("Thêm cách viết tên"))


@require(Permission.REGISTER_EDIT)
def new_person_document(person_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), IdentityForm()
    found = _editable(actor, person_id)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            subject = session.get_one(Person, found.id)
            person_facts.note_document(session, actor, subject, form.paper(), now=utc_now())
            return _back(person_id, _("Đã ghi giấy tờ; số được niêm phong."))
    return _page(form, found, _("Thêm giấy tờ tùy thân"))


@require(Permission.REGISTER_EDIT)
def new_person_relative(person_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), RelativeForm()
    found = _editable(actor, person_id)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            person_facts.note_relative(
                session,
                actor,
                session.get_one(Person, found.id),
                relation=form.relation.data,
                name=form.name.data or "",
                contact=form.contact.data or "",
                now=utc_now(),
            )
            return _back(person_id, _("Đã ghi thân nhân."))
    return _page(form, found, _("Thêm thân nhân"))


@require(Permission.REGISTER_EDIT)
def new_person_consent(person_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ConsentForm()
    found = _editable(actor, person_id)
    form.offer(actor.locale)
    if form.validate_on_submit():
        decision, on, how = form.decided()
        with problems_shown_on(form), transaction() as session:
            person_facts.note_consent(
                session,
                actor,
                session.get_one(Person, found.id),
                decision=decision,
                decided_on=on,
                how=how,
                about=Addressee(form.about.data),
                now=utc_now(),
            )
            return _back(person_id, _("Đã ghi quyết định của người này."))
    return _page(form, found, _("Ghi đồng ý hoặc từ chối"))


@require(Permission.REGISTER_EDIT)
def new_person_outcome(person_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), OutcomeForm()
    found = _editable(actor, person_id)
    ties = _ties(actor, found)
    form.offer(ties, actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            person_facts.note_outcome(
                session,
                actor,
                session.get_one(Person, found.id),
                case_id=int(form.case.data),
                outcome=form.outcome.data,
                since=form.since.data or utc_now().date(),
                note=form.note.data or "",
                now=utc_now(),
            )
            return _back(person_id, _("Đã ghi kết quả của người này."))
    return _page(form, found, _("Ghi kết quả theo hồ sơ"))


def _ties(actor: Actor, found: Person) -> list[CaseTie]:
    session = reading()
    return list(case_book().ties_of(session, actor, "person", family_of(session, found)))


_PERSON = "/nguoi/<int(max=9007199254740992):person_id>"
_FORM = ["GET", "POST"]
VIEWS = (
    (_PERSON, "person", person, ["GET"]),
    (f"{_PERSON}/xem", "reveal_person", reveal_person, ["POST"]),
    ("/nguoi/tra-so", "find_by_paper", find_by_paper, ["POST"]),
    ("/nguoi/ai-da-xem", "who_saw_number", who_saw_number, _FORM),
    (f"{_PERSON}/ten/moi", "new_person_name", new_person_name, _FORM),
    (f"{_PERSON}/giay-to/moi", "new_person_document", new_person_document, _FORM),
    (f"{_PERSON}/than-nhan/moi", "new_person_relative", new_person_relative, _FORM),
    (f"{_PERSON}/dong-y/moi", "new_person_consent", new_person_consent, _FORM),
    (f"{_PERSON}/ket-qua/moi", "new_person_outcome", new_person_outcome, _FORM),
)
