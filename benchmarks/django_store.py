"""viewflow.fsm with the Django ORM: the case as a Django application with that engine keeps it.

The tables are the product's own; only the columns that such an application needs are named. Each
step is one transaction: read the row, let the flow judge and move it, save it under its version,
add the hashed event and the row for the worker.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

from benchmarks.peers import Situation, case_type, may_take_by_code
from benchmarks.subject import STEPS, Step, Subject, reference_of

ROLES = frozenset({"border_station"})
_DEFAULT = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


def configure(database: Mapping[str, Any] | None = None) -> None:
    """Django has one configuration per process."""
    if not settings.configured:
        settings.configure(
            DATABASES={"default": dict(database or _DEFAULT)},
            USE_TZ=True,
            TIME_ZONE="UTC",
            SECRET_KEY="bench",  # noqa: S106  nothing is signed with it
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
        django.setup()


def _database(url: str) -> dict[str, Any]:
    """As durable as the product opens it, and a writer from the start on SQLite."""
    if url.startswith("sqlite"):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456;"
        options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 30}
        name = url.removeprefix("sqlite:///")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}
    parts = urlsplit(url)
    query = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or unquote(query.get("host", "")),
        "PORT": str(parts.port or query.get("port", "")),
    }


class ViewflowEngine:
    """One flow class of viewflow.fsm over whatever object holds the state."""

    name = "viewflow.fsm"

    def __init__(self) -> None:
        configure()
        self._flow = _flow_class()

    def start(self) -> str | None:
        return None

    def step(self, case: Situation, step: Step, roles: frozenset[str]) -> None:
        flow = self._flow(case, step.answers, roles)
        getattr(flow, step.code)()
        case.data.update(step.answers)


def _flow_class() -> type[Any]:
    from viewflow import fsm  # noqa: PLC0415  it reads Django's settings while it is imported

    definition = case_type()
    allowed = may_take_by_code()
    state = fsm.State([one.code for one in definition.states], default=definition.initial_state)

    def __init__(  # noqa: N807  the method of the class that is built below
        self: Any, case: Any, answers: Mapping[str, Any], roles: frozenset[str]
    ) -> None:
        self.case, self.answers, self.roles = case, answers, roles

    @state.setter()  # type: ignore[untyped-decorator]  # viewflow is untyped here
    def set_state(self: Any, value: str) -> None:
        self.case.state = value

    @state.getter()  # type: ignore[untyped-decorator]  # viewflow is untyped here
    def get_state(self: Any) -> str:
        return str(self.case.state)

    body: dict[str, Any] = {
        "__init__": __init__,
        "state": state,
        "set_state": set_state,
        "get_state": get_state,
    }
    for rule in definition.transitions:
        moving = _named(rule.code)
        condition = _condition(allowed[rule.code])
        sources = list(rule.sources)
        for source in sources:
            moving = state.transition(source=source, target=rule.to, conditions=[condition])(moving)
        body[rule.code] = moving
    return type("IncidentFlow", (), body)


def _named(code: str) -> Callable[[Any], None]:
    def moving(self: Any) -> None:
        del self

    moving.__name__ = code
    return moving


def _condition(may_take: Callable[..., bool]) -> Callable[[Any], bool]:
    def holds(flow: Any) -> bool:
        return may_take(flow.case.data, flow.answers, flow.roles)

    return holds


class DjangoStore:
    """A transaction per step on the ORM of Django."""

    def __init__(self, url: str, subject: Subject) -> None:
        configure(_database(url))
        self._engine, self._subject = ViewflowEngine(), subject
        self._case, self._event, self._outbox = _models()

    def carry(self, case_id: int) -> Iterator[None]:
        from django.db import transaction  # noqa: PLC0415  after the configuration

        for step in STEPS:
            with transaction.atomic():
                self._step(case_id, step)
            yield

    def _step(self, case_id: int, step: Step) -> None:
        from benchmarks.stores import event_row, hashed  # noqa: PLC0415  with its own database

        row = self._case.objects.get(reference=reference_of(case_id))
        before, case = row.state, Situation(row.state, dict(row.data))
        self._engine.step(case, step, ROLES)
        facts = event_row(row.id, row.last_seq + 1, (before, case.state), step, self._subject)
        added = hashed(row.last_hash, facts)
        changed = self._case.objects.filter(id=row.id, version=row.version).update(
            state=case.state,
            data=case.data,
            version=row.version + 1,
            last_seq=added["seq"],
            last_hash=added["hash"],
            last_event_text=f"{step.code} → {case.state}",
            updated_at=added["at"],
        )
        assert changed == 1
        kept = self._event.objects.create(**added)
        self._outbox.objects.create(
            job="follow_case_event",
            payload={"event_id": kept.pk},
            state="pending",
            due=added["at"],
            attempt=0,
            created_at=added["at"],
        )


def _models() -> tuple[Any, Any, Any]:
    from django.db import models  # noqa: PLC0415  after the configuration

    text, whole = models.TextField, models.BigIntegerField
    case = {
        "reference": text(),
        "state": text(),
        "data": models.JSONField(),
        "version": whole(),
        "last_seq": whole(),
        "last_hash": text(),
        "last_event_text": text(),
        "updated_at": models.DateTimeField(),
    }
    event = {name: text() for name in ("kind", "actor_name", "transition", "from_state")}
    event |= {name: text() for name in ("to_state", "text", "previous_hash", "hash")}
    event |= {name: whole() for name in ("case_id", "seq", "actor_id", "unit_id")}
    event |= {"at": models.DateTimeField(), "data": models.JSONField()}
    outbox = {
        "job": text(),
        "payload": models.JSONField(),
        "state": text(),
        "due": models.DateTimeField(),
        "attempt": whole(),
        "created_at": models.DateTimeField(),
    }
    return _model("case", case), _model("case_event", event), _model("outbox", outbox)


def _model(table: str, fields: dict[str, Any]) -> Any:
    from django.db import models  # noqa: PLC0415  after the configuration

    meta = type("Meta", (), {"app_label": "bench", "db_table": table, "managed": False})
    body = {**fields, "Meta": meta, "__module__": __name__}
    return type(f"Bench{table.title().replace('_', '')}", (models.Model,), body)
