"""The engine on case types nobody designed, by itself and against python-statemachine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed

from app.workflow.decisions import ActorView, Situation
from app.workflow.engine import Machine, available, compile_definition, decide
from app.workflow.lint import check
from tests.unit.workflow.random_types import (
    ENOUGH,
    FIELDS,
    KNOWN_ROLES,
    ROLES,
    Drawn,
    Facts,
    Rule,
    drawn_types,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
EVERYONE = frozenset(ROLES)
TEXTS = st.sampled_from(["", "x", "y"])
ANSWERS = st.fixed_dictionaries(
    {},
    optional={"a": TEXTS, "b": TEXTS, "n": st.integers(0, 12), "flag": st.booleans()},
)
MOVES = st.lists(
    st.tuples(st.integers(0, 20), st.sets(st.sampled_from(ROLES), max_size=2), ANSWERS),
    max_size=10,
)
QUICK = settings(max_examples=40, deadline=None)


def compiled(drawn: Drawn) -> Machine:
    return compile_definition(drawn.case_type, KNOWN_ROLES)


def at(state: str, facts: Facts) -> Situation:
    return Situation(state, dict(facts), 1, NOW, "U")


def reached_by(exits: Callable[[str], set[str]]) -> set[str]:
    """Every state that can be reached from the first one."""
    seen, waiting = {"s0"}, ["s0"]
    while waiting:
        for state in exits(waiting.pop()) - seen:
            seen.add(state)
            waiting.append(state)
    return seen


# --- the engine by itself -------------------------------------------------------------------


@given(drawn_types())
@QUICK
def test_what_the_checks_allow_can_be_walked_to_every_state(drawn: Drawn) -> None:
    assert check(drawn.case_type, EVERYONE) == []
    machine, actor = compiled(drawn), ActorView(1, EVERYONE, "U")

    def exits(state: str) -> set[str]:
        found = available(machine, at(state, ENOUGH), actor, now=NOW)
        assert [one.transition for one in found] == list(machine.moves[state])
        return {one.to_state for one in found if one.allowed}

    assert reached_by(exits) == set(machine.states)


@given(drawn_types(), MOVES, st.permutations(range(21)))
@QUICK
def test_a_judgement_depends_on_nothing_that_was_asked_before(
    drawn: Drawn, moves: list[tuple[int, set[str], dict[str, Any]]], order: list[int]
) -> None:
    machine = compiled(drawn)
    questions = [
        (
            at(f"s{number % drawn.count}", answers),
            ActorView(1, frozenset(roles), "U"),
            drawn.rules[number % len(drawn.rules)].code,
            answers,
        )
        for number, roles, answers in moves
    ]

    def judged(number: int) -> object:
        case, actor, code, answers = questions[number]
        return decide(machine, case, actor, code, answers=answers, now=NOW)

    first = [judged(number) for number in range(len(questions))]
    for number in (one for one in order if one < len(questions)):
        assert judged(number) == first[number]


@given(drawn_types(), MOVES)
@QUICK
def test_reasons_do_not_depend_on_the_order_of_answers(
    drawn: Drawn, moves: list[tuple[int, set[str], dict[str, Any]]]
) -> None:
    machine = compiled(drawn)
    for number, roles, answers in moves:
        rule = drawn.rules[number % len(drawn.rules)]
        case, actor = at("s0", {}), ActorView(1, frozenset(roles), "U")
        turned = dict(reversed(answers.items()))
        forward = decide(machine, case, actor, rule.code, answers=answers, now=NOW)
        assert forward == decide(machine, case, actor, rule.code, answers=turned, now=NOW)


@given(drawn_types(), MOVES)
@QUICK
def test_the_steps_taken_tell_the_state_again(
    drawn: Drawn, moves: list[tuple[int, set[str], dict[str, Any]]]
) -> None:
    machine = compiled(drawn)
    state, facts = machine.initial_state, dict[str, Any]()
    events: list[tuple[str, dict[str, Any]]] = []
    for number, roles, answers in moves:
        rule = drawn.rules[number % len(drawn.rules)]
        actor = ActorView(1, frozenset(roles), "U")
        decision = decide(machine, at(state, facts), actor, rule.code, answers=answers, now=NOW)
        if decision.allowed:
            state, facts = decision.to_state, facts | answers
            events.append((rule.code, answers))
    again, known = machine.initial_state, dict[str, Any]()
    for code, answers in events:
        assert again in machine.rules[code].sources
        again, known = machine.rules[code].to, known | answers
    assert (again, known) == (state, facts)
    assert state in machine.states


# --- against python-statemachine --------------------------------------------------------------


class Model:
    """What the other engine moves: a state and the facts of a case."""

    def __init__(self, state: str = "s0", facts: Facts | None = None) -> None:
        self.state = state
        self.facts = dict(facts or {})


def other_engine(drawn: Drawn) -> type[StateMachine]:
    """The same type as a user of python-statemachine writes it."""
    states = {
        number: State(initial=number == 0, final=drawn.is_end(number), value=f"s{number}")
        for number in range(drawn.count)
    }
    body: dict[str, Any] = {f"s{number}": state for number, state in states.items()}
    for rule in drawn.rules:
        condition = f"may_{rule.code}"
        body[condition] = condition_of(rule)
        ways = [states[one].to(states[rule.to], cond=condition) for one in rule.sources]
        event = ways[0]
        for way in ways[1:]:
            event |= way
        body[rule.code] = event
    return type("DrawnMachine", (StateMachine,), body)


def condition_of(rule: Rule) -> Callable[..., bool]:
    def holds(self: Any, answers: Mapping[str, Any], roles: frozenset[str]) -> bool:
        return rule.may_take({**self.model.facts, **answers}, roles)

    return holds


def sent(
    machine: StateMachine, code: str, answers: Mapping[str, Any], roles: frozenset[str]
) -> bool:
    try:
        machine.send(code, answers=answers, roles=roles)
    except TransitionNotAllowed:
        return False
    return True


@given(drawn_types(), MOVES)
@QUICK
def test_python_statemachine_takes_and_refuses_the_same_steps(
    drawn: Drawn, moves: list[tuple[int, set[str], dict[str, Any]]]
) -> None:
    ours = compiled(drawn)
    model = Model()
    theirs = other_engine(drawn)(model)
    state, facts = ours.initial_state, dict[str, Any]()
    for number, roles, answers in moves:
        code, held = drawn.rules[number % len(drawn.rules)].code, frozenset(roles)
        actor = ActorView(1, held, "U")
        decision = decide(ours, at(state, facts), actor, code, answers=answers, now=NOW)
        assert sent(theirs, code, answers, held) == decision.allowed
        if decision.allowed:
            state, facts = decision.to_state, facts | answers
            model.facts = facts
        assert model.state == state


@given(drawn_types())
@QUICK
def test_python_statemachine_reaches_the_same_states(drawn: Drawn) -> None:
    ours = compiled(drawn)
    theirs = other_engine(drawn)
    actor = ActorView(1, EVERYONE, "U")

    def our_exits(state: str) -> set[str]:
        return {
            one.to_state
            for one in available(ours, at(state, ENOUGH), actor, now=NOW)
            if one.allowed
        }

    def their_exits(state: str) -> set[str]:
        found = set()
        for rule in drawn.rules:
            model = Model(state, ENOUGH)  # a machine that has ended takes no other state
            if sent(theirs(model), rule.code, {}, EVERYONE):
                found.add(model.state)
        return found

    ends = {f"s{number}" for number in range(drawn.count) if drawn.is_end(number)}
    assert reached_by(our_exits) == reached_by(
        lambda state: set() if state in ends else their_exits(state)
    )
    assert set(FIELDS) == set(ENOUGH)
