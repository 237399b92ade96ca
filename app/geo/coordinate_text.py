"""Takes the two numbers of a coordinate out of a text, with their axis, unit and last decimal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from app.geo.reading import bare, read_decimal, tidy
from app.geo.remarks import GeoError, Remark

Axis = Literal["north", "east"]

_AHEAD = r"(?![a-zđ])"
_TOKENS = re.compile(
    r"(?P<height>(?<![a-zđ])(?:h|z|cao\s+đo|đo\s+cao|cao\s+trinh)\s*[:=]?\s*[0-9]+(?:[.,][0-9]+)*\s*m?(?![a-z0-9]))"
    r"|(?P<number>(?:(?<![0-9])[+-])?[0-9]+(?:[.,][0-9]+)*)"
    r"|(?P<second>''|[\"″”“]|giay)"
    r"|(?P<minute>['′’‘´]|phut)"
    rf"|(?P<label_north>vi(?:\s*(?:đo|do|tuyen))?{_AHEAD}|tung\s+đo|latitude|lat{_AHEAD}|φ|northing|x{_AHEAD})"
    rf"|(?P<label_east>kinh(?:\s*(?:đo|do|tuyen))?{_AHEAD}|hoanh\s+đo|longitude|long{_AHEAD}|lon{_AHEAD}|lng|λ|easting|y{_AHEAD})"
    r"|(?P<degree>[°º˚]|đo(?![a-z])|do(?![a-z])|deg)"
    rf"|(?P<hemisphere>(?:bac|nam|đong|dong|tay|north|south|east|west|[bđtnsew]){_AHEAD})"
    rf"|(?P<filler>(?:toa\s+đo|toa\s+do|vi\s+tri|điem|va|gps|met|km|m)(?:{_AHEAD}|(?=[bđnesw](?![a-zđ])))|[\s:;,.=|/()\[\]–]+|-(?![0-9])|(?<=[0-9])-)"
)
_HEMISPHERES: dict[str, tuple[Axis, int]] = {
    **dict.fromkeys(("bac", "b", "north", "n"), ("north", 1)),
    **dict.fromkeys(("nam", "s", "south"), ("north", -1)),
    **dict.fromkeys(("đong", "dong", "đ", "e", "east"), ("east", 1)),
    **dict.fromkeys(("tay", "t", "w", "west"), ("east", -1)),
}
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_TWO_POINTED = re.compile(r"([+-]?[0-9]+\.[0-9]+),([0-9]+(?:\.[0-9]+)?)")
_TWO_COMMAED = re.compile(r"([+-]?[0-9]+,[0-9]+),([0-9]+,[0-9]+)")
_SPACED_THOUSANDS = re.compile(
    r"(?<![0-9.,])(?:[0-9]{3} [0-9]{3}|[0-9]{1,3}(?: [0-9]{3}){2})(?![0-9])"
)
_GROUPED_TWICE = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:\.[0-9]{3}){2}(?![0-9.])")
_GROUPED_ONCE = re.compile(r"(?<![0-9.,])([0-9]{3})\.([0-9]{3})(?![0-9.])")
_DEGREES = r"-?[0-9]{1,3}\.[0-9]+"
_LINKS = (
    re.compile(rf"!3d(?P<lat>{_DEGREES})!4d(?P<lon>{_DEGREES})"),
    re.compile(
        rf"(?:geo:|[?&](?:q|ll|sll|query|center|daddr|destination)=|/@)"
        rf"(?P<lat>{_DEGREES})\s*(?:,|%2C)\s*\+?(?P<lon>{_DEGREES})",
        re.IGNORECASE,
    ),
)
# "11.35.12", "11d35m12s" and "113512N 1060830E": degrees, minutes and seconds without their signs.
_DOTTED = re.compile(
    r"(?<![0-9.,])(-?[0-9]{1,3})\.([0-5]?[0-9])\.([0-5]?[0-9](?:,[0-9]+)?)(?![0-9.,])"
)
_LETTERED = re.compile(
    r"([0-9]{1,3})\s*d\s*([0-9]{1,2})\s*m\s*([0-9]{1,2}(?:[.,][0-9]+)?)\s*s(?=[^a-z]|[neđb]|$)",
    re.IGNORECASE,
)
_PACKED = re.compile(
    r"(?<![0-9.,])([0-9]{2})([0-5][0-9])([0-5][0-9](?:[.,][0-9]+)?)\s*([NB])[\s;,/]*"
    r"(1[0-9]{2})([0-5][0-9])([0-5][0-9](?:[.,][0-9]+)?)\s*([EĐ])(?![A-ZĐa-z])"
)
_METRES_PER_DEGREE = 111_320.0
_SIXTY = 60.0
_MOST_PARTS = 3
_SMALLEST_STEP_M = 0.001


class CoordinateUnreadable(GeoError):  # noqa: N818  the domain's word
    """The text does not hold two numbers that make a position."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One axis as written: degrees, or a plain number (degrees, metres or kilometres).

    `step` is the size of the last decimal, in metres for angles and in units for plain numbers;
    `parts` counts degrees, minutes and seconds (0: a plain number); `letter` is the hemisphere's.
    """

    value: float
    step: float
    axis: Axis | None
    parts: int
    letter: str

    @property
    def is_angle(self) -> bool:
        return self.parts > 0


@dataclass(slots=True)
class _Draft:
    numbers: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    axis: Axis | None = None
    sign: int = 0
    letter: str = ""
    is_closed: bool = False


def read_pair(text: str) -> tuple[Reading, Reading]:
    """The north and the east reading, in the order of the text where no axis is named.

    Raises CoordinateUnreadable.
    """
    drafts = _drafts(_merged_thousands(_with_signs(_out_of_link(tidy(text)))))
    if len(drafts) == 1:
        drafts = _halves(drafts[0])
    if len(drafts) != 2:  # noqa: PLR2004  a position has two numbers
        raise _unreadable(text)
    readings = [_reading(draft) for draft in drafts]
    if readings[0].is_angle != readings[1].is_angle:
        readings = [_as_angle(reading) for reading in readings]
    return _ordered(readings[0], readings[1], text)


def _out_of_link(text: str) -> str:
    """The pair inside an address that a phone's map shares; any other text as it is."""
    found = next((link for pattern in _LINKS if (link := pattern.search(text))), None)
    return f"{found['lat']} {found['lon']}" if found else text


def _with_signs(text: str) -> str:
    """Degrees, minutes and seconds told by dots, letters or their place, with their signs."""
    text = _LETTERED.sub(r"\1°\2'\3" + '" ', _DOTTED.sub(r"\1°\2'\3" + '" ', text))
    return _PACKED.sub(r"\1°\2'\3" + '"' + r"\4 \5°\6'\7" + '"' + r"\8", text)


def _drafts(text: str) -> list[_Draft]:
    drafts = [_Draft()]
    for kind, value in _tokens(text):
        if kind == "number":
            _add_number(drafts, value)
        elif kind in ("degree", "minute", "second"):
            _add_mark(drafts, kind)
        else:
            _add_axis(drafts, kind, value)
    return [draft for draft in drafts if draft.numbers]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    folded, position = bare(text), 0
    while position < len(folded):
        token = _TOKENS.match(folded, position)
        if token is None:
            raise _unreadable(text)
        position = token.end()
        kind = str(token.lastgroup)
        if kind == "number":
            yield from (("number", number) for number in _split(token[0]))
        elif kind not in ("filler", "height"):
            yield kind, token[0]


def _split(number: str) -> tuple[str, ...]:
    if _GROUPED.fullmatch(number):
        return (number,)
    pair = _TWO_POINTED.fullmatch(number) or _TWO_COMMAED.fullmatch(number)
    return (pair[1], pair[2]) if pair else (number,)


def _add_number(drafts: list[_Draft], number: str) -> None:
    if drafts[-1].is_closed:
        drafts.append(_Draft())
    drafts[-1].numbers.append(number)


def _add_mark(drafts: list[_Draft], mark: str) -> None:
    last = drafts[-1]
    if mark == "degree" and (last.marks or len(last.numbers) > 1):
        drafts.append(_Draft([last.numbers.pop()]))
        last = drafts[-1]
    last.marks.append(mark)


def _add_axis(drafts: list[_Draft], kind: str, word: str) -> None:
    """A letter before its number opens a reading, one after it closes the reading."""
    axis, sign = _meaning(kind, word)
    last = drafts[-1]
    if last.numbers and (last.axis not in (None, axis) or (last.sign and sign)):
        last = _Draft()
        drafts.append(last)
    last.axis = axis
    last.is_closed = bool(last.numbers)
    if sign:
        last.sign, last.letter = sign, word


def _meaning(kind: str, word: str) -> tuple[Axis, int]:
    if kind == "hemisphere":
        return _HEMISPHERES[word]
    return ("north", 0) if kind == "label_north" else ("east", 0)


def _halves(draft: _Draft) -> list[_Draft]:
    """Split "22 24 02,3 102 08 38,1" and "22,4 102,1" in the middle."""
    count = len(draft.numbers)
    if draft.marks or count % 2 or not count:
        return [draft]
    middle = count // 2
    return [_Draft(draft.numbers[:middle]), _Draft(draft.numbers[middle:])]


def _reading(draft: _Draft) -> Reading:
    try:
        parts = [read_decimal(number) for number in draft.numbers]
    except ValueError as error:
        raise _unreadable(" ".join(draft.numbers)) from error
    if len(parts) > _MOST_PARTS or any(places for _, places in parts[:-1]):
        raise _unreadable(" ".join(draft.numbers))
    if any(value >= _SIXTY for value, _ in parts[1:]):
        raise _unreadable(" ".join(draft.numbers))
    degrees = sum(abs(value) / _SIXTY**power for power, (value, _) in enumerate(parts))
    sign = -1 if draft.numbers[0].startswith("-") or draft.sign < 0 else 1
    step = 10.0 ** -parts[-1][1]
    is_angle = bool(draft.marks) or len(parts) > 1
    if is_angle:
        step *= _METRES_PER_DEGREE / _SIXTY ** (len(parts) - 1)
    return Reading(sign * degrees, step, draft.axis, len(parts) if is_angle else 0, draft.letter)


def _as_angle(reading: Reading) -> Reading:
    if reading.is_angle:
        return reading
    step = reading.step * _METRES_PER_DEGREE
    return Reading(reading.value, step, reading.axis, 1, reading.letter)


def _ordered(one: Reading, other: Reading, text: str) -> tuple[Reading, Reading]:
    if one.axis is not None and one.axis == other.axis:
        raise _unreadable(text)
    return (other, one) if one.axis == "east" or other.axis == "north" else (one, other)


def _merged_thousands(text: str) -> str:
    """Join "1 625 161,02" where groups of three follow; leaves degrees, minutes, seconds alone.

    Beside "1.281.234" the point of "606.543" groups thousands too.
    """
    if _GROUPED_TWICE.search(text):
        text = _GROUPED_ONCE.sub(r"\1\2", text)
    return _SPACED_THOUSANDS.sub(lambda number: number[0].replace(" ", ""), text)


def degrees_step(reading: Reading) -> float:
    """The size in metres of the last decimal of a reading in degrees."""
    step = reading.step if reading.is_angle else reading.step * _METRES_PER_DEGREE
    return max(step, _SMALLEST_STEP_M)


def _unreadable(text: str) -> CoordinateUnreadable:
    shown = tidy(text)[:80]
    return CoordinateUnreadable(
        Remark(
            "coordinate_unreadable",
            f"Không đọc được toạ độ “{shown}”. Viết như 22,40064; 102,14392 hoặc "
            "22°24'02,3\" B, 102°08'38,1\" Đ, hoặc X = 1625161,02; Y = 775331,60 kèm hệ toạ độ.",
            f"“{shown}” is not a coordinate. Write it like 22.40064, 102.14392 or "
            "22°24'02.3\"N 102°08'38.1\"E, or X = 1625161.02; Y = 775331.60 with its system.",
        )
    )
