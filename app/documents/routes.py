"""The pages of papers: of a case, one paper from draft to number, a batch of letters."""

from http import HTTPStatus
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.cases import queries as cases
from app.cases.heads import get_head
from app.database import reading, row_number, transaction
from app.documents import (
    book_routes,
    chase,
    composing,
    converting,
    issuing,
    pages,
    queries,
    services,
    shelf,
    template_routes,
)
from app.documents.forms import ReasonForm, WordFileForm, WordingForm
from app.documents.kinds import Kind, kind_of
from app.documents.models import PaperState
from app.errors import Invalid
from app.jobs import utc_now
from app.office.handovers import handover_of
from app.permissions import Actor, Permission, require

blueprint = Blueprint("documents", __name__, url_prefix="/van-ban")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF = "application/pdf"
_BY_ID = "int(max=9007199254740992)"


# --- a case ---------------------------------------------------------------------------------


@blueprint.get("/ho-so/<reference>")
@require(Permission.CASE_VIEW)
def of_case(reference: str) -> ResponseReturnValue:
    """The papers of a case, and what can be written for it."""
    actor, session = current_actor(), reading()
    head = get_head(session, actor, reference)
    page = pages.case_papers(session, actor, head)
    return render_template("documents/case.html", page=page)


@blueprint.route("/ho-so/<reference>/soan/<paper_kind>", methods=["GET", "POST"])
@require(Permission.DOCUMENT_DRAFT)
def compose(reference: str, paper_kind: str) -> ResponseReturnValue:
    """What the paper says; a worker then writes it in a few seconds."""
    actor, session, form = current_actor(), reading(), WordingForm()
    head, kind = get_head(session, actor, reference), kind_of(paper_kind)
    form.shape(kind)
    if not form.is_submitted():
        asked, former = request.args.get("can", ""), request.args.get("thay", type=row_number)
        again = queries.words_again(session, actor, former, head=head, kind=kind)
        form.show(again or composing.first_wording(session, actor, head, kind, asked=asked))
    elif form.validate():
        with problems_shown_on(form):
            return _drafted(actor, reference, kind, form)
    codes = composing.codes_of(session, actor, head)
    html = render_template("documents/compose.html", form=form, head=head, kind=kind, codes=codes)
    return html, _status(form)


def _drafted(actor: Actor, reference: str, kind: Kind, form: WordingForm) -> ResponseReturnValue:
    wording = form.wording()
    if word := composing.first_person_in(kind, wording):
        said = _("Công hàm viết ở ngôi thứ ba: hãy bỏ “%(word)s”.", word=word)
        raise Invalid(said, {"body": [said]})
    with transaction() as session:
        case = cases.get(session, actor, reference)
        paper = services.draft_paper(
            session, actor, case, kind.code, wording=wording, now=utc_now()
        )
        paper_id = paper.id
    return redirect(url_for("documents.paper", paper_id=paper_id))


# --- a paper --------------------------------------------------------------------------------


@blueprint.get(f"/<{_BY_ID}:paper_id>")
@require(Permission.CASE_VIEW)
def paper(paper_id: int) -> ResponseReturnValue:
    return _paper_page(paper_id, WordFileForm(), ReasonForm())


def _paper_page(paper_id: int, upload: WordFileForm, reason: ReasonForm) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = queries.paper_of(session, actor, paper_id)
    page = pages.paper_page(session, actor, found)
    html = render_template("documents/paper.html", page=page, upload=upload, reason=reason)
    is_wrong = bool(upload.errors or reason.errors)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


@blueprint.get(f"/<{_BY_ID}:paper_id>/tep/<{_BY_ID}:version>")
@require(Permission.CASE_VIEW)
def download(paper_id: int, version: int) -> ResponseReturnValue:
    """One file, for those who may read all that stands in it; the access is recorded."""
    actor = current_actor()
    with transaction() as session:
        queries.readable_paper(session, actor, paper_id)
        found = queries.version_of(session, paper_id, version)
        subject = f"paper:{paper_id}:{version}"
        record_access(session, actor, "paper.downloaded", subject, now=utc_now())
        name, content = found.file_name, shelf.kept(found.sha256)
    media_type = _PDF if name.endswith(".pdf") else WORD
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)


@blueprint.post(f"/<{_BY_ID}:paper_id>/ban-moi")
@require(Permission.DOCUMENT_DRAFT)
def add_version(paper_id: int) -> ResponseReturnValue:
    """Take back what was edited in Word."""
    actor, form = current_actor(), WordFileForm()
    queries.readable_paper(reading(), actor, paper_id)
    if form.validate():
        with problems_shown_on(form), transaction() as session:
            remarks = services.add_paper_version(
                session,
                actor,
                paper_id,
                file_name=form.file_name,
                content=form.content(),
                now=utc_now(),
            )
            flash(_("Đã nhận phiên bản mới."), "success")
            for remark in remarks:
                flash(remark, "warning")
            return redirect(url_for("documents.paper", paper_id=paper_id))
    return _paper_page(paper_id, form, ReasonForm(formdata=None))


@blueprint.post(f"/<{_BY_ID}:paper_id>/soan-lai")
@require(Permission.DOCUMENT_DRAFT)
def retry(paper_id: int) -> ResponseReturnValue:
    """Have a paper written again that could not be written, or whose writing stood still."""
    with transaction() as session:
        services.retry_paper(session, current_actor(), paper_id, now=utc_now())
    return redirect(url_for("documents.paper", paper_id=paper_id))


@blueprint.post(f"/<{_BY_ID}:paper_id>/cap-so")
@require(Permission.DOCUMENT_ISSUE)
def issue(paper_id: int) -> ResponseReturnValue:
    with transaction() as session:
        line = issuing.issue_paper(session, current_actor(), paper_id, now=utc_now())
        symbol = line.symbol
    flash(_("Đã cấp số %(symbol)s.", symbol=symbol), "success")
    return redirect(url_for("documents.paper", paper_id=paper_id))


@blueprint.post(f"/<{_BY_ID}:paper_id>/thu-hoi")
@require(Permission.DOCUMENT_ISSUE)
def withdraw(paper_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    queries.readable_paper(reading(), actor, paper_id)
    if form.validate():
        with problems_shown_on(form), transaction() as session:
            reason = form.reason.data or ""
            issuing.withdraw_paper(session, actor, paper_id, reason=reason, now=utc_now())
            flash(_("Đã thu hồi. Số này không dùng lại."), "success")
            return redirect(url_for("documents.paper", paper_id=paper_id))
    return _paper_page(paper_id, WordFileForm(formdata=None), form)


@blueprint.post(f"/<{_BY_ID}:paper_id>/pdf")
@require(Permission.DOCUMENT_DRAFT)
def make_pdf(paper_id: int) -> ResponseReturnValue:
    with transaction() as session:
        converting.order_pdf(session, current_actor(), paper_id, now=utc_now())
    flash(_("Đang tạo PDF, tải lại trang sau vài giây."), "info")
    return redirect(url_for("documents.paper", paper_id=paper_id))


# --- many letters, and minutes --------------------------------------------------------------


@blueprint.get("/dot/<batch_name>")
@require(Permission.DOCUMENT_DRAFT)
def batch(batch_name: str) -> ResponseReturnValue:
    """How far the letters of one act are, and which could not be written."""
    actor, session = current_actor(), reading()
    papers = queries.papers_of_batch(session, actor, batch_name)
    waiting = sum(one.state == PaperState.MAKING for one in papers)
    return render_template(
        "documents/batch.html",
        lines=pages.batch_lines(session, actor, papers),
        batch_name=batch_name,
        done=len(papers) - waiting,
        total=len(papers),
    )


@blueprint.get("/dot/<batch_name>/tep")
@require(Permission.DOCUMENT_DRAFT)
def batch_file(batch_name: str) -> ResponseReturnValue:
    """The newest Word files of a batch that the reader may open, in one parcel."""
    actor, written = current_actor(), BytesIO()
    with transaction() as session:
        papers = queries.papers_of_batch(session, actor, batch_name)
        without = {PaperState.MAKING, PaperState.FAILED}
        ready = [one.id for one in papers if one.state not in without]
        readable = queries.readable_among(session, actor, ready)
        with ZipFile(written, "w", ZIP_STORED) as parcel:
            for paper_id in sorted(readable):
                version = queries.newest_word_file(session, paper_id)
                parcel.writestr(f"{paper_id}-{version.file_name}", shelf.kept(version.sha256))
        record_access(session, actor, "paper.downloaded", f"batch:{batch_name}", now=utc_now())
    written.seek(0)
    return send_file(
        written, mimetype="application/zip", as_attachment=True, download_name="van-ban.zip"
    )


@blueprint.get(f"/ban-giao/<{_BY_ID}:handover_id>")
@require(Permission.CASE_ACT)
def of_handover(handover_id: int) -> ResponseReturnValue:
    """The minutes of a hand-over: to the newest paper, or the page that makes one."""
    actor, session = current_actor(), reading()
    found = handover_of(session, actor, handover_id)
    papers = queries.papers_of_handover(session, found.id)
    return render_template(
        "documents/handover.html", handover=found, lines=pages.lines_of(session, actor, papers)
    )


@blueprint.post(f"/ban-giao/<{_BY_ID}:handover_id>/bien-ban")
@require(Permission.DOCUMENT_DRAFT)
def draft_minutes(handover_id: int) -> ResponseReturnValue:
    with transaction() as session:
        made = chase.draft_minutes(session, current_actor(), handover_id, now=utc_now())
        paper_id = made.id
    return redirect(url_for("documents.paper", paper_id=paper_id))


def _status(form: WordingForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


for _address, _name, _view, _methods in (*template_routes.VIEWS, *book_routes.VIEWS):
    blueprint.add_url_rule(_address, _name, _view, methods=_methods)
