"""From an assignment to an inbox and a mail, through the real queue and killed workers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.cases import conversation
from app.config import ROOT
from app.database import reading, transaction
from app.jobs import Job, OutboxEntry, utc_now
from app.notices.models import Notice
from tests.integration.cases.people import a_unit, a_user, acting, an_incident
from tests.integration.workers.conftest import House, wait_until


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """Forks workers and schedulers that do the product's own jobs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.workers.effects", "--product"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


@dataclass(frozen=True)
class Assigned:
    """A case that one person gave to another."""

    reference: str
    to: User


def assign() -> Assigned:
    now = utc_now()
    with transaction() as writer:
        post = a_unit(writer, "DBP-LP")
        lan = a_user(writer, post, "lan", "border_station")
        minh = a_user(writer, post, "minh", "border_station")
        actor = acting(post, "border_station", user_id=lan.id)
        head = an_incident(writer, actor)
        conversation.assign_case(writer, actor, head.reference, user_id=minh.id, now=now)
    return Assigned(head.reference, minh)


def notices_of(user: User) -> list[Notice]:
    session = reading()
    session.rollback()
    session.expire_all()
    told = select(Notice).where(Notice.user_id == user.id, Notice.kind == "assigned")
    return list(session.scalars(told))


def free_held_rows() -> None:
    """As if the hold of the killed workers had run out."""
    with transaction() as session:
        session.execute(update(OutboxEntry).values(running_until=None))


def is_mailed(user: User) -> bool:
    return any(notice.mailed_at is not None for notice in notices_of(user))


def mails_to(house: House, user: User, reference: str) -> list[EmailMessage]:
    folder = Path(house.settings["instance_dir"]) / "mail"
    found = [
        message_from_bytes(path.read_bytes(), policy=SMTPUTF8) for path in folder.glob("*.eml")
    ]
    return [mail for mail in found if mail["To"] == user.email and reference in mail["Subject"]]


def test_an_assignment_becomes_one_notice_and_one_mail_although_workers_are_killed(
    house: House,
) -> None:
    doomed = house.start("worker")
    assigned = assign()
    time.sleep(0.1)
    house.kill(doomed)  # before or while the event is followed
    doomed = house.start("worker")
    house.start("scheduler")
    house.end_leases()
    assert wait_until(lambda: bool(notices_of(assigned.to)))
    house.kill(doomed)  # before or while the mail is written
    free_held_rows()
    house.start("worker")
    house.end_leases()
    assert wait_until(lambda: is_mailed(assigned.to))
    (notice,) = notices_of(assigned.to)
    row = select(OutboxEntry.id).where(OutboxEntry.key == f"mail:{notice.id}")
    number = reading().scalars(row).one()
    (mail,) = mails_to(house, assigned.to, assigned.reference)
    assert mail["Message-ID"] == f"<outbox-{number}@localhost>"
    assert mail["Subject"] == f"[Cột Mốc] {assigned.reference}: Giao việc"


def test_an_event_followed_again_adds_no_notice_and_no_mail(house: House) -> None:
    house.start("worker")
    assigned = assign()
    assert wait_until(lambda: is_mailed(assigned.to))
    with transaction() as session:
        again = session.scalars(
            select(OutboxEntry).where(OutboxEntry.job == Job.FOLLOW_CASE_EVENT)
        ).all()
        for entry in again:
            entry.state, entry.due = "pending", utc_now()
    house.start("scheduler")
    assert wait_until(lambda: not _following())
    assert len(notices_of(assigned.to)) == 1
    (mail,) = mails_to(house, assigned.to, assigned.reference)
    assert "Người" not in mail.as_string()


def _following() -> list[int]:
    session = reading()
    session.rollback()
    waiting = select(OutboxEntry.id).where(
        OutboxEntry.job == Job.FOLLOW_CASE_EVENT, OutboxEntry.state == "pending"
    )
    return list(session.scalars(waiting))
