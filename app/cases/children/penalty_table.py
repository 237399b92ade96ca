"""The table of penalties: shipped rows, and those that an administrator adds with a source."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.children.models import PenaltyRule
from app.cases.children.penalties import Penalty
from app.cases.children.queries import penalty_rules
from app.cases.setting_services import Check
from app.errors import Invalid
from app.permissions import Actor

PENALTIES_FILE = Path(__file__).parents[1] / "data" / "penalties.csv"
_NOT_SAVED = "Chưa lưu được khung phạt."


@dataclass(frozen=True, slots=True)
class NewPenalty:
    """A range from a day on; the row of the same act and length before it ends the day before."""

    act_code: str
    length_class: str
    decree: str
    clause: str
    fine_min: Decimal
    fine_max: Decimal
    valid_from: date
    source: str
    check: Check
    extra: str = ""
    organisation_factor: int = 2


def penalties(session: Session) -> list[Penalty]:
    """Every row as a plain value."""
    return [as_penalty(row) for row in penalty_rules(session)]


def as_penalty(row: PenaltyRule) -> Penalty:
    return Penalty(
        row.id,
        row.act_code,
        row.act,
        row.length_class,
        row.decree,
        row.clause,
        row.fine_min,
        row.fine_max,
        row.repeat_min,
        row.repeat_max,
        row.organisation_factor,
        row.valid_from,
        row.valid_to,
    )


def act_names(session: Session) -> dict[str, str]:
    """The acts that the table knows, as their newest row calls them."""
    found: dict[str, str] = {}
    for row in penalty_rules(session):
        found.setdefault(row.act_code, row.act)
    return found


def add_penalty(session: Session, actor: Actor, new: NewPenalty, *, now: datetime) -> PenaltyRule:
    """Add a row and close the one that it follows; neither is ever changed afterwards."""
    known = act_names(session)
    if new.act_code not in known:
        raise Invalid(_NOT_SAVED, {"act_code": [_("Hãy chọn trong danh sách.")]})
    if new.fine_max < new.fine_min:
        raise Invalid(_NOT_SAVED, {"fine_max": [_("Mức cao nhất nhỏ hơn mức thấp nhất.")]})
    same = _of(session, new)
    if any(row.valid_from is not None and row.valid_from >= new.valid_from for row in same):
        said = _("Đã có khung từ chính ngày này hoặc sau đó.")
        raise Invalid(_NOT_SAVED, {"valid_from": [said]})
    for row in same:
        if row.valid_to is None or row.valid_to >= new.valid_from:
            row.valid_to = new.valid_from - timedelta(days=1)
    made = PenaltyRule(
        act_code=new.act_code,
        act=known[new.act_code],
        length_class=new.length_class,
        decree=new.decree,
        clause=new.clause,
        fine_min=new.fine_min,
        fine_max=new.fine_max,
        organisation_factor=new.organisation_factor,
        extra=new.extra,
        valid_from=new.valid_from,
        source=new.source,
        check=new.check.value,
    )
    session.add(made)
    session.flush()
    record_access(session, actor, "penalty_added", f"penalty:{made.id}", now=now)
    return made


def _of(session: Session, new: NewPenalty) -> Sequence[PenaltyRule]:
    return session.scalars(
        select(PenaltyRule).where(
            PenaltyRule.act_code == new.act_code, PenaltyRule.length_class == new.length_class
        )
    ).all()


def seed_penalties(session: Session) -> int:
    """Load the shipped rows that are not in the table; what an office added stays."""
    known = {_key(row) for row in penalty_rules(session)}
    with PENALTIES_FILE.open(encoding="utf-8", newline="") as lines:
        rows = [_row(line) for line in csv.DictReader(lines)]
    fresh = [row for row in rows if _key(row) not in known]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _key(row: PenaltyRule) -> tuple[str, str, str]:
    return row.act_code, row.length_class, row.decree


def _row(line: Mapping[str, str]) -> PenaltyRule:
    return PenaltyRule(
        act_code=line["act_code"],
        act=line["act"],
        length_class=line["length_class"],
        decree=line["decree"],
        clause=line["clause"],
        fine_min=Decimal(line["fine_min"]),
        fine_max=Decimal(line["fine_max"]),
        repeat_min=Decimal(line["repeat_min"]) if line["repeat_min"] else None,
        repeat_max=Decimal(line["repeat_max"]) if line["repeat_max"] else None,
        organisation_factor=int(line["organisation_factor"]),
        extra=line["extra"],
        valid_from=date.fromisoformat(line["valid_from"]) if line["valid_from"] else None,
        valid_to=date.fromisoformat(line["valid_to"]) if line["valid_to"] else None,
        source=line["source"],
        check=line["check"],
    )
