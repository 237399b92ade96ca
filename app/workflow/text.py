"""A sentence in both languages, so that the pure core needs no translation library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, StringConstraints

_LONGEST = 4_000  # characters: a help text of a page; nobody reads a longer one


@dataclass(frozen=True, slots=True)
class Text:
    """Vietnamese first; an empty English text falls back to the Vietnamese one."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", str_strip_whitespace=True
    )

    vi: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST)]
    en: Annotated[str, StringConstraints(max_length=_LONGEST)] = ""

    def in_locale(self, locale: str) -> str:
        """Return the text for a locale such as "vi", "en" or "en-GB"."""
        return self.en if self.en and locale.startswith("en") else self.vi

    def __str__(self) -> str:
        return self.vi


def quoted(text: Text) -> Text:
    """Return the text in the quotation marks of each language."""
    return Text(f"“{text.vi}”", f"“{text.in_locale('en')}”")


def joined(
    texts: tuple[Text, ...] | list[Text], last_vi: str = "hoặc", last_en: str = "or"
) -> Text:
    """Return "a, b hoặc c" / "a, b or c"; an empty sequence gives an empty text."""
    return Text(
        _enumerate([text.vi for text in texts], last_vi),
        _enumerate([text.in_locale("en") for text in texts], last_en),
    )


def _enumerate(words: list[str], last: str) -> str:
    if len(words) < 2:  # noqa: PLR2004 (a list of one needs no conjunction)
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
