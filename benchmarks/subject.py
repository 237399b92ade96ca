"""What is moved in the benches of transitions: many copies of one opened case, and its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, Table, cast, insert, literal, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.cases.models import Case, CaseClock, CaseEvent, CaseUnit
from app.cases.services import open_case
from app.cases.text_models import CaseText
from app.database import Base, transaction
from app.permissions import Actor, Area, Permission
from benchmarks.databases import app_on

TYPE = "border_incident"
FIRST_ID = 1_000_000  # far from every other number in the parameters, so that it is recognised
FIRST_CLOCK = 20_000_000
FIRST_GENERATED = 50_000_000
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OPENING = {
    "incident_kind": "illegal_crossing",
    "occurred_at": "2026-11-20T08:30+07:00",
    "persons_count": 3,
    "place_text": "cách mốc phụ 160/4 khoảng 300 m",
    "position": {"lat": 22.6512, "lon": 106.1234, "original": "22,6512; 106,1234"},
}


@dataclass(frozen=True)
class Step:
    """A transition with what its form brings, and where it leads."""

    code: str
    to: str
    answers: Mapping[str, Any]


STEPS = (
    Step("dispatch", "on_scene", {"territory_side": "vietnam"}),
    Step(
        "inform_counterpart",
        "counterpart_informed",
        {
            "counterpart_channel": "hotline",
            "counterpart_recipient": "Trưởng trạm kiểm soát đối diện",
            "counterpart_informed_at": "2026-11-20T10:30+07:00",
        },
    ),
    Step(
        "verify_jointly",
        "joint_verification",
        {
            "vietnamese_representatives": "Đồn trưởng Đồn Biên phòng",
            "foreign_representatives": "Trạm trưởng trạm đối diện",
        },
    ),
    Step(
        "hold_station_talks",
        "station_talks",
        {
            "verification_result": "Hai bên thống nhất hiện trạng tại thực địa.",
            "talks_on": "2026-11-21",
        },
    ),
)


@dataclass(frozen=True)
class Subject:
    """The copies that wait to be moved: their numbers, version and actor."""

    first: int
    count: int
    version: int
    actor: Actor

    def share(self, number: int, of: int) -> "Subject":
        """An equal part for one of several processes."""
        size = self.count // of
        return Subject(self.first + number * size, size, self.version, self.actor)


def reference_of(case_id: int) -> str:
    return f"BENCH-{case_id}"


def prepare(url: str, folder: Path, count: int) -> Subject:
    """Open one case through the service and copy it; runs in a process of its own."""
    app = app_on(url, folder, is_worker=True)
    with app.app_context():
        with transaction() as session:
            actor = _station(session)
            head = open_case(session, actor, TYPE, answers=OPENING, pack=None, now=NOW)
        with transaction() as session:
            _copy(session, head.id, count)
        with transaction() as session:
            _settle_numbers(session)
    return Subject(FIRST_ID, count, head.version, actor)


def _station(session: Session) -> Actor:
    unit = Unit(
        code="DBP-BENCH",
        name="Đồn Biên phòng đo hiệu năng",
        short_name="ĐBP đo",
        kind=UnitKind.BORDER_STATION,
        province_code="04",
        valid_from=date(2025, 7, 1),
    )
    session.add(unit)
    session.flush()
    return Actor(
        user_id=1,
        name="Người đo",
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        roles=frozenset({"border_station"}),
        permissions=frozenset(Permission),
        area=Area(unit_ids=frozenset({unit.id})),
    )


def _copy(session: Session, case_id: int, count: int) -> None:
    """The rows of one case again under new numbers, by the database itself."""
    first = select(literal(FIRST_ID, Integer).label("number")).cte("numbers", recursive=True)
    more = select(first.c.number + 1).where(first.c.number < FIRST_ID + count - 1)
    number = first.union_all(more).c.number
    reference = literal("BENCH-") + cast(number, String)
    clock_id = literal(FIRST_CLOCK - FIRST_ID, Integer) + number
    for table, key, changed in (
        (Case, "id", {"reference": reference}),
        (CaseEvent, "case_id", {}),
        (CaseClock, "case_id", {"id": clock_id}),
        (CaseUnit, "case_id", {}),
        (CaseText, "case_id", {}),
    ):
        _copy_rows(session, _table(table), key, case_id, {key: number, **changed})


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _copy_rows(
    session: Session, table: Table, key: str, case_id: int, changed: Mapping[str, Any]
) -> None:
    names = [c.name for c in table.columns if c.name in changed or c.name != "id"]
    columns = [changed.get(name, table.c[name]) for name in names]
    numbers = changed[key].table
    copied = select(*columns).join_from(numbers, table, table.c[key] == case_id)
    session.execute(insert(table).from_select(names, copied))


def _settle_numbers(session: Session) -> None:
    """Numbers that PostgreSQL gives from now on stay clear of the copies."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in ("case_event", "case_clock", "outbox"):
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {FIRST_GENERATED})")
        )
    session.execute(text("SELECT 1"))
