"""Keys for a person's programs: made once, kept as hashes, ended by time, hand or password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import ApiToken, User
from app.accounts.throttle import ADDRESS_FACTOR, count_failure
from app.audit import record_access
from app.database import normalise_text
from app.errors import NotFound, Refused, TooManyRequests
from app.permissions import Actor

PREFIX = "cotmoc_"  # so that a key that leaked into a file can be searched for
MOST_LIVE = 20
NOTED_EVERY = timedelta(minutes=5)
_READING = frozenset({"GET", "HEAD"})
_REFUSALS = "api"  # counted apart: a program with an old key must not close the sign-in page


# --- making and ending ----------------------------------------------------------------------


def make_token(
    session: Session,
    actor: Actor,
    *,
    name: str,
    days: int,
    may_send: bool = False,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new key for the unit that the person acts for now, and its text, told this once."""
    held = session.scalar(
        select(func.count(ApiToken.id)).where(ApiToken.user_id == actor.user_id, _is_live(now))
    )
    if (held or 0) >= MOST_LIVE:
        raise Refused(_("Bạn đang có %(n)s mã API. Hãy thu hồi mã không dùng nữa.", n=MOST_LIVE))
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        unit_id=actor.unit_id,
        name=normalise_text(name),
        hash=hash_key(key),
        created_at=now,
        expires_at=now + timedelta(days=days),
        may_send=may_send,
    )
    session.add(token)
    session.flush()
    record_access(
        session, actor, "api_token_made", f"api_token:{token.id}", reason=token.name, now=now
    )
    return token, key


def revoke_token(session: Session, actor: Actor, token_id: int, *, now: datetime) -> ApiToken:
    """End one of the person's own keys at once; the row stays as its trace."""
    token = session.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == actor.user_id)
    )
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = now
        record_access(session, actor, "api_token_revoked", f"api_token:{token.id}", now=now)
    return token


def hash_key(key: str) -> str:
    """SHA-256 in hex: a key of 256 random bits needs no slow hash, and a lookup is one read."""
    return hashlib.sha256(key.encode()).hexdigest()


# --- coming with one -----------------------------------------------------------------------


def presented_key() -> str | None:
    """The key that this request carries, where its view takes one; never from a URL.

    As `Bearer`, or to read as the password of `Basic` for programs that know nothing else: browsers
    send that one by themselves, and so it never writes.
    """
    given = request.authorization
    is_reading = not is_sending()
    if given is None or not _is_open_to_keys(is_reading=is_reading):
        return None
    if given.type == "bearer":
        return given.token or ""
    return given.password or "" if given.type == "basic" and is_reading else None


def is_sending() -> bool:
    """Whether this request would write, for which a key must have been made."""
    return request.method not in _READING


def _is_open_to_keys(*, is_reading: bool) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "takes_token" if is_reading else "writes_by_token", False))


def live_token(session: Session, key: str, *, now: datetime) -> ApiToken | None:
    """The token of a key that holds: not ended, of an active person, newer than the password.

    A new password ends the keys made before it, as it ends the sessions.
    """
    return session.scalar(
        select(ApiToken)
        .join(ApiToken.user)
        .where(
            ApiToken.hash == hash_key(key),
            _is_live(now),
            User.active.is_(true()),
            User.must_change_password.is_(False),
            or_(
                User.password_changed_at.is_(None), User.password_changed_at <= ApiToken.created_at
            ),
        )
    )


def _is_live(now: datetime) -> ColumnElement[bool]:
    return ApiToken.revoked_at.is_(None) & (ApiToken.expires_at > now)


def is_use_to_note(token: ApiToken, *, now: datetime) -> bool:
    """Whether the last use that was noted is old enough to be worth a write."""
    return token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    session.get_one(ApiToken, token_id).last_used_at = now


def count_refusal(
    session: Session, *, address: str, throttle: rules.Throttle, now: datetime
) -> None:
    """Count a key that did not hold; past the limit of its address the answer is to wait."""
    account = f"{_REFUSALS}:{address}"
    failures = queries.failures_of_account(session, account, since=now - throttle.window)
    limit = rules.Throttle(throttle.window, throttle.account_limit * ADDRESS_FACTOR, 1)
    if rules.pause_until(failures, (), limit, now=now) is not None:
        raise TooManyRequests("Mã API không còn hiệu lực đã được gửi quá nhiều lần. Hãy chờ.")
    count_failure(session, account, address=_REFUSALS, now=now)
