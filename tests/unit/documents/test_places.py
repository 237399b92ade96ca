"""How the head of a paper names the place it is written in."""

import pytest

from app.documents.composing import place_name


@pytest.mark.parametrize(
    ("province", "said"),
    [
        ("Tỉnh Tây Ninh", "Tây Ninh"),
        ("Thành phố Hà Nội", "Hà Nội"),
        ("Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Cà Mau", "Cà Mau"),
        ("", ""),
    ],
)
def test_a_province_is_named_without_its_rank_unless_named_after_a_person(
    province: str, said: str
) -> None:
    assert place_name(province) == said
