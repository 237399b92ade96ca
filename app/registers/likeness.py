"""How alike two persons are, part by part, so that a score can be explained to who must decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from app.registers.name_sounds import sound, syllables

LIKELY, POSSIBLE = 88, 72
BY_NAME_ALONE = 85  # a name shared by thousands says little when nothing else is known
_SAME_SOUND, _INITIAL, _UNSAID = 88.0, 80.0, 35.0
_FULL = 100.0
_NAME_ALONE_COSTS = 10
_BY_YEARS_APART = {0: 90.0, 1: 60.0, 2: 30.0}


class Part(StrEnum):
    """What is compared; the order is that in which it is told."""

    DOCUMENT = "document"
    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    PROVINCE = "province"
    VESSEL = "vessel"


WEIGHTS = {Part.NAME: 60, Part.BIRTH: 22, Part.SEX: 4, Part.PROVINCE: 8, Part.VESSEL: 10}
_SAME_PAPER, _SAME_PAPER_OTHER_NAME, _NAME_FITS = 99, 85, 60


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What two persons are compared by; a province or vessel is a code or an id."""

    names: Sequence[str]
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    province_code: str | None = None
    vessel_id: int | None = None
    papers: Collection[str] = ()  # blind indexes

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year


@dataclass(frozen=True, slots=True)
class Compared:
    """One part: its score from 0 to 100, and both sides where that tells more."""

    part: Part
    score: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """The whole score from 0 to 100, and the parts that it is made of."""

    score: int
    parts: Sequence[Compared]

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY and not self.is_by_name_alone

    @property
    def is_possible(self) -> bool:
        return self.score >= (BY_NAME_ALONE if self.is_by_name_alone else POSSIBLE)

    @property
    def is_by_name_alone(self) -> bool:
        return {one.part for one in self.parts} <= {Part.NAME, Part.SEX}

    @property
    def standing(self) -> int:
        """What look-alikes are ranked by: the same year says more than that none is known."""
        return self.score - (_NAME_ALONE_COSTS if self.is_by_name_alone else 0)


def compare(one: PersonFacts, other: PersonFacts) -> Likeness:
    """Weigh what both sides say; what only one of them knows counts neither way."""
    scores: dict[Part, float | None] = {
        Part.NAME: max(
            (name_likeness(a, b) for a in one.names for b in other.names if a and b), default=None
        ),
        Part.BIRTH: _birth(one, other),
        Part.SEX: _same(one.sex, other.sex),
        Part.PROVINCE: _same(one.province_code, other.province_code),
        Part.VESSEL: _same(one.vessel_id, other.vessel_id) or None,
    }
    known = {part: score for part, score in scores.items() if score is not None}
    parts = [Compared(part, round(score)) for part, score in known.items()]
    weight = sum(WEIGHTS[part] for part in known)
    total = sum(WEIGHTS[part] * score for part, score in known.items()) / weight if weight else 0.0
    if set(one.papers) & set(other.papers):
        fits = (scores[Part.NAME] or 0.0) >= _NAME_FITS
        same = _SAME_PAPER if fits else _SAME_PAPER_OTHER_NAME
        return Likeness(max(round(total), same), [Compared(Part.DOCUMENT, 100), *parts])
    return Likeness(round(total), parts)


def at_a_glance(name: float, *, years_apart: int | None, is_same_home: bool | None) -> float:
    """About what `compare` will say, by what the index of names holds."""
    weight, total = float(WEIGHTS[Part.NAME]), WEIGHTS[Part.NAME] * name
    if years_apart is not None:
        weight += WEIGHTS[Part.BIRTH]
        total += WEIGHTS[Part.BIRTH] * _BY_YEARS_APART.get(years_apart, 0.0)
    if is_same_home is not None:
        weight += WEIGHTS[Part.PROVINCE]
        total += WEIGHTS[Part.PROVINCE] * (_FULL if is_same_home else 0.0)
    is_alone = years_apart is None and is_same_home is None
    return total / weight - (_NAME_ALONE_COSTS if is_alone else 0)


def _same(one: object, other: object) -> float | None:
    if one is None or other is None or one == "" or other == "":
        return None
    return _FULL if one == other else 0.0


def _birth(one: PersonFacts, other: PersonFacts) -> float | None:
    if one.birth_date and other.birth_date:
        return _days(one.birth_date, other.birth_date)
    if one.year is None or other.year is None:
        return None
    return _BY_YEARS_APART.get(abs(one.year - other.year), 0.0)


def _days(one: date, other: date) -> float:
    """Days and months change places in foreign lists, and a figure is misread now and then."""
    if one == other:
        return _FULL
    if (one.day, one.month, one.year) == (other.month, other.day, other.year):
        return 90.0
    agree = (one.day == other.day) + (one.month == other.month) + (one.year == other.year)
    return {2: 70.0, 1: 20.0}.get(agree, 0.0)


# --- names ----------------------------------------------------------------------------------


def name_likeness(one: str, other: str) -> float:
    """How alike two spellings are, in any order of their syllables: 0 to 100."""
    here, there = syllables(one), syllables(other)
    if not here or not there:
        return 0.0
    if sorted(here) == sorted(there):
        return _FULL
    whole = fuzz.ratio("".join(here), "".join(there))  # one side written without spaces
    return max(_aligned(here, there), whole if abs(len(here) - len(there)) > 0 else 0.0)


def _aligned(here: Sequence[str], there: Sequence[str]) -> float:
    """Pair the syllables best first; a syllable without its pair counts as little said."""
    pairs = sorted(
        (
            (_syllable_likeness(a, b) - abs(i - j) * 0.01, i, j)
            for i, a in enumerate(here)
            for j, b in enumerate(there)
        ),
        reverse=True,
    )
    left, right, total = set(range(len(here))), set(range(len(there))), 0.0
    for score, i, j in pairs:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            total += score
    unpaired = len(left) + len(right)
    return (total + unpaired * _UNSAID) / (min(len(here), len(there)) + unpaired)


@lru_cache(maxsize=100_000)
def _syllable_likeness(one: str, other: str) -> float:
    if one == other:
        return _FULL
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    spelt = fuzz.ratio(one, other)
    return max(spelt, _SAME_SOUND * 0.5 + spelt * 0.5) if sound(one) == sound(other) else spelt
