"""Committed work is done exactly once, whatever is killed on the way."""

import contextlib
import json
import zlib
from pathlib import Path

from redis import Redis

from app.database import transaction
from app.jobs import enqueue, job_queue, utc_now
from tests.integration.workers.conftest import House, QueueServer, wait_until
from tests.integration.workers.effects import COUNTED
from workers import embedded_queue


class ChangeOfMindError(Exception):
    """Ends a transaction without a commit."""


def test_work_of_a_rolled_back_change_never_runs(house: House, queue_server: QueueServer) -> None:
    with contextlib.suppress(ChangeOfMindError), transaction() as session:
        enqueue(session, COUNTED, {"name": "rolled back"}, now=utc_now())
        raise ChangeOfMindError
    house.ask_for("kept")
    assert job_queue(queue_server.url).count == 1
    house.start("worker")
    assert wait_until(lambda: not house.pending())
    assert house.effects() == ["kept"]


def test_killed_worker_leaves_its_work_to_be_done_once(house: House, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    worker = house.start("worker")
    house.ask_for("slow", begun=str(begun), seconds=1.5)
    assert wait_until(begun.exists)
    house.kill(worker)
    assert house.effects() == []
    house.start("scheduler")
    house.start("worker")
    house.end_leases()
    assert wait_until(lambda: not house.pending())
    assert house.effects() == ["slow"]
    assert len(begun.read_text(encoding="utf-8")) >= 2


def test_killed_queue_loses_no_work(house: House, queue_server: QueueServer) -> None:
    before = [f"before {number}" for number in range(8)]
    meanwhile = [f"meanwhile {number}" for number in range(4)]
    house.ask_for(*before)
    queue_server.kill()
    embedded_queue.forget(queue_server.folder)
    house.ask_for(*meanwhile)
    queue_server.start()
    house.start("scheduler")
    house.start("worker")
    house.end_leases()
    assert wait_until(lambda: not house.pending())
    assert house.effects() == sorted(before + meanwhile)


def test_queue_killed_under_a_working_worker_loses_no_work(
    house: House, queue_server: QueueServer, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    house.start("worker")
    house.ask_for("slow", begun=str(begun), seconds=0.5)
    assert wait_until(begun.exists)
    queue_server.kill()
    queue_server.start()
    assert wait_until(lambda: not house.pending())
    assert house.effects() == ["slow"]


def test_two_schedulers_with_two_workers_do_each_piece_once(house: House) -> None:
    names = [f"piece {number:02d}" for number in range(16)]
    for process in ("scheduler", "scheduler", "worker", "worker"):
        house.start(process)
    house.ask_for(*names[:8])
    house.end_leases()
    house.ask_for(*names[8:])
    house.end_leases()
    assert wait_until(lambda: not house.pending())
    assert house.effects() == names


def test_ring_holds_a_row_number_in_json_only(house: House, queue_server: QueueServer) -> None:
    house.ask_for("anything")
    connection = Redis.from_url(queue_server.url)
    (key,) = connection.keys("rq:job:*")
    packed = connection.hget(key, "data")
    assert isinstance(packed, bytes)
    rung = json.loads(zlib.decompress(packed))
    assert rung == ["workers.runner.run_outbox", None, house.pending(), {}]
