"""The page of the straightened line."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.database import reading
from app.jobs import utc_now
from app.maps.rules import marker_symbols
from app.permissions import Permission, require
from app.registers.days import read_day
from app.registers.models import Neighbour
from app.registers.packs import pack_if_installed
from app.registers.pages import FILTERS, kind_choices, kind_name, read_filter, typed, word_choices
from app.registers.stages import LEGAL_STEPS, STEPS
from app.registers.vocabulary import word
from app.reports import strip_pages
from app.reports.rules import percent
from app.reports.strip_drawing import Asked, ProgressClock

_ADDRESS = (*FILTERS, "doan", "ngay")


@require(Permission.REGISTER_VIEW)
def strip() -> ResponseReturnValue:
    """The line by chainage: the same filters as the register and the map, without a map."""
    actor, session, now = current_actor(), reading(), utc_now()
    today = actor.day(now)
    asked = Asked(
        read_filter(request.args),
        read_day(request.args, today),
        ProgressClock.LAW if typed(request.args, "dong-ho") == "phap-ly" else ProgressClock.FIELD,
    )
    return render_template(
        "reports/strip.html",
        page=strip_pages.strip_page(session, actor, asked, pack=pack_if_installed(), now=now),
        filters=asked.filters,
        kept={name: request.args[name] for name in _ADDRESS if request.args.get(name)},
        lines=list(Neighbour),
        clocks={ProgressClock.FIELD: _("Thực địa"), ProgressClock.LAW: _("Pháp lý")},
        steps=STEPS,
        legal_steps=LEGAL_STEPS,
        symbols=marker_symbols(),
        kind_choices=kind_choices,
        kind_name=kind_name,
        choices=word_choices,
        percent=percent,
        word=word,
    )


VIEWS = (("/so-dang-ky/tuyen", "strip", strip, ["GET"]),)
