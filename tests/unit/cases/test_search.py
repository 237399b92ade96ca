"""The words of the search box: whatever is typed becomes phrases that every database can ask."""

import pytest

from app.cases.search import LONGEST_WORD, MOST_WORDS, phrases_of, searchable


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        ("Buôn  Lậu", [["buon"], ["lau"]]),
        ("buôn – lậu", [["buon"], ["lau"]]),
        ("“buôn lậu”", [["buon"], ["lau"]]),
        ("Đồn’s", [["don", "s"]]),
        ("47/7(2)", [["47", "7", "2"]]),
        ('AND "OR" NEAR(a* ^b:c)', [["and"], ["or"], ["near", "a"], ["b", "c"]]),
        ("– … ’ 😀 （）", []),
        ("", []),
    ],
)
def test_only_letters_and_figures_are_asked_for(asked: str, phrases: list[list[str]]) -> None:
    assert phrases_of(asked) == phrases


def test_what_is_asked_stays_short_however_much_is_typed() -> None:
    assert phrases_of("x" * 10_000) == [["x" * LONGEST_WORD]]
    assert [len(phrase) for phrase in phrases_of("a/" * 5_000)] == [MOST_WORDS]
    assert len(phrases_of("a " * 5_000)) == MOST_WORDS


def test_typeset_signs_part_the_words_of_the_index_too() -> None:
    assert searchable(["mốc 257–259 “suối”"]) == "moc 257 259 suoi 257259"
