"""A case from its first report to its end, through a real database."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.cases.heads import CaseHead
from app.cases.models import CaseClock, CaseEvent
from app.cases.services import open_case
from app.jobs import OutboxEntry
from app.permissions import Actor, Area, Permission

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ANSWERS = {
    "incident_kind": "illegal_crossing",
    "occurred_at": "2026-11-20T08:30+07:00",
    "persons_count": 3,
    "place_text": "cách mốc phụ 160/4 khoảng 300 m",
}


def station(session: Session, code: str = "DBP-LP", user_id: int = 1) -> Actor:
    unit = a_unit(session, code)
    return Actor(
        user_id=user_id,
        name="Nguyễn Văn Tuấn",
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        roles=frozenset({"border_station"}),
        permissions=frozenset(Permission),
        area=Area(unit_ids=frozenset({unit.id})),
    )


def a_unit(session: Session, code: str) -> Unit:
    known = session.scalar(select(Unit).where(Unit.code == code))
    if known is not None:
        return known
    unit = Unit(
        code=code,
        name=f"Đồn {code}",
        short_name=code,
        kind=UnitKind.BORDER_STATION,
        province_code="80",
        valid_from=date(2025, 7, 1),
    )
    session.add(unit)
    session.flush()
    return unit


def an_incident(session: Session, actor: Actor) -> CaseHead:
    return open_case(session, actor, "border_incident", answers=ANSWERS, pack=None, now=NOW)


def test_an_incident_is_opened_with_number_event_and_clock(session: Session) -> None:
    head = an_incident(session, station(session))
    assert head.reference.startswith("BG-2026-")
    assert head.reference.endswith("-00001")
    assert head.state == "detected"
    assert head.version == 1
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == head.id)).all()
    assert [event.kind for event in events] == ["opened"]
    clock = session.scalar(select(CaseClock).where(CaseClock.case_id == head.id))
    assert clock is not None
    assert clock.due_at == NOW + timedelta(hours=2)
    assert session.scalar(select(OutboxEntry.job)) == "follow_case_event"
