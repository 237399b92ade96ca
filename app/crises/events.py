"""What is done to a mass event itself: begun, changed, shared with units and provinces, closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.crises import queries
from app.crises.models import MassEvent, MassParty, Participant
from app.crises.queries import Side
from app.crises.rules import Balance, EventKind, Standing, Status, balance
from app.database import normalise_text
from app.errors import Forbidden, Invalid, Refused
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What an event is; `said_count` is how many the other side says that it hands over."""

    name: str
    kind: EventKind
    country_code: str
    time_zone: str
    places: str = ""
    gate: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    said_count: int | None = None
    note: str = ""
    unit_ids: Collection[int] = ()
    province_codes: Collection[str] = ()


def begin_event(
    session: Session,
    actor: Actor,
    facts: EventFacts,
    *,
    now: datetime,
    is_illustration: bool = False,
) -> MassEvent:
    event = MassEvent(
        unit_id=actor.unit_id,
        created_at=now,
        created_by=actor.user_id,
        creator_name=actor.name,
        is_illustration=is_illustration,
    )
    _set(event, facts)
    session.add(event)
    session.flush()
    _share(session, event, facts)
    record_access(session, actor, "mass_event.begun", f"mass_event:{event.id}", now=now)
    return event


def change_event(
    session: Session, actor: Actor, event: MassEvent, facts: EventFacts, *, now: datetime
) -> None:
    """The owner changes what the event is; units and provinces may only be added."""
    require_owner(session, actor, event)
    _set(event, facts)
    _share(session, event, facts)
    record_access(session, actor, "mass_event.changed", f"mass_event:{event.id}", now=now)


def _set(event: MassEvent, facts: EventFacts) -> None:
    name = normalise_text(facts.name)
    if not name:
        raise Invalid(_("Chưa nhập tên sự kiện."), {"name": (_("Nhập tên sự kiện."),)})
    if facts.opens_at and facts.closes_at and facts.closes_at <= facts.opens_at:
        sentence = _("Giờ đóng đăng ký phải sau giờ mở.")
        raise Invalid(sentence, {"closes_at": (sentence,)})
    event.name, event.kind = name, facts.kind
    event.country_code, event.time_zone = facts.country_code, facts.time_zone
    event.places, event.gate = normalise_text(facts.places), normalise_text(facts.gate)
    event.opens_at, event.closes_at = facts.opens_at, facts.closes_at
    event.said_count, event.note = facts.said_count, normalise_text(facts.note)


def _share(session: Session, event: MassEvent, facts: EventFacts) -> None:
    known = {one.unit_id for one in queries.parties_of(session, event)}
    for unit_id in facts.unit_ids:
        if unit_id not in known and unit_id != event.unit_id:
            session.add(MassParty(event_id=event.id, unit_id=unit_id))
    add_provinces(session, event, facts.province_codes)


def add_provinces(session: Session, event: MassEvent, codes: Collection[str | None]) -> None:
    """A province takes part as soon as it is to receive somebody."""
    asked = select(MassParty.province_code).where(MassParty.event_id == event.id)
    known = set(session.scalars(asked))
    for code in sorted({code for code in codes if code} - known):
        session.add(MassParty(event_id=event.id, province_code=code))
    session.flush()


# --- who may act ----------------------------------------------------------------------------


def require_open(event: MassEvent) -> None:
    if not event.is_open:
        raise Refused(_("Sự kiện đã đóng: không ghi thêm được. Chỉ xem và xuất danh sách."))


def require_act(session: Session, actor: Actor, event: MassEvent) -> Side:
    """Only the owner and the units that take part write; a province confirms its own people."""
    require_open(event)
    side = queries.side_of(session, actor, event)
    if side not in (Side.OWNER, Side.PARTY):
        raise Forbidden(_("Chỉ đơn vị chủ trì và đơn vị cùng tham gia sự kiện được ghi việc này."))
    return side


def require_owner(session: Session, actor: Actor, event: MassEvent) -> None:
    require_open(event)
    if queries.side_of(session, actor, event) is not Side.OWNER:
        raise Forbidden(_("Chỉ đơn vị chủ trì sự kiện được làm việc này."))


# --- balance and closing --------------------------------------------------------------------


def balance_of(session: Session, event: MassEvent) -> Balance:
    """The whole event weighed: the foreign list is the base where there is one, else everybody."""
    has_base = queries.has_foreign_list(session, event)
    rows = session.execute(
        select(
            *(Participant.id, Participant.in_foreign, Participant.status),
            (Participant.explanation != "").label("is_explained"),
        ).where(Participant.event_id == event.id, Participant.merged_into_id.is_(None))
    )
    people = (
        Standing(
            row.id, bool(row.in_foreign) or not has_base, Status(row.status), bool(row.is_explained)
        )
        for row in rows
    )
    return balance(people, said=event.said_count)


def people_in(session: Session, ids: Sequence[int]) -> dict[int, Participant]:
    found: dict[int, Participant] = {}
    for start in range(0, len(ids), 500):
        asked = select(Participant).where(Participant.id.in_(ids[start : start + 500]))
        found |= {one.id: one for one in session.scalars(asked)}
    return found


def close_event(
    session: Session, actor: Actor, event: MassEvent, *, note: str, now: datetime
) -> None:
    """Close once everyone who stands out of the balance is explained, and the count as well."""
    require_owner(session, actor, event)
    if waiting := len(queries.unfinished_lists(session, event)):
        raise Refused(_("Chưa đóng được: còn %(count)s danh sách đang được nhận.", count=waiting))
    found = balance_of(session, event)
    if found.unexplained:
        raise Refused(
            _(
                "Chưa đóng được: còn %(count)s người chưa có giải trình trong bảng đối soát.",
                count=len(found.unexplained),
            )
        )
    said = normalise_text(note)
    if not said and (sentence := other_count(found)):
        raise Invalid(sentence, {"text": (sentence,)})
    event.is_open, event.closed_at = False, now
    event.closer_name, event.closing_note = actor.name, said
    record_access(session, actor, "mass_event.closed", f"mass_event:{event.id}", now=now)


def other_count(found: Balance) -> str:
    """What the closing has to say where the list names others than its authority said."""
    if found.is_count_as_said:
        return ""
    sentence: str = _(
        "Phía nước ngoài báo %(said)s người nhưng danh sách có %(listed)s: ghi rõ vì sao.",
        said=found.said,
        listed=found.listed,
    )
    return sentence


def reopen_event(
    session: Session, actor: Actor, event: MassEvent, *, reason: str, now: datetime
) -> None:
    """A late result is written down after all; why stands in the record."""
    if queries.side_of(session, actor, event) is not Side.OWNER:
        raise Forbidden(_("Chỉ đơn vị chủ trì sự kiện được làm việc này."))
    because = normalise_text(reason)
    if not because:
        raise Invalid(_("Chưa ghi lý do mở lại."), {"text": (_("Ghi lý do mở lại."),)})
    event.is_open, event.closed_at, event.closer_name = True, None, ""
    record_access(
        session, actor, "mass_event.reopened", f"mass_event:{event.id}", now=now, reason=because
    )
