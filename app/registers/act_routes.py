"""The pages of joint acts, of what each side says, and of the differences between them."""

from datetime import date
from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.models import UnitKind
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, row_number, transaction
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import act_queries as found
from app.registers import act_services as services
from app.registers import claims
from app.registers.act_forms import ActForm, CarryForm, ClaimForm, SettleForm, SignatureForm
from app.registers.act_queries import DiscrepancyFilter
from app.registers.dated_rules import axis_table
from app.registers.inspection_pages import markers_named
from app.registers.models import Side, Stage
from app.registers.packs import pack_if_installed
from app.registers.pages import typed
from app.registers.queries import (
    marker_by_slug,
    place_names,
    provinces_with_markers,
    visible_to,
)
from app.registers.vocabulary import choices, word, words
from app.storage import path_of

_FARTHEST_M = 1_000_000
_ROW = "<int(max=9007199254740992):%s>"


def _today(actor: Actor) -> date:
    return actor.day(utc_now())


# --- acts -----------------------------------------------------------------------------------


@require(Permission.REGISTER_VIEW)
def acts() -> ResponseReturnValue:
    actor = current_actor()
    neighbour = typed(request.args, "tuyen").upper()
    return render_template(
        "registers/acts.html",
        rows=found.list_acts(reading(), visible_to(actor), neighbour=neighbour),
        neighbour=neighbour,
        lines=choices("neighbour", actor.locale),
        word=word,
    )


@require(Permission.REGISTER_EDIT)
def new_act() -> ResponseReturnValue:
    actor, form = current_actor(), ActForm()
    form.offer(actor.locale)
    if not form.is_submitted():
        form.begin_with(typed(request.args, "tuyen").upper(), typed(request.args, "moc"))
        form.held_on.data = _today(actor)
    is_sent = form.validate_on_submit()
    files = form.stored_files(current_app.extensions["settings"]) if is_sent else []
    if is_sent and not form.errors:
        with problems_shown_on(form), transaction() as session:
            facts = form.facts()
            markers = markers_named(session, actor, facts.neighbour, form.route.data or "")
            made = services.record_act(
                session,
                actor,
                facts,
                markers,
                ours=form.ours(),
                theirs=form.theirs(),
                files=files,
                now=utc_now(),
            )
            flash(_("Đã ghi văn bản song phương."), "success")
            return redirect(url_for("registers.act", act_id=made.id))
    return render_template("registers/new_act.html", form=form), _status(form.errors)


@require(Permission.REGISTER_VIEW)
def act(act_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    held = found.act_by_id(session, visible_to(actor), act_id)
    signing, carrying = SignatureForm(), CarryForm()
    signing.offer(held, actor.locale)
    carrying.offer(held, actor.locale)
    return render_template(
        "registers/act.html",
        act=held,
        markers=found.markers_of_act(session, visible_to(actor), held),
        signing=signing,
        carrying=carrying,
        word=word,
        words=words,
    )


@require(Permission.REGISTER_EDIT)
def sign(act_id: int) -> ResponseReturnValue:
    """The signature of the side that has not signed yet."""
    actor, form = current_actor(), SignatureForm()
    held = found.act_by_id(reading(), visible_to(actor), act_id)
    form.offer(held, actor.locale)
    is_sent = form.validate_on_submit()
    files = form.stored_files(current_app.extensions["settings"]) if is_sent else []
    if is_sent and not form.errors:
        with problems_shown_on(form), transaction() as session:
            held = found.act_by_id(session, visible_to(actor), act_id)
            side = Side(form.side.data)
            services.sign_act(
                session, actor, held, side, form.signature(), files=files, now=utc_now()
            )
            flash(_("Đã ghi chữ ký."), "success")
            return redirect(url_for("registers.act", act_id=act_id))
    return render_template("registers/sign_act.html", form=form, act=held), _status(form.errors)


@require(Permission.REGISTER_EDIT)
def carry(act_id: int) -> ResponseReturnValue:
    """The markers of an act come to the stage that it agrees; refused with one side missing."""
    actor, form = current_actor(), CarryForm()
    with transaction() as session:
        held = found.act_by_id(session, visible_to(actor), act_id)
        form.offer(held, actor.locale)
        if form.validate_on_submit():
            markers = found.markers_of_act(session, visible_to(actor), held)
            stage = Stage(form.stage.data)
            moved = services.carry_into_register(
                session, actor, held, markers, stage, now=utc_now()
            )
            flash(_("Đã ghi bước mới cho %(n)s mốc.", n=moved), "success" if moved else "info")
    return redirect(url_for("registers.act", act_id=act_id))


@require(Permission.REGISTER_VIEW)
def act_file(file_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        held = found.act_file(session, visible_to(actor), file_id)
        record_access(session, actor, "act.file_opened", f"act-file:{held.id}", now=utc_now())
        name, media_type, address = held.file_name, held.media_type, held.sha256
    path = path_of(current_app.extensions["settings"].uploads_dir, address)
    if not path.is_file():
        raise NotFound(_("Tệp không còn trong kho. Hãy báo quản trị viên."))
    answer = send_file(path, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# --- values of the two sides ----------------------------------------------------------------


@require(Permission.REGISTER_EDIT)
def claim(neighbour: str, slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), ClaimForm()
    marker = marker_by_slug(reading(), actor, neighbour, slug)
    form.offer(actor.locale)
    if not form.is_submitted():
        form.said_on.data = _today(actor)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            marker = marker_by_slug(session, actor, neighbour, slug)
            axes = axis_table(session)
            opened = claims.record_claim(
                session, actor, marker, form.claim(), axes=axes, now=utc_now()
            )
            flash(
                _("Đã ghi. Giá trị hai bên đang chênh nhau.") if opened else _("Đã ghi giá trị."),
                "warning" if opened else "success",
            )
            return redirect(
                url_for("registers.marker", neighbour=neighbour, slug=slug, _anchor="hai-ben")
            )
    return render_template(
        "registers/new_claim.html", form=form, marker=marker, word=word
    ), _status(form.errors)


@require(Permission.REGISTER_VIEW)
def discrepancies() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    filters = DiscrepancyFilter(
        neighbour=typed(request.args, "tuyen").upper(),
        province_code=typed(request.args, "tinh"),
        owes=typed(request.args, "no"),
        least_m=_metres(typed(request.args, "tu")),
        is_settled=typed(request.args, "xong") == "1",
    )
    codes = provinces_with_markers(session, actor)
    names = place_names(session, codes, kind=UnitKind.PROVINCE, on=_today(actor))
    return render_template(
        "registers/discrepancies.html",
        rows=found.list_discrepancies(session, visible_to(actor), filters),
        filters=filters,
        provinces=names,
        lines=choices("neighbour", actor.locale),
        word=word,
    )


def _metres(said: str) -> float | None:
    try:
        read = float(said.replace(",", "."))
    except ValueError:
        return None
    return read if 0 <= read < _FARTHEST_M else None


@require(Permission.REGISTER_VIEW)
def discrepancy(discrepancy_id: int) -> ResponseReturnValue:
    """Everything that was said of one value, and the act by which both sides settle it."""
    actor, session, form = current_actor(), reading(), SettleForm()
    held = found.discrepancy_by_id(session, visible_to(actor), discrepancy_id)
    form.offer(claims.acts_that_settle(session, held.marker), actor.locale)
    is_keeper = actor.may(Permission.REGISTER_EDIT)
    if is_keeper and form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            held = found.discrepancy_by_id(writer, visible_to(actor), discrepancy_id)
            act = found.act_by_id(writer, visible_to(actor), row_number(form.act.data))
            claims.settle(
                writer,
                actor,
                held,
                act=act,
                value=form.value.data or "",
                pack=pack_if_installed(),
                now=utc_now(),
            )
            flash(_("Đã ghi giá trị hai bên thống nhất."), "success")
            return redirect(url_for("registers.discrepancy", discrepancy_id=discrepancy_id))
    return render_template(
        "registers/discrepancy.html",
        held=held,
        said=claims.claims_of(session, held.marker, held.field),
        form=form,
        word=word,
    ), _status(form.errors)


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


_ACT = f"/song-phuong/{_ROW % 'act_id'}"
VIEWS = (
    ("/song-phuong", "acts", acts, ["GET"]),
    ("/song-phuong/moi", "new_act", new_act, ["GET", "POST"]),
    (_ACT, "act", act, ["GET"]),
    (f"{_ACT}/ky", "sign", sign, ["GET", "POST"]),
    (f"{_ACT}/ghi-buoc", "carry", carry, ["POST"]),
    (f"/song-phuong/tep/{_ROW % 'file_id'}", "act_file", act_file, ["GET"]),
    ("/moc/<neighbour>/<slug>/gia-tri", "claim", claim, ["GET", "POST"]),
    ("/chenh-lech", "discrepancies", discrepancies, ["GET"]),
    (
        f"/chenh-lech/{_ROW % 'discrepancy_id'}",
        "discrepancy",
        discrepancy,
        ["GET", "POST"],
    ),
)
