"""Patterns of texts are matched whole, and no pattern and text keep anybody waiting."""

import pytest

from app.workflow.patterns import is_pattern, matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("[A-Z]+", "ABC", True),
        ("[A-Z]+", "ABC1", False),
        ("a|b", "ab", False),
        (r"\d{3}", "123", True),
        (r"\d{3}", "123\n", False),
        ("(a+)+$", "a" * 5_000 + "!", False),
        ("(a|a)*b", "a" * 5_000, False),
        ("(", "một chữ", True),
    ],
)
def test_the_whole_text_follows_the_pattern(pattern: str, text: str, fits: bool) -> None:  # noqa: FBT001  a table
    assert matches(pattern, text) is fits


@pytest.mark.parametrize("pattern", ["(", "[", "(?=a)", r"(a)\1", "*"])
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    assert not is_pattern(pattern)
