"""Sorts names the Vietnamese way: the last word first, then letters, then tones, in their order."""

import unicodedata

from app.database import fold_text

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# One ASCII sign per letter, in rising order, so that every database compares alike.
_SIGNS = "123456789abcdefghijklmnopqrstuvwx"
_SIGN_OF = dict(zip(_ALPHABET, _SIGNS, strict=True))
_GAP = "0"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LONGEST = 255
_LONGEST_NAME = 100


def name_key(name: str) -> str:
    """The key by which a personal name is sorted: "Trần Thị Ánh" under Ánh, then Trần Thị."""
    words = unicodedata.normalize("NFC", name).casefold().split()[:12]
    ordered = [*words[-1:], *words[:-1]]
    letters = _GAP.join("".join(_letter(mark) for mark in word) for word in ordered)
    tones = "".join(_tone(word) for word in ordered)
    return f"{letters[: _LONGEST - 20]}{_GAP}{_GAP}{tones}"[:_LONGEST]


def fold_names(*names: str) -> str:
    """Every spelling of a person in one searchable line."""
    folded = (fold_text(name[:_LONGEST_NAME]) for name in names)
    return " | ".join(dict.fromkeys(name for name in folded if name))


def _letter(mark: str) -> str:
    plain = _without_tone(mark)
    return _SIGN_OF.get(plain) or _SIGN_OF.get(fold_text(plain), "")


def _without_tone(mark: str) -> str:
    parts = unicodedata.normalize("NFD", mark)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))


def _tone(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return next((_TONES[part] for part in parts if part in _TONES), "0")
