"""What is written of people: status at the gate, province, journey, facts, an explanation.

A tap may come twice, late, or from two officers at once: the same word twice changes nothing, and a
word against one that the officer had not seen is a conflict that names both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.queries import unit_by_code
from app.crises import events, queries
from app.crises.models import GateMinutes, Journey, MassEvent, Participant
from app.crises.queries import Side
from app.crises.recording import happened, happened_to_many
from app.crises.rules import Gap, Status
from app.crises.words import STATUSES
from app.database import normalise_text, update_rows
from app.errors import Conflict, Invalid, Refused
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class Tap:
    """One mark: what is wanted, what the officer saw before, and when it was tapped."""

    status: Status
    seen: str = ""
    tapped_at: datetime | None = None


def mark(
    session: Session,
    actor: Actor,
    event: MassEvent,
    participant_id: int,
    tap: Tap,
    *,
    now: datetime,
) -> Participant:
    """Write one status; the row is held while it is judged, so two officers come one by one."""
    _require_marking(session, actor, event, tap.status)
    person = queries.participant_by_id(session, actor, event, participant_id, lock=True)
    if person.status == tap.status:
        return person
    if tap.seen and tap.seen != person.status:
        raise Conflict(_said_meanwhile(actor, event, person))
    _require_home(person, tap.status)
    before, person.status = person.status, tap.status
    person.status_at, person.status_by = now, actor.name
    data: dict[str, Any] = {"from": before, "to": tap.status}  # Any: JSON
    if tap.tapped_at is not None and tap.tapped_at < now:
        data["tapped_at"] = tap.tapped_at.isoformat(timespec="seconds")
    happened(session, actor, person.id, "status", data=data, now=now)
    session.flush()
    return person


def _require_marking(session: Session, actor: Actor, event: MassEvent, status: Status) -> None:
    """A province itself says only that it has taken its people over."""
    side = queries.side_of(session, actor, event)
    if side is Side.PROVINCE and status is Status.HANDED_ON:
        events.require_open(event)
        return
    events.require_act(session, actor, event)


def _require_home(person: Participant, status: Status) -> None:
    if status is Status.HANDED_ON and person.province_code is None:
        raise Refused(_("Chưa rõ tỉnh tiếp nhận: hãy chọn tỉnh trước khi ghi đã bàn giao."))


def _said_meanwhile(actor: Actor, event: MassEvent, person: Participant) -> str:
    at = person.status_at.astimezone(ZoneInfo(event.time_zone))
    said: str = _(
        "%(who)s vừa ghi “%(status)s” lúc %(at)s. Hãy xem lại rồi ghi nếu vẫn cần đổi.",
        who=person.status_by or _("Người khác"),
        status=STATUSES[person.status].in_locale(actor.locale),
        at=f"{at:%H:%M}",
    )
    return said


# --- many at once ---------------------------------------------------------------------------


def mark_many(
    session: Session,
    actor: Actor,
    event: MassEvent,
    condition: ColumnElement[bool],
    status: Status,
    *,
    now: datetime,
) -> tuple[int, int]:
    """One status for all people of a filter; answers how many changed, how many could not."""
    _require_marking(session, actor, event, status)
    rows = session.execute(
        select(Participant.id, Participant.status, Participant.province_code)
        .where(condition)
        .with_for_update()
    ).all()
    wanted = [row for row in rows if row.status != status]
    able = [row for row in wanted if status is not Status.HANDED_ON or row.province_code]
    changed = {"status": status, "status_at": now, "status_by": actor.name}
    update_rows(session, Participant, ({"id": row.id, **changed} for row in able))
    told = [(row.id, "", {"from": row.status, "to": status}) for row in able]
    happened_to_many(session, actor, "status", told, now=now)
    session.expire_all()
    return len(able), len(wanted) - len(able)


def send_many(
    session: Session,
    actor: Actor,
    event: MassEvent,
    condition: ColumnElement[bool],
    journey_id: int,
    *,
    now: datetime,
) -> int:
    """Put all people of a filter on a journey, none beyond its seats."""
    events.require_act(session, actor, event)
    journey = queries.journey_by_id(session, event, journey_id, lock=True)
    asked = select(Participant.id, Participant.journey_id).where(condition).with_for_update()
    ids = [row.id for row in session.execute(asked) if row.journey_id != journey.id]
    _require_seats(session, event, journey, len(ids))
    update_rows(session, Participant, ({"id": one, "journey_id": journey.id} for one in ids))
    told = [(one, journey.code, {"journey": journey.id}) for one in ids]
    happened_to_many(session, actor, "journey", told, now=now)
    session.expire_all()
    return len(ids)


def _require_seats(session: Session, event: MassEvent, journey: Journey, more: int) -> None:
    aboard = session.scalar(
        select(func.count()).where(
            Participant.event_id == event.id,
            Participant.journey_id == journey.id,
            Participant.merged_into_id.is_(None),
        )
    )
    if (aboard or 0) + more > journey.capacity:
        raise Refused(
            _(
                "Chuyến %(code)s có %(seats)s chỗ, đã xếp %(aboard)s: không xếp thêm được"
                " %(more)s người.",
                code=journey.code,
                seats=journey.capacity,
                aboard=aboard or 0,
                more=more,
            )
        )


def settle_many(
    session: Session,
    actor: Actor,
    event: MassEvent,
    condition: ColumnElement[bool],
    province_code: str,
    *,
    now: datetime,
) -> int:
    """Give all people of a filter their receiving province by hand."""
    events.require_act(session, actor, event)
    province = unit_by_code(session, province_code, kind=UnitKind.PROVINCE, on=now.date())
    asked = select(Participant.id, Participant.province_code).where(condition).with_for_update()
    ids = [row.id for row in session.execute(asked) if row.province_code != province_code]
    changed = {
        "province_code": province_code,
        "commune_code": None,
        "is_province_by_hand": True,
    }
    update_rows(session, Participant, ({"id": one, **changed} for one in ids))
    told = [(one, province.name, {"province": province_code}) for one in ids]
    happened_to_many(session, actor, "province", told, now=now)
    events.add_provinces(session, event, [province_code])
    session.expire_all()
    return len(ids)


def settle_each(
    session: Session,
    actor: Actor,
    event: MassEvent,
    chosen: Mapping[int, str],
    *,
    now: datetime,
) -> int:
    """People sorted by hand, each into a province; answers how many were."""
    by_province: dict[str, list[int]] = {}
    for participant_id, code in chosen.items():
        by_province.setdefault(code, []).append(participant_id)
    side = queries.side_of(session, actor, event)
    everyone = queries.matching(actor, side, event, queries.PeopleFilter())
    return sum(
        settle_many(session, actor, event, and_(everyone, Participant.id.in_(ids)), code, now=now)
        for code, ids in by_province.items()
    )


# --- one person -----------------------------------------------------------------------------

CHANGEABLE = frozenset(
    {
        *("family", "is_minor", "is_victim", "is_medical", "medical", "shelter"),
        *("transit_country", "contact"),
    }
)
_SEALED = frozenset({"medical", "contact"})  # their content never stands in the timeline


def change_person(
    session: Session,
    actor: Actor,
    event: MassEvent,
    person: Participant,
    facts: Mapping[str, Any],  # Any: column values
    *,
    now: datetime,
) -> None:
    events.require_act(session, actor, event)
    changed = {
        name: value
        for name, value in facts.items()
        if name in CHANGEABLE and getattr(person, name) != value
    }
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        data = {name: None if name in _SEALED else value for name, value in changed.items()}
        happened(session, actor, person.id, "facts", data=data, now=now)
    session.flush()


def explain(
    session: Session,
    actor: Actor,
    event: MassEvent,
    person: Participant,
    text: str,
    *,
    now: datetime,
) -> None:
    """Why a person stands out of the balance; said anew, the earlier word stays in the timeline."""
    events.require_act(session, actor, event)
    because = normalise_text(text)
    if not because:
        raise Invalid(_("Chưa ghi giải trình."), {"text": (_("Ghi vì sao."),)})
    person.explanation = because
    happened(session, actor, person.id, "explained", text=because, now=now)
    session.flush()


def explain_many(
    session: Session, actor: Actor, event: MassEvent, gap: Gap, text: str, *, now: datetime
) -> int:
    """One reason for everybody who stands out in one way and is not explained yet."""
    weighed = events.balance_of(session, event)
    waiting = set(weighed.unexplained)
    ids = [one for one, why in weighed.gaps if why is gap and one in waiting]
    for person in events.people_in(session, ids).values():
        explain(session, actor, event, person, text, now=now)
    return len(ids)


# --- journeys and minutes -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JourneyFacts:
    kind: str
    code: str
    capacity: int
    from_place: str = ""
    to_place: str = ""
    departs_at: datetime | None = None
    note: str = ""


def add_journey(session: Session, actor: Actor, event: MassEvent, facts: JourneyFacts) -> Journey:
    events.require_act(session, actor, event)
    code = normalise_text(facts.code)
    known = [journey.code.casefold() for journey, _count in queries.journeys_of(session, event)]
    if code.casefold() in known:
        sentence = _("Chuyến %(code)s đã có trong sự kiện.", code=code)
        raise Invalid(sentence, {"code": (sentence,)})
    journey = Journey(
        event_id=event.id,
        kind=facts.kind,
        code=code,
        capacity=facts.capacity,
        from_place=normalise_text(facts.from_place),
        to_place=normalise_text(facts.to_place),
        departs_at=facts.departs_at,
        note=normalise_text(facts.note),
    )
    session.add(journey)
    session.flush()
    return journey


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    place: str
    giving: str = ""
    receiving: str = ""
    note: str = ""


def write_minutes(
    session: Session, actor: Actor, event: MassEvent, facts: MinutesFacts, *, now: datetime
) -> GateMinutes:
    """The counts of this moment, as both sides sign them."""
    events.require_act(session, actor, event)
    everyone: Sequence[ColumnElement[bool]] = (
        Participant.event_id == event.id,
        Participant.merged_into_id.is_(None),
    )
    asked = select(Participant.status, func.count()).where(*everyone).group_by(Participant.status)
    counts = {row[0]: row[1] for row in session.execute(asked)}
    weighed = events.balance_of(session, event)
    counts |= {"listed": weighed.listed, **({"said": weighed.said} if weighed.said else {})}
    minutes = GateMinutes(
        event_id=event.id,
        at=now,
        place=normalise_text(facts.place),
        giving=normalise_text(facts.giving),
        receiving=normalise_text(facts.receiving),
        counts=counts,
        note=normalise_text(facts.note),
        recorded_by=actor.user_id,
        recorder_name=actor.name,
    )
    session.add(minutes)
    session.flush()
    return minutes
