"""The words of the registers: codes in both languages, read from data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Word:
    """A code's name in both languages, and the tone in which its pill is drawn."""

    code: str
    vi: str
    en: str
    tone: str = ""

    def in_locale(self, locale: str) -> str:
        return self.en if locale.startswith("en") else self.vi


@cache
def vocabulary() -> Mapping[str, Mapping[str, Word]]:
    """Every list of words by its name, such as stage or condition."""
    read: dict[str, Any] = yaml.safe_load(  # Any: YAML, shaped below
        (_FOLDER / "vocabulary.yaml").read_text(encoding="utf-8")
    )
    return {
        name: {str(code): Word(str(code), **said) for code, said in words.items()}
        for name, words in read.items()
    }


def words(name: str) -> Mapping[str, Word]:
    return vocabulary()[name]


def word(name: str, code: str | None, locale: str = "vi") -> str:
    """The name of a code; an unknown code reads as itself, none as nothing."""
    if not code:
        return ""
    found = vocabulary()[name].get(code)
    return found.in_locale(locale) if found else code


def choices(name: str, locale: str = "vi") -> list[tuple[str, str]]:
    return [(entry.code, entry.in_locale(locale)) for entry in words(name).values()]
