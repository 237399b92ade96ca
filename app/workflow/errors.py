"""What is wrong with a definition, said so that its author finds the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the path inside the YAML, a Vietnamese sentence, the line (from 1) if known."""

    path: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.path or "(toàn tệp)"
        line = f" (dòng {self.line})" if self.line else ""
        return f"{place}{line}: {self.sentence}"


class DefinitionError(ValueError):
    """A definition that cannot be used; `faults` lists all that is wrong, not only the first."""

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        self.name = name
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
