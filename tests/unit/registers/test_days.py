"""The one date control reads what stands in an address, or shows today and says so."""

from datetime import date

import pytest

from app.registers.days import Day, read_day, year_ends

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2025-06-30", date(2025, 6, 30)),
        ("30/06/2025", date(2025, 6, 30)),
        ("1.7.2025", date(2025, 7, 1)),
        ("2026-11-22", TODAY),
        ("", TODAY),
    ],
)
def test_day_is_read_as_written(written: str, on: date) -> None:
    day = read_day({"ngay": written}, TODAY)
    assert (day.on, day.is_misread) == (on, False)


@pytest.mark.parametrize("written", ["2026-11-23", "2025-02-30", "31/02/2025", "0001-01-01", "x"])
def test_day_that_cannot_be_shown_is_today_and_said_to_be_misread(written: str) -> None:
    assert read_day({"ngay": written}, TODAY) == Day(TODAY, TODAY, is_misread=True)


def test_only_a_past_day_stands_in_an_address() -> None:
    assert Day(date(2025, 6, 30), TODAY).said == "2025-06-30"
    assert Day(TODAY, TODAY).said is None


def test_years_run_from_the_first_to_the_one_before_today() -> None:
    assert year_ends(date(2024, 5, 1), TODAY) == [date(2024, 12, 31), date(2025, 12, 31)]
