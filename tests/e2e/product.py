"""The whole product as `make run` starts it, in a folder of its own, for a browser to use."""

import fcntl
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT, child_environment

PATIENCE_SECONDS = 120  # a loaded machine is slow, not wrong


class Product:
    """A running product: its address, its folder and the process to stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://localhost:{self.port}"
        with (folder / "supervisor.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "workers", "supervise", "--with-parent"],
                cwd=ROOT,
                env=_environment(folder, self.port),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while not _answers(self.port):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return (self.folder / "supervisor.log").read_text("utf-8")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)


@contextmanager
def running(shared: Path) -> Iterator[Product]:
    """A product on a copy of the prepared folder that all test processes share."""
    folder = Path(tempfile.mkdtemp(prefix="cm-e2e-"))  # short: a socket lives in it
    shutil.copytree(prepared(shared), folder, dirs_exist_ok=True)
    product = Product(folder)
    try:
        product.wait()
        yield product
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)


def prepared(shared: Path) -> Path:
    """The folder that the product's own command filled; the first test process fills it."""
    folder, done = shared / "e2e-instance", shared / "e2e-instance.done"
    with (shared / "e2e-instance.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run(
                [sys.executable, "-m", "workers", "prepare"],
                cwd=ROOT,
                env=_environment(folder, 0),
                check=True,
                capture_output=True,
            )
            done.touch()
    return folder


def environment_of(product: Product) -> dict[str, str]:
    """The settings of a running product, for a command that is run beside it."""
    return _environment(product.folder, product.port)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of a newcomer, but one process of each kind and nothing of this machine."""
    return child_environment(
        instance_dir=str(folder),
        port=str(port),
        host="127.0.0.1",
        environment="development",
        database_url="",
        redis_url="",
        web_processes="1",
        worker_processes="1",
        mail_server="",
    )


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("HEAD", "/dang-nhap", headers={"Connection": "close"})
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
