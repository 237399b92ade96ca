"""Where the files of imports lie: outside the web root, sealed, under the hash of their bytes."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from app.database import normalise_text
from app.errors import Invalid, TooLarge
from app.sealed_files import PlainCopy, SealedWriter
from app.sealing import key_ring

PURPOSE = "import.file"
_BLOCK = 1024 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is on disk; `sha256` is also its address."""

    file_name: str
    size: int
    sha256: str


def keep_file(folder: Path, file_name: str, stream: IO[bytes], *, limit_mb: int) -> KeptFile:
    """Store a file whole or not at all. Raises TooLarge or Invalid with a sentence."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix="nhan-", delete=False) as target:
        partial = Path(target.name)
        try:
            size, sha256 = _copy(stream, SealedWriter(target, key_ring(), PURPOSE), limit_mb)
        except BaseException:
            with suppress(FileNotFoundError):
                partial.unlink()
            raise
    address = path_of(folder, sha256)
    address.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(address)
    return KeptFile(clean_name(file_name), size, sha256)


def _copy(stream: IO[bytes], target: SealedWriter, limit_mb: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > limit_mb * _BLOCK:
            raise TooLarge(f"Tệp lớn hơn {limit_mb} MB. Hãy chia nhỏ rồi gửi lại.")
        digest.update(block)
        target.write(block)
    target.finish()
    return size, digest.hexdigest()


def path_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def opened_copy(folder: Path, sha256: str) -> PlainCopy:
    """The file as it was sent, for as long as the copy is held."""
    return PlainCopy(path_of(folder, sha256), key_ring(), PURPOSE)


def clean_name(file_name: str) -> str:
    last = normalise_text(file_name.replace("\\", "/")).rsplit("/", 1)[-1]
    name = "".join(mark for mark in last if mark.isprintable()).strip(". ")
    if not name:
        raise Invalid("Tệp không có tên.")
    return name[-_LONGEST_NAME:]


def fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
