"""Pages that take too long to wait for: ordered by a person, drawn by a worker, fetched once done.

An order lies beside its file until the next morning but one; only who ordered it is told of it.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from app.errors import NotFound
from app.permissions import Actor

FOLDER_NAME: Final = "prints"
KEPT: Final = timedelta(days=2)
_NAME: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Print:
    """What was ordered and how far it has come; `arguments` are those of the list's address."""

    name: str
    user_id: int
    unit_id: int
    arguments: Sequence[tuple[str, str]]
    rows: int
    ordered_at: datetime
    done: int = 0
    total: int = 0
    is_finished: bool = False
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        return self.is_finished and not self.problem


def order(
    folder: Path,
    actor: Actor,
    arguments: Sequence[tuple[str, str]],
    *,
    rows: int,
    now: datetime,
) -> Print:
    """Keep an order; whoever calls this has the job enqueued."""
    made = Print(secrets.token_hex(16), actor.user_id, actor.unit_id, tuple(arguments), rows, now)
    save(folder, made)
    return made


def ordered_by(folder: Path, actor: Actor, name: str) -> Print:
    """The actor's own order. Raises NotFound: another person's is not told apart from none."""
    found = find(folder, name)
    if found is None or found.user_id != actor.user_id:
        raise NotFound
    return found


def find(folder: Path, name: str) -> Print | None:
    path = folder / FOLDER_NAME / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    said: Mapping[str, Any] = orjson.loads(path.read_bytes())  # Any: JSON of the dataclass above
    pairs = tuple((key, value) for key, value in said["arguments"])
    moment = datetime.fromisoformat(said["ordered_at"])
    return Print(**{**said, "arguments": pairs, "ordered_at": moment})


def save(folder: Path, made: Print) -> None:
    _write(folder / FOLDER_NAME / f"{made.name}.json", orjson.dumps(asdict(made)))


def finish(folder: Path, made: Print, content: bytes) -> None:
    _write(file_of(folder, made), content)
    save(folder, replace(made, done=made.total, is_finished=True))


def fail(folder: Path, made: Print, problem: str) -> None:
    save(folder, replace(made, is_finished=True, problem=problem))


def file_of(folder: Path, made: Print) -> Path:
    return folder / FOLDER_NAME / f"{made.name}.pdf"


def clear_prints(folder: Path, *, now: datetime) -> int:
    """Delete what was ordered longer ago than KEPT; returns how many files went."""
    old = [
        path
        for path in (folder / FOLDER_NAME).glob("*")
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - KEPT
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
