"""Numbers of vessels as lists write them: understood, kept as evidence, or refused."""

import unicodedata

import pytest

from app.imports.sea_points import Letters, understood_number

LETTERS = Letters.of({"KG": "91", "BV": "79", "BĐ": "52", "BD": "79", "QNg": "51", "CM": "96"})


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("KG. 91234 TS", "KG-91234-TS"),
        ("kg91234", "KG-91234-TS"),
        ("bv 12345ts", "BV-12345-TS"),
        ("k.g 91241 t.s", "KG-91241-TS"),
        ("qng-95001-ts", "QNg-95001-TS"),
        (unicodedata.normalize("NFD", "bđ 96001 ts"), None),  # BĐ or BD: a person must look
        (unicodedata.normalize("NFD", "BĐ 96001 TS"), "BĐ-96001-TS"),
        ("ＫＧ－９１２４３－ＴＳ", "KG-91243-TS"),
        ("Tàu cá KG-91245-TS", "KG-91245-TS"),
        ("KG-91244-TS (số cũ KG-90001-TS)", "KG-91244-TS"),
    ],
)
def test_what_is_nearly_a_number_is_understood(said: str, canonical: str | None) -> None:
    found = understood_number(said, LETTERS)
    number, problem = found.number, found.problem
    assert number.canonical == canonical
    assert problem == ""


@pytest.mark.parametrize("said", ["QNg 9xxxx", "KG 91???", "BV-xx123-TS", "91239", "KG-00000-TS"])
def test_a_masked_or_broken_number_is_kept_and_said(said: str) -> None:
    found = understood_number(said.replace("?", "*"), LETTERS)
    number, warning, problem = found.number, found.warning, found.problem
    assert number.canonical is None
    assert "giữ nguyên văn" in warning
    assert problem == ""


@pytest.mark.parametrize(
    "said", ["không rõ", "=KG", "CM-90001-TS CM-90002-TS", "KG-91234-TS; KG-91235-TS", "ZZ 9xxxx"]
)
def test_words_and_several_numbers_are_refused(said: str) -> None:
    found = understood_number(said, LETTERS)
    warning, problem = found.warning, found.problem
    assert warning == ""
    assert problem.startswith("“")
