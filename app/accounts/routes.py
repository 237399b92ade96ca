"""The pages of sign-in and of one's own account."""

from typing import cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import views as library
from werkzeug.wrappers import Response

from app.accounts import holding, queries, services
from app.accounts.admin import blueprint as admin
from app.accounts.session import (
    ACTING_FOR,
    current_actor,
    is_by_token,
    local_path,
    signed_in_user,
)
from app.accounts.signin import init_sign_in
from app.accounts.token_routes import VIEWS as TOKEN_VIEWS
from app.database import reading, transaction
from app.errors import Invalid, NotFound
from app.permissions import public, signed_in

blueprint = Blueprint("accounts", __name__)
blueprint.register_blueprint(admin)
LANDINGS = {"queue": "/ho-so", "map": "/ban-do", "users": "/quan-tri/nguoi-dung"}


@blueprint.record_once
def _start_sign_in(state: BlueprintSetupState) -> None:
    init_sign_in(cast(Flask, state.app))


# --- sign-in --------------------------------------------------------------------------------


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """The first page after sign-in: the queue, or the map for the Ministry's reviewers."""
    actor = current_actor()
    lands = {role.lands_on for role in queries.roles(reading()) if role.code in actor.roles}
    chosen = next((place for place in ("map", "queue", "users") if place in lands), "queue")
    return redirect(LANDINGS[chosen])


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The library's sign-in, so that second factors and passkeys join by a setting."""
    answer: ResponseReturnValue = library.login()
    return answer


@blueprint.post("/dang-xuat")
@signed_in
def sign_out() -> ResponseReturnValue:
    library.logout()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/doi-mat-khau", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    answer: ResponseReturnValue = library.change_password()
    return answer


@blueprint.before_app_request
def ask_for_new_password() -> ResponseReturnValue | None:
    """A temporary password opens one page only: the one that replaces it."""
    if request.endpoint in {"accounts.change_password", "accounts.sign_out", "accounts.set_locale"}:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint == "static" or view is None or getattr(view, "is_public", False):
        return None
    if is_by_token() or not signed_in_user().must_change_password:
        return None
    flash(_("Mật khẩu hiện tại chỉ dùng tạm. Hãy đặt mật khẩu của riêng bạn."), "warning")
    return redirect(url_for("accounts.change_password"))


# --- what an expired session kept -----------------------------------------------------------


@blueprint.get("/tiep-tuc/<token>")
@signed_in
def resume_form(token: str) -> ResponseReturnValue:
    """What was typed before the session ran out, ready to be sent again."""
    held = queries.held_form(reading(), current_actor().user_id, token)
    key = current_app.extensions["settings"].secret_key.get_secret_value()
    fields = holding.open_held(held, key=key)
    return render_template("accounts/resume_form.html", held=held, fields=fields)


@blueprint.post("/tiep-tuc/<token>/bo")
@signed_in
def discard_form(token: str) -> ResponseReturnValue:
    with transaction() as writer:
        writer.delete(queries.held_form(writer, current_actor().user_id, token))
    flash(_("Đã bỏ nội dung đã giữ lại."), "success")
    return redirect(url_for("accounts.home"))


# --- one's own account ----------------------------------------------------------------------


@blueprint.get("/tai-khoan")
@signed_in
def profile() -> ResponseReturnValue:
    user = signed_in_user()
    return render_template(
        "accounts/profile.html",
        user=user,
        assignments=queries.assignments_of(reading(), user.id),
        sign_ins=queries.sign_ins_of(reading(), user.username),
    )


@blueprint.post("/tai-khoan/don-vi")
@signed_in
def switch_unit() -> ResponseReturnValue:
    """Act for another unit where the person holds a role."""
    held = queries.assignments_of(reading(), current_actor().user_id)
    units = {assignment.unit_id: assignment.unit for assignment in held}
    unit = units.get(request.form.get("unit_id", type=int) or 0)
    if unit is None:
        raise NotFound
    session[ACTING_FOR] = unit.id
    flash(_("Đang làm việc cho %(unit)s.", unit=unit.name), "success")
    return redirect(url_for("accounts.home"))


@blueprint.post("/ngon-ngu")
@signed_in
def set_locale() -> ResponseReturnValue:
    locale = _asked_locale()
    with transaction() as writer:
        services.set_locale(writer, current_actor().user_id, locale)
    return _back_in(locale)


@blueprint.post("/dang-nhap/ngon-ngu")
@public
def set_visitor_locale() -> ResponseReturnValue:
    """The language of the sign-in page, before anyone is known."""
    return _back_in(_asked_locale())


def _asked_locale() -> str:
    locale = request.form.get("locale", "")
    if locale not in {"vi", "en"}:
        raise Invalid(_("Ngôn ngữ này chưa được hỗ trợ."))
    return locale


def _back_in(locale: str) -> Response:
    answer = make_response(redirect(local_path(request.form.get("next", "/"))))
    answer.set_cookie("locale", locale, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return answer


for _rule, _name, _view, _methods in TOKEN_VIEWS:
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
