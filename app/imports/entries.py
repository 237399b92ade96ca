"""What the imports of persons and of vessels share: one row is one entry, found again or new."""

from typing import Any

from app.imports.judging import Judged, Outcome, RowProblemError
from app.imports.values import read_text
from app.registers.models import Person, Vessel


def short_text(row: Judged, name: str, *, most: int = 255) -> str:
    """A text on one line: a cell of several lines is a cell of several records."""
    return " ".join(read_text(row, name, most=most).split())


def refuse_repeat(row: Judged, key: str, seen: dict[str, int], said: str) -> None:
    """The second row of a file that names the same entry is refused and names the first."""
    first = seen.setdefault(key, row.number)
    if first != row.number:
        row.refuse(said.format(first=first), "repeat")


def fill_blanks(
    entry: Person | Vessel, facts: dict[str, Any], *, row: Judged, is_dry: bool
) -> tuple[list[str], list[str]]:
    """Write what the register does not say yet; answers what was filled and what differs.

    The row remembers what stood there and what it filled in, so that it can be taken back. Any:
    column values.
    """
    filled, different = [], []
    for name, value in facts.items():
        ours = getattr(entry, name)
        if ours in (None, "", []):
            filled.append(name)
            row.filled[name] = (ours, value)
            if not is_dry:
                setattr(entry, name, value)
        elif ours != value:
            different.append(name)
    return filled, different


def settle_row(row: Judged, entry: Person | Vessel | None, *, filled: bool, is_new: bool) -> None:
    """What became of the row, as programs read it: the entry by its number, never by name."""
    if is_new:
        row.outcome = Outcome.CREATED
    else:
        row.outcome = Outcome.CHANGED if filled else Outcome.UNCHANGED
    row.stored = {
        "row": row.number,
        "id": entry.id if entry is not None else None,
        "label": f"số {entry.id}" if entry is not None else "",
        "line": "",
        "lat": None,
        "lon": None,
        "has_place": False,
        "crs": None,
        "province_code": entry.home_province_code if entry is not None else None,
        "outcome": str(row.outcome),
    }


def require_letters(text: str, sentence: str) -> None:
    if not any(mark.isalpha() for mark in text):
        raise RowProblemError(sentence, "missing")
