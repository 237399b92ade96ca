"""What waits for other units on the page of a case, in words and under the reader's rights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.errand_pages import STANCES
from app.cases.heads import CaseHead, get_head
from app.cases.models import Attachment
from app.cases.opinions import Sight, opinion_kinds, requests_of_round, sight_of
from app.cases.pages import people_names, unit_names
from app.cases.request_models import (
    OpinionRound,
    RequestState,
    Stance,
    UnitRequest,
)
from app.cases.transfers import waiting_transfer
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.workflow.text import Text

MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class TransferShown:
    """A transfer that waits for an answer."""

    from_unit: str
    to_unit: str
    who: str
    at: datetime
    due_at: datetime
    is_late: bool
    reason: str
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's answer as this reader may see it."""

    request_id: int
    unit: str
    state: str
    tone: str
    stance: str
    text: str
    who: str
    at: datetime | None
    files: Sequence[Mapping[str, str]]
    may_answer: bool
    may_drop: bool


@dataclass(frozen=True, slots=True)
class RoundShown:
    """One question and its answers."""

    id: int
    reference: str
    kind: str
    question: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    files: Sequence[Mapping[str, str]]
    lines: Sequence[Line]
    summary: str
    silence: str
    sees_all: bool

    @property
    def mine(self) -> Line | None:
        return next((line for line in self.lines if line.may_answer), None)


@dataclass(frozen=True, slots=True)
class RequestsShown:
    """Everything that other units are asked about a case, and what this person may ask."""

    transfer: TransferShown | None
    rounds: Sequence[RoundShown]
    acts: Sequence[Mapping[str, Any]]  # Any: a macro's act


def requests_of(
    session: Session, actor: Actor, head: CaseHead, *, now: datetime, is_closed: bool = False
) -> RequestsShown:
    """What was asked and answered; of a case closed to the reader only what is asked of them."""
    rounds = _rounds(session, actor, head, now)
    return RequestsShown(
        transfer=None if is_closed else _transfer(session, actor, head, now),
        rounds=[one for one in rounds if one.mine] if is_closed else rounds,
        acts=list(_acts(actor, head)),
    )


def _acts(actor: Actor, head: CaseHead) -> list[dict[str, Any]]:  # Any: a macro's act
    if not (head.is_open and actor.may(Permission.CASE_ACT)):
        return []
    address = f"/ho-so/{head.reference}"
    found = []
    if actor.unit_id == head.owner_unit_id:
        found += [
            {"label": _("Xin ý kiến"), "href": f"{address}/xin-y-kien", "icon": "people"},
            {"label": _("Gửi để biết"), "href": f"{address}/gui-de-biet", "icon": "letter-out"},
        ]
        may_release = head.assignee_id == actor.user_id or actor.may(Permission.CASE_ASSIGN)
        if head.assignee_id is not None and may_release:
            found.append(
                {"label": _("Trả về hàng đợi"), "href": f"{address}/tra-ve", "icon": "undo"}
            )
    return found


def _transfer(
    session: Session, actor: Actor, head: CaseHead, now: datetime
) -> TransferShown | None:
    found = waiting_transfer(session, head.id) if head.is_open else None
    if found is None:
        return None
    names = unit_names(session, [found.from_unit_id, found.to_unit_id])
    may_act = actor.may(Permission.CASE_ACT)
    return TransferShown(
        from_unit=names.get(found.from_unit_id, ""),
        to_unit=names.get(found.to_unit_id, ""),
        who=people_names(session, [found.asked_by]).get(found.asked_by, ""),
        at=found.asked_at,
        due_at=found.due_at,
        is_late=found.due_at <= now,
        reason=found.reason,
        may_answer=may_act and actor.unit_id == found.to_unit_id,
        may_withdraw=actor.may(Permission.CASE_TRANSFER) and actor.unit_id == head.owner_unit_id,
    )


# --- opinions -------------------------------------------------------------------------------


def _rounds(session: Session, actor: Actor, head: CaseHead, now: datetime) -> list[RoundShown]:
    rounds = session.scalars(
        select(OpinionRound)
        .where(OpinionRound.case_id == head.id)
        .order_by(OpinionRound.id.desc())
        .limit(MOST_ROUNDS)
    ).all()
    shown = (_round(session, actor, head, one, now) for one in rounds)
    return [one for one in shown if one is not None]


def round_shown(
    session: Session, actor: Actor, reference: str, round_id: int, *, now: datetime
) -> RoundShown:
    """One question of a case in scope; one that is not for the reader's unit is not found."""
    head = get_head(session, actor, reference)
    found = session.get(OpinionRound, round_id)
    shown = None
    if found is not None and found.case_id == head.id:
        shown = _round(session, actor, head, found, now)
    if shown is None:
        raise NotFound
    return shown


def _round(
    session: Session, actor: Actor, head: CaseHead, found: OpinionRound, now: datetime
) -> RoundShown | None:
    requests = requests_of_round(session, found.id)
    sight = sight_of(actor, head.owner_unit_id, found, requests)
    if not sight.sees_question:
        return None
    visible = [one for one in requests if sight.reads(one)]
    kind = opinion_kinds().get(found.kind)
    writer = _Writer(session, actor, head, now, unit_names(session, _unit_ids(found, requests)))
    is_late = any(one.is_open and one.due_at <= now for one in visible)
    return RoundShown(
        id=found.id,
        reference=head.reference,
        kind=kind.name.in_locale(actor.locale) if kind else found.kind,
        question=found.question,
        asked_by=writer.units.get(found.asked_unit_id, ""),
        asked_at=found.asked_at,
        due_at=found.due_at,
        files=writer.files(found.files),
        lines=[writer.line(one, sight) for one in visible],
        summary=_summary(requests, actor.locale, now) if sight.sees_all else "",
        silence=kind.silence.in_locale(actor.locale) if kind and is_late else "",
        sees_all=sight.sees_all,
    )


def _unit_ids(found: OpinionRound, requests: Sequence[UnitRequest]) -> list[int]:
    return [found.asked_unit_id, *(one.to_unit_id for one in requests)]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the answers of one question for one reader."""

    session: Session
    actor: Actor
    head: CaseHead
    now: datetime
    units: Mapping[int, str]

    def line(self, request: UnitRequest, sight: Sight) -> Line:
        state, tone = self._state(request)
        stance = STANCES[Stance(request.stance)] if request.stance else None
        may_act = self.actor.may(Permission.CASE_ACT) and request.is_open and self.head.is_open
        is_asker = self.actor.unit_id in {request.from_unit_id, self.head.owner_unit_id}
        return Line(
            request_id=request.id,
            unit=self.units.get(request.to_unit_id, ""),
            state=state,
            tone=tone,
            stance=stance.in_locale(self.actor.locale) if stance else "",
            text=request.answer,
            who=request.answered_name,
            at=request.answered_at,
            files=self.files(request.files),
            may_answer=may_act and request.id in sight.own,
            may_drop=may_act and is_asker,
        )

    def _state(self, request: UnitRequest) -> tuple[str, str]:
        if request.state == RequestState.WITHDRAWN:
            return _("Đã rút"), "closed"
        if request.is_open:
            is_late = request.due_at <= self.now
            return (_("Quá hạn"), "overdue") if is_late else (_("Chờ trả lời"), "waiting")
        is_late = request.answered_at is not None and request.answered_at > request.due_at
        return (_("Trả lời muộn"), "done") if is_late else (_("Đã trả lời"), "done")

    def files(self, kept: Sequence[Mapping[str, Any]]) -> list[Mapping[str, str]]:  # Any: JSON
        return [
            {
                "name": str(one["label"]),
                "href": f"/ho-so/{self.head.reference}/tep/{one['id']}",
            }
            for one in kept
        ]


def _summary(requests: Sequence[UnitRequest], locale: str, now: datetime) -> str:
    """How many have answered, what they say, and who is late."""
    asked = [one for one in requests if one.state != RequestState.WITHDRAWN]
    counts = Counter(one.stance for one in asked if one.stance)
    stances = ", ".join(
        f"{counts[stance]} {name.in_locale(locale).lower()}"
        for stance, name in STANCES.items()
        if counts[stance]
    )
    late = sum(one.is_open and one.due_at <= now for one in asked)
    said = _("%(n)s/%(all)s đơn vị đã trả lời", n=sum(counts.values()), all=len(asked))
    late_said = _("%(n)s đơn vị quá hạn", n=late) if late else ""
    return "; ".join(filter(None, [f"{said}: {stances}" if stances else said, late_said])) + "."


# --- the consolidated page ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One question, every answer and the text for the note."""

    round: RoundShown
    title: str
    note: str


def round_page(
    session: Session, actor: Actor, reference: str, round_id: int, *, now: datetime
) -> RoundPage:
    head = get_head(session, actor, reference)
    shown = round_shown(session, actor, reference, round_id, now=now)
    return RoundPage(shown, head.title, note_text(shown, head, actor) if shown.sees_all else "")


def note_text(shown: RoundShown, head: CaseHead, actor: Actor) -> str:
    """The answers as a paper quotes them: plain text, unit by unit."""
    zone = ZoneInfo(actor.time_zone)
    words = _NOTE_WORDS
    lines = [
        words["head"].in_locale(actor.locale).format(reference=head.reference, title=head.title),
        words["asked"]
        .in_locale(actor.locale)
        .format(
            unit=shown.asked_by,
            on=_day(shown.asked_at, zone),
            until=_day(shown.due_at, zone),
            question=shown.question,
        ),
        shown.summary,
    ]
    for number, line in enumerate(shown.lines, start=1):
        said = ": ".join(filter(None, [line.stance or line.state, line.text]))
        when = f" ({_day(line.at, zone)})" if line.at else ""
        lines.append(f"{number}. {line.unit}{when}: {said}")
    return "\n".join(lines)


_NOTE_WORDS = {
    "head": Text(
        "Tổng hợp ý kiến về hồ sơ {reference}: {title}", "Opinions on case {reference}: {title}"
    ),
    "asked": Text(
        "{unit} xin ý kiến ngày {on}, hạn trả lời {until}. Nội dung: {question}",
        "{unit} asked on {on}, answers until {until}. Question: {question}",
    ),
}


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y")


def case_papers(attachments: Sequence[Attachment]) -> list[Attachment]:
    """Files of questions and answers stand beside those, not in the list of the case."""
    return [one for one in attachments if not (one.field or "").startswith("opinion_")]
