"""Sign-in by Flask-Security: its settings, its words in Vietnamese, and its writes in our way."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, cast

from flask import Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    password_changed,
    user_authenticated,
    user_failed_authn,
)
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.accounts import throttle
from app.accounts.forms import ATTEMPT, ChangePasswordForm, SignInForm
from app.accounts.models import Passkey, Role, User
from app.accounts.passwords import HousePasswords, minimum_length
from app.accounts.session import SEEN_AT
from app.config import Settings
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import public

SESSION_COOKIE_DAYS = 14  # the idle limit is ours (SESSION_HOURS); the cookie must outlive it


class HouseSession:
    """What the library expects of a database object: the session of this request."""

    @property
    def session(self) -> Session:
        return reading()


class HouseDatastore(SQLAlchemyUserDatastore):
    """The library's store, whose commit is one write transaction of the house.

    The library changes rows while it reads and commits at the end. A SQLite reader cannot become
    a writer safely, so the changes are noted, the read is ended, and they are made again as one.
    """

    def commit(self) -> None:
        reader = reading()
        edits = [(row, _changes(row)) for row in reader.dirty]
        added, removed = list(reader.new), list(reader.deleted)
        with transaction() as writer:
            for row, values in edits:
                for name, value in values.items():
                    setattr(row, name, value)
            writer.add_all(added)
            for row in removed:
                writer.delete(row)


def _changes(row: object) -> dict[str, Any]:  # Any: column values
    state = inspect(row)
    return {
        attribute.key: attribute.value
        for attribute in state.attrs
        if attribute.key in state.mapper.column_attrs and attribute.history.has_changes()
    }


def init_sign_in(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    app.config.update(_library_settings(settings), PERMANENT_SESSION_LIFETIME=_cookie_seconds())
    needs_screens = settings.totp_enabled or settings.passkeys_enabled
    # Any: the library asks only for .session, and never for a role.
    store = HouseDatastore(cast(Any, HouseSession()), User, cast(Any, Role), Passkey)
    security = Security(
        app,
        store,
        register_blueprint=needs_screens,
        login_form=SignInForm,
        change_password_form=ChangePasswordForm,
        password_util_cls=HousePasswords,
    )
    security.want_json(lambda _request: False)
    security.change_password_context_processor(
        lambda: {"minimum": minimum_length(cast(User, current_user))}
    )
    user_authenticated.connect(_note_success, app)
    user_failed_authn.connect(_note_second_factor_failure, app)
    password_changed.connect(_note_new_password, app)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):  # the library guards its own views
            app.view_functions[endpoint] = _opened(view)
    if needs_screens:
        app.view_functions["security.login"] = _lead_to_sign_in


def _password_words() -> dict[str, int]:
    return {"minimum": minimum_length(cast(User, current_user))}


def _opened(view: Callable[..., Any]) -> Callable[..., Any]:  # Any: whatever the library answers
    @public
    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return opened


@public
def _lead_to_sign_in() -> ResponseReturnValue:
    """There is one sign-in page; the library's own address leads to it."""
    return redirect(url_for("accounts.sign_in", next=request.args.get("next")))


def _cookie_seconds() -> int:
    return SESSION_COOKIE_DAYS * 24 * 3600


def _library_settings(settings: Settings) -> dict[str, Any]:  # Any: settings of many types
    key = settings.secret_key.get_secret_value()
    second_factor = {
        "SECURITY_URL_PREFIX": "/tai-khoan",
        "SECURITY_LOGIN_URL": "/dang-nhap",
        "SECURITY_LOGOUT_METHODS": None,
        "SECURITY_VERIFY_URL": "/xac-nhan",
        "SECURITY_TWO_FACTOR": settings.totp_enabled,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_SETUP_URL": "/ma-xac-thuc",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/nhap-ma",
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TOTP_SECRETS": {"1": hashlib.sha256(f"totp:{key}".encode()).hexdigest()},
        "SECURITY_TOTP_ISSUER": "Cột Mốc",
        "SECURITY_WEBAUTHN": settings.passkeys_enabled,
        "SECURITY_WAN_RP_NAME": "Cột Mốc",
        "SECURITY_WAN_REGISTER_URL": "/khoa-truy-cap",
        "SECURITY_WAN_SIGNIN_URL": "/dang-nhap-bang-khoa",
    }
    return second_factor | _password_settings(settings) | _words()


def _password_settings(settings: Settings) -> dict[str, Any]:  # Any: settings of many types
    fast = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": fast if settings.environment == "test" else {},
        "SECURITY_PASSWORD_LENGTH_MIN": settings.password_min_length_with_mfa,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_TRACKABLE": True,
        "SECURITY_DATETIME_FACTORY": lambda: datetime.now(UTC),
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_CHANGE_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/dang-nhap",
    }


def _words() -> dict[str, tuple[Any, str]]:  # Any: lazy strings
    said = {
        "GENERIC_AUTHN_FAILED": lazy_gettext("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "DISABLED_ACCOUNT": lazy_gettext("Tài khoản đã ngừng hoạt động."),
        "INVALID_PASSWORD": lazy_gettext("Mật khẩu hiện tại chưa đúng."),
        "PASSWORD_NOT_PROVIDED": lazy_gettext("Hãy nhập mật khẩu."),
        "PASSWORD_IS_THE_SAME": lazy_gettext("Mật khẩu mới phải khác mật khẩu hiện tại."),
        "USER_DOES_NOT_EXIST": lazy_gettext("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "INVALID_REDIRECT": lazy_gettext("Địa chỉ chuyển tiếp không hợp lệ."),
        "TWO_FACTOR_INVALID_TOKEN": lazy_gettext("Mã xác thực chưa đúng."),
    }
    words = {f"SECURITY_MSG_{name}": (text, "error") for name, text in said.items()}
    words["SECURITY_MSG_PASSWORD_CHANGE"] = (lazy_gettext("Đã đổi mật khẩu."), "success")
    return words


# --- what the library reports ---------------------------------------------------------------


def _note_success(app: Flask, user: User, **details: Any) -> None:  # Any: the signal's details
    del app, details
    now = utc_now()
    session[SEEN_AT] = now.timestamp()
    reader = reading()
    with reader.no_autoflush:  # the datastore's commit writes, see there
        throttle.mark_success(
            reader,
            user,
            attempt_id=session.pop(ATTEMPT, None),
            address=request.remote_addr or "",
            now=now,
        )


def _note_second_factor_failure(
    app: Flask,
    user: User,
    **details: Any,  # Any: the signal's details
) -> None:
    del app
    if not details.get("tfa"):
        return  # the password's attempt is already counted
    with transaction() as writer:
        throttle.count_failure(
            writer, user.username, address=request.remote_addr or "", now=utc_now()
        )


def _note_new_password(app: Flask, user: User, **details: Any) -> None:  # Any: signal's details
    del app, details
    user.password_changed_at = utc_now()
    user.must_change_password = False
    current_app.logger.info("password changed: user %d", user.id)
