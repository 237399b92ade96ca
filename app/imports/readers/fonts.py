"""Turns text written for the old TCVN3 (ABC) and VNI fonts into Unicode, letter for letter.

In both, a Vietnamese letter is stored as Latin signs that only the font draws as that letter:
TCVN3 gives each letter one sign, VNI writes the tone and hat as a second sign behind the vowel.
"""

import re
import unicodedata
from enum import StrEnum

# The signs of TCVN 5712:1993 in rising order and the letters that its fonts draw for them.
_TCVN3_SIGNS = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = dict(zip(_TCVN3_SIGNS, _TCVN3_LETTERS, strict=True))

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARKS = {
    "ø": _GRAVE,
    "ù": _ACUTE,
    "û": _HOOK,
    "õ": _TILDE,
    "ï": _DOT,
    "â": _HAT,
    "à": _HAT + _GRAVE,
    "á": _HAT + _ACUTE,
    "å": _HAT + _HOOK,
    "ã": _HAT + _TILDE,
    "ä": _HAT + _DOT,
    "ê": _BREVE,
    "è": _BREVE + _GRAVE,
    "é": _BREVE + _ACUTE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
_VNI_BREVES = frozenset("êèéúüë")
_VNI_HATS = frozenset("âàáåãä")
_VNI_ALONE = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}
_VNI = re.compile(
    r"[aA][øùûõïâàáåãäêèéúüëØÙÛÕÏÂÀÁÅÃÄÊÈÉÚÜË]"
    r"|[eoEO][øùûõïâàáåãäØÙÛÕÏÂÀÁÅÃÄ]"
    r"|[uyôöUYÔÖ][øùûõïØÙÛÕÏ]"
    r"|[ñôöíìæóòîÑÔÖÍÌÆÓÒÎ]"
)
_WORD = re.compile(r"[^\W\d_]+")
_BEYOND_LATIN = re.compile(r"[\u0100-\u01ff\u0300-\u036f\u1e00-\u1eff]")


class FontEncoding(StrEnum):
    """The font encodings that are converted; the value is what a person chooses."""

    TCVN3 = "tcvn3"
    VNI = "vni"


NAMES = {FontEncoding.TCVN3: "TCVN3 (ABC)", FontEncoding.VNI: "VNI"}


def convert(text: str, encoding: FontEncoding) -> str:
    """The text in Unicode (NFC); what is Unicode Vietnamese already stays as it is."""
    if text.isascii() or _BEYOND_LATIN.search(text):
        return text
    if encoding is FontEncoding.TCVN3:
        return _WORD_OF_SIGNS.sub(_from_tcvn3, text)
    return _VNI.sub(_from_vni, text)


_WORD_OF_SIGNS = re.compile(rf"[A-Za-z{re.escape(_TCVN3_SIGNS)}]+")


def _from_tcvn3(word: re.Match[str]) -> str:
    """TCVN3 has no capital letters with tones: a word in capitals is drawn by its consonants."""
    said = "".join(_TCVN3.get(sign, sign) for sign in word[0])
    plain = [sign for sign in word[0] if sign.isascii()]
    is_capital = len(plain) > 1 and all(sign.isupper() for sign in plain)
    return said.upper() if is_capital else said


def _from_vni(found: re.Match[str]) -> str:
    base, mark = found[0][0], found[0][1:].lower()
    alone = _VNI_ALONE.get(base.lower())
    letter = alone or base.lower()
    composed = unicodedata.normalize("NFC", letter + _VNI_MARKS.get(mark, ""))
    return composed.upper() if base.isupper() else composed
