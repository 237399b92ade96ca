"""The database: one base for models, one way to write, one way to read, one way to fold text."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, cast

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    event,
    insert,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, scoped_session
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator

from app.compiled import Compiled

BUSY_TIMEOUT_MS = 30_000
_AS_WRITER = {"is_writer": True}
_WRITING = "writing"
_MOMENT_LENGTH = len("2026-01-01 00:00:00.000000")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: stored as UTC, read as UTC, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _moment_text if dialect.name == "sqlite" else _in_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        del coltype
        return _moment_read if dialect.name == "sqlite" else _in_utc


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)


def _moment_text(moment: datetime | None) -> str | None:
    """As SQLite keeps it: the UTC without its zone."""
    here = _in_utc(moment)
    return here.isoformat(" ", "microseconds")[:_MOMENT_LENGTH] if here is not None else None


def _moment_read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


JsonColumn = JSON().with_variant(JSONB(), "postgresql")
MOST_ROWS = 2**53 - 1  # ids that every database and every browser hold exactly
BigKey = BigInteger().with_variant(Integer(), "sqlite")

IntPk = Annotated[int, mapped_column(BigKey, primary_key=True, autoincrement=True)]
BigInt = Annotated[int, mapped_column(BigInteger)]
ShortText = Annotated[str, mapped_column(String(64))]
NameText = Annotated[str, mapped_column(String(255))]
LongText = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
JsonDict = Annotated[dict[str, Any], mapped_column(JsonColumn)]  # Any: JSON by nature
JsonList = Annotated[list[Any], mapped_column(JsonColumn)]  # Any: JSON by nature


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        dict[str, Any]: JsonColumn,
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def init_database(app: Flask, url: str, *, is_worker: bool = False) -> None:
    """Bind the application to a database; workers fork, so they keep no pool."""
    options: dict[str, Any] = {
        "json_serializer": _dump_json,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # what was being written may be personal, and errors reach logs
    }
    # A file does not hang up, so only a server is asked whether it still listens.
    kept = {"pool_pre_ping": not url.startswith("sqlite")}
    options |= {"poolclass": NullPool} if is_worker else kept
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def leave_connections(app: Flask) -> None:
    """After a fork: the open connections belong to the parent, this process makes its own."""
    with app.app_context():
        db.engine.dispose(close=False)


def _dump_json(value: object) -> str:
    return orjson.dumps(value).decode()


def prepare_engine(engine: Engine) -> None:
    """SQLite: durable, concurrent readers, and a write lock taken only by writers."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, record: object) -> None:  # Any: the driver's connection
    del record
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    _Driver(connection).execute("BEGIN IMMEDIATE" if is_writer else "BEGIN", ())


def session_registry() -> scoped_session[Any]:  # Any: the extension's own session class
    """Where sessions come from, for those who listen to them."""
    return db.session


def reading() -> Session:
    """The session of this request or job, for reads."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One write, committed once at the edge, rolled back on any error.

    A read snapshot that is still open is ended first: a SQLite reader cannot become a writer
    once somebody else has written.
    """
    session = db.session()
    session.rollback()
    # Kept at hand: asking the session for it costs as much as a small statement.
    session.info[_WRITING] = _Driver(session.connection(execution_options=_AS_WRITER))
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_WRITING, None)


class Prepared:
    """A fixed statement on a hot path: compiled once per dialect, then run by the driver.

    The ORM and Core compile, cache-look-up, coerce and wrap results on every run, which costs
    more than the database does; here only the column types' own processors run.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> int:
        """Execute with named values; tells how many rows it changed."""
        changed: int = self._executed(session, values)[0].rowcount
        return changed

    def many(self, session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute once for each of these values."""
        driver, compiled = self._ready(session)
        driver.execute_many(compiled.sql, [compiled.bind(values) for values in rows])

    def value(self, session: Session, values: Mapping[str, Any]) -> Any:  # Any: a column's value
        """Execute and take the first column of the first row, as the driver gives it."""
        row = self._executed(session, values)[0].fetchone()
        return row[0] if row is not None else None

    def tuples(
        self, session: Session, values: Mapping[str, Any]
    ) -> tuple[tuple[Any, ...], ...]:  # Any: column values
        """Execute a select and take the rows as the driver gives them."""
        return tuple(self._executed(session, values)[0].fetchall())

    def rows(
        self, session: Session, values: Mapping[str, Any]
    ) -> list[dict[str, Any]]:  # Any: column values
        """Execute a select and read each row by its columns' types."""
        cursor, compiled = self._executed(session, values)
        return [compiled.read(row) for row in cursor.fetchall()]

    def _executed(
        self, session: Session, values: Mapping[str, Any]
    ) -> tuple[DBAPICursor, Compiled]:
        driver, compiled = self._ready(session)
        return driver.execute(compiled.sql, compiled.bind(values)), compiled

    def _ready(self, session: Session) -> tuple["_Driver", Compiled]:
        driver: _Driver = session.info.get(_WRITING) or _Driver(session.connection())
        compiled = self._compiled.get(driver.name)
        if compiled is None:
            compiled = self._compiled[driver.name] = Compiled(self._statement, driver.dialect)
        return driver, compiled


class _Driver:
    """The driver's own connection behind one of SQLAlchemy's."""

    __slots__ = ("_driver", "_error", "dialect", "name")

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.name = connection.dialect.name
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error
        self._driver: Any = connection.connection.dbapi_connection  # Any: sqlite3's or psycopg's

    def execute(self, sql: str, values: Any) -> DBAPICursor:  # Any: a tuple or a mapping
        """Run a statement; its errors are SQLAlchemy's, as everywhere."""
        try:
            cursor: DBAPICursor = self._driver.execute(sql, values)
        except self._error as error:
            raise self._told(error, sql, values) from error
        return cursor

    def execute_many(self, sql: str, rows: Sequence[Any]) -> None:  # Any: tuples or mappings
        try:
            self._driver.cursor().executemany(sql, rows)
        except self._error as error:
            raise self._told(error, sql, rows) from error

    def _told(self, error: Exception, sql: str, values: Any) -> BaseException:
        return DBAPIError.instance(
            sql, values, error, self._error, hide_parameters=True, dialect=self.dialect
        )


class _WithoutMarks(dict[int, int | None]):
    """Maps letters to themselves and combining marks to nothing, each looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


def row_number(text: str | int) -> int:
    """An id out of an address; ValueError beyond what a database counts up to."""
    number = int(text)
    if abs(number) > MOST_ROWS:
        raise ValueError(text)
    return number


def fold_text(value: str) -> str:
    """Text as it is searched: no case, no diacritics (đ included), single spaces."""
    if value.isascii():
        return " ".join(value.casefold().split())
    decomposed = unicodedata.normalize("NFD", value.replace("đ", "d").replace("Đ", "d"))
    return " ".join(decomposed.translate(_WITHOUT_MARKS).casefold().split())


def normalise_text(value: str) -> str:
    """Text as it is stored: NFC, without invisible characters at the ends."""
    return unicodedata.normalize("NFC", value).strip().strip("\ufeff\u200b")


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of the same columns, past the unit of work; Any: columns of the table."""
    if rows:
        prepared, defaults = _insert_into(cast(Table, model.__table__), frozenset(rows[0]))
        prepared.many(session, ({**defaults, **row} for row in rows) if defaults else rows)


@lru_cache(maxsize=256)
def _insert_into(table: Table, names: frozenset[str]) -> tuple[Prepared, dict[str, Any]]:
    """The statement that fills these columns, and what the table gives the others."""
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in names and isinstance(column.default, ScalarElementColumnDefault)
    }
    filled = sorted(names | defaults.keys())
    return Prepared(insert(table).values({name: bindparam(name) for name in filled})), defaults


def update_rows(session: Session, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """One statement for all rows that change the same columns; `id` says which row."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        named = {f"v_{name}": value for name, value in row.items()}
        groups.setdefault(frozenset(row), []).append(named)
    for names, values in groups.items():
        _update_of(cast(Table, model.__table__), names).many(session, values)


@lru_cache(maxsize=256)
def _update_of(table: Table, names: frozenset[str]) -> Prepared:
    return Prepared(
        update(table)
        .where(table.c.id == bindparam("v_id"))
        .values({name: bindparam(f"v_{name}") for name in sorted(names - {"id"})})
    )
