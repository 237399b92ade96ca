"""The database: one base for models, one way to write, one way to read, one way to fold text."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
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
from sqlalchemy.types import TypeDecorator, TypeEngine

BUSY_TIMEOUT_MS = 30_000
_WRITING = "writing"
_MOMENT_LENGTH = len("2026-01-01 00:00:00.000000")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: stored as UTC, read as UTC, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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
    session.info[_WRITING] = _Driver(session.connection(execution_options={"is_writer": True}))
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
        self._compiled: dict[str, _Compiled] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> int:
        """Execute with named values; tells how many rows it changed."""
        changed: int = self._executed(session, values)[0].rowcount
        return changed

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
    ) -> tuple[DBAPICursor, "_Compiled"]:
        driver: _Driver = session.info.get(_WRITING) or _Driver(session.connection())
        compiled = self._compiled.get(driver.name)
        if compiled is None:
            compiled = self._compiled[driver.name] = _Compiled(self._statement, driver.dialect)
        return driver.execute(compiled.sql, compiled.bind(values)), compiled


class _Driver:
    """The driver's own connection behind one of SQLAlchemy's."""

    __slots__ = ("_error", "_run", "dialect", "name")

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.name = connection.dialect.name
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error
        driver: Any = connection.connection.dbapi_connection  # Any: sqlite3's or psycopg's
        self._run: Callable[[str, Any], DBAPICursor] = driver.execute

    def execute(self, sql: str, values: Any) -> DBAPICursor:  # Any: a tuple or a mapping
        """Run a statement; its errors are SQLAlchemy's, as everywhere."""
        try:
            return self._run(sql, values)
        except self._error as error:
            raise DBAPIError.instance(
                sql, values, error, self._error, hide_parameters=True, dialect=self.dialect
            ) from error


class _Compiled:
    """The text of a statement for one dialect, and how its values go in and come out."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        # ClauseElement.compile is typed on a base that Executable does not show.
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        if compiled.post_compile_params:  # lists of fixed values are written out once
            compiled = statement.compile(  # type: ignore[attr-defined]
                dialect=dialect, compile_kwargs={"render_postcompile": True}
            )
        self.sql = str(compiled)
        self._is_positional = bool(compiled.positional)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or compiled.params)
        self._fixed = {name: compiled.params[name] for name in self._names}
        self._values = _getter(self._names)
        binders = {bind.key: _binder(bind.type, dialect) for bind in compiled.binds.values()}
        self._in = tuple(
            (place, binder)
            for place, binder in enumerate(map(binders.get, self._names))
            if binder is not None
        )
        columns = getattr(statement, "selected_columns", ())
        self._columns = tuple(column.key for column in columns)
        readers = [(column.key, _reader(column.type, dialect)) for column in columns]
        self._out = tuple((name, reader) for name, reader in readers if reader is not None)

    def bind(self, values: Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
        """The values as the driver takes them; what is not given keeps its fixed value."""
        bound = list(self._values({**self._fixed, **values}))
        for place, binder in self._in:
            bound[place] = binder(bound[place])
        return bound if self._is_positional else dict(zip(self._names, bound, strict=True))

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        said = dict(zip(self._columns, row, strict=True))
        for name, reader in self._out:
            said[name] = reader(said[name])
        return said


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """All values of these names at once; with fewer than two, itemgetter gives no sequence."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How values of a type go in; the moments of SQLite by a shorter way to the same text."""
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return _moment_text
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """How values of a type come out; the moments of SQLite by a shorter way to the same."""
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return _moment_read
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _moment_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    here = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return here.isoformat(" ", "microseconds")[:_MOMENT_LENGTH]


def _moment_read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


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
    """Many rows in one statement, past the unit of work; Any: columns of the table."""
    if rows:
        session.connection().execute(insert(cast(Table, model.__table__)), rows)


def update_rows(session: Session, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """One statement for all rows that change the same columns; `id` says which row."""
    table = cast(Table, model.__table__)
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        named = {f"v_{name}": value for name, value in row.items()}
        groups.setdefault(frozenset(row), []).append(named)
    for names, values in groups.items():
        statement = (
            update(table)
            .where(table.c.id == bindparam("v_id"))
            .values({name: bindparam(f"v_{name}") for name in sorted(names - {"id"})})
        )
        session.connection().execute(statement, values)
