"""The register of a line as a tree: line, stretch, position, markers, pegs; figures beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.errors import NotFound
from app.geo.gazetteer import Pack
from app.geo.labels import LabelError, MarkerLabel, parse_label
from app.permissions import Actor
from app.registers.days import Day
from app.registers.models import LineFact, MarkerKind, Neighbour, Segment
from app.registers.past import Standing, standings
from app.registers.queries import MarkerFilter, facts_by, segments_seen_by
from app.registers.units_on import province_map
from app.registers.vocabulary import word
from app.reports.published import figures

_METRES = 1000.0


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted of a stretch or a line: positions, and markers by kind."""

    positions: int
    kinds: Mapping[str, int]

    @property
    def markers(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Stretch:
    segment: Segment
    province: str
    km: float | None
    numbers: Numbers
    facts: Sequence[LineFact]


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its figures and its stretches in the order of the border."""

    neighbour: str
    name: str
    facts: Sequence[LineFact]
    stretches: Sequence[Stretch]
    numbers: Numbers


@dataclass(slots=True)
class Branch:
    """A number of the line: the positions that carry it, and the numbers that hang from it."""

    label: str
    positions: list[list[Standing]] = field(default_factory=list)
    below: dict[str, "Branch"] = field(default_factory=dict)

    @property
    def numbers(self) -> Numbers:
        return count_of(self.every())

    def every(self) -> list[Standing]:
        own = [one for group in self.positions for one in group]
        return [*own, *(one for branch in self.below.values() for one in branch.every())]


@dataclass(frozen=True, slots=True)
class LinesPage:
    day: Day
    map_day: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class SegmentPage:
    day: Day
    map_day: date
    stretch: Stretch
    branches: Sequence[Branch]
    before: Segment | None
    after: Segment | None


def count_of(found: Iterable[Standing]) -> Numbers:
    every = list(found)
    kinds = Counter(one.kind for one in every)
    ordered = {kind.value: kinds[kind] for kind in MarkerKind if kinds[kind]}
    return Numbers(len({one.position_id for one in every}), ordered)


def lines_page(session: Session, actor: Actor, day: Day, *, pack: Pack | None) -> LinesPage:
    found = standings(session, actor, MarkerFilter(), on=day.on, pack=pack)
    own: dict[int | None, list[Standing]] = {}
    for one in found:
        own.setdefault(one.segment_id, []).append(one)
    facts, names = _facts(session, actor, day.on), province_names(session)
    stretches = [
        _stretch(segment, names, own.get(segment.id, []), facts)
        for segment in segments_seen_by(session, actor)
    ]
    lines = [_line(code, actor.locale, stretches, found, facts) for code in Neighbour]
    shown = [line for line in lines if line.stretches or actor.area.is_everything]
    return LinesPage(day, province_map(session, day.on).day, shown)


def _line(
    code: str,
    locale: str,
    stretches: Sequence[Stretch],
    found: Sequence[Standing],
    facts: Mapping[str, Sequence[LineFact]],
) -> Line:
    return Line(
        code,
        word("neighbour", code, locale),
        facts.get(f"line:{code}", ()),
        [one for one in stretches if one.segment.neighbour == code],
        count_of(one for one in found if one.neighbour == code),
    )


def segment_page(
    session: Session, actor: Actor, segment_id: int, day: Day, *, pack: Pack | None
) -> SegmentPage:
    """One stretch with its tree. Raises NotFound outside the actor's area."""
    seen = segments_seen_by(session, actor)
    segment = next((one for one in seen if one.id == segment_id), None)
    if segment is None:
        raise NotFound
    filters = MarkerFilter(segment_id=segment_id)
    found = standings(session, actor, filters, on=day.on, pack=pack)
    facts = _facts(session, actor, day.on)
    along = [one for one in seen if one.neighbour == segment.neighbour]
    at = along.index(segment)
    return SegmentPage(
        day,
        province_map(session, day.on).day,
        _stretch(segment, province_names(session), found, facts),
        tree_of(found),
        along[at - 1] if at else None,
        along[at + 1] if at + 1 < len(along) else None,
    )


def tree_of(found: Iterable[Standing]) -> list[Branch]:
    """The numbers of a stretch: a main marker, below it its auxiliary ones, below them the pegs."""
    roots: dict[str, Branch] = {}
    by_position: dict[int, list[Standing]] = {}
    for one in found:
        by_position.setdefault(one.position_id, []).append(one)
    for group in by_position.values():
        branches, branch = roots, None
        for label in _path(group[0]):
            branch = branches.setdefault(label, Branch(label))
            branches = branch.below
        if branch is not None:
            branch.positions.append(group)
    return list(roots.values())


def _path(one: Standing) -> list[str]:
    """The numbers from the main one down to the marker's own."""
    try:
        label: MarkerLabel = parse_label(one.label, line=one.neighbour)
    except LabelError:
        return [one.label]
    if not label.main or label.text is not None:
        return [one.label]
    path = [str(label.main)]
    if label.aux is not None:
        path.append(f"{label.main}/{label.aux}")
    if label.peg is not None:
        path.append(f"{path[-1]}.{label.peg}")
    return path


# --- figures --------------------------------------------------------------------------------


def _facts(session: Session, actor: Actor, on: date) -> Mapping[str, Sequence[LineFact]]:
    """The figures that were published by a day, by subject, as far as the actor sees them."""
    provinces = actor.area.province_codes
    found: dict[str, list[LineFact]] = {}
    for fact in facts_by(session, on):
        kind, *rest = fact.subject.split(":")
        if kind == "province" and not actor.area.is_everything and rest[0] not in provinces:
            continue
        found.setdefault(fact.subject, []).append(fact)
    return found


def _stretch(
    segment: Segment,
    names: Mapping[str, str],
    found: Sequence[Standing],
    facts: Mapping[str, Sequence[LineFact]],
) -> Stretch:
    km = None
    if segment.chainage_from_m is not None and segment.chainage_to_m is not None:
        km = (segment.chainage_to_m - segment.chainage_from_m) / _METRES
    of_province = facts.get(f"province:{segment.province_code}:{segment.neighbour}", ())
    of_segment = facts.get(f"segment:{segment.id}", ())
    province = names.get(segment.province_code, segment.province_code)
    return Stretch(segment, province, km, count_of(found), [*of_segment, *of_province])


def subjects(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """What a figure can be of: lines, provinces on a line, stretches."""
    names = province_names(session)
    lines = [(f"line:{code}", word("neighbour", code, actor.locale)) for code in Neighbour]
    seen = segments_seen_by(session, actor)
    provinces = {
        f"province:{one.province_code}:{one.neighbour}": (
            f"{names.get(one.province_code, one.province_code)}"
            f" – {word('neighbour', one.neighbour, actor.locale)}"
        )
        for one in seen
    }
    return [*lines, *provinces.items(), *((f"segment:{one.id}", one.name) for one in seen)]


def figure_keys(locale: str) -> list[tuple[str, str]]:
    return [(key, figure.in_locale(locale)) for key, figure in figures().items()]
