"""Where a case goes inside its unit: the unit's rules, tried at opening, transfer and release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User, UserRole
from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.teams.queries import routes_of, team_name
from app.workflow.routing import Route, Routed, against
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule and what speaks against it; nothing does where it takes the case."""

    route: Route
    against: Sequence[Text]


def as_routed(head: CaseHead, definition: Definition) -> Routed:
    """The case as the rules see it."""
    return Routed(
        type_code=head.type_code,
        province_code=head.province_code,
        country_code=head.country_code,
        data=head.data,
        case={
            "state": head.state,
            "reference": head.reference,
            "opened_at": head.opened_at,
            "owner_unit": head.owner_unit_code,
        },
        dated=definition.machine.dated,
    )


def tried_rules(
    session: Session, head: CaseHead, definition: Definition, *, unit_id: int, now: datetime
) -> list[Tried]:
    """Every rule of a unit against one case, in order: the first without objections takes it."""
    case, on = as_routed(head, definition), now.astimezone(ZoneInfo(head.owner_zone)).date()
    return [
        Tried(route, [*against(route, case, now=now), *_against_person(session, route, unit_id)])
        for route in routes_of(session, unit_id, on=on)
    ]


def _against_person(session: Session, route: Route, unit_id: int) -> list[Text]:
    """A rule never gives work to somebody who has left."""
    if route.user_id is None:
        return []
    is_here = session.scalar(
        select(UserRole.id)
        .join(UserRole.user)
        .where(UserRole.unit_id == unit_id, User.id == route.user_id, User.active.is_(True))
        .limit(1)
    )
    if is_here is not None:
        return []
    return [Text("Người nhận không còn ở đơn vị.", "The receiver has left the unit.")]


def route_columns(
    session: Session,
    head: CaseHead,
    definition: Definition,
    *,
    now: datetime,
    not_to: int | None = None,
) -> dict[str, Any]:  # Any: columns of case
    """Team and person by the first rule of the owning unit that fits; nothing without rules.

    `head` is the case as it will be; who has just given it back does not get it again.
    """
    if head.is_open is False:
        return {}
    on = now.astimezone(ZoneInfo(head.owner_zone)).date()
    routes = routes_of(session, head.owner_unit_id, on=on)
    if not routes:
        return {}
    case = as_routed(head, definition)
    for route in routes:
        if route.user_id is not None and route.user_id == not_to:
            continue
        if not against(route, case, now=now) and not _against_person(
            session, route, head.owner_unit_id
        ):
            return {"team_id": route.team_id, "assignee_id": route.user_id}
    return {}


def said_of_route(session: Session, columns: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
    """What an event keeps of where the rules sent the case."""
    said: dict[str, Any] = {}
    if columns.get("team_id"):
        said["team"] = team_name(session, columns["team_id"])
    if columns.get("assignee_id"):
        user = session.get(User, columns["assignee_id"])
        said["name"] = user.name if user else ""
    return said
