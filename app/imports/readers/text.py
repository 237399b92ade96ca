"""Finds out how the bytes of a text file, and the letters in it, were encoded; never guesses."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Refused
from app.imports.readers.fonts import NAMES, FontEncoding, convert
from app.imports.readers.syllables import marked_words, share_of_syllables

_BYTE_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 200_000
_ENOUGH = 0.75
_LEAD = 0.15
_MANY_NULS = 0.2
_SPREAD_NULS = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, what its bytes were, and the old font it was written for, if any."""

    text: str
    encoding: str
    font: FontEncoding | None = None


def decode(content: bytes) -> Decoded:
    """The text of a file's bytes. Raises Refused where no encoding reads as Vietnamese."""
    for mark, name in _BYTE_MARKS:
        if content.startswith(mark):
            return _with_font(_decoded(content, name), name)
    sixteen = _utf16_without_mark(content)
    if sixteen is not None:
        return _with_font(_decoded(content, sixteen), sixteen)
    if b"\x00" in content[:_SAMPLE]:
        raise Refused(
            "Tệp không phải văn bản. Hãy lưu bảng dạng XLSX hoặc CSV (UTF-8) rồi gửi lại."
        )
    try:
        return _with_font(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _from_eight_bits(content)


def recognise(texts: Iterable[str]) -> FontEncoding | None:
    """The old font that these texts were written for; None where they are plain Unicode."""
    words = marked_words(texts)
    if not words:
        return None
    as_is = share_of_syllables(words)
    shares = {
        font: share_of_syllables([convert(word, font) for word in words]) for font in FontEncoding
    }
    best = max(shares, key=lambda font: shares[font])
    is_better = shares[best] >= _ENOUGH and shares[best] > as_is + _LEAD
    return best if is_better else None


def offer(font: FontEncoding) -> Refused:
    """The refusal of text in an old font that nobody has agreed to convert."""
    return Refused(
        f"Chữ trong tệp theo bảng mã {NAMES[font]}, không phải Unicode. "
        f"Hãy chọn chuyển mã sang Unicode (dòng lệnh: --convert {font.value}) rồi nhập lại."
    )


def _with_font(text: str, encoding: str) -> Decoded:
    return Decoded(text, encoding, recognise([text[:_SAMPLE]]))


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise _unknown() from error


def _utf16_without_mark(content: bytes) -> str | None:
    """Half of the bytes of UTF-16 text are NUL: on even places if the high byte comes first."""
    head = content[:4096]
    if len(head) < 8:  # noqa: PLR2004  too short to tell
        return None
    even, odd = head[0::2], head[1::2]
    share_even, share_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if share_odd > _MANY_NULS and share_even < _SPREAD_NULS:
        return "utf-16-le"
    if share_even > _MANY_NULS and share_odd < _SPREAD_NULS:
        return "utf-16-be"
    return None


def _from_eight_bits(content: bytes) -> Decoded:
    """Windows-1258, or the bytes of the old fonts: whichever reads as Vietnamese."""
    sample = content[:_SAMPLE]
    latin = sample.decode("latin-1")
    readings: dict[tuple[str, FontEncoding | None], str] = {
        ("cp1258", None): unicodedata.normalize("NFC", sample.decode("cp1258", "replace")),
        ("latin-1", FontEncoding.TCVN3): convert(latin, FontEncoding.TCVN3),
        ("latin-1", FontEncoding.VNI): convert(latin, FontEncoding.VNI),
    }
    shares = {key: _share(latin, text) for key, text in readings.items()}
    best = max(shares, key=lambda key: shares[key])
    if shares[best] < _ENOUGH:
        raise _unknown()
    name, font = best
    return Decoded(unicodedata.normalize("NFC", _decoded_all(content, name)), name, font)


def _share(latin: str, text: str) -> float:
    """How Vietnamese a reading is: words that were beyond ASCII in the bytes, as it reads them."""
    pairs = zip(latin.split(), text.split(), strict=False)
    return share_of_syllables([word for raw, word in pairs if not raw.isascii()])


def _decoded_all(content: bytes, name: str) -> str:
    return content.decode(name, "replace")


def _unknown() -> Refused:
    return Refused(
        "Không nhận ra bảng mã chữ của tệp. Hãy mở tệp bằng phần mềm bảng tính, "
        "lưu lại dạng XLSX hoặc CSV UTF-8 rồi gửi lại."
    )
