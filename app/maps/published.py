"""The map's published pieces on disk: written by a worker or command, only served by the web."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

FOLDER_NAME: Final = "layers"
MANIFEST_NAME: Final = "manifest.json"
ADDRESS: Final = "/ban-do/lop/"
_PIECE: Final = re.compile(r"[a-z0-9_-]+\.[0-9a-f]{16}\.(geojson|js|css)")
_HASH_LETTERS: Final = 16
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "geojson": "application/geo+json",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Shell:
    """What Folium composed, taken apart so that a strict policy lets it in: addresses only."""

    element_id: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The pieces of one build: the pack they show, the addresses of layers, and the shell."""

    pack_stamp: str
    pack_name: str
    pack_version: str
    accuracy_m: float
    attribution: str
    note_vi: str
    layers: Mapping[str, tuple[str, ...]]
    shell: Shell


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as it lies on disk: gzip, named by its content."""

    name: str
    packed: bytes

    @property
    def etag(self) -> str:
        return self.name.split(".")[1]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.name.rsplit(".", 1)[1]]


def write_piece(folder: Path, name: str, kind: str, content: bytes) -> str:
    """Store a piece under its hash; returns its address."""
    stamp = hashlib.sha256(content).hexdigest()[:_HASH_LETTERS]
    file_name = f"{name}.{stamp}.{kind}"
    folder.mkdir(parents=True, exist_ok=True)
    _write_whole(folder / f"{file_name}.gz", gzip.compress(content, 9, mtime=0))
    return ADDRESS + file_name


def read_piece(folder: Path, file_name: str) -> Piece | None:
    """The piece of that name; None where there is none, or the name is not one of ours."""
    path = folder / f"{file_name}.gz"
    if not _PIECE.fullmatch(file_name) or not path.is_file():
        return None
    return Piece(file_name, path.read_bytes())


def write_manifest(folder: Path, published: Published) -> None:
    """Put a build in use: pages take its addresses from now on."""
    _write_whole(folder / MANIFEST_NAME, orjson.dumps(asdict(published)))


def read_manifest(folder: Path) -> Published | None:
    path = folder / MANIFEST_NAME
    if not path.is_file():
        return None
    said: dict[str, Any] = orjson.loads(path.read_bytes())  # Any: JSON of the dataclass above
    shell: dict[str, Any] = said.pop("shell")  # Any: as above
    layers = {name: tuple(addresses) for name, addresses in said.pop("layers").items()}
    parts = Shell(shell["element_id"], tuple(shell["scripts"]), tuple(shell["styles"]))
    return Published(**said, layers=layers, shell=parts)


def remove_old_pieces(folder: Path, published: Published, *, kept: int = 200) -> None:
    """Delete the oldest pieces that no page names any more; open pages may still ask for some."""
    named = {address.removeprefix(ADDRESS) for address in _addresses(published)}
    stale = [path for path in folder.glob("*.gz") if path.name.removesuffix(".gz") not in named]
    stale.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in stale[kept:]:
        path.unlink(missing_ok=True)


def _addresses(published: Published) -> list[str]:
    layers = [address for addresses in published.layers.values() for address in addresses]
    return [*layers, *published.shell.scripts, *published.shell.styles]


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
