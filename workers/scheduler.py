"""The process that keeps time: relays due rows and makes schedule slots; any number may run."""

import argparse
import logging
import signal
import threading
from collections.abc import Mapping
from datetime import datetime
from types import FrameType
from zoneinfo import ZoneInfo

from redis import RedisError
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.database import transaction
from app.factory import create_app
from app.jobs import Job, job_queue, utc_now
from workers.preflight import require_queue
from workers.relay import deliver_due
from workers.schedule import PERIODIC, make_slots

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
PAUSE_SECONDS = 1.0


def keep_time(settings: Settings) -> None:
    """Work until a signal says stop; a database or queue that is away is waited for."""
    app = create_app(settings)
    queue = job_queue(settings.redis_url)
    zone = ZoneInfo(settings.time_zone)
    made: dict[Job, datetime] = {}
    stopped = _stop_on_signal()
    while not stopped.is_set():
        try:
            with app.app_context():
                made = _make_new_slots(made, zone)
                pause = 0.0 if deliver_due(queue, now=utc_now()) else POLL_SECONDS
        except (RedisError, OperationalError) as error:
            logger.warning("waiting for the queue or the database: %s", type(error).__name__)
            pause = PAUSE_SECONDS
        stopped.wait(pause)


def _make_new_slots(made: Mapping[Job, datetime], zone: ZoneInfo) -> dict[Job, datetime]:
    """Ask the database only when a slot has begun that this process has not seen."""
    now = utc_now()
    latest = {work.job: work.latest_slot(now, zone) for work in PERIODIC}
    fresh = [work for work in PERIODIC if made.get(work.job) != latest[work.job]]
    if fresh:
        with transaction() as session:
            make_slots(session, fresh, zone=zone, now=now)
    return latest


def _stop_on_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def main(settings: Settings, options: argparse.Namespace) -> None:
    del options
    require_queue(settings)
    keep_time(settings)
