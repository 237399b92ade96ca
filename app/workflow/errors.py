"""What is wrong with a definition, said so that its author finds the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the path inside the YAML, a Vietnamese sentence, the line (from 1) if known.

    `words` is the place as people call it: Bước “Ký” › Vai trò được làm.
    """

    path: str
    sentence: str
    line: int | None = None
    words: str = ""

    @property
    def place(self) -> str:
        """Return the place in words, then where it stands in the file."""
        inside = [f"dòng {self.line}"] if self.line else []
        if self.words and self.path:
            inside.append(self.path)
        said = self.words or self.path or "Toàn tệp"
        return f"{said} ({', '.join(inside)})" if inside else said

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class DefinitionError(ValueError):
    """A definition that cannot be used; `faults` lists all that is wrong, not only the first."""

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        self.name = name
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
