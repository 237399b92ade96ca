"""A real queue server, real workers and real schedulers around the database of the test."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from app.config import ROOT, Settings
from app.database import reading, transaction
from app.factory import create_app
from app.jobs import OutboxEntry, OutboxState, enqueue, utc_now
from tests.integration.workers.effects import COUNTED
from workers import embedded_queue

PATIENCE_SECONDS = 90  # a loaded machine is slow, not wrong


def wait_until(is_so: Callable[[], bool]) -> bool:
    """Poll until it is so; False when patience ends first."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


class QueueServer:
    """The embedded queue in a folder of its own, to be killed and started at will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = embedded_queue.queue_url(folder)
        self.start()

    def start(self) -> None:
        command = embedded_queue.server_command(self.folder)
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert wait_until(lambda: embedded_queue.is_answering(self.folder))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def queue_server() -> Iterator[QueueServer]:
    folder = Path(tempfile.mkdtemp(prefix="cm-queue-"))
    server = QueueServer(folder)
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """Forks workers and schedulers from one process that has loaded the product."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.workers.effects"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


class House:
    """One installation: its database, its queue and the processes a test starts."""

    def __init__(self, nursery: subprocess.Popen[str], settings: dict[str, str]) -> None:
        self.nursery = nursery
        self.settings = settings
        self.pids: list[int] = []

    def start(self, process: str) -> int:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        print(
            json.dumps({"process": process, "settings": self.settings}),
            file=self.nursery.stdin,
            flush=True,
        )
        self.pids.append(int(self.nursery.stdout.readline()))
        return self.pids[-1]

    def kill(self, pid: int) -> None:
        """SIGKILL, and wait until nothing of the process is left."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not Path(f"/proc/{pid}").exists())

    def ask_for(self, *names: str, **payload: str | float) -> None:
        with transaction() as session:
            for name in names:
                enqueue(session, COUNTED, {"name": name, **payload}, now=utc_now())

    def end_leases(self) -> None:
        """As if the lease of every row that is not done had run out."""
        with transaction() as session:
            session.execute(
                update(OutboxEntry)
                .where(OutboxEntry.state == OutboxState.PENDING)
                .values(due=utc_now())
            )

    def effects(self) -> list[str]:
        session = reading()
        found = list(session.scalars(text("SELECT name FROM effect ORDER BY name")))
        session.rollback()
        return found

    def pending(self) -> list[int]:
        session = reading()
        pending = OutboxEntry.state == OutboxState.PENDING
        found = list(session.scalars(select(OutboxEntry.id).where(pending)))
        session.rollback()
        return found


@pytest.fixture
def house(
    database_url: str,
    tmp_path: Path,
    queue_server: QueueServer,
    nursery: subprocess.Popen[str],
) -> Iterator[House]:
    settings = {
        "environment": "test",
        "database_url": database_url,
        "redis_url": queue_server.url,
        "instance_dir": str(tmp_path / "instance"),
    }
    app = create_app(Settings.model_validate(settings), is_worker=True)
    with app.app_context():
        with transaction() as session:
            session.execute(text("CREATE TABLE effect (name VARCHAR(80))"))
        house = House(nursery, settings)
        yield house
        reading().close()
    for pid in house.pids:
        house.kill(pid)
