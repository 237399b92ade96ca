"""The embedded product: which processes run, in which order, and what the newcomer reads."""

import argparse
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.config import ROOT, Settings, child_environment
from workers import embedded_queue
from workers.preflight import check_all, only_one
from workers.prepared import ACCOUNTS_FILE, is_prepared
from workers.supervisor import Child, Supervisor

WEB = [sys.executable, "-m", "gunicorn", "--config", "python:workers.web_server"]
APPLICATION = "app.factory:create_app()"
QUEUE_FAILURES_BEFORE_CLEARING = 3


def run_product(settings: Settings, *, scale: str | None) -> None:
    """Check, prepare the data, and run everything until a signal says stop."""
    check_all(settings)
    with only_one(settings.instance_dir):
        if not is_prepared(settings, scale):
            _prepare(scale)
        supervisor = Supervisor()
        try:
            _start_all(supervisor, settings)
            supervisor.watch()
        finally:
            supervisor.stop()


def _prepare(scale: str | None) -> None:
    """In its own process: what it imports and holds is gone when the product runs."""
    options = [] if scale is None else ["--scale", scale]
    done = subprocess.run([sys.executable, "-m", "workers", "prepare", *options], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def _start_all(supervisor: Supervisor, settings: Settings) -> None:
    logs = settings.instance_dir / "logs"
    redis_url = settings.redis_url or _start_queue(supervisor, settings)
    environment = child_environment(
        redis_url=redis_url,
        instance_dir=str(settings.instance_dir.resolve()),
        port=str(settings.port),
        host=settings.host,
    )
    web = Child("web", [*WEB, APPLICATION], environment)
    supervisor.add(web)
    supervisor.wait_until(lambda: _is_serving(settings), web, seconds=60)
    if supervisor.is_stopping:
        return
    _greet(settings)
    own = [sys.executable, "-m", "workers"]
    supervisor.add(Child("scheduler", [*own, "scheduler"], environment, logs / "scheduler.log"))
    for number in range(1, settings.worker_processes + 1):
        log = logs / f"worker-{number}.log"
        supervisor.add(Child(f"worker-{number}", [*own, "worker"], environment, log))


def _start_queue(supervisor: Supervisor, settings: Settings) -> str:
    folder = settings.instance_dir

    def clear_if_stuck(failures: int) -> None:
        if failures >= QUEUE_FAILURES_BEFORE_CLEARING:
            embedded_queue.forget(folder)

    queue = Child(
        "valkey",
        embedded_queue.server_command(folder),
        child_environment(),
        folder / "logs" / "valkey.log",
        before_restart=clear_if_stuck,
    )
    url = embedded_queue.queue_url(folder)
    supervisor.add(queue)
    supervisor.wait_until(lambda: embedded_queue.is_answering(folder), queue, seconds=10)
    return url


def _is_serving(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    connection = HTTPConnection(host, settings.port, timeout=10)
    try:
        connection.request("HEAD", "/", headers={"Connection": "close"})
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _greet(settings: Settings) -> None:
    shown = "localhost" if settings.host in {"127.0.0.1", "0.0.0.0", "::"} else settings.host  # noqa: S104
    print(f"\nCột Mốc đang chạy tại http://{shown}:{settings.port} (running)")
    accounts = settings.instance_dir / ACCOUNTS_FILE
    if accounts.is_file():
        print(accounts.read_text(encoding="utf-8").rstrip())
    print("Nhấn Ctrl-C để dừng. Nhật ký: " + _short(settings.instance_dir / "logs"), flush=True)


def _short(path: Path) -> str:
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main(settings: Settings, options: argparse.Namespace) -> None:
    run_product(settings, scale=options.scale)
