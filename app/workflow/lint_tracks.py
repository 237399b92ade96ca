"""Whether what a case type follows one by one, and who alone reads it, can work."""

from __future__ import annotations

from collections.abc import Iterator

from app.workflow.definition import CaseType
from app.workflow.lint_scope import Scope, repeated
from app.workflow.problems import Problem, error
from app.workflow.text import Text

_NO_READERS_NEEDED = frozenset({"system"})


def track_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Lists that are named twice; roles that must act on what they cannot read."""
    yield from repeated("tracks", case_type.tracks)
    yield from repeated("readers", case_type.readers)
    if not case_type.readers:
        return
    blind = _acting(case_type) - frozenset(case_type.readers) - _NO_READERS_NEEDED
    if blind:
        listed = ", ".join(sorted(blind))
        yield error(
            "readers",
            Text(
                f"vai trò {listed} có việc ở loại hồ sơ này mà không đọc được",
                f"the role {listed} acts on cases of this type and cannot read them",
            ),
            Text(f"thêm vào readers: {listed}", f"add to readers: {listed}"),
        )


def _acting(case_type: CaseType) -> frozenset[str]:
    found = set(case_type.open.roles)
    for step in case_type.transitions:
        found |= {*step.roles, *step.confirm}
    for event in case_type.events:
        found |= set(event.roles)
    return frozenset(found)
