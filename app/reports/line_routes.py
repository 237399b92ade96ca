"""The pages of the lines, their stretches and the figures published of them."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.database import reading, transaction
from app.errors import Forbidden
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.days import Day, read_day
from app.registers.fact_services import may_record, record_figure
from app.registers.packs import pack_if_installed
from app.registers.vocabulary import word
from app.reports import line_pages
from app.reports.forms import FigureForm
from app.reports.published import figures


@require(Permission.REGISTER_VIEW)
def lines() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "reports/lines.html",
        page=line_pages.lines_page(reading(), actor, _day(actor), pack=pack_if_installed()),
        figures=figures(),
        can_record=_can_record(actor),
        word=word,
    )


@require(Permission.REGISTER_VIEW)
def segment(segment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    page = line_pages.segment_page(
        reading(), actor, segment_id, _day(actor), pack=pack_if_installed()
    )
    return render_template(
        "reports/segment.html",
        page=page,
        figures=figures(),
        can_record=_can_record(actor),
        word=word,
    )


@require(Permission.REGISTER_EDIT)
def new_figure() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    if not may_record(actor):
        raise Forbidden(_("Số liệu của tuyến do Ủy ban Biên giới quốc gia ghi."))
    form = FigureForm(data={"subject": request.args.get("cua", ""), "check": "stated"})
    form.offer(line_pages.subjects(session, actor), line_pages.figure_keys(actor.locale))
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            record_figure(writer, actor, form.figure(), now=utc_now())
            flash(_("Đã ghi số liệu; số liệu cũ vẫn được giữ."), "success")
            return redirect(url_for("reports.lines"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template("reports/new_figure.html", form=form), status


def _day(actor: Actor) -> Day:
    return read_day(request.args, actor.day(utc_now()))


def _can_record(actor: Actor) -> bool:
    return actor.may(Permission.REGISTER_EDIT) and may_record(actor)


VIEWS = (
    ("/so-dang-ky/doan", "lines", lines, ["GET"]),
    (
        "/so-dang-ky/doan/<int(max=9007199254740992):segment_id>",
        "segment",
        segment,
        ["GET"],
    ),
    ("/so-dang-ky/so-lieu/moi", "new_figure", new_figure, ["GET", "POST"]),
)
