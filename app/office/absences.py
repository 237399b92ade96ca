"""Substitutes with what people are told of them: asked, accepted, refused, ended."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.permissions import Actor
from app.teams import services
from app.teams.models import Substitution
from app.teams.queries import leaders_of
from app.workflow.text import Text


def ask_substitute(
    session: Session, actor: Actor, absence: services.Absence, *, on: date, now: datetime
) -> Substitution:
    found = services.propose_substitute(session, actor, absence, on=on, now=now)
    said = Text(
        f"Đề nghị người thay từ {_days(found)}, chờ lãnh đạo đơn vị đồng ý.",
        f"A substitute is proposed for {_days(found)}; a leader decides.",
    )
    people = {found.absent_id, found.substitute_id, *leaders_of(session, found.unit_id)}
    _tell(session, actor, found, people, said, step="asked", now=now)
    return found


def answer_substitute(
    session: Session,
    actor: Actor,
    substitution_id: int,
    *,
    is_accepted: bool,
    because: str,
    now: datetime,
) -> Substitution:
    found = services.decide_substitute(
        session, actor, substitution_id, is_accepted=is_accepted, because=because, now=now
    )
    said = (
        Text(f"Đã đồng ý người thay từ {_days(found)}.", f"Substitute accepted: {_days(found)}.")
        if is_accepted
        else Text(
            f"Không đồng ý người thay từ {_days(found)}.", f"Substitute refused: {_days(found)}."
        )
    )
    people = {found.absent_id, found.substitute_id}
    _tell(session, actor, found, people, said, step="decided", now=now)
    return found


def stop_substitute(
    session: Session, actor: Actor, substitution_id: int, *, on: date, now: datetime
) -> Substitution:
    found = services.end_substitute(session, actor, substitution_id, on=on, now=now)
    said = Text(
        f"Việc thay từ {_days(found)} đã kết thúc sớm.", f"Substitution ended: {_days(found)}."
    )
    people = {found.absent_id, found.substitute_id}
    _tell(session, actor, found, people, said, step="ended", now=now)
    return found


def _days(found: Substitution) -> str:
    return f"{found.valid_from:%d/%m/%Y} – {found.valid_to:%d/%m/%Y}"


def _tell(
    session: Session,
    actor: Actor,
    found: Substitution,
    people: Collection[int],
    said: Text,
    *,
    step: str,
    now: datetime,
) -> None:
    told = {one: NoticeKind.SUBSTITUTE for one in sorted(people) if one != actor.user_id}
    cause = Cause(f"substitution:{found.id}:{step}")
    tell(session, told, {NoticeKind.SUBSTITUTE: said}, cause, now=now)
