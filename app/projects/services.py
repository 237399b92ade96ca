"""What is recorded of a shared project; each act stands in the history of its case as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.conversation import add_note
from app.cases.models import Case, EventKind
from app.errors import Conflict, Forbidden, Invalid
from app.permissions import Actor
from app.projects.models import (
    AgreedPoint,
    OperatingRule,
    ProjectMilestone,
    TalkRound,
    VisitorCount,
)
from app.projects.queries import days_counted, works_on
from app.projects.rules import RULE_KINDS, DayCount
from app.registers.models import Side

COUNTED_HERE = "Số ghi hằng ngày"


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round of talks as it is written down."""

    number: int
    held_on: date | None
    place: str = ""
    our_body: str = ""
    their_body: str = ""
    summary: str = ""
    source: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class PointFacts:
    """What a round agreed, who owes it and by when."""

    text: str
    owner: Side = Side.JOINT
    due_on: date | None = None
    source: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule of operation with its days and its source."""

    kind: str
    text: str
    valid_from: date | None
    valid_to: date | None
    source: str
    check: str


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """Visitors of a longer time as a source gives them; a direction may be unknown."""

    first_day: date
    last_day: date
    total: int
    outbound: int | None
    inbound: int | None
    groups: int | None
    source: str
    check: str
    note: str = ""


def _require_work(session: Session, actor: Actor, case: Case) -> None:
    if not works_on(session, actor, case):
        raise Forbidden("Chỉ đơn vị giữ hoặc tham gia dự án mới ghi được.")


def _tell(session: Session, actor: Actor, case: Case, text: str, now: datetime) -> None:
    add_note(session, actor, case.reference, kind=EventKind.NOTED, text=text, now=now)


# --- talks ----------------------------------------------------------------------------------


def record_round(
    session: Session,
    actor: Actor,
    case: Case,
    facts: RoundFacts,
    *,
    now: datetime,
    points: Sequence[str] = (),
) -> TalkRound:
    """A new round; what earlier rounds left open comes up in it by itself."""
    _require_work(session, actor, case)
    _check_round(session, case, facts, actor.day(now))
    made = TalkRound(
        **{name: getattr(facts, name) for name in RoundFacts.__slots__},
        case_id=case.id,
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    session.add_all(
        AgreedPoint(case_id=case.id, round_id=made.id, number=number, text=text, recorded_at=now)
        for number, text in enumerate(points, start=1)
    )
    day = f" ngày {facts.held_on:%d/%m/%Y}" if facts.held_on else ""
    agreed = "".join(f"\n{number}. {text}" for number, text in enumerate(points, start=1))
    _tell(session, actor, case, f"Ghi hội đàm vòng {facts.number}{day}.{agreed}", now)
    return made


def _check_round(session: Session, case: Case, facts: RoundFacts, today: date) -> None:
    known = select(TalkRound.id).where(
        TalkRound.case_id == case.id, TalkRound.number == facts.number
    )
    if session.scalar(known) is not None:
        raise Conflict(f"Dự án đã có vòng hội đàm {facts.number}.")
    if facts.number < 1:
        raise Invalid("Chưa ghi được.", {"number": [_("Vòng hội đàm đánh số từ 1.")]})
    if facts.held_on and facts.held_on > today:
        raise Invalid("Chưa ghi được.", {"held_on": [_("Ngày hội đàm không thể ở tương lai.")]})


def record_point(
    session: Session,
    actor: Actor,
    case: Case,
    one: TalkRound,
    facts: PointFacts,
    *,
    now: datetime,
) -> AgreedPoint:
    _require_work(session, actor, case)
    last = session.scalar(
        select(func.max(AgreedPoint.number)).where(AgreedPoint.round_id == one.id)
    )
    point = AgreedPoint(
        case_id=case.id,
        round_id=one.id,
        number=(last or 0) + 1,
        text=facts.text.strip(),
        owner=facts.owner,
        due_on=facts.due_on,
        source=facts.source,
        check=facts.check,
        recorded_at=now,
    )
    session.add(point)
    session.flush()
    said = f"Vòng {one.number} thống nhất việc {point.number}: {point.text}"
    _tell(session, actor, case, said, now)
    return point


def finish_point(
    session: Session,
    actor: Actor,
    case: Case,
    point: AgreedPoint,
    *,
    done_on: date,
    note: str,
    done_round: int | None = None,
    now: datetime,
) -> None:
    """A point is done: on which day, and by which round where one has looked at it."""
    _require_work(session, actor, case)
    if point.is_done:
        raise Conflict("Việc này đã được ghi là xong.")
    if done_on > actor.day(now):
        raise Invalid("Chưa ghi được.", {"done_on": [_("Ngày xong không thể ở tương lai.")]})
    if point.round.held_on and done_on < point.round.held_on:
        raise Invalid("Chưa ghi được.", {"done_on": [_("Ngày xong phải sau ngày hội đàm.")]})
    if done_round is not None and done_round < point.round.number:
        raise Invalid(
            "Chưa ghi được.", {"done_round": [_("Vòng ghi nhận phải từ vòng đã thống nhất.")]}
        )
    point.done_on, point.done_round, point.done_note = done_on, done_round, note.strip()
    said = f"Việc {point.number} của vòng {point.round.number} đã xong. {point.done_note}"
    _tell(session, actor, case, said.strip(), now)


# --- operation ------------------------------------------------------------------------------


def record_rule(
    session: Session, actor: Actor, case: Case, facts: RuleFacts, *, now: datetime
) -> OperatingRule:
    _require_work(session, actor, case)
    if facts.kind not in RULE_KINDS:
        raise Invalid("Chưa ghi được.", {"kind": [_("Hãy chọn trong danh sách.")]})
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise Invalid(
            "Chưa ghi được.", {"valid_to": [_("Ngày hết hiệu lực phải sau ngày bắt đầu.")]}
        )
    rule = OperatingRule(
        **{name: getattr(facts, name) for name in RuleFacts.__slots__},
        case_id=case.id,
        recorded_at=now,
    )
    session.add(rule)
    session.flush()
    _tell(session, actor, case, f"Quy chế vận hành: {facts.text}", now)
    return rule


def record_milestone(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    on_day: date,
    text: str,
    source: str,
    check: str,
    now: datetime,
) -> ProjectMilestone:
    _require_work(session, actor, case)
    made = ProjectMilestone(
        case_id=case.id, on_day=on_day, text=text, source=source, check=check, recorded_at=now
    )
    session.add(made)
    session.flush()
    _tell(session, actor, case, f"Mốc thời gian {on_day:%d/%m/%Y}: {text}", now)
    return made


def record_days(
    session: Session, actor: Actor, case: Case, counts: Sequence[DayCount], *, now: datetime
) -> tuple[int, int]:
    """Keep the visitors of single days; a day that is known is corrected. (added, corrected)."""
    _require_work(session, actor, case)
    if any(count.day > actor.day(now) for count in counts):
        raise Invalid("Chưa ghi được.", {"days": [_("Có ngày ở tương lai.")]})
    held = days_counted(session, case, [count.day for count in counts])
    corrected = []
    for count in counts:
        row = held.get(count.day) or VisitorCount(
            case_id=case.id, first_day=count.day, last_day=count.day, source=COUNTED_HERE
        )
        if count.day in held and (row.outbound, row.inbound) != (count.outbound, count.inbound):
            corrected.append(f"{count.day:%d/%m/%Y}: {row.outbound}/{row.inbound}")
        row.outbound, row.inbound = count.outbound, count.inbound
        row.total, row.recorded_at = count.outbound + count.inbound, now
        session.add(row)
    session.flush()
    said = f"Ghi lượt khách {len(counts)} ngày."
    if corrected:
        said += f" Sửa {len(corrected)} ngày, số cũ {'; '.join(corrected[:10])}."
    _tell(session, actor, case, said, now)
    return len(counts) - len(held), len(corrected)


def record_published(
    session: Session, actor: Actor, case: Case, facts: PublishedCount, *, now: datetime
) -> VisitorCount:
    """Keep a published total beside others of the same time; none is overwritten."""
    _require_work(session, actor, case)
    parts = (facts.outbound, facts.inbound)
    if None not in parts and sum(part or 0 for part in parts) != facts.total:
        raise Invalid("Chưa ghi được.", {"total": [_("Hai chiều cộng lại phải bằng tổng số.")]})
    row = VisitorCount(
        **{name: getattr(facts, name) for name in PublishedCount.__slots__},
        case_id=case.id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    said = f"Lượt khách đã công bố {facts.first_day:%d/%m/%Y} – {facts.last_day:%d/%m/%Y}"
    _tell(session, actor, case, f"{said}: {facts.total}.", now)
    return row
