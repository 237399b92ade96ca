"""Numbers and lengths of time as lists write them."""

from datetime import time, timedelta

import pytest

from app.imports.judging import Judged, RowProblemError
from app.imports.readers.source import Cell
from app.imports.sea_points import Letters, read_duration, read_number

LETTERS = Letters.of({"KG": "91", "BĐ": "52", "BTh": "68", "QNa": "48", "QNg": "51", "QN": "22"})


def a_row(**values: Cell) -> Judged:
    return Judged(5, values)


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("KG-91234-TS", "KG-91234-TS"),
        ("KG 91234", "KG-91234-TS"),
        ("kg.91234.ts", "KG-91234-TS"),
        ("BD 97910 TS", "BĐ-97910-TS"),
        ("bth99318ts", "BTh-99318-TS"),
        ("QNG 96372 TS", "QNg-96372-TS"),
        ("BL 9243", None),
        ("VN-96936-KN", None),
    ],
)
def test_a_number_is_understood_where_one_province_can_be_meant(
    said: str, canonical: str | None
) -> None:
    assert read_number(a_row(vessel_number=said), LETTERS).canonical == canonical


@pytest.mark.parametrize("said", ["", '=HYPERLINK("x")', "<b>1234</b>", "tàu lạ", "KG"])
def test_what_is_no_number_is_refused_with_a_sentence(said: str) -> None:
    with pytest.raises(RowProblemError, match="số đăng ký"):
        read_number(a_row(vessel_number=said), LETTERS)


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        (13.63, 13.63),
        ("13,5", 13.5),
        ("13 giờ 38 phút", 13 + 38 / 60),
        ("13h38", 13 + 38 / 60),
        ("13:38", 13 + 38 / 60),
        ("2 ngày 3 giờ", 51),
        ("2 ngày", 48),
        (time(7, 30), 7.5),
    ],
)
def test_a_length_of_time_is_read_as_offices_write_it(said: Cell, hours: float) -> None:
    found = read_duration(a_row(duration=said), "duration")

    assert found is not None
    assert abs(found - timedelta(hours=hours)) < timedelta(seconds=1)


@pytest.mark.parametrize("said", ["lâu", -3, "0", "99999", "1/2"])
def test_a_length_that_means_nothing_is_refused(said: Cell) -> None:
    with pytest.raises(RowProblemError, match="thời lượng"):
        read_duration(a_row(duration=said), "duration")
