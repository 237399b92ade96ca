"""The form of a finding about a case type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error forbids publishing; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the path inside the YAML and a Vietnamese sentence."""

    severity: Severity
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def error(where: str, text: str) -> Problem:
    return Problem(Severity.ERROR, where, text)


def warning(where: str, text: str) -> Problem:
    return Problem(Severity.WARNING, where, text)
