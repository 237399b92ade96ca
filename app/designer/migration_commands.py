"""The operator's commands of migration: try out, move and put back the open cases of a type."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from app.commands import in_one_sentence
from app.database import reading, transaction
from app.designer import migration_queries, migration_services
from app.designer.migration_models import CaseMigration, MigrationItem
from app.errors import NotFound, Refused
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.workflow.version_map import VersionMap, load_map

_LISTED = 20
_JSON = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")


@click.command("migrate")
@click.argument("code")
@click.option("--from", "from_number", type=int, required=True, help="Phiên bản đang dùng.")
@click.option("--to", "to_number", type=int, required=True, help="Phiên bản chuyển đến.")
@click.option(
    "--map", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp YAML: trạng thái, trường, lựa chọn thay thế.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Chỉ chạy thử, không chuyển hồ sơ nào.")
@_JSON
@in_one_sentence
def migrate_cases(
    code: str, from_number: int, to_number: int, path: Path | None, **flags: bool
) -> None:
    """Move the open cases of one version to another; those that cannot go stay and say why."""
    asked = _Asked(code, from_number, to_number, _chosen(code, path, from_number, to_number))
    migration = _tried(asked)
    if not flags["dry_run"]:
        with transaction() as session:
            migration_services.order_run(session, SYSTEM_ACTOR, migration.id, now=utc_now())
        migration_services.carry_on(migration.id, utc_now)
    _report(code, migration.id, as_json=flags["as_json"])


@click.command("rollback")
@click.argument("migration_id", type=int)
@_JSON
@in_one_sentence
def undo_migration(migration_id: int, *, as_json: bool) -> None:
    """Put the cases of a migration back, except where they have moved on since."""
    migration = reading().get(CaseMigration, migration_id)
    if migration is None:
        raise NotFound(f"Không có lần chuyển phiên bản số {migration_id}.")
    with transaction() as session:
        migration_services.order_undo(session, SYSTEM_ACTOR, migration_id, now=utc_now())
    migration_services.carry_on(migration_id, utc_now)
    _report(migration.code, migration_id, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    code: str
    from_number: int
    to_number: int
    chosen: VersionMap


def _chosen(code: str, path: Path | None, from_number: int, to_number: int) -> VersionMap:
    """The map of the file, else what was said when the versions in between were published."""
    if path is not None:
        return load_map(path.read_text("utf-8"), name=path.name)
    session = reading()
    moves = migration_queries.published_moves(session, code, from_number, to_number)
    return VersionMap(states=dict(moves))


def _tried(asked: _Asked) -> CaseMigration:
    with transaction() as session:
        migration = migration_services.order_check(
            session,
            SYSTEM_ACTOR,
            asked.code,
            from_number=asked.from_number,
            to_number=asked.to_number,
            chosen=asked.chosen,
            now=utc_now(),
        )
    migration_services.carry_on(migration.id, utc_now)
    if migration.total == 0:
        raise Refused(f"Phiên bản {asked.from_number} không còn hồ sơ nào đang mở.")
    return migration


def _report(code: str, migration_id: int, *, as_json: bool) -> None:
    session = reading()
    session.rollback()
    migration = migration_queries.get_migration(session, code, migration_id)
    said = _result(migration)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"Lần chuyển số {migration.id}, {code} phiên bản {migration.from_number} → "
        f"{migration.to_number}: {migration.state}, {migration.total} hồ sơ."
    )
    for key, count in sorted(said["counts"].items()):
        click.echo(f"  {key}: {count}")
    for one in said["reasons"][:_LISTED]:
        click.echo(f"  {one['outcome']} ({one['count']}): {one['vi']}")


def _result(migration: CaseMigration) -> dict[str, Any]:  # Any: JSON
    session = reading()
    counts = migration_queries.counts_of(session, migration.id)
    rows = session.scalars(select(MigrationItem).filter_by(migration_id=migration.id))
    return {
        "id": migration.id,
        "state": migration.state,
        "total": migration.total,
        "counts": {f"{state} {outcome}".strip(): n for (state, outcome), n in counts.items()},
        "reasons": [
            {"outcome": row.outcome, "code": row.code, "count": row.count, "vi": row.vi}
            for row in migration_queries.reasons_of(session, migration.id)
        ],
        "cases": [
            {"case": item.case_id, "state": item.state, "outcome": item.outcome, "why": item.why}
            for item in rows
        ],
    }


COMMANDS = (migrate_cases, undo_migration)
