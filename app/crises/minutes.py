"""Minutes of a handover: the counts of a moment, and the paper that both sides sign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.cases.number_words import count_in_words
from app.crises import queries
from app.crises.models import GateMinutes, MassEvent, Participant
from app.crises.rules import CAME, Status
from app.crises.shown import PersonLine, reader_of
from app.database import normalise_text
from app.documents.at_once import Occasion, draft_at_once
from app.documents.facts import HIDDEN_NAME
from app.documents.kinds import kind_of
from app.documents.models import Paper
from app.documents.wording import Wording
from app.permissions import Actor
from app.workflow.text import Text

KIND = "giao_nhan"
_OF_RECEIVED: Mapping[str, Text] = {
    Status.HANDED_ON: Text("đã bàn giao cho tỉnh", "handed on to provinces"),
    Status.RECEIVED: Text("chờ bàn giao cho tỉnh", "waiting to be handed on"),
    Status.HOSPITAL: Text("đưa đi bệnh viện", "taken to hospital"),
    Status.KEPT: Text("giữ lại làm rõ", "kept back"),
}
_NOT_RECEIVED: Mapping[str, Text] = {
    Status.ABSENT: Text("Vắng mặt", "Absent"),
    Status.UNNEEDED: Text("Không cần hỗ trợ nữa", "No longer in need"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the minutes; a part of those received stands below them."""

    name: Text
    number: int
    is_part: bool = False


def lines_of(counts: Mapping[str, Any]) -> list[Count]:  # Any: JSON
    """The counts of minutes so that they add up: list and beyond it, received, the others."""
    received = sum(counts.get(status, 0) for status in CAME)
    open_ones = sum(
        counts.get(status, 0) for status in Status if status not in {*CAME, *_NOT_RECEIVED}
    )
    said, listed = counts.get("said"), counts.get("listed", 0)
    beyond = sum(counts.get(status, 0) for status in Status) - listed
    lines = [
        *([Count(Text("Bên giao báo", "Said by the other side"), said)] if said else []),
        Count(Text("Có trong danh sách gốc", "On the base list"), listed),
        *([Count(Text("Ngoài danh sách gốc", "Beyond the base list"), beyond)] if beyond else []),
        Count(Text("Đã tiếp nhận", "Received"), received),
        *_counted(counts, _OF_RECEIVED, is_part=True),
        *_counted(counts, _NOT_RECEIVED),
    ]
    if open_ones:
        lines.append(Count(Text("Chưa có kết quả", "No result yet"), open_ones))
    return lines


def _counted(
    counts: Mapping[str, Any], names: Mapping[str, Text], *, is_part: bool = False
) -> Iterable[Count]:  # Any: JSON
    return (
        Count(name, counts[code], is_part=is_part)
        for code, name in names.items()
        if counts.get(code)
    )


def draft_paper(
    session: Session, actor: Actor, event: MassEvent, held: GateMinutes, *, now: datetime
) -> Paper:
    """The minutes as a Word paper, in the transaction that wrote them: its table is theirs."""
    wording = Wording(
        abstract=f"Giao, nhận công dân: {event.name}",
        body=_body(event, held),
        giver=held.giving,
        receiver=held.receiving,
    )
    return draft_at_once(
        session,
        actor,
        unit_by_id(session, actor.unit_id),
        kind_of(KIND),
        occasion=Occasion(mass_event_id=event.id, mass_minutes_id=held.id),
        wording=wording,
        people=_people(session, actor, event),
        now=now,
    )


def _body(event: MassEvent, held: GateMinutes) -> str:
    at = held.at.astimezone(ZoneInfo(event.time_zone))
    when = f"hồi {at:%H} giờ {at:%M} phút ngày {at:%d/%m/%Y}, tại {held.place}"
    lines = [
        f"Hôm nay, {when}, hai bên tiến hành giao, nhận công dân Việt Nam.",
        f"Sự kiện: {event.name}.",
        f"Bên giao: {held.giving or '…'}.",
        f"Bên nhận: {held.receiving or '…'}.",
        *(_sentence(one) for one in lines_of(held.counts)),
        held.note,
        "Danh sách người được giao, nhận dưới đây là một phần của biên bản.",
        "Biên bản lập thành hai bản có giá trị như nhau, mỗi bên giữ một bản.",
    ]
    return "\n".join(normalise_text(line) for line in lines if line)


def _sentence(one: Count) -> str:
    said = f"{one.name.vi}: {one.number} ({count_in_words(one.number)}) người"
    return f"- Trong đó {said};" if one.is_part else f"{said}."


def _people(session: Session, actor: Actor, event: MassEvent) -> list[dict[str, str]]:
    """Everybody who has come, by name; numbers of papers stay masked as on every paper."""
    asked = select(Participant).where(
        Participant.event_id == event.id,
        Participant.merged_into_id.is_(None),
        Participant.status.in_(CAME),
    )
    people: Sequence[Participant] = session.scalars(
        asked.order_by(Participant.sort_name, Participant.id)
    ).all()
    reader = reader_of(session, actor, queries.side_of(session, actor, event), people)
    return [_row(number, reader.line(one)) for number, one in enumerate(people, start=1)]


def _row(number: int, line: PersonLine) -> dict[str, str]:
    remarks = {Status.HOSPITAL: "Đi bệnh viện", Status.KEPT: "Giữ lại làm rõ"}
    said = [remarks.get(Status(line.status), ""), "Dưới 18 tuổi" if line.is_minor else ""]
    return {
        "stt": str(number),
        "ten": HIDDEN_NAME if line.is_masked else line.name,
        "nam_sinh": line.born,
        "gioi_tinh": line.sex,
        "giay_to": line.number,
        "noi_cu_tru": line.home or line.province,
        "ghi_chu": "; ".join(filter(None, said)),
    }


def papers_of(session: Session, actor: Actor, event: MassEvent) -> dict[int, int]:
    """The paper of each minutes, as far as it is of the reader's own unit."""
    rows = session.execute(
        select(Paper.mass_minutes_id, Paper.id).where(
            Paper.mass_event_id == event.id, Paper.unit_id == actor.unit_id
        )
    )
    return {int(row.mass_minutes_id or 0): row.id for row in rows}
