"""What an account may reach, when sign-in must pause, and what a password must be: pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.accounts.models import UnitKind
from app.permissions import Area, Permission

MINISTRY_LEVEL = frozenset({UnitKind.MINISTRY, UnitKind.DEPARTMENT, UnitKind.FUND})
PROVINCE_LEVEL = frozenset(
    {
        UnitKind.PROVINCE,
        UnitKind.PROVINCE_AGENCY,
        UnitKind.BORDER_COMMAND,
        UnitKind.FISHERIES_OFFICE,
        UnitKind.POLICE,
    }
)
CASE_PERMISSIONS = frozenset({Permission.CASE_VIEW, Permission.REGISTER_VIEW, Permission.MAP_VIEW})
NOT_ASSIGNABLE = frozenset({"system"})
ROLE_LEVELS: Mapping[str, frozenset[str]] = {
    "ministry": MINISTRY_LEVEL,
    "province": PROVINCE_LEVEL,
    "post": frozenset({UnitKind.BORDER_STATION}),
    "commune": frozenset({UnitKind.COMMUNE}),
    "mission": frozenset({UnitKind.MISSION}),
    "any": frozenset(UnitKind),
}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """The part of a unit that decides its area."""

    id: int
    kind: str
    province_codes: frozenset[str] = frozenset()
    country_codes: frozenset[str] = frozenset()


def area_of(unit: UnitFacts, permissions: frozenset[Permission]) -> Area:
    """The area of someone who acts for `unit`.

    Without a permission to read cases, registers or the map the area is empty: an administrator
    manages people and reads nothing. A station and a commune reach what their unit holds.
    """
    if not permissions & CASE_PERMISSIONS:
        return Area()
    own = frozenset({unit.id})
    if unit.kind in MINISTRY_LEVEL:
        return Area(is_everything=True, unit_ids=own)
    if unit.kind in PROVINCE_LEVEL:
        return Area(province_codes=unit.province_codes, unit_ids=own)
    if unit.kind == UnitKind.MISSION:
        return Area(country_codes=unit.country_codes, unit_ids=own)
    return Area(unit_ids=own)


def permissions_from(names: Iterable[str]) -> frozenset[Permission]:
    """Permissions by name; a name that the house no longer knows grants nothing."""
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[name] for name in names if name in known)


def unit_problem(role_code: str, level: str, kind: str) -> str | None:
    """Why this role cannot be held for a unit of this kind; None where it can."""
    said: str | None = None
    if role_code in NOT_ASSIGNABLE:
        said = _("Vai trò này chỉ dành cho hệ thống.")
    elif kind not in ROLE_LEVELS.get(level, frozenset()):
        said = _("Vai trò này không thuộc loại đơn vị đã chọn.")
    return said


# --- the throttle ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many failures are allowed in a window, per account and per address."""

    window: timedelta
    account_limit: int
    address_limit: int


def pause_until(
    account_failures: Sequence[datetime],
    address_failures: Sequence[datetime],
    throttle: Throttle,
    *,
    now: datetime,
) -> datetime | None:
    """The moment until which sign-in pauses; None where an attempt is allowed.

    Failures count within the window; the pause lasts until enough of them have left it.
    """
    ends = [
        _pause_end(account_failures, throttle.account_limit, throttle.window, now),
        _pause_end(address_failures, throttle.address_limit, throttle.window, now),
    ]
    return max((end for end in ends if end is not None), default=None)


def _pause_end(
    failures: Sequence[datetime], limit: int, window: timedelta, now: datetime
) -> datetime | None:
    recent = sorted(moment for moment in failures if moment > now - window)
    return recent[-limit] + window if len(recent) >= limit else None


def is_idle(seen_at: float | None, *, now: datetime, hours: int) -> bool:
    """Whether a session was last used longer ago than it may rest; `seen_at` is a UNIX time."""
    return seen_at is not None and now.timestamp() - seen_at > hours * 3600


# --- passwords ------------------------------------------------------------------------------


def password_problems(password: str, *, minimum: int, personal: Iterable[str] = ()) -> list[str]:
    """What is wrong with a password, in sentences.

    Length follows TCVN 14423:2026 4.6 (14 without a second factor, 8 with one); the values are
    settings. Length beats mixtures, so no character classes are asked for.
    """
    problems = []
    if len(password) < minimum:
        problems.append(_("Mật khẩu phải có ít nhất %(n)s ký tự.", n=minimum))
    if len(set(password)) <= 4:  # noqa: PLR2004  "aaaaaaaaaaaaaa" is no password
        problems.append(_("Mật khẩu lặp lại quá ít ký tự khác nhau."))
    lowered = password.casefold()
    if any(word and word.casefold() in lowered for word in personal if len(word) > 3):  # noqa: PLR2004
        problems.append(_("Mật khẩu không được chứa tên đăng nhập hoặc thư điện tử."))
    return problems
