"""Reads which coordinate system a paper says it uses, so that nothing has to be guessed."""

import re
from dataclasses import dataclass
from datetime import date

from app.geo.crs import AxisTable, Datum, System, system_of, systems
from app.geo.reading import bare, tidy

_EPSG = re.compile(r"epsg\s*[:.]?\s*([0-9]{4,5})")
_DATUMS: tuple[tuple[Datum, re.Pattern[str]], ...] = (
    ("VN-2000", re.compile(r"vn\s*[-_]?\s*2000|vn2k")),
    ("WGS 84", re.compile(r"wgs\s*[-_]?\s*(?:19)?84")),
    ("Indian 1960", re.compile(r"indian\s*[-_]?\s*(?:datum\s*)?1960")),
)
_TREATY = re.compile(r"hiep\s+uoc(?:\s+hoach\s+đinh)?\s+(?:nam\s+)?1985")
_MERIDIAN = re.compile(
    r"(?:kinh\s+tuyen\s+(?:truc|trung\s+uong|giua)|kttw|ktt|cm)\s*[:=]?\s*(?P<degrees>1[01][0-9])"
    r"(?:[.,](?P<decimals>[0-9]{1,2})(?![0-9])|\s*(?:[°º˚-]|đo|do)\s*(?:(?P<minutes>[0-9]{2})"
    r"(?![0-9])\s*(?:['′’]|phut)?)?)?"
)
_TM_AXIS = re.compile(
    r"(?:tm\s*-?\s*3|mui\s+3(?:\s*(?:[°º˚]|đo|do))?)\s*[,:;(]?\s*(?P<degrees>10[2-9])"
    r"(?:[.,](?P<decimals>[0-9]{1,2})(?![0-9])|\s*(?:[°º˚-]|đo|do)\s*(?P<minutes>[0-9]{2})"
    r"(?![0-9])\s*(?:['′’]|phut)?)\s*\)?"
)
_TAIL_ZONE = re.compile(
    r"(?P<pair>.*[0-9]{6,7}.*?)(?<!zone)(?<!mui)(?<!múi)(?<!utm)[\s,;]+(?P<zone>(?:4[89]|50)\s*[NPQR])\s*",
    re.IGNORECASE,
)
_WIDTH = re.compile(
    r"(?:mui(?:\s+chieu)?|zone)\s*(?P<width>[36])\s*(?:[°º˚]|đo|do|(?<=mui [36])(?![0-9.,]))"
    r"|(?P<tm>tm\s*-?\s*3)"
)
_ZONE = re.compile(
    r"(?:utm\s*[-/,]?\s*(?:mui|zone)?|mui|zone)\s*(?P<zone>4[89]|50)\s*[npqr]?(?![a-zđ0-9])"
    r"|^(?P<grid>4[89]|50)\s*[npqr]\s+(?=[0-9]{6,7})"
)
_UTM = re.compile(r"utm")
_FULL_WIDTH_MINUTES = 60.0


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is said of a system: any part may be missing. `width` is 3 or 6 degrees."""

    system: System | None = None
    datum: Datum | None = None
    zone: int | None = None
    width: int | None = None
    central_meridian: float | None = None

    def allows(self, system: System) -> bool:
        if self.system is not None:
            return system is self.system
        width = {"utm": 6, "tm3": 3}.get(system.kind)
        return (
            self.datum in (None, system.datum)
            and self.zone in (None, system.zone)
            and self.width in (None, width)
            and self.central_meridian in (None, system.central_meridian)
        )

    @property
    def is_silent(self) -> bool:
        return self == Declaration()


_ON_TREATY_MAPS = Declaration(datum="Indian 1960", zone=48, width=6)


@dataclass(slots=True)
class _Source:
    """A text that gives up its parts; what is taken leaves blanks, so that positions hold."""

    text: str
    folded: str = ""

    def __post_init__(self) -> None:
        self.folded = bare(self.text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.search(self.folded)
        if found is not None:
            start, end = found.span()
            blank = " " * (end - start)
            self.text = self.text[:start] + blank + self.text[end:]
            self.folded = self.folded[:start] + blank + self.folded[end:]
        return found


def read_declaration(text: str) -> tuple[Declaration, str]:
    """The declaration in `text` and what is left of it. Raises UnknownSystem for an EPSG code."""
    source = _Source(_with_zone_first(tidy(text)))
    epsg = source.take(_EPSG)
    if epsg:
        return Declaration(system=system_of(epsg[1])), source.text
    treaty = source.take(_TREATY)
    datums = [datum for datum, pattern in _DATUMS if source.take(pattern)]
    meridian, on_axis = source.take(_MERIDIAN), source.take(_TM_AXIS)
    meridian, width = meridian or on_axis, source.take(_WIDTH)
    zone, utm = source.take(_ZONE), source.take(_UTM)
    said = Declaration(
        datum=datums[0] if datums else None,
        zone=int(zone["zone"] or zone["grid"]) if zone else None,
        width=3 if on_axis else _width(width, is_utm=bool(utm or zone)),
        central_meridian=_meridian(meridian) if meridian else None,
    )
    return combined(said, _ON_TREATY_MAPS) if treaty else said, source.text


def declared(crs: str) -> Declaration:
    """The declaration in a `crs` argument: a code ("EPSG:9210", "9210") or words.

    Raises UnknownSystem when it says nothing that is known.
    """
    if re.fullmatch(r"\s*[0-9]{4,5}\s*", crs):
        return Declaration(system=system_of(crs.strip()))
    said, _ = read_declaration(crs)
    if said.is_silent:
        system_of(crs)
    return said


def combined(one: Declaration, other: Declaration) -> Declaration:
    """`one` completed by `other`; what `one` says stands."""
    if one.system or other.system:
        return one if one.system else other
    return Declaration(
        None,
        one.datum or other.datum,
        one.zone or other.zone,
        one.width or other.width,
        one.central_meridian or other.central_meridian,
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """Whose paper it is and from when: what orders the systems that it may be written in."""

    axes: AxisTable
    province_code: str | None = None
    on: date | None = None

    def systems(self) -> list[System]:
        """The axes of the province, those in force on the day of the paper first."""
        if self.province_code is None:
            return []
        every = self.axes.of(self.province_code)
        in_force = [axis for axis in every if self.on is None or axis.is_in_force(self.on)]
        return [axis.system for axis in (*in_force, *every)]

    def sole_axis(self, said: Declaration) -> System | None:
        """The province's axis when the paper says 3-degree zone and all its axes are one."""
        if said.width != 3 or said.central_meridian is not None or self.province_code is None:  # noqa: PLR2004
            return None
        axes = {axis.system for axis in self.axes.of(self.province_code, on=self.on)}
        allowed = [system for system in axes if said.allows(system)]
        return allowed[0] if len(axes) == 1 and allowed else None


def possible_systems(said: Declaration, paper: Paper) -> list[System]:
    """The grid systems that the declaration allows, those of the province first."""
    first = paper.systems()
    every = [*first, *(system for system in systems().values() if system.kind != "geographic")]
    return list(dict.fromkeys(system for system in every if said.allows(system)))


def _meridian(said: re.Match[str]) -> float:
    """105°45', 105-45, 105.75 and the careless 105.45 are one axis: the table tells."""
    degrees = float(said["degrees"])
    if said["minutes"]:
        return degrees + float(said["minutes"]) / _FULL_WIDTH_MINUTES
    decimals = said["decimals"]
    if decimals is None:
        return degrees
    as_written = degrees + float(f"0.{decimals}")
    known = {system.central_meridian for system in systems().values()}
    as_minutes = degrees + float(decimals) / _FULL_WIDTH_MINUTES
    return as_minutes if as_written not in known and as_minutes in known else as_written


def _width(said: re.Match[str] | None, *, is_utm: bool) -> int | None:
    if said is None:
        return 6 if is_utm else None
    return 3 if said["tm"] else int(said["width"])


def _with_zone_first(text: str) -> str:
    """The text with a zone at its end ("775331E 1625161N 48P") put in front."""
    tail = _TAIL_ZONE.fullmatch(text)
    return f"{tail['zone']} {tail['pair']}" if tail else text
