"""When periodic work is due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.jobs import Job
from workers.runner import backoff
from workers.schedule import Periodic

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHTLY = Periodic(Job.VERIFY_AUDIT, every=timedelta(days=1), at=timedelta(hours=2))
QUARTERLY = Periodic(Job.SWEEP_DEADLINES, every=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("work", "now", "slot"),
    [
        (NIGHTLY, "2026-11-20T19:00", "2026-11-20T19:00"),
        (NIGHTLY, "2026-11-20T18:59", "2026-11-19T19:00"),
        (NIGHTLY, "2026-11-21T18:00", "2026-11-20T19:00"),
        (QUARTERLY, "2026-11-20T08:14", "2026-11-20T08:00"),
        (QUARTERLY, "2026-11-20T08:15", "2026-11-20T08:15"),
    ],
)
def test_latest_slot_counts_from_midnight_in_hanoi(work: Periodic, now: str, slot: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert work.latest_slot(moment, HANOI) == datetime.fromisoformat(slot).replace(tzinfo=UTC)


def test_wait_doubles_until_an_hour() -> None:
    assert [backoff(attempt).total_seconds() for attempt in (1, 2, 3, 20)] == [5, 10, 20, 3600]
