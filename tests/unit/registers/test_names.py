import unicodedata

import pytest

from app.registers.names import fold_names, name_key


def test_names_sort_by_the_last_word_then_the_first() -> None:
    names = ["Trần Văn Bình", "Nguyễn Thị An", "Lê Văn Dung", "Lê Quang Bình", "Đỗ Ân"]

    assert sorted(names, key=name_key) == [
        "Nguyễn Thị An",
        "Đỗ Ân",
        "Lê Quang Bình",
        "Trần Văn Bình",
        "Lê Văn Dung",
    ]


@pytest.mark.parametrize(
    "ordered",
    [
        ["Lê Mai", "Lê Mài", "Lê Mải", "Lê Mãi", "Lê Mái", "Lê Mại"],
        ["Lê Dân", "Lê Đan", "Lê Em"],
        ["Lê Tam", "Lê Tăm", "Lê Tâm"],
        ["Lê Ô", "Lê Ơ", "Lê U", "Lê Ư"],
    ],
)
def test_letters_and_tones_follow_the_vietnamese_alphabet(ordered: list[str]) -> None:
    assert sorted([*ordered[1:], ordered[0]], key=name_key) == ordered


def test_key_is_the_same_for_composed_and_decomposed_text() -> None:
    name = "Nguyễn Thị Ngọc Ánh"

    assert name_key(unicodedata.normalize("NFD", name)) == name_key(name)


def test_key_of_a_very_long_name_fits_its_column() -> None:
    assert len(name_key("Nguyễn " * 200)) <= 255


def test_every_spelling_of_a_person_is_searchable() -> None:
    folded = fold_names("Lê Quang Vinh", "Lê Văn Dung", "LE WAN DUNG", "Lê Quang Vinh")

    assert folded == "le quang vinh | le van dung | le wan dung"
