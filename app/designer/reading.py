"""Reads what was typed into the form of a part back into the JSON of the definition.

Nothing is refused here: what does not fit the format is kept as it was typed, and the checks say
so at its place. What was not said is left out, so that a definition stays as short as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from app.workflow.codes import code_from
from app.workflow.difference import value_at
from app.workflow.shapes import DECIDES, SHAPES, Attribute, Kind

Row = dict[str, Any]  # Any: JSON
MOST_LINES = 100
_NUMBERS = frozenset({"number", "money"})


class Typed(Protocol):
    """The fields of a request."""

    def get(self, name: str, default: str, /) -> str: ...

    def getlist(self, name: str, /) -> list[str]: ...

    def __contains__(self, name: object, /) -> bool: ...


def read_part(shape: str, sent: Typed, former: Row, prefix: str = "") -> Row:
    """The part as it was typed; `former` is how it stood, for the order of what was chosen."""
    row: Row = {"code": former["code"]} if "code" in former else {}
    decided = sent.get(f"{prefix}{DECIDES[shape]}", "") if shape in DECIDES else ""
    for attribute in SHAPES[shape]:
        if attribute.only and decided not in attribute.only:
            continue
        old = value_at(former, attribute.key)
        value = _value(attribute, sent, f"{prefix}{attribute.key}", old, decided)
        if _is_said(attribute, value, old):
            _put(row, attribute.key, value)
    return row


def _put(row: Row, key: str, value: Any) -> None:  # Any: JSON
    outer, _, inner = key.partition(".")
    if inner:
        row.setdefault(outer, {})[inner] = value
    else:
        row[outer] = value


def _is_said(attribute: Attribute, value: Any, old: Any) -> bool:  # Any: JSON
    """What is empty, or as it would be anyway, is written only where it was written before."""
    if attribute.kind is Kind.BOOLEAN:
        return value is not attribute.is_on or old is not None
    if attribute.kind is Kind.CHOICE and not attribute.is_required and attribute.choices:
        return bool(value) and (old is not None or value != attribute.choices[0][0])
    return value not in ("", [], {}, None) or attribute.is_required


def _value(
    attribute: Attribute, sent: Typed, name: str, old: Any, decided: str
) -> Any:  # Any: JSON
    if attribute.kind is Kind.ROWS:
        return _lines(attribute, sent, name, old or [])
    if attribute.kind is Kind.CODES:
        return in_former_order(sent.getlist(name), old or [])
    if attribute.kind is Kind.NUMBER or attribute.key == "default":
        return _number(_said(sent, name), decided, is_default=attribute.key == "default")
    return _READERS.get(attribute.kind, _said)(sent, name)


def _said(sent: Typed, name: str) -> str:
    return "\n".join(sent.get(name, "").splitlines()).strip()


def _words(sent: Typed, name: str) -> list[str]:
    return [word.strip() for word in _said(sent, name).split(",") if word.strip()]


def _limit(sent: Typed, name: str) -> str:
    return f"{sent.get(f'{name}-amount', '').strip()} {sent.get(f'{name}-unit', 'wd')}"


def _is_ticked(sent: Typed, name: str) -> bool:
    return name in sent


def _text(sent: Typed, name: str) -> Row:
    vi, en = sent.get(f"{name}-vi", "").strip(), sent.get(f"{name}-en", "").strip()
    if not vi and not en:
        return {"vi": ""} if name.rpartition("-")[2] in {"name", "message"} else {}
    return {"vi": vi, "en": en} if en else {"vi": vi}


_READERS: Mapping[Kind, Callable[[Typed, str], Any]] = {  # Any: JSON
    Kind.BOOLEAN: _is_ticked,
    Kind.LIMIT: _limit,
    Kind.TEXT: _text,
    Kind.WORDS: _words,
}


def _lines(attribute: Attribute, sent: Typed, name: str, old: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for number in range(MOST_LINES):
        prefix = f"{name}-{number}-"
        if f"{prefix}is" not in sent:
            break
        code = sent.get(f"{prefix}code", "")
        former = next((row for row in old if code and row.get("code") == code), None)
        former = former or (old[number] if number < len(old) and not code else {})
        row = read_part(attribute.shape, sent, former, prefix)
        found.append(_with_code(attribute, row, code, found, old))
    return found


def _with_code(
    attribute: Attribute, row: Row, code: str, found: Sequence[Row], old: Sequence[Row]
) -> Row:
    """A line of a list of named things gets its code with its first name."""
    if "name" not in {one.key for one in SHAPES[attribute.shape]}:
        return row
    taken = {str(one.get("code")) for one in (*found, *old)}
    name = row.get("name", {}).get("vi", "")
    if not code and name:
        code = code_from(name, taken)
    return {"code": code, **row} if code else row


def in_former_order(chosen: Sequence[str], former: Sequence[str]) -> list[str]:
    """What stays chosen keeps its place; what is new comes behind."""
    kept = [code for code in former if code in chosen]
    return [*kept, *(code for code in dict.fromkeys(chosen) if code not in kept)]


def _number(said: str, decided: str, *, is_default: bool) -> Any:  # Any: JSON
    if is_default and decided == "boolean":
        return {"true": True, "false": False}.get(said.casefold(), said)
    if decided not in _NUMBERS:
        return said
    plain = said.replace(",", ".")
    is_number = plain.replace(".", "", 1).removeprefix("-").isdecimal()
    return float(plain) if is_number else said


# --- lines of a list ------------------------------------------------------------------------


def with_act(row: Row, act: str) -> Row:
    """Add, take away or move a line: "add:guards", "remove:guards:0", "up:guards:1"."""
    verb, _, rest = act.partition(":")
    key, _, number = rest.partition(":")
    lines = list(row.get(key) or ())
    if verb == "add":
        lines.append({})
    elif number.isdecimal() and int(number) < len(lines):
        place = int(number)
        line = lines.pop(place)
        if verb in {"up", "down"}:
            lines.insert(max(place + (1 if verb == "down" else -1), 0), line)
    return {**row, key: lines}


def focus_after(row: Row, act: str) -> str:
    """Where the keyboard should be after the act: the new line, or its list."""
    verb, _, rest = act.partition(":")
    key = rest.partition(":")[0]
    return f"{key}-{len(row.get(key, [])) - 1}" if verb == "add" else key
