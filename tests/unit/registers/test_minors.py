from datetime import date

import pytest

from app.registers.minors import is_minor_on


@pytest.mark.parametrize(
    ("birth", "year", "expected"),
    [
        (date(2008, 11, 21), 2008, False),
        (date(2008, 11, 22), 2008, True),
        (None, 2008, True),
        (None, 2007, False),
        (None, None, False),
    ],
)
def test_a_minor_is_one_to_the_day_and_in_doubt(
    birth: date | None, year: int | None, *, expected: bool
) -> None:
    assert is_minor_on(date(2026, 11, 21), born=birth, year=year, adult_age=18) is expected
