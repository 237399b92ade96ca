"""Limits that differ by country, province and neighbour: dated rows that an office can change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cases.heads import CaseHead
from app.cases.models import DatedSetting
from app.workflow.clock_rules import ClockRule
from app.workflow.limits import Limit

SETTINGS_FILE = Path(__file__).parent / "data" / "settings.yaml"
EVERYWHERE = "*"


def limits_for(
    session: Session, rules: Sequence[ClockRule], head: CaseHead, *, at: datetime
) -> dict[str, Limit]:
    """The limit in force under each name that these clocks use, for this case."""
    keys = {rule.setting for rule in rules if rule.setting}
    if not keys:
        return {}
    scopes = {key: scope_of(key, head) for key in keys}
    rows = session.scalars(
        select(DatedSetting).where(
            DatedSetting.key.in_(keys),
            DatedSetting.scope.in_({EVERYWHERE, *filter(None, scopes.values())}),
            or_(DatedSetting.valid_from.is_(None), DatedSetting.valid_from <= at.date()),
            or_(DatedSetting.valid_to.is_(None), DatedSetting.valid_to >= at.date()),
        )
    ).all()
    found = {key: _best(rows, key, scope) for key, scope in scopes.items()}
    return {key: Limit.parse(f"{row.value} {row.unit}") for key, row in found.items() if row}


def scope_of(key: str, head: CaseHead) -> str | None:
    """Which fact of the case chooses the row: the part before the dot says it."""
    facts: Mapping[str, str | None] = {
        "country": head.country_code,
        "province": head.province_code,
        "neighbour": head.neighbour,
    }
    return facts.get(key.partition(".")[0])


def _best(rows: Iterable[DatedSetting], key: str, scope: str | None) -> DatedSetting | None:
    """The row of this very place before the one for everywhere; among those the newest."""
    fitting = [row for row in rows if row.key == key and row.scope in {scope, EVERYWHERE}]
    return max(
        fitting,
        key=lambda row: (row.scope != EVERYWHERE, row.valid_from or date.min),
        default=None,
    )


def seed_settings(session: Session) -> int:
    """Load the shipped rows that are not in the table; what an office changed stays."""
    known = {(row.key, row.scope, row.valid_from) for row in session.scalars(select(DatedSetting))}
    rows: list[dict[str, Any]] = yaml.safe_load(SETTINGS_FILE.read_text("utf-8"))
    fresh = [
        DatedSetting(**{**row, "scope": str(row["scope"])})
        for row in rows
        if (row["key"], str(row["scope"]), row["valid_from"]) not in known
    ]
    session.add_all(fresh)
    return len(fresh)
