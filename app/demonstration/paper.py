"""Papers to attach: a one-page PDF and a picture that say that they are illustrations."""

import struct
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

from app.storage import StoredFile, store_file

_WORDS = "TAI LIEU MINH HOA - KHONG CO GIA TRI PHAP LY"  # the built-in fonts know no diacritics
_WIDTH, _HEIGHT = 320, 200
_SKY, _STONE = (206, 220, 230), (120, 120, 112)
_MOST_MB = 1


class Papers:
    """Keeps papers in the attachment store; equal contents lie there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, StoredFile] = {}

    def paper(self, name: str) -> StoredFile:
        """A file of that name; .png is a picture, all else a PDF."""
        if name not in self._held:
            content = _picture() if name.endswith(".png") else _pdf()
            self._held[name] = store_file(self._folder, name, BytesIO(content), limit_mb=_MOST_MB)
        return self._held[name]


@cache
def _pdf() -> bytes:
    """The smallest PDF with one line of text."""
    drawn = f"BT /F1 14 Tf 60 760 Td ({_WORDS}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


@cache
def _picture() -> bytes:
    """A grey stone before a pale sky: a drawing, so that nobody takes it for a photograph."""
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)
        for x in range(_WIDTH):
            is_stone = abs(x - _WIDTH // 2) < 30 + y // 10 and y > _HEIGHT // 4
            rows += bytes(_STONE if is_stone else _SKY)
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
