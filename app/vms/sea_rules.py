"""Says of points at sea whether they lie beyond a line, which one, and how sure that is.

Waters that overlap or that nobody has divided are never called the place of a crossing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from app.geo.areas import NONE, PointSet
from app.geo.gazetteer import Pack
from app.geo.plane import Floats
from app.geo.sea_lines import NO_LINE, AtSea, SeaLines, read_stretches, sea_lines
from app.workflow.text import Text

_FILE = Path(__file__).parent / "data" / "sea_lines.yaml"
_LAYER: Final = "sea_lines"
# Waters of the two archipelagos are Viet Nam's: no line is held against a vessel there.
_ARCHIPELAGOS: Final = ("hoang_sa", "truong_sa")


class Finding(StrEnum):
    """What is said of a point; `home` is nothing to be told."""

    HOME = "home"
    CROSSED = "crossed"
    PERHAPS = "perhaps"
    UNSETTLED = "unsettled"
    ELSEWHERE = "elsewhere"


FINDINGS: Final = tuple(Finding)
_CODE: Final = {one: index for index, one in enumerate(FINDINGS)}


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line means: its name, the State beyond it, its legal status and where that stands."""

    name: Text
    country: str
    home_side: int
    status: str
    is_limit: bool
    source: str


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """What is said of waters without an agreed line."""

    name: Text
    country: str
    status: str


@dataclass(frozen=True, slots=True)
class SeaFacts:
    """Everything the data file says."""

    lines: Mapping[str, LineFacts]
    zones: Mapping[str, ZoneFacts]
    words: Mapping[str, Text]
    statuses: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Judged:
    """Arrays of one row per point: the code of the finding, line, zone and miles to the line."""

    finding: NDArray[np.int8]
    at: AtSea
    zone: NDArray[np.int64]

    def of(self, finding: Finding) -> NDArray[np.bool_]:
        return np.asarray(self.finding == _CODE[finding])


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of one point that is told: codes, never words."""

    finding: Finding
    line: str = ""
    stretch: str = ""
    zone: str = ""
    status: str = ""
    country: str = ""
    is_official: bool = False
    miles: float | None = None


@cache
def sea_facts() -> SeaFacts:
    read: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))  # Any: YAML
    return SeaFacts(
        {code: _line(said) for code, said in read["lines"].items()},
        {
            code: ZoneFacts(_text(said["name"]), said["country"], said["status"])
            for code, said in read["zones"].items()
        },
        {code: _text(said) for code, said in read["words"].items()},
        {code: _text(said) for code, said in read["statuses"].items()},
    )


def _line(said: Mapping[str, Any]) -> LineFacts:  # Any: YAML
    return LineFacts(
        _text(said["name"]),
        said["country"],
        int(said["home_side"]),
        said["status"],
        bool(said["is_limit"]),
        said["source"],
    )


def _text(said: Mapping[str, str]) -> Text:
    return Text(said["vi"], said["en"])


@dataclass(frozen=True, eq=False)
class Sea:
    """The lines and zones of the pack in use, with what they mean."""

    pack: Pack
    lines: SeaLines
    facts: SeaFacts

    @classmethod
    def of(cls, pack: Pack) -> "Sea":
        """The sea of a pack; one without sea lines still knows its zones."""
        facts = sea_facts()
        layer = pack.manifest.layers.get(_LAYER)
        stretches = read_stretches(layer.path) if layer is not None else []
        sides = {code: one.home_side for code, one in facts.lines.items()}
        return cls(pack, sea_lines(stretches, sides), facts)

    def judge(self, lon: Floats, lat: Floats) -> Judged:
        """What is to be said of EPSG:4326 points; ashore and in our own waters nothing is."""
        points = PointSet(lon, lat)
        zone = self.pack.sea_zones.containing(points)
        at = self.lines.locate(lon, lat)
        codes = self.pack.sea_zones.codes
        named = [str(code) for code in codes]
        is_overlap = self._in(zone, [self._status(code) == "overlap" for code in named])
        is_near = self._in(zone, [self._status(code) == "unknown" for code in named])
        is_ours = self._in(zone, [code in _ARCHIPELAGOS for code in named])
        is_limit = np.array([self.facts.lines[code].is_limit for code in self.lines.codes])
        beyond = at.is_beyond & (zone != NONE) & ~is_ours
        finding = np.zeros(len(lon), dtype=np.int8)
        finding[is_near] = _CODE[Finding.ELSEWHERE]
        finding[is_overlap] = _CODE[Finding.UNSETTLED]
        divided = beyond & is_limit[at.line]
        finding[beyond & ~is_limit[at.line]] = _CODE[Finding.UNSETTLED]
        finding[divided & ~is_overlap & ~at.is_official] = _CODE[Finding.PERHAPS]
        finding[divided & ~is_overlap & at.is_official] = _CODE[Finding.CROSSED]
        return Judged(finding, at, zone)

    def told(self, judged: Judged, index: int) -> Told:
        """What is kept of one point."""
        finding = FINDINGS[int(judged.finding[index])]
        stretch = int(judged.at.stretch[index])
        zone_index = int(judged.zone[index])
        zone = "" if zone_index == NONE else str(self.pack.sea_zones.codes[zone_index])
        if stretch == NO_LINE or not judged.at.is_beyond[index]:
            return self._told_of_zone(finding, zone, judged, index)
        one = self.lines.stretches[stretch]
        facts = self.facts.lines[one.line]
        return Told(
            finding,
            one.line,
            f"{one.from_point}–{one.to_point}",
            zone,
            facts.status,
            facts.country,
            bool(judged.at.is_official[index]),
            round(float(judged.at.miles[index]), 2),
        )

    def _told_of_zone(self, finding: Finding, zone: str, judged: Judged, index: int) -> Told:
        """Without a line to be beyond of: the waters, and the line only where it is beside."""
        facts = self.facts.zones.get(zone)
        stretch = int(judged.at.stretch[index])
        beside = self.lines.stretches[stretch] if stretch != NO_LINE else None
        return Told(
            finding,
            beside.line if beside else "",
            f"{beside.from_point}–{beside.to_point}" if beside else "",
            zone,
            facts.status if facts else "",
            facts.country if facts else "",
            miles=round(float(judged.at.miles[index]), 2) if beside else None,
        )

    def _status(self, zone: str) -> str:
        facts = self.facts.zones.get(zone)
        return facts.status if facts else ""

    def _in(self, zone: NDArray[np.int64], flags: list[bool]) -> NDArray[np.bool_]:
        if not flags:
            return np.zeros(len(zone), dtype=bool)
        return np.asarray(np.array(flags, dtype=bool)[zone] & (zone != NONE))
