"""Published figures of a line: a newer one is added beside the others, none is overwritten."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Forbidden, Invalid
from app.permissions import Actor
from app.registers.models import LineFact


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was published; `subject` as in LineFact."""

    subject: str
    key: str
    value: Decimal
    unit: str
    source: str
    as_of: date
    check: str
    note: str


def may_record(actor: Actor) -> bool:
    """Figures of whole lines are kept by those who see all of them."""
    return actor.area.is_everything


def record_figure(session: Session, actor: Actor, figure: Figure, *, now: datetime) -> LineFact:
    """Add a figure; Invalid where the same source already gave one for the same day."""
    if not may_record(actor):
        raise Forbidden("Số liệu của tuyến do Ủy ban Biên giới quốc gia ghi.")
    if figure.as_of > actor.day(now):
        said = ("Ngày của số liệu còn ở tương lai.",)
        raise Invalid(said[0], {"as_of": said})
    held = session.scalar(
        select(LineFact).where(
            LineFact.subject == figure.subject,
            LineFact.key == figure.key,
            LineFact.as_of == figure.as_of,
            LineFact.source == figure.source,
        )
    )
    if held is not None:
        said = ("Nguồn này đã có số liệu của ngày đó; số cũ không bị ghi đè.",)
        raise Invalid(said[0], {"source": said})
    fact = LineFact(**{name: getattr(figure, name) for name in Figure.__slots__})
    session.add(fact)
    session.flush()
    reason = f"{figure.key} {figure.value} {figure.unit}"
    record_access(session, actor, "figure.recorded", figure.subject, reason=reason, now=now)
    return fact
