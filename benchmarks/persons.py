"""How long it takes to find who a person may be among a million names, in any spelling."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import fold_text, reading
from app.permissions import SYSTEM_ACTOR
from app.registers.likeness import PersonFacts, compare
from app.registers.models import Person
from app.registers.person_models import NameSound
from app.registers.twins import MOST, Twin, facts_of, find_twins
from benchmarks.crew import alone
from benchmarks.databases import app_on, scratch
from benchmarks.harness import Options, Row, measured, percentile, rounded
from benchmarks.people import fill

NAME = "person match"
TARGET = "p99 < 150 ms among 1,000,000 names"
FOUND = "at least 95 % of the planted spellings"
LIMIT_MS, LEAST_FOUND = 150.0, 0.95
WARM_UP = 5
_BY_EAR = (
    *(("v", "w"), ("ph", "f"), ("ng", "n"), ("qu", "kw"), ("d", "z"), ("th", "t"), ("tr", "ch")),
    *(("x", "s"), ("gi", "z"), ("kh", "k"), ("c", "k"), ("uy", "ui"), ("uo", "o")),
)


def measure(options: Options) -> Iterator[Row]:
    count = min(options.rows * 10, 1_000_000)
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            found = alone(_measured, url, folder, count, options.requests * 5)
            yield from _rows(engine, count, found)


def _rows(engine: str, count: int, found: dict[str, Any]) -> Iterator[Row]:
    last = percentile(found["delays"], 99) * 1000
    asked = sum(found["asked"].values())
    hits = sum(found["hits"].values())
    by_kind = ", ".join(
        f"{kind} {found['hits'][kind]} of {planted}" for kind, planted in found["asked"].items()
    )
    yield measured(
        f"{NAME}: {engine}, {count} names",
        rounded(last),
        "ms p99",
        peers={"the same words by LIKE, which finds no misspelling": found["scan"] * 1000},
        target=TARGET,
        met=last < LIMIT_MS,
        note=(
            f"p50 {rounded(percentile(found['delays'], 50) * 1000)} ms, of processor time p99"
            f" {rounded(percentile(found['spent'], 99) * 1000)} ms;"
            f" {found['spellings']} spellings under their sounds"
        ),
    )
    yield measured(
        f"{NAME}: {engine}, planted spellings found",
        rounded(100 * hits / asked),
        "%",
        target=FOUND,
        met=hits >= LEAST_FOUND * asked,
        note=f"among the {MOST} shown, or all shown are as alike as the one sought: {by_kind}",
    )


def _measured(url: str, folder: Path, count: int, requests: int) -> dict[str, Any]:
    chance = random.Random(20261122)  # noqa: S311  the same names at every run
    with app_on(url, folder, is_worker=True).app_context():
        fill(count, chance)
        return searched(count, requests, chance)


def searched(count: int, requests: int, chance: random.Random) -> dict[str, Any]:
    """Ask for persons of the database in spoilt spellings, one kind after the other."""
    session = reading()
    delays, spent = [], []
    asked, hits = Counter[str](), Counter[str]()
    for number in range(-WARM_UP, requests):
        kind = list(SPOILERS)[number % len(SPOILERS)]
        wanted = session.get_one(Person, chance.randint(1, count))
        facts = _asked(wanted, SPOILERS[kind], chance)
        session.expunge_all()
        start, used = time.perf_counter(), time.process_time()
        twins = find_twins(session, SYSTEM_ACTOR, facts)
        taken, worked = time.perf_counter() - start, time.process_time() - used
        if number < 0:
            continue
        delays.append(taken)
        spent.append(worked)
        asked[kind] += 1
        hits[kind] += _is_found(wanted, facts, twins)
    return {
        "delays": delays,
        "spent": spent,
        "asked": asked,
        "hits": hits,
        "spellings": session.scalar(select(func.count(NameSound.spelling.distinct()))) or 0,
        "scan": _scan(session),
    }


def _is_found(wanted: Person, asked: PersonFacts, twins: list[Twin]) -> bool:
    """Whether the person is among those shown, or none of them is less alike than the person."""
    if wanted.id in {one.person.id for one in twins}:
        return True
    own = compare(asked, facts_of(wanted)).standing
    return len(twins) == MOST and twins[-1].likeness.standing >= own


def _scan(session: Session) -> float:
    start = time.perf_counter()
    asked = select(Person.id).where(Person.name_fold.contains("van dung")).limit(20)
    session.execute(asked.where(Person.birth_year == 1901)).all()
    return time.perf_counter() - start


# --- as foreign lists have names --------------------------------------------------------------


def _asked(
    wanted: Person, spoil: Callable[[list[str], random.Random], str], chance: random.Random
) -> PersonFacts:
    """The person as a foreign list has it: the year missing or wrong by one, the home unknown."""
    name = spoil(fold_text(wanted.claimed_name).split(), chance)
    year = wanted.birth_year if chance.random() < 0.7 else None
    if year and chance.random() < 0.1:
        year += 1
    province = wanted.home_province_code if chance.random() < 0.5 else None
    return PersonFacts([name.upper()], birth_year=year, province_code=province)


def _turned(parts: list[str], chance: random.Random) -> str:
    by = chance.choice((1, -1))
    return " ".join([*parts[by:], *parts[:by]])


def _by_ear(parts: list[str], chance: random.Random) -> str:
    """Two syllables as a clerk who speaks another language hears them, half of them turned."""
    for place in chance.sample(range(len(parts)), 2):
        fitting = [pair for pair in _BY_EAR if pair[0] in parts[place]]
        if fitting:
            parts[place] = parts[place].replace(*chance.choice(fitting), 1)
    return _turned(parts, chance) if chance.random() < 0.5 else " ".join(parts)


def _mistyped(parts: list[str], chance: random.Random) -> str:
    """One letter left out, doubled, changed, or in the place of the next."""
    place = max(range(len(parts)), key=lambda at: (len(parts[at]), chance.random()))
    word = parts[place]
    at = chance.randrange(1, len(word)) if len(word) > 1 else 0
    other = chance.choice("aeiounhtlm")
    parts[place] = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + other + word[at + 1 :],
            word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :],
        )
    )
    return " ".join(parts)


def _joined(parts: list[str], chance: random.Random) -> str:
    del chance
    return "".join(parts)


def _shortened(parts: list[str], chance: random.Random) -> str:
    """A middle syllable left out, or only its first letter."""
    place = chance.randrange(1, len(parts) - 1)
    left = [parts[place][0]] if chance.random() < 0.5 else []
    return " ".join([*parts[:place], *left, *parts[place + 1 :]])


SPOILERS: dict[str, Callable[[list[str], random.Random], str]] = {
    "turned": _turned,
    "by ear": _by_ear,
    "mistyped": _mistyped,
    "joined": _joined,
    "shortened": _shortened,
}
