"""Two mass events: 110 people handed over, one kept back; an evacuation through four lands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.crises import events, intake, marking, queries
from app.crises.events import EventFacts
from app.crises.intake import ListFacts
from app.crises.marking import JourneyFacts, MinutesFacts, Tap
from app.crises.models import MassEvent, Participant
from app.crises.queries import PeopleFilter
from app.crises.rules import EventKind, Source, Status
from app.demonstration.names import invented_name, without_marks
from app.demonstration.staff import Staff
from app.imports.judging import Judged
from app.permissions import Actor

_HANDED_OVER, _EVACUATED, _PROVINCES = 110, 84, 26
_LANDS = (("Ba Lan", 34), ("Romania", 28), ("Hungary", 14), ("Slovakia", 8))
Rows = list[dict[str, str]]


def load_crises(session: Session, chance: Random, staff: Staff, *, now: datetime) -> str:
    _hand_over(session, chance, staff, now)
    _evacuate(session, chance, staff, now)
    return f"2 sự kiện đông người, {_HANDED_OVER + _EVACUATED} người"


def event_homes(session: Session) -> Sequence[str]:
    """Provinces as people still name them, some of them of before the reform."""
    old = select(Unit.name).where(Unit.kind == UnitKind.PROVINCE, Unit.valid_to.is_not(None))
    return session.scalars(old.order_by(Unit.code)).all()


def event_people(chance: Random, homes: Sequence[str], count: int) -> Rows:
    rows: Rows = []
    for number in range(count):
        is_male = chance.random() < 0.6  # noqa: PLR2004  a share
        born = date(chance.randint(1978, 2009), chance.randint(1, 12), chance.randint(1, 28))
        rows.append(
            {
                "person_name": invented_name(chance, is_male=is_male),
                "birth": f"{born:%d/%m/%Y}",
                "sex": "Nam" if is_male else "Nữ",
                "id_number": f"P{chance.randint(10**6, 10**7 - 1)}",
                "home_text": homes[number % len(homes)],
            }
        )
    return rows


def _judged(rows: Rows) -> list[Judged]:
    return [Judged(number, dict(row)) for number, row in enumerate(rows, start=1)]


def take(
    session: Session,
    actor: Actor,
    event: MassEvent,
    said: tuple[Source, str],
    rows: Rows,
    *,
    at: datetime,
) -> None:
    facts = ListFacts(*said)
    intake.take_list(session, actor, event, facts, _judged(rows), now=at)


def participant_ids(session: Session, event: MassEvent) -> Sequence[int]:
    asked = select(Participant.id).where(
        Participant.event_id == event.id, Participant.merged_into_id.is_(None)
    )
    return session.scalars(asked.order_by(Participant.id)).all()


# --- the handover ---------------------------------------------------------------------------


def _hand_over(session: Session, chance: Random, staff: Staff, now: datetime) -> None:
    owner = staff.actor("NV80", "foreign_affairs_officer")
    station = staff.actor("D8001", "border_station")
    at = now - timedelta(days=2, hours=5)
    facts = EventFacts(
        name="Trao trả 110 công dân qua cửa khẩu Mộc Bài (minh họa)",
        kind=EventKind.HANDOVER,
        country_code="KH",
        time_zone="Asia/Ho_Chi_Minh",
        places="Svay Rieng, Phnôm Pênh",
        gate="Cửa khẩu quốc tế Mộc Bài",
        said_count=_HANDED_OVER,
        note="Hai tỉnh bên kia giao cùng ngày; dữ liệu hư cấu.",
        unit_ids=[station.unit_id],
    )
    event = events.begin_event(session, owner, facts, now=at, is_illustration=True)
    people = event_people(chance, event_homes(session)[:_PROVINCES], _HANDED_OVER)
    half = _HANDED_OVER // 2
    for name, part in (("Svay Rieng", people[:half]), ("Phnôm Pênh", people[half:])):
        foreign = [abroad(row) for row in part]
        take(session, owner, event, (Source.FOREIGN, f"Danh sách {name}"), foreign, at=at)
    later = at + timedelta(hours=1)
    said = (Source.MISSION, "Danh sách cơ quan đại diện xác minh")
    take(session, owner, event, said, [_misheard(row, chance) for row in people], at=later)
    _receive(session, owner, event, at + timedelta(hours=3))


def abroad(row: dict[str, str]) -> dict[str, str]:
    kept = {name: row[name] for name in ("birth", "sex", "id_number")}
    return {**kept, "person_name": without_marks(row["person_name"])}


def _misheard(row: dict[str, str], chance: Random) -> dict[str, str]:
    """Now and then the mission's list has no paper: that pair is left for somebody to decide."""
    lost = chance.random() < 0.06  # noqa: PLR2004  a share
    return {**row, "id_number": ""} if lost else row


def _receive(session: Session, owner: Actor, event: MassEvent, at: datetime) -> None:
    side = queries.side_of(session, owner, event)
    listed = queries.matching(owner, side, event, PeopleFilter(source=Source.FOREIGN))
    marking.mark_many(session, owner, event, listed, Status.RECEIVED, now=at)
    kept, ill = participant_ids(session, event)[17], participant_ids(session, event)[41]
    marking.mark(session, owner, event, kept, Tap(Status.KEPT), now=at)
    marking.mark(session, owner, event, ill, Tap(Status.HOSPITAL), now=at)
    one = queries.participant_by_id(session, owner, event, kept)
    said = "Giữ lại làm rõ nhân thân theo đề nghị của công an cửa khẩu. (Minh họa.)"
    marking.explain(session, owner, event, one, said, now=at)
    facts = MinutesFacts(event.gate, "Đại diện tỉnh Svay Rieng", "Đồn Biên phòng cửa khẩu")
    marking.write_minutes(session, owner, event, facts, now=at)
    waiting = queries.matching(owner, side, event, PeopleFilter(status=Status.RECEIVED))
    later = at + timedelta(hours=4)
    marking.mark_many(session, owner, event, waiting, Status.HANDED_ON, now=later)


# --- the evacuation -------------------------------------------------------------------------


def _evacuate(session: Session, chance: Random, staff: Staff, now: datetime) -> None:
    owner = staff.actor("CLS", "consular_officer")
    at = now - timedelta(days=4)
    facts = EventFacts(
        name="Sơ tán công dân khỏi vùng chiến sự qua bốn nước (minh họa)",
        kind=EventKind.EVACUATION,
        country_code="UA",
        time_zone="Europe/Kyiv",
        places="Kharkiv, Odesa",
        gate="Sân bay Nội Bài",
        opens_at=at,
        closes_at=at + timedelta(days=2),
        note="Công dân sang nước trung gian rồi về bằng chuyến bay; dữ liệu hư cấu.",
    )
    event = events.begin_event(session, owner, facts, now=at, is_illustration=True)
    flights = [
        marking.add_journey(session, owner, event, JourneyFacts("flight", code, seats, start))
        for code, seats, start in (("VN88", 40, "Bucharest"), ("VN68", 40, "Warszawa"))
    ]
    rows = _on_the_way(event_people(chance, event_homes(session), _EVACUATED))
    said = (Source.REGISTRATION, "Đăng ký trực tuyến")
    take(session, owner, event, said, rows, at=at + timedelta(hours=6))
    late = event_people(chance, event_homes(session), 2)
    take(session, owner, event, (Source.REGISTRATION, "Đăng ký muộn"), late, at=now)
    _fly(session, owner, event, [flight.id for flight in flights], now)


def _on_the_way(rows: Rows) -> Rows:
    """Families of four, each in one of the four lands; some need a doctor."""
    lands = [land for land, count in _LANDS for _ in range(count)]
    for number, row in enumerate(rows):
        row["transit"], row["family"] = lands[number], f"GĐ{number // 4 + 1}"
        if number % 23 == 0:
            row["medical"] = "Cần thuốc tim mạch"
    return rows


def _fly(
    session: Session, owner: Actor, event: MassEvent, flights: Sequence[int], now: datetime
) -> None:
    ids = participant_ids(session, event)
    side = queries.side_of(session, owner, event)
    everyone = queries.matching(owner, side, event, PeopleFilter())
    marking.mark_many(session, owner, event, everyone, Status.TRANSIT, now=now - timedelta(days=2))
    for flight, part in zip(flights, (ids[34:62], ids[:34]), strict=True):
        aboard = everyone & Participant.id.in_(part)
        marking.send_many(session, owner, event, aboard, flight, now=now - timedelta(days=1))
    home = everyone & (Participant.journey_id == flights[0])
    marking.mark_many(session, owner, event, home, Status.RECEIVED, now=now - timedelta(hours=6))
