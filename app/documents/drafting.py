"""Writes the papers of a batch, some at a time: read, fill and keep first, then record at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import unit_by_id
from app.cases.heads import CaseHead, heads_by_id, lock_heads
from app.cases.models import Case, EventKind
from app.cases.queries import visible_to
from app.cases.recording import Happening, record_many
from app.database import transaction
from app.documents import shelf, templates
from app.documents.facts import Gathered, Tied, gather, persons_tied
from app.documents.filling import NUMBER_PLACE, Ready, fill
from app.documents.kinds import Kind, kind_of
from app.documents.models import Made, Paper, PaperState, PaperVersion
from app.documents.numbering import day_at, draft_symbol
from app.documents.services import happening_of_paper, persons_in
from app.documents.wording import wording_from
from app.errors import AppError
from app.permissions import Actor
from app.registers.person_facts import require_family_contact
from app.storage import StoredFile

CHUNK: Final = 25
_NO_CASE: Final = "Hồ sơ không còn trong phạm vi của người soạn."


@dataclass(frozen=True, slots=True)
class Bench:
    """What is the same for every paper of a batch."""

    actor: Actor
    unit: Unit
    kind: Kind
    ready: Ready
    template_id: int | None
    symbol: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One paper as it was written, or why it was not."""

    paper_id: int
    case_id: int
    stored: StoredFile | None = None
    gathered: Gathered | None = None
    problem: str = ""


def draft_batch(session: Session, actor: Actor, batch: str, *, now: datetime) -> int:
    """Write what still waits in a batch, in chunks that are each committed; how many were made."""
    made = 0
    bench: Bench | None = None
    while waiting := _waiting(session, batch):
        try:
            bench = bench or _bench(session, actor, waiting[0].kind, now=now)
        except AppError as problem:  # the template or the symbol: no letter can be written
            session.rollback()
            with transaction() as writer:
                fail_batch(writer, batch, str(problem))
            break
        outcomes = _written(session, bench, waiting)
        session.rollback()
        with transaction() as writer:
            made += _record(writer, bench, outcomes, now=now)
    return made


def fail_batch(session: Session, batch: str, problem: str) -> None:
    session.execute(
        update(Paper)
        .where(Paper.batch == batch, Paper.state == PaperState.MAKING)
        .values(state=PaperState.FAILED.value, problem=problem)
    )


def _waiting(session: Session, batch: str) -> Sequence[Paper]:
    session.rollback()
    return session.scalars(
        select(Paper)
        .where(Paper.batch == batch, Paper.state == PaperState.MAKING)
        .order_by(Paper.id)
        .limit(CHUNK)
    ).all()


def _bench(session: Session, actor: Actor, kind_code: str, *, now: datetime) -> Bench:
    unit, kind = unit_by_id(session, actor.unit_id), kind_of(kind_code)
    on = day_at(unit, now)
    held = templates.template_on(session, unit.id, kind, on)
    return Bench(
        actor=actor,
        unit=unit,
        kind=kind,
        ready=templates.ready(session, held.content),
        template_id=held.row.id if held.row else None,
        symbol=draft_symbol(session, unit, kind, on=on, place=NUMBER_PLACE),
    )


def _written(session: Session, bench: Bench, papers: Sequence[Paper]) -> list[Outcome]:
    ids = [paper.case_id for paper in papers if paper.case_id is not None]
    seen = set(session.scalars(select(Case.id).where(Case.id.in_(ids), visible_to(bench.actor))))
    heads = heads_by_id(session, seen)
    tied = persons_tied(session, bench.actor, ids)
    asked = persons_in(session, ids) if bench.kind.is_to_family else {}
    return [
        _one(session, bench, paper, heads.get(paper.case_id or 0), tied=tied, asked=asked)
        for paper in papers
    ]


def _one(
    session: Session,
    bench: Bench,
    paper: Paper,
    head: CaseHead | None,
    *,
    tied: Tied,
    asked: Mapping[int, Sequence[int]],
) -> Outcome:
    """One paper; what goes wrong with it is said on it and stops no other."""
    case_id = paper.case_id or 0
    if head is None:
        return Outcome(paper.id, case_id, problem=_NO_CASE)
    try:
        if bench.kind.is_to_family:
            require_family_contact(session, list(asked.get(head.id, ())))
        wording = wording_from(paper.content)
        gathered = gather(
            session,
            bench.actor,
            bench.unit,
            head,
            kind=bench.kind,
            wording=wording,
            uses=bench.ready.uses,
            tied=tied,
        )
        data = {**gathered.data, "so_ky_hieu": bench.symbol}
        name = f"{bench.kind.code.replace('_', '-')}-{head.reference}.docx"
        return Outcome(paper.id, case_id, shelf.keep(name, fill(bench.ready, data)), gathered)
    except AppError as problem:
        return Outcome(paper.id, case_id, problem=str(problem))


def _record(session: Session, bench: Bench, outcomes: Sequence[Outcome], *, now: datetime) -> int:
    """Versions, states and timeline of a chunk; papers that another run finished are left alone."""
    still = set(
        session.scalars(
            select(Paper.id)
            .where(
                Paper.id.in_([one.paper_id for one in outcomes]),
                Paper.state == PaperState.MAKING,
            )
            .with_for_update()
        )
    )
    for one in outcomes:
        if one.paper_id in still and one.stored is None:
            session.execute(
                update(Paper)
                .where(Paper.id == one.paper_id)
                .values(state=PaperState.FAILED.value, problem=one.problem)
            )
    done = [one for one in outcomes if one.paper_id in still and one.stored is not None]
    for one in done:
        _keep(session, bench, one)
    if done:
        session.execute(insert(PaperVersion), [_version(bench, one, now) for one in done])
        _tell(session, bench, done, now=now)
    return len(done)


def _keep(session: Session, bench: Bench, one: Outcome) -> None:
    gathered = one.gathered or Gathered({})
    session.execute(
        update(Paper)
        .where(Paper.id == one.paper_id)
        .values(
            state=PaperState.DRAFT.value,
            template_id=bench.template_id,
            content=gathered.wording.dumped(),
            fields_read=sorted(gathered.fields_read),
            persons=gathered.persons,
            left_blank=gathered.left_blank,
        )
    )


def _version(bench: Bench, one: Outcome, now: datetime) -> dict[str, object]:
    stored = one.stored
    return {
        "paper_id": one.paper_id,
        "number": 1,
        "made": Made.DRAFTED.value,
        "file_name": stored.file_name if stored else "",
        "size": stored.size if stored else 0,
        "sha256": stored.sha256 if stored else "",
        "made_by": bench.actor.user_id,
        "maker_name": bench.actor.name,
        "made_at": now,
    }


def _tell(session: Session, bench: Bench, done: Sequence[Outcome], *, now: datetime) -> None:
    """One event per case; several papers of one case are told one after the other."""
    rounds: list[dict[int, Outcome]] = []
    for one in done:
        free = next((held for held in rounds if one.case_id not in held), None)
        if free is None:
            free = {}
            rounds.append(free)
        free[one.case_id] = one
    for held in rounds:
        heads = lock_heads(session, list(held))
        happenings: list[tuple[CaseHead, Happening, Mapping[str, Any]]] = [  # Any: columns
            (
                heads[case_id],
                happening_of_paper(
                    one.paper_id,
                    bench.kind.code,
                    EventKind.PAPER_DRAFTED,
                    one.stored.sha256 if one.stored else "",
                ),
                {},
            )
            for case_id, one in held.items()
        ]
        record_many(session, bench.actor, happenings, now=now)
