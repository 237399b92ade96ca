"""The arithmetic of a sanction: the law of the day, ranges, doubling, exact sums, words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.children.penalties import (
    Fined,
    Penalty,
    Violation,
    acts_in_words,
    changed_since,
    in_force,
    in_millions,
    range_of,
    total,
    warning_of,
)
from app.cases.number_words import dong_in_words

CHANGE = date(2024, 5, 20)
OLD = Penalty(
    1,
    "foreign_waters",
    "Khai thác trái phép ở vùng biển nước ngoài",
    "",
    "42/2019/NĐ-CP",
    "Điều 20",
    Decimal(800_000_000),
    Decimal(1_000_000_000),
    valid_to=CHANGE - timedelta(days=1),
)
NEW = Penalty(
    2,
    "foreign_waters",
    OLD.act,
    "",
    "38/2024/NĐ-CP",
    "Điều 20",
    Decimal(800_000_000),
    Decimal(1_000_000_000),
    valid_from=CHANGE,
)
VMS = Penalty(
    3,
    "vms_off",
    "Tắt thiết bị",
    "m24_up",
    "38/2024/NĐ-CP",
    "Điều 20",
    Decimal(300_000_000),
    Decimal(500_000_000),
    Decimal(500_000_000),
    Decimal(700_000_000),
    valid_from=CHANGE,
)
TABLE = [OLD, NEW, VMS]
AMOUNTS = st.integers(0, 10**12).map(Decimal)


def test_the_decision_of_2020_comes_to_927_and_a_half_million() -> None:
    acts = [
        Fined(OLD.act, Decimal(900_000_000), OLD),
        Fined("Không có chứng chỉ", Decimal(25_000_000)),
        Fined("Không ghi nhật ký", Decimal(2_500_000)),
    ]
    assert total(acts) == Decimal(927_500_000)
    assert in_millions(total(acts)) == "927,5 triệu đồng"
    assert acts_in_words(acts) == (
        "900 triệu đồng + 25 triệu đồng + 2,5 triệu đồng = 927,5 triệu đồng"
    )
    assert dong_in_words(total(acts)) == "chín trăm hai mươi bảy triệu năm trăm nghìn đồng"


@pytest.mark.parametrize(
    ("on", "decree"),
    [
        (date(2020, 5, 20), "42/2019/NĐ-CP"),
        (CHANGE - timedelta(days=1), "42/2019/NĐ-CP"),
        (CHANGE, "38/2024/NĐ-CP"),
    ],
)
def test_the_law_of_the_day_of_the_violation_applies(on: date, decree: str) -> None:
    found = [one for one in in_force(TABLE, Violation(on)) if one.act_code == "foreign_waters"]
    assert [one.decree for one in found] == [decree]


def test_a_row_of_a_length_is_for_vessels_of_that_length() -> None:
    small, large = (
        Violation(CHANGE, length_class="m12_15"),
        Violation(CHANGE, length_class="m24_up"),
    )
    assert VMS not in in_force(TABLE, small)
    assert VMS in in_force(TABLE, large)


@pytest.mark.parametrize(
    ("violation", "expected"),
    [
        (Violation(CHANGE), (300_000_000, 500_000_000)),
        (Violation(CHANGE, is_repeated=True), (500_000_000, 700_000_000)),
        (Violation(CHANGE, is_organisation=True), (600_000_000, 1_000_000_000)),
        (
            Violation(CHANGE, is_organisation=True, is_repeated=True),
            (1_000_000_000, 1_400_000_000),
        ),
    ],
)
def test_organisations_pay_double_and_repeaters_more(
    violation: Violation, expected: tuple[int, int]
) -> None:
    assert [int(amount) for amount in range_of(VMS, violation)] == list(expected)


def test_an_amount_out_of_range_or_without_one_is_remarked_upon() -> None:
    violation = Violation(CHANGE)
    assert warning_of(Fined("x", Decimal(900_000_000), NEW), violation) is None
    low = warning_of(Fined("x", Decimal(700_000_000), NEW), violation)
    assert low is not None
    assert "800 triệu đồng – 1.000 triệu đồng" in low.vi
    assert warning_of(Fined("x", Decimal(1)), violation) is not None
    wrong_law = warning_of(Fined("x", Decimal(900_000_000), OLD), violation)
    assert wrong_law is not None
    assert "không có hiệu lực" in wrong_law.vi


def test_a_law_that_changed_while_the_case_was_open_is_noticed() -> None:
    assert changed_since(OLD, TABLE, on=CHANGE) is NEW
    assert changed_since(NEW, TABLE, on=CHANGE) is None


@given(st.lists(AMOUNTS))
def test_the_sum_is_exact_in_every_order(amounts: list[Decimal]) -> None:
    acts = [Fined("x", amount) for amount in amounts]
    assert total(acts) == total(reversed(acts)) == sum(int(amount) for amount in amounts)


@given(AMOUNTS, st.booleans(), st.booleans())
def test_a_warning_is_given_exactly_outside_the_range(
    amount: Decimal,
    is_organisation: bool,  # noqa: FBT001  drawn by Hypothesis
    is_repeated: bool,  # noqa: FBT001  drawn by Hypothesis
) -> None:
    violation = Violation(CHANGE, is_organisation, is_repeated)
    low, high = range_of(VMS, violation)
    assert (warning_of(Fined("x", amount, VMS), violation) is None) is (low <= amount <= high)
