"""The office's own picture at the head of a note, and what is no such picture."""

import struct
import zlib
from io import BytesIO

import docx
import pytest

from app.documents.checking import check_docx
from app.documents.kinds import kind_of
from app.documents.letterhead import MOST_BYTES, with_emblem
from app.documents.page import departures
from app.errors import Invalid, Refused, TooLarge

NOTE = kind_of("cong_ham")


def chunk(name: bytes, content: bytes) -> bytes:
    end = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + end


def a_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    dots = zlib.compress((b"\0" + b"\x80" * width) * height)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", dots), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_the_picture_stands_above_the_name_of_the_agency_in_the_place_kept_for_it() -> None:
    made = with_emblem(NOTE, a_png(300, 300))
    check_docx(made)
    document = docx.Document(BytesIO(made))
    (picture,) = document.inline_shapes
    assert picture.height.mm == pytest.approx(22, abs=0.1)
    assert document.paragraphs[0].runs[0]._r.xpath(".//pic:pic")
    assert document.paragraphs[1].text == "{{ co_quan }}"
    assert document.paragraphs[1].paragraph_format.space_before == 0
    assert departures(made) == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\x40\x01\x40\x01" + b"\0" * 40,
        b"BM" + b"\0" * 60,
        a_png(300, 300)[:30],
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        a_png(20, 20),
        a_png(5_000, 70),
        a_png(400, 100),
    ],
)
def test_what_is_no_emblem_is_refused_in_one_sentence(wrong: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        with_emblem(NOTE, wrong)
    assert refusal.value.message.endswith(".")
    assert list(refusal.value.problems) == ["picture"]


def test_a_picture_over_a_megabyte_is_refused() -> None:
    with pytest.raises(TooLarge, match="1 MB"):
        with_emblem(NOTE, b"\x89PNG\r\n\x1a\n" + b"x" * MOST_BYTES)


def test_only_a_note_bears_the_emblem() -> None:
    with pytest.raises(Refused, match="Chỉ công hàm"):
        with_emblem(kind_of("cong_van"), a_png(300, 300))
