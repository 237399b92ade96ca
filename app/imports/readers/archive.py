"""Opens an Office archive only after its own list of contents has been found harmless."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import Refused

MOST_UNPACKED = 600 * 1024 * 1024
MOST_TIMES = 250
HARMLESS = 8 * 1024 * 1024
MOST_ENTRIES = 3_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SCANNED = 2 * 1024 * 1024
_TAKEN = "Nhận XLSX, CSV, TSV, GeoJSON, GeoPackage, Shapefile (zip), KML/KMZ và GPX."


def refuse_other_kinds(path: Path) -> None:
    """Raise Refused with a sentence for what is not a table but only carries its name."""
    with path.open("rb") as file:
        head = file.read(_SCANNED)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"):
        raise Refused("Tệp rỗng: không có dữ liệu để nhập.")
    if head.startswith(_OLE):
        if _ENCRYPTED in head or _ENCRYPTED in _tail(path):
            raise Refused("Tệp có mật khẩu. Hãy bỏ mật khẩu (lưu lại không mã hóa) rồi gửi lại.")
        raise Refused("Tệp theo định dạng Excel cũ (.xls). Hãy lưu lại dạng XLSX rồi gửi lại.")
    for mark, said in _FOREIGN:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(mark):
            raise Refused(f"Tệp là {said}, không phải bảng. {_TAKEN}")


_FOREIGN = (
    (b"%PDF", "tài liệu PDF"),
    (b"MZ", "chương trình chạy được"),
    (b"\x7fELF", "chương trình chạy được"),
    (b"\x89PNG", "hình ảnh"),
    (b"\xff\xd8\xff", "hình ảnh"),
    (b"GIF8", "hình ảnh"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZIP"),
    (b"{\\rtf", "văn bản RTF"),
    (b"<!DOCTYPE html", "trang web"),
    (b"<html", "trang web"),
)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SCANNED))
        return file.read()


def is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, once its entries are known to be few and of honest size."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(
            "Tệp (XLSX, ZIP hoặc KMZ) bị hỏng hoặc tải lên chưa trọn. Hãy lưu lại rồi gửi lại."
        ) from error


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > HARMLESS and entry.file_size > MOST_TIMES * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or swollen:
        raise Refused(
            "Tệp nén bất thường: khi giải nén sẽ phình quá lớn, nên hệ thống không mở. "
            "Hãy chép bảng sang tệp mới rồi gửi lại."
        )


def refuse_declarations(block: bytes) -> None:
    """Office parts never declare entities; a file that does is after something else."""
    if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise Refused("Tệp XLSX chứa khai báo không được phép, nên hệ thống không mở.")


class GuardedPart:
    """A part of the archive as a stream that refuses declarations while it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        refuse_declarations(self._last + block)
        self._last = block[-16:]
        return block
