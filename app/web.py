"""The edge: guards before every view, pages for every failure, headers, and how values read."""

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_domain, get_locale, gettext, ngettext, pgettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map

from app.accounts.session import actor_or_none, return_path
from app.accounts.tokens import presented_key
from app.config import Settings
from app.database import MOST_ROWS
from app.errors import AppError, Forbidden, Invalid, NotFound, TooLarge, Unauthenticated
from app.ogc.forms import exception_answer, is_program
from app.permissions import Permission

logger = logging.getLogger(__name__)


class CookieProtect(CSRFProtect):  # type: ignore[misc]  # the package ships no types
    """A form's token guards what a browser's cookie would do; a bearer's key is no cookie."""

    def protect(self, **how: bool) -> None:
        if presented_key() is None:
            super().protect(**how)


csrf = CookieProtect()
babel = Babel()

PARTS_OF_A_PAGE = frozenset({"text/css", "text/javascript", "font/woff2"})
PAGE_OF_STATUS = {403, 404, 409, 413, 422, 429}


def init_web(app: Flask, settings: Settings) -> None:
    csrf.init_app(app)
    babel.init_app(
        app,
        default_locale="vi",
        default_timezone=settings.time_zone,
        locale_selector=_locale,
    )
    app.url_map.converters["int"] = RowConverter
    app.before_request(guard_view)
    app.after_request(set_headers)
    app.register_error_handler(AppError, show_app_error)
    app.register_error_handler(CSRFError, show_expired_form)
    app.register_error_handler(RequestEntityTooLarge, show_too_large)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_crash)
    _teach_templates(app, settings)


class RowConverter(IntegerConverter):
    """The id of a row in an address; one beyond what a database counts up to is no address."""

    def __init__(self, url_map: Map, *, max: int = MOST_ROWS) -> None:  # noqa: A002  the router's word
        super().__init__(url_map, max=max)


def _locale() -> str:
    if not has_request_context():
        return "vi"
    actor = actor_or_none()
    if actor is None and is_program():
        return request.accept_languages.best_match(["vi", "en"]) or "vi"
    chosen = actor.locale if actor else request.cookies.get("locale", "vi")
    return chosen if chosen in {"vi", "en"} else "vi"


# --- guards ---------------------------------------------------------------------------------


def guard_view() -> ResponseReturnValue | None:
    """Every view is public, for the signed in, or behind a permission; nothing else runs."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    refuse_nul()
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_public", False):
        return None
    actor = actor_or_none()
    if actor is None:
        return _ask_to_sign_in()
    needed: Permission | None = getattr(view, "required_permission", None)
    if needed is None and not getattr(view, "is_signed_in", False):
        raise Forbidden
    if needed is not None and not actor.may(needed):
        raise Forbidden
    return None


def refuse_nul() -> None:
    """No text holds a NUL character; PostgreSQL cannot store one, and nobody types one."""
    given = (request.args, request.form)
    texts = (text for fields in given for pair in fields.items(multi=True) for text in pair)
    if any("\0" in text for text in (request.path, *texts)):
        raise Invalid("Nội dung có ký tự không hợp lệ. Hãy xóa ký tự lạ rồi gửi lại.")


def _ask_to_sign_in() -> ResponseReturnValue:
    if is_program():
        raise Unauthenticated
    if wants_json():
        said = {"error": gettext("Phiên làm việc đã hết. Hãy đăng nhập lại.")}
        return jsonify(said), HTTPStatus.UNAUTHORIZED
    target = url_for("accounts.sign_in", next=return_path())
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": target})  # the whole page, not a fragment of it
    return redirect(target)


# --- failures -------------------------------------------------------------------------------


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.path.startswith("/api/")


def show_app_error(error: AppError) -> ResponseReturnValue:
    error.message = gettext(error.message)  # raised in Vietnamese, said in the reader's language
    if is_program() or is_for_senders() or error.status == HTTPStatus.UNAUTHORIZED:
        return exception_answer(error)
    if wants_json():
        said: dict[str, Any] = {"error": error.message}  # Any: JSON
        for detail in ("reasons", "problems", "changes"):
            if found := getattr(error, detail, None):
                said[detail] = found
        return jsonify(said), error.status
    return _error_page(int(error.status), error=error), error.status


def is_for_senders() -> bool:
    """Whether programs send facts to the address asked for."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "writes_by_token", False))


def show_expired_form(error: CSRFError) -> ResponseReturnValue:
    del error
    if is_for_senders() and actor_or_none() is None:
        return show_app_error(Unauthenticated())
    return show_app_error(
        Forbidden("Biểu mẫu đã quá hạn. Hãy quay lại, tải lại trang rồi gửi lần nữa.")
    )


def show_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    del error
    limit = current_app.extensions["settings"].max_upload_mb
    return show_app_error(
        TooLarge(gettext("Tệp vượt quá %(limit)s MB. Hãy chia nhỏ rồi gửi lại.", limit=limit))
    )


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect is not a failure
    if error.code == HTTPStatus.NOT_FOUND:
        return show_app_error(NotFound())
    said = AppError("Yêu cầu không hợp lệ.")
    said.status = HTTPStatus(error.code)
    return show_app_error(said)


def show_crash(error: Exception) -> ResponseReturnValue:
    """The web's one broad catch: log the trace under a number, show the number."""
    if current_app.testing:
        raise error
    number = secrets.token_hex(4)
    logger.error("crash %s at %s", number, request.endpoint, exc_info=error)
    said = AppError(
        gettext(
            "Hệ thống gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo quản trị mã %(number)s.", number=number
        )
    )
    said.status = HTTPStatus.INTERNAL_SERVER_ERROR
    return show_app_error(said)


def _error_page(status: int, *, error: AppError) -> str:
    name = str(status) if status in PAGE_OF_STATUS else "500"
    return render_template(f"errors/{name}.html", error=error, status=status)


# --- headers --------------------------------------------------------------------------------


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def set_headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype in PARTS_OF_A_PAGE:
        return response  # its page says what it may do; twenty times half a kilobyte is much
    scripts = "'self'" + (f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'",
    )
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self)")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


# --- how values read ------------------------------------------------------------------------


def format_date(value: date | datetime | str | None) -> str:
    """dd/mm/yyyy, as officials write it."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = value.astimezone(_zone())
    return value.strftime("%d/%m/%Y")


def format_datetime(value: datetime | str | None) -> str:
    """dd/mm/yyyy HH:MM in the actor's zone; the zone is written where it is not Hà Nội's."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    zone, home = _zone(), ZoneInfo(current_app.extensions["settings"].time_zone)
    here = value.astimezone(zone)
    written = here.strftime("%d/%m/%Y %H:%M")
    if here.utcoffset() == value.astimezone(home).utcoffset():
        return written
    city = get_timezone_location(zone, locale=str(get_locale() or "vi"), return_city=True)
    return f"{written} ({gettext('giờ %(city)s', city=city)})"


def _zone() -> ZoneInfo:
    if "zone" not in g:
        actor = actor_or_none() if has_request_context() else None
        home: str = current_app.extensions["settings"].time_zone
        g.zone = ZoneInfo(actor.time_zone if actor else home)
    zone: ZoneInfo = g.zone
    return zone


def format_number(value: float | Decimal | None, digits: int | None = None) -> str:
    """1.045,5: point for thousands, comma for decimals."""
    if value is None:
        return ""
    number = Decimal(str(value))
    places = digits if digits is not None else max(0, -int(number.normalize().as_tuple().exponent))
    return f"{number:,.{places}f}".translate(str.maketrans(",.", ".,"))


def format_money(value: float | Decimal | str | None, currency: str = "VND") -> str:
    """927.500.000 ₫; another currency keeps its code behind the amount."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value))
    written = format_number(amount, 0 if amount == amount.to_integral_value() else 2)
    return f"{written} ₫" if currency == "VND" else f"{written} {currency}"


@lru_cache(maxsize=20_000)
def _message(locale: Locale | None, text: str) -> str:
    """One look-up for a message that a hundred rows of a page say."""
    del locale  # the catalogue is that of the locale in force
    said: str = get_domain().get_translations().ugettext(text)
    return said


def _teach_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.filters.update(
        date=format_date, datetime=format_datetime, number=format_number, money=format_money
    )
    translate_by: Any = app.jinja_env  # Any: the extension adds the method
    translate_by.install_gettext_callables(
        lambda text: _message(get_locale(), text), ngettext, newstyle=True, pgettext=pgettext
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    def has_endpoint(name: str) -> bool:
        return name in app.view_functions

    names: dict[str, Callable[..., Any] | Any] = {  # Any: whatever templates need
        "csp_nonce": csp_nonce,
        "has_endpoint": has_endpoint,
        "Permission": Permission,
        "settings": settings,
    }
    app.jinja_env.globals.update(names)
    app.context_processor(lambda: {"actor": actor_or_none(), "locale": str(get_locale() or "vi")})
