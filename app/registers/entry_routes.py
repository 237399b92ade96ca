"""The pages of vessels and persons; what is personal is masked by the rules, not here."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, transaction
from app.errors import Forbidden
from app.jobs import utc_now
from app.permissions import Permission, require
from app.registers import downloads, entry_queries, entry_services
from app.registers.entry_forms import PersonForm, VesselForm
from app.registers.entry_queries import EntryFilter
from app.registers.need_to_know import known_among
from app.registers.pages import cursor, typed
from app.registers.rules import (
    PERSON_COLUMNS,
    VESSEL_COLUMNS,
    all_seen_by,
)
from app.registers.units_shown import provinces_by_code
from app.registers.vocabulary import word, words

View = Callable[..., ResponseReturnValue]


def _filters() -> EntryFilter:
    return EntryFilter(
        text=typed(request.args, "tim"),
        province_code=typed(request.args, "tinh"),
        verdict=typed(request.args, "ket-qua"),
    )


def _province_choices() -> list[tuple[str, str]]:
    return [("", _("Chưa rõ")), *provinces_by_code(reading()).items()]


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


# --- vessels --------------------------------------------------------------------------------


@require(Permission.REGISTER_VIEW)
def vessels() -> ResponseReturnValue:
    actor, filters = current_actor(), _filters()
    page = entry_queries.list_vessels(reading(), actor, filters, after=cursor(request.args))
    return render_template(
        "registers/vessels.html",
        page=page,
        rows=all_seen_by(actor, page.rows),
        filters=filters,
        provinces=provinces_by_code(reading()),
        words=words,
    )


@require(Permission.EXPORT_RUN)
def export_vessels() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        page = entry_queries.list_vessels(session, actor, _filters(), limit=downloads.MOST_ROWS)
        record_access(session, actor, "vessel.exported", f"vessels:{len(page.rows)}", now=now)
    rows = all_seen_by(actor, page.rows)
    return downloads.send_table(VESSEL_COLUMNS, rows, name="tau-ca", on=now.date())


@require(Permission.REGISTER_EDIT)
def new_vessel() -> ResponseReturnValue:
    actor, form = current_actor(), VesselForm()
    form.offer_words(actor, _province_choices())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            made = entry_services.record_vessel(
                session, actor, form.raw_number.data or "", facts=form.facts(), now=utc_now()
            )
            flash(_("Đã ghi tàu vào sổ."), "success")
            return redirect(url_for("registers.vessel", vessel_id=made.id))
    return render_template("registers/edit_vessel.html", form=form, vessel=None), _status(
        form.errors
    )


@require(Permission.REGISTER_EDIT)
def edit_vessel(vessel_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = entry_queries.vessel_by_id(reading(), actor, vessel_id)
    form = VesselForm(obj=found)
    form.offer_words(actor, _province_choices())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            found = entry_queries.vessel_by_id(session, actor, vessel_id)
            entry_services.correct_vessel(
                session,
                actor,
                found,
                changes=form.facts(),
                expected_version=form.version.data,
                now=utc_now(),
            )
            flash(_("Đã sửa."), "success")
            return redirect(url_for("registers.vessel", vessel_id=vessel_id))
    return render_template("registers/edit_vessel.html", form=form, vessel=found), _status(
        form.errors
    )


@require(Permission.REGISTER_VIEW)
def find_vessels() -> ResponseReturnValue:
    """A few vessels for the text typed so far, for pickers."""
    actor = current_actor()
    filters = EntryFilter(text=typed(request.args, "q"))
    page = entry_queries.list_vessels(reading(), actor, filters, limit=12)
    return jsonify(
        [
            {
                "id": one.id,
                "label": one.canonical or one.raw_number,
                "verdict": word("verdict", one.verdict, actor.locale),
            }
            for one in page.rows
        ]
    )


# --- persons --------------------------------------------------------------------------------


@require(Permission.REGISTER_VIEW)
def persons() -> ResponseReturnValue:
    actor, filters = current_actor(), _filters()
    page = entry_queries.list_persons(reading(), actor, filters, after=cursor(request.args))
    known = known_among(reading(), actor, page.rows)
    return render_template(
        "registers/persons.html",
        page=page,
        rows=all_seen_by(actor, page.rows, known=known),
        filters=filters,
        provinces=provinces_by_code(reading()),
    )


@require(Permission.EXPORT_RUN)
def export_persons() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        page = entry_queries.list_persons(session, actor, _filters(), limit=downloads.MOST_ROWS)
        record_access(session, actor, "person.exported", f"persons:{len(page.rows)}", now=now)
        known = known_among(session, actor, page.rows)
    rows = all_seen_by(actor, page.rows, known=known)
    return downloads.send_table(PERSON_COLUMNS, rows, name="nguoi", on=now.date())


@require(Permission.REGISTER_EDIT)
def new_person() -> ResponseReturnValue:
    actor, form = current_actor(), PersonForm()
    form.offer_words(actor, _province_choices())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            made = entry_services.record_person(
                session, actor, form.claimed_name.data or "", facts=form.facts(), now=utc_now()
            )
            flash(_("Đã ghi người vào sổ."), "success")
            return redirect(url_for("registers.person", person_id=made.id))
    return render_template("registers/edit_person.html", form=form, person=None), _status(
        form.errors
    )


@require(Permission.REGISTER_EDIT)
def edit_person(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        raise Forbidden(_("Bạn không có quyền xem dữ liệu cá nhân, nên không sửa được."))
    found = entry_queries.person_by_id(reading(), actor, person_id)
    if found.id not in known_among(reading(), actor, [found]):
        raise Forbidden(_("Người này được bảo vệ danh tính: đơn vị đang thụ lý mới sửa được."))
    form = PersonForm(obj=found)
    form.offer_words(actor, _province_choices())
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as session:
            found = entry_queries.person_by_id(session, actor, person_id)
            entry_services.correct_person(
                session,
                actor,
                found,
                changes=form.facts(),
                expected_version=form.version.data,
                now=utc_now(),
            )
            flash(_("Đã sửa."), "success")
            return redirect(url_for("registers.person", person_id=person_id))
    return render_template("registers/edit_person.html", form=form, person=found), _status(
        form.errors
    )


@require(Permission.PERSONAL_DATA_VIEW)
def find_persons() -> ResponseReturnValue:
    """A few persons for the name typed so far, for pickers."""
    actor = current_actor()
    filters = EntryFilter(text=typed(request.args, "q"))
    page = entry_queries.list_persons(reading(), actor, filters, limit=12)
    return jsonify([{"id": one.id, "label": one.name, "year": one.birth_year} for one in page.rows])


VIEWS: tuple[tuple[str, str, View], ...] = (
    ("/tau", "vessels", vessels),
    ("/tau/xuat", "export_vessels", export_vessels),
    ("/tra-cuu/tau", "find_vessels", find_vessels),
    ("/nguoi", "persons", persons),
    ("/nguoi/xuat", "export_persons", export_persons),
    ("/tra-cuu/nguoi", "find_persons", find_persons),
)
FORM_VIEWS: tuple[tuple[str, str, View], ...] = (
    ("/tau/moi", "new_vessel", new_vessel),
    ("/tau/<int(max=9007199254740992):vessel_id>/sua", "edit_vessel", edit_vessel),
    ("/nguoi/moi", "new_person", new_person),
    ("/nguoi/<int(max=9007199254740992):person_id>/sua", "edit_person", edit_person),
)
