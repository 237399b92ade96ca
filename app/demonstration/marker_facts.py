"""What the record of a marker says: size, material, year, condition, source."""

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import yaml

from app.demonstration.marker_places import Body
from app.demonstration.marker_plan import line_plans
from app.demonstration.names import DATA
from app.geo.labels import format_label
from app.registers.models import Condition, MarkerClass, MarkerKind, Stage

Facts = Mapping[str, Any]  # Any: column values
ILLUSTRATION = "minh họa"


@cache
def _said() -> dict[str, Any]:  # Any: YAML
    said: dict[str, Any] = yaml.safe_load((DATA / "marker_facts.yaml").read_text("utf-8"))
    return said


def facts_of(body: Body, place_text: str, chance: Random) -> Facts:
    """The facts of one marker; a real one carries only what was published of it."""
    overrides: Facts = _said()["overrides"]
    name = f"{body.label.line} {format_label(body.label)}"
    if body.published is not None:
        return {**_real(body, name), **overrides.get(name, {})}
    is_built = body.place.stage == Stage.HANDED_OVER
    return {
        "marker_class": _size(body, chance) if is_built else None,
        "material": _said()["material"][body.place.kind] if is_built else "",
        "year_engraved": _year(body) if is_built else None,
        "condition": _condition(chance) if is_built else Condition.UNKNOWN,
        "elevation_m": None,
        "elevation_datum": "",
        "legal_basis": _said()["legal_basis"][body.label.line] if is_built else "",
        "place_text": place_text,
        "note": _said()["note" if is_built else "note_on_the_way"],
        "source": ILLUSTRATION,
        **overrides.get(name, {}),
    }


def further_measurement(name: str) -> Facts | None:
    """A second published coordinate of a real marker: its text, system, source and day."""
    found: Facts | None = _said()["further_measurements"].get(name)
    return found


def _real(body: Body, name: str) -> dict[str, Any]:
    assert body.published is not None  # noqa: S101  asked by the caller
    is_tripoint = body.place.kind == MarkerKind.TRIPOINT
    return {
        "marker_class": _said()["classes"].get(name),
        "material": _said()["material"][body.place.kind],
        "year_engraved": None if is_tripoint else _year(body),
        "condition": Condition.INTACT,
        "elevation_m": body.published.elevation_m,
        "elevation_datum": "",
        "legal_basis": "" if is_tripoint else _said()["legal_basis"][body.label.line],
        "place_text": _said()["real_places"].get(name, body.published.place),
        "note": _said()["real_notes"].get(name, ""),
        "source": body.published.source,
    }


def _size(body: Body, chance: Random) -> str | None:
    """Sizes with China and Laos, letters with Cambodia; pegs have neither."""
    plan = line_plans()[body.label.line or ""]
    main = body.label.main or 0
    if body.place.kind != MarkerKind.MAIN:
        return None
    if body.label.line == "KH":
        if main in plan["large"]:
            return MarkerClass.A
        return MarkerClass.C if main >= plan["raised_from"] else MarkerClass.B
    if main in plan["large"] and body.label.aux is None:
        return MarkerClass.LARGE
    is_medium = chance.random() < _said()["medium_share"]
    return MarkerClass.MEDIUM if is_medium else MarkerClass.SMALL


def _year(body: Body) -> int | None:
    """The year stands on main markers where it is one for the whole line."""
    year: int | None = line_plans()[body.label.line or ""]["year_engraved"]
    return year if body.place.kind == MarkerKind.MAIN else None


def _condition(chance: Random) -> str:
    drawn = chance.random()
    for code, share in _said()["conditions"].items():
        drawn -= share
        if drawn < 0:
            return str(code)
    return Condition.INTACT
