"""Opinions of several units on one question, in parallel and beside the states of the case.

A unit that is asked sees the case and its own question. What it answers is read by the unit that
asked and the one that owns the case; the timeline says that it answered, not what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.cases.heads import CaseHead, get_head
from app.cases.models import EventKind
from app.cases.recording import Happening, record
from app.cases.request_models import (
    OpinionRound,
    RequestKind,
    RequestState,
    Stance,
    UnitRequest,
)
from app.cases.settling import keep_files
from app.cases.transfers import label_of
from app.cases.unit_requests import (
    Term,
    drop_tie,
    end_request,
    limit_of,
    locked,
    new_request,
    term_of,
    term_until,
)
from app.errors import Invalid, NotFound, Refused
from app.permissions import Actor
from app.storage import StoredFile
from app.workflow.text import Text

KINDS_FILE = Path(__file__).parent / "data" / "opinions.yaml"
MOST_UNITS = 30
LONGEST_TEXT = 20_000
QUESTION_PAPER, ANSWER_PAPER = "opinion_question:", "opinion_answer:"


@dataclass(frozen=True, slots=True)
class OpinionKind:
    """One kind of question: its name, its time to answer, and what silence means."""

    code: str
    name: Text
    setting: str
    otherwise: str
    silence: Text


@cache
def opinion_kinds() -> Mapping[str, OpinionKind]:
    rows: list[dict[str, Any]] = yaml.safe_load(KINDS_FILE.read_text("utf-8"))  # Any: YAML
    return {
        row["code"]: OpinionKind(
            row["code"],
            Text(row["name"]["vi"], row["name"]["en"]),
            row["setting"],
            row["otherwise"],
            Text(row["silence"]["vi"], row["silence"]["en"]),
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom, until when; without a day the kind's own limit counts."""

    kind: str
    text: str
    unit_ids: Sequence[int]
    until: date | None = None
    is_shared: bool = False
    papers: Sequence[StoredFile] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says."""

    stance: Stance
    text: str = ""
    papers: Sequence[StoredFile] = ()


# --- asking ---------------------------------------------------------------------------------


def ask_opinions(
    session: Session, actor: Actor, reference: str, question: Question, *, now: datetime
) -> OpinionRound:
    """Put a question to several units at once; the case goes on meanwhile."""
    head = get_head(session, actor, reference)
    if not head.is_open:
        raise Refused("Hồ sơ đã kết thúc.", ["Hồ sơ đã đóng không xin ý kiến nữa."])
    if head.owner_unit_id != actor.unit_id:
        raise Refused("Đơn vị giữ hồ sơ mới xin ý kiến được.")
    units = _units_to_ask(session, actor, question)
    term = _term(session, head, question, now)
    found = OpinionRound(
        case_id=head.id,
        kind=question.kind,
        question=question.text.strip(),
        limit=str(term.limit),
        is_shared=question.is_shared,
        asked_unit_id=actor.unit_id,
        asked_by=actor.user_id,
        asked_at=now,
        due_at=term.due,
        files=[],
    )
    session.add(found)
    session.flush()
    field = f"{QUESTION_PAPER}{found.id}"
    found.files = keep_files(session, actor, head.id, question.papers, field=field, now=now)
    for unit_id in units:
        new_request(
            session,
            actor,
            head,
            RequestKind.OPINION,
            unit_id,
            term=term,
            now=now,
            round_id=found.id,
        )
    happening = Happening(
        EventKind.OPINION_ASKED,
        data={"round": found.id, "word": f"{len(units)} đơn vị", "unit_ids": units},
        summary=f"Xin ý kiến {len(units)} đơn vị",
    )
    record(session, actor, head, happening, now=now)
    return found


def _units_to_ask(session: Session, actor: Actor, question: Question) -> list[int]:
    problems: dict[str, list[str]] = {}
    if question.kind not in opinion_kinds():
        problems["kind"] = ["Hãy chọn trong danh sách."]
    if not question.text.strip():
        problems["question"] = ["Hãy nhập nội dung xin ý kiến."]
    elif len(question.text) > LONGEST_TEXT:
        problems["question"] = ["Tối đa 20.000 ký tự; hãy gửi phần dài dưới dạng tệp."]
    units = [one for one in dict.fromkeys(question.unit_ids) if one != actor.unit_id]
    if not units:
        problems["units"] = ["Hãy chọn ít nhất một đơn vị khác."]
    elif len(units) > MOST_UNITS:
        problems["units"] = ["Mỗi lần xin ý kiến tối đa 30 đơn vị."]
    if problems:
        raise Invalid("Chưa gửi được.", problems)
    return [unit_by_id(session, one).id for one in units]


def _term(session: Session, head: CaseHead, question: Question, now: datetime) -> Term:
    kind = opinion_kinds()[question.kind]
    if question.until is None:
        limit = limit_of(session, head, kind.setting, otherwise=kind.otherwise, now=now)
        return term_of(session, head, limit, now=now)
    term = term_until(session, head, question.until, now=now)
    if term.due <= now:
        raise Invalid("Chưa gửi được.", {"until": ["Hạn trả lời phải ở phía trước."]})
    return term


# --- answering ------------------------------------------------------------------------------


def request_for(session: Session, actor: Actor, reference: str, request_id: int) -> UnitRequest:
    """An opinion asked of the actor's own unit about a case that it may see."""
    head = get_head(session, actor, reference)
    found = session.get(UnitRequest, request_id)
    is_own = found is not None and found.case_id == head.id and found.to_unit_id == actor.unit_id
    if found is None or not is_own or found.kind != RequestKind.OPINION:
        raise NotFound
    return found


def answer_opinion(
    session: Session,
    actor: Actor,
    reference: str,
    request_id: int,
    *,
    answer: Answer,
    now: datetime,
) -> CaseHead:
    """The asked unit answers once; late is late, and still an answer."""
    head = get_head(session, actor, reference)
    request = locked(session, request_for(session, actor, reference, request_id))
    said = answer.text.strip()
    _require_words(answer, said)
    request.stance = answer.stance
    field = f"{ANSWER_PAPER}{request.id}"
    request.files = keep_files(session, actor, head.id, answer.papers, field=field, now=now)
    end_request(session, actor, request, RequestState.ANSWERED, said=said, now=now)
    unit = unit_by_id(session, request.to_unit_id)
    happening = Happening(
        EventKind.OPINION_GIVEN,
        data={"round": request.round_id, "unit": label_of(unit), "asked_by": request.asked_by},
        summary=f"{unit.short_name or unit.name} đã cho ý kiến",
    )
    return record(session, actor, head, happening, now=now).head


def _require_words(answer: Answer, said: str) -> None:
    if len(said) > LONGEST_TEXT:
        raise Invalid("Chưa gửi được.", {"text": ["Tối đa 20.000 ký tự."]})
    needs_words = answer.stance in {Stance.DISAGREED, Stance.AGREED_WITH_REMARKS}
    if needs_words and not said and not answer.papers:
        raise Invalid("Chưa gửi được.", {"text": ["Hãy nêu nội dung hoặc đính kèm văn bản."]})


def asked_by_us(session: Session, actor: Actor, reference: str, request_id: int) -> UnitRequest:
    """A question of the actor's own unit, or about a case that this unit owns."""
    head = get_head(session, actor, reference)
    found = session.get(UnitRequest, request_id)
    if found is None or found.case_id != head.id or found.kind != RequestKind.OPINION:
        raise NotFound
    if actor.unit_id not in {found.from_unit_id, head.owner_unit_id}:
        raise NotFound
    return found


def withdraw_opinion(
    session: Session,
    actor: Actor,
    reference: str,
    request_id: int,
    *,
    reason: str,
    now: datetime,
) -> CaseHead:
    """The asking unit no longer needs this unit's opinion."""
    said = reason.strip()
    if not said:
        raise Invalid("Chưa rút được.", {"reason": ["Hãy nêu lý do."]})
    head = get_head(session, actor, reference)
    request = locked(session, asked_by_us(session, actor, reference, request_id))
    end_request(session, actor, request, RequestState.WITHDRAWN, said=said, now=now)
    drop_tie(session, request)
    unit = unit_by_id(session, request.to_unit_id)
    happening = Happening(
        EventKind.OPINION_ASKED,
        text=said,
        data={"round": request.round_id, "unit": label_of(unit), "word": "rút lại"},
        summary=f"Không xin ý kiến {unit.short_name or unit.name} nữa",
    )
    return record(session, actor, head, happening, now=now).head


# --- who reads what -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see of one question: all of it, the own part, or that it was asked."""

    sees_question: bool
    sees_all: bool
    own: frozenset[int]  # requests to the reader's own unit

    def reads(self, request: UnitRequest) -> bool:
        return self.sees_all or request.id in self.own


def sight_of(
    actor: Actor, owner_unit_id: int, found: OpinionRound, requests: Sequence[UnitRequest]
) -> Sight:
    """Owner and asker read all; an asked unit its own part, the others' only where shared.

    A unit that is neither sees it all only where its scope is the whole house.
    """
    own = frozenset(one.id for one in requests if one.to_unit_id == actor.unit_id)
    is_asker = actor.unit_id in {owner_unit_id, found.asked_unit_id}
    sees_all = is_asker or (found.is_shared if own else actor.area.is_everything)
    return Sight(sees_all or bool(own), sees_all, own)


def may_open_paper(session: Session, actor: Actor, owner_unit_id: int, field: str | None) -> bool:
    """Whether a file that belongs to a question or an answer is for this reader."""
    if field is None or not field.startswith((QUESTION_PAPER, ANSWER_PAPER)):
        return True
    number = int(field.partition(":")[2])
    request = None if field.startswith(QUESTION_PAPER) else session.get(UnitRequest, number)
    round_id = request.round_id if request is not None else number
    found = session.get(OpinionRound, round_id)
    if found is None:
        return False
    requests = requests_of_round(session, found.id)
    sight = sight_of(actor, owner_unit_id, found, requests)
    return sight.reads(request) if request is not None else sight.sees_question


def requests_of_round(session: Session, round_id: int) -> Sequence[UnitRequest]:
    return session.scalars(
        select(UnitRequest).where(UnitRequest.round_id == round_id).order_by(UnitRequest.id)
    ).all()
