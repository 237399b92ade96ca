"""The pages of administrators: people and their roles, units by day, the working calendar."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from app.accounts import calendar_routes, persons, queries, rules, services
from app.accounts.forms import (
    KIND_NAMES,
    NewUserForm,
    RoleForm,
    problems_shown_on,
)
from app.accounts.models import UnitKind, User
from app.accounts.person_routes import BY_WORDS, PersonForm
from app.accounts.person_routes import blueprint as person_views
from app.accounts.session import current_actor
from app.accounts.unit_names import unit_named
from app.database import reading, row_number, transaction
from app.errors import NotFound
from app.form_words import written_day
from app.jobs import utc_now
from app.permissions import Permission, require

blueprint = Blueprint("admin", __name__, url_prefix="/quan-tri")
blueprint.register_blueprint(person_views)
PAGE = 50
MOST_UNITS = 200


# --- people ---------------------------------------------------------------------------------


@blueprint.get("/nguoi-dung")
@require(Permission.ADMIN_USERS)
def users() -> ResponseReturnValue:
    text, offset = request.args.get("q", ""), max(0, request.args.get("sau", 0, type=row_number))
    found, total = queries.list_users(
        reading(), current_actor(), text=text, offset=offset, limit=PAGE
    )
    after = offset + len(found)
    return render_template(
        "accounts/users.html",
        users=found,
        total=total,
        text=text,
        next_cursor=after if after < total else None,
    )


@blueprint.route("/nguoi-dung/moi", methods=["GET", "POST"])
@require(Permission.ADMIN_USERS)
def new_user() -> ResponseReturnValue:
    """An account with its first role, so that it never lies outside everybody's list."""
    form, role_form = NewUserForm(), _role_form()
    if all([form.validate_on_submit(), role_form.validate_on_submit()]):
        with problems_shown_on(form, role_form):
            return _create(form, role_form)
    return render_template("accounts/new_user.html", form=form, role_form=role_form)


def _create(form: NewUserForm, role_form: RoleForm) -> ResponseReturnValue:
    now, temporary = utc_now(), services.temporary_password()
    person = services.NewUser(
        username=form.username.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        position=form.position.data or "",
    )
    actor = current_actor()
    with transaction() as writer:
        user = services.create_user(
            writer, actor, person, now=now, password=temporary, must_change_password=True
        )
        unit = unit_named(reading(), role_form.unit.data or "", on=utc_now().date())
        services.assign_role(writer, actor, user, role_code=role_form.role.data, unit=unit, now=now)
    _tell_password(user, temporary)
    return redirect(url_for("accounts.admin.user", user_id=user.id))


def _tell_password(user: User, temporary: str) -> None:
    flash(
        _(
            "Mật khẩu tạm của %(name)s: %(password)s. Chỉ hiện một lần này; "
            "người dùng phải đổi khi đăng nhập.",
            name=user.name,
            password=temporary,
        ),
        "success",
    )


@blueprint.get("/nguoi-dung/<int:user_id>")
@require(Permission.ADMIN_USERS)
def user(user_id: int) -> ResponseReturnValue:
    return _user_page(user_id, _role_form())


def _user_page(user_id: int, role_form: RoleForm) -> ResponseReturnValue:
    found = queries.managed_user(reading(), current_actor(), user_id)
    return render_template(
        "accounts/user.html",
        user=found,
        role_form=role_form,
        sign_ins=queries.sign_ins_of(reading(), found.username),
        now=utc_now(),
        person_form=PersonForm(formdata=None),
        linked=persons.linked_accounts(reading(), found),
        alike=persons.likely_same(reading(), found),
        known_marks=sorted(persons.marks_of(reading(), found.id)),
        mark_words=BY_WORDS,
    )


@blueprint.post("/nguoi-dung/<int:user_id>/vai-tro")
@require(Permission.ADMIN_USERS)
def give_role(user_id: int) -> ResponseReturnValue:
    form, actor = _role_form(), current_actor()
    if form.validate_on_submit():
        with problems_shown_on(form), transaction() as writer:
            found = queries.managed_user(writer, actor, user_id)
            unit = unit_named(reading(), form.unit.data or "", on=utc_now().date())
            services.assign_role(
                writer, actor, found, role_code=form.role.data, unit=unit, now=utc_now()
            )
            flash(_("Đã giao vai trò."), "success")
            return redirect(url_for("accounts.admin.user", user_id=user_id))
    return _user_page(user_id, form)


@blueprint.post("/nguoi-dung/<int:user_id>/vai-tro/<int:assignment_id>/bo")
@require(Permission.ADMIN_USERS)
def take_role(user_id: int, assignment_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        found = queries.managed_user(writer, current_actor(), user_id)
        services.remove_role(
            writer, current_actor(), found, assignment_id=assignment_id, now=utc_now()
        )
    flash(_("Đã thu hồi vai trò."), "success")
    return redirect(url_for("accounts.admin.users"))


@blueprint.post("/nguoi-dung/<int:user_id>/ngung")
@require(Permission.ADMIN_USERS)
def disable(user_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        found = queries.managed_user(writer, current_actor(), user_id)
        services.disable_user(writer, current_actor(), found, now=utc_now())
    flash(_("Đã ngừng tài khoản và kết thúc mọi phiên làm việc của người này."), "success")
    return redirect(url_for("accounts.admin.user", user_id=user_id))


@blueprint.post("/nguoi-dung/<int:user_id>/khoi-phuc")
@require(Permission.ADMIN_USERS)
def enable(user_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        found = queries.managed_user(writer, current_actor(), user_id)
        services.enable_user(writer, current_actor(), found, now=utc_now())
    flash(_("Đã khôi phục tài khoản."), "success")
    return redirect(url_for("accounts.admin.user", user_id=user_id))


@blueprint.post("/nguoi-dung/<int:user_id>/dat-lai-mat-khau")
@require(Permission.ADMIN_USERS)
def reset_password(user_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        found = queries.managed_user(writer, current_actor(), user_id)
        temporary = services.reset_password(writer, current_actor(), found, now=utc_now())
    _tell_password(found, temporary)
    return redirect(url_for("accounts.admin.user", user_id=user_id))


def _role_form() -> RoleForm:
    form, locale = RoleForm(), current_actor().locale
    form.role.choices = [
        SelectChoice(role.code, role.name_en if locale == "en" else role.name_vi)
        for role in queries.roles(reading())
        if role.code not in rules.NOT_ASSIGNABLE
    ]
    return form


# --- units ----------------------------------------------------------------------------------


@blueprint.get("/don-vi")
@require(Permission.ADMIN_UNITS)
def units() -> ResponseReturnValue:
    """Units of a kind on a day: 63 provinces on 30/06/2025, 34 from 01/07/2025."""
    kind = request.args.get("loai", UnitKind.PROVINCE.value)
    if kind not in set(UnitKind):
        raise NotFound
    on, text = _asked_day(), request.args.get("q", "")
    found = queries.list_units(reading(), current_actor(), kind=kind, on=on, text=text)
    return render_template(
        "accounts/units.html",
        units=found[:MOST_UNITS],
        total=len(found),
        kind=kind,
        kinds=KIND_NAMES,
        on=on,
        text=text,
    )


def _asked_day() -> date:
    """The day in the address, else today; nonsense is today too, as nothing depends on it."""
    return written_day(request.args.get("ngay", "")) or utc_now().date()


# --- the calendar ---------------------------------------------------------------------------

for _rule, _name, _view, _methods in calendar_routes.VIEWS:
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
