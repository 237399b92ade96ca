"""The page of fisher incidents in figures: vụ/tàu/ngư dân by period, as known on a day."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.form_words import written_day
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.downloads import send_table
from app.reports.incident_files import INCIDENT_COLUMNS, incident_rows
from app.reports.incident_pages import Asked, incident_page
from app.reports.incident_rules import month_of_reports, year_of_reports

_SHOWN = 200
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 1, 1)


@require(Permission.CASE_VIEW)
def incidents() -> ResponseReturnValue:
    """The official table first, then the cases behind every figure."""
    actor = current_actor()
    today = actor.day(utc_now())
    page = incident_page(reading(), actor, _asked(today))
    return render_template(
        "reports/incidents.html",
        page=page,
        shown=page.incidents[:_SHOWN],
        kept=request.args.to_dict(),
        periods=(month_of_reports(today), year_of_reports(today), (date(today.year, 1, 1), today)),
    )


@require(Permission.EXPORT_RUN)
def incidents_file() -> ResponseReturnValue:
    """Every case behind the figures, as the page was asked for, with its three triples."""
    actor, now = current_actor(), utc_now()
    asked = _asked(actor.day(now))
    rows = incident_rows(incident_page(reading(), actor, asked), reading(), actor)
    name = "tau-ca-ngu-dan-bi-bat-giu"
    with transaction() as session:
        record_access(session, actor, "incident.exported", f"incidents:{len(rows)}", now=now)
    return send_table(INCIDENT_COLUMNS, rows, name=name, on=asked.known_on)


def _asked(today: date) -> Asked:
    """The year of the reports up to today where the address says nothing else."""
    start, _end = year_of_reports(today)
    first, last = _day("tu", start), _day("den", today)
    return Asked(
        first=min(first, last),
        last=max(first, last),
        known_on=min(_day("tinh-den", today), today),
        issued_on=written_day(request.args.get("da-bao-cao", "")),
        country=request.args.get("nuoc"),
        province=request.args.get("tinh"),
    )


def _day(name: str, otherwise: date) -> date:
    found = written_day(request.args.get(name, ""))
    return found if found is not None and _EARLIEST <= found <= _LATEST else otherwise


VIEWS = (
    ("/thong-ke/ngu-dan", "incidents", incidents, ["GET"]),
    ("/thong-ke/ngu-dan/tep", "incidents_file", incidents_file, ["GET"]),
)
