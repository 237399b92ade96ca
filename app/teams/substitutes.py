"""Who stands in for whom on a day, as queues, records and second signatures ask."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.persons import accounts_of_person
from app.database import Prepared
from app.teams.models import Substitution, SubstitutionState
from app.workflow.four_eyes import Hand


def in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Accepted, and this is one of its days: it ends by itself."""
    return (
        (Substitution.state == SubstitutionState.ACCEPTED)
        & (Substitution.valid_from <= on)
        & (Substitution.valid_to >= on)
    )


def absent_people(
    user_id: int | BindParameter[int],
    on: date | BindParameter[date],
    unit_id: int | BindParameter[int],
) -> Select[int]:
    """Whose work this person sees in a unit beside the own."""
    return select(Substitution.absent_id).where(
        Substitution.substitute_id == user_id, Substitution.unit_id == unit_id, in_force(on)
    )


_PRINCIPAL = Prepared(
    select(User.name)
    .join(Substitution, Substitution.absent_id == User.id)
    .where(
        Substitution.substitute_id == bindparam("b_actor", 0),
        Substitution.absent_id == bindparam("b_absent", 0),
        Substitution.unit_id == bindparam("b_unit", 0),
        in_force(bindparam("b_day", date.min)),
    )
    .limit(1)
)


def stands_for(
    session: Session, user_id: int, absent_id: int, *, unit_id: int, on: date
) -> str | None:
    """The name of the absent person, where this one may act for them today."""
    values = {"b_actor": user_id, "b_absent": absent_id, "b_unit": unit_id, "b_day": on}
    name: str | None = _PRINCIPAL.value(session, values)
    return name


def substitutes_of(session: Session, user_ids: Collection[int], *, on: date) -> dict[int, int]:
    """Who stands in for each of these people today."""
    rows = session.execute(
        select(Substitution.absent_id, Substitution.substitute_id).where(
            Substitution.absent_id.in_(user_ids), in_force(on)
        )
    )
    return {row.absent_id: row.substitute_id for row in rows}


def hands_of(session: Session, asked_by: Collection[int], *, since: datetime) -> dict[int, Hand]:
    """Everybody who counts as the one who asked: own accounts, substitutes, those replaced.

    A substitution counts if it has not ended before the request was made: who will stand in next
    week is no independent eye today.
    """
    own = frozenset[int]().union(*accounts_of_person(session, asked_by).values())
    rows = session.execute(
        select(Substitution.absent_id, Substitution.substitute_id).where(
            Substitution.state == SubstitutionState.ACCEPTED,
            Substitution.valid_to >= since.date(),
            or_(Substitution.absent_id.in_(own), Substitution.substitute_id.in_(own)),
        )
    )
    tied = {user_id for row in rows for user_id in row} - own
    tied = set().union(*accounts_of_person(session, tied).values()) - own if tied else set()
    return {
        **dict.fromkeys(sorted(tied), Hand.SUBSTITUTE),
        **dict.fromkeys(sorted(own), Hand.OWN_ACCOUNT),
    }
