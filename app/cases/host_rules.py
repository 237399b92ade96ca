"""What binds the host State of a case: days for notice and access as far as they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.dated_settings import Limits
from app.cases.heads import CaseHead
from app.cases.setting_services import Check
from app.cases.setting_sources import source_said
from app.cases.shielding import holds
from app.registers.country_names import country_name
from app.workflow.engine import Machine

ACCESS, ACCESS_MIN = "country.consular_access_days", "country.consular_access_min_days"
VISITED = "access_given"  # the milestone whose condition says whether anybody is held
NOTICE, NOTICE_MIN = "country.consular_notice_days", "country.consular_notice_min_days"


@dataclass(frozen=True, slots=True)
class HostRule:
    """The days in words, and where they stand; `is_checked` where the text itself was read."""

    country: str
    lines: Sequence[tuple[str, str]]
    source: str
    is_checked: bool


def host_rule(
    session: Session, head: CaseHead, definition: Definition, locale: str, *, now: datetime
) -> HostRule | None:
    """Only where somebody may be held: Article 36 says nothing of a death or of lost papers."""
    if head.country_code is None or not _asks(definition.machine):
        return None
    if not _is_about_custody(head, definition, now):
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
        source_said(str(access["source"]), locale) if access is not None else "",
        is_checked,
    )


def _asks(machine: Machine) -> bool:
    return any(clock.setting == ACCESS for clock in machine.clocks)


def _is_about_custody(head: CaseHead, definition: Definition, now: datetime) -> bool:
    step = next((one for one in definition.case_type.milestones if one.code == VISITED), None)
    return step is None or step.when is None or holds(step.when, definition, head.data, now)


def _days(limits: Limits, least: str, most: str, *, is_known: bool) -> str:
    """A range where the treaty has one; else the words of the Vienna Convention."""
    low, high = limits.row(least), limits.row(most)
    if not is_known or high is None:
        return str(_("không chậm trễ (Công ước Viên 1963, Điều 36)"))
    if low is None or low["value"] == high["value"]:
        return str(_("%(n)s ngày", n=high["value"]))
    return str(_("%(low)s–%(high)s ngày", low=low["value"], high=high["value"]))
