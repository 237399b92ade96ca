"""The time limits of a province at sea: dated settings, read once for many trips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.dated_settings import best_row
from app.cases.models import DatedSetting
from app.workflow.limits import ClockKind

_PREFIX: Final = "province.vms_"
_LOSS: Final = tuple(f"{_PREFIX}signal_loss{step}" for step in ("", "_2", "_3", "_4"))
_CROSSING: Final = tuple(f"{_PREFIX}line_crossing{step}" for step in ("", "_2"))
_NEVER: Final = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: after how long, and where that stands."""

    after: timedelta
    source: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds in one province on one day."""

    report_every: timedelta
    return_in: timedelta
    counted_loss: timedelta
    long_loss: timedelta
    trip_gap: timedelta
    loss_steps: tuple[Step, ...]
    crossing_steps: tuple[Step, ...]


class LimitBook:
    """Every row of the settings of this capability; the limits of a place are worked out once."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(
                *(DatedSetting.key, DatedSetting.scope, DatedSetting.value, DatedSetting.unit),
                *(DatedSetting.valid_from, DatedSetting.valid_to, DatedSetting.source),
            ).where(DatedSetting.key.startswith(_PREFIX, autoescape=True))
        )
        self._rows: dict[str, list[dict[str, Any]]] = {}  # Any: columns of dated_setting
        for row in rows:
            self._rows.setdefault(row.key, []).append(dict(row._mapping))  # noqa: SLF001  SQLAlchemy's public name for it
        self._known: dict[tuple[str | None, date], Limits] = {}

    def of(self, province_code: str | None, on: date) -> Limits:
        """The limits of a province; where a setting was taken away nothing is ever due."""
        key = (province_code, on)
        if key not in self._known:
            self._known[key] = self._worked_out(province_code, on)
        return self._known[key]

    def _worked_out(self, place: str | None, on: date) -> Limits:
        def length(name: str) -> timedelta:
            row = best_row(self._rows.get(f"{_PREFIX}{name}", ()), place, on)
            return _length(row) if row else _NEVER

        return Limits(
            length("report_every"),
            length("return_to_port"),
            length("counted_loss"),
            length("long_loss"),
            length("trip_gap"),
            self._steps(_LOSS, place, on),
            self._steps(_CROSSING, place, on),
        )

    def _steps(self, keys: Sequence[str], place: str | None, on: date) -> tuple[Step, ...]:
        """A province with a ladder of its own takes none of the general steps."""
        found = [best_row(self._rows.get(key, ()), place, on) for key in keys]
        steps = {_length(row): str(row["source"]) for row in found if row is not None}
        return tuple(Step(after, steps[after]) for after in sorted(steps))


def _length(row: Mapping[str, Any]) -> timedelta:  # Any: columns of dated_setting
    """At sea the clock never stops: a day is 24 hours, whatever kind of day is written."""
    value = int(row["value"])
    return timedelta(hours=value) if row["unit"] == ClockKind.HOURS else timedelta(days=value)
