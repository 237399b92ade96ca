"""A handover at a gate with its people, for the tests of mass events."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.crises import events, intake
from app.crises.intake import ListFacts
from app.crises.models import MassEvent, MassList, Participant
from app.crises.rows import read_table
from app.crises.rules import EventKind, Source
from app.permissions import Actor, Area
from tests.integration.cases.people import a_unit, acting

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HEAD = "STT\tHọ và tên\tNgày sinh\tGiới tính\tSố hộ chiếu\tĐịa chỉ\tHộ\tY tế"
PEOPLE = (
    "1\tNguyễn Văn Hùng\t05/03/1990\tNam\tC1234567\tXã Tân Lập, huyện Vũ Thư, tỉnh Thái Bình\t\t",
    "2\tTrần Thị Mai\t12/7/1998\tNữ\t\tPhường 5, TP. Cà Mau, tỉnh Cà Mau\tH1\t",
    "3\tTrần Gia Bảo\t01/02/2012\tNam\t\tCà Mau\tH1\tSốt cao",
    "4\tLê Hoàng Dũng\t1985\tNam\tB7654321\tkhông rõ\t\t",
)


def consul(session: Session, *, user_id: int = 21) -> Actor:
    """An officer of the office that leads the handover."""
    unit = a_unit(session, "NV80", kind=UnitKind.PROVINCE_AGENCY)
    area = Area(unit_ids=frozenset({unit.id}), province_codes=frozenset({"80"}))
    return acting(unit, "foreign_affairs_officer", user_id=user_id, area=area)


def province(session: Session, code: str, *, user_id: int = 31) -> Actor:
    unit = a_unit(session, f"CA{code}", kind=UnitKind.POLICE, province_code=code)
    area = Area(unit_ids=frozenset({unit.id}), province_codes=frozenset({code}))
    return acting(unit, "province_police", user_id=user_id, area=area)


def begin(session: Session, actor: Actor, **changed: object) -> MassEvent:
    said = {
        "name": "Trao trả tại Mộc Bài 21/11",
        "kind": EventKind.HANDOVER,
        "country_code": "KH",
        "time_zone": "Asia/Ho_Chi_Minh",
        "places": "Svay Rieng",
        "gate": "Mộc Bài",
        **changed,
    }
    return events.begin_event(session, actor, events.EventFacts(**said), now=NOW)  # type: ignore[arg-type]  # plain facts


def bring(
    session: Session,
    actor: Actor,
    event: MassEvent,
    lines: Sequence[str],
    *,
    source: Source = Source.FOREIGN,
    head: str = HEAD,
    now: datetime = NOW,
) -> MassList:
    table = read_table("\n".join((head, *lines)).encode(), limit_mb=5)
    facts = ListFacts(source, f"Danh sách {source}", table.notes)
    return intake.take_list(session, actor, event, facts, table.rows, now=now)


def people_of(session: Session, event: MassEvent) -> list[Participant]:
    asked = select(Participant).where(
        Participant.event_id == event.id, Participant.merged_into_id.is_(None)
    )
    return list(session.scalars(asked.order_by(Participant.id)))


def many(count: int, *, first: int = 1) -> list[str]:
    """So many different people, each with a paper of their own and a home in some province."""
    homes = ("Thái Bình", "Cà Mau", "Nghệ An", "Hà Giang", "Bình Phước", "Đắk Nông", "Hà Nội")
    return [
        f"{n}\tNguyễn Văn {_word(n)}\t{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1970 + n % 30}\tNam"
        f"\tC{n:07d}\t{homes[n % len(homes)]}\t\t"
        for n in range(first, first + count)
    ]


def _word(number: int) -> str:
    heads, tails = ("B", "D", "H", "Kh", "L", "M", "Nh", "Ph", "Q", "T"), ("an", "ính", "ong", "ụy")
    return "".join(
        (heads[number % 10], tails[number % 4], " ", heads[number // 10 % 10].lower(), "ạch")
    ).title()


def workbook(write: Callable[[Worksheet], None]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    assert isinstance(book.active, Worksheet)
    write(book.active)
    book.save(content)
    return content.getvalue()
