"""The words of a told place: how far, which way, on which side, on which line."""

import re
from typing import Final, Literal

from app.geo.reading import read_decimal

Side = Literal["vn", "other"]

_DISTANCE = re.compile(
    r"(?P<number>[0-9]+(?:[.,][0-9]+)*)\s*(?P<unit>km|ki\s?lo\s?met|cay\s+so|met|m)(?![a-zđ0-9])"
)
# "2km500" and "2 km 500 m": the metres go with the kilometres.
_BOTH_UNITS = re.compile(
    r"(?P<km>[0-9]+)\s*(?:km|ki\s?lo\s?met|cay\s+so)\s*"
    r"(?:(?P<m>[0-9]{1,3})\s*(?:met|m)|(?P<share>[0-9]{1,3}))(?![a-zđ0-9])"
)
_BEARING = re.compile(
    r"(?:phia|huong|ve)\s+(?P<name>(?:đong|tay|bac|nam)\s*[-–]?\s*(?:đong|tay)\s*[-–]?\s*(?:bac|nam)|(?:chinh\s+)?(?:đong|tay)\s*[-–]?\s*(?:bac|nam)|"
    r"(?:chinh\s+)?(?:bac|nam|đong|tay)|[tđ][nb]|[bđt])(?![a-zđ])"
)
_APPROXIMATE = re.compile(
    r"(?<![a-zđ])(?:khoang|chung|uoc|gan|canh|khu\s+vuc|quanh|lan\s+can|tren\s+duoi|hon)(?![a-zđ])"
    r"|(?:^|\s)đo\s+[0-9]|~|≈"
)
_OUR_SIDE = re.compile(
    r"(?:phia|ben|đat|lanh\s+tho|ve)\s+(?:viet\s*nam|ta|minh)\b|noi\s+(?:bien|đia)|trong\s+bien"
)
_THEIR_SIDE = re.compile(
    r"(?:phia|ben|đat|lanh\s+tho|sang)\s+(?:nuoc\s+)?(?:ban|trung\s*quoc|lao|cam\s*-?\s*pu\s*-?\s*chia)\b"
    r"|ngoai\s+bien"
)
_LINES: Final = (
    ("CN", re.compile(r"trung\s*quoc|viet\s*-?\s*trung|vn\s*[-–]\s*(?:cn|tq)|\(cn\)")),
    ("LA", re.compile(r"(?<![a-zđ])lao(?![a-zđ])|vn\s*[-–]\s*la|\(la\)")),
    ("KH", re.compile(r"cam\s*-?\s*pu\s*-?\s*chia|vn\s*[-–]\s*(?:kh|cpc)|\(kh\)")),
)
_DEGREES: Final = {
    "bac": 0.0,
    "đongbac": 45.0,
    "đong": 90.0,
    "đongnam": 135.0,
    "nam": 180.0,
    "taynam": 225.0,
    "tay": 270.0,
    "taybac": 315.0,
    # As in reports by radio: "hướng TN".
    "b": 0.0,
    "đb": 45.0,
    "đ": 90.0,
    "đn": 135.0,
    "tn": 225.0,
    "t": 270.0,
    "tb": 315.0,
}
_METRES_PER_KILOMETRE = 1000.0
_COMPASS: Final = (
    ("bắc", "north"),
    ("đông bắc", "north-east"),
    ("đông", "east"),
    ("đông nam", "south-east"),
    ("nam", "south"),
    ("tây nam", "south-west"),
    ("tây", "west"),
    ("tây bắc", "north-west"),
)
_TURN = 360.0


def metres_in(folded: str) -> float | None:
    """The first distance in a text (lower case, no accents), in metres."""
    both = _BOTH_UNITS.search(folded)
    if both is not None:
        kilometres = float(f"{both['km']}.{both['share'] or 0}")
        return kilometres * _METRES_PER_KILOMETRE + float(both["m"] or 0)
    found = _DISTANCE.search(folded)
    if found is None:
        return None
    is_metres, number = found["unit"] in ("m", "met"), found["number"]
    if is_metres and re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", number):
        number = number.replace(".", "")  # 1.500 m: nobody paces millimetres
    value, _ = read_decimal(number)
    return value if is_metres else value * _METRES_PER_KILOMETRE


def compass(folded: str) -> float | None:
    """The direction in a text, in degrees from north."""
    found = _BEARING.search(folded)
    return _degrees(re.sub(r"chinh|[\s–-]", "", found["name"])) if found else None


def _degrees(name: str) -> float:
    """One of eight directions, or of sixteen: tây tây nam lies between tây and tây nam."""
    if name in _DEGREES:
        return _DEGREES[name]
    main = next(one for one in ("đong", "tay", "bac", "nam") if name.startswith(one))
    first, second = _DEGREES[main], _DEGREES[name.removeprefix(main)]
    if abs(first - second) > _TURN / 2:
        first += _TURN
    return (first + second) / 2 % _TURN


def compass_name(degrees: float) -> tuple[str, str]:
    """The nearest of the eight directions, in Vietnamese and in English."""
    return _COMPASS[round(degrees / _TURN * len(_COMPASS)) % len(_COMPASS)]


def approximate(folded: str) -> bool:
    return _APPROXIMATE.search(folded) is not None


def side_in(folded: str) -> Side | None:
    if _OUR_SIDE.search(folded):
        return "vn"
    return "other" if _THEIR_SIDE.search(folded) else None


def line_in(folded: str) -> str | None:
    """The neighbour whose line a text names, None where it names none or several."""
    found = [line for line, pattern in _LINES if pattern.search(folded)]
    return found[0] if len(found) == 1 else None
