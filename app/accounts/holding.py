"""Nothing typed is lost when a session expires: it is sealed, kept a day, offered again."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import orjson
from cryptography.fernet import Fernet
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import HeldForm

KEPT_FOR = timedelta(days=1)
MOST_BYTES = 512 * 1024
NEVER_HELD = ("csrf_token", "password", "new_password", "new_password_confirm")


def hold_form(
    session: Session,
    user_id: int,
    *,
    path: str,
    fields: Mapping[str, Sequence[str]],
    lost_files: int,
    key: str,
    now: datetime,
) -> str | None:
    """Keep what was typed for its author; None where there is nothing to keep or too much."""
    session.execute(delete(HeldForm).where(HeldForm.created_at < now - KEPT_FOR))
    kept = {name: list(values) for name, values in fields.items() if name not in NEVER_HELD}
    content = orjson.dumps(kept)
    if not kept or len(content) > MOST_BYTES:
        return None
    held = HeldForm(
        user_id=user_id,
        path=path,
        sealed=_seal(key).encrypt(content),
        lost_files=lost_files,
        created_at=now,
    )
    session.add(held)
    session.flush()
    return held.token


def open_held(held: HeldForm, *, key: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = orjson.loads(_seal(key).decrypt(held.sealed))
    return fields


def _seal(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"held-form:{key}".encode()).digest()))
