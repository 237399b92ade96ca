"""Case types nobody designed: small random graphs with roles, needed fields and conditions.

Every state can be reached and can end, as the checks demand of a type that is published. Each
condition stands here twice, as CEL and as plain Python, so that another engine can judge the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from app.workflow.decisions import Role
from app.workflow.definition import CaseType, parse_definition
from app.workflow.text import Text

Facts = Mapping[str, Any]
ROLES = ("r0", "r1", "r2")
KNOWN_ROLES = [Role(code, Text(code, code), code == "r0") for code in ROLES]
FIELDS = ("a", "b", "n", "flag")
GUARDS: tuple[tuple[str, Callable[[Facts], bool]], ...] = (
    ("data.n > 3", lambda facts: facts.get("n") is not None and facts["n"] > 3),
    ("has(data.flag) && data.flag", lambda facts: facts.get("flag") is True),
    ("!has(data.a) || data.a == 'x'", lambda facts: not facts.get("a") or facts["a"] == "x"),
    ("has(data.n) ? data.n < 9 : true", lambda facts: facts.get("n") is None or facts["n"] < 9),
)
# Everything is filled, and every condition above holds.
ENOUGH: Facts = {"a": "x", "b": "x", "n": 5, "flag": True}


@dataclass(frozen=True)
class Rule:
    """One step as the other engine is told of it."""

    code: str
    sources: tuple[int, ...]
    to: int
    roles: tuple[str, ...]
    require: tuple[str, ...]
    guards: tuple[int, ...]

    def may_take(self, facts: Facts, roles: frozenset[str]) -> bool:
        has_all = all(facts.get(field) not in (None, "") for field in self.require)
        holds = all(GUARDS[number][1](facts) for number in self.guards)
        return has_all and holds and not roles.isdisjoint(self.roles)


@dataclass(frozen=True)
class Drawn:
    """A random case type, and the same as plain rules; the last `terminal` states are ends."""

    count: int
    terminal: int
    rules: tuple[Rule, ...]
    case_type: CaseType

    def is_end(self, number: int) -> bool:
        return number >= self.count - self.terminal


def _subset(values: tuple[str, ...], *, least: int) -> st.SearchStrategy[tuple[str, ...]]:
    chosen = st.lists(st.sampled_from(values), unique=True, min_size=least, max_size=2)
    return chosen.map(tuple)


@st.composite
def drawn_types(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(3, 7))
    terminal = draw(st.integers(1, min(2, count - 2)))
    going = count - terminal
    ways = [(draw(st.integers(0, min(to, going) - 1)), to) for to in range(1, count)]
    ways += [(source, draw(st.integers(source + 1, count - 1))) for source in range(going)]
    more = st.tuples(st.integers(0, going - 1), st.integers(0, count - 1))
    ways += draw(st.lists(more, max_size=4))
    rules = tuple(_rule(draw, number, way, going) for number, way in enumerate(ways))
    return Drawn(count, terminal, rules, _case_type(count, going, rules))


def _rule(draw: st.DrawFn, number: int, way: tuple[int, int], going: int) -> Rule:
    source, to = way
    others = draw(st.sets(st.integers(0, going - 1), max_size=1))
    return Rule(
        code=f"t{number}",
        sources=tuple(sorted({source, *others})),
        to=to,
        roles=draw(_subset(ROLES, least=1)),
        require=draw(_subset(("a", "b", "n"), least=0)),
        guards=tuple(draw(st.sets(st.integers(0, len(GUARDS) - 1), max_size=2))),
    )


def _case_type(count: int, going: int, rules: tuple[Rule, ...]) -> CaseType:
    kinds = {"a": "text", "b": "text", "n": "number", "flag": "boolean"}
    ends = [f"s{number}" for number in range(going, count)]
    content = {
        "code": "drawn",
        "name": _named("drawn"),
        "reference": "X-{seq:05d}",
        "symbol": {"shape": "circle", "color": "#000000"},
        "open": {"roles": ["r0"]},
        "title": "{a}",
        "fields": [{"code": key, "type": kind, "name": _named(key)} for key, kind in kinds.items()],
        "states": [_state(number, going) for number in range(count)],
        "transitions": [_transition(rule) for rule in rules],
        "outcomes": ends,
    }
    return parse_definition(content, name="drawn")


def _named(code: str) -> dict[str, str]:
    return {"vi": code, "en": code}


def _state(number: int, going: int) -> dict[str, Any]:
    kind = "terminal" if number >= going else "normal"
    code = f"s{number}"
    return {"code": code, "name": _named(code), "kind": kind if number else "initial"}


def _transition(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": _named(rule.code),
        "from": [f"s{number}" for number in rule.sources],
        "to": f"s{rule.to}",
        "roles": list(rule.roles),
        "require": list(rule.require),
        "ask": [field for field in FIELDS if field not in rule.require],
        "guards": [{"when": GUARDS[number][0], "message": _named("no")} for number in rule.guards],
    }
