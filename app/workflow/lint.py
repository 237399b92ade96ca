"""What is wrong, or doubtful, in a case type that is well formed: found before it is published."""

from __future__ import annotations

from collections.abc import Collection

from app.workflow.definition import CaseType
from app.workflow.lint_bounds import bound_problems
from app.workflow.lint_clocks import clock_problems, milestone_problems
from app.workflow.lint_expressions import derivation_problems, expression_problems, truth_problems
from app.workflow.lint_fields import field_problems, right_problems, value_problems
from app.workflow.lint_graph import graph_problems
from app.workflow.lint_names import (
    code_problems,
    name_collisions,
    reference_problems,
    reserved_problems,
    role_problems,
    unheld_problems,
)
from app.workflow.lint_scope import Rule, scope_of
from app.workflow.lint_steps import (
    asking_problems,
    consent_problems,
    opening_problems,
    step_problems,
)
from app.workflow.lint_texts import template_problems, translation_problems
from app.workflow.lint_tracks import protect_problems, track_problems
from app.workflow.lint_ways import way_problems
from app.workflow.lint_words import Named
from app.workflow.problems import Problem, Severity

__all__ = ["Problem", "Severity", "check", "check_holders"]
_RULES: tuple[Rule, ...] = (
    *(code_problems, graph_problems, role_problems, reference_problems, reserved_problems),
    *(
        step_problems,
        consent_problems,
        asking_problems,
        opening_problems,
        clock_problems,
        milestone_problems,
        way_problems,
        expression_problems,
    ),
    *(truth_problems, derivation_problems, field_problems, right_problems, value_problems),
    bound_problems,
    *(template_problems, name_collisions, translation_problems, track_problems, protect_problems),
)


def check(
    case_type: CaseType,
    known_roles: Named,
    *,
    known_types: Named | None = None,
    held_roles: Collection[str] | None = None,
    known_settings: Collection[str] | None = None,
) -> list[Problem]:
    """Return every problem of a case type, errors first, in the order of the rules.

    `known_roles` are the role codes of the installation; `known_types` the codes of the other case
    types, `held_roles` the roles that somebody holds and `known_settings` the dated limits, if
    these should be checked. With mappings from code to name the findings name them.
    """
    scope = scope_of(case_type, known_roles, known_types, held_roles, known_settings)
    found = [problem for rule in _RULES for problem in rule(case_type, scope)]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity is Severity.WARNING)


def check_holders(
    case_type: CaseType, known_roles: Named, held_roles: Collection[str]
) -> list[Problem]:
    """Only what `check` says of roles that nobody holds: a matter of people, not of the type."""
    scope = scope_of(case_type, known_roles, None, held_roles)
    return list(unheld_problems(case_type, frozenset(held_roles) | {"system"}, scope))
