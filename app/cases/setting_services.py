"""An office changes a threshold: a new dated row with its source, beside those that held before."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.audit import record_access
from app.cases.dated_settings import ADULT_AGE, AGE_UNIT, EVERYWHERE
from app.cases.models import DatedSetting
from app.cases.published import newest_definitions
from app.errors import Conflict, Invalid
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.workflow.limits import ClockKind

NEIGHBOURS = ("CN", "LA", "KH")
_NOT_SAVED = "Chưa lưu được ngưỡng."


class Check(StrEnum):
    """How far the number of a row stands on its source."""

    SOURCED = "sourced"
    UNVERIFIED = "unverified"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class NewSetting:
    """A threshold from a day on, for one place or everywhere."""

    key: str
    scope: str
    value: int
    unit: ClockKind
    valid_from: date
    source: str
    check: Check


def setting_keys(session: Session) -> list[str]:
    """Every setting that a clock of a published type names, and every one that has a row."""
    named = {
        rule.setting
        for definition in newest_definitions(session)
        for rule in definition.machine.clocks
        if rule.setting
    }
    return sorted(named | set(session.scalars(select(DatedSetting.key).distinct())))


def add_setting(session: Session, actor: Actor, new: NewSetting, *, now: datetime) -> DatedSetting:
    """Add a row; the deadlines of clocks that started since its first day are computed again."""
    scope = new.scope.strip().upper() or EVERYWHERE
    _refuse_unknown(session, new.key, scope)
    taken = select(DatedSetting.id).where(
        DatedSetting.key == new.key,
        DatedSetting.scope == scope,
        DatedSetting.valid_from == new.valid_from,
    )
    if session.scalar(taken) is not None:
        raise Conflict("Đã có ngưỡng này cho nơi đó từ chính ngày này. Hãy chọn một ngày khác.")
    entry = DatedSetting(
        key=new.key,
        scope=scope,
        value=new.value,
        unit=AGE_UNIT if new.key == ADULT_AGE else new.unit.value,
        valid_from=new.valid_from,
        valid_to=None,
        source=new.source,
        check=new.check.value,
    )
    session.add(entry)
    session.flush()
    subject = f"setting:{new.key}:{scope}:{new.valid_from.isoformat()}"
    record_access(session, actor, "setting_added", subject, now=now)
    payload = {
        "setting": new.key,
        "day": new.valid_from.isoformat(),
        "by": actor.user_id,
        "run": uuid4().hex,
    }
    enqueue(session, Job.RECOMPUTE_CLOCKS, payload, now=now)
    return entry


def _refuse_unknown(session: Session, key: str, scope: str) -> None:
    if key not in setting_keys(session):
        raise Invalid(_NOT_SAVED, {"key": ["Không có ngưỡng nào như vậy."]})
    if scope == EVERYWHERE:
        return
    kind = key.partition(".")[0]
    known = {
        "country": Locale.parse("vi").territories.keys(),
        "province": province_names(session).keys(),
        "neighbour": frozenset(NEIGHBOURS),
    }.get(kind, frozenset())
    if scope not in known:
        raise Invalid(_NOT_SAVED, {"scope": ["Không có nơi nào mang mã này cho ngưỡng đã chọn."]})
