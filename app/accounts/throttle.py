"""Sign-in pauses after failures, counted in the database so that every web process agrees."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import SignInAttempt, User
from app.config import Settings

ADDRESS_FACTOR = 5  # an office behind one address shares its failures
TRACE_KEPT = timedelta(days=90)  # NĐ 330/2026 Đ34 k1 c, see security_controls


class Paused(Exception):  # noqa: N818  a state, not an error of the program
    """Sign-in rests for this account or address."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def throttle_of(settings: Settings) -> rules.Throttle:
    return rules.Throttle(
        window=timedelta(minutes=settings.sign_in_window_minutes),
        account_limit=settings.sign_in_attempts,
        address_limit=settings.sign_in_attempts * ADDRESS_FACTOR,
    )


def account_key(session: Session, identity: str) -> str:
    """One key per person, whether the name or the e-mail was typed; unknown names count too."""
    user = queries.user_by_identity(session, identity)
    return user.username if user is not None else identity.strip().lower()[:255]


def begin_attempt(
    session: Session, account: str, *, address: str, throttle: rules.Throttle, now: datetime
) -> int:
    """Count an attempt as failed before the password is looked at; its id, to mark a success.

    Counting first keeps parallel attempts from passing together. A refused attempt is not
    counted: nobody can be locked out for ever. Raises Paused with the moment to wait for.
    """
    since = now - throttle.window
    until = rules.pause_until(
        queries.failures_of_account(session, account, since=since),
        queries.failures_of_address(session, address, since=since),
        throttle,
        now=now,
    )
    if until is not None:
        raise Paused(until)
    return count_failure(session, account, address=address, now=now)


def count_failure(session: Session, account: str, *, address: str, now: datetime) -> int:
    attempt = SignInAttempt(at=now, account=account, address=address)
    session.add(attempt)
    session.flush()
    return attempt.id


def mark_success(
    session: Session, user: User, *, attempt_id: int | None, address: str, now: datetime
) -> None:
    """The attempt was no failure; a passkey signs in without one, so its trace is made here."""
    attempt = session.get(SignInAttempt, attempt_id) if attempt_id is not None else None
    if attempt is None:
        attempt = SignInAttempt(at=now, account=user.username, address=address)
        session.add(attempt)
    attempt.is_success = True


def forget_old_attempts(session: Session, *, now: datetime) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - TRACE_KEPT))
