"""How people come to know: an event is followed to whom it concerns, once each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.accounts.models import User, UserRole
from app.cases.heads import definition_of_head, get_head_by_id
from app.cases.models import CaseEvent
from app.errors import NotFound
from app.jobs import Job, enqueue
from app.notices.audience import Circle, audience_of
from app.notices.models import Notice, NoticeKind
from app.notices.wording import audit_failed, text_of
from app.permissions import SYSTEM_ACTOR, Actor, Permission
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class Cause:
    """What people are told about: the same source tells each of them once."""

    source: str
    case_id: int | None = None
    event_id: int | None = None


def follow_event(session: Session, event_id: int, *, now: datetime) -> int:
    """Tell everyone whom an event of a case concerns; how many were told now."""
    event = session.get(CaseEvent, event_id)
    if event is None:
        raise NotFound
    head = get_head_by_id(session, SYSTEM_ACTOR, event.case_id)
    definition = definition_of_head(session, head)
    told = audience_of(Circle(session, head, definition, now.date()), event)
    cause = Cause(f"event:{event.id}", head.id, event.id)
    texts = {kind: text_of(kind, event, head, definition) for kind in set(told.values())}
    return tell(session, told, texts, cause, now=now)


def tell(
    session: Session,
    told: Mapping[int, NoticeKind],
    texts: Mapping[NoticeKind, Text],
    cause: Cause,
    *,
    now: datetime,
) -> int:
    """Write the notices that are not there yet, each with its mail; how many were new."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    new = 0
    for user_id, kind in told.items():
        statement = (
            insert(Notice)
            .values(
                user_id=user_id,
                case_id=cause.case_id,
                event_id=cause.event_id,
                source=cause.source,
                kind=kind.value,
                text_vi=texts[kind].vi,
                text_en=texts[kind].en,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["user_id", "source", "kind"])
            .returning(Notice.id)
        )
        notice_id = session.execute(statement).scalar()
        if notice_id is not None:
            key = f"mail:{notice_id}"
            enqueue(session, Job.SEND_MAIL, {"notice_id": notice_id}, now=now, key=key)
            new += 1
    return new


def tell_auditors(session: Session, check_id: int, count: int, *, now: datetime) -> int:
    """Tell those who guard the history that a check has failed."""
    told = dict.fromkeys(_holding(session, Permission.ADMIN_AUDIT), NoticeKind.AUDIT_FAILED)
    texts = {NoticeKind.AUDIT_FAILED: audit_failed(count)}
    return tell(session, told, texts, Cause(f"audit:{check_id}"), now=now)


def _holding(session: Session, permission: Permission) -> Iterable[int]:
    held = session.scalars(select(UserRole).join(UserRole.user).where(User.active.is_(true())))
    return sorted({one.user_id for one in held if permission in one.role.permissions})


# --- reading --------------------------------------------------------------------------------


def mark_read(session: Session, actor: Actor, notice_id: int, *, now: datetime) -> None:
    """One's own notice is read; somebody else's is not found."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.user_id != actor.user_id:
        raise NotFound
    notice.read_at = notice.read_at or now


def mark_all_read(session: Session, actor: Actor, *, up_to: int, now: datetime) -> int:
    """Everything the person had on the screen is read; what came after it stays unread."""
    done = session.execute(
        update(Notice)
        .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None), Notice.id <= up_to)
        .values(read_at=now)
        .returning(Notice.id)
    )
    return len(done.all())
