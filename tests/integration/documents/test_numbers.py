"""Numbers that several processes take at once, over New Year, while some of them are killed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import ROOT
from app.database import transaction
from app.documents import drafting, issuing, services
from app.documents.models import Paper, PaperCounter, PaperNumber, PaperState, PaperVersion
from app.permissions import Actor
from tests.integration.cases.people import station
from tests.integration.documents.desk import NOW, WORDING, a_case
from tests.integration.documents.issuers import AFTER, INSIDE, moment

PROCESSES, EACH = 4, 6


def drafts(session: Session, actor: Actor, *, processes: int, each: int) -> list[list[int]]:
    """Papers of as many cases as there are processes, so that these also meet in a case's chain."""
    found = []
    for _ in range(each):
        case = a_case(actor)
        with transaction() as writer:
            batch = services.draft_letters(
                writer, actor, [case] * processes, "to_trinh", wording=WORDING, now=NOW
            )
        drafting.draft_batch(session, actor, batch, now=NOW)
        session.rollback()
        found.append(list(session.scalars(select(Paper.id).where(Paper.batch == batch))))
    session.rollback()
    return [list(share) for share in zip(*found, strict=True)]


def issue_by_processes(url: str, folder: Path, shares: list[list[int]]) -> list[int]:
    """How each process ended; the first is killed inside its transaction, the second after one."""
    falls = [INSIDE, AFTER, *[""] * (len(shares) - 2)]
    asked = {
        "database_url": url,
        "instance_dir": str(folder),
        "shares": json.dumps(list(zip(shares, falls, strict=True))),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.documents.issuers"],
        cwd=ROOT,
        input=json.dumps(asked) + "\n",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    ends: list[int] = json.loads(done.stdout.splitlines()[-1])
    return ends


def series(session: Session) -> dict[int, list[int]]:
    session.rollback()
    given: dict[int, list[int]] = {}
    rows = session.execute(
        select(PaperNumber.year, PaperNumber.number).order_by(PaperNumber.year, PaperNumber.number)
    )
    for year, number in rows:
        given.setdefault(year, []).append(number)
    return given


def carry_out(
    session: Session, url: str, folder: Path, *, processes: int, each: int
) -> dict[int, list[int]]:
    """Issue by processes, then what the killed ones left; every claim about the book is checked."""
    with transaction() as writer:
        actor = station(writer)
    shares = drafts(session, actor, processes=processes, each=each)
    session.close()

    ends = issue_by_processes(url, folder, shares)
    assert ends == [signal.SIGKILL, signal.SIGKILL, *[0] * (processes - 2)]
    given = series(session)
    done = each // 2 * 2 + 1 + (processes - 2) * each  # the first fell before its commit
    assert sum(map(len, given.values())) == done
    _check_book(session, given)

    left = session.scalars(
        select(Paper.id).where(Paper.state == PaperState.DRAFT).order_by(Paper.id)
    ).all()
    assert len(left) == processes * each - done
    session.rollback()
    for turn, paper_id in enumerate(left):
        with transaction() as writer:
            issuing.issue_paper(writer, actor, paper_id, now=moment(turn))
    given = series(session)
    assert sum(map(len, given.values())) == processes * each
    _check_book(session, given)
    return given


def _check_book(session: Session, given: dict[int, list[int]]) -> None:
    assert set(given) == {2026, 2027}
    for year, numbers in given.items():
        assert numbers == list(range(1, len(numbers) + 1)), "no gap, no double"
        counted = select(PaperCounter.last).where(PaperCounter.year == year)
        assert session.scalar(counted) == len(numbers), "no number lost to a killed process"
    issued = select(func.count()).select_from(Paper).where(Paper.state == PaperState.ISSUED)
    frozen = select(func.count()).select_from(PaperVersion).where(PaperVersion.made == "issued")
    assert session.scalar(issued) == session.scalar(frozen) == sum(map(len, given.values()))
    days = select(PaperNumber.year, PaperNumber.issued_on).distinct()
    assert {(year, str(day)) for year, day in session.execute(days)} == {
        (2026, "2026-12-31"),
        (2027, "2027-01-01"),
    }


def test_numbers_have_no_gap_over_new_year_though_processes_are_killed(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    del app
    carry_out(session, database_url, tmp_path / "instance", processes=PROCESSES, each=EACH)
