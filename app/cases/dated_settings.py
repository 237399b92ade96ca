"""Limits that differ by country, province and neighbour: dated rows that an office can change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.cases.heads import CaseHead
from app.cases.models import DatedSetting
from app.database import Prepared
from app.registers.inspection_queries import intervals
from app.registers.inspection_rules import interval_for
from app.workflow.limits import Limit

SETTINGS_FILE = Path(__file__).parent / "data" / "settings.yaml"
EVERYWHERE = "*"
INSPECTION = "neighbour.marker_inspection_cycle"  # kept in the table inspection_interval
ADULT_AGE = "person.adult_age"
AGE_UNIT = "age"
_OLDEST_MINOR_RULE = 21  # where the row is missing, rather too many are protected than too few
_OF_KEY = Prepared(
    select(
        DatedSetting.scope,
        DatedSetting.value,
        DatedSetting.unit,
        DatedSetting.valid_from,
        DatedSetting.valid_to,
        DatedSetting.source,
        DatedSetting.check,
    ).where(DatedSetting.key == bindparam("wanted"))
)


class Limits(Mapping[str, Limit]):
    """The limits in force for one case, by name; the table is read when a clock first asks."""

    def __init__(self, session: Session, head: CaseHead, at: datetime) -> None:
        self._session = session
        self._head = head
        self._day = at.date()

    def __getitem__(self, key: str) -> Limit:
        row = self._row(key) if key else None
        if key == INSPECTION:
            return Limit.parse(f"{self._inspection_days(key)} cd")
        if row is None:
            raise KeyError(key)
        return Limit.parse(f"{row['value']} {row['unit']}")

    def _inspection_days(self, key: str) -> int:
        """The register's own table of inspections says it: no second figure beside it."""
        line = self._head.neighbour or ""
        found = interval_for(intervals(self._session), line, "", on=self._day)
        if found is None:
            raise KeyError(key)
        return found.days

    def __bool__(self) -> bool:
        return True  # being asked whether it holds anything must not read the table

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.scalars(select(DatedSetting.key).distinct()))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def row(self, key: str) -> dict[str, Any] | None:  # Any: columns of dated_setting
        """The row in force with its days and its source, to be shown."""
        return self._row(key)

    def _row(self, key: str) -> dict[str, Any] | None:  # Any: columns of dated_setting
        rows = _OF_KEY.rows(self._session, {"wanted": key})
        return best_row(rows, scope_of(key, self._head), self._day)


@dataclass(frozen=True, slots=True)
class RowsOfKey:
    """The rows of one setting, read once for many cases."""

    key: str
    rows: Sequence[dict[str, Any]]  # Any: columns of dated_setting

    def limit_of(self, head: CaseHead, at: datetime) -> Limit | None:
        row = best_row(self.rows, scope_of(self.key, head), at.date())
        return Limit.parse(f"{row['value']} {row['unit']}") if row else None


def rows_of(session: Session, key: str) -> RowsOfKey:
    return RowsOfKey(key, _OF_KEY.rows(session, {"wanted": key}))


def scope_of(key: str, head: CaseHead) -> str | None:
    """Which fact of the case chooses the row: the part before the dot says it."""
    facts: Mapping[str, str | None] = {
        "country": head.country_code,
        "province": head.province_code,
        "neighbour": head.neighbour,
    }
    return facts.get(key.partition(".")[0])


def best_row(
    rows: Iterable[dict[str, Any]], scope: str | None, day: date
) -> dict[str, Any] | None:  # Any: columns of dated_setting
    """The row of this very place before the one for everywhere; among those the newest."""
    fitting = [row for row in rows if row["scope"] in {scope, EVERYWHERE} and _holds(row, day)]
    return max(
        fitting,
        key=lambda row: (row["scope"] != EVERYWHERE, row["valid_from"] or date.min),
        default=None,
    )


def _holds(row: Mapping[str, Any], day: date) -> bool:  # Any: columns of dated_setting
    return (row["valid_from"] or date.min) <= day <= (row["valid_to"] or date.max)


def adult_age_on(session: Session, on: date) -> int:
    """From which age a person is no minor, by the rule of the day; protecting is the safe side."""
    found = best_row(_OF_KEY.rows(session, {"wanted": ADULT_AGE}), None, on)
    return int(found["value"]) if found is not None else _OLDEST_MINOR_RULE


def _columns(row: dict[str, Any]) -> dict[str, Any]:  # Any: YAML
    return {key: value for key, value in row.items() if key != "source_vi"}


def seed_settings(session: Session) -> int:
    """Load the shipped rows that are not in the table; what an office changed stays."""
    known = {(row.key, row.scope, row.valid_from) for row in session.scalars(select(DatedSetting))}
    rows: list[dict[str, Any]] = yaml.safe_load(SETTINGS_FILE.read_text("utf-8"))
    fresh = [
        DatedSetting(**{**_columns(row), "scope": str(row["scope"])})
        for row in rows
        if (row["key"], str(row["scope"]), row["valid_from"]) not in known
    ]
    session.add_all(fresh)
    return len(fresh)
