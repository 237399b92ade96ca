"""Tells Vietnamese from what only looks like it, by the shape that every syllable must have."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ONSETS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_NUCLEI = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu"
    "|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê"
    "|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(rf"(?:{_ONSETS})?(?:{_NUCLEI})(?:ch|ng|nh|c|m|n|p|t)?")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 3_000


@lru_cache(maxsize=16_384)
def is_syllable(word: str) -> bool:
    """Whether a word could be a Vietnamese syllable: one onset, one rhyme, at most one tone."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = [part for part in parts if part in _TONES]
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return len(tones) <= 1 and _SYLLABLE.fullmatch(bare) is not None


def marked_words(texts: Iterable[str]) -> list[str]:
    """The words that hold a letter beyond ASCII: they alone tell one encoding from another."""
    found: list[str] = []
    for text in texts:
        if not text.isascii():
            found.extend(word for word in _words(text) if not word.isascii())
        if len(found) >= _MOST_WORDS:
            break
    return found[:_MOST_WORDS]


def _words(text: str) -> list[str]:
    # Signs of the font encodings are not all letters: a word ends at a space or punctuation.
    return [word.strip(".,;:!?()[]{}\"'“”‘’/-–…") for word in text.split()]


def share_of_syllables(words: Iterable[str]) -> float:
    """How many of the words read as Vietnamese, 0 to 1; 0 without words."""
    judged = [all(is_syllable(part) for part in _WORD.findall(word) or [word]) for word in words]
    return sum(judged) / len(judged) if judged else 0.0
