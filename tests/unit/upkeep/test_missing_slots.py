"""Which slots of periodic work were not made."""

from datetime import UTC, datetime, timedelta

from app.jobs import Job, Periodic
from app.upkeep.queries import missing_slots

HOURLY = Periodic(Job.REBUILD_LAYERS, every=timedelta(hours=1))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def hours(*numbers: int) -> set[datetime]:
    return {NOON.replace(hour=number) for number in numbers}


def test_gaps_are_named_newest_first() -> None:
    missed = missing_slots(HOURLY, hours(8, 10), since=NOON.replace(hour=8), until=NOON)
    assert [slot.hour for slot in missed] == [11, 9]


def test_the_slot_that_has_just_begun_may_still_be_made() -> None:
    assert missing_slots(HOURLY, hours(11), since=NOON.replace(hour=11), until=NOON) == []
