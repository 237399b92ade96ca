"""Runs the whole product as one foreground process group and restarts whatever falls."""

import logging
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from workers.parent import die_with_parent
from workers.preflight import StartFailure

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
HEALTHY_SECONDS = 20.0
GRACE_SECONDS = 8.0
LARGEST_LOG = 5_000_000


@dataclass
class Child:
    """One process to keep alive; before_restart is told how often it has just failed in a row."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path | None = None
    before_restart: Callable[[int], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        output = _open_log(self.log) if self.log else None
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509  started by the only thread
        )
        if output is not None:
            output.close()
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.process is not None and self.is_running():
            self.process.send_signal(number)

    def keep_alive(self) -> None:
        """Start again after a pause that doubles with each failure in a row."""
        now = time.monotonic()
        if self.is_running():
            return
        if self.process is not None:
            self._note_failure(now)
        if now >= self.due_at:
            if self.failures and self.before_restart:
                self.before_restart(self.failures)
            self.start()

    def _note_failure(self, now: float) -> None:
        code = self.process.returncode if self.process else None
        self.failures = 1 if now - self.started_at > HEALTHY_SECONDS else self.failures + 1
        self.due_at = now + min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self.process = None
        logger.warning("%s ended (%s), restart %d", self.name, code, self.failures)


def _open_log(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    is_large = path.exists() and path.stat().st_size > LARGEST_LOG
    return path.open("wb" if is_large else "ab")


class Supervisor:
    """Keeps children alive until a signal says stop; the first of them is stopped last."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.is_stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def _request_stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.is_stopping = True

    def add(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def wait_until(self, is_ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
        """Wait for a fresh child to answer; a child that falls before that stops the product."""
        limit = time.monotonic() + seconds
        while not self.is_stopping and not is_ready():
            if not child.is_running() or time.monotonic() > limit:
                where = f" Xem {child.log}." if child.log else ""
                raise StartFailure(
                    f"tiến trình {child.name} không khởi động được.{where}"
                    f" (The process {child.name} did not start.)"
                )
            time.sleep(POLL_SECONDS)

    def watch(self) -> None:
        while not self.is_stopping:
            for child in self.children:
                child.keep_alive()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End all children, politely and then not; the queue, started first, goes last."""
        self.is_stopping = True
        _end(self.children[1:])
        _end(self.children[:1])


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    limit = time.monotonic() + GRACE_SECONDS
    while any(child.is_running() for child in children) and time.monotonic() < limit:
        time.sleep(POLL_SECONDS)
    for child in children:
        child.signal(signal.SIGKILL)
