"""Periodic work is made once per slot, by however many schedulers."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.database import reading, transaction
from app.jobs import Job, OutboxEntry, ScheduleSlot
from tests.integration.workers.conftest import House, wait_until
from workers.schedule import PERIODIC, Periodic, make_slots

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HOURLY = (Periodic(Job.REBUILD_LAYERS, every=timedelta(hours=1)),)


def _made_at(now: datetime) -> list[Job]:
    with transaction() as session:
        return make_slots(session, HOURLY, zone=HANOI, now=now)


def test_slot_is_made_once(app: Flask) -> None:
    del app
    now = datetime(2026, 11, 20, 8, 59, tzinfo=UTC)
    assert _made_at(now) == [Job.REBUILD_LAYERS]
    assert _made_at(now) == []
    assert _made_at(now + timedelta(minutes=1)) == [Job.REBUILD_LAYERS]


def test_missed_slots_are_not_made_up(app: Flask, session: Session) -> None:
    del app
    now = datetime(2026, 11, 20, 8, 59, tzinfo=UTC)
    _made_at(now)
    _made_at(now + timedelta(hours=9))
    assert len(list(session.scalars(select(ScheduleSlot)))) == 2


def test_two_schedulers_share_every_slot(house: House) -> None:
    house.start("scheduler")
    house.start("scheduler")
    assert wait_until(lambda: len(_slots()) >= len(PERIODIC))
    assert wait_until(lambda: Counter(_rows()) == Counter(_slots()))


def _slots() -> list[str]:
    return [slot.name for slot in _all(select(ScheduleSlot))]


def _rows() -> list[str]:
    return [entry.job for entry in _all(select(OutboxEntry))]


def _all(statement: Select[Any]) -> list[Any]:  # Any: rows of either model
    session = reading()
    found = list(session.scalars(statement))
    session.rollback()
    return found
