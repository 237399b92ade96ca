"""How a case carried by another engine is kept: case row, hashed event and outbox row, committed.

Two ways: the ORM, as a Flask application with that engine would do it, and the bare driver, as
fast as it can be done. Neither keeps clocks or search words, nor asks what the actor may see.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import Engine as Database
from sqlalchemy import Text, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.audit import chain_hash
from app.cases.models import Case, CaseEvent
from app.database import prepare_engine
from app.jobs import OutboxEntry, utc_now
from benchmarks.peers import Engine, Situation
from benchmarks.replay import open_driver
from benchmarks.subject import STEPS, Step, Subject, reference_of

ROLES = frozenset({"border_station"})


class _PeerBase(DeclarativeBase):
    pass


class PeerCase(_PeerBase):
    """The columns of the case table that another engine needs."""

    __table__ = Case.__table__
    __mapper_args__ = {  # noqa: RUF012  SQLAlchemy reads it from the class
        "include_properties": [
            *("id", "reference", "state", "data", "version"),
            *("last_seq", "last_hash", "last_event_text", "updated_at"),
        ],
        "version_id_col": Case.__table__.c.version,
    }


class PeerEvent(_PeerBase):
    __table__ = CaseEvent.__table__


class PeerOutbox(_PeerBase):
    __table__ = OutboxEntry.__table__


class PeerBlob(_PeerBase):
    """What an engine keeps of a running process."""

    __tablename__ = "bench_blob"

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)


def event_row(
    case_id: int, seq: int, moved: tuple[str, str], step: Step, subject: Subject
) -> dict[str, Any]:
    """The columns of the event of a step."""
    return {
        "case_id": case_id,
        "seq": seq,
        "kind": "moved",
        "at": utc_now(),
        "actor_id": subject.actor.user_id,
        "actor_name": subject.actor.name,
        "unit_id": subject.actor.unit_id,
        "transition": step.code,
        "from_state": moved[0],
        "to_state": moved[1],
        "text": "",
        "data": {"answers": dict(step.answers)},
    }


def hashed(previous: str, row: dict[str, Any]) -> dict[str, Any]:
    """The same with its link to the event before."""
    digest = chain_hash(previous, {**row, "at": row["at"].isoformat()})
    return {**row, "previous_hash": previous, "hash": digest}


class OrmStore:
    """A session per step: read the case, let the engine judge, add the rows, commit."""

    def __init__(self, url: str, engine: Engine, subject: Subject) -> None:
        self._engine, self._subject = engine, subject
        self._started = engine.start()
        self._database = _database(url)

    def carry(self, case_id: int) -> Iterator[None]:
        for step in STEPS:
            with Session(self._database) as session:
                self._step(session, case_id, step)
                session.commit()
            yield

    def _step(self, session: Session, case_id: int, step: Step) -> None:
        row: Any = session.scalars(
            select(PeerCase).where(PeerCase.reference == reference_of(case_id))
        ).one()
        blob = session.get(PeerBlob, row.id) if self._started else None
        content = blob.content if blob else self._started
        case = Situation(row.state, dict(row.data), content)
        before = row.state
        self._engine.step(case, step, ROLES)
        facts = event_row(row.id, row.last_seq + 1, (before, case.state), step, self._subject)
        added = PeerEvent(**hashed(row.last_hash, facts))
        row.state, row.data = case.state, case.data
        row.last_seq, row.last_hash = added.seq, added.hash
        row.last_event_text, row.updated_at = f"{step.code} → {case.state}", utc_now()
        session.add(added)
        session.flush()
        session.add(_outbox(added.id))
        if blob:
            blob.content = case.blob or ""
        elif case.blob:
            session.add(PeerBlob(case_id=row.id, content=case.blob))


def _outbox(event_id: int) -> PeerOutbox:
    return PeerOutbox(
        job="follow_case_event",
        payload={"event_id": event_id},
        state="pending",
        due=utc_now(),
        attempt=0,
        created_at=utc_now(),
    )


def _database(url: str) -> Database:
    """As the product opens it, but every SQLite transaction here writes."""
    database = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"),
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    ).execution_options(is_writer=True)
    prepare_engine(database)
    _PeerBase.metadata.tables["bench_blob"].create(database, checkfirst=True)
    return database


class DriverStore:
    """The same rows by the shortest way: four statements on the driver's connection."""

    def __init__(self, url: str, engine: Engine, subject: Subject) -> None:
        self._engine, self._subject = engine, subject
        self._connection = open_driver(url)
        self._is_sqlite = url.startswith("sqlite")

    def carry(self, case_id: int) -> Iterator[None]:
        for step in STEPS:
            cursor = self._connection.cursor()
            if self._is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            self._step(cursor, case_id, step)
            self._connection.commit()
            cursor.close()
            yield

    def _step(self, cursor: Any, case_id: int, step: Step) -> None:
        self._run(cursor, _READ, (reference_of(case_id),))
        number, state, data, version, seq, previous = cursor.fetchone()
        case = Situation(state, orjson.loads(data) if self._is_sqlite else data)
        self._engine.step(case, step, ROLES)
        row = hashed(previous, event_row(number, seq + 1, (state, case.state), step, self._subject))
        said, now = f"{step.code} → {case.state}", self._moment(row["at"])
        head = (case.state, self._json(case.data), seq + 1, row["hash"], said, now)
        self._run(cursor, _WRITE, (*head, number, version))
        assert cursor.rowcount == 1
        values = [self._json(row[name]) if name == "data" else row[name] for name in row]
        self._run(cursor, _event_sql(tuple(row)), [now if v is row["at"] else v for v in values])
        payload = self._json({"event_id": cursor.fetchone()[0]})
        self._run(cursor, _OUTBOX, ("follow_case_event", payload, "pending", now, 0, now))

    def _run(self, cursor: Any, sql: str, values: Any) -> None:
        cursor.execute(sql if self._is_sqlite else sql.replace("?", "%s"), values)

    def _json(self, value: Any) -> Any:
        return orjson.dumps(value).decode() if self._is_sqlite else Jsonb(value)

    def _moment(self, moment: Any) -> Any:
        return moment.replace(tzinfo=None).isoformat(" ") if self._is_sqlite else moment


_READ = 'SELECT id, state, data, version, last_seq, last_hash FROM "case" WHERE reference = ?'
_WRITE = (
    'UPDATE "case" SET state = ?, data = ?, last_seq = ?, last_hash = ?, last_event_text = ?,'
    " updated_at = ?, version = version + 1 WHERE id = ? AND version = ?"
)
_OUTBOX = (
    "INSERT INTO outbox (job, payload, state, due, attempt, created_at) VALUES (?, ?, ?, ?, ?, ?)"
)


def _event_sql(names: tuple[str, ...]) -> str:
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO case_event ({', '.join(names)}) VALUES ({places}) RETURNING id"
