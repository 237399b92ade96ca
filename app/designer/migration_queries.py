"""Reads of migrations: versions with their open cases, the runs, and their cases by verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.models import Case, CaseTypeVersion
from app.cases.queries import visible_to
from app.designer.migration_models import CaseMigration, ItemState, MigrationItem, StoredMap
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.workflow.definition import CaseType
from app.workflow.version_map import NO_MAP, VersionMap, read_map

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version and how many open cases stand in it."""

    version: CaseTypeVersion
    open_cases: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A case of a migration; the title only for who may read the case."""

    item: MigrationItem
    reference: str
    unit_name: str
    title: str


def versions_of(session: Session, code: str) -> list[VersionRow]:
    """Every version of a case type, the newest first; raises NotFound for an unknown type."""
    versions = session.scalars(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == code)
        .order_by(CaseTypeVersion.number.desc())
    ).all()
    if not versions:
        raise NotFound("Không có loại hồ sơ này.")
    counts = _open_by_version(session, code)
    return [VersionRow(version, counts.get(version.id, 0)) for version in versions]


def _open_by_version(session: Session, code: str) -> Mapping[int, int]:
    rows = session.execute(
        select(Case.type_version_id, func.count())
        .where(Case.type_code == code, Case.is_open.is_(true()))
        .group_by(Case.type_version_id)
    )
    return dict(rows.all())


def version_numbered(session: Session, code: str, number: int) -> CaseTypeVersion:
    version = session.scalar(
        select(CaseTypeVersion).where(
            CaseTypeVersion.code == code, CaseTypeVersion.number == number
        )
    )
    if version is None:
        raise NotFound(f"Loại hồ sơ “{code}” không có phiên bản {number}.")
    return version


def open_by_state(session: Session, code: str, version_id: int | None = None) -> Mapping[str, int]:
    """How many open cases stand in each state, of one version or of all."""
    statement = select(Case.state, func.count()).where(
        Case.type_code == code, Case.is_open.is_(true())
    )
    if version_id is not None:
        statement = statement.where(Case.type_version_id == version_id)
    return dict(session.execute(statement.group_by(Case.state)).all())


def stored_map(session: Session, code: str) -> VersionMap:
    """The map that was stored last for what comes after the published versions of a type."""
    row = session.scalar(
        select(StoredMap)
        .where(StoredMap.code == code)
        .order_by(StoredMap.from_version_id.desc())
        .limit(1)
    )
    return NO_MAP if row is None else read_map(row.mapping, name=code)


def published_moves(
    session: Session, code: str, from_number: int, to_number: int
) -> Mapping[str, str]:
    """Where the versions published in between said that the cases of removed states go."""
    versions = session.scalars(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == code, CaseTypeVersion.number.between(from_number, to_number))
        .order_by(CaseTypeVersion.number)
    )
    moves: dict[str, str] = {}
    for version in versions:
        if version.number > from_number:
            moves = {state: version.moves.get(to, to) for state, to in moves.items()}
            moves = {**version.moves, **moves}
    return moves


def fitting_map(session: Session, code: str, old: CaseType, new: CaseType) -> VersionMap:
    """The map of the last migration, as far as it fits these two versions."""
    known = stored_map(session, code)
    gone = {state.code for state in old.states} - {state.code for state in new.states}
    open_states = {state.code for state in new.states if not state.is_terminal}
    before, after = ({field.code for field in one.fields} for one in (old, new))
    return known.model_copy(
        update={
            "states": {a: b for a, b in known.states.items() if a in gone and b in open_states},
            "fields": {
                a: b
                for a, b in known.fields.items()
                if a in before - after and (b in after or not b)
            },
            "options": {a: b for a, b in known.options.items() if a in before & after},
            "fill": {a: b for a, b in known.fill.items() if a in after},
            "later": tuple(code for code in known.later if code in after),
        }
    )


def migrations_of(session: Session, code: str, *, limit: int = 20) -> Sequence[CaseMigration]:
    return session.scalars(
        select(CaseMigration)
        .where(CaseMigration.code == code)
        .order_by(CaseMigration.id.desc())
        .limit(limit)
    ).all()


def get_migration(session: Session, code: str, migration_id: int) -> CaseMigration:
    migration = session.get(CaseMigration, migration_id, populate_existing=True)
    if migration is None or migration.code != code:
        raise NotFound("Không có lần chuyển phiên bản này.")
    return migration


def locked_migration(session: Session, migration_id: int) -> CaseMigration | None:
    """The row as it is now, held until the transaction ends: one worker at a time goes on."""
    return session.scalar(
        select(CaseMigration)
        .where(CaseMigration.id == migration_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def counts_of(session: Session, migration_id: int) -> Mapping[tuple[str, str], int]:
    """How many cases there are by (item state, outcome)."""
    rows = session.execute(
        select(MigrationItem.state, MigrationItem.outcome, func.count())
        .where(MigrationItem.migration_id == migration_id)
        .group_by(MigrationItem.state, MigrationItem.outcome)
    )
    return {(state, outcome): count for state, outcome, count in rows}


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One reason or remark with the number of its cases; `vi` and `en` say it."""

    outcome: str
    code: str
    count: int
    vi: str
    en: str


def reasons_of(session: Session, migration_id: int) -> list[WhyRow]:
    """The first reason of each case, counted, the most frequent first."""
    counted = session.execute(
        select(
            MigrationItem.outcome,
            MigrationItem.why_code,
            func.count().label("n"),
            func.min(MigrationItem.id),
        )
        .where(MigrationItem.migration_id == migration_id, MigrationItem.why_code != "")
        .group_by(MigrationItem.outcome, MigrationItem.why_code)
        .order_by(func.count().desc())
    ).all()
    samples = {
        item.id: item.why[0]
        for item in session.scalars(
            select(MigrationItem).where(MigrationItem.id.in_([row[3] for row in counted]))
        )
    }
    return [
        WhyRow(outcome, code, count, samples[first]["vi"], samples[first]["en"])
        for outcome, code, count, first in counted
    ]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which cases of a migration are listed."""

    outcome: str = ""
    state: str = ""
    why: str = ""
    after: int = 0


def items_of(
    session: Session, actor: Actor, migration: CaseMigration, asked: ItemFilter
) -> tuple[list[ItemRow], int | None]:
    """A page of cases and the cursor of the next.

    Whoever migrates sees of every case its number, state and verdict; the line by which people
    know it only where the case is in the actor's own scope.
    """
    may_read = visible_to(actor) if actor.may(Permission.CASE_VIEW) else Case.id.is_(None)
    chosen = [MigrationItem.migration_id == migration.id, MigrationItem.id > asked.after]
    if asked.outcome:
        chosen.append(MigrationItem.outcome == asked.outcome)
    if asked.state:
        chosen.append(MigrationItem.state == asked.state)
    if asked.why:
        chosen.append(MigrationItem.why_code == asked.why)
    rows = session.execute(
        select(MigrationItem, Case.reference, Unit.name, Case.title, may_read.label("may_read"))
        .join(Case, Case.id == MigrationItem.case_id)
        .join(Unit, Unit.id == Case.owner_unit_id)
        .where(*chosen)
        .order_by(MigrationItem.id)
        .limit(PAGE_SIZE + 1)
    ).all()
    shown = [ItemRow(row[0], row[1], row[2], row[3] if row[4] else "") for row in rows[:PAGE_SIZE]]
    return shown, shown[-1].item.id if len(rows) > PAGE_SIZE else None


def waiting_items(
    session: Session, migration_id: int, state: ItemState, *, limit: int, last_first: bool = False
) -> Sequence[MigrationItem]:
    order = MigrationItem.id.desc() if last_first else MigrationItem.id
    return session.scalars(
        select(MigrationItem)
        .where(MigrationItem.migration_id == migration_id, MigrationItem.state == state)
        .order_by(order)
        .limit(limit)
    ).all()
