"""The form of a finding about a case type: where it is, what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.workflow.text import Text

NO_CURE = Text("")


class Severity(StrEnum):
    """An error forbids publishing; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the path inside the YAML, a sentence, and what the author can do about it."""

    severity: Severity
    where: str
    text: Text
    cure: Text = NO_CURE

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def error(where: str, text: Text, cure: Text = NO_CURE) -> Problem:
    return Problem(Severity.ERROR, where, text, cure)


def warning(where: str, text: Text, cure: Text = NO_CURE) -> Problem:
    return Problem(Severity.WARNING, where, text, cure)
