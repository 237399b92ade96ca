"""Counts what a run found, for people (screen, problem list) and for programs (JSON)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.imports.judging import Finding, Judged, Outcome, Severity

MOST_OF_ONE_CODE = 1_000


@dataclass
class Report:
    """What became of the rows seen so far; `stored` is kept only where somebody reads it."""

    keeps_stored: bool = False
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    warned: int = 0
    stored: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON
    batch_id: int | None = None  # by which the run can be taken back

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def accepted(self) -> int:
        return self.total - self.outcomes[Outcome.REFUSED]

    def add(self, rows: Iterable[Judged]) -> list[Finding]:
        """Count a chunk of rows; returns the findings that are new and worth keeping."""
        fresh: list[Finding] = []
        for row in rows:
            if row.outcome is not None:
                self.outcomes[row.outcome] += 1
            self.warned += any(one.severity is Severity.WARNING for one in row.findings)
            fresh.extend(one for one in row.findings if self._is_kept(one))
            if self.keeps_stored and not row.is_refused:
                self.stored.append(row.stored)
        self.findings.extend(fresh)
        return fresh

    def _is_kept(self, finding: Finding) -> bool:
        self.counts[finding.code] += 1
        return finding.severity is Severity.ERROR or self.counts[finding.code] <= MOST_OF_ONE_CODE

    def notes(self) -> list[str]:
        """What was said so often that the rest is only counted."""
        return [
            f"Có {count} dòng cùng một lưu ý như dòng {first.row} (“{first.text[:60]}…”); "
            f"danh sách chỉ ghi {MOST_OF_ONE_CODE} dòng đầu."
            for code, count in self.counts.items()
            if count > MOST_OF_ONE_CODE and (first := self._first_warning(code)) is not None
        ]

    def _first_warning(self, code: str) -> Finding | None:
        warnings = (one for one in self.findings if one.severity is Severity.WARNING)
        return next((one for one in warnings if one.code == code), None)


def as_json(
    report: Report, *, file: str, notes: Sequence[str], is_dry_run: bool
) -> dict[str, Any]:  # Any: JSON
    """The stable form that programs read."""
    return {
        "file": file,
        "batch": report.batch_id,
        "dry_run": is_dry_run,
        "accepted": report.accepted,
        "created": report.outcomes[Outcome.CREATED],
        "changed": report.outcomes[Outcome.CHANGED],
        "unchanged": report.outcomes[Outcome.UNCHANGED],
        "refused": [
            {"row": one.row, "reason": one.text}
            for one in report.findings
            if one.severity is Severity.ERROR
        ],
        "warnings": [
            {"row": one.row, "text": one.text}
            for one in report.findings
            if one.severity is Severity.WARNING
        ],
        "stored": report.stored,
        "notes": list(notes),
    }
