"""Seals personal data at rest: keys lie outside the database, and only sealed text goes in.

A sealed value reads `s1:<key>:<base64>`: AES-256-GCM, bound to its column, so that a value moved
to another column does not open. A number is found again by its blind index, an HMAC over its
letters and figures.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from app.config import Settings
from app.errors import AppError

PREFIX = "s1:"
_NONCE_BYTES, _KEY_BYTES = 12, 32
_MOST_MISREAD = 6  # more places would ask for more than 64 indexes
_HEAD = "# Khóa niêm phong dữ liệu cá nhân. Giữ riêng, không để cùng bản sao của cơ sở dữ liệu.\n"
_LINE = re.compile(r"(?P<use>seal|index)\s+(?P<name>[a-z0-9-]{1,32})\s+(?P<key>[A-Za-z0-9_\-=]+)")


class SealingError(AppError):
    """A sealed value cannot be opened or made; the sentence names the key, never the value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in order: the first of each kind is the one in use, the others still open."""

    seal: Mapping[str, bytes]
    index: Mapping[str, bytes]

    @property
    def current(self) -> str:
        return next(iter(self.seal))


def read_keys(content: str) -> Keys:
    """The keys of a file or setting, one per line or parted by semicolons."""
    found: dict[str, dict[str, bytes]] = {"seal": {}, "index": {}}
    for line in content.replace(";", "\n").splitlines():
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        match = _LINE.fullmatch(said)
        key = _decoded(match["key"]) if match else b""
        if match is None or len(key) != _KEY_BYTES:
            raise SealingError("Tệp khóa dữ liệu có dòng không đọc được; hãy lấy lại bản đúng.")
        found[match["use"]][match["name"]] = key
    if not found["seal"] or not found["index"]:
        raise SealingError("Tệp khóa dữ liệu thiếu khóa niêm phong hoặc khóa tra cứu.")
    return Keys(found["seal"], found["index"])


def written_keys(keys: Keys) -> str:
    lines = [
        f"{use} {name} {base64.urlsafe_b64encode(key).decode()}\n"
        for use, named in (("seal", keys.seal), ("index", keys.index))
        for name, key in named.items()
    ]
    return _HEAD + "".join(lines)


def new_keys() -> Keys:
    return Keys({_fresh_name(): _fresh_key()}, {_fresh_name(): _fresh_key()})


def with_new_key(keys: Keys) -> Keys:
    return Keys({_fresh_name(): _fresh_key(), **keys.seal}, keys.index)


def _fresh_name() -> str:
    return secrets.token_hex(4)


def _fresh_key() -> bytes:
    return secrets.token_bytes(_KEY_BYTES)


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return b""


class KeyRing:
    """The keys of one installation, read again when the file has changed under it."""

    def __init__(self, content: str = "", path: Path | None = None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: Keys | None = read_keys(content) if content else None

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def keys(self) -> Keys:
        """The keys of now: a rotation by another process is seen at once."""
        if self._path is None:
            if self._keys is None:
                raise SealingError("Chưa có khóa dữ liệu: hãy đặt DATA_KEYS hoặc DATA_KEY_FILE.")
            return self._keys
        try:
            seen = self._path.stat()
            stamp = (seen.st_mtime_ns, seen.st_ino)
            if self._keys is None or stamp != self._stamp:
                self._keys, self._stamp = read_keys(self._path.read_text("utf-8")), stamp
        except OSError as error:
            raise SealingError(
                f"Không đọc được tệp khóa dữ liệu {self._path} ({error.strerror}). Hãy đặt lại tệp"
                " khóa từ nơi lưu riêng, hoặc chạy flask keys create cho một hệ thống mới."
            ) from error
        return self._keys

    def seal(self, text: str, purpose: str) -> str:
        keys = self.keys
        nonce = secrets.token_bytes(_NONCE_BYTES)
        closed = AESGCM(keys.seal[keys.current]).encrypt(nonce, text.encode(), purpose.encode())
        return f"{PREFIX}{keys.current}:{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def open(self, sealed: str, purpose: str) -> str:
        if not sealed.startswith(PREFIX):
            raise SealingError(
                "Một giá trị cá nhân chưa được niêm phong: hãy chạy flask db upgrade."
            )
        name, _, body = sealed.removeprefix(PREFIX).partition(":")
        key = self.keys.seal.get(name)
        if key is None:
            raise SealingError(
                f"Thiếu khóa dữ liệu {name}: hãy thêm lại dòng của khóa này vào tệp khóa."
            )
        raw = _decoded(body)
        try:
            opened = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise SealingError(
                "Một giá trị cá nhân đã bị thay đổi trong cơ sở dữ liệu nên không mở được."
            ) from error
        return opened.decode()

    def seal_bytes(self, content: bytes, bound: bytes, name: str) -> bytes:
        """A block of a file under the key of that name."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.keys.seal[name]).encrypt(nonce, content, bound)

    def open_bytes(self, closed: bytes, bound: bytes, name: str) -> bytes:
        key = self.keys.seal.get(name)
        if key is None:
            raise SealingError(
                f"Thiếu khóa dữ liệu {name}: hãy thêm lại dòng của khóa này vào tệp khóa."
            )
        try:
            return AESGCM(key).decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise SealingError("Một tệp niêm phong đã bị thay đổi nên không mở được.") from error

    def blind(self, text: str) -> str | None:
        """The index under which a number is kept; None for a text without letters or figures."""
        said = comparable(text)
        return _blinded(next(iter(self.keys.index.values())), said) if said else None

    def all_blind(self, text: str) -> Sequence[str]:
        """Every index under which a number may lie: of older keys too, and with O read for 0."""
        said = misread(comparable(text))
        return [_blinded(key, one) for key in self.keys.index.values() for one in said]


def comparable(text: str) -> str:
    """A number as it is compared: letters and figures, no case, no signs."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def misread(said: str) -> Sequence[str]:
    """The number as asked for, and as it is where O and 0 were taken for each other."""
    if not said:
        return ()
    places = [at for at, sign in enumerate(said) if sign in "O0"]
    if len(places) > _MOST_MISREAD:
        return tuple(dict.fromkeys((said, said.replace("O", "0"), said.replace("0", "O"))))
    found = [said]
    for at in places:
        other = "0" if said[at] == "O" else "O"
        found += [f"{one[:at]}{other}{one[at + 1 :]}" for one in found]
    return found


def _blinded(key: bytes, said: str) -> str:
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:40]


# --- in the database ------------------------------------------------------------------------


class SealedText(TypeDecorator[str]):
    """A text that the database holds only sealed; nothing and "" stay what they are."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return key_ring().seal(value, self.purpose) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return key_ring().open(value, self.purpose) if value else value

    def process_literal_param(self, value: Any, dialect: Dialect) -> str:  # Any: as in the base
        del value, dialect
        raise SealingError("Không ghi dữ liệu cá nhân thẳng vào câu lệnh.")


def key_ring() -> KeyRing:
    """The ring of the running application."""
    ring: KeyRing = current_app.extensions["key_ring"]
    return ring


def init_sealing(app: Flask, settings: Settings) -> None:
    """Take the keys from the settings, or from the key file, made here for a new installation.

    Several hosts of one production database must share their keys, so none is made up there.
    """
    content = settings.data_keys.get_secret_value()
    if content:
        app.extensions["key_ring"] = KeyRing(content)
        return
    path = settings.data_key_path
    is_shared = settings.environment == "production" and bool(settings.database_url)
    if not is_shared and not path.exists():
        create_key_file(path)
    app.extensions["key_ring"] = KeyRing(path=path)


def create_key_file(path: Path) -> bool:
    """Make the key file, readable by its owner alone; False where it is there already."""
    written = _write_beside(path, written_keys(new_keys()))
    try:
        os.link(written, path)  # unlike a move, it never replaces a file of another process
    except FileExistsError:
        return False
    finally:
        written.unlink()
    return True


def replace_key_file(path: Path, keys: Keys) -> None:
    _write_beside(path, written_keys(keys)).replace(path)


def _write_beside(path: Path, content: str) -> Path:
    """A file that only its owner reads, on the disk before anything is sealed with it."""
    number, name = tempfile.mkstemp(prefix=".keys-", dir=path.parent)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
