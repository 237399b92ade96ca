"""The pages on which vessels and persons of a case are entered, marked, verified and amended."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.cases.children import pages, services
from app.cases.children.forms import (
    CHOSEN,
    OPEN,
    AddForm,
    ChildForm,
    MarkForm,
    TieForm,
    VerifyForm,
)
from app.cases.children.pages import NEW_ENTRY, NO_ENTRY, ChildPage, ListPage
from app.cases.children.pasting import Pasted, read_lines
from app.cases.children.services import Mark
from app.cases.children.tying import Entry
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.workflow.tracks import Track

MOST_NAMED = 8
_CHILD = "/ho-so/<reference>/theo-doi/<track>/<int(max=9007199254740992):child_id>"


def today_of(actor: Actor) -> date:
    return actor.day(utc_now())


@require(Permission.CASE_VIEW)
def children(reference: str, track: str) -> ResponseReturnValue:
    """The whole list: who, since when, what is known; and the form that marks several."""
    page = pages.list_page(reading(), current_actor(), reference, pages.track_of(track))
    return _list_shown(page)


def _list_shown(
    page: ListPage, mark: MarkForm | None = None, verify: VerifyForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    mark, verify = mark or _mark_form(page), verify or _verify_form(page)
    html = render_template(
        "cases/children.html",
        page=page,
        mark=mark,
        verify=verify,
        chosen={int(one) for one in request.form.getlist("chosen") if one.isdecimal()},
        is_sanctions=page.shown.track is Track.SANCTIONS,
        may_personal=actor.may(Permission.PERSONAL_DATA_VIEW),
    )
    return html, _status(mark.errors or verify.errors)


def _mark_form(page: ListPage) -> MarkForm:
    form = MarkForm(prefix="mark-")
    form.offer(page.shown, current_actor().locale)
    if not form.since.data and request.method == "GET":
        form.since.data = today_of(current_actor())
    return form


def _verify_form(page: ListPage) -> VerifyForm:
    form = VerifyForm(prefix="verify-")
    form.offer(page.shown, pages.province_choices(reading(), today_of(current_actor())))
    return form


def _chosen(page: ListPage, whom: str) -> list[int]:
    """The rows that are meant; those that another form would name are never touched."""
    if whom == CHOSEN:
        return [int(one) for one in request.form.getlist("chosen") if one.isdecimal()]
    children_of_case = page.reader.children
    own = [child for child in children_of_case if child.track == page.shown.track]
    if whom == OPEN:
        return [child.id for child in own if child.is_open]
    return [child.id for child in own if child.status == whom.partition(":")[2]]


@require(Permission.CASE_ACT)
def mark(reference: str, track: str) -> ResponseReturnValue:
    """What became of the chosen ones."""
    actor, wanted = current_actor(), pages.track_of(track)
    page = pages.list_page(reading(), actor, reference, wanted)
    form = _mark_form(page)
    if form.validate():
        day = form.since.data or today_of(actor)
        said = Mark(form.status.data, day, (form.note.data or "").strip(), form.facts)
        with problems_shown_on(form):
            with transaction() as session:
                number = services.mark_children(
                    session,
                    actor,
                    reference,
                    wanted,
                    chosen=_chosen(page, form.whom.data),
                    mark=said,
                    now=utc_now(),
                )
            flash(_("Đã ghi kết cục của %(n)s dòng.", n=number), "success")
            return _back_to(reference, track)
    return _list_shown(page, mark=form)


@require(Permission.CASE_ACT)
def verify(reference: str, track: str) -> ResponseReturnValue:
    """The chosen ones were found true."""
    actor, wanted = current_actor(), pages.track_of(track)
    page = pages.list_page(reading(), actor, reference, wanted)
    form = _verify_form(page)
    if form.validate():
        entry = Entry(form.confirmed_by.data or "", province_code=form.province.data or None)
        with problems_shown_on(form):
            with transaction() as session:
                number = services.verify_children(
                    session,
                    actor,
                    reference,
                    wanted,
                    chosen=_chosen(page, form.whom.data),
                    entry=entry,
                    now=utc_now(),
                )
            flash(_("Đã ghi xác minh %(n)s dòng.", n=number), "success")
            return _back_to(reference, track)
    return _list_shown(page, verify=form)


@require(Permission.CASE_ACT)
def add_children(reference: str, track: str) -> ResponseReturnValue:
    """Enter a pasted list, or the list that the case has."""
    actor, wanted = current_actor(), pages.track_of(track)
    page = pages.list_page(reading(), actor, reference, wanted)
    listed = pages.lines_of_case(actor, page)
    form = AddForm()
    form.offer(wanted, pages.vessel_choices(page), len(listed))
    if not form.is_submitted():
        form.since.data = today_of(actor)
    if form.validate_on_submit():
        with problems_shown_on(form):
            with transaction() as session:
                added, double = services.add_children(
                    session,
                    actor,
                    reference,
                    wanted,
                    _lines(form, listed),
                    since=form.since.data or today_of(actor),
                    source=(form.source.data or "").strip(),
                    parent_id=_number(form.vessel.data) if form.vessel else None,
                    now=utc_now(),
                )
            flash(_("Đã thêm %(added)s dòng.", added=added), "success")
            if double:
                flash(_left_out(double), "warning")
            return _back_to(reference, track)
    html = render_template("cases/add_children.html", page=page, form=form, listed=len(listed))
    return html, _status(form.errors)


def _left_out(names: Sequence[str]) -> str:
    """Who was not entered again, by name: the person sees at once if somebody is missing."""
    shown = ", ".join(names[:MOST_NAMED])
    more = f" … (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else ""
    said = _(
        "Đã có trong danh sách nên không thêm lại: %(names)s. "
        "Nếu là người hoặc tàu khác, hãy ghi thêm tuổi, năm sinh hoặc chức danh.",
        names=shown + more,
    )
    return str(said)


def _lines(form: AddForm, listed: list[Pasted]) -> list[Pasted]:
    """What was typed first: it says more of somebody whom the report merely names."""
    typed = read_lines(form.lines.data or "")
    return [*typed, *(listed if form.from_case and form.from_case.data else ())]


@require(Permission.CASE_VIEW)
def child(reference: str, track: str, child_id: int) -> ResponseReturnValue:
    """One vessel or person: what is known and everything that happened."""
    return _child_shown(_page(reference, track, child_id))


def _page(reference: str, track: str, child_id: int) -> ChildPage:
    actor = current_actor()
    return pages.child_page(reading(), actor, reference, pages.track_of(track), child_id)


def _child_shown(
    found: ChildPage, form: ChildForm | None = None, tie: TieForm | None = None
) -> ResponseReturnValue:
    form, tie = form or _child_form(found), tie or _tie_form(found)
    html = render_template(
        "cases/child.html",
        found=found,
        page=found.page,
        form=form,
        tie=tie,
    )
    return html, _status(form.errors or tie.errors)


def _child_form(found: ChildPage) -> ChildForm:
    known = found.child.facts
    start = {**known, "vessel": str(found.child.parent_id or ""), "reason": ""}
    form = ChildForm(prefix="child-", data=start)
    actor = current_actor()
    form.offer(found.page.shown.track, pages.vessel_choices(found.page), actor.locale)
    return form


def _tie_form(found: ChildPage) -> TieForm:
    form = TieForm(prefix="tie-")
    session, actor = reading(), current_actor()
    sought = form.sought.data or ""
    is_open = not found.row.is_masked
    like = pages.entries_like(session, actor, found.child, sought) if is_open else []
    provinces = pages.province_choices(session, today_of(actor))
    form.offer(found.page.shown.track, like, provinces, actor.locale)
    return form


@require(Permission.CASE_ACT)
def amend_child(reference: str, track: str, child_id: int) -> ResponseReturnValue:
    """What is written beside one of them."""
    actor, found = current_actor(), _page(reference, track, child_id)
    pages.require_name(found)
    form = _child_form(found)
    if form.validate():
        facts, parent = _facts(form)
        with problems_shown_on(form):
            with transaction() as session:
                services.amend_child(
                    session,
                    actor,
                    reference,
                    found.page.shown.track,
                    child_id,
                    facts=facts,
                    parent_id=parent if form.vessel else found.child.parent_id,
                    reason=(form.reason.data or "").strip(),
                    now=utc_now(),
                )
            flash(_("Đã lưu."), "success")
            return redirect(request.path.removesuffix("/sua"))
    return _child_shown(found, form=form)


def _facts(form: ChildForm) -> tuple[dict[str, str | int], int | None]:
    said: dict[str, str | int] = {
        name: str(control.data or "").strip()
        for name, control in form._fields.items()
        if name not in {"csrf_token", "reason", "vessel"}
    }
    age = str(said.pop("age", ""))
    if age.isdecimal():
        said["age"] = int(age)
    return said, _number(form.vessel.data) if form.vessel else None


@require(Permission.CASE_ACT)
def tie_child(reference: str, track: str, child_id: int) -> ResponseReturnValue:
    """One of them turns out to be this entry of the registers, or is written down anew."""
    actor, found = current_actor(), _page(reference, track, child_id)
    pages.require_name(found)
    form = _tie_form(found)
    if "search" not in request.form and form.validate():
        with problems_shown_on(form):
            with transaction() as session:
                services.verify_children(
                    session,
                    actor,
                    reference,
                    found.page.shown.track,
                    chosen=[child_id],
                    entry=_entry(form),
                    now=utc_now(),
                )
            is_tied = form.entry.data != NO_ENTRY
            flash(_("Đã gắn với sổ đăng ký.") if is_tied else _("Đã ghi kết luận."), "success")
            return redirect(request.path.removesuffix("/so"))
    return _child_shown(found, tie=form)


def _entry(form: TieForm) -> Entry:
    return Entry(
        form.confirmed_by.data or "",
        _number(form.entry.data),
        is_new=form.entry.data == NEW_ENTRY,
        province_code=form.province.data or None,
        name=(form.name.data or "").strip(),
        verdict=form.verdict.data or "" if form.verdict else "",
    )


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() else None


def _back_to(reference: str, track: str) -> ResponseReturnValue:
    return redirect(url_for("cases.children", reference=reference, track=track))


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


VIEWS = (
    ("/ho-so/<reference>/theo-doi/<track>", "children", children, ["GET"]),
    ("/ho-so/<reference>/theo-doi/<track>/ket-cuc", "mark_children", mark, ["POST"]),
    ("/ho-so/<reference>/theo-doi/<track>/xac-minh", "verify_children", verify, ["POST"]),
    ("/ho-so/<reference>/theo-doi/<track>/them", "add_children", add_children, ["GET", "POST"]),
    (_CHILD, "child", child, ["GET"]),
    (f"{_CHILD}/sua", "amend_child", amend_child, ["POST"]),
    (f"{_CHILD}/so", "tie_child", tie_child, ["POST"]),
)
