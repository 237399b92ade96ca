"""The same SQL without us: what the service sends is recorded once and sent again by the driver."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import event

from app.cases.models import CaseClock
from app.cases.services import perform_transition
from app.database import BUSY_TIMEOUT_MS, reading, transaction
from app.jobs import utc_now
from benchmarks.databases import app_on
from benchmarks.subject import STEPS, Subject, reference_of

_CLOCK = [column.name for column in CaseClock.__table__.columns]
_ID, _IS_RUNNING = _CLOCK.index("id"), _CLOCK.index("is_running")
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "temp_store=MEMORY",
    "mmap_size=268435456",
)
_log: list[tuple[str, Any]] = []


class _SqliteCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = ()) -> "sqlite3.Cursor":
        _log.append((sql, parameters))
        return super().execute(sql, parameters)


class _SqliteConnection(sqlite3.Connection):
    def cursor(self, factory: Any = _SqliteCursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        return self.cursor().execute(sql, parameters)


class _PostgresqlCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        _log.append((str(query), params))
        return super().execute(query, params, **options)


@dataclass
class Statement:
    """A recorded statement; `holes` says which parameters are of the case at hand."""

    sql: str
    parameters: Any
    holes: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def table(self) -> str:
        return "".join(self.sql.split('"')).replace("\n", " ")


def record(url: str, folder: Path, subject: Subject) -> list[list[Statement]]:
    """Carry two cases through the service and keep what went to the driver for the second.

    The first one warms up what a process reads once.
    """
    app = app_on(url, folder)
    with app.app_context():
        engine = reading().get_bind()
        event.listen(engine, "do_connect", _with_recording)
        for case_id in (subject.first, subject.first + 1):
            steps = []
            for _ in service_steps(subject, case_id):
                steps.append([_statement(sql, values, case_id) for sql, values in _kept()])
                _log.clear()
        reading().close()
        engine.dispose()  # type: ignore[union-attr]  # an Engine here
    return steps


def service_steps(subject: Subject, case_id: int) -> Iterator[None]:
    """The path of a case through the product's own service, each step committed."""
    version = subject.version
    for step in STEPS:
        with transaction() as session:
            version = perform_transition(
                session,
                subject.actor,
                reference_of(case_id),
                step.code,
                answers=step.answers,
                expected_version=version,
                pack=None,
                now=utc_now(),
            ).version
        yield


def _with_recording(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
    del record, arguments
    if dialect.name == "sqlite":
        options["factory"] = _SqliteConnection
    else:
        options["cursor_factory"] = _PostgresqlCursor


def _kept() -> list[tuple[str, Any]]:
    """Without what belongs to the making of a connection, of which a process makes one."""
    own = ("PRAGMA", "SELECT PG_CATALOG", "SELECT CURRENT_SCHEMA", "SHOW", "BEGIN", ";")
    return [(sql, values) for sql, values in _log if sql and not sql.upper().startswith(own)]


def _statement(sql: str, values: Any, case_id: int) -> Statement:
    statement = Statement(sql, dict(values) if isinstance(values, dict) else list(values or ()))
    pairs = values.items() if isinstance(values, dict) else enumerate(values or ())
    for key, value in pairs:
        kind = _hole(statement.table, value, case_id)
        if kind:
            statement.holes.append((key, kind))
    return statement


def _hole(table: str, value: Any, case_id: int) -> str:
    if value == reference_of(case_id):
        return "reference"
    if isinstance(value, int) and value == case_id:
        return "case"
    if table.startswith("UPDATE case_clock") and isinstance(value, int) and value > case_id:
        return "clock"
    content = value.obj if isinstance(value, Jsonb) else value
    is_payload = "event_id" in (content if isinstance(content, dict | str) else "")
    return "payload" if table.startswith("INSERT INTO outbox") and is_payload else ""


class Replay:
    """The recorded statements on the driver's connection, once per case."""

    def __init__(self, url: str, steps: list[list[Statement]]) -> None:
        self._steps = steps
        self._is_sqlite = url.startswith("sqlite")
        self._connection: Any = _open(url)
        self._json: Callable[[Any], Any] = (
            (lambda value: orjson.dumps(value).decode()) if self._is_sqlite else Jsonb
        )

    def carry(self, case_id: int) -> Iterator[None]:
        for step in self._steps:
            self._send(step, case_id)
            yield

    def _send(self, step: list[Statement], case_id: int) -> None:
        known = {"case": case_id, "reference": reference_of(case_id)}
        cursor = self._connection.cursor()
        if self._is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for statement in step:
            values = statement.parameters
            if statement.holes:
                values = values.copy()
                for key, kind in statement.holes:
                    values[key] = known[kind]
            cursor.execute(statement.sql, values)
            if cursor.description is not None:
                self._learn(statement, cursor.fetchall(), known)
        self._connection.commit()
        cursor.close()

    def _learn(self, statement: Statement, rows: list[Any], known: dict[str, Any]) -> None:
        if statement.table.startswith("INSERT INTO case_event"):
            known["payload"] = self._json({"event_id": rows[0][0]})
        elif "FROM case_clock" in statement.table:
            known["clock"] = next((row[_ID] for row in rows if row[_IS_RUNNING]), None)


def _open(url: str) -> Any:
    if not url.startswith("sqlite"):
        return psycopg.connect(url)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def open_driver(url: str) -> Any:
    """A connection of the bare driver, as durable as the product's."""
    return _open(url)
