"""How officials write letters and numbers: both Unicode forms, decimal commas, thousands points."""

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_VARIANTS = str.maketrans(
    "（），．；：／⁄∕＋－−‐‑‒—―０１２３４５６７８９",
    "(),.;:///+------–0123456789",
)
_VIETNAMESE_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_ENGLISH_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")


def tidy(text: str) -> str:
    """`text` in NFC, full-width and look-alike punctuation made plain, spaces single."""
    plain = unicodedata.normalize("NFC", text).translate(_VARIANTS)
    return _SPACES.sub(" ", plain).strip()


def bare(text: str) -> str:
    """`text` in lower case without accents, letter for letter; đ stays đ (it is its own letter)."""
    if text.isascii():
        return text.lower()
    return "".join(map(_bare_letter, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _bare_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def read_decimal(text: str) -> tuple[float, int]:
    """The number in `text` and how many decimals it was written with.

    A single comma or point is a decimal sign (555.650 is 555,65); repeated ones group thousands.
    Raises ValueError when `text` is not one number.
    """
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    unsigned = plain.lstrip("+-")
    if _VIETNAMESE_THOUSANDS.fullmatch(unsigned):
        plain = plain.replace(".", "").replace(",", ".")
    elif _ENGLISH_THOUSANDS.fullmatch(unsigned):
        plain = plain.replace(",", "")
    else:
        plain = plain.replace(",", ".")
    return float(plain), len(plain.partition(".")[2])
