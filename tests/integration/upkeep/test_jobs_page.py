"""The administrators' page of the product's own work."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind, User
from app.accounts.passwords import hash_password
from app.audit import AuditCheck, AuditEntry
from app.database import reading, transaction
from app.errors import Conflict
from app.jobs import Job, OutboxEntry, OutboxState, ScheduleSlot, enqueue, utc_now
from app.permissions import SYSTEM_ACTOR
from app.upkeep import queries, services
from tests.integration.accounts.conftest import PASSWORD, sign_in, token_in
from tests.integration.cases.people import a_unit, a_user

PAGE = "/quan-tri/cong-viec"


@pytest.fixture
def administrator(session: Session) -> User:
    del session
    with transaction() as writer:
        unit = a_unit(writer, "VP", kind=UnitKind.DEPARTMENT, province_code=None)
        user = a_user(writer, unit, "quantri", "administrator")
        user.password = hash_password(PASSWORD)
    return user


@pytest.fixture
def failed(session: Session) -> int:
    """A row that was given up."""
    del session
    with transaction() as writer:
        enqueue(writer, Job.SEND_MAIL, {"notice_id": 1}, now=utc_now())
        entry = writer.scalars(select(OutboxEntry)).one()
        entry.state, entry.attempt = OutboxState.DEAD, 8
        entry.last_error = "ConnectionRefusedError, app/notices/mail.py:58"
        return entry.id


def entry_of(entry_id: int) -> OutboxEntry:
    reading().rollback()  # SQLite: a read that is still open sees the past
    reading().expire_all()
    return reading().get_one(OutboxEntry, entry_id)


def test_the_page_shows_what_waits_what_failed_and_what_was_missed(
    client: FlaskClient, administrator: User, failed: int
) -> None:
    now = utc_now()
    with transaction() as writer:
        for minutes in (0, 1, 3):
            slot = (now - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
            writer.add(ScheduleSlot(name=Job.SWEEP_DEADLINES, slot=slot))
        writer.add(AuditCheck(slot="x", started_at=now, finished_at=now, checked=41, bad_count=0))
    sign_in(client, administrator.username)
    page = client.get(PAGE).text
    assert "ConnectionRefusedError" in page
    assert f"số {failed}," in page
    assert "1 lần" in page
    assert "Toàn bộ lịch sử khớp" in page
    assert "Không liên lạc được hàng đợi" in page
    assert "Chưa đặt máy chủ thư" in page


def test_retry_gives_all_attempts_again_and_leaves_a_trace(
    client: FlaskClient, administrator: User, failed: int
) -> None:
    sign_in(client, administrator.username)
    form = {"csrf_token": token_in(client.get(PAGE).text)}
    assert client.post(f"{PAGE}/{failed}/thu-lai", data=form).location == PAGE
    entry = entry_of(failed)
    assert (entry.state, entry.attempt) == (OutboxState.PENDING, 0)
    assert entry.due <= utc_now()
    actions = reading().scalars(select(AuditEntry.action)).all()
    assert "job_retried" in actions


def test_discarded_work_is_never_done_and_stays_to_be_seen(
    client: FlaskClient, administrator: User, failed: int
) -> None:
    sign_in(client, administrator.username)
    form = {"csrf_token": token_in(client.get(PAGE).text)}
    client.post(f"{PAGE}/{failed}/bo", data=form)
    assert entry_of(failed).state == OutboxState.DISCARDED
    assert "Không có việc nào lỗi" in client.get(PAGE).text
    assert client.post(f"{PAGE}/{failed}/thu-lai", data=form).status_code == 409


def test_work_that_never_failed_is_left_alone(session: Session) -> None:
    with transaction() as writer:
        enqueue(writer, Job.SEND_MAIL, {"notice_id": 1}, now=utc_now())
    entry_id = session.scalars(select(OutboxEntry.id)).one()
    with pytest.raises(Conflict), transaction() as writer:
        services.discard_entry(writer, SYSTEM_ACTOR, entry_id, now=utc_now())


def test_failed_work_that_runs_again_is_left_to_its_worker(session: Session, failed: int) -> None:
    del session
    now = utc_now()
    with transaction() as writer:
        entry = writer.get_one(OutboxEntry, failed)
        entry.state, entry.running_until = OutboxState.PENDING, now + timedelta(seconds=20)
    with pytest.raises(Conflict, match="đang được làm"), transaction() as writer:
        services.retry_entry(writer, SYSTEM_ACTOR, failed, now=now)


def test_the_check_of_history_can_be_asked_for(client: FlaskClient, administrator: User) -> None:
    sign_in(client, administrator.username)
    form = {"csrf_token": token_in(client.get(PAGE).text)}
    client.post(f"{PAGE}/kiem-tra-lich-su", data=form)
    assert reading().scalars(select(OutboxEntry.job)).all() == [Job.VERIFY_AUDIT]


def test_an_officer_may_not_open_the_page(client: FlaskClient, session: Session) -> None:
    del session
    with transaction() as writer:
        user = a_user(writer, a_unit(writer, "DBP-LP"), "lan", "border_station")
        user.password = hash_password(PASSWORD)
    sign_in(client, "lan")
    assert client.get(PAGE).status_code == 403


def test_every_job_is_counted_by_name(session: Session, failed: int) -> None:
    assert failed
    found = {one.job: one for one in queries.backlogs(session, now=utc_now())}
    assert set(found) == {job.value for job in Job}
    assert (found[Job.SEND_MAIL].waiting, found[Job.SEND_MAIL].dead) == (0, 1)
