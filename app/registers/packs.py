"""Holds the reference pack in use, once per process, and lets it go when another is installed."""

from flask import current_app

from app.errors import Refused
from app.geo.gazetteer import INDEX_NAME, Pack, PackError, load_pack

_HELD = "reference_pack"


def current_pack() -> Pack:
    """The installed pack; Refused with what to do where there is none."""
    folder = current_app.extensions["settings"].geodata_dir
    index = folder / INDEX_NAME
    stamp = index.stat().st_mtime_ns if index.exists() else 0
    held: tuple[int, Pack] | None = current_app.extensions.get(_HELD)
    if held is None or held[0] != stamp:
        try:
            held = (stamp, load_pack(folder))
        except PackError as error:
            raise Refused(error.remark.vi) from error
        current_app.extensions[_HELD] = held
    return held[1]


def pack_if_installed() -> Pack | None:
    """The installed pack, or nothing: for pages that say less without one."""
    folder = current_app.extensions["settings"].geodata_dir
    return current_pack() if (folder / INDEX_NAME).exists() else None
