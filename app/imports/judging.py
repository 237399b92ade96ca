"""What is found while a row is judged: errors that refuse it, warnings that go with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.imports.readers.source import Cell, Unreadable


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Outcome(StrEnum):
    """What became of a row, or would become of it."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one row; `code` groups those that say the same of many rows."""

    row: int
    severity: Severity
    code: str
    text: str


class RowProblemError(ValueError):
    """A cell cannot be taken as it is; the message is a Vietnamese sentence."""

    def __init__(self, sentence: str, code: str = "value") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(slots=True)
class Judged:
    """One row on its way in: what it says, what was found, what became of it.

    `intake` is what the target makes of it; `stored` what is shown of the stored record.
    """

    number: int
    values: Mapping[str, Cell]
    group: str = ""
    findings: list[Finding] = field(default_factory=list)
    intake: Any = None  # Any: each target's own record
    outcome: Outcome | None = None
    stored: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    filled: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # Any: a column before, after

    @property
    def is_refused(self) -> bool:
        return self.outcome is Outcome.REFUSED

    def refuse(self, text: str, code: str = "value") -> None:
        self.outcome = Outcome.REFUSED
        self.findings.append(Finding(self.number, Severity.ERROR, code, text))

    def take_in(self, read: Callable[["Judged"], Any]) -> None:  # Any: each target's own record
        """Keep what the target reads in the row; what it cannot read refuses the row."""
        try:
            self.intake = read(self)
        except RowProblemError as problem:
            self.refuse(str(problem), problem.code)

    def warn(self, text: str, code: str) -> None:
        self.findings.append(Finding(self.number, Severity.WARNING, code, text))

    def text(self, name: str) -> str:
        """The value of a field as text; figures as they are written, without a trailing .0."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, Unreadable):
            raise RowProblemError(value.sentence, "unreadable")
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    def cell(self, name: str) -> Cell:
        """The value of a field as the file holds it. Raises for a formula."""
        value = self.values.get(name)
        if isinstance(value, Unreadable):
            raise RowProblemError(value.sentence, "unreadable")
        return None if value == "" else value
