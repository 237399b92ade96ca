"""Reads the values of a script as the forms would: numbers of markers, units, moments, money."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases.catalogue import Definition
from app.cases.values import read_money
from app.demonstration.names import invented_name
from app.geo.coordinates import Coordinate, parse_coordinate
from app.permissions import Actor
from app.registers.entry_services import record_person, record_vessel
from app.registers.models import Marker, Vessel
from app.registers.positions import coordinate_value
from app.registers.vessel_numbers import read_vessel_number
from app.workflow.definition import FieldType

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Provinces of today from which crowds come, in the order in which they are drawn.
_HOMES = (
    "40 38 42 22 31 24 25 08 04 19 20 15 14 11 12 01 33 37 44 48 51 52 66 80 91 96 86 92 82 75 68"
)
HOME_PROVINCES = tuple(re.findall(r"\d+", _HOMES))
_MALE = 0.7
Said = Any  # a value as YAML gives it
_BEFORE = re.compile(r"(?P<sign>[-+])(?P<days>\d+)d(?:\s+(?P<time>\d\d:\d\d))?")
_HOURS = re.compile(r"-(?P<hours>\d+(?:\.\d+)?)h")


class ScriptValues:
    """Turns what a script says into what a case keeps; `now` is the moment of the load."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self.now = now
        self._readers: Mapping[FieldType, Callable[[Said, Actor], Any]] = {
            FieldType.COORDINATE: lambda said, _actor: coordinate(said),
            FieldType.DATE: lambda said, _actor: self.day(said).isoformat(),
            FieldType.DATETIME: lambda said, _actor: self.written_moment(said),
            FieldType.MARKER: lambda said, _actor: self.marker(said),
            FieldType.MONEY: lambda said, _actor: read_money(str(said)),
            FieldType.PERSON: self.person,
            FieldType.UNIT: lambda said, _actor: self.unit(said),
            FieldType.VESSEL: self.vessel,
        }

    def answers(
        self, definition: Definition, said: Mapping[str, Said], actor: Actor
    ) -> dict[str, Any]:  # Any: JSON
        return {code: self._value(definition, code, value, actor) for code, value in said.items()}

    def _value(self, definition: Definition, code: str, said: Said, actor: Actor) -> Any:
        field = definition.fields.get(code)
        reader = self._readers.get(field.type) if field else None
        if reader is None:
            return said
        if isinstance(said, dict) and "crowd" in said:
            return self._crowd(said, actor)
        if isinstance(said, list):
            return [reader(one, actor) for one in said]
        return (
            [reader(said, actor)] if field is not None and field.multiple else reader(said, actor)
        )

    # --- moments and days -------------------------------------------------------------------

    def moment(self, said: str | datetime | date) -> datetime:
        """A moment, never later than now: "2015-11-05 09:00", "-3d 08:30", "-2.5h"."""
        text = str(said)
        hours = _HOURS.fullmatch(text)
        if hours:
            return self.now - timedelta(hours=float(hours["hours"]))
        day, _, clock = text.partition(" ")
        hour, minute = (int(part) for part in (clock or "09:00").split(":")[:2])
        local = datetime.combine(self.day(day), datetime.min.time(), tzinfo=HANOI)
        return min(local.replace(hour=hour, minute=minute).astimezone(UTC), self.now)

    def written_moment(self, said: Said) -> str:
        """A moment as a case keeps it, in Hanoi time; it may lie ahead."""
        text = str(said)
        if text.startswith("+"):
            day, _, clock = text.partition(" ")
            return f"{self.day(day).isoformat()}T{clock or '09:00'}+07:00"
        return self.moment(text).astimezone(HANOI).isoformat(timespec="minutes")

    def day(self, said: Said) -> date:
        match = _BEFORE.fullmatch(str(said))
        if match is None:
            return date.fromisoformat(str(said)[:10])
        today = self.now.astimezone(HANOI).date()
        days = timedelta(days=int(match["days"]))
        return today - days if match["sign"] == "-" else today + days

    # --- register entries -------------------------------------------------------------------

    def marker(self, said: str) -> dict[str, Any]:  # Any: id and label
        """A marker as "KH 171" says it."""
        line, _, label = said.partition(" ")
        marker_id = self._session.scalar(
            select(Marker.id).where(Marker.neighbour == line, Marker.label == label)
        )
        if marker_id is None:
            raise LookupError(f"there is no marker {said}")
        return {"id": marker_id, "label": said}

    def unit(self, said: str) -> dict[str, Any]:  # Any: id and label
        """A unit as "mission/KH" says it."""
        kind, _, code = said.partition("/")
        unit = unit_by_code(self._session, code, kind=kind, on=self.now.date())
        return {"id": unit.id, "label": unit.name}

    def person(self, said: Said, actor: Actor) -> dict[str, Any]:  # Any: id and label
        """An invented person: a name, or a mapping of `name` and the facts of the register."""
        facts = dict(said) if isinstance(said, dict) else {"name": said}
        name = str(facts.pop("name"))
        facts |= {"is_illustration": True}
        person = record_person(self._session, actor, name, now=self.now, facts=facts)
        return {"id": person.id, "label": person.name}

    def _crowd(self, said: Mapping[str, Any], actor: Actor) -> list[dict[str, Any]]:
        """Many invented persons, spread over provinces: their codes, or how many of them."""
        provinces = said["provinces"]
        if isinstance(provinces, int):
            provinces = HOME_PROVINCES[:provinces]
        chance = Random(f"crowd:{said['crowd']}:{provinces}")  # noqa: S311  no secret
        names = _names(chance, said["crowd"], of_men=1.0 if said.get("are_men") else _MALE)
        return [
            self.person(
                {
                    "name": name,
                    "birth_year": chance.randint(1968, 2007),
                    "claimed_province_code": provinces[index % len(provinces)],
                },
                actor,
            )
            for index, name in enumerate(names)
        ]

    def vessel(self, said: Said, actor: Actor) -> dict[str, Any]:  # Any: id and label
        """An invented vessel; the same number again is the same vessel."""
        facts = dict(said) if isinstance(said, dict) else {"number": said}
        number = read_vessel_number(str(facts.pop("number")))
        label = number.canonical or number.raw
        known = self._session.scalar(select(Vessel.id).where(Vessel.number_fold == number.folded))
        if known is None:
            facts |= {"is_illustration": True}
            entry = record_vessel(self._session, actor, number.raw, now=self.now, facts=facts)
            known = entry.id
        return {"id": known, "label": label}


def _names(chance: Random, count: int, *, of_men: float) -> list[str]:
    """Names that are told apart on one list."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[invented_name(chance, is_male=chance.random() < of_men)] = None
    return list(names)


def coordinate(said: str) -> dict[str, Any]:  # Any: JSON
    """A position as a case keeps it: EPSG:4326 degrees with the original text."""
    found = parse_coordinate(said)
    assert isinstance(found, Coordinate), said  # noqa: S101  the scripts are ours
    return coordinate_value(found)
