"""The queue, its export and the search: where everyone who carries cases starts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor, local_path
from app.audit import record_access
from app.cases import (
    browsing,
    case_routes,
    correct_routes,
    errand_routes,
    exports,
    finding,
    open_routes,
    pages,
    setting_routes,
    step_routes,
)
from app.cases.assigning import take_case
from app.cases.awaiting import awaiting
from app.cases.children import handing_routes, sanction_routes
from app.cases.children import routes as children_routes
from app.cases.past_pages import past_queue
from app.cases.published import newest_definitions
from app.cases.queries import Tab
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers.days import read_day
from app.registers.downloads import send_points
from app.registers.packs import pack_if_installed
from app.registers.vocabulary import choices as words_of
from app.vectors import PointTable, file_kind_of

blueprint = Blueprint("cases", __name__)
FILTERS = ("loai", "trang-thai", "tinh", "nuoc", "tuyen", "moc", "so-moc", "tim", "vi-tri")


@blueprint.get("/ho-so")
@require(Permission.CASE_VIEW)
def queue() -> ResponseReturnValue:
    """One tab of the queue; the whole view is in the address."""
    actor, session, now = current_actor(), reading(), utc_now()
    day = read_day(request.args, actor.day(now))
    if day.is_past:
        return past_queue(session, actor, request.args, day=day, pack=pack_if_installed())
    asked = pages.read_filters(session, actor, request.args)
    kinds, cursor = newest_definitions(session), request.args.get("sau", "")
    page = browsing.queue_page(session, actor, asked.filters, now=now, cursor=cursor)
    return render_template(
        "cases/queue.html",
        day=day,
        rows=pages.rows(session, actor, page.cases, now=now),
        next_cursor=page.next_cursor,
        asked=asked,
        tabs=pages.tabs(session, actor, now),
        awaiting=awaiting(session, actor, now=now) if asked.filters.tab is Tab.MINE else None,
        chips=pages.chips(session, asked, kinds, actor.locale),
        types=pages.type_choices(kinds, actor.locale),
        states=pages.state_choices(kinds, asked.filters, actor.locale),
        provinces=pages.province_choices(session, actor, now.date()),
        countries=pages.country_filter(actor),
        neighbours=words_of("neighbour", actor.locale),
        kept={name: request.args.getlist(name) for name in FILTERS if request.args.get(name)},
    )


@blueprint.post("/ho-so/<reference>/nhan")
@require(Permission.CASE_ACT)
def take(reference: str) -> ResponseReturnValue:
    """Take a case of one's own unit out of the queue."""
    with transaction() as session:
        take_case(session, current_actor(), reference, now=utc_now())
    flash(_("Bạn đã nhận hồ sơ %(reference)s.", reference=reference), "success")
    return redirect(
        local_path(request.form.get("next") or url_for("cases.case", reference=reference))
    )


@blueprint.get("/ho-so/xuat")
@require(Permission.EXPORT_RUN)
def export() -> ResponseReturnValue:
    """The queue as a file: the same tab, filters, scope and masks as on the screen."""
    actor, now = current_actor(), utc_now()
    kind = file_kind_of(request.args.get("dang", ""))
    with transaction() as session:
        asked = pages.read_filters(session, actor, request.args)
        read = exports.case_table if kind is None else exports.case_points
        found = read(session, actor, asked.filters, now=now)
        subject = f"cases:{found.count}"
        record_access(session, actor, "case.exported", subject, reason=asked.filters.tab, now=now)
    if kind is not None and isinstance(found, PointTable):
        return send_points(found, kind, on=now.date())
    assert isinstance(found, exports.Table)  # noqa: S101  read as one for every other kind
    return exports.send(found, is_csv=request.args.get("dang") == "csv", on=now.date())


@blueprint.get("/tim-kiem")
@require(Permission.CASE_VIEW)
def search() -> ResponseReturnValue:
    """One box over cases, markers, vessels and persons, each under the reader's rights."""
    actor, session, now = current_actor(), reading(), utc_now()
    asked = request.args.get("q", "").strip()[: pages.LONGEST_SEARCH]
    found = finding.find(session, actor, asked, now=now)
    return render_template("cases/search.html", asked=asked, found=found)


for _views in (
    errand_routes.VIEWS,
    case_routes.VIEWS,
    correct_routes.VIEWS,
    step_routes.VIEWS,
    open_routes.VIEWS,
    setting_routes.VIEWS,
    handing_routes.VIEWS,
    sanction_routes.VIEWS,
    children_routes.VIEWS,
):
    for _rule, _name, _view, _methods in _views:
        blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
