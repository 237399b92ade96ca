"""A whole year of the country, or a factor of it, lived by the engine: for measuring at full size.

Beside the told year of the normal demonstration. Written chunk by chunk in transactions of their
own, so that memory stays bounded and a load that was cut short goes on where it was.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.demonstration.chunks import Chunk
from app.demonstration.follow_ups import leave_past_untold
from app.demonstration.lives import Lives
from app.demonstration.paper import Papers
from app.demonstration.published import Published
from app.demonstration.script import Stage
from app.demonstration.script_values import ScriptValues
from app.demonstration.staff import Staff
from app.demonstration.stages import Run, finish, loaded
from app.demonstration.year import Year
from app.demonstration.year_border import live_border
from app.demonstration.year_protection import live_protection
from app.demonstration.years_acts import (
    live_agreements,
    live_delegations,
    live_patrols,
    live_press,
    patrols_a_year,
)
from app.demonstration.years_beside import hire_people, write_audit, write_calls
from app.demonstration.years_fishers import play_fishers
from app.demonstration.years_lists import play_lists
from app.geo.gazetteer import Pack

Writing = Callable[[], AbstractContextManager[Session]]
_SCALE = re.compile(r"(?P<years>\d+(?:\.\d+)?)y")
_STAGE = "years:"
_DAYS = 365
_EARLIEST, _LATEST = 0.0, 0.9995  # nothing begins at the very moment of the load


def years_of(scale: str) -> float | None:
    """How many years "1y" or "0.25y" asks for; None for anything else."""
    found = _SCALE.fullmatch(scale)
    return float(found["years"]) if found else None


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: how many a year, how many at once, and who writes them."""

    name: str
    count: Callable[[Published], float]
    at_once: int
    write: Callable[[Chunk], str]
    is_yearly: bool = True


def _figure(code: str) -> Callable[[Published], float]:
    return lambda published: float(published[code])


PARTS = (
    Part("users", _figure("users.named"), 2_000, hire_people, is_yearly=False),
    Part("border", _figure("border.cases"), 500, live_border),
    Part("protection", _figure("protection.cases"), 500, live_protection),
    Part("patrols", patrols_a_year, 500, live_patrols),
    Part("agreements", _figure("agreements.signed"), 500, live_agreements),
    Part("delegations", _figure("delegations.count"), 500, live_delegations),
    Part("press", _figure("press.delegations"), 500, live_press),
    Part("fishers", _figure("fishers.incidents"), 20, play_fishers),
    Part("lists", _figure("lists.count"), 20, play_lists),
    Part("calls", _figure("hotline.calls"), 5_000, write_calls),
    Part("audit", _figure("audit.entries"), 50_000, write_audit),
)


@dataclass(frozen=True, slots=True)
class Years:
    """What a load of so many years is made with."""

    writing: Writing
    pack: Pack
    papers: Papers
    run: Run
    years: float

    def load(self) -> Iterator[str]:
        """Write what is missing; yields a sentence for each part that was written."""
        for part in PARTS:
            said = ""
            while (written := self._write_next(part)) is not None:
                said = written
            if said:
                yield said

    def _write_next(self, part: Part) -> str | None:
        """The next chunk of a part in a transaction of its own; None where nothing is missing."""
        with self.writing() as session:
            published = Published(self.run.now.date())
            count = round(part.count(published) * (self.years if part.is_yearly else 1))
            done = _done(session, part)
            if done >= count:
                return None
            size = min(part.at_once, count - done)
            chance = Random(f"{self.run.seed}:{_STAGE}{part.name}:{done}")  # noqa: S311  no secret
            moments = self._moments(chance, done / count, (done + size) / count, size)
            said = part.write(self._chunk(session, chance, published, moments, done))
            leave_past_untold(session, self.run.now)
            finish(session, f"{_STAGE}{part.name}:{done + size}", now=self.run.now)
            return said if done + size < count else f"{said} ({count})"

    def _moments(self, chance: Random, first: float, last: float, size: int) -> list[datetime]:
        """A year and less of it lies in the last year, more of it in as many years."""
        days = _DAYS * max(1.0, self.years)
        low, high = max(first, _EARLIEST), min(last, _LATEST)
        shares = sorted(chance.uniform(low, high) for _ in range(size))
        return [self.run.now - timedelta(days=days * (1 - share)) for share in shares]

    def _chunk(
        self,
        session: Session,
        chance: Random,
        published: Published,
        moments: list[datetime],
        first: int,
    ) -> Chunk:
        now, staff = self.run.now, Staff(session)
        lives = Lives(session, self.pack, self.papers)
        year = Year(session, staff, lives, self.pack, chance, now, 1.0, published)
        stage = Stage(session, staff, ScriptValues(session, now), self.papers, self.pack, {})
        return Chunk(year, stage, published, moments, first)


def _done(session: Session, part: Part) -> int:
    start = f"{_STAGE}{part.name}:"
    names = (name for name in loaded(session) if name.startswith(start))
    return max((int(name.removeprefix(start)) for name in names), default=0)
