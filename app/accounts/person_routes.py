"""The administrators' part about who stands behind an account: facts noted, accounts linked."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.accounts import persons, queries
from app.accounts.session import current_actor
from app.database import row_number, transaction
from app.form_words import DayField, ScreenForm
from app.jobs import utc_now
from app.permissions import Permission, require

blueprint = Blueprint("persons", __name__, url_prefix="/nguoi-dung")
BY_WORDS = {
    "name": lazy_gettext("họ tên"),
    "email": lazy_gettext("tên hộp thư"),
    "staff_number": lazy_gettext("số hiệu cán bộ"),
    "birth_date": lazy_gettext("ngày sinh"),
    "phone": lazy_gettext("điện thoại"),
}


class PersonForm(ScreenForm):
    """Facts by which one human is recognised; they are kept as hashes and never shown again."""

    staff_number = StringField(
        lazy_gettext("Số hiệu cán bộ"), validators=[Optional(), Length(max=40)]
    )
    birth_date = DayField(lazy_gettext("Ngày sinh"), validators=[Optional()])
    phone = StringField(lazy_gettext("Điện thoại"), validators=[Optional(), Length(max=40)])


@blueprint.post("/<int:user_id>/nhan-dien")
@require(Permission.ADMIN_USERS)
def note_person(user_id: int) -> ResponseReturnValue:
    form, actor = PersonForm(), current_actor()
    if not form.validate():
        flash(_("Chưa lưu được: hãy kiểm tra số hiệu, ngày sinh và điện thoại."), "error")
        return _back(user_id)
    facts = persons.Facts(form.staff_number.data or "", form.birth_date.data, form.phone.data or "")
    key = current_app.extensions["settings"].secret_key.get_secret_value()
    with transaction() as session:
        user = queries.managed_user(session, actor, user_id)
        twins = persons.note_facts(session, actor, user, facts, key=key, now=utc_now())
        names = "; ".join(twin.username for twin in twins)
    if names:
        flash(_("Cùng số hiệu, được coi là cùng một người: %(names)s.", names=names), "warning")
    else:
        flash(_("Đã lưu thông tin nhận diện."), "success")
    return _back(user_id)


@blueprint.post("/<int:user_id>/cung-nguoi")
@require(Permission.ADMIN_USERS)
def link_person(user_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        user = queries.managed_user(session, actor, user_id)
        other = persons.account_named(session, request.form.get("username", "")[:64])
        queries.managed_user(session, actor, other.id)
        persons.link(session, actor, user, other, now=utc_now())
    flash(_("Hai tài khoản được coi là cùng một người."), "success")
    return _back(user_id)


@blueprint.post("/<int:user_id>/khac-nguoi")
@require(Permission.ADMIN_USERS)
def part_person(user_id: int) -> ResponseReturnValue:
    actor, other_id = current_actor(), request.form.get("other_id", type=row_number) or 0
    with transaction() as session:
        user = queries.managed_user(session, actor, user_id)
        other = queries.managed_user(session, actor, other_id)
        persons.part(session, actor, user, other, now=utc_now())
    flash(_("Đã ghi: hai tài khoản là hai người."), "success")
    return _back(user_id)


def _back(user_id: int) -> ResponseReturnValue:
    return redirect(url_for("accounts.admin.user", user_id=user_id, _anchor="person"))
