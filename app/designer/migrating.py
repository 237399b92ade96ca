"""Moves a chunk of open cases to another version of their type, and puts one back.

Each chunk is one transaction: the cases, their clocks, their events in the hash chain, the verdicts
and the progress are stored together or not at all. The clocks are locked before the cases, in the
order of every other writer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition, definition_by_id
from app.cases.deadlines import next_deadline, open_clock
from app.cases.heads import CaseHead, lock_heads
from app.cases.models import Case, CaseClock
from app.cases.titles import names_for, title_with
from app.designer.histories import Surroundings, events_of_cases, folded, unit_codes
from app.designer.migration_models import CaseMigration, ItemState, MigrationItem
from app.designer.migration_rows import (
    Moved,
    clock_row_as_json,
    rename_field,
    write_moved,
)
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.clocks import OpenClock
from app.workflow.decisions import Reason
from app.workflow.migration import OpenCaseFacts, Outcome, Plan, Verdict, plan
from app.workflow.migration_clocks import ClockPlan, ClockScene, ClockTurn, after
from app.workflow.past_events import Past, PastEvent
from app.workflow.text import Text
from app.workflow.version_map import read_map

ClockRow = Mapping[str, Any]  # Any: a row of case_clock
NOTHING_TO_DO = ClockTurn((), ())
_GONE = Reason(
    "gone",
    Text(
        "Hồ sơ đã kết thúc, hoặc không còn ở phiên bản này.",
        "The case has ended, or is in another version by now.",
    ),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One case with its verdict and what becomes of its clocks."""

    item: MigrationItem
    head: CaseHead | None
    verdict: Verdict
    turn: ClockTurn
    clock_rows: Sequence[ClockRow]


@dataclass(frozen=True)
class Desk:
    """What all cases of one chunk share."""

    session: Session
    migration: CaseMigration
    now: datetime

    @cached_property
    def old(self) -> Definition:
        return definition_by_id(self.session, self.migration.from_version_id)

    @cached_property
    def new(self) -> Definition:
        return definition_by_id(self.session, self.migration.to_version_id)

    @cached_property
    def plan(self) -> Plan:
        chosen = read_map(self.migration.mapping, name=self.migration.code)
        return plan(self.old.case_type, self.new.case_type, chosen)

    @cached_property
    def clock_plan(self) -> ClockPlan:
        return ClockPlan(self.plan, self.new.machine)

    @cached_property
    def around(self) -> Surroundings:
        return Surroundings(self.session)

    @cached_property
    def units(self) -> Mapping[int, str]:
        return unit_codes(self.session)

    @property
    def actor(self) -> Actor:
        """Who ordered the migration, as the events name them."""
        asked = self.migration
        return replace(
            SYSTEM_ACTOR, user_id=asked.user_id, name=asked.user_name, unit_id=asked.unit_id
        )


def judge_items(desk: Desk, items: Sequence[MigrationItem]) -> list[Judged]:
    """Judge the cases of these items as they are now; writes nothing."""
    ids = [item.case_id for item in items]
    clocks = lock_clocks(desk.session, ids)
    heads = lock_heads(desk.session, ids)
    events: Mapping[int, list[PastEvent]] = {}
    if desk.clock_plan.reads_history:
        events = events_of_cases(desk.session, ids, desk.units)
    return [
        _judged(desk, item, heads.get(item.case_id), clocks, events.get(item.case_id, []))
        for item in items
    ]


def lock_clocks(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[ClockRow]]:
    """Every round of the clocks of these cases, held until the transaction ends."""
    rows: dict[int, list[ClockRow]] = defaultdict(list)
    statement = (
        select(*CaseClock.__table__.columns)
        .where(CaseClock.case_id.in_(case_ids))
        .order_by(CaseClock.id)
        .with_for_update()
    )
    for row in session.execute(statement).mappings():
        rows[row["case_id"]].append(dict(row))
    return rows


def _judged(
    desk: Desk,
    item: MigrationItem,
    head: CaseHead | None,
    clocks: Mapping[int, list[ClockRow]],
    events: Sequence[PastEvent],
) -> Judged:
    rows = clocks.get(item.case_id, [])
    if head is None or not head.is_open or head.type_version_id != desk.migration.from_version_id:
        state = head.state if head is not None else ""
        gone = Verdict(Outcome.CANNOT, state, {}, reasons=(_GONE,))
        return Judged(item, head, gone, NOTHING_TO_DO, rows)
    verdict = desk.plan.judge(OpenCaseFacts(head.state, head.data, head.pending))
    turn = NOTHING_TO_DO
    if verdict.is_possible:
        turn = _clock_turn(desk, head, rows, folded(head, events, desk.units))
    return Judged(item, head, verdict, turn, rows)


def _clock_turn(
    desk: Desk, head: CaseHead, rows: Sequence[ClockRow], history: Iterable[Past]
) -> ClockTurn:
    rounds: dict[str, int] = {}
    for row in rows:
        rounds[row["code"]] = max(row["round"], rounds.get(row["code"], 0))
    scene = ClockScene(
        running=[open_clock(row) for row in rows if row["is_running"]],
        rounds=rounds,
        calendar=desk.around.calendar(head),
        settings=desk.around.limits(head, desk.now),
        now=desk.now,
        pause_reason=head.suspended_for,
    )
    return desk.clock_plan.turn(scene, history)


def note_verdict(desk: Desk, judged: Judged) -> None:
    """Keep the verdict on the item, for the list of cases."""
    item, verdict = judged.item, judged.verdict
    said = verdict.reasons or verdict.remarks
    item.outcome = verdict.outcome.value
    item.from_state = judged.head.state if judged.head is not None else ""
    item.to_state = verdict.state
    item.why_code = _why_code(said[0], item.from_state) if said else ""
    item.why = [reason_as_json(reason) for reason in said]
    item.clocks = clocks_as_json(desk, judged)


def reason_as_json(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "vi": reason.text.vi, "en": reason.text.in_locale("en")}


def _why_code(reason: Reason, state: str) -> str:
    return f"{reason.code}:{reason.field or state}"[:120]


def clocks_as_json(desk: Desk, judged: Judged) -> dict[str, list[str]]:
    """The codes of the clocks that start, move or are dropped, and of those carried over."""
    del desk
    found: dict[str, list[str]] = defaultdict(list)
    for change in judged.turn.changes:
        found[change.action.value].append(change.clock.code)
    if judged.turn.carried:
        found["carried"] = list(judged.turn.carried)
    return dict(found)


def move_items(desk: Desk, items: Sequence[MigrationItem]) -> None:
    """Judge the cases again and move those that can be moved."""
    judged = judge_items(desk, items)
    going = [one for one in judged if one.verdict.is_possible]
    titles = _titles(desk, going)
    moved = [_moved(desk, one, titles) for one in going]
    write_moved(desk.session, desk.actor, moved, now=desk.now)
    renames = {old: new for old, new in desk.plan.chosen.fields.items() if new and old != new}
    rename_ties(desk.session, [one.item.case_id for one in going], renames)
    for one in judged:
        note_verdict(desk, one)
        one.item.state = ItemState.MOVED if one.verdict.is_possible else ItemState.LEFT


def _moved(desk: Desk, one: Judged, titles: Mapping[int, str]) -> Moved:
    head, verdict, turn = one.head, one.verdict, one.turn
    assert head is not None  # noqa: S101  a case that can be moved is there
    columns: dict[str, Any] = {
        "type_version_id": desk.new.version_id,
        "state": verdict.state,
        "state_kind": desk.new.state_kinds[verdict.state],
    }
    if verdict.changed or verdict.dropped:
        columns["data"] = dict(verdict.data)
    if verdict.pending != head.pending:
        columns["pending"] = verdict.pending
    if head.id in titles:
        columns["title"] = titles[head.id]
    if turn.changes:
        columns |= next_deadline(_clocks_after(one))
    touched = {change.clock.code for change in turn.changes}
    running = {row["code"]: row for row in one.clock_rows if row["is_running"]}
    return Moved(
        item=one.item,
        head=head,
        columns={name: value for name, value in columns.items() if _differs(head, name, value)},
        data={
            "migration": desk.migration.id,
            "from_version": desk.migration.from_number,
            "to_version": desk.migration.to_number,
            "answers": dict(verdict.changed),
            "removed": list(verdict.dropped),
            "remarks": [reason.text.vi for reason in verdict.remarks],
            "clocks": clocks_as_json(desk, one),
        },
        summary=f"Chuyển quy trình từ phiên bản {desk.migration.from_number} "
        f"sang {desk.migration.to_number}",
        changes=turn.changes,
        running=running,
        clocks_before=[clock_row_as_json(row) for code, row in running.items() if code in touched],
    )


def _differs(head: CaseHead, name: str, value: object) -> bool:
    return not hasattr(head, name) or getattr(head, name) != value


def _clocks_after(one: Judged) -> Iterable[OpenClock]:
    running = {row["code"]: open_clock(row) for row in one.clock_rows if row["is_running"]}
    return after(running, one.turn.changes).values()


def _titles(desk: Desk, going: Sequence[Judged]) -> Mapping[int, str]:
    """New titles of the cases whose facts change, or of all if titles are made otherwise now."""
    old, new = desk.old.case_type, desk.new.case_type
    is_other = old.title != new.title or old.fields != new.fields
    heads = [
        (one.head, one.verdict.data)
        for one in going
        if one.head is not None and (is_other or one.verdict.changed or one.verdict.dropped)
    ]
    if not heads:
        return {}
    places = dict(
        desk.session.execute(
            select(Case.id, Case.place_text).where(Case.id.in_([head.id for head, _ in heads]))
        ).all()
    )
    codes = {
        f"{head.id}.{code}": value
        for head, data in heads
        for code, value in data.items()
        if isinstance(value, str)
    }
    names = names_for(desk.session, codes)
    return {
        head.id: title_with(names, desk.new, data, places.get(head.id, "")) for head, data in heads
    }


def rename_ties(session: Session, case_ids: Sequence[int], renames: Mapping[str, str]) -> None:
    """Ties and files carry the code of their field: they follow it to its new name."""
    for old, new in renames.items():
        rename_field(session, case_ids, old, new)
