from enum import StrEnum

import pytest

from app.registers.models import (
    Condition,
    LegalStage,
    MarkerClass,
    MarkerKind,
    Neighbour,
    Side,
    Stage,
    Verdict,
)
from app.registers.vocabulary import choices, vocabulary, word, words


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("neighbour", Neighbour),
        ("kind", MarkerKind),
        ("class", MarkerClass),
        ("side", Side),
        ("stage", Stage),
        ("legal_stage", LegalStage),
        ("condition", Condition),
        ("verdict", Verdict),
    ],
)
def test_every_code_has_its_words_in_the_same_order(name: str, codes: type[StrEnum]) -> None:
    assert list(words(name)) == [code.value for code in codes]


def test_every_word_is_in_both_languages() -> None:
    for entries in vocabulary().values():
        assert all(entry.vi and entry.en for entry in entries.values())


def test_pills_have_a_known_tone() -> None:
    known = {"", "initial", "working", "waiting", "overdue", "done", "closed"}

    assert {entry.tone for entries in vocabulary().values() for entry in entries.values()} <= known


def test_unknown_code_reads_as_itself() -> None:
    assert word("stage", "not_yet_named") == "not_yet_named"
    assert word("stage", None) == ""


def test_choices_follow_the_language() -> None:
    assert ("intact", "Intact") in choices("condition", "en")
