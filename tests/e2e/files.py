"""Small real files that people attach."""

import struct
import zlib

from playwright.sync_api import FilePayload


def photo(name: str = "hien-truong.png") -> FilePayload:
    """A green picture of 64 by 48 pixels."""
    width, height = 64, 48
    rows = (b"\0" + b"\x2e\x7d\x32" * width) * height
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(rows)),
            _chunk(b"IEND", b""),
        )
    )
    return {"name": name, "mimeType": "image/png", "buffer": content}


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
