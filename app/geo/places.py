"""Reads places as officers tell them: from a marker, between two of them, or by the kilometre."""

import math
import re
from dataclasses import dataclass

from app.geo.labels import LabelError, MarkerLabel, parse_label
from app.geo.place_words import (
    Side,
    approximate,
    compass,
    line_in,
    metres_in,
    side_in,
)
from app.geo.reading import bare, read_decimal, tidy

_SUFFIX = r"(?:\s*\([1-3]\))?"
_NUMBER = rf"[0-9]{{1,4}}{_SUFFIX}(?:/[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?{_SUFFIX})?"
_SHORT = r"(?<![a-z0-9đ])m\.?(?=\s?[0-9])"  # "M.160/4"
_NAMED = rf"(?:(?:cot\s+)?moc|coc|cot|{_SHORT})(?:\s+(?!va\b|đen\b|den\b)[a-zđ]+){{0,3}}?\s*"
_LINE = r"(?:(?P<{name}>cn|la|kh)\s*[-:]?\s*)?"
_END = r"(?![0-9/(]|\.[0-9])"


def _marker(number: str) -> str:
    line = _LINE.format(name=f"line{number}")
    return rf"(?:{_NAMED})?{line}(?P<label{number}>{_NUMBER}){_END}"


_ONE = re.compile(
    rf"(?:{_NAMED}{_LINE.format(name='line')}|(?<![a-z0-9])(?P<prefix>cn|la|kh)\s*[-:]?\s*)"
    rf"(?P<label>{_NUMBER}){_END}"
)
_BETWEEN = re.compile(
    rf"giua\s+(?:đoan\s+)?(?:hai\s+|cac\s+)?{_marker('1')}\s*(?:va|voi|–|-)\s*{_marker('2')}"
)
# "giáp mốc 12 và 13", "khu vực mốc 119; 120; 121": nothing that could be counted may follow.
_LISTED = re.compile(
    rf"(?:giap|giua|gan|canh|khu\s+vuc|cac|cap)\s+{_marker('1')}"
    rf"(?:\s*[,;]\s*{_NUMBER})*\s*(?:va|,|;|&)\s*{_marker('2')}"
    r"(?=\s*(?:$|[,.;)]|(?:thuoc|tai|o|đoan|xa|phuong|tinh|tuyen|cach|bi|phia|huong)(?![a-zđ])))"
)
_FROM_TO = re.compile(
    rf"(?=.{{0,40}}?(?:moc|coc|cot|cn|la|kh)\b).{{0,40}}?(?<![a-z0-9]){_marker('1')}"
    rf"\s*(?:đen|den|toi|–|-|→|->)\s*{_marker('2')}(?!\s*(?:km|met|m)(?![a-zđ]))"
)
_TOWARDS = re.compile(
    rf"(?:phia|huong)\s+(?:ve\s+)?{_NAMED}{_LINE.format(name='line3')}"
    rf"(?P<label3>{_NUMBER}){_END}"
)
_CHAINAGE = re.compile(
    r"(?<![a-z0-9])(?:km|ly\s+trinh|cay\s+so)\s*(?:km\s*)?(?P<km>[0-9]{1,4}(?:[.,][0-9]{1,3})?)"
    r"(?:\s*\+\s*(?P<m>[0-9]{1,3}(?:[.,][0-9]+)?)\s*m?)?(?![0-9a-zđ])\s*(?:km(?![a-z]))?"
)
_OF_STRETCH = re.compile(r"\b(?:đoan|tuyen|thuoc|tren|cua|bien\s+gioi|đuong\s+bien|tinh)\b")
_FROM_THE_LINE = re.compile(
    r"cach\s+(?:đuong\s+)?bien(?:\s+gioi)?\s+(?:khoang\s+|chung\s+)?[0-9.,]+\s*(?:km|met|m)(?![a-z])"
)
_ALONG = re.compile(r"\+\s*(?=[0-9])")
_METRES_PER_KILOMETRE = 1000.0
_NEARBY_M = 500.0  # "khu vực mốc 186", "gần mốc 186"
_APPROXIMATE_SHARE = 0.2
_HALF_EIGHTH = 22.5


@dataclass(frozen=True, slots=True)
class PlaceExpression:
    """A place told from a marker.

    `offset_m` in metres; `bearing` in degrees from north, None when not said; `along` is true for
    "mốc 217 + 367 m", a distance along the line in the order of the numbers; `side` is "vn" or
    "other" where the text says on which side of the line; `towards` is the marker of "về phía mốc
    170", to which the distance runs along the line.
    """

    label: MarkerLabel
    offset_m: float | None
    bearing: float | None
    is_approximate: bool
    along: bool
    side: Side | None = None
    towards: MarkerLabel | None = None

    @property
    def uncertainty_m(self) -> float:
        """How far the place may lie from where it is drawn, in metres; 0 at the marker itself.

        A distance is as good as its last digit, "khoảng" a fifth of it at least; one of eight
        directions is half an eighth of a turn good; without a direction the place is anywhere on
        the circle. Our own rule: reports say no more.
        """
        if self.offset_m is None:
            return _NEARBY_M if self.is_approximate else 0.0
        length = _rounding_m(self.offset_m)
        if self.is_approximate:
            length = max(length, _APPROXIMATE_SHARE * self.offset_m)
        if self.along or self.towards is not None:
            return length
        if self.bearing is None:
            return self.offset_m + length
        return math.hypot(length, self.offset_m * math.tan(math.radians(_HALF_EIGHTH)))


@dataclass(frozen=True, slots=True)
class StretchExpression:
    """A stretch told by its two markers; `is_within` says the place lies somewhere inside it."""

    first: MarkerLabel
    last: MarkerLabel
    is_within: bool
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class ChainageExpression:
    """A kilometre of a stretch: `metres` from its beginning, `stretch` as it is called.

    `line` is the neighbour where the text names it; with an empty `stretch` it is the whole line.
    """

    metres: float
    stretch: str
    line: str | None
    side: Side | None = None


Told = PlaceExpression | StretchExpression | ChainageExpression


def read_place(text: str, *, line: str | None = None) -> Told | None:
    """The marker, stretch or kilometre that a sentence tells, or None when it tells none.

    Reads "cách mốc phụ 160/4 khoảng 300 m về phía tây", "mốc 217 + 367 m", "giữa mốc 119 và 121",
    "từ mốc 257 đến mốc 259", "km 12+300 đoạn Sơn La – Hủa Phăn". `line` (CN, LA, KH) is what the
    form says of the line; the text itself may say it too.
    """
    plain = tidy(text)
    folded = bare(plain)
    return _stretch(folded, line) or _chainage(plain, folded, line) or parse_place(plain, line=line)


def parse_place(text: str, *, line: str | None = None) -> PlaceExpression | None:
    """The marker, distance and direction in a sentence, or None when it names no marker.

    Reads "mốc 217 + 367 m", "cách mốc phụ 160/4 khoảng 300 m về phía tây", "mốc 314".
    """
    folded = bare(tidy(text))
    marker = _ONE.search(folded)
    if marker is None:
        return None
    rest = folded[: marker.start()] + " " + folded[marker.end() :]
    rest = _FROM_THE_LINE.sub(" ", rest)  # from the line, not from the marker
    label = _label(marker["label"], marker["line"] or marker["prefix"], rest, line)
    if label is None:
        return None
    aim = _TOWARDS.search(rest)
    return PlaceExpression(
        label,
        metres_in(rest),
        compass(rest),
        is_approximate=approximate(rest),
        along=_ALONG.match(folded[marker.end() :].lstrip()) is not None,
        side=side_in(rest),
        towards=_label(aim["label3"], aim["line3"], rest, label.line) if aim else None,
    )


def _rounding_m(metres: float) -> float:
    """Half of the last digit that is not zero: 300 m is good to 50 m, 367 m to half a metre."""
    step = 1.0
    while metres >= step * 10 and metres % (step * 10) == 0:
        step *= 10
    return step / 2


def _stretch(folded: str, line: str | None) -> StretchExpression | None:
    between = _BETWEEN.search(folded) or _LISTED.search(folded)
    found = between or _FROM_TO.match(folded)
    if found is None:
        return None
    rest = folded[: found.start("label1")] + " " + folded[found.end() :]
    said = found["line1"] or found["line2"]
    first, last = (_label(found[name], said, rest, line) for name in ("label1", "label2"))
    if first is None or last is None or first == last:
        return None
    return StretchExpression(first, last, is_within=between is not None, side=side_in(rest))


def _chainage(plain: str, folded: str, line: str | None) -> ChainageExpression | None:
    found = _CHAINAGE.search(folded)
    if found is None or _ONE.search(folded):
        return None
    after = folded[found.end() :]
    named = _OF_STRETCH.search(after)
    if named is None:
        return None
    name = plain[found.end() + named.start() :]
    kilometres, _ = read_decimal(found["km"])
    metres, _ = read_decimal(found["m"]) if found["m"] else (0.0, 0)
    return ChainageExpression(
        kilometres * _METRES_PER_KILOMETRE + metres,
        _without_words(name),
        line or line_in(after),
        side_in(after),
    )


def _without_words(name: str) -> str:
    """The stretch without "đoạn", "tuyến", in the letters of the text."""
    kept = name
    while found := _OF_STRETCH.match(bare(kept)):
        kept = kept[found.end() :].strip(" :,.;")
    return kept


def _label(number: str, said: str | None, rest: str, line: str | None) -> MarkerLabel | None:
    try:
        return parse_label(number, line=line or (said.upper() if said else line_in(rest)))
    except LabelError:
        return None
