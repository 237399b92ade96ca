"""The supervisor brings back what falls and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.config import ROOT
from tests.integration.workers.conftest import wait_until

PROGRAM = """
import sys
from workers.supervisor import Child, Supervisor
supervisor = Supervisor()
note = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(60)"
for name in sys.argv[1:]:
    supervisor.add(Child(name, [sys.executable, "-c", note, name], {}))
supervisor.watch()
supervisor.stop()
"""


def _supervise(*notes: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, *map(str, notes)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def _pids(note: Path) -> list[int]:
    return [int(line) for line in note.read_text().split()] if note.exists() else []


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_killed_child_is_started_again(tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = _supervise(note)
    assert wait_until(lambda: len(_pids(note)) == 1)
    os.kill(_pids(note)[0], signal.SIGKILL)
    assert wait_until(lambda: len(_pids(note)) == 2)
    supervisor.terminate()
    assert supervisor.wait(15) == 0
    assert all(_is_gone(pid) for pid in _pids(note))


def test_interrupt_ends_every_child(tmp_path: Path) -> None:
    notes = [tmp_path / name for name in ("queue", "web", "worker")]
    supervisor = _supervise(*notes)
    assert wait_until(lambda: all(_pids(note) for note in notes))
    started = time.monotonic()
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(15) == 0
    assert time.monotonic() - started < 10
    assert all(_is_gone(pid) for note in notes for pid in _pids(note))


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = _supervise(note)
    assert wait_until(lambda: len(_pids(note)) == 1)
    supervisor.kill()
    supervisor.wait()
    assert wait_until(lambda: _is_gone(_pids(note)[0]))
