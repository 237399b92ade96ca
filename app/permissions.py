"""Who may do what: one vocabulary of permissions, and the actor who carries them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

View = TypeVar("View", bound=Callable[..., Any])  # a view answers anything Flask can send


class Permission(StrEnum):
    ADMIN_AUDIT = "admin:audit"
    ADMIN_CALENDAR = "admin:calendar"
    ADMIN_JOBS = "admin:jobs"
    ADMIN_UNITS = "admin:units"
    ADMIN_USERS = "admin:users"
    ADMIN_WORKFLOW = "admin:workflow"
    CASE_ACT = "case:act"
    CASE_ASSIGN = "case:assign"
    CASE_ATTACH = "case:attach"
    CASE_LINK = "case:link"
    CASE_MERGE = "case:merge"
    CASE_NOTE = "case:note"
    CASE_OPEN = "case:open"
    CASE_REOPEN = "case:reopen"
    CASE_SUSPEND = "case:suspend"
    CASE_TRANSFER = "case:transfer"
    CASE_VIEW = "case:view"
    DOCUMENT_DRAFT = "document:draft"
    DOCUMENT_ISSUE = "document:issue"
    DOCUMENT_KEEP = "document:keep"
    EXPORT_RUN = "export:run"
    HOTLINE_ANSWER = "hotline:answer"
    IMPORT_RUN = "import:run"
    MAP_VIEW = "map:view"
    MARKER_OBSERVE = "marker:observe"
    MONEY_APPROVE = "money:approve"
    MONEY_RECORD = "money:record"
    MONEY_VIEW = "money:view"
    NOTICE_VIEW = "notice:view"
    PERSONAL_DATA_REVEAL = "personal-data:reveal"
    PERSONAL_DATA_VIEW = "personal-data:view"
    REGISTER_EDIT = "register:edit"
    REGISTER_VIEW = "register:view"
    VMS_RECORD = "vms:record"
    VMS_VIEW = "vms:view"


@dataclass(frozen=True, slots=True)
class Area:
    """The part of the world an actor sees: everything, provinces, countries, or units.

    Cases of `closed_types` are for other roles only, wherever they are and whoever keeps them.
    """

    is_everything: bool = False
    province_codes: frozenset[str] = frozenset()
    country_codes: frozenset[str] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    closed_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person acting for a unit; always an explicit argument, never ambient."""

    user_id: int
    name: str
    unit_id: int
    unit_code: str
    unit_name: str
    roles: frozenset[str]
    permissions: frozenset[Permission]
    area: Area
    locale: str = "vi"
    time_zone: str = "Asia/Ho_Chi_Minh"

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def day(self, now: datetime) -> date:
        """The day that the person has: in Hà Nội it begins seven hours before that of UTC."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()


SYSTEM_ACTOR = Actor(
    user_id=0,
    name="Hệ thống",
    unit_id=0,
    unit_code="",
    unit_name="Hệ thống",
    roles=frozenset({"system"}),
    permissions=frozenset(Permission),
    area=Area(is_everything=True),
)


def require(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission that the house checks before it runs."""

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]  # a mark on a function
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anyone may open, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def takes_token(view: View) -> View:
    """Mark a view that a person's programs may read with an API token; such a view only reads."""
    view.takes_token = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def writes_by_token(view: View) -> View:
    """Mark a view to which a person's programs may send facts, with an API token as bearer."""
    view.writes_by_token = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def signed_in(view: View) -> View:
    """Mark a view that every signed-in person may open (own profile, own inbox)."""
    view.is_signed_in = True  # type: ignore[attr-defined]  # a mark on a function
    return view
