"""Spellings of one name meet under one key, and the score tells why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registers.likeness import LIKELY, POSSIBLE, Part, PersonFacts, compare, name_likeness
from app.registers.masking import mask_contact, mask_name, mask_number
from app.registers.name_sounds import keys_of, syllables

SAME = [
    ("Nguyễn Văn Á", "NGUYEN VAN A"),
    ("Nguyễn Văn An", "Van An Nguyen"),
    ("Nguyễn Văn An", "NGUYENVANAN"),
    ("Lê Văn Dũng", "LE WAN DUNG"),
    ("Phạm Thị Phượng", "Fam Thi Fuong"),
    ("Đỗ Văn Đức", "Do Van Duk"),
    ("Trần Quang Dũng", "Chan Kwang Zung"),
    ("Nguyễn Hoàng Khánh", "NUYEN HOANG KHAN"),
    ("Vũ Văn Đông", "Wu Van Djong"),
    ("Nguyễn Văn Hùng", "Nguyen V. Hung"),
    ("Huỳnh Văn Giàu", "HUYNH  VAN-GIAU"),
    ("Nguyễn Văn Tuấn Anh", "NGUYEN TUAN ANH VAN"),
    ("Nguyễn Văn Tuấn", "阮文俊"),
    ("Trần Thị Hoa", "陳氏花"),
    ("Phạm Quốc Bảo", "范国宝"),
    ("Nguyễn Văn Tuấn", "Ngwin Van Tuan"),
    ("Nguyễn Văn Bình", "VAN BINH NGUEYN"),
    ("Phạm Thị Hoa", "FAM THI HOA"),
    ("Lê Thị Thúy", "LEE TI TUI"),
    ("Võ Văn Kiệt", "Vũ Văn Kiệt"),
    ("Hoàng Thị Huệ", "Huỳnh Thị Huệ"),
    ("Huỳnh Ngọc Ánh", "HUIN NGOK AN"),
    ("Đặng Quốc Khánh", "DANG KUOK KHAN"),
    ("Nguyễn Thị Quỳnh", "NGYUEN THI KWINH"),
    ("Phan Thanh Giản", "PHAN THAN ZAN"),
    ("Dương Văn Minh", "YUONG WAN MINH"),
    ("Giàng A Sử", "ZANG A SU"),
    ("Thạch Sô Phia", "THACH SOPHEA"),
    ("Nguyễn Thị Ngọc Bích", "N. T. NGOC BICH"),
    ("Khưu Thị Tám", "KHOO THI TAM"),
    ("Ngô Bảo Châu", "GNO PAO CHAO"),
    ("Phùng Quang Thanh", "FUNG KWANG THANH"),
]
OTHERS = [
    ("Nguyễn Văn An", "Trần Thị Bích"),
    ("Lê Văn Dũng", "Lê Thị Hạnh"),
    ("Phạm Minh Khôi", "Phạm Thị Thu Hà"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert set(keys_of(one)) & set(keys_of(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_are_likely_with_the_same_year(one: str, other: str) -> None:
    found = compare(PersonFacts([one], birth_year=1990), PersonFacts([other], birth_year=1990))

    assert found.score >= POSSIBLE, found


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_names_are_not_offered(one: str, other: str) -> None:
    assert compare(PersonFacts([one]), PersonFacts([other])).score < POSSIBLE


def test_score_tells_which_parts_agree() -> None:
    one = PersonFacts(["Lê Văn Dũng"], date(1990, 2, 1), 1990, "male", "91", 7)
    other = PersonFacts(["LE WAN DUNG"], date(1990, 1, 2), 1990, "male", "96", 7)

    parts = {part.part: part.score for part in compare(one, other).parts}

    assert parts[Part.NAME] >= 90
    assert parts[Part.BIRTH] == 90  # day and month change places in foreign lists
    assert parts[Part.PROVINCE] == 0
    assert parts[Part.VESSEL] == 100


def test_another_day_of_birth_outweighs_the_same_name() -> None:
    one = PersonFacts(["Nguyễn Văn An"], date(1990, 2, 1))
    other = PersonFacts(["Nguyễn Văn An"], date(1975, 11, 23))

    assert compare(one, other).score < LIKELY


def test_same_paper_is_enough_and_says_so() -> None:
    one = PersonFacts(["Lê Văn Dũng"], papers=["x"])
    other = PersonFacts(["Lê Quang Vinh"], papers=["x"])

    found = compare(one, other)

    assert found.score >= 85
    assert found.parts[0].part is Part.DOCUMENT


def test_unknown_facts_count_neither_way() -> None:
    bare = compare(PersonFacts(["Lê Văn Dũng"]), PersonFacts(["Le Van Dung"], birth_year=1990))

    assert bare.score == 100
    assert [part.part for part in bare.parts] == [Part.NAME]


@given(st.lists(st.sampled_from(["nguyen", "van", "thi", "dung", "khanh", "a", "le"]), min_size=1))
def test_order_of_the_syllables_does_not_matter(parts: list[str]) -> None:
    name, turned = " ".join(parts[:8]), " ".join(reversed(parts[:8]))

    assert name_likeness(name, turned) == 100
    assert keys_of(name)[:2] == keys_of(turned)[:2]


@given(st.text(max_size=60))
def test_any_text_has_its_keys(text: str) -> None:
    assert all(0 < len(key) <= 80 for key in keys_of(text))
    assert bool(keys_of(text)) == bool(syllables(text))


# --- masks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("012345678989", "0123•••••89"),
        ("C1234567", "C1•••••67"),
        ("1234", "•••••4"),
        ("", ""),
        (None, ""),
    ],
)
def test_number_keeps_only_enough_to_tell_two_apart(number: str | None, masked: str) -> None:
    assert mask_number(number) == masked


def test_contact_keeps_its_words_and_loses_its_numbers() -> None:
    masked = mask_contact("Vợ: Lan, 0909 123 456, lan.nguyen@vi-du.vn")

    assert "Vợ: Lan" in masked
    assert "123" not in masked
    assert "lan.nguyen" not in masked


def test_name_is_masked_to_initials() -> None:
    assert mask_name("Nguyễn Văn An") == "N. V. A."
