"""Old font encodings: every letter, the recognition, and what must be left alone."""

import itertools
import unicodedata

import pytest

from app.imports.readers.fonts import FontEncoding, convert
from app.imports.readers.source import SourceRow, converted
from app.imports.readers.text import decode, recognise

MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc"
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp - Töï do - Haïnh phuùc"
LOWER = "aăâbcdđeêfghijklmnoôơpqrstuưvxyz"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


@pytest.mark.parametrize(
    ("encoding", "text"), [(FontEncoding.TCVN3, TCVN3), (FontEncoding.VNI, VNI)]
)
def test_the_motto_reads_in_both_encodings(encoding: FontEncoding, text: str) -> None:
    assert convert(text, encoding) == MOTTO
    assert recognise([text]) is encoding


def test_tcvn3_reaches_every_vietnamese_letter() -> None:
    vowels = "aăâeêioôơuưy"
    wanted = {unicodedata.normalize("NFC", v + t) for v, t in itertools.product(vowels, TONES)}
    signs = "".join(chr(code) for code in range(0xA1, 0x100))
    got = {convert(sign, FontEncoding.TCVN3) for sign in signs} | set("aeiouy")
    assert wanted | {"đ"} <= got


def test_vni_reaches_every_vietnamese_letter_in_both_cases() -> None:
    signs = "øùûõïâàáåãäêèéúüë"
    pairs = {f"{base}{sign}" for base in "aeoôuöy" for sign in signs} | set("íìæóòîñôö")
    got = {convert(pair, FontEncoding.VNI) for pair in pairs}
    vowels = "aăâeêioôơuưy"
    wanted = {unicodedata.normalize("NFC", v + t) for v, t in itertools.product(vowels, TONES)}
    plain = set("aeiouy")
    assert wanted - plain - got == set()
    assert convert("ÑOÄC LAÄP", FontEncoding.VNI) == "ĐỘC LẬP"


def test_capitals_of_tcvn3_follow_the_consonants() -> None:
    assert convert("B¶NG TæNG HîP", FontEncoding.TCVN3) == "BẢNG TỔNG HỢP"
    assert convert("Tù do", FontEncoding.TCVN3) == "Tự do"


@pytest.mark.parametrize(
    "text",
    [MOTTO, unicodedata.normalize("NFD", MOTTO), "Cà Mau", "bờ suối, thôn Nà La", "plain", ""],
)
def test_unicode_text_is_not_taken_for_an_old_font(text: str) -> None:
    assert recognise([text]) is None


def test_cells_that_are_unicode_already_are_left_alone() -> None:
    row = converted(SourceRow(1, ("Mèc sè 5", "Suối Đỏ", 7)), FontEncoding.TCVN3)
    assert row.cells == ("Mốc số 5", "Suối Đỏ", 7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_read_whatever_their_mark(encoding: str) -> None:
    assert decode(MOTTO.encode(encoding)).text == MOTTO


def test_windows_1258_is_read_into_unicode() -> None:
    decomposed = "".join(_for_1258(letter) for letter in MOTTO)
    found = decode(decomposed.encode("cp1258"))
    assert (found.text, found.font) == (MOTTO, None)


def _for_1258(letter: str) -> str:
    """The letter with its hat as one sign and its tone as another, as that code page has it."""
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(part for part in parts if part in TONES[1:])
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES[1:]))
    return base + tones


@pytest.mark.parametrize(("text", "font"), [(TCVN3, FontEncoding.TCVN3), (VNI, FontEncoding.VNI)])
def test_bytes_of_old_fonts_are_recognised(text: str, font: FontEncoding) -> None:
    assert decode(text.encode("latin-1")).font is font
