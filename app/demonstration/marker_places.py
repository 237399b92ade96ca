"""Where each number stands: real positions where they were published, the rest spread between."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray

from app.config import ROOT
from app.demonstration.marker_plan import Place, line_plans
from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.gazetteer import Pack
from app.geo.labels import MarkerLabel, format_label, parse_label
from app.geo.lines import BorderLines

PUBLISHED = ROOT / "geodata" / "data" / "markers_with_coordinates.csv"
TRIPOINT_LINE = "LA"  # the line with Laos begins at the one tripoint and ends at the other
_JITTER = 0.3  # of the way to the next place
_FAR_M = 20.0
_METRES_PER_DEGREE = 111_320.0
_VIETNAM_IS_LEFT: Mapping[str, int] = {"CN": -1, "LA": 1, "KH": 1}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Published:
    """A marker whose coordinates were published, with what was said of it."""

    label: MarkerLabel
    coordinate: Coordinate
    elevation_m: float | None
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class Body:
    """One marker with its place on the ground: EPSG:4326 degrees, metres along the line."""

    label: MarkerLabel
    place: Place
    chainage_m: float
    lat: float
    lon: float
    offset_m: float
    published: Published | None = None


@cache
def published() -> tuple[Published, ...]:
    """Every marker with published coordinates, tripoints included."""
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        return tuple(_published(row) for row in csv.DictReader(lines))


def _published(row: Mapping[str, str]) -> Published:
    line = row["line"] if row["kind"] != "tripoint" else TRIPOINT_LINE
    found = parse_coordinate(f"{row['lat_dms']} {row['lon_dms']}")
    assert isinstance(found, Coordinate), row["label"]  # noqa: S101  the file is ours
    height = row["elev_m"].split(" ")[0]
    return Published(
        parse_label(row["label"], line=line),
        found,
        float(height) if height else None,
        row["place"],
        row["source"],
    )


def bodies_of(line: str, places: Sequence[Place], pack: Pack, chance: Random) -> list[Body]:
    """Every marker of a line with its place, in the order of the numbers."""
    own = pack.lines.only(line)
    known = {format_label(one.label): one for one in published() if one.label.line == line}
    chainage = _chainages(line, places, own, known, chance)
    return [
        body
        for place, metres in zip(places, chainage, strict=True)
        for body in _bodies(place, float(metres), own, known, chance)
    ]


def _chainages(
    line: str,
    places: Sequence[Place],
    own: BorderLines,
    known: Mapping[str, Published],
    chance: Random,
) -> Floats:
    """Metres along the line of each place, rising with the numbers."""
    anchors = _anchors(line, own, known)
    ordinals = [index for index, place in enumerate(places) if place.text in anchors]
    metres = [anchors[places[index].text] for index in ordinals]
    end = own.length_m(line)
    ordinals, metres = [-1, *ordinals, len(places)], [0.0, *metres, end]
    spread = np.interp(np.arange(len(places)), ordinals, metres)
    step = np.minimum(np.diff(spread, prepend=0.0), np.diff(spread, append=end))
    moved = np.array([chance.uniform(-_JITTER, _JITTER) for _ in places]) * step
    moved[ordinals[1:-1]] = 0.0
    return np.asarray(spread + moved)


def _anchors(line: str, own: BorderLines, known: Mapping[str, Published]) -> dict[str, float]:
    plan = line_plans()[line]
    share = own.length_m(line) / plan["length_m"]
    anchors = {str(text): metres * share for text, metres in plan["anchors"].items()}
    for stretch in plan.get("stretches", ())[1:]:
        anchors[str(stretch["from"])] = stretch["at"] * share + _FAR_M
    for one in known.values():
        if one.label.suffix in (None, 1) and one.label.text is None:
            lon, lat = np.array([one.coordinate.lon]), np.array([one.coordinate.lat])
            anchors[str(one.label.main)] = float(own.locate(lon, lat).chainage_m[0])
    return anchors


def _bodies(
    place: Place,
    metres: float,
    own: BorderLines,
    known: Mapping[str, Published],
    chance: Random,
) -> Iterator[Body]:
    for number, label in enumerate(place.markers()):
        real = known.get(format_label(label))
        if real is not None:
            at = real.coordinate
            yield Body(label, place, metres, at.lat, at.lon, 0.0, real)
            continue
        offset = 0.0
        if place.bodies > 1:  # the first across the line, the second on our side, and so on
            offset = round(chance.uniform(12, 70), 2) * (-1 if number % 2 == 0 else 1)
        lat, lon = _beside(own, label.line or "", metres + _FAR_M * number, offset)
        yield Body(label, place, metres, lat, lon, abs(offset))


def _beside(own: BorderLines, line: str, metres: float, offset_m: float) -> tuple[float, float]:
    """A point `offset_m` metres off the line, positive into Viet Nam."""
    lon, lat = own.at(line, np.array([metres - _FAR_M, metres, metres + _FAR_M]))
    narrow = np.cos(np.radians(lat[1]))
    east, north = (lon[2] - lon[0]) * narrow, lat[2] - lat[0]
    size = max(float(np.hypot(east, north)), 1e-12)
    turn = offset_m * _VIETNAM_IS_LEFT[line] / size / _METRES_PER_DEGREE
    return float(lat[1] + east * turn), float(lon[1] - north * turn / narrow)
