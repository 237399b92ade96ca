"""A pasted list keeps every man and every vessel, also those whose names nearly agree."""

import pytest

from app.cases.children.pasting import Pasted, fresh_among, split_numbers


def entered(lines: list[Pasted], known: list[Pasted]) -> list[str]:
    return [line.label for line in fresh_among(lines, known)[0]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Pasted("Nguyễn Văn Hùng"), Pasted("Nguyễn Văn Hưng")),
        (Pasted("Nguyễn Văn Hùng", {"age": 27}), Pasted("Nguyễn Văn Hùng", {"age": 30})),
        (
            Pasted("Tran Van Hai", {"birth_year": 1980}),
            Pasted("Tran Van Hai", {"birth_year": 1990}),
        ),
        (Pasted("Lê Văn Ba", {"duty": "skipper"}), Pasted("Lê Văn Ba", {"duty": "fisher"})),
    ],
)
def test_two_men_whom_something_tells_apart_are_both_entered(one: Pasted, other: Pasted) -> None:
    assert entered([one, other], []) == [one.label, other.label]
    assert entered([other], [one]) == [other.label]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Pasted("Nguyễn Văn An"), Pasted("NGUYỄN  VĂN  AN")),
        (Pasted("Nguyễn Văn An", {"age": 30}), Pasted("Nguyen Van An")),
        (Pasted("KG-91234-TS"), Pasted("kg-91234-ts")),
        (Pasted("Nguye\u0302\u0303n Va\u0306n An"), Pasted("Nguyễn Văn An")),
    ],
)
def test_one_who_is_named_again_is_not_entered_twice(one: Pasted, other: Pasted) -> None:
    fresh, double = fresh_among([one, other], [])
    assert ([line.label for line in fresh], len(double)) == ([one.label], 1)


def test_two_unreadable_vessels_are_two_and_a_second_paste_adds_none() -> None:
    lines = [Pasted("không đọc được"), Pasted("Không đọc được")]
    assert entered(lines, []) == ["không đọc được", "Không đọc được"]
    assert entered(lines, lines) == []
    assert entered([*lines, lines[0]], lines) == ["không đọc được"]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("KG. 91234 TS và BOY 06", ["KG. 91234 TS", "BOY 06"]),
        ("BV-12345-TS, BĐ 97910 TS; không rõ", ["BV-12345-TS", "BĐ 97910 TS", "không rõ"]),
        ("CM 91007 TS/7 & KG 90172", ["CM 91007 TS/7", "KG 90172"]),
        ("QNg 96372 TS", ["QNg 96372 TS"]),
        ("", [""]),
    ],
)
def test_a_report_that_names_two_vessels_names_two(said: str, numbers: list[str]) -> None:
    assert split_numbers(said) == numbers
