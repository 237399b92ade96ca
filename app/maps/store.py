"""Holds the published build in use, once per process, and lets it go when another is published."""

from pathlib import Path

from flask import current_app

from app.maps.published import MANIFEST_NAME, Published, read_manifest

_HELD = "published_layers"


def layers_folder() -> Path:
    folder: Path = current_app.extensions["settings"].layers_dir
    return folder


def published_layers() -> Published | None:
    """The build in use; None where none was made yet."""
    path = layers_folder() / MANIFEST_NAME
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    held: tuple[int, Published | None] | None = current_app.extensions.get(_HELD)
    if held is None or held[0] != stamp:
        held = (stamp, read_manifest(path.parent))
        current_app.extensions[_HELD] = held
    return held[1]
