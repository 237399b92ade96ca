"""The cases behind the figures of fisher incidents as a table that office programs read."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.permissions import Actor
from app.registers.country_names import country_name
from app.registers.rules import Column, Seen
from app.reports.incident_pages import Incident, IncidentPage
from app.reports.incident_rules import NONE, UNKNOWN, Triple

_LABELS: Final = (
    ("reference", _("Hồ sơ")),
    ("title", _("Tên vụ")),
    ("on", _("Ngày")),
    ("country", _("Nước bắt giữ")),
    ("province", _("Tỉnh quản lý")),
    ("claimed_vessels", _("Tàu theo tin báo")),
    ("claimed_persons", _("Ngư dân theo tin báo")),
    ("is_verified", _("Đã xác minh")),
    ("verified_vessels", _("Tàu đã xác minh")),
    ("verified_persons", _("Ngư dân đã xác minh")),
    ("final_vessels", _("Tàu đã có kết cục")),
    ("final_persons", _("Ngư dân đã có kết cục")),
)
INCIDENT_COLUMNS: Final[Sequence[Column]] = tuple(
    Column(code, label, lambda one, _locale: one) for code, label in _LABELS
)


def incident_rows(page: IncidentPage, session: Session, actor: Actor) -> list[Seen]:
    """One row for each case, in the order of the page; the sums of the page are its columns'."""
    provinces = province_names(session)
    return [_row(one, provinces, actor.locale) for one in page.incidents]


def _row(one: Incident, provinces: dict[str, str], locale: str) -> Seen:
    known = one.counted
    unknown = gettext("Chưa xác định")
    values: dict[str, object] = {
        "reference": one.reference,
        "title": one.title,
        "on": known.on,
        "country": country_name(known.country, locale) if known.country != UNKNOWN else unknown,
        "province": provinces.get(known.province, known.province or unknown),
        "is_verified": gettext("có") if known.verified else gettext("chưa"),
        **_counts("claimed", known.claimed),
        **_counts("verified", known.verified or NONE),
        **_counts("final", known.final),
    }
    return Seen(one, values, frozenset())


def _counts(name: str, one: Triple) -> dict[str, object]:
    return {f"{name}_vessels": one.vessels, f"{name}_persons": one.persons}
