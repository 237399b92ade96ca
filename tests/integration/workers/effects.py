"""The product's own worker and scheduler with jobs whose effects a test can count."""

import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs import Job
from workers.__main__ import main
from workers.registry import HANDLERS

COUNTED = Job.SEND_NOTICES


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


if __name__ == "__main__":
    HANDLERS.update(dict.fromkeys(Job, forget_slot) | {COUNTED: count_effect})
    main(sys.argv[1:])
