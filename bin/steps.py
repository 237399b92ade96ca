"""What every set-up step needs: a sentence, a quiet command, a memory of what was finished."""

import hashlib
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".build" / "setup.log"


class SetupFailure(Exception):  # noqa: N818  it is shown, not handled
    """A failure that the person at the keyboard can act on; its text is one sentence."""


def say(sentence: str) -> None:
    """Print progress at once, also when the output is a file."""
    print(sentence, flush=True)


def run(command: Sequence[str | Path], *, failure: str, time_limit: int = 1800) -> None:
    """Run a command with its output in the log; a non-zero exit becomes the given sentence."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        print("$", *command, file=log, flush=True)
        try:
            subprocess.run(
                command,
                cwd=ROOT,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=time_limit,
            )
        except (OSError, subprocess.SubprocessError) as error:
            print(error, file=log, flush=True)
            raise SetupFailure(f"{failure} [.build/setup.log]") from error


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """Hash the contents of a step's inputs, so that a stamp tells whether it must run again."""
    digest = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp(stamp: Path) -> str:
    """The fingerprint of the last finished run of a step; empty when there is none."""
    return stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else ""


def write_stamp(stamp: Path, value: str) -> None:
    """Mark a step as finished. Written last: a step that was cut off runs again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="utf-8")
