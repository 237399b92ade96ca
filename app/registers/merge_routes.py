"""The pages on which a person decides whether two entries are one; the machine only proposes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.session import current_actor
from app.database import reading, row_number, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers import entry_queries, merging
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.person_models import EntryMerge
from app.registers.twin_page import lines_of_person, lines_of_vessel
from app.registers.units_shown import provinces_by_code


def _person(session: Session, actor: Actor, person_id: int) -> Person:
    found = entry_queries.person_by_id(session, actor, person_id)
    if found.id not in known_among(session, actor, [found]):
        raise Forbidden(_("Người này được bảo vệ danh tính: đơn vị đang thụ lý mới gộp được."))
    return found


def _other_id() -> int:
    try:
        return row_number(request.form.get("other", ""))
    except ValueError as error:
        raise Invalid("Chưa chọn mục để so sánh.") from error


@require(Permission.PERSONAL_DATA_VIEW)
def person_twins(person_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = _person(session, actor, person_id)
    provinces = provinces_by_code(session)
    return render_template(
        "registers/twins.html",
        target="person",
        entry=found,
        name=found.name,
        lines=lines_of_person(session, actor, found, provinces),
    )


@require(Permission.REGISTER_VIEW)
def vessel_twins(vessel_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    found = entry_queries.vessel_by_id(session, actor, vessel_id)
    provinces = provinces_by_code(session)
    return render_template(
        "registers/twins.html",
        target="vessel",
        entry=found,
        name=found.canonical or found.raw_number,
        lines=lines_of_vessel(session, actor, found, provinces),
    )


@require(Permission.REGISTER_EDIT)
def merge_person(person_id: int) -> ResponseReturnValue:
    """Keep this one or the other, as the person chose."""
    actor = current_actor()
    with transaction() as session:
        pair = [_person(session, actor, person_id), _person(session, actor, _other_id())]
        kept, merged = pair[::-1] if request.form.get("keep") == "other" else pair
        _merge(session, actor, kept, merged)
    return redirect(url_for("registers.person", person_id=kept.id))


@require(Permission.REGISTER_EDIT)
def merge_vessel(vessel_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        ids = (vessel_id, _other_id())
        pair = [entry_queries.vessel_by_id(session, actor, one) for one in ids]
        kept, merged = pair[::-1] if request.form.get("keep") == "other" else pair
        _merge(session, actor, kept, merged)
    return redirect(url_for("registers.vessel", vessel_id=kept.id))


def _merge(session: Session, actor: Actor, kept: merging.Entry, merged: merging.Entry) -> None:
    score = request.form.get("score", "")
    merging.merge_entries(
        session,
        actor,
        kept,
        merged,
        reason=request.form.get("reason", ""),
        score=int(score) if score.isdecimal() and len(score) < 4 else None,  # noqa: PLR2004  0-100
        now=utc_now(),
    )
    flash(_("Đã gộp. Địa chỉ cũ dẫn tới mục giữ lại; có thể tách lại ở cuối trang."), "success")


@require(Permission.REGISTER_EDIT)
def tell_persons_apart(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        one, other = (_person(session, actor, each) for each in (person_id, _other_id()))
        reason = request.form.get("reason", "")
        merging.tell_apart(session, actor, one, other, reason=reason, now=utc_now())
    flash(_("Đã ghi hai người khác nhau; cặp này không được đề xuất nữa."), "success")
    return redirect(url_for("registers.person_twins", person_id=person_id))


@require(Permission.REGISTER_EDIT)
def tell_vessels_apart(vessel_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        one, other = (
            entry_queries.vessel_by_id(session, actor, each) for each in (vessel_id, _other_id())
        )
        reason = request.form.get("reason", "")
        merging.tell_apart(session, actor, one, other, reason=reason, now=utc_now())
    flash(_("Đã ghi hai tàu khác nhau; cặp này không được đề xuất nữa."), "success")
    return redirect(url_for("registers.vessel_twins", vessel_id=vessel_id))


@require(Permission.REGISTER_EDIT)
def part_persons(person_id: int, merge_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        kept = _person(session, actor, person_id)
        merged = _part(session, actor, kept, merge_id)
    return redirect(url_for("registers.person", person_id=merged.id))


@require(Permission.REGISTER_EDIT)
def part_vessels(vessel_id: int, merge_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        kept = entry_queries.vessel_by_id(session, actor, vessel_id)
        merged = _part(session, actor, kept, merge_id)
    return redirect(url_for("registers.vessel", vessel_id=merged.id))


def _part(session: Session, actor: Actor, kept: merging.Entry, merge_id: int) -> merging.Entry:
    merge = session.get(EntryMerge, merge_id)
    if merge is None:
        raise NotFound
    reason = request.form.get("reason", "")
    merged = merging.undo_merge(session, actor, kept, merge, reason=reason, now=utc_now())
    flash(_("Đã tách lại hai mục."), "success")
    return merged


_ONE_PERSON = "/nguoi/<int(max=9007199254740992):person_id>"
_ONE_VESSEL = "/tau/<int(max=9007199254740992):vessel_id>"
_GET, _POST = ["GET"], ["POST"]
VIEWS = (
    (f"{_ONE_PERSON}/trung", "person_twins", person_twins, _GET),
    (f"{_ONE_PERSON}/gop", "merge_person", merge_person, _POST),
    (f"{_ONE_PERSON}/khong-trung", "tell_persons_apart", tell_persons_apart, _POST),
    (f"{_ONE_PERSON}/tach/<int:merge_id>", "part_persons", part_persons, _POST),
    (f"{_ONE_VESSEL}/trung", "vessel_twins", vessel_twins, _GET),
    (f"{_ONE_VESSEL}/gop", "merge_vessel", merge_vessel, _POST),
    (f"{_ONE_VESSEL}/khong-trung", "tell_vessels_apart", tell_vessels_apart, _POST),
    (f"{_ONE_VESSEL}/tach/<int:merge_id>", "part_vessels", part_vessels, _POST),
)
