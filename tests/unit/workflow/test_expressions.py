"""CEL: compiled once, names checked, and never an exception for the person at the screen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import cel
import pytest

from app.workflow.expressions import (
    ExpressionError,
    UnresolvedError,
    build_context,
    compile_expression,
    is_filled,
    moment_of,
    name_problems,
)
from tests.unit.workflow.samples import HANOI, NOW


def context(**data: object) -> cel.Context:
    return build_context(
        data,
        case={"state": "new", "opened_at": NOW},
        actor={"roles": frozenset({"b", "a"}), "unit": "U"},
        now=NOW,
        dated=frozenset({"on", "at"}),
    )


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("data.n > 0", {"n": 1}),
        ("data.n > 0.5", {"n": Decimal(1)}),
        ("data.n == 1.5", {"n": Decimal("1.5")}),
        ("!has(data.n)", {"n": None}),
        ("!has(data.n)", {"n": "  "}),
        ("data.on <= now", {"on": "2026-11-20"}),
        ("data.on <= now", {"on": date(2026, 11, 20)}),
        ("data.at < now", {"at": "2026-11-20T01:59:00+00:00"}),
        ("data.at < now", {"at": "2026-11-20T08:59"}),
        ("now - data.at > duration('1h')", {"at": datetime(2026, 11, 20, 7, 0, tzinfo=HANOI)}),
        ("case.state == 'new' && actor.unit == 'U'", {}),
        ("'a' in actor.roles", {}),
        ("data.list.exists(x, x == 2)", {"list": (1, 2)}),
        ("data.place.name == 'Cao Bằng'", {"place": {"name": "Cao Bằng"}}),
        ("data.odd == 'b\\'x\\''", {"odd": b"x"}),
        ("data.on == 'soon'", {"on": "soon"}),
    ],
)
def test_conditions_hold_on_facts(source: str, data: dict[str, object]) -> None:
    assert compile_expression(source).holds(context(**data))


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("data.n > 0", {}),
        ("data.n > 0", {"n": "many"}),
        ("1 / data.n == 1", {"n": 0}),
        ("data.n", {"n": 5}),
        ("data.s.matches('[')", {"s": "a"}),
        ("[1][data.n] == 1", {"n": 7}),
        ("data.n * data.n > 0", {"n": 2**62}),
    ],
)
def test_what_cannot_be_evaluated_is_unresolved(source: str, data: dict[str, object]) -> None:
    with pytest.raises(UnresolvedError):
        compile_expression(source).holds(context(**data))


@pytest.mark.parametrize("source", ["1 +", "((", "__import__('os')."])
def test_text_that_is_not_cel_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError, match="không phải biểu thức CEL hợp lệ"):
        compile_expression(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.n > 0 && has(data.s)", ()),
        ("data.list.exists(x, x == data.n)", ()),
        ("size(data.s) > 2 && data.s.startsWith('data.zzz')", ()),
        ("case.state == 'a' && actor.unit == 'b' && now > case.opened_at", ()),
        ("data.zzz > 0", ("“data.zzz” không có trong định nghĩa",)),
        ("case.colour == 'a'", ("“case.colour” không có trong định nghĩa",)),
        ("zzz > 0", ("tên “zzz” không có; chỉ dùng data, case, actor, now",)),
        ("launch(data.n)", ("hàm “launch” không được dùng",)),
        ("data.n != null", ("trường trống không phải null; dùng has(data.…)",)),
    ],
)
def test_names_that_do_not_exist_are_found(source: str, expected: tuple[str, ...]) -> None:
    assert name_problems(compile_expression(source), {"n", "s", "list"}) == expected


def test_an_expression_knows_the_fields_it_reads() -> None:
    assert compile_expression("data.a > data.b.c").fields == frozenset({"a", "b"})
    assert compile_expression("data['a'] > 1").fields is None
    assert compile_expression("now > case.opened_at").fields == frozenset()


@pytest.mark.parametrize("value", [0, False, "a", [0], {"a": 1}, 0.0])
def test_zero_and_false_are_filled(value: object) -> None:
    assert is_filled(value)


@pytest.mark.parametrize("value", [None, "", "  ", [], (), {}, frozenset()])
def test_blanks_are_not_filled(value: object) -> None:
    assert not is_filled(value)


def test_a_date_is_the_midnight_that_begins_it() -> None:
    assert moment_of("2026-11-20") == datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
    assert moment_of(None) is None
    assert moment_of("soon") is None


def test_sets_and_infinite_numbers_reach_an_expression() -> None:
    assert compile_expression("data.s == ['a', 'b']").holds(context(s={"b", "a"}))
    assert compile_expression("data.n > 1.0").holds(context(n=Decimal("Infinity")))
