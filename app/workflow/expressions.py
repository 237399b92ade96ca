"""Conditions and computed values of a definition: CEL, compiled once, never Python's eval.

An expression sees four names. `data` holds the filled fields of the case: an empty field is absent
(ask `has(data.x)`); a date is the midnight that begins it in the zone of the context; whole numbers
are int and the others double. `case` holds state, reference, opened_at, owner_unit;
`actor` holds roles and unit; `now` is the moment of the decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import cel

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NAMES: Mapping[str, frozenset[str] | None] = {
    "data": None,
    "case": frozenset({"state", "reference", "opened_at", "owner_unit"}),
    "actor": frozenset({"roles", "unit"}),
    "now": frozenset(),
}
FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "int", "double", "string"}
    | {"timestamp", "duration", "getFullYear", "getMonth", "getDate", "getDayOfMonth"}
    | {"getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"}
)
_LOOP = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
_OPENING = re.compile(r"[(\[{!-]")
_DEEPEST_LOOP, _DEEPEST = 2, 40
_SAID = 120  # characters of an expression that a sentence repeats
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_MEMBER = re.compile(r"(?<![\w.])(data|case|actor)\b(?:\s*\.\s*([A-Za-z_]\w*)\b(?!\s*\())?")
_NULL = re.compile(r"[=!]=\s*null\b|\bnull\s*[=!]=")
_EVALUATION_ERRORS = (TypeError, ValueError, LookupError, ArithmeticError, RuntimeError)


class ExpressionError(ValueError):
    """An expression that is not CEL; the message is Vietnamese and names the expression."""


class CostlyError(ExpressionError):
    """An expression that would keep everybody waiting: loops within loops, or endless brackets."""


class UnresolvedError(ValueError):
    """An expression that has no value on these facts: one is absent or of another type."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `fields` are the fields of the case that it names, None if it reads them all; `roots` are the
    names among data, case, actor and now that it uses.
    """

    source: str
    program: cel.Program
    fields: frozenset[str] | None
    roots: frozenset[str]

    def value(self, context: cel.Context) -> object:
        """Evaluate on a context; raises UnresolvedError and nothing else."""
        try:
            return self.program.execute(context)
        except _EVALUATION_ERRORS as error:
            raise UnresolvedError(self.source) from error

    def holds(self, context: cel.Context) -> bool:
        """Evaluate a condition; raises UnresolvedError also when the value is not true or false."""
        value = self.value(context)
        if not isinstance(value, bool):
            raise UnresolvedError(self.source)
        return value


def compile_expression(source: str) -> Expression:
    """Compile CEL; raises ExpressionError."""
    _refuse_costly(source)
    try:
        program = cel.compile(source)
    except ValueError as error:
        said = source if len(source) <= _SAID else f"{source[:_SAID]}…"
        raise ExpressionError(f"“{said}” không phải biểu thức CEL hợp lệ") from error
    roots = frozenset(program.variables()) & NAMES.keys()
    return Expression(source, program, _fields_named(source), roots)


def _refuse_costly(source: str) -> None:
    """Nothing stops an evaluation once it runs: what could run for hours is not compiled."""
    if len(_LOOP.findall(source)) > _DEEPEST_LOOP or len(_OPENING.findall(source)) > _DEEPEST:
        loops, depth = _depths(_without_strings(source))
        if loops > _DEEPEST_LOOP:
            raise CostlyError(
                f"các vòng duyệt danh sách (all, exists, map, filter) lồng nhau {loops} lớp;"
                f" nhiều nhất là {_DEEPEST_LOOP}"
            )
        if depth > _DEEPEST:
            raise CostlyError(f"dấu ngoặc hoặc dấu phủ định lồng nhau quá {_DEEPEST} lớp")


def _depths(text: str) -> tuple[int, int]:
    """How many loops, and how many brackets and signs, stand inside one another at most."""
    starts = {match.end() - 1 for match in _LOOP.finditer(text)}
    signs = max((len(run) for run in re.findall(r"[!\s-]+", text)), default=0)
    open_loops: list[bool] = []
    loops = depth = 0
    for place, letter in enumerate(text):
        if letter in "([{":
            open_loops.append(place in starts)
            loops, depth = max(loops, sum(open_loops)), max(depth, len(open_loops))
        elif letter in ")]}" and open_loops:
            open_loops.pop()
    return loops, max(depth, signs)


def name_problems(expression: Expression, known_fields: Iterable[str]) -> tuple[str, ...]:
    """Return a Vietnamese sentence for every name that the expression may not use."""
    text = _without_strings(expression.source)
    known = frozenset(known_fields)
    unknown = set(expression.program.variables()) - set(NAMES) - set(_BOUND.findall(text))
    problems = [f"tên “{name}” không có; chỉ dùng data, case, actor, now" for name in unknown]
    for root, member in _MEMBER.findall(text):
        members = known if root == "data" else NAMES[root] or frozenset()
        if member and member not in members:
            problems.append(f"“{root}.{member}” không có trong định nghĩa")
    called = {name for name in expression.program.functions() if name.isidentifier()}
    calls = {name for name in called if not name.startswith("_")} - FUNCTIONS
    problems += [f"hàm “{name}” không được dùng" for name in calls]
    if _NULL.search(text):
        problems.append("trường trống không phải null; dùng has(data.…)")
    return tuple(sorted(set(problems)))


def build_context(
    data: Mapping[str, object],
    *,
    case: Mapping[str, object],
    actor: Mapping[str, object],
    now: datetime,
    only: frozenset[str] | None = None,
    dated: frozenset[str] = frozenset(),
    zone: ZoneInfo = HANOI,
) -> cel.Context:
    """Turn facts into what CEL can hold.

    `only` limits the fields taken (speed); `dated` names the fields whose ISO strings are moments,
    and as group.column the columns of groups.
    """
    names = data.keys() if only is None else only & data.keys()
    facts = {
        name: _plain(_moment(data[name]) if name in dated else _rows(name, data[name], dated), zone)
        for name in names
        if is_filled(data[name])
    }
    return cel.Context(
        variables={
            "data": facts,
            "case": {key: _plain(value, zone) for key, value in case.items()},
            "actor": {key: _plain(value, zone) for key, value in actor.items()},
            "now": _with_offset(now),
        }
    )


def _rows(name: str, value: object, dated: frozenset[str]) -> object:
    """The rows of a group with their dates as moments; any other value as it is."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return value
    columns = {code.partition(".")[2] for code in dated if code.startswith(f"{name}.")}
    if not columns:
        return value
    return [
        {key: _moment(cell) if key in columns else cell for key, cell in row.items()}
        for row in value
        if isinstance(row, dict)
    ]


_COLLECTIONS = (list, tuple, dict, set, frozenset)


def is_filled(value: object) -> bool:
    """Tell whether a field holds something: 0 and False do; blanks and empty lists do not."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, _COLLECTIONS) else True


def moment_of(value: object, zone: ZoneInfo = HANOI) -> datetime | None:
    """Read a date or date-time (ISO text or object) as an aware moment; None if it is neither."""
    value = _moment(value)
    return _aware(value, zone) if isinstance(value, date) else None


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-31") else _datetime(value)
    except ValueError:
        return value


def _datetime(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _aware(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _with_offset(moment: datetime) -> datetime:
    # CEL takes fixed offsets only; it refuses a moment in a named zone.
    return moment.astimezone(timezone(moment.utcoffset() or timedelta()))


def _plain(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, date):
        return _with_offset(_aware(value, zone))
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value % 1 == 0 else float(value)
    return _plain_collection(value, zone)


def _plain_collection(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item, zone) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, zone) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(str(item) for item in value)
    return str(value)


def _without_strings(source: str) -> str:
    return _STRING.sub('""', source)


def _fields_named(source: str) -> frozenset[str] | None:
    found = [member for root, member in _MEMBER.findall(_without_strings(source)) if root == "data"]
    return frozenset(found) if all(found) else None
