"""Files that lie sealed on the disk: written in sealed blocks, opened into a private folder.

A sealed file begins with MAGIC and the name of its key; then come blocks, each with its length.
Number and end are bound into every block, so that none can be moved, left out or cut off.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from app.errors import Refused
from app.sealing import KeyRing, SealingError

MAGIC: Final = b"CMF1"
BLOCK: Final = 1024 * 1024
_LENGTH, _NAME = 4, 32
_MEMORY = Path("/dev/shm")  # noqa: S108  each folder in it is made by mkdtemp, for its owner alone


class SealedWriter:
    """Takes plain blocks and writes sealed ones; `finish` writes what says that it is whole."""

    def __init__(self, target: IO[bytes], ring: KeyRing, purpose: str) -> None:
        self._target, self._ring, self._purpose = target, ring, purpose
        self._name, self._number = ring.keys.current, 0
        target.write(MAGIC + self._name.encode().ljust(_NAME, b"\0"))

    def write(self, block: bytes, *, is_last: bool = False) -> None:
        bound = _bound(self._purpose, self._number, is_last=is_last)
        closed = self._ring.seal_bytes(block, bound, self._name)
        self._target.write(len(closed).to_bytes(_LENGTH, "big") + closed)
        self._number += 1

    def finish(self) -> None:
        self.write(b"", is_last=True)


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def key_name_of(path: Path) -> str:
    """Under which key a sealed file lies; empty for one that is not sealed."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC) + _NAME)
    return head[len(MAGIC) :].rstrip(b"\0").decode() if head.startswith(MAGIC) else ""


def plain_blocks(path: Path, ring: KeyRing, purpose: str) -> Iterator[bytes]:
    """The content of a sealed file; raises SealingError where it was changed or cut off."""
    with path.open("rb") as file:
        file.seek(len(MAGIC))
        name = file.read(_NAME).rstrip(b"\0").decode()
        for number, (closed, is_last) in enumerate(_closed_blocks(file)):
            yield ring.open_bytes(closed, _bound(purpose, number, is_last=is_last), name)


def _closed_blocks(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    head = file.read(_LENGTH)
    while head:
        closed = file.read(int.from_bytes(head, "big"))
        head = file.read(_LENGTH)
        yield closed, not head


def _bound(purpose: str, number: int, *, is_last: bool) -> bytes:
    return f"{purpose}:{number}:{'end' if is_last else 'more'}".encode()


# --- while it is read -----------------------------------------------------------------------


class PlainCopy:
    """A sealed file opened into a folder of its own, which goes when nobody reads it any more."""

    def __init__(self, path: Path, ring: KeyRing, purpose: str) -> None:
        if not path.is_file():
            raise Refused("Tệp đã được xóa theo thời hạn lưu. Hãy gửi lại tệp.")
        self.close: Callable[[], object] = _nothing
        if not is_sealed(path):  # from before files were sealed
            self.path = path
            return
        folder = tempfile.mkdtemp(prefix="cm-", dir=_MEMORY if _MEMORY.is_dir() else None)
        self.path = Path(folder) / path.name
        self.close = weakref.finalize(self, _forget, folder)
        self._write(path, ring, purpose)

    def _write(self, path: Path, ring: KeyRing, purpose: str) -> None:
        try:
            with self.path.open("wb") as target:
                for block in plain_blocks(path, ring, purpose):
                    target.write(block)
        except (SealingError, ValueError) as error:
            self.close()
            raise Refused("Tệp trong kho đã bị thay đổi hoặc thiếu khóa để mở.") from error


def _forget(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _nothing() -> None:
    """There is no copy to take away."""
