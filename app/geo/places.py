"""Reads places as officers tell them: a marker, and how far from it in which direction."""

import re
from dataclasses import dataclass

from app.geo.labels import LabelError, MarkerLabel, parse_label
from app.geo.reading import bare, read_decimal, tidy

_MARKER = re.compile(
    r"(?:(?:cot\s+)?moc|coc|cot)(?:\s+[a-zđ]+){0,3}?\s*(?:CN|LA|KH)?\s*"
    r"(?P<label>[0-9]{1,4}(?:\s*\([1-3]\))?(?:/[0-9]+(?:\.[0-9]+)?(?:\s*\([1-3]\))?)?)(?![0-9/.(])",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"(?P<number>[0-9]+(?:[.,][0-9]+)*)\s*(?P<unit>km|ki\s?lo\s?met|cay\s+so|met|m)(?![a-zđ0-9])"
)
_BEARING = re.compile(
    r"(?:phia|huong|ve)\s+(?P<name>(?:chinh\s+)?(?:đong|tay)\s*[-–]?\s*(?:bac|nam)|"
    r"(?:chinh\s+)?(?:bac|nam|đong|tay))(?![a-zđ])"
)
_APPROXIMATE = re.compile(r"khoang|chung|uoc|gan|tren\s+duoi|hon|(?:^|\s)đo\s+[0-9]|~|≈")
_ALONG = re.compile(r"\+\s*(?=[0-9])")
_DEGREES = {
    "bac": 0.0,
    "đongbac": 45.0,
    "đong": 90.0,
    "đongnam": 135.0,
    "nam": 180.0,
    "taynam": 225.0,
    "tay": 270.0,
    "taybac": 315.0,
}
_METRES_PER_KILOMETRE = 1000.0


@dataclass(frozen=True, slots=True)
class PlaceExpression:
    """A place told from a marker.

    `offset_m` in metres; `bearing` in degrees from north, None when not said; `along` is true for
    "mốc 217 + 367 m", a distance along the line in the order of the numbers.
    """

    label: MarkerLabel
    offset_m: float | None
    bearing: float | None
    is_approximate: bool
    along: bool


def parse_place(text: str, *, line: str | None = None) -> PlaceExpression | None:
    """The marker, distance and direction in a sentence, or None when it names no marker.

    Reads "mốc 217 + 367 m", "cách mốc phụ 160/4 khoảng 300 m về phía tây", "mốc 314".
    """
    plain = tidy(text)
    folded = bare(plain)
    marker = _MARKER.search(folded)
    if marker is None:
        return None
    try:
        label = parse_label(marker["label"], line=line)
    except LabelError:
        return None
    rest = folded[: marker.start()] + " " + folded[marker.end() :]
    distance = _DISTANCE.search(rest)
    bearing = _BEARING.search(rest)
    return PlaceExpression(
        label,
        _metres(distance) if distance else None,
        _degrees(bearing["name"]) if bearing else None,
        is_approximate=_APPROXIMATE.search(rest) is not None,
        along=_ALONG.match(folded[marker.end() :].lstrip()) is not None,
    )


def _metres(distance: re.Match[str]) -> float:
    is_metres = distance["unit"] in ("m", "met")
    number = distance["number"]
    if is_metres and re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", number):
        number = number.replace(".", "")  # 1.500 m: nobody paces millimetres
    value, _ = read_decimal(number)
    return value if is_metres else value * _METRES_PER_KILOMETRE


def _degrees(name: str) -> float:
    return _DEGREES[re.sub(r"chinh|[\s–-]", "", name)]
