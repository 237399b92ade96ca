"""The lab: a draft run through the last months of real acts, its findings stored by chunk."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, true
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.catalogue import Definition, definition_of, role_names
from app.cases.heads import CaseHead, heads_by_id
from app.cases.models import Case
from app.cases.published import definitions
from app.cases.queries import latest_version
from app.database import transaction
from app.designer.histories import (
    Surroundings,
    events_of_cases,
    folded,
    role_holders,
    unit_codes,
)
from app.designer.lab_models import LabFinding, LabRun, LabState
from app.errors import Refused
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.workflow.definition import CaseType, parse_definition, stored_form
from app.workflow.engine import Machine, compile_definition
from app.workflow.replay import Finding, Scene, Tally, power_changes, replay, stuck

CHUNK = 200
AT_ONCE = 200  # so many cases are replayed while the person waits
LONGEST_MONTHS = 60


def order_replay(
    session: Session,
    actor: Actor,
    draft: CaseType,
    *,
    source: str,
    months: int,
    now: datetime,
) -> LabRun:
    """Begin a run of a draft through the last months; raises DefinitionError if it has faults."""
    if not 1 <= months <= LONGEST_MONTHS:
        raise Refused("Số tháng từ 1 đến 60.")
    compile_definition(draft, role_names(session))
    current = definition_of(session, latest_version(session, draft.code)).case_type
    run = LabRun(
        code=draft.code,
        source=source[:250],
        definition=stored_form(draft),
        months=months,
        since=months_before(now, months),
        state=LabState.RUNNING,
        user_id=actor.user_id,
        user_name=actor.name,
        total=0,
        done=0,
        last_case_id=0,
        figures={"tally": Tally().as_json(), "powers": _powers(current, draft)},
        created_at=now,
    )
    session.add(run)
    run.total = session.scalar(select(func.count()).where(*_wanted(run))) or 0
    session.flush()
    record_access(session, actor, "workflow.replayed", f"lab:{run.id}", now=now)
    return run


def months_before(now: datetime, months: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def _powers(old: CaseType, new: CaseType) -> list[dict[str, Any]]:  # Any: JSON
    return [
        {
            "state": one.state,
            "transition": one.transition,
            "gained": list(one.gained),
            "lost": list(one.lost),
        }
        for one in power_changes(old, new)
    ]


def _wanted(run: LabRun) -> tuple[ColumnElement[bool], ...]:
    """Cases that something has happened to since, and all that are open."""
    return (
        Case.type_code == run.code,
        or_(Case.updated_at >= run.since, Case.is_open.is_(true())),
    )


def queue_work(session: Session, run_id: int, *, now: datetime) -> None:
    enqueue(session, Job.REPLAY_HISTORY, {"run_id": run_id}, now=now)


def carry_on(run_id: int, clock: Callable[[], datetime]) -> None:
    """Go on from the last case that was replayed; a chunk and its findings are one transaction."""
    while True:
        with transaction() as session:
            run = session.scalar(
                select(LabRun)
                .where(LabRun.id == run_id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            if run is None or run.state != LabState.RUNNING:
                return
            _take_chunk(session, run, now=clock())


def _take_chunk(session: Session, run: LabRun, *, now: datetime) -> None:
    ids = session.scalars(
        select(Case.id)
        .where(*_wanted(run), Case.id > run.last_case_id)
        .order_by(Case.id)
        .limit(CHUNK)
    ).all()
    if not ids:
        run.state, run.finished_at = LabState.DONE, now
        return
    bench = _Bench(session, run, now)
    tally = Tally(**run.figures["tally"])
    rows: list[dict[str, Any]] = []  # Any: columns of lab_finding
    heads = heads_by_id(session, ids)
    events = events_of_cases(session, ids, bench.units, bench.holders)
    versions = definitions(session, {head.type_version_id for head in heads.values()})
    for case_id, head in heads.items():
        history = list(folded(head, events.get(case_id, []), bench.units))
        scene = bench.scene(head, versions[head.type_version_id])
        found = replay(scene, history, since=run.since, now=now)
        tally.add(found.tally)
        findings = [*found.findings, *bench.dead_end(scene, head)]
        rows += [_row(run.id, case_id, finding) for finding in findings]
    if rows:
        session.execute(insert(LabFinding), rows)
    run.figures = {**run.figures, "tally": tally.as_json()}
    run.done += len(ids)
    run.last_case_id = ids[-1]


class _Bench:
    """What the cases of one chunk share."""

    def __init__(self, session: Session, run: LabRun, now: datetime) -> None:
        self.now = now
        draft = parse_definition(run.definition, name=run.code)
        self.draft: Machine = compile_definition(draft, role_names(session))
        self.units: Mapping[int, str] = unit_codes(session)
        self.holders = role_holders(session)
        self.held = frozenset[str]().union(*self.holders.values())
        self.around = Surroundings(session)

    def scene(self, head: CaseHead, version: Definition) -> Scene:
        return Scene(
            self.draft,
            version.machine,
            self.around.calendar(head),
            self.around.limits(head, self.now),
        )

    def dead_end(self, scene: Scene, head: CaseHead) -> Sequence[Finding]:
        if not head.is_open:
            return ()
        found = stuck(scene, head.situation(), held=self.held, now=self.now)
        return (found,) if found is not None else ()


def _row(run_id: int, case_id: int, finding: Finding) -> dict[str, Any]:  # Any: columns
    return {
        "run_id": run_id,
        "case_id": case_id,
        "kind": finding.kind.value,
        "key": finding.key[:250],
        "at": finding.at,
        "text_vi": finding.text.vi,
        "text_en": finding.text.in_locale("en"),
    }
