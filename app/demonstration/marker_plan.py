"""Which numbers stand on each line, so that they add up to what was published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, TypeVar

import yaml

from app.demonstration.names import DATA
from app.geo.labels import LabelKind, MarkerLabel, format_label
from app.registers.models import MarkerKind, Stage

Plan = Mapping[str, Any]  # Any: YAML
Number = TypeVar("Number", int, str)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a line with one to three bodies; `position` is the label of its position."""

    label: MarkerLabel
    bodies: int
    kind: str
    position: str
    stage: str = Stage.HANDED_OVER

    @property
    def text(self) -> str:
        return format_label(self.label)

    def markers(self) -> Iterator[MarkerLabel]:
        """The label of each body: alone without a suffix, else (1), (2), (3)."""
        if self.bodies == 1:
            yield self.label
            return
        for suffix in range(1, self.bodies + 1):
            yield replace(self.label, suffix=suffix)


@cache
def line_plans() -> Mapping[str, Plan]:
    plans: dict[str, Plan] = yaml.safe_load((DATA / "lines.yaml").read_text("utf-8"))
    return plans


def places_of(line: str, chance: Random) -> list[Place]:
    """Every place of a line in the order of the numbers."""
    return _PLANNERS[line](line_plans()[line], chance)


def _china(plan: Plan, chance: Random) -> list[Place]:
    mains = range(1, plan["mains"] + 1)
    bodies = _grouped(plan["fixed"], mains, plan, chance)
    auxiliaries = _shared_out(plan["fixed_auxiliaries"], mains, plan["auxiliaries"], chance, most=2)
    places = []
    for main in mains:
        places.append(_place("CN", main, bodies=bodies[main]))
        places.extend(_place("CN", main, aux) for aux in range(1, auxiliaries.get(main, 0) + 1))
    return places


def _laos(plan: Plan, chance: Random) -> list[Place]:
    bodies, stakes = _laos_groups(plan, chance)
    doubles = set(chance.sample(sorted(stakes), plan["double_pegs"]))
    inserted = set(plan["inserted"])
    places = []
    for main in range(1, plan["stretches"][-1]["to"] + 1):
        places.append(_place("LA", main, bodies=bodies.get(main, 1)))
        if main in inserted:
            places.append(_place("LA", main, 1, kind=MarkerKind.MAIN, position=str(main)))
        if main in stakes:
            count = 2 if main in doubles else 1
            places.append(_place("LA", main, 1, bodies=count, kind=MarkerKind.PEG))
    return places


def _laos_groups(plan: Plan, chance: Random) -> tuple[dict[int, int], set[int]]:
    kept = {*plan["large"], *plan["inserted"], *plan["single"]}
    bodies: dict[int, int] = {}
    stakes: set[int] = set()
    for stretch in plan["stretches"]:
        numbers = [n for n in range(stretch["from"], stretch["to"] + 1) if n not in kept]
        bodies |= dict.fromkeys(chance.sample(numbers, stretch["pairs"]), 2)
        stakes.update(chance.sample(numbers, stretch["pegs"]))
    return bodies, stakes


def _cambodia(plan: Plan, chance: Random) -> list[Place]:
    missing = set(plan["missing"])
    stages = {main: stage for stage, mains in plan["on_the_way"].items() for main in mains}
    mains = [main for main in range(1, plan["mains"] + 1) if main not in missing]
    built = [main for main in mains if main not in stages]
    bodies = _grouped(plan["fixed"], built, plan, chance)
    auxiliaries = _shared_out(plan["fixed_auxiliaries"], built, plan["auxiliaries"], chance, most=7)
    texts = [f"{main}/{aux}" for main in built for aux in range(1, auxiliaries.get(main, 0) + 1)]
    groups = {
        "triples": plan["auxiliary_triples"],
        "pairs": plan["auxiliary_pairs"],
    }
    aux_bodies = _grouped(plan["fixed_auxiliary_groups"], texts, groups, chance)
    single = [text for text in texts if aux_bodies[text] == 1]
    pegs = _shared_out(plan["fixed_pegs"], single, plan["pegs"], chance, most=3)
    places = []
    for main in mains:
        stage = stages.get(main, Stage.HANDED_OVER)
        places.append(_place("KH", main, bodies=bodies.get(main, 1), stage=stage))
        for aux in range(1, auxiliaries.get(main, 0) + 1):
            text = f"{main}/{aux}"
            places.append(_place("KH", main, aux, bodies=aux_bodies[text]))
            places.extend(_place("KH", main, aux, peg) for peg in range(1, pegs.get(text, 0) + 1))
    return places


_PLANNERS = {"CN": _china, "LA": _laos, "KH": _cambodia}


def _place(
    line: str,
    main: int,
    aux: int | None = None,
    peg: int | None = None,
    *,
    bodies: int = 1,
    kind: str | None = None,
    position: str | None = None,
    stage: str = Stage.HANDED_OVER,
) -> Place:
    shape = LabelKind.MAIN if aux is None else LabelKind.AUXILIARY if peg is None else LabelKind.PEG
    label = MarkerLabel(line, main, aux, peg, kind=shape)
    return Place(label, bodies, kind or shape.value, position or format_label(label), stage)


def _grouped(
    fixed: Mapping[Number, int], numbers: Iterable[Number], plan: Plan, chance: Random
) -> dict[Number, int]:
    """How many bodies each number has: the fixed ones, then pairs and triples by chance."""
    bodies = dict.fromkeys(numbers, 1) | dict(fixed)
    free = [number for number in bodies if number not in fixed]
    triples = plan["triples"] - sum(count == 3 for count in fixed.values())  # noqa: PLR2004
    pairs = plan["pairs"] - sum(count == 2 for count in fixed.values())  # noqa: PLR2004
    drawn = chance.sample(free, triples + pairs)
    bodies |= dict.fromkeys(drawn[:triples], 3) | dict.fromkeys(drawn[triples:], 2)
    return bodies


def _shared_out(
    fixed: Mapping[Number, int], numbers: Sequence[Number], total: int, chance: Random, *, most: int
) -> dict[Number, int]:
    """`total` things over the numbers, at most `most` each, the fixed ones as given."""
    shared = dict(fixed)
    free = [number for number in numbers if number not in fixed for _ in range(most)]
    for number in chance.sample(free, total - sum(fixed.values())):
        shared[number] = shared.get(number, 0) + 1
    return shared
