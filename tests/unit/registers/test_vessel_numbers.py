import pytest

from app.registers.vessel_numbers import fold_number, read_vessel_number


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("CM-93000-TS", "CM-93000-TS"),
        ("KG - 93702 – TS", "KG-93702-TS"),
        ("CM 93839 TS", "CM-93839-TS"),
        ("BTh 99318TS", "BTh-99318-TS"),
        ("QNg 96372 TS", "QNg-96372-TS"),
        ("QNa 95005TS", "QNa-95005-TS"),
        ("BĐ 97910 TS", "BĐ-97910-TS"),
        ("CM 91007 TS/7", "CM-91007-TS"),
        ("  KG\u00a093702  TS ", "KG-93702-TS"),
        ("BĐ 97910 TS".encode().decode(), "BĐ-97910-TS"),
    ],
)
def test_spellings_seen_in_papers_become_one_number(written: str, canonical: str) -> None:
    assert read_vessel_number(written).canonical == canonical


@pytest.mark.parametrize(
    "written", ["BL 9243", "KG 90172", "VN-96936-KN", "BOY05", "KG-00000-TS", ""]
)
def test_what_is_no_vessel_number_waits_for_a_person(written: str) -> None:
    number = read_vessel_number(written)

    assert number.canonical is None
    assert number.prefix is None


def test_case_of_the_letters_is_kept_because_it_counts() -> None:
    assert read_vessel_number("QNg 96372 TS").prefix == "QNg"


def test_decomposed_letters_are_read_as_typed() -> None:
    assert read_vessel_number("B\u0110 97910 TS").prefix == "BĐ"


@pytest.mark.parametrize("typed", ["kg93702", "KG-93702", "kg 93702 ts"])
def test_search_reads_a_number_however_it_is_typed(typed: str) -> None:
    assert fold_number(typed) in read_vessel_number("KG - 93702 – TS").folded
