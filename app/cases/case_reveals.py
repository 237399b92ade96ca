"""Shows once, to somebody who says why, what a case about victims or minors hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.case_page import FactGroup, fact_groups
from app.cases.catalogue import definition_by_id
from app.cases.models import Case
from app.cases.titles import names_for
from app.errors import Forbidden, NotFound
from app.permissions import Actor, Permission
from app.registers.reveals import (
    CASE_ACTION,
    RevealLine,
    keep_reveal,
    reveals_about,
    said_reason,
)


@dataclass(frozen=True, slots=True)
class RevealedCase:
    """The facts of a case in full, for one page."""

    case: Case
    groups: Sequence[FactGroup]


def reveal_case(
    session: Session, actor: Actor, reference: str, *, reason: str, now: datetime
) -> RevealedCase:
    """The facts as those read them who work on the case; its keepers are told after."""
    if not (
        actor.may(Permission.PERSONAL_DATA_REVEAL) and actor.may(Permission.PERSONAL_DATA_VIEW)
    ):
        raise Forbidden
    case = queries.get(session, actor, reference)
    if not case.is_protected:
        raise NotFound
    because = said_reason(reason)
    definition = definition_by_id(session, case.type_version_id)
    names = names_for(session, case.data, locale=actor.locale, zone=actor.time_zone)
    groups = fact_groups(actor, definition, case, names)
    keep_reveal(session, actor, CASE_ACTION, f"case:{case.id}", because, now=now)
    return RevealedCase(case, groups)


def reveals_of_case(session: Session, case_id: int) -> Sequence[RevealLine]:
    """Who has looked behind the mask of this case, the last first."""
    return reveals_about(session, [f"case:{case_id}"], CASE_ACTION)
