"""What binds the host State of a case: days for notice and access as far as they are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.dated_settings import Limits
from app.cases.heads import CaseHead
from app.cases.setting_services import Check
from app.registers.country_names import country_name
from app.workflow.engine import Machine

ACCESS, ACCESS_MIN = "country.consular_access_days", "country.consular_access_min_days"
NOTICE, NOTICE_MIN = "country.consular_notice_days", "country.consular_notice_min_days"


@dataclass(frozen=True, slots=True)
class HostRule:
    """The days in words, and where they stand; `is_checked` where the text itself was read."""

    country: str
    lines: Sequence[tuple[str, str]]
    source: str
    is_checked: bool


def host_rule(
    session: Session, head: CaseHead, definition: Definition, locale: str
) -> HostRule | None:
    """Only for types whose clocks ask for the days of access, and once the country is known."""
    if head.country_code is None or not _asks(definition.machine):
        return None
    limits = Limits(session, head, head.opened_at)
    access = limits.row(ACCESS)
    is_own = access is not None and access["scope"] == head.country_code
    is_checked = is_own and access is not None and access["check"] == Check.SOURCED
    return HostRule(
        country_name(head.country_code, locale),
        [
            (_("Thông báo cho ta"), _days(limits, NOTICE_MIN, NOTICE, is_known=is_checked)),
            (_("Cho tiếp cận"), _days(limits, ACCESS_MIN, ACCESS, is_known=is_checked)),
        ],
        str(access["source"]) if access is not None else "",
        is_checked,
    )


def _asks(machine: Machine) -> bool:
    return any(clock.setting == ACCESS for clock in machine.clocks)


def _days(limits: Limits, least: str, most: str, *, is_known: bool) -> str:
    """A range where the treaty has one; else the words of the Vienna Convention."""
    low, high = limits.row(least), limits.row(most)
    if not is_known or high is None:
        return str(_("không chậm trễ (Công ước Viên 1963, Điều 36)"))
    if low is None or low["value"] == high["value"]:
        return str(_("%(n)s ngày", n=high["value"]))
    return str(_("%(low)s–%(high)s ngày", low=low["value"], high=high["value"]))
