"""The page of one case and what is added to it: notes, files, people, ties."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import (
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.cases import clock_services, conversation, hints, queries
from app.cases.case_page import case_page, opens_to
from app.cases.case_reveals import reveal_case, reveals_of_case
from app.cases.desks import pack_in_use, uploads_for
from app.cases.forms import NoteForm, note_kinds
from app.cases.heads import definition_of_head, get_head
from app.cases.lookups import find_marker, find_vessel_id
from app.cases.models import Case
from app.cases.near_line import LineWarning, distance_warnings
from app.cases.opinions import may_open_paper
from app.cases.paper_numbers import numbers_of, reveal_number
from app.cases.values import ValueProblemError
from app.cases.why import why_fields, why_of
from app.database import reading, row_number, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require, takes_token
from app.storage import StoredFile, path_of


@require(Permission.CASE_VIEW)
def case(reference: str) -> ResponseReturnValue:
    return _show(reference, _note_form())


@takes_token
@require(Permission.CASE_VIEW)
def what_can_be_done(reference: str) -> ResponseReturnValue:
    """The steps, events and acts of a case with every reason, for programs: as on the page."""
    actor, session, now = current_actor(), reading(), utc_now()
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    said = {
        "reference": head.reference,
        "state": head.state,
        "acts": [one.as_json for one in why_of(session, actor, head, definition, now=now)],
        "fields": why_fields(actor, head, definition),
    }
    return jsonify(said)


def _show(reference: str, form: NoteForm) -> ResponseReturnValue:
    actor, session, now = current_actor(), reading(), utc_now()
    page = case_page(session, actor, reference, now=now, is_full=request.args.get("day-du") == "1")
    twins = []
    if request.args.get("moi") == "1":
        twins = hints.twins_of_case(session, actor, page.case)
    html = render_template(
        "cases/case.html",
        page=page,
        form=form,
        twins=twins,
        near_line=_near_line(session, actor, page.case),
        numbers=() if page.is_closed else numbers_of(actor, page.case, page.definition),
        reveals=() if page.is_closed else reveals_of_case(session, page.case.id),
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _near_line(session: Session, actor: Actor, case: Case) -> list[LineWarning]:
    pack = pack_in_use()
    if pack is None:
        return []
    on = actor.day(utc_now())
    return distance_warnings(session, case, accuracy_m=pack.accuracy_m, on=on, locale=actor.locale)


def _note_form() -> NoteForm:
    form = NoteForm()
    form.kind.choices = note_kinds()
    return form


@require(Permission.CASE_NOTE)
def add_note(reference: str) -> ResponseReturnValue:
    """An entry on the timeline; what cannot be kept comes back with what was typed."""
    actor, form = current_actor(), _note_form()
    queries.get(reading(), actor, reference)
    if not actor.may(Permission.CASE_ATTACH) and any(
        getattr(file, "filename", "") for file in form.files.data or ()
    ):
        raise Forbidden
    files = form.stored_files(uploads_for(actor)) if form.validate() else []
    if not form.errors:
        with problems_shown_on(form):
            _put_down(actor, reference, form, files)
            return redirect(url_for("cases.case", reference=reference))
    return _show(reference, form)


def _put_down(actor: Actor, reference: str, form: NoteForm, files: Sequence[StoredFile]) -> None:
    with transaction() as session:
        conversation.add_note(
            session,
            actor,
            reference,
            kind=conversation.NOTE_KINDS[form.kind.data],
            text=form.text.data or "",
            files=files,
            number=form.number.data or "",
            now=utc_now(),
        )
    flash(_("Đã ghi vào diễn biến hồ sơ."), "success")
    flash(f"note-{reference}", "draft-clear")


@require(Permission.CASE_VIEW)
def download(reference: str, attachment_id: int) -> ResponseReturnValue:
    """One file, under the rights of the field that asked for it; the access is recorded."""
    actor = current_actor()
    with transaction() as session:
        found = queries.attachment(session, actor, reference, attachment_id)
        head = get_head(session, actor, reference)
        if not may_open_paper(session, actor, head.owner_unit_id, found.field):
            raise NotFound
        if not opens_to(session, actor, head, definition_of_head(session, head), found):
            raise Forbidden(_("Tệp có dữ liệu cá nhân mà bạn không có quyền xem."))
        subject = f"attachment:{found.id}"
        record_access(session, actor, "file.downloaded", subject, now=utc_now())
        name, media_type, address = found.file_name, found.media_type, found.sha256
    path = path_of(current_app.extensions["settings"].uploads_dir, address)
    if not path.is_file():
        raise NotFound(_("Tệp không còn trong kho. Hãy báo quản trị viên."))
    answer = send_file(path, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require(Permission.PERSONAL_DATA_REVEAL)
def reveal_facts(reference: str) -> ResponseReturnValue:
    """What the case hides, on a page that no cache and no history keeps."""
    with transaction() as session:
        shown = reveal_case(
            session,
            current_actor(),
            reference,
            reason=request.form.get("reason", ""),
            now=utc_now(),
        )
    answer = make_response(render_template("cases/revealed.html", shown=shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require(Permission.PERSONAL_DATA_REVEAL)
def reveal_paper_number(reference: str) -> ResponseReturnValue:
    """One sealed number of the case; neither it nor its row stands in an address."""
    with transaction() as session:
        shown = reveal_number(
            session,
            current_actor(),
            reference,
            request.form.get("number", 0, type=row_number),
            reason=request.form.get("reason", ""),
            now=utc_now(),
        )
    answer = make_response(render_template("cases/revealed_number.html", shown=shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require(Permission.CASE_ASSIGN)
def assign(reference: str) -> ResponseReturnValue:
    user_id = request.form.get("assignee", type=row_number)
    with transaction() as session:
        conversation.assign_case(
            session, current_actor(), reference, user_id=user_id, now=utc_now()
        )
    flash(_("Đã giao hồ sơ.") if user_id else _("Đã trả hồ sơ về hàng đợi của đơn vị."), "success")
    return redirect(url_for("cases.case", reference=reference))


# --- clocks ---------------------------------------------------------------------------------


@require(Permission.CASE_SUSPEND)
def pause(reference: str, clock: str) -> ResponseReturnValue:
    """Stop one deadline for a reason of its list."""
    with transaction() as session:
        clock_services.pause_clock(
            session,
            current_actor(),
            reference,
            clock,
            reason=request.form.get("reason", ""),
            text=request.form.get("text", ""),
            now=utc_now(),
        )
    flash(_("Đã tạm dừng thời hạn."), "success")
    return redirect(url_for("cases.case", reference=reference, _anchor="clocks"))


@require(Permission.CASE_SUSPEND)
def go_on(reference: str, clock: str) -> ResponseReturnValue:
    with transaction() as session:
        clock_services.resume_clock(
            session, current_actor(), reference, clock, text="", now=utc_now()
        )
    flash(_("Thời hạn chạy tiếp; hạn mới đã tính cả thời gian tạm dừng."), "success")
    return redirect(url_for("cases.case", reference=reference, _anchor="clocks"))


# --- ties -----------------------------------------------------------------------------------


@require(Permission.CASE_LINK)
def link(reference: str) -> ResponseReturnValue:
    """Tie the case to another case, a marker or a vessel of the registers."""
    actor, typed = current_actor(), request.form.get("other", "").strip()[:100]
    if not typed:
        raise Invalid(_("Chưa nhập nội dung cần liên kết."), {})
    with transaction() as session:
        kind = request.form.get("target", "case")
        if kind == "case":
            conversation.link_cases(session, actor, reference, other_reference=typed, now=utc_now())
        else:
            entry_id = _entry_id(actor, kind, typed)
            conversation.link_entry(
                session, actor, reference, target=kind, entry_id=entry_id, now=utc_now()
            )
    flash(_("Đã liên kết."), "success")
    return redirect(url_for("cases.case", reference=reference, _anchor="links"))


def _entry_id(actor: Actor, kind: str, typed: str) -> int:
    try:
        if kind == "marker":
            return int(find_marker(reading(), actor, typed)["id"])
        if kind == "vessel":
            return find_vessel_id(reading(), actor, typed)
    except ValueProblemError as problem:
        raise Invalid(str(problem)) from problem
    raise Invalid(_("Chưa chọn loại liên kết."))


@require(Permission.CASE_LINK)
def unlink(reference: str, link_id: int) -> ResponseReturnValue:
    with transaction() as session:
        conversation.unlink(session, current_actor(), reference, link_id=link_id, now=utc_now())
    flash(_("Đã bỏ liên kết."), "success")
    return redirect(url_for("cases.case", reference=reference, _anchor="links"))


VIEWS = (
    ("/ho-so/<reference>", "case", case, ["GET"]),
    ("/ho-so/<reference>/viec-lam", "what_can_be_done", what_can_be_done, ["GET"]),
    ("/ho-so/<reference>/ghi", "add_note", add_note, ["POST"]),
    ("/ho-so/<reference>/tep/<int:attachment_id>", "download", download, ["GET"]),
    ("/ho-so/<reference>/xem-du-lieu", "reveal_facts", reveal_facts, ["POST"]),
    ("/ho-so/<reference>/xem-so", "reveal_paper_number", reveal_paper_number, ["POST"]),
    ("/ho-so/<reference>/giao", "assign", assign, ["POST"]),
    ("/ho-so/<reference>/thoi-han/<clock>/tam-dung", "pause_clock", pause, ["POST"]),
    ("/ho-so/<reference>/thoi-han/<clock>/chay-tiep", "resume_clock", go_on, ["POST"]),
    ("/ho-so/<reference>/lien-ket", "link", link, ["POST"]),
    ("/ho-so/<reference>/lien-ket/<int:link_id>/bo", "unlink", unlink, ["POST"]),
)
