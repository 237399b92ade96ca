"""The pages of the reports."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.days import COMPARED, Day, read_day, year_ends
from app.registers.downloads import XLSX
from app.registers.models import Neighbour
from app.registers.packs import pack_if_installed
from app.registers.pages import read_filter, typed, word_choices
from app.registers.stages import LEGAL_STEPS, STEPS
from app.registers.vocabulary import word
from app.reports import incident_routes, line_routes, pages, strip_routes
from app.reports.export import progress_workbook, sheet_titles
from app.reports.published import disputed, figures
from app.reports.rules import Measure, percent

blueprint = Blueprint("reports", __name__)


@blueprint.get("/tien-do")
@require(Permission.REGISTER_VIEW)
def progress() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    asked = _asked(actor)
    page = pages.progress_page(session, actor, asked, pack=pack_if_installed())
    return render_template(
        "reports/progress.html",
        page=page,
        filters=asked.filters,
        measures=pages.MEASURES,
        steps=STEPS,
        legal_steps=LEGAL_STEPS,
        lines=list(Neighbour),
        unit=_units()[page.measure],
        titles=sheet_titles(),
        figures=figures(),
        disputed=disputed(page.published),
        series_keys=pages.SERIES_KEYS,
        years=year_ends(page.first_day, page.day.today) if page.first_day else [],
        percent=percent,
        built=pages.BUILT,
        word=word,
        choices=word_choices,
    )


@blueprint.get("/tien-do/xuat")
@require(Permission.EXPORT_RUN)
def export_progress() -> ResponseReturnValue:
    actor = current_actor()
    asked = _asked(actor)
    with transaction() as session:
        page = pages.progress_page(session, actor, asked, pack=pack_if_installed())
        subject = f"progress:{asked.day.on}"
        record_access(session, actor, "progress.exported", subject, now=utc_now())
    unit = _units()[asked.measure]
    book = progress_workbook(page, unit=unit, locale=actor.locale)
    return send_file(
        BytesIO(book),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"tien-do-{asked.day.on:%Y%m%d}.xlsx",
    )


def _units() -> dict[Measure, str]:
    return {
        Measure.MARKER: _("mốc, cọc dấu"),
        Measure.POSITION: _("vị trí"),
        Measure.KM: _("km"),
    }


def _asked(actor: Actor) -> pages.Asked:
    today = actor.day(utc_now())
    compared: Day | None = None
    if typed(request.args, COMPARED):
        compared = read_day(request.args, today, name=COMPARED)
    measure = pages.MEASURES.get(typed(request.args, "theo"), Measure.MARKER)
    return pages.Asked(read_filter(request.args), measure, read_day(request.args, today), compared)


for _rule, _name, _view, _methods in (
    *strip_routes.VIEWS,
    *line_routes.VIEWS,
    *incident_routes.VIEWS,
):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
