"""The pages of the dated tables: axes of provinces, distances to the line."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.models import UnitKind
from app.accounts.queries import province_names, units_in_force
from app.accounts.session import current_actor
from app.database import reading, transaction
from app.geo.crs import system_of
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import dated_rules
from app.registers.dated_forms import AxisForm, DistanceForm
from app.registers.dated_models import DistanceRule
from app.registers.vocabulary import word


@require(Permission.REGISTER_VIEW)
def axes() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    return render_template(
        "registers/axes.html",
        rows=dated_rules.axis_rows(session),
        provinces=province_names(session),
        system_of=system_of,
        word=word,
        may_keep=lambda code: _may_edit(actor, code),
    )


@require(Permission.REGISTER_EDIT)
def edit_axis(axis_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    row = dated_rules.axis_by_id(session, axis_id)
    form = AxisForm(obj=row)
    form.offer(actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            row = dated_rules.axis_by_id(writer, axis_id)
            dated_rules.correct_axis(writer, actor, row, form.facts(), now=utc_now())
            flash(_("Đã lưu kinh tuyến trục."), "success")
            return redirect(url_for("registers.axes"))
    return render_template(
        "registers/edit_axis.html",
        form=form,
        row=row,
        province=province_names(session).get(row.province_code, row.province),
    ), _status(form.errors)


@require(Permission.REGISTER_VIEW)
def distances() -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    return render_template(
        "registers/distances.html",
        rows=dated_rules.distance_rules(session),
        provinces=province_names(session),
        word=word,
        may_keep=lambda code: _may_edit(actor, code),
    )


@require(Permission.REGISTER_EDIT)
def new_distance() -> ResponseReturnValue:
    return _distance_page(None)


@require(Permission.REGISTER_EDIT)
def edit_distance(rule_id: int) -> ResponseReturnValue:
    return _distance_page(dated_rules.distance_by_id(reading(), rule_id))


def _distance_page(row: DistanceRule | None) -> ResponseReturnValue:
    actor = current_actor()
    form = DistanceForm(obj=row)
    found = units_in_force(reading(), utc_now().date(), kinds=[UnitKind.PROVINCE])
    form.offer([(unit.code, unit.name) for unit in found], actor.locale)
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            held = dated_rules.distance_by_id(writer, row.id) if row else None
            dated_rules.record_distance(writer, actor, form.facts(), row=held, now=utc_now())
            flash(_("Đã lưu quy định khoảng cách."), "success")
            return redirect(url_for("registers.distances"))
    return render_template("registers/edit_distance.html", form=form, row=row), _status(form.errors)


def _may_edit(actor: Actor, province_code: str | None) -> bool:
    return actor.may(Permission.REGISTER_EDIT) and dated_rules.may_keep(actor, province_code)


def _status(errors: object) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


VIEWS = (
    ("/kinh-tuyen-truc", "axes", axes, ["GET"]),
    (
        "/kinh-tuyen-truc/<int(max=9007199254740992):axis_id>/sua",
        "edit_axis",
        edit_axis,
        ["GET", "POST"],
    ),
    ("/khoang-cach", "distances", distances, ["GET"]),
    ("/khoang-cach/moi", "new_distance", new_distance, ["GET", "POST"]),
    (
        "/khoang-cach/<int(max=9007199254740992):rule_id>/sua",
        "edit_distance",
        edit_distance,
        ["GET", "POST"],
    ),
)
