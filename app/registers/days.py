"""The one date control: the day of a page as its address says it, never later than today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.form_words import written_day

DAY = "ngay"
COMPARED = "so-sanh"
_EARLIEST = date(1885, 1, 1)  # the oldest markers of the northern line


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a page shows; `is_misread` where the address named none that can be shown."""

    on: date
    today: date
    is_misread: bool = False

    @property
    def is_past(self) -> bool:
        return self.on < self.today

    @property
    def said(self) -> str | None:
        """What stands in an address: nothing for today."""
        return self.on.isoformat() if self.is_past else None


def read_day(arguments: Mapping[str, str], today: date, *, name: str = DAY) -> Day:
    """The day in the address as yyyy-mm-dd or dd/mm/yyyy; today where there is none."""
    written = arguments.get(name, "").strip()
    if not written:
        return Day(today, today)
    found = written_day(written)
    if found is None or not _EARLIEST <= found <= today:
        return Day(today, today, is_misread=True)
    return Day(found, today)


def year_ends(first: date, today: date) -> list[date]:
    """The last day of every year from the first to the one before today."""
    return [date(year, 12, 31) for year in range(first.year, today.year)]
