"""The pages of a marker's file: photos and papers, earlier names, the choice of a measurement."""

from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers import dossier_services
from app.registers.dossier_forms import AdoptForm, DocumentForm, NameForm
from app.registers.dossier_queries import document_of, measurement_of
from app.registers.models import Marker
from app.registers.packs import current_pack
from app.registers.queries import marker_by_slug
from app.registers.vocabulary import word
from app.storage import path_of, store_file

_INLINE = ("image/jpeg", "image/png", "image/webp")


@require(Permission.REGISTER_EDIT)
def new_document(neighbour: str, slug: str) -> ResponseReturnValue:
    actor, settings = current_actor(), current_app.extensions["settings"]
    found = marker_by_slug(reading(), actor, neighbour, slug)
    form = DocumentForm()
    form.offer_words(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            marker = marker_by_slug(session, actor, neighbour, slug)
            sent = form.file.data
            file = store_file(
                settings.uploads_dir, sent.filename, sent.stream, limit_mb=settings.max_upload_mb
            )
            dossier_services.file_document(
                session, actor, marker, form.paper(), file=file, now=utc_now()
            )
            flash(_("Đã lưu tài liệu vào hồ sơ mốc."), "success")
            return _back(marker, "tai-lieu")
    return _page("new_document.html", form, found)


@require(Permission.REGISTER_VIEW)
def document(neighbour: str, slug: str, document_id: int) -> ResponseReturnValue:
    """The bytes of a photo or paper, for those who see the marker; the access is recorded."""
    actor = current_actor()
    with transaction() as session:
        _marker, found = document_of(session, actor, neighbour, slug, document_id=document_id)
        now = utc_now()
        record_access(session, actor, "file.downloaded", f"marker_document:{found.id}", now=now)
        name, media_type, address = found.file_name, found.media_type, found.sha256
    path = path_of(current_app.extensions["settings"].uploads_dir, address)
    if not path.is_file():
        raise NotFound(_("Tệp không còn trong kho. Hãy báo quản trị viên."))
    is_inline = media_type in _INLINE and "xem" in request.args
    answer = send_file(path, mimetype=media_type, as_attachment=not is_inline, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require(Permission.REGISTER_EDIT)
def withdraw_document(neighbour: str, slug: str, document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        marker, found = document_of(session, actor, neighbour, slug, document_id=document_id)
        reason = request.form.get("reason", "")
        dossier_services.withdraw_document(
            session, actor, marker, found, reason=reason, now=utc_now()
        )
        flash(_("Đã rút tài liệu; tệp và lý do vẫn còn trong hồ sơ mốc."), "success")
        return _back(marker, "tai-lieu")


@require(Permission.REGISTER_EDIT)
def new_name(neighbour: str, slug: str) -> ResponseReturnValue:
    actor = current_actor()
    found = marker_by_slug(reading(), actor, neighbour, slug)
    form = NameForm()
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            marker = marker_by_slug(session, actor, neighbour, slug)
            dossier_services.note_former_name(session, actor, marker, form.former(), now=utc_now())
            flash(_("Đã ghi tên cũ của mốc."), "success")
            return _back(marker, "moc")
    return _page("new_name.html", form, found)


@require(Permission.REGISTER_EDIT)
def adopt_measurement(neighbour: str, slug: str, measurement_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = marker_by_slug(session, actor, neighbour, slug)
    measurement = measurement_of(session, found, measurement_id)
    form = AdoptForm()
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            marker = marker_by_slug(writer, actor, neighbour, slug)
            dossier_services.adopt_measurement(
                writer,
                actor,
                marker,
                measurement_of(writer, marker, measurement_id),
                because=form.because.data or "",
                pack=current_pack(),
                now=utc_now(),
            )
            flash(_("Đã đổi tọa độ hiện hành của mốc."), "success")
            return _back(marker, "so-do")
    return _page("adopt_measurement.html", form, found, measurement=measurement)


def _page(
    template: str, form: DocumentForm | NameForm | AdoptForm, marker: Marker, **more: object
) -> ResponseReturnValue:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return (
        render_template(f"registers/{template}", form=form, marker=marker, word=word, **more),
        status,
    )


def _back(marker: Marker, section: str) -> Response:
    return redirect(
        url_for("registers.marker", neighbour=marker.neighbour, slug=marker.slug, _anchor=section)
    )


_MARKER = "/moc/<neighbour>/<slug>"
_ID = "int(max=9007199254740992)"
VIEWS = (
    (f"{_MARKER}/tai-lieu/moi", "new_document", new_document, ["GET", "POST"]),
    (f"{_MARKER}/tai-lieu/<{_ID}:document_id>", "document", document, ["GET"]),
    (
        f"{_MARKER}/tai-lieu/<{_ID}:document_id>/rut",
        "withdraw_document",
        withdraw_document,
        ["POST"],
    ),
    (f"{_MARKER}/ten-cu", "new_name", new_name, ["GET", "POST"]),
    (
        f"{_MARKER}/so-do/<{_ID}:measurement_id>/hien-hanh",
        "adopt_measurement",
        adopt_measurement,
        ["GET", "POST"],
    ),
)
