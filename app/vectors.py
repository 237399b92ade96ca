"""What leaves the house as points with attributes: one shape for API, tiles and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Value = str | int | float | bool | datetime | None


class Kind(StrEnum):
    """What the values of a property are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Property:
    """One attribute: its code, its name for people, and the codes that its values may take."""

    code: str
    label: Any  # Any: a lazy translation
    kind: Kind = Kind.TEXT
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One point as an actor may see it; EPSG:4326 degrees, without a place where none is known.

    `values` stand in the order of the properties that they belong to; `page` is its address here.
    """

    id: str
    page: str
    lon: float | None
    lat: float | None
    values: Sequence[Value]
