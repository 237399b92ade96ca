"""A year of work: when things happen, who has them, and how far each has come by now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

import yaml
from sqlalchemy.orm import Session

from app.cases.models import EventKind
from app.demonstration.life_rows import Answers, Life
from app.demonstration.lives import Lives
from app.demonstration.names import DATA
from app.demonstration.published import Published
from app.demonstration.script_values import HANOI
from app.demonstration.staff import Staff
from app.geo.gazetteer import Pack
from app.permissions import Actor

Chosen = TypeVar("Chosen")
AT, ON = "{at}", "{on}"
_DAYS = 365
_NOTED, _ASSIGNED = 0.35, 0.6


@dataclass(frozen=True, slots=True)
class Year:
    """What every case of the year is made with."""

    session: Session
    staff: Staff
    lives: Lives
    pack: Pack
    chance: Random
    now: datetime
    share: float
    published: Published | None = None  # lived in full, with a paper at every step

    def openings(self, count: int) -> list[datetime]:
        """Moments over the last year in order: the share of `count` that is loaded."""
        return sorted(
            self.now - timedelta(days=self.chance.uniform(0.02, _DAYS))
            for _ in range(round(count * self.share))
        )

    def drawn(self, weights: Mapping[Chosen, float]) -> Chosen:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def phrase(self, of: str, what: str, kind: str = "") -> str:
        """A sentence of the phrase book."""
        listed: Any = phrases()[of][what]
        if isinstance(listed, dict):
            listed = listed.get(kind) or listed["*"]
        return str(self.chance.choice(listed))


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a life: how many hours after the one before, by whom, with which answers."""

    hours: float
    step: str
    actor: Actor
    answers: Answers
    reason: str = ""


Turns = Iterator[Turn]


def live(year: Year, life: Life, turns: Turns, *, of: str) -> None:
    """Take the turns until one lies ahead; some cases are given to somebody, some get a note."""
    at = life.head.opened_at
    last: Actor | None = None
    for turn in turns:
        at += timedelta(hours=turn.hours)
        if at >= year.now:
            break
        answers = _dated(turn.answers, at)
        if year.published is not None:
            year.lives.attach(life, turn.actor, year.phrase("papers", of), at=at)
        year.lives.step(life, turn.actor, turn.step, answers, at=at, reason=turn.reason)
        last = turn.actor
    if last is None or not life.head.is_open:
        return
    _linger(year, life, last, min(at, year.now), of=of)


def _dated(answers: Answers, at: datetime) -> Answers:
    """AT and ON in the answers are the moment and the day of the step itself."""
    filled = {AT: written(at), ON: day(at)}
    return {
        code: filled.get(value, value) if isinstance(value, str) else value
        for code, value in answers.items()
    }


def _linger(year: Year, life: Life, actor: Actor, until: datetime, *, of: str) -> None:
    """What happens to an open case between two steps."""
    since: datetime = life.columns["updated_at"]
    moment = since + (until - since) * year.chance.uniform(0.1, 0.8)
    if actor.unit_id == life.head.owner_unit_id and year.chance.random() < _ASSIGNED:
        year.lives.assign(life, actor, at=moment)
    if "note" in phrases()[of] and year.chance.random() < _NOTED:
        year.lives.note(life, actor, year.phrase(of, "note"), at=moment, kind=EventKind.NOTED)


@cache
def volumes() -> dict[str, Any]:  # Any: YAML
    read: dict[str, Any] = yaml.safe_load((DATA / "volumes.yaml").read_text("utf-8"))
    return read


@cache
def phrases() -> dict[str, dict[str, Any]]:  # Any: YAML
    read: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "phrases.yaml").read_text("utf-8"))
    return read


def written(moment: datetime) -> str:
    """A moment as a case keeps it, in Hanoi time."""
    return moment.astimezone(HANOI).isoformat(timespec="minutes")


def day(moment: datetime, days: float = 0) -> str:
    return (moment + timedelta(days=days)).astimezone(HANOI).date().isoformat()
