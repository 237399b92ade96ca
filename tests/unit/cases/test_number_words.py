"""Amounts and counts as decisions and minutes write them out."""

from decimal import Decimal

import pytest

from app.cases.number_words import count_in_words, dong_in_words


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "không đồng"),
        (5, "năm đồng"),
        (15, "mười lăm đồng"),
        (21, "hai mươi mốt đồng"),
        (105, "một trăm lẻ năm đồng"),
        (1_000_000_000, "một tỷ đồng"),
        (1_005_000_000, "một tỷ không trăm lẻ năm triệu đồng"),
        (2_500_000, "hai triệu năm trăm nghìn đồng"),
    ],
)
def test_amounts_are_written_out_as_decisions_write_them(amount: int, said: str) -> None:
    assert dong_in_words(Decimal(amount)) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "không"), (4, "bốn"), (24, "hai mươi bốn"), (79, "bảy mươi chín"), (110, "một trăm mười")],
)
def test_counts_are_written_out_as_minutes_write_them(count: int, said: str) -> None:
    assert count_in_words(count) == said
