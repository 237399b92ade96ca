"""Jobs that tell people: an event is followed to whom it concerns, a notice goes out as mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.config import Settings
from app.database import transaction
from app.maps.pyramid import ask_for_refresh
from app.notices.mail import deliver, letter_for
from app.notices.models import Notice
from app.notices.reveals import tell_of_reveal
from app.notices.services import follow_event
from workers.work import chunked


def follow(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Tell everyone whom the event concerns, and have the map count the case anew."""
    follow_event(session, payload["event_id"], now=now)
    ask_for_refresh(session, now)


def tell_reveal(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Tell those who keep a person's cases that somebody has seen a sealed value."""
    tell_of_reveal(session, payload["entry_id"], now=now)


@chunked
def send_mail(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Send one mail; no transaction stays open while the mail server is talked to."""
    settings: Settings = current_app.extensions["settings"]
    letter = letter_for(session, payload["notice_id"], settings)
    session.rollback()
    if letter is None:
        return
    deliver(letter, settings)
    with transaction() as writer:
        writer.execute(
            update(Notice).where(Notice.id == payload["notice_id"]).values(mailed_at=now)
        )
