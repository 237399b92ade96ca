"""Finds the stretch of the line that a told kilometre is counted on."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.database import fold_text
from app.geo.crs import shipped_axes
from app.geo.places import ChainageExpression
from app.registers import place_questions as ask
from app.registers.models import Segment
from app.registers.queries import segments

_FILE = Path(__file__).parent / "data" / "counterparts.csv"
_WORDS = re.compile(r"[^a-z0-9]+")
_WHOLE_LINE = frozenset({"viet", "nam", "vn", "trung", "quoc", "lao", "campuchia", "cam", "pu"})
_WHOLE_LINE_MORE = frozenset({"chia", "bien", "gioi", "tuyen", "dat", "lien", "cn", "la", "kh"})
_METRES_PER_KILOMETRE = 1000.0


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A province and the one across the line: where their stretch begins, where that is known."""

    neighbour: str
    province_code: str
    province: str
    names: tuple[str, ...]
    from_m: float | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A stretch to count on: its line, and the chainages of its beginning and end in metres."""

    neighbour: str
    name: str
    from_m: float
    to_m: float


@cache
def counterparts() -> tuple[Counterpart, ...]:
    """The pairs of provinces seen in sources, as dated data with a check mark."""
    with _FILE.open(encoding="utf-8", newline="") as source:
        return tuple(
            Counterpart(
                row["neighbour"],
                row["province_code"],
                row["province"],
                tuple(row["counterpart"].split("|")),
                float(row["from_km"]) * _METRES_PER_KILOMETRE if row["from_km"] else None,
            )
            for row in csv.DictReader(source)
        )


def stretch_of(session: Session, told: ChainageExpression) -> Counted:
    """The stretch that the text names. Raises PlaceOpenError where it names none or several."""
    held = segments(session)
    if told.line is not None and _is_whole_line(told.stretch):
        own = [one for one in held if one.neighbour == told.line]
        return _spanning(told.line, told.stretch, own)
    codes = _provinces_named(session, told.stretch)
    pairs = [one for one in counterparts() if one.province_code in codes]
    across = [one for one in pairs if _is_named(one.names, told.stretch)]
    lines = {told.line} if told.line else {one.neighbour for one in across}
    own = [one for one in held if one.province_code in codes]
    own = [one for one in own if not lines or one.neighbour in lines]
    if not own:
        raise ask.no_stretch(told.stretch)
    if len({one.neighbour for one in own}) > 1:
        raise ask.which_stretch(told.stretch, dict.fromkeys(one.neighbour for one in own))
    stretch = _spanning(own[0].neighbour, told.stretch, own)
    return _from_counterpart(stretch, across)


def _spanning(line: str, name: str, parts: Iterable[Segment]) -> Counted:
    ends = [(one.chainage_from_m, one.chainage_to_m) for one in parts]
    starts = [start for start, _ in ends if start is not None]
    stops = [stop for _, stop in ends if stop is not None]
    if not starts or not stops:
        raise ask.no_stretch(name)
    return Counted(line, name, min(starts), max(stops))


def _from_counterpart(stretch: Counted, across: list[Counterpart]) -> Counted:
    """The part of a province's stretch that faces the province across, where it is named."""
    facing = [one for one in across if one.neighbour == stretch.neighbour]
    if not facing:
        return stretch
    begins = facing[0].from_m
    if begins is None:
        raise ask.no_beginning(stretch.name, facing[0].province)
    return Counted(stretch.neighbour, stretch.name, stretch.from_m + begins, stretch.to_m)


def _provinces_named(session: Session, text: str) -> set[str]:
    """The codes of today's provinces named by their present or a former name."""
    former = {axis.province: axis.province_code for axis in shipped_axes().rows}
    today = {name: code for code, name in province_names(session).items()}
    return {code for name, code in (former | today).items() if _is_named((name,), text)}


def _is_named(names: Iterable[str], text: str) -> bool:
    said = f" {_plain(text)} "
    return any(f" {_plain(name)} " in said for name in names)


def _plain(text: str) -> str:
    folded = _WORDS.sub(" ", fold_text(text)).strip()
    return folded.removeprefix("tinh ").removeprefix("thanh pho ").removeprefix("tp ")


def _is_whole_line(stretch: str) -> bool:
    return set(_plain(stretch).split()) <= _WHOLE_LINE | _WHOLE_LINE_MORE
