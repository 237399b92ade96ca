"""The pages of the reports."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.database import reading
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.days import COMPARED, Day, read_day, year_ends
from app.registers.models import Neighbour
from app.registers.packs import pack_if_installed
from app.registers.pages import read_filter, typed, word_choices
from app.registers.stages import LEGAL_STEPS, STEPS
from app.registers.vocabulary import word
from app.reports import pages
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
        figures=figures(),
        disputed=disputed(page.published),
        series_keys=pages.SERIES_KEYS,
        years=year_ends(page.first_day, page.day.today) if page.first_day else [],
        percent=percent,
        built=pages.BUILT,
        word=word,
        choices=word_choices,
    )


def _asked(actor: Actor) -> pages.Asked:
    today = utc_now().astimezone(ZoneInfo(actor.time_zone)).date()
    compared: Day | None = None
    if typed(request.args, COMPARED):
        compared = read_day(request.args, today, name=COMPARED)
    measure = pages.MEASURES.get(typed(request.args, "theo"), Measure.MARKER)
    return pages.Asked(read_filter(request.args), measure, read_day(request.args, today), compared)
