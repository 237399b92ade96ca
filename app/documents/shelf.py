"""Where the bytes of papers and templates lie: beside the attachments, under their own hash."""

from io import BytesIO
from pathlib import Path

from flask import current_app

from app.config import Settings
from app.errors import NotFound
from app.storage import StoredFile, path_of, store_file


def settings_in_use() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _folder() -> Path:
    return settings_in_use().uploads_dir


def keep(file_name: str, content: bytes) -> StoredFile:
    limit = settings_in_use().max_attachment_mb
    return store_file(_folder(), file_name, BytesIO(content), limit_mb=limit)


def kept(sha256: str) -> bytes:
    path = path_of(_folder(), sha256)
    if not path.is_file():
        raise NotFound("Tệp không còn trong kho. Hãy báo quản trị viên.")
    return path.read_bytes()
