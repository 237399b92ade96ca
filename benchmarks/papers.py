"""How long one worker takes to write a letter for each of a thousand cases."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from sqlalchemy import func, select

from app.cases.models import Case, CaseEvent
from app.database import reading, transaction
from app.documents import drafting, fields, queries, services
from app.documents.building import shipped_template
from app.documents.models import PaperState
from app.documents.wording import Wording
from app.permissions import Actor
from benchmarks import subject
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import SEEDED_AT, app_on, scratch
from benchmarks.harness import Options, Row, measured, rounded
from benchmarks.subject import Subject

NAME = "letters"
MOST, LIMIT_SECONDS = 1_000, 120.0
TARGET = "1,000 letters in < 120 s in one worker"
PEER = "docxtpl alone, nothing kept"
_WORDING = Wording(
    addressee="Ủy ban nhân dân tỉnh",
    abstract="hồ sơ {so}",
    body="\n".join(f"Đoạn {number}: nơi xảy ra {{place_text}}." for number in range(12)),
    recipients="Như trên\nLãnh đạo đơn vị",
    signer_title="Giám đốc",
    signer="Người Ký",
    place="Tây Ninh",
)


@dataclass(frozen=True)
class Letters:
    """What one worker did: seconds, letters, events on the timelines, seconds of the peer."""

    seconds: float
    made: int
    told: int
    peer: float


def measure(options: Options) -> Iterator[Row]:
    count = min(options.rows, MOST)
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            ready: Subject = alone(subject.prepare, url, folder, count)
            done: Letters = alone(_written, url, folder, ready)
        if done.made < count:
            raise BenchmarkError(f"{done.made} of {count} letters were written")
        yield measured(
            f"{NAME}: {count} in one worker, {engine}",
            done.seconds,
            "s",
            peers={PEER: done.peer},
            target=TARGET,
            met=done.seconds < LIMIT_SECONDS if count >= MOST else None,
            note=(
                f"{rounded(done.seconds / count * 1000)} ms each: facts read under the drafter's"
                f" rights, Word file filled, kept and hashed, {done.told} timelines told"
            ),
        )


def _written(url: str, folder: Path, ready: Subject) -> Letters:
    with app_on(url, folder, is_worker=True).app_context():
        actor = ready.actor
        with transaction() as session:
            copies = select(Case).where(Case.id >= ready.first).order_by(Case.id)
            cases = session.scalars(copies.limit(ready.count)).all()
            batch = services.draft_letters(
                session, actor, cases, "cong_van", wording=_WORDING, now=SEEDED_AT
            )
        start = time.perf_counter()
        made = drafting.draft_batch(reading(), actor, batch, now=SEEDED_AT)
        seconds = time.perf_counter() - start
        return Letters(seconds, made, _told(actor, batch), _peer() * ready.count)


def _told(actor: Actor, batch: str) -> int:
    session = reading()
    session.rollback()
    papers = queries.papers_of_batch(session, actor, batch)
    if any(paper.state != PaperState.DRAFT for paper in papers):
        raise BenchmarkError("a letter was not written")
    asked = select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "paper_drafted")
    return session.scalar(asked) or 0


def _peer(rounds: int = 20) -> float:
    """Seconds for one letter by the library as its manual shows it, from the same template."""
    data = fields.sample(reading())
    start = time.perf_counter()
    for _ in range(rounds):
        letter = DocxTemplate(BytesIO(shipped_template("cong_van")))
        letter.render(data, autoescape=True)
        letter.save(BytesIO())
    return (time.perf_counter() - start) / rounds
