"""One order writes the same letter for many people of an event, each in the person's own case."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.queries import visible_to as cases_visible_to
from app.crises.models import Participant
from app.documents.kinds import CHASE, CHASE_OTHERS, Kind, kind_of, kinds
from app.documents.services import draft_letters
from app.documents.wording import Wording
from app.errors import NotFound, Refused
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the chosen people a letter can be written for."""

    people: int
    cases: int
    left: int

    @property
    def sentence(self) -> str:
        """Who is left out, said before the letters are written; empty where nobody is."""
        if not self.left:
            return ""
        said: str = _(
            "%(left)s trong %(people)s người chưa có hồ sơ trong phạm vi của bạn nên không có thư.",
            left=self.left,
            people=self.people,
        )
        return said


def kinds_for_many() -> list[Kind]:
    """The papers that address somebody; what a case owes is asked for from the case itself."""
    return [
        one
        for one in kinds().values()
        if one.to != "none" and one.code not in {CHASE, CHASE_OTHERS}
    ]


def kind_for_many(code: str) -> Kind:
    kind = kind_of(code)
    if kind not in kinds_for_many():
        raise NotFound
    return kind


def _cases_of(actor: Actor, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = select(Participant.case_id).where(condition, Participant.case_id.is_not(None))
    return Case.id.in_(mine) & cases_visible_to(actor)


def reach_of(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Reach:
    people = session.scalar(select(func.count()).select_from(Participant).where(condition)) or 0
    seen = select(Case.id).where(_cases_of(actor, condition))
    with_case = select(func.count()).select_from(Participant)
    reached = session.scalar(with_case.where(condition, Participant.case_id.in_(seen))) or 0
    cases = session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    return Reach(people, cases, people - reached)


def order_letters(
    session: Session,
    actor: Actor,
    condition: ColumnElement[bool],
    kind: Kind,
    *,
    wording: Wording,
    now: datetime,
) -> str:
    """Have the letters of these people's cases written; the name of the batch."""
    asked = select(Case).where(_cases_of(actor, condition)).order_by(Case.id)
    cases = session.scalars(asked).all()
    if not cases:
        raise Refused(_("Chưa ai trong số này có hồ sơ để soạn thư: hãy mở hồ sơ trước."))
    return draft_letters(session, actor, cases, kind.code, wording=wording, now=now)
