"""How a definition writes a time limit: "2 h", "10 cd", "5 wd"; a warning may also be "50%"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.workflow.text import Text


class ClockKind(StrEnum):
    """The three kinds of clock."""

    HOURS = "h"
    CALENDAR_DAYS = "cd"
    WORKING_DAYS = "wd"


_UNITS = {
    ClockKind.HOURS: ("giờ", "hour"),
    ClockKind.CALENDAR_DAYS: ("ngày", "calendar day"),
    ClockKind.WORKING_DAYS: ("ngày làm việc", "working day"),
}
_LIMIT = re.compile(r"(\d{1,5}) ?(h|cd|wd)", re.ASCII)
_PERCENT = re.compile(r"(\d{1,2}) ?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of running hours, calendar days or working days."""

    amount: int
    kind: ClockKind

    @classmethod
    def parse(cls, value: object) -> Limit:
        """Read "5 wd"; raises ValueError with a Vietnamese sentence."""
        if isinstance(value, Limit):
            return value
        match = _LIMIT.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ValueError(
                "thời hạn viết là “2 h” (giờ), “10 cd” (ngày) hoặc “5 wd” (ngày làm việc)"
            )
        return cls(int(match[1]), ClockKind(match[2]))

    def __str__(self) -> str:
        return f"{self.amount} {self.kind.value}"

    @property
    def text(self) -> Text:
        vi, en = _UNITS[self.kind]
        return Text(f"{self.amount} {vi}", f"{self.amount} {en}{'' if self.amount == 1 else 's'}")


@dataclass(frozen=True, slots=True)
class Warn:
    """When to warn: after a share of the time has run, or so long before the due moment."""

    percent: int | None = None
    ahead: Limit | None = None

    @classmethod
    def parse(cls, value: object) -> Warn:
        """Read "50%" or "2 h"; raises ValueError with a Vietnamese sentence."""
        if isinstance(value, Warn):
            return value
        match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is not None:
            return cls(percent=int(match[1]))
        try:
            return cls(ahead=Limit.parse(value))
        except ValueError as error:
            raise ValueError(
                "nhắc trước viết là “50%” (dưới 100), “2 h” (giờ), “3 cd” (ngày) hoặc “1 wd”"
                " (ngày làm việc)"
            ) from error

    def __str__(self) -> str:
        return f"{self.percent}%" if self.ahead is None else str(self.ahead)
