"""Passwords: hashed by the library (argon2), judged by our rules."""

from typing import Any

from flask import current_app
from flask_security import PasswordUtil
from flask_security import hash_password as library_hash

from app.accounts import rules
from app.accounts.models import User
from app.config import Settings


def hash_password(plain: str) -> str:
    """The argon2 hash of a password, normalised as sign-in will normalise it."""
    normal = current_app.extensions["security"].password_util.normalize(plain)
    hashed: str = library_hash(normal)
    return hashed


def minimum_length(user: User | None) -> int:
    """Shorter where a second factor stands beside the password (TCVN 14423:2026 4.6)."""
    settings: Settings = current_app.extensions["settings"]
    if user is not None and user.has_second_factor:
        return settings.password_min_length_with_mfa
    return settings.password_min_length


def problems_of(plain: str, user: User | None) -> list[str]:
    personal = (user.username, user.email.partition("@")[0]) if user is not None else ()
    return rules.password_problems(plain, minimum=minimum_length(user), personal=personal)


class HousePasswords(PasswordUtil):
    """The library asks here whether a new password will do."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: FBT001  the library's signature
        **kwargs: Any,  # Any: the library passes the user here
    ) -> tuple[list[str] | None, str]:
        del is_register
        normal = self.normalize(password)
        return problems_of(normal, kwargs.get("user")) or None, normal
