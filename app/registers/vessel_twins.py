"""Finds vessels whose numbers may be one: misread letters, a figure too few, painted over."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.permissions import Actor
from app.registers.entry_queries import visible_vessels
from app.registers.models import Vessel
from app.registers.person_models import EntryApart
from app.registers.vessel_numbers import fold_number, read_vessel_number

MOST = 20
_LEAST = 75
_MOST_CANDIDATES = 2_000
_SHORTEST = 3
_FIGURES = re.compile(r"(?P<prefix>[a-z]{1,3})(?P<figures>[0-9oil]{5})(?P<rest>(?:ts)?)")
_TAKEN_FOR = str.maketrans({"o": "0", "i": "1", "l": "1"})


@dataclass(frozen=True, slots=True)
class VesselTwin:
    """A vessel that may be the one asked for; the score tells how alike the numbers are."""

    vessel: Vessel
    score: int


def vessel_twins_of(session: Session, actor: Actor, vessel: Vessel) -> list[VesselTwin]:
    """Vessels in the actor's scope with a number like one of this vessel's numbers."""
    asked = _Asked(vessel.canonical, vessel.number_fold, vessel.other_numbers)
    return _alike(session, actor, asked, without={vessel.id, *_apart_from(session, vessel.id)})


def vessels_like(session: Session, actor: Actor, shown: str) -> list[VesselTwin]:
    """Vessels in the actor's scope with a number like this one, which was read or reported."""
    number = read_vessel_number(shown)
    return _alike(session, actor, _Asked(number.canonical, number.folded, ()), without=frozenset())


@dataclass(frozen=True, slots=True)
class _Asked:
    """The numbers that are looked for: as it would be written, folded, and what else was seen."""

    canonical: str | None
    number_fold: str
    other_numbers: Sequence[str]


def _alike(
    session: Session, actor: Actor, asked: _Asked, *, without: Collection[int]
) -> list[VesselTwin]:
    numbers = [_as_compared(one) for one in (asked.number_fold, *asked.other_numbers)]
    wanted = [one for one in dict.fromkeys(numbers) if len(one) >= _SHORTEST]
    if not wanted:
        return []
    rows = session.execute(
        select(Vessel.id, Vessel.canonical, Vessel.number_fold, Vessel.other_numbers)
        .where(
            visible_vessels(actor),
            Vessel.merged_into_id.is_(None),
            or_(*(Vessel.number_fold.contains(part) for one in wanted for part in _pieces(one))),
        )
        .limit(_MOST_CANDIDATES)
    )
    scores = {
        row.id: max(
            round(fuzz.ratio(one, _as_compared(other)))
            for one in wanted
            for other in (row.number_fold, *row.other_numbers)
        )
        for row in rows
        if row.id not in without and not _are_two(asked, row.canonical, row.other_numbers)
    }
    near = {one: score for one, score in scores.items() if score >= _LEAST}
    found = session.scalars(select(Vessel).where(Vessel.id.in_(near)))
    twins = [VesselTwin(one, near[one.id]) for one in found]
    return sorted(twins, key=lambda twin: (-twin.score, twin.vessel.id))[:MOST]


def _are_two(vessel: _Asked, canonical: str | None, others: Sequence[str]) -> bool:
    """Two numbers that were both read whole are two vessels, unless one was seen on the other."""
    if vessel.canonical is None or canonical is None:
        return False
    if vessel.canonical == canonical or canonical.split("-")[1] == vessel.canonical.split("-")[1]:
        return False
    seen = {fold_number(one) for one in (*others, *vessel.other_numbers)}
    return not seen & {fold_number(canonical), vessel.number_fold}


def _as_compared(number: str) -> str:
    """The number folded, with the letters among its figures that are taken for figures."""
    folded = fold_number(number)
    found = _FIGURES.fullmatch(folded)
    if found is None:
        return folded
    return f"{found['prefix']}{found['figures'].translate(_TAKEN_FOR)}{found['rest']}"


def _pieces(number: str) -> Sequence[str]:
    """Parts of which at least one survives a single misread sign: both halves of the figures."""
    figures = "".join(sign for sign in number if sign.isdigit()) or number
    middle = len(figures) // 2
    return [part for part in (figures[:middle], figures[middle:]) if len(part) > 1] or [figures]


def _apart_from(session: Session, vessel_id: int) -> frozenset[int]:
    rows = session.execute(
        select(EntryApart.one_id, EntryApart.other_id).where(
            EntryApart.target == "vessel",
            or_(EntryApart.one_id == vessel_id, EntryApart.other_id == vessel_id),
        )
    )
    return frozenset(one for row in rows for one in row)
