"""What a draft would have said to what really happened: acts refused, deadlines missed, dead ends.

Each act is judged with the facts as they were just before it, and by the person who did it with
the roles that were kept with the act. An old act has kept none: then the roles of today count;
where these would not have allowed the act at its time, the person must have had another role then,
and is taken to hold every role that the version of the time asked for.
What that version refuses on the same facts is no finding about the draft. An answer that the draft
no longer asks for is left away, since its form would not have brought it; what the old version
wrote by itself is not an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.workflow.calendars import WorkCalendar
from app.workflow.clocks import ClockAction, OpenClock, advance
from app.workflow.decisions import (
    NOTHING,
    REASON_FIELD,
    ActorView,
    Decision,
    Reason,
    Situation,
)
from app.workflow.definition import CaseType
from app.workflow.engine import decide, decide_opening
from app.workflow.limits import Limit
from app.workflow.machine import Machine, Rule
from app.workflow.past_events import Past, past_happening
from app.workflow.text import Text


class Found(StrEnum):
    """What the replay finds of an act or a case."""

    REFUSED = "refused"
    SECOND_PERSON = "second_person"
    MISSED = "missed"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `key` is the same for findings of the same reason."""

    kind: Found
    key: str
    at: datetime
    text: Text


@dataclass(frozen=True, slots=True)
class Scene:
    """The draft, the version of the time, and what deadlines depend on."""

    draft: Machine
    then: Machine
    calendar: WorkCalendar
    settings: Mapping[str, Limit] = field(default_factory=dict)

    @property
    def of_its_time(self) -> Scene:
        """The same scene under the version that the case really has."""
        return replace(self, draft=self.then)


@dataclass(slots=True)
class Tally:
    """Counts over many cases.

    For each clock: rounds that fell due and missed ones by the draft, then by the version in use.
    """

    acts: int = 0
    allowed: int = 0
    by_roles_of_today: int = 0
    clocks: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        self.acts += other.acts
        self.allowed += other.allowed
        self.by_roles_of_today += other.by_roles_of_today
        for code, counts in other.clocks.items():
            mine = self.clocks.setdefault(code, [0, 0, 0, 0])
            self.clocks[code] = [a + b for a, b in zip(mine, counts, strict=True)]

    def as_json(self) -> dict[str, object]:
        return {
            "acts": self.acts,
            "allowed": self.allowed,
            "by_roles_of_today": self.by_roles_of_today,
            "clocks": self.clocks,
        }


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was found of one case since a moment."""

    findings: tuple[Finding, ...]
    tally: Tally


def replay(scene: Scene, history: Sequence[Past], *, since: datetime, now: datetime) -> Replayed:
    """Judge every act of a case since a moment, and count its deadlines by both definitions."""
    findings: list[Finding] = []
    tally = Tally()
    for past in history:
        if past.event.at < since or past.event.kind not in _ACTS:
            continue
        tally.acts += 1
        tally.by_roles_of_today += past.event.roles_then is None
        decision = judged_again(scene, past)
        fresh = list(_of_decision(past, decision))
        if not decision.allowed:
            known = {one.key for one in _of_decision(past, judged_again(scene.of_its_time, past))}
            fresh = [one for one in fresh if one.key not in known]
        tally.allowed += all(one.kind is not Found.REFUSED for one in fresh)
        findings += fresh
    findings += _missed(scene, history, tally, since=since, now=now)
    return Replayed(tuple(findings), tally)


_ACTS = frozenset({"opened", "moved", "confirmation_requested"})


def judged_again(scene: Scene, past: Past) -> Decision:
    """The draft's judgement of an act of the past."""
    event, draft = past.event, scene.draft
    actor = ActorView(event.actor_id, _roles_then(scene.then, past), event.unit_code)
    if past.before is None:
        opening = _accepted(draft.opening, past.answers)
        return decide_opening(draft, actor, answers=opening, now=event.at)
    code = event.transition or ""
    rule = draft.rules.get(code)
    situation = _known_state(past.before, scene)
    if isinstance(situation, Reason):
        known = rule or scene.then.rules.get(code)
        return _refused(known.name if known is not None else Text(code), past, situation)
    if rule is None or past.before.pending is None:
        situation = replace(situation, pending=None)
        given = _given(scene, rule, past)
        return decide(draft, situation, actor, code, answers=given, now=event.at)
    if not rule.four_eyes:
        answers = {**_accepted(rule, past.before.pending.answers), **_reason_of(rule, past)}
        situation = replace(situation, pending=None)
        return decide(draft, situation, actor, code, answers=answers, now=event.at)
    pending = replace(past.before.pending, answers=_accepted(rule, past.before.pending.answers))
    return decide(draft, replace(situation, pending=pending), actor, code, now=event.at)


def _roles_then(then: Machine, past: Past) -> frozenset[str]:
    """The roles by which the person had acted."""
    kept = past.event.roles_then
    if kept is not None:
        return kept
    if past.before is None:
        asked = then.opening.roles
    else:
        rule = then.rules.get(past.event.transition or "")
        if rule is None:
            return past.event.roles
        asked = rule.roles if past.before.pending is None else rule.confirm_roles
    return asked if past.event.roles.isdisjoint(asked) else past.event.roles


def _known_state(situation: Situation, scene: Scene) -> Situation | Reason:
    if situation.state in scene.draft.states:
        return situation
    return Reason("no_state", _no_state(scene.then, situation.state))


def _no_state(then: Machine, state: str) -> Text:
    name = then.states[state].name if state in then.states else Text(state)
    return Text(
        f"Bản thảo không có trạng thái “{name}”.",
        f"The draft has no state “{name.in_locale('en')}”.",
    )


def _refused(name: Text, past: Past, reason: Reason) -> Decision:
    return Decision(
        allowed=False,
        transition=past.event.transition or "",
        name=name,
        to_state=past.after.state,
        reasons=(reason,),
    )


def _given(scene: Scene, rule: Rule | None, past: Past) -> Mapping[str, object]:
    """What the person had answered: without what effects of the time had set."""
    if rule is None:
        return NOTHING
    then = scene.then.rules.get(rule.code)
    said = past.event.data.get("answers", NOTHING)
    if then is not None and isinstance(said, Mapping):
        said = {code: value for code, value in said.items() if code in then.form_fields}
    kept = said if isinstance(said, Mapping) else NOTHING
    return {**_accepted(rule, kept), **_reason_of(rule, past)}


def _accepted(rule: Rule, answers: Mapping[str, object]) -> dict[str, object]:
    kept = rule.form_fields | ({REASON_FIELD} if rule.reason_mode != "none" else set())
    return {code: value for code, value in answers.items() if code in kept}


def _reason_of(rule: Rule, past: Past) -> dict[str, object]:
    if rule.reason_mode == "none" or not past.event.text:
        return {}
    return {REASON_FIELD: past.event.text}


def _of_decision(past: Past, decision: Decision) -> Iterator[Finding]:
    at = past.event.at
    if decision.allowed:
        if decision.needs_second_person and past.event.kind == "moved":
            text = Text(
                f"“{decision.name}” nay phải có người thứ hai xác nhận.",
                f"“{decision.name.in_locale('en')}” now needs a second person.",
            )
            yield Finding(Found.SECOND_PERSON, decision.transition, at, text)
        return
    for reason in decision.reasons:
        key = f"{decision.transition}:{reason.code}:{reason.field or reason.text.vi}"
        name = decision.name
        text = Text(
            f"{name}: {reason.text}", f"{name.in_locale('en')}: {reason.text.in_locale('en')}"
        )
        yield Finding(Found.REFUSED, key[:200], at, text)


# --- deadlines --------------------------------------------------------------------------------


def _missed(
    scene: Scene, history: Sequence[Past], tally: Tally, *, since: datetime, now: datetime
) -> Iterator[Finding]:
    """Count the rounds that fell due by each definition; name those that the draft had missed."""
    for place, machine in ((0, scene.draft), (2, scene.then)):
        names = {rule.code: rule.name for rule in machine.clocks}
        for clock, ended_at in _rounds(scene, machine, history):
            if not since <= clock.due_at <= now:
                continue
            counts = tally.clocks.setdefault(clock.code, [0, 0, 0, 0])
            counts[place] += 1
            if (ended_at or now) <= clock.due_at:
                continue
            counts[place + 1] += 1
            if place == 0:
                name = names[clock.code]
                text = Text(f"Quá hạn “{name}”.", f"“{name.in_locale('en')}” missed.")
                yield Finding(Found.MISSED, clock.code, clock.due_at, text)


def _rounds(
    scene: Scene, machine: Machine, history: Iterable[Past]
) -> Iterator[tuple[OpenClock, datetime | None]]:
    """Every round of every clock with the moment at which it stopped; None while it runs."""
    running: dict[str, OpenClock] = {}
    rounds: dict[str, int] = {}
    for past in history:
        changes = advance(
            machine.clocks,
            running.values(),
            past_happening(machine, past),
            calendar=scene.calendar,
            settings=scene.settings,
            rounds=rounds,
        )
        for change in changes:
            code = change.clock.code
            if change.action is ClockAction.STOPPED:
                yield change.clock, change.at
            if change.action in {ClockAction.STOPPED, ClockAction.CANCELLED}:
                running.pop(code, None)
            else:
                running[code] = change.clock
                rounds[code] = change.clock.round
    for clock in running.values():
        if not clock.is_paused:
            yield clock, None


# --- who gains, who loses, what is stuck ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PowerChange:
    """One step in one state that some roles gain or lose; names as people read them."""

    state: str
    transition: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def power_changes(old: CaseType, new: CaseType) -> list[PowerChange]:
    """Compare who may take which step in which state, in the order of the new definition."""
    before, after = _powers(old), _powers(new)
    keys = [*after, *(key for key in before if key not in after)]
    found = []
    for key in keys:
        had, has = before.get(key, frozenset()), after.get(key, frozenset())
        if had != has:
            found.append(PowerChange(*key, tuple(sorted(has - had)), tuple(sorted(had - has))))
    return found


def _powers(case_type: CaseType) -> dict[tuple[str, str], frozenset[str]]:
    return {
        (source, step.code): frozenset(step.roles)
        for step in case_type.transitions
        for source in step.sources
    }


def stuck(
    scene: Scene, situation: Situation, *, held: frozenset[str], now: datetime
) -> Finding | None:
    """Why an open case could not go on under the draft; None if somebody can take some step.

    `held` are the roles that somebody holds. What a person can still fill in does not hold a case.
    """
    draft = scene.draft
    state = draft.states.get(situation.state)
    if state is None:
        text = _no_state(scene.then, situation.state)
        return Finding(Found.STUCK, f"no_state:{situation.state}", now, text)
    if situation.pending is not None and situation.pending.transition not in draft.rules:
        text = Text(
            "Đề nghị đang chờ thuộc bước mà bản thảo không còn.",
            "The waiting request belongs to a step that the draft has not.",
        )
        return Finding(Found.STUCK, f"pending:{situation.pending.transition}", now, text)
    free = replace(situation, pending=None, is_suspended=False)
    why: list[Text] = []
    for rule in draft.moves.get(situation.state, {}).values():
        against = _against(draft, free, rule, held=held, now=now)
        if not against:
            return None
        why += against
    vi = " ".join(dict.fromkeys(text.vi for text in why)) or "không có bước nào đi ra."
    en = " ".join(dict.fromkeys(text.in_locale("en") for text in why)) or "no step leads out."
    text = Text(f"“{state.name}”: {vi}", f"“{state.name.in_locale('en')}”: {en}")
    return Finding(Found.STUCK, f"state:{situation.state}", now, text)


def _against(
    draft: Machine, free: Situation, rule: Rule, *, held: frozenset[str], now: datetime
) -> list[Text]:
    """What nobody can change about a step; empty if somebody could take it."""
    roles = rule.roles & held
    if not roles:
        name = rule.name
        return [
            Text(
                f"không ai giữ vai trò làm bước “{name}”.",
                f"nobody holds a role for “{name.in_locale('en')}”.",
            )
        ]
    actor = ActorView(0, roles, free.owner_unit)
    decision = decide(draft, free, actor, rule.code, now=now)
    return [reason.text for reason in decision.reasons if not _can_be_cured(reason)]


def _can_be_cured(reason: Reason) -> bool:
    """Whether a person can still change what stands against a step."""
    by_hand = {"guard_unresolved", "missing_reason", "unchecked"}
    return reason.field is not None or reason.code in by_hand
