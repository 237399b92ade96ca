"""What both sides sign is written down, signed side by side, and carried into the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.registers.act_models import JointAct, JointActFile, JointActMarker
from app.registers.act_queries import newest_day
from app.registers.models import Marker, Side, Stage
from app.registers.recording import require_in_area
from app.registers.services import correct_marker
from app.registers.stages import RANKS
from app.registers.vocabulary import word, words
from app.storage import StoredFile

_FARTHEST_EAST = timedelta(hours=14)  # where a new day begins first
MOST_MARKERS = 500


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for a side, as what, for which body, and on which day."""

    name: str = ""
    title: str = ""
    body: str = ""
    on: date | None = None

    @property
    def is_given(self) -> bool:
        return bool(self.name.strip() and self.on)


@dataclass(frozen=True, slots=True)
class ActFacts:
    """A joint act as the paper says it, in both languages."""

    neighbour: str
    kind: str
    held_on: date
    title: str
    other_language: str
    other_title: str
    number: str = ""
    place: str = ""
    text: str = ""
    other_text: str = ""
    source: str = ""
    is_illustration: bool = False


def record_act(
    session: Session,
    actor: Actor,
    facts: ActFacts,
    markers: Sequence[Marker],
    *,
    ours: Signature,
    theirs: Signature,
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> JointAct:
    """Keep a paper; it binds once both sides have signed it, now or later."""
    _check_act(facts, markers, (ours, theirs), now)
    for marker in markers:
        require_in_area(actor, marker)
    act = JointAct(
        **{name: getattr(facts, name) for name in ActFacts.__slots__},
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    _put(act, Side.VIETNAM, ours)
    _put(act, Side.NEIGHBOUR, theirs)
    session.add(act)
    session.flush()
    session.add_all(JointActMarker(act_id=act.id, marker_id=one.id) for one in markers)
    _keep_files(session, act, files)
    record_access(session, actor, "act.recorded", f"act:{act.id}", now=now)
    return act


def _check_act(
    facts: ActFacts, markers: Sequence[Marker], signatures: Sequence[Signature], now: datetime
) -> None:
    today = (now + _FARTHEST_EAST).date()
    problems = _route_problems(facts, markers)
    if facts.kind not in words("act_kind"):
        problems["kind"] = [_("Hãy chọn trong danh sách.")]
    if facts.other_language not in words("language") or not facts.other_title.strip():
        problems["other_title"] = [_("Văn bản có hai thứ tiếng: ghi cả tên bằng tiếng phía bạn.")]
    if facts.held_on > today:
        problems["held_on"] = [_("Ngày lập không thể ở tương lai.")]
    for name, one in zip(("our_signed_on", "their_signed_on"), signatures, strict=True):
        if one.on and one.on > today:
            problems[name] = [_("Ngày ký không thể ở tương lai.")]
    if problems:
        raise Invalid("Chưa ghi được văn bản song phương.", problems)


def _route_problems(facts: ActFacts, markers: Sequence[Marker]) -> dict[str, list[str]]:
    if not markers:
        return {"route": [_("Không có mốc nào như vậy trên đoạn biên giới của bạn.")]}
    if len(markers) > MOST_MARKERS:
        return {"route": [_("Một văn bản tối đa %(n)s mốc.", n=MOST_MARKERS)]}
    if any(marker.neighbour != facts.neighbour for marker in markers):
        return {"route": [_("Có mốc của tuyến khác.")]}
    return {}


def _put(act: JointAct, side: Side, signature: Signature) -> None:
    if side is Side.VIETNAM:
        act.our_name, act.our_title = signature.name.strip(), signature.title.strip()
        act.our_unit, act.our_signed_on = signature.body.strip(), signature.on
    else:
        act.their_name, act.their_title = signature.name.strip(), signature.title.strip()
        act.their_body, act.their_signed_on = signature.body.strip(), signature.on


def _keep_files(session: Session, act: JointAct, files: Sequence[StoredFile]) -> None:
    session.add_all(
        JointActFile(
            act_id=act.id,
            file_name=file.file_name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
        )
        for file in files
    )
    session.flush()


def sign_act(
    session: Session,
    actor: Actor,
    act: JointAct,
    side: Side,
    signature: Signature,
    *,
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> None:
    """Add the signature that is missing; one that was given is never replaced."""
    if side not in act.missing_sides:
        raise Conflict("Phía này đã ký văn bản; chữ ký đã ghi thì không thay được.")
    if not signature.is_given:
        raise Invalid("Chưa ghi được chữ ký.", {"name": [_("Ghi người ký và ngày ký.")]})
    if signature.on and signature.on > (now + _FARTHEST_EAST).date():
        raise Invalid("Chưa ghi được chữ ký.", {"on": [_("Ngày ký không thể ở tương lai.")]})
    _put(act, side, signature)
    _keep_files(session, act, files)
    record_access(session, actor, "act.signed", f"act:{act.id}", reason=side.value, now=now)


def carry_into_register(
    session: Session,
    actor: Actor,
    act: JointAct,
    markers: Sequence[Marker],
    stage: Stage,
    *,
    now: datetime,
) -> int:
    """Move the markers of an act that have not come so far to a stage; how many moved."""
    on = newest_day(act.our_signed_on, act.their_signed_on)
    said = f"{word('act_kind', act.kind)} {act.number}".strip()
    moved = 0
    for marker in markers:
        if RANKS[marker.stage] < RANKS[stage]:
            moved += correct_marker(
                session, actor, marker, changes={"stage": stage}, reason=said, now=now, valid_on=on
            )
    return moved
