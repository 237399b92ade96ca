"""The product's own worker and scheduler with jobs whose effects a test can count.

Run as a program it loads the product once and then forks a process per line of its input, so
that a test waits for its workers, not for their imports.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import Settings
from app.jobs import Job
from workers.queue_worker import answer_rings
from workers.registry import HANDLERS
from workers.scheduler import keep_time

COUNTED = Job.SEND_MAIL


def count_effect(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Leave one row; say that it has begun, and take as long as the test wants."""
    del now
    session.execute(text("INSERT INTO effect (name) VALUES (:name)"), {"name": payload["name"]})
    if "begun" in payload:
        with Path(payload["begun"]).open("a", encoding="utf-8") as begun:
            begun.write("x")
        time.sleep(payload["seconds"])


def forget_slot(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Stands for the scheduled jobs, whose own work is tested elsewhere."""
    del session, payload, now


def fork_on_request() -> None:
    """Read {"process": …, "settings": {…}} per line, answer with the new process's number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            PROCESSES[request["process"]](Settings(**request["settings"]))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


PROCESSES = {"worker": answer_rings, "scheduler": keep_time}

if __name__ == "__main__":
    if "--product" not in sys.argv:  # the product's own jobs, for the tests of those
        HANDLERS.update(dict.fromkeys(Job, forget_slot) | {COUNTED: count_effect})
    fork_on_request()
