"""The other engines, each carrying the same case type as a competent user of it would write it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from xml.sax.saxutils import escape

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from statemachine import State, StateMachine
from transitions import Machine as TransitionsMachine

from app.cases.catalogue import DEFINITIONS
from app.workflow.decisions import Role
from app.workflow.definition import CaseType, Transition, load_definition
from app.workflow.text import Text
from benchmarks.subject import TYPE, Step

Facts = dict[str, Any]  # field code → JSON value


class RefusalError(Exception):
    """The engine does not allow the step."""


@dataclass
class Situation:
    """What is stored of a case; `blob` is what an engine keeps beside the state."""

    state: str
    data: Facts
    blob: str | None = None


class Engine(Protocol):
    """One step of a case: judge it, move the state, change the facts."""

    name: str

    def start(self) -> str | None: ...

    def step(self, case: Situation, step: Step, roles: frozenset[str]) -> None: ...


def case_type() -> CaseType:
    return load_definition(DEFINITIONS / f"{TYPE}.yaml")


def leaders() -> list[Role]:
    """Somebody must be able to give the second signature, or the definition does not compile."""
    return [Role("border_command", Text("Chỉ huy", "Command"), is_leader=True)]


def _may_take(rule: Transition) -> Callable[[Facts, Mapping[str, Any], frozenset[str]], bool]:
    """The condition of a step in Python: a role, the required fields, and its guards by hand."""
    roles, required, guard = frozenset(rule.roles), rule.require, GUARDS.get(rule.code)

    def may_take(data: Facts, answers: Mapping[str, Any], held: frozenset[str]) -> bool:
        facts = {**data, **answers}
        is_filled = all(facts.get(field) not in (None, "", []) for field in required)
        return not roles.isdisjoint(held) and is_filled and (guard is None or guard(facts))

    return may_take


def may_take_by_code() -> dict[str, Callable[[Facts, Mapping[str, Any], frozenset[str]], bool]]:
    """The condition of every step, for an engine that is not in this module."""
    return {rule.code: _may_take(rule) for rule in case_type().transitions}


def _is_placed(facts: Facts) -> bool:
    has_marker, has_position = "nearest_marker" in facts, "position" in facts
    return (has_marker or has_position) and (
        not has_marker or has_position or "marker_offset_m" in facts
    )


GUARDS: dict[str, Callable[[Facts], bool]] = {"dispatch": _is_placed}


# --- transitions ------------------------------------------------------------------------------


@dataclass
class _Model:
    """What the machine of `transitions` and of python-statemachine moves."""

    state: str
    case: Situation


class TransitionsEngine:
    """One machine and one model that is put into each case's state: adding models costs more."""

    name = "transitions"

    def __init__(self) -> None:
        definition = case_type()
        self._model = _Model(definition.initial_state, Situation(definition.initial_state, {}))
        self._machine = TransitionsMachine(
            model=self._model,
            states=[state.code for state in definition.states],
            transitions=[
                {
                    "trigger": rule.code,
                    "source": list(rule.sources),
                    "dest": rule.to,
                    "conditions": [_transitions_condition(rule)],
                    "after": _transitions_effect,
                }
                for rule in definition.transitions
            ],
            initial=definition.initial_state,
            auto_transitions=False,
            send_event=True,
        )

    def start(self) -> str | None:
        return None

    def step(self, case: Situation, step: Step, roles: frozenset[str]) -> None:
        self._model.case = case
        self._machine.set_state(case.state, self._model)
        if not self._machine.events[step.code].trigger(
            self._model, answers=step.answers, roles=roles
        ):
            raise RefusalError(step.code)
        case.state = self._model.state


def _transitions_condition(rule: Transition) -> Callable[[Any], bool]:
    may_take = _may_take(rule)

    def holds(event: Any) -> bool:
        return may_take(event.model.case.data, event.kwargs["answers"], event.kwargs["roles"])

    return holds


def _transitions_effect(event: Any) -> None:
    event.model.case.data.update(event.kwargs["answers"])


# --- python-statemachine ----------------------------------------------------------------------


class StatemachineEngine:
    """One machine over one model that is put into each case's state: making machines costs more."""

    name = "python-statemachine"

    def __init__(self) -> None:
        definition = case_type()
        self._model = _Model(definition.initial_state, Situation(definition.initial_state, {}))
        self._machine = _statemachine_class(definition)(self._model)

    def start(self) -> str | None:
        return None

    def step(self, case: Situation, step: Step, roles: frozenset[str]) -> None:
        self._model.case, self._model.state = case, case.state
        self._machine.send(step.code, answers=step.answers, roles=roles)
        case.state = self._model.state


def _statemachine_class(definition: CaseType) -> type[StateMachine]:
    states = {
        state.code: State(
            initial=state.code == definition.initial_state,
            final=state.is_terminal,
            value=state.code,
        )
        for state in definition.states
    }
    body: dict[str, Any] = dict(states)
    for rule in definition.transitions:
        condition = f"may_{rule.code}"
        body[condition] = _statemachine_condition(rule)
        ways = [states[source].to(states[rule.to], cond=condition) for source in rule.sources]
        event = ways[0]
        for way in ways[1:]:
            event = event | way
        body[rule.code] = event

    def after_transition(self: StateMachine, answers: Mapping[str, Any]) -> None:
        self.model.case.data.update(answers)

    body["after_transition"] = after_transition
    return type("IncidentMachine", (StateMachine,), body)


def _statemachine_condition(rule: Transition) -> Callable[..., bool]:
    may_take = _may_take(rule)

    def holds(self: StateMachine, answers: Mapping[str, Any], roles: frozenset[str]) -> bool:
        return may_take(self.model.case.data, answers, roles)

    return holds


# --- SpiffWorkflow ----------------------------------------------------------------------------


class SpiffEngine:
    """A BPMN process: a user task per state, a gateway behind it; stored by its own serializer."""

    name = "SpiffWorkflow"

    def __init__(self) -> None:
        definition = case_type()
        self._rules = {rule.code: rule for rule in definition.transitions}
        self._may = {rule.code: _may_take(rule) for rule in definition.transitions}
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(_bpmn(definition).encode()))
        self._spec = parser.get_spec(TYPE)
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def start(self) -> str | None:
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        stored: str = self._serializer.serialize_json(workflow)
        return stored

    def step(self, case: Situation, step: Step, roles: frozenset[str]) -> None:
        if not self._may[step.code](case.data, step.answers, roles):
            raise RefusalError(step.code)
        workflow = self._serializer.deserialize_json(case.blob)
        task = self._ready(workflow)
        task.data.update({**step.answers, "step": step.code})
        task.run()
        workflow.do_engine_steps()
        case.data.update(step.answers)
        case.state = self._ready(workflow).task_spec.bpmn_id
        case.blob = self._serializer.serialize_json(workflow)

    @staticmethod
    def _ready(workflow: BpmnWorkflow) -> Any:
        ready = workflow.get_tasks(state=TaskState.READY, spec_class=UserTaskMixin)
        return ready[0]


def _bpmn(definition: CaseType) -> str:
    """The case type as BPMN: after the task of a state, a gateway asks which step was taken."""
    parts = ['<bpmn:startEvent id="start"/>']
    flows = [("start", definition.initial_state, "")]
    for state in definition.states:
        if state.is_terminal:
            parts.append(f'<bpmn:endEvent id="{state.code}"/>')
            continue
        parts.append(f'<bpmn:userTask id="{state.code}" name="{escape(state.name.en)}"/>')
        parts.append(f'<bpmn:exclusiveGateway id="after_{state.code}"/>')
        flows.append((state.code, f"after_{state.code}", ""))
        flows += [
            (f"after_{state.code}", rule.to, f"step == '{rule.code}'")
            for rule in definition.transitions
            if state.code in rule.sources
        ]
    parts += [_flow(number, *flow) for number, flow in enumerate(flows)]
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="bench">'
        f'<bpmn:process id="{definition.code}" isExecutable="true">{"".join(parts)}</bpmn:process>'
        "</bpmn:definitions>"
    )


def _flow(number: int, source: str, target: str, condition: str) -> str:
    ends = f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"'
    if not condition:
        return f"{ends}/>"
    kind = 'xsi:type="bpmn:tFormalExpression"'
    asked = f"<bpmn:conditionExpression {kind}>{escape(condition)}</bpmn:conditionExpression>"
    return f"{ends}>{asked}</bpmn:sequenceFlow>"


ENGINES: tuple[type[Engine], ...] = (TransitionsEngine, StatemachineEngine, SpiffEngine)
