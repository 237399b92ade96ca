"""The signed-in person of this request, as an Actor; and what happens when a session runs out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from flask_login import current_user
from flask_security import logout_user
from sqlalchemy.orm import Session

from app.accounts import holding, queries, rules, tokens
from app.accounts.closed_types import closed_types
from app.accounts.models import Unit, User, UserRole
from app.accounts.throttle import throttle_of
from app.config import Settings
from app.database import reading, transaction
from app.errors import Forbidden, Unauthenticated
from app.jobs import utc_now
from app.permissions import Actor

ACTING_FOR = "acting_for"
SEEN_AT = "seen_at"
SEEN_EVERY_SECONDS = 30


def current_actor() -> Actor:
    """The actor of this request; views behind a guard always have one."""
    actor = actor_or_none()
    if actor is None:
        raise Forbidden("Bạn cần đăng nhập để làm việc này.")
    return actor


def actor_or_none() -> Actor | None:
    if "actor" not in g:
        # The locale is asked for while the actor is being built: it must find an answer.
        g.actor = None
        g.actor = _signed_in_actor()
    actor: Actor | None = g.actor
    return actor


def signed_in_user() -> User:
    """The account behind the actor, for pages about the account itself."""
    current_actor()
    user: User = current_user._get_current_object()  # noqa: SLF001  the proxy's documented way out
    return user


def is_by_token() -> bool:
    """Whether a program reads here with a token, so that no account is signed in."""
    return bool(g.get("is_by_token", False))


def _signed_in_actor() -> Actor | None:
    if (key := tokens.presented_key()) is not None:
        g.is_by_token = True
        return _actor_of_token(key)
    if not current_user.is_authenticated:
        return None
    now = utc_now()
    user: User = current_user
    if rules.is_idle(session.get(SEEN_AT), now=now, hours=_settings().session_hours):
        g.expired_user_id = user.id
        if not _is_asked_by_a_page():
            logout_user()
        return None
    actor = build_actor(
        reading(), user, unit_id=session.get(ACTING_FOR), home_zone=_settings().time_zone
    )
    if actor is None:  # every role was taken away while the session lived
        logout_user()
        return None
    _mark_seen(now)
    return actor


def _is_asked_by_a_page() -> bool:
    """Whether a script of an open page asks, not the person by going somewhere.

    Its answer may arrive after the sign-in page that follows: a cookie in it would take that
    page's token away, and the sign-in would be refused as an outdated form.
    """
    answers = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return bool(request.headers.get("HX-Request")) or answers == "application/json"


def _actor_of_token(key: str) -> Actor:
    """The same actor as a session of this person for the token's unit would give."""
    now, reader = utc_now(), reading()
    found = tokens.live_token(reader, key, now=now)
    actor = (
        build_actor(reader, found.user, unit_id=found.unit_id, home_zone=_settings().time_zone)
        if found is not None
        else None
    )
    if found is None or actor is None:
        with transaction() as writer:
            tokens.count_refusal(
                writer,
                address=request.remote_addr or "",
                throttle=throttle_of(_settings()),
                now=now,
            )
        raise Unauthenticated
    if tokens.is_sending() and not found.may_send:
        raise Forbidden("Mã API này chỉ đọc. Hãy tạo mã được gửi dữ liệu.")
    if tokens.is_use_to_note(found, now=now):
        token_id = found.id
        with transaction() as writer:
            tokens.note_use(writer, token_id, now=now)
    return actor


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _mark_seen(now: datetime) -> None:
    if now.timestamp() - session.get(SEEN_AT, 0) > SEEN_EVERY_SECONDS:
        session[SEEN_AT] = now.timestamp()


# --- building an actor ----------------------------------------------------------------------


def build_actor(
    session: Session, user: User, *, unit_id: int | None = None, home_zone: str = "Asia/Ho_Chi_Minh"
) -> Actor | None:
    """The user acting for one of the units where a role is held; None without any role."""
    held = queries.assignments_of(session, user.id)
    unit = _acting_unit(held, wanted=unit_id, main=user.main_unit_id)
    if unit is None:
        return None
    roles = [assignment.role for assignment in held if assignment.unit_id == unit.id]
    permissions = rules.permissions_from(name for role in roles for name in role.permissions)
    facts = rules.UnitFacts(
        id=unit.id,
        kind=unit.kind,
        province_codes=queries.province_codes_of(session, unit),
        country_codes=queries.country_codes_of(unit),
    )
    codes = frozenset(role.code for role in roles)
    area = rules.area_of(facts, permissions)
    return Actor(
        user_id=user.id,
        name=user.name,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        roles=codes,
        permissions=permissions,
        area=replace(area, closed_types=closed_types(session, codes)),
        locale=user.locale,
        time_zone=user.time_zone or unit.time_zone or home_zone,
    )


def _acting_unit(held: Sequence[UserRole], *, wanted: int | None, main: int | None) -> Unit | None:
    units = {assignment.unit_id: assignment.unit for assignment in held}
    for unit_id in (wanted, main):
        if unit_id in units:
            return units[unit_id]
    return next(iter(units.values()), None)


# --- where to go ----------------------------------------------------------------------------


def local_path(asked: str) -> str:
    """A path on this host, or the first page: an address elsewhere is never followed."""
    parts = urlsplit(asked.replace("\\", "/"))
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return asked if is_local and not parts.path.startswith("//") else "/"


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# --- after a session has run out ------------------------------------------------------------


def return_path() -> str:
    """Where to go after sign-in: the page asked for, or what was typed in an expired form."""
    if request.method == "GET":
        page = request.headers.get("HX-Current-URL")  # a fragment was asked for by this page
        return local_path(_path_of(page)) if page else request.full_path.rstrip("?")
    user_id: int | None = g.get("expired_user_id")
    if user_id is None or request.method != "POST":
        return request.path
    with transaction() as writer:
        token = holding.hold_form(
            writer,
            user_id,
            path=request.full_path.rstrip("?"),
            fields=request.form.to_dict(flat=False),
            lost_files=sum(1 for file in request.files.values() if file.filename),
            key=_settings().secret_key.get_secret_value(),
            now=utc_now(),
        )
    return f"/tiep-tuc/{token}" if token else request.path
