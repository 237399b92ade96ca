"""Which rule of a unit takes a case: the first that fits, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.workflow.expressions import (
    Expression,
    ExpressionError,
    UnresolvedError,
    build_context,
    compile_expression,
    name_problems,
)
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class Route:
    """One rule: what a case must be like (an empty part asks nothing), and who gets it."""

    id: int
    name: str
    type_code: str = ""
    province_code: str = ""
    country_code: str = ""
    condition: str = ""
    team_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """A case as a rule sees it; `case` holds what CEL sees of it beside its facts."""

    type_code: str
    province_code: str | None
    country_code: str | None
    data: Mapping[str, object]
    case: Mapping[str, object] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()


def against(route: Route, case: Routed, *, now: datetime) -> tuple[Text, ...]:
    """Everything in a case that does not fit a rule; nothing where the rule takes it."""
    found = []
    if route.type_code and route.type_code != case.type_code:
        found.append(Text("Loại hồ sơ khác.", "Another case type."))
    if route.province_code and route.province_code != case.province_code:
        found.append(Text("Hồ sơ ở tỉnh khác hoặc chưa rõ tỉnh.", "Another province, or unknown."))
    if route.country_code and route.country_code != case.country_code:
        found.append(Text("Hồ sơ ở nước khác hoặc chưa rõ nước.", "Another country, or unknown."))
    if route.condition and not found:
        found += _against_condition(route.condition, case, now)
    return tuple(found)


def first_fitting(routes: Iterable[Route], case: Routed, *, now: datetime) -> Route | None:
    return next((route for route in routes if not against(route, case, now=now)), None)


def condition_problems(source: str, known_fields: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with a condition, in Vietnamese sentences; it may not ask who looks."""
    try:
        expression = compile_expression(source)
    except ExpressionError as error:
        return (str(error),)
    problems = list(name_problems(expression, known_fields))
    if "actor" in expression.roots:
        problems.append("điều kiện phân việc không hỏi về người đang xem (actor)")
    return tuple(problems)


def _against_condition(source: str, case: Routed, now: datetime) -> list[Text]:
    try:
        if _compiled(source).holds(
            build_context(case.data, case=case.case, actor={}, now=now, dated=case.dated)
        ):
            return []
    except (ExpressionError, UnresolvedError):
        return [
            Text(
                f"Chưa đủ dữ liệu để kiểm tra điều kiện “{source}”.",
                f"Not enough facts to check “{source}”.",
            )
        ]
    return [Text(f"Điều kiện “{source}” không đúng.", f"“{source}” does not hold.")]


_known: dict[str, Expression] = {}
_MOST_KNOWN = 1_000


def _compiled(source: str) -> Expression:
    """The expression, compiled once per process."""
    found = _known.get(source)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[source] = compile_expression(source)
    return found
