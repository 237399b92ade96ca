"""The history of each marker before today, so that the register can be read on any past day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import yaml

from app.demonstration.marker_places import Body
from app.demonstration.marker_plan import Place
from app.demonstration.names import DATA
from app.registers.models import LegalStage, MarkerKind, Stage

Facts = dict[str, Any]  # Any: column values
Steps = list[tuple[date, Facts]]
Plan = Mapping[str, Any]  # Any: YAML
_SINGLE, _DOUBLE = 1, 2


@cache
def history_plan() -> Plan:
    plan: Plan = yaml.safe_load((DATA / "marker_history.yaml").read_text("utf-8"))
    return plan


def histories_of(line: str, bodies: Sequence[Body]) -> dict[str, Steps]:
    """The steps of every position of a line in their order, by the position's label."""
    chance = Random(f"history of {line}")  # noqa: S311  a draw of illustrative days
    counts: dict[str, int] = {}
    places: dict[str, Place] = {}
    for body in bodies:
        position = body.place.position
        counts[position] = counts.get(position, 0) + 1
        places.setdefault(position, body.place)
    found: dict[str, Steps] = {}
    free: list[str] = []
    for position, place in places.items():
        if place.kind == MarkerKind.TRIPOINT:
            found[position] = [(day, dict(facts)) for day, facts in history_plan()["tripoint"]]
        elif place.stage != Stage.HANDED_OVER:
            found[position] = _on_the_way(place.stage)
        else:
            free.append(position)
    for wave in history_plan()[line]["waves"]:
        own = [position for position in free if places[position].kind in wave["kinds"]]
        for position in _taken(wave, own, counts, chance):
            found[position] = list(_whole_way(history_plan()[line], wave, chance))
            free.remove(position)
    return found


def _taken(
    wave: Plan, own: Sequence[str], counts: Mapping[str, int], chance: Random
) -> Sequence[str]:
    if "numbers" in wave:
        numbers = {str(number) for number in wave["numbers"]}
        return [position for position in own if position in numbers]
    if "singles" not in wave:
        return own
    singles = [position for position in own if counts[position] == _SINGLE]
    doubles = [position for position in own if counts[position] == _DOUBLE]
    drawn = chance.sample(singles, min(wave["singles"], len(singles)))
    return drawn + chance.sample(doubles, min(wave.get("doubles", 0), len(doubles)))


def _on_the_way(stage: str) -> Steps:
    plan = history_plan()["on_the_way"]
    steps = [(day, {"stage": reached}) for day, reached in plan[stage]]
    return [(plan["map"], {"stage": Stage.AGREED_ON_MAP}), *steps]


def _whole_way(line: Plan, wave: Plan, chance: Random) -> Iterator[tuple[date, Facts]]:
    """From the map to the treaty in force, every day after the one before."""
    field = _between(chance, *wave["field"])
    built = _between(chance, max(wave["built"][0], field + timedelta(days=10)), wave["built"][1])
    measured = built + timedelta(days=chance.randint(15, 60))
    accepted = measured + timedelta(days=chance.randint(30, 180))
    yield wave["map"], {"stage": Stage.AGREED_ON_MAP}
    yield field, {"stage": Stage.AGREED_IN_FIELD}
    yield built, {"stage": Stage.BUILT}
    if line["measured"]:
        yield measured, {"stage": Stage.MEASURED}
    yield min(accepted, line["handed"]), {"stage": Stage.FILE_ACCEPTED}
    later: dict[date, Facts] = {}
    later.setdefault(line["handed"], {})["stage"] = Stage.HANDED_OVER
    later.setdefault(line["protocol"], {})["legal_stage"] = LegalStage.IN_PROTOCOL
    later.setdefault(line["force"], {})["legal_stage"] = LegalStage.IN_FORCE
    yield from sorted(later.items())


def _between(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, max((last - first).days, 0)))
