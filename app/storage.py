"""Where attachments lie: outside the web root, under the hash of their bytes, types checked."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import puremagic

from app.database import normalise_text
from app.errors import Invalid, TooLarge

CHUNK = 1024 * 1024
HEAD = 4096

# What an office sends; the extension must agree with what the bytes say.
ACCEPTED = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".gpx": "application/gpx+xml",
    ".geojson": "application/geo+json",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
}
MAGIC = {
    ".pdf": (b"%PDF",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
}
PLAIN = {".txt", ".csv", ".gpx", ".geojson"}
DANGEROUS = (b"MZ", b"\x7fELF", b"#!", b"<script", b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is on disk; `sha256` is also its address."""

    file_name: str
    media_type: str
    size: int
    sha256: str


def store_file(folder: Path, file_name: str, stream: IO[bytes], *, limit_mb: int) -> StoredFile:
    """Check and keep an upload; raises Invalid or TooLarge with a sentence, and keeps nothing."""
    name = _clean_name(file_name)
    suffix = Path(name).suffix.lower()
    if suffix not in ACCEPTED:
        known = ", ".join(sorted(ACCEPTED))
        raise Invalid(f"Không nhận tệp “{name}”. Các loại được nhận: {known}.")
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix="nhan-", delete=False) as target:
        partial = Path(target.name)
        try:
            size, digest, head = _copy(stream, target, limit_mb=limit_mb, name=name)
            _check_head(name, suffix, head)
        except BaseException:
            with suppress(FileNotFoundError):
                partial.unlink()
            raise
    address = path_of(folder, digest)
    address.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(address)
    return StoredFile(name, ACCEPTED[suffix], size, digest)


def path_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _clean_name(file_name: str) -> str:
    last = normalise_text(file_name.replace("\\", "/")).rsplit("/", 1)[-1]
    name = "".join(mark for mark in last if mark.isprintable()).strip(". ")
    if not name:
        raise Invalid("Tệp không có tên.")
    return name[-200:]


def _copy(
    stream: IO[bytes], target: IO[bytes], *, limit_mb: int, name: str
) -> tuple[int, str, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    for block in _blocks(stream):
        head = head or block[:HEAD]
        size += len(block)
        if size > limit_mb * 1024 * 1024:
            raise TooLarge(f"Tệp “{name}” lớn hơn {limit_mb} MB. Hãy nén hoặc chia nhỏ.")
        digest.update(block)
        target.write(block)
    if size == 0:
        raise Invalid(f"Tệp “{name}” rỗng.")
    return size, digest.hexdigest(), head


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(CHUNK):
        yield block


def _check_head(name: str, suffix: str, head: bytes) -> None:
    start = head[:64].lstrip().lower()
    wrong = any(head.startswith(mark) or start.startswith(mark) for mark in DANGEROUS)
    expected = MAGIC.get(suffix)
    if expected is not None and not head.startswith(expected):
        wrong = True
    if suffix in PLAIN and b"\x00" in head:
        wrong = True
    if not wrong and expected is None and suffix not in PLAIN:
        wrong = not _is_media(suffix, head)
    if wrong:
        raise Invalid(f"Nội dung tệp “{name}” không đúng với đuôi {suffix}.")


def _is_media(suffix: str, head: bytes) -> bool:
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False
    families = {
        ".webp": {".webp"},
        ".heic": {".heic", ".heif"},
        ".mp4": {".mp4", ".m4v", ".mov"},
        ".m4a": {".m4a", ".mp4"},
        ".mp3": {".mp3"},
    }
    return bool(found & families.get(suffix, set()))
