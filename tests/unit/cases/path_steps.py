"""How a test writes one life of a case: who takes which step with which answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One transition by one role; `answers` override the sample values of its form."""

    code: str
    role: str
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Path:
    """A whole life of one case; `opening` overrides the sample values of the first form."""

    case_type: str
    opened_by: str
    steps: tuple[Step, ...]
    end: str
    opening: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.case_type}-{self.end}-{len(self.steps)}-steps"
