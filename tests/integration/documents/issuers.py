"""Processes that issue papers at the same moment; some are killed while they do.

Reads one line of JSON and forks one process per share of papers. Every paper is issued just before
or just after midnight of the year, in turn. A share that `falls` is killed (SIGKILL, by itself, so
that the place is exact) in the middle of its work: inside the transaction that holds the number,
or right after it was committed.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.database import reading, transaction
from app.documents import issuing
from app.factory import create_app
from app.permissions import Actor
from tests.conftest import TestSettings
from tests.integration.cases.people import station

MIDNIGHT: Final = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # in Viet Nam the year ends here
TRIES: Final = 5
INSIDE, AFTER = "inside", "after"


def moment(turn: int) -> datetime:
    return MIDNIGHT + timedelta(seconds=turn % 2 * 2 - 1)


def issue_share(app: Flask, papers: Sequence[int], *, falls: str) -> None:
    with app.app_context():
        actor = station(reading())
        reading().rollback()
        last = len(papers) // 2
        for turn, paper_id in enumerate(papers):
            is_end = turn == last
            _issue(actor, paper_id, now=moment(turn), falls_inside=is_end and falls == INSIDE)
            _fall(is_end and falls == AFTER)


def _issue(actor: Actor, paper_id: int, *, now: datetime, falls_inside: bool) -> None:
    """Once more where SQLite let others go first for too long, as a person would press again."""
    for _ in range(TRIES):
        with suppress(OperationalError), transaction() as session:
            issuing.issue_paper(session, actor, paper_id, now=now)
            _fall(falls_inside)
            return


def _fall(is_now: bool) -> None:  # noqa: FBT001  a guard of one word
    if is_now:
        os.kill(os.getpid(), signal.SIGKILL)


def in_process(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        if status:
            sys.excepthook(*sys.exc_info())
        os._exit(status)


def main() -> None:
    asked: Mapping[str, str] = json.loads(sys.stdin.readline())
    settings = TestSettings(
        environment="test",
        database_url=asked["database_url"],
        instance_dir=Path(asked["instance_dir"]),
        redis_url="",
    )
    app = create_app(settings, is_worker=True)
    shares: Sequence[tuple[Sequence[int], str]] = json.loads(asked["shares"])
    pids = [
        in_process(lambda papers=papers, falls=falls: issue_share(app, papers, falls=falls))  # type: ignore[misc]  # a lambda with its share bound
        for papers, falls in shares
    ]
    sys.stdout.write(json.dumps([os.waitpid(pid, 0)[1] for pid in pids]) + "\n")


if __name__ == "__main__":
    main()
