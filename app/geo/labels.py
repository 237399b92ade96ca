"""Reads, writes and sorts the numbers of boundary markers, which are structured and never text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.geo.reading import bare, tidy
from app.geo.remarks import GeoError, Remark

_NUMBER = r"(?:0|0*[1-9][0-9]{0,3})"
_SUFFIX = r"\(\s*([1-3])\s*\)"
_LABEL = re.compile(
    rf"(?P<main>{_NUMBER})\s*(?:{_SUFFIX})?"
    rf"(?:\s*/\s*(?P<aux>{_NUMBER})\s*(?:\.\s*(?P<peg>{_NUMBER})\s*)?(?:{_SUFFIX})?)?"
)
_LEGACY = re.compile(r"(?P<letters>[A-ZĐa-zđ]{1,2})\s*[-–]?\s*(?P<number>[1-9][0-9]{0,3})")
_PREFIX = re.compile(
    r"(?:(?:cac|cap|cum|đoan|tu|tai|o)\s+)*"
    r"(?:(?:cot\s+moc|cot\s+đau|cot\s+dau|coc\s+đau|coc\s+dau|coc\s+moc|moc|coc)"
    r"(?:\s+(?:quoc\s+gioi|bien\s+gioi|gioi|chinh|phu|đoi|ba|đơn|don|đau|so|co))*"
    r"|so\s+hieu|so)\s*(?:so\s*)?[:.]?\s*"
    r"|(?:m|cm|mp|cđ|cd)\s*[.:-]?\s*(?=[0-9])"  # short for mốc, cột mốc, mốc phụ, cọc dấu
)
_LINE = re.compile(r"(CN|LA|KH)(?:\s*[:-]\s*|\s+)(?=[0-9A-ZĐ])")
_TRIPOINT = re.compile(
    r"(?:cot\s+)?moc\s+(?:giao\s+điem|nga\s+ba)\b|nga\s+ba\s+(?:bien\s+gioi|đong)"
)
_RANGE = re.compile(r"\s*(?:–|-|~|\.\.+|…|đến|den|tới|toi)\s*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[,;&\n]|\bvà\b|\bva\b|\band\b)\s*", re.IGNORECASE)
_MANY_SUFFIXES = re.compile(
    r"\(\s*[1-3]\s*(?:[,;–-]\s*[1-3]\s*)+\)|\)\s*(?:,|;|và|va)?\s*\((?=\s*[1-3])"
)
_LONE_SUFFIX = re.compile(_SUFFIX)

LINES = frozenset({"CN", "LA", "KH"})


class LabelKind(StrEnum):
    """What the number's shape says; a stake may carry the number of an auxiliary marker."""

    MAIN = "main"
    AUXILIARY = "auxiliary"
    PEG = "peg"
    LEGACY = "legacy"
    TRIPOINT = "tripoint"


class LabelError(GeoError):
    """The text is not the number of a marker."""


@dataclass(frozen=True, slots=True)
class MarkerLabel:
    """The structured number of one marker or peg.

    `main_suffix` is the (1), (2) of the main marker in numbers such as 133(2)/2, `suffix` that of
    the object itself; `text` holds the label of legacy markers (A-2) and of the two tripoints.
    """

    line: str | None
    main: int | None
    aux: int | None = None
    peg: int | None = None
    suffix: int | None = None
    kind: LabelKind = LabelKind.MAIN
    main_suffix: int | None = None
    text: str | None = None

    def __str__(self) -> str:
        return format_label(self)


@dataclass(frozen=True, slots=True)
class LabelRange:
    """A stretch of the line between two markers, the smaller number first."""

    first: MarkerLabel
    last: MarkerLabel

    def __str__(self) -> str:
        return f"{format_label(self.first)} – {format_label(self.last)}"

    def contains(self, label: MarkerLabel) -> bool:
        return sort_key(self.first)[:6] <= sort_key(label)[:6] <= sort_key(self.last)


def parse_label(text: str, *, line: str | None = None) -> MarkerLabel:
    """The label in `text`: "47/7(2)", "cột dấu 168/2.3", "mốc 133(2)/2", "A-2".

    Grammar of the 2019 Protocol as published by the Ministry (2/11/2023), with what is seen on the
    China line. `line` is the neighbour (CN, LA, KH); "KH 314" in the text says it too. Raises
    LabelError, also for lists and ranges, which `parse_labels` reads.
    """
    plain = tidy(text)
    if _TRIPOINT.match(bare(plain)):
        return MarkerLabel(line, _number_inside(plain), kind=LabelKind.TRIPOINT, text=plain)
    body, line = _split_line(_without_prefix(plain), line)
    match = _LABEL.fullmatch(body)
    if match:
        return _from_match(match, line)
    legacy = _LEGACY.fullmatch(body)
    if legacy is None:
        raise LabelError(_unreadable(text))
    name = f"{legacy['letters'].upper()}-{legacy['number']}"
    return MarkerLabel(line, None, kind=LabelKind.LEGACY, text=name)


def format_label(label: MarkerLabel) -> str:
    """The label as officials write it, without prefix and line: 47/7(2), 168/2.3, 133(2)/2."""
    if label.text is not None:
        return label.text
    parts = [str(label.main), _bracket(label.main_suffix)]
    if label.aux is not None:
        parts.append(f"/{label.aux}")
    if label.peg is not None:
        parts.append(f".{label.peg}")
    return "".join([*parts, _bracket(label.suffix)])


def sort_key(label: MarkerLabel) -> tuple[str, int, int, int, int, int, int, str]:
    """Order along the line: (line, group, main, aux, peg, main suffix, suffix, text)."""
    group = 1 if label.kind is LabelKind.LEGACY else 0
    return (
        label.line or "",
        group,
        label.main or 0,
        label.aux or 0,
        label.peg or 0,
        label.main_suffix or 0,
        label.suffix or 0,
        label.text or "",
    )


def parse_labels(text: str, *, line: str | None = None) -> list[MarkerLabel | LabelRange]:
    """Every label of a list: "77/1 (1,2)", "261(1), (2)", "47/1, 48 và 49", "mốc 257 – 259".

    Raises LabelError for the first part that is not a label.
    """
    plain = tidy(text.replace("\n", ";"))
    if _TRIPOINT.match(bare(plain)):
        return [parse_label(plain, line=line)]
    found: list[MarkerLabel | LabelRange] = []
    for part in _SEPARATOR.split(_spread_suffixes(plain)):
        if part:
            found.append(_parse_part(part, line, found[-1] if found else None))
    if not found:
        raise LabelError(_unreadable(text))
    return found


def _parse_part(
    part: str, line: str | None, before: MarkerLabel | LabelRange | None
) -> MarkerLabel | LabelRange:
    lone = _LONE_SUFFIX.fullmatch(part)
    if lone and isinstance(before, MarkerLabel) and before.suffix is not None:
        return replace(before, suffix=int(lone[1]))
    try:
        return parse_label(part, line=line)
    except LabelError:
        ends = [end for end in _RANGE.split(part) if end]
        if len(ends) != 2:  # noqa: PLR2004  a stretch has two ends
            raise
        return _range(*(parse_label(end, line=line) for end in ends))


def _range(one: MarkerLabel, other: MarkerLabel) -> LabelRange:
    first, last = sorted((one, other), key=sort_key)
    return LabelRange(first, last)


def _spread_suffixes(text: str) -> str:
    """Write "77/1 (1,2)" and "222(1)(2)" as "77/1 (1),(2)"."""
    return _MANY_SUFFIXES.sub(lambda many: ",".join(_brackets(many[0])), text)


def _brackets(text: str) -> Iterator[str]:
    if text.startswith(")"):
        yield from (")", "(")
        return
    numbers = [int(digit) for digit in re.findall("[1-3]", text)]
    if re.search("[–-]", text):
        numbers = list(range(min(numbers), max(numbers) + 1))
    yield from (f"({number})" for number in numbers)


def _without_prefix(text: str) -> str:
    prefix = _PREFIX.match(bare(text))
    return text[prefix.end() :] if prefix else text


def _split_line(body: str, line: str | None) -> tuple[str, str | None]:
    said = _LINE.match(body)
    if said is None:
        return body, line
    if line is not None and line != said[1]:
        raise LabelError(
            Remark(
                "line_conflict",
                f"Số hiệu ghi tuyến {said[1]} nhưng hồ sơ thuộc tuyến {line}.",
                f"The number names the line {said[1]} but the record is on the line {line}.",
            )
        )
    return _without_prefix(body[said.end() :]), said[1]


def _from_match(match: re.Match[str], line: str | None) -> MarkerLabel:
    main, first, aux, peg, second = match.groups()
    numbers = [None if part is None else int(part) for part in (main, aux, peg, first, second)]
    if 0 in (numbers[1], numbers[2]) or (numbers[0] == 0 and aux is not None):
        raise LabelError(_unreadable(match[0]))
    if aux is None:
        return MarkerLabel(line, numbers[0], suffix=numbers[3])
    kind = LabelKind.AUXILIARY if peg is None else LabelKind.PEG
    return MarkerLabel(line, numbers[0], numbers[1], numbers[2], numbers[4], kind, numbers[3])


def _number_inside(text: str) -> int | None:
    number = re.search(rf"\bmốc\s+(?:số\s+)?({_NUMBER})\b", text)
    return int(number[1]) if number else None


def _bracket(suffix: int | None) -> str:
    return "" if suffix is None else f"({suffix})"


def _unreadable(text: str) -> Remark:
    shown = tidy(text)[:60]
    return Remark(
        "label_unreadable",
        f"Không đọc được số hiệu mốc “{shown}”. Viết như 314, 79(1), 47/7(2) hoặc 168/2.3.",
        f"“{shown}” is not a marker number. Write it like 314, 79(1), 47/7(2) or 168/2.3.",
    )
