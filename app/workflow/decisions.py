"""The values that go into a decision and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from app.workflow.text import Text

NOTHING: Mapping[str, object] = MappingProxyType({})
REASON_FIELD = "reason"
NO_CHILDREN: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Role:
    """A role as people call it; `is_leader` roles give the second signature."""

    code: str
    name: Text
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class ActorView:
    """What the engine needs to know of the person who acts."""

    user_id: int
    roles: frozenset[str]
    unit_code: str


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """The first half of a four-eyes step: who asked for which step, with which answers.

    `hands` names the users who count as the one who asked, and why (`four_eyes.Hand`).
    """

    transition: str
    requested_by: int
    requested_at: datetime
    answers: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    hands: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as the engine sees it; `data` maps field codes to JSON values.

    `previous_state` is the state before the case closed: reopening goes back there; `checked` are
    the things of the present state's checklist that are done; `open_children` counts the tracked
    vessels, persons and sanctions that have not ended, by track.
    """

    state: str
    data: Mapping[str, object]
    version: int
    opened_at: datetime
    owner_unit: str
    reference: str = ""
    pending: PendingRequest | None = None
    is_suspended: bool = False
    is_merged: bool = False
    previous_state: str | None = None
    checked: frozenset[str] = frozenset()
    open_children: Mapping[str, int] = field(default_factory=lambda: NO_CHILDREN)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an act is refused, in words; `field` is set when filling a form field can cure it.

    `anchor` is the part of the case page where it can be cured.
    """

    code: str
    text: Text
    field: str | None = None
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an allowed step also does.

    `assign_unit`, `involve_unit`: value is what the field `target` holds; `set`: value goes into
    the field `target`; `open_case`: a case of type `target` takes over `fields`; `release`: no
    assignee.
    """

    do: Literal["assign_unit", "involve_unit", "set", "open_case", "release"]
    target: str = ""
    value: object = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The judgement of one act on one case by one person at one moment.

    `needs_second_person`: the act, if allowed, only records a request; nothing moves until a
    leader confirms. `confirms`: this is that confirmation. `missing` lists the fields to fill,
    `hidden` those whose condition does not hold: answers to them are not kept.
    """

    allowed: bool
    transition: str
    name: Text
    to_state: str
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    needs_second_person: bool = False
    confirms: bool = False
    effects: tuple[Effect, ...] = ()
    require: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    reason_mode: Literal["none", "optional", "required"] = "none"
    generate: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    is_primary: bool = False
    is_global: bool = False
    choices: Mapping[str, tuple[tuple[str, Text], ...]] = field(default_factory=lambda: NO_CHOICES)

    @property
    def moves(self) -> bool:
        """The case changes its state or flags now, rather than waiting for a second person."""
        return self.allowed and not self.needs_second_person

    @property
    def is_fillable(self) -> bool:
        """Allowed, or refused only for what the person can still fill in on the form."""
        return all(reason.field is not None for reason in self.reasons)


NO_CHOICES: Mapping[str, tuple[tuple[str, Text], ...]] = MappingProxyType({})
