"""What is done with a call: a case is opened, one that is there gets it, or it is answered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.conversation import add_note
from app.cases.heads import CaseHead
from app.cases.models import EventKind
from app.cases.services import open_case
from app.database import normalise_text
from app.errors import Conflict, Invalid
from app.geo.gazetteer import Pack
from app.hotline.models import HotlineCall, HotlineNumber, Outcome
from app.hotline.queries import mission_in_charge
from app.permissions import Actor
from app.registers.vocabulary import words
from app.sealing import key_ring

CASE_TYPE = "citizen_protection"
NUMBERS_FILE = Path(__file__).parent / "data" / "numbers.yaml"
_NOT_KEPT = "Chưa ghi được cuộc gọi."


@dataclass(frozen=True, slots=True)
class Call:
    """What the officer wrote down while on the phone."""

    caller: str
    callback: str
    relation: str
    about: str
    country: str = ""
    kind: str = ""
    person: str = ""
    birth_year: int | None = None
    place: str = ""
    danger: str = ""
    persons: int = 1
    has_minors: bool = False


def open_from_call(
    session: Session, actor: Actor, call: Call, *, pack: Pack | None, now: datetime
) -> CaseHead:
    """A protection case with what the caller said; its clocks start with it."""
    needed = {"callback": call.callback, "country": call.country, "kind": call.kind}
    _refuse_blank({**needed, "danger": call.danger, "about": call.about})
    heard = _heard(call, now.astimezone(ZoneInfo(actor.time_zone)))
    known = heard | _mission(session, actor, call.country, now)
    head = open_case(
        session, actor, CASE_TYPE, answers=_answers(call), known=known, pack=pack, now=now
    )
    _keep(session, actor, call, Outcome.OPENED, head.id, now=now)
    return head


def attach_call(
    session: Session, actor: Actor, call: Call, reference: str, *, now: datetime
) -> CaseHead:
    """The call joins the timeline of a case that is there already."""
    _refuse_blank({"about": call.about})
    text = _("Đường dây nóng, %(who)s gọi: %(about)s", who=_who(call), about=call.about)
    head = add_note(session, actor, reference, kind=EventKind.CALLED, text=text, now=now)
    _keep(session, actor, call, Outcome.ATTACHED, head.id, now=now)
    return head


def log_answer(session: Session, actor: Actor, call: Call, *, now: datetime) -> HotlineCall:
    """A question that was answered on the phone: it is counted, and no case is opened."""
    _refuse_blank({"about": call.about})
    return _keep(session, actor, call, Outcome.ANSWERED, None, now=now)


def _refuse_blank(needed: dict[str, str]) -> None:
    blank = [name for name, said in needed.items() if not normalise_text(said)]
    if blank:
        raise Invalid(_NOT_KEPT, {name: (_("Mục này không được để trống."),) for name in blank})


def _who(call: Call) -> str:
    """The relation; name and number stay sealed in the log of calls."""
    relation = words("caller_relation").get(call.relation)
    return relation.vi.lower() if relation else str(_("một người"))


def _heard(call: Call, now: datetime) -> dict[str, Any]:  # Any: JSON values of the case
    """What the first form of the case does not ask."""
    relation = words("caller_relation").get(call.relation)
    heard = {
        "has_minors": call.has_minors or None,
        "notice_source": "person" if call.relation == "self" else "hotline",
        "noticed_at": now.isoformat(timespec="minutes"),
        "caller_relation": relation.vi if relation else "",
    }
    return {code: value for code, value in heard.items() if value not in (None, "")}


def _mission(
    session: Session, actor: Actor, country: str, now: datetime
) -> dict[str, Any]:  # Any: JSON values of the case
    """Who is in charge of the country, so that nobody looks it up."""
    found = mission_in_charge(session, actor, country, actor.day(now))
    return {"mission": {"id": found.id, "label": found.name}} if found else {}


def _answers(call: Call) -> dict[str, Any]:  # Any: JSON values of the case
    person: dict[str, Any] = {"label": normalise_text(call.person)}
    if call.birth_year:
        person["birth_year"] = call.birth_year
    answers: dict[str, Any] = {
        "protection_kind": call.kind,
        "danger_level": call.danger,
        "country": call.country,
        "city": normalise_text(call.place),
        "persons_claimed": call.persons,
        "persons": [person] if person["label"] else [],
        "caller_name": normalise_text(call.caller),
        "caller_phone": normalise_text(call.callback),
        "first_notice": normalise_text(call.about),
    }
    return {code: value for code, value in answers.items() if value not in (None, "", [])}


def _keep(
    session: Session,
    actor: Actor,
    call: Call,
    outcome: Outcome,
    case_id: int | None,
    *,
    now: datetime,
) -> HotlineCall:
    callback = normalise_text(call.callback)
    made = HotlineCall(
        at=now,
        answered_by=actor.user_id,
        officer_name=actor.name,
        unit_id=actor.unit_id,
        caller_name=normalise_text(call.caller),
        callback=callback,
        callback_index=key_ring().blind(callback) if callback else None,
        relation=call.relation,
        about=normalise_text(call.about),
        country_code=call.country or None,
        kind=call.kind,
        outcome=outcome,
        case_id=case_id,
    )
    session.add(made)
    session.flush()
    record_access(session, actor, f"hotline.{outcome}", f"call:{made.id}", now=now)
    return made


# --- the number -----------------------------------------------------------------------------


def add_number(
    session: Session, actor: Actor, number: str, *, valid_from: date, source: str, now: datetime
) -> HotlineNumber:
    """A new number from a day on; the ones before end the day before, and stay to be read."""
    said = normalise_text(number)
    if sum(mark.isdigit() for mark in said) < 3:  # noqa: PLR2004  the shortest emergency numbers
        raise Invalid("Chưa lưu được số.", {"number": (_("Hãy nhập số điện thoại."),)})
    known = session.scalars(select(HotlineNumber)).all()
    if any(one.valid_from is not None and one.valid_from >= valid_from for one in known):
        raise Conflict("Đã có số có hiệu lực từ ngày đó hoặc sau đó.")
    for one in known:
        if one.valid_to is None:
            one.valid_to = valid_from - timedelta(days=1)
    made = HotlineNumber(
        number=said, valid_from=valid_from, valid_to=None, check="sourced", source=source
    )
    session.add(made)
    session.flush()
    record_access(session, actor, "hotline.number_added", f"hotline_number:{made.id}", now=now)
    return made


def seed_numbers(session: Session) -> int:
    """Load the shipped numbers into an empty table; what an office changed stays."""
    if session.scalar(select(HotlineNumber.id).limit(1)) is not None:
        return 0
    rows: list[dict[str, Any]] = yaml.safe_load(NUMBERS_FILE.read_text("utf-8"))
    for row in rows:
        session.add(HotlineNumber(**row))
        session.flush()  # their order says which was written down last
    return len(rows)
