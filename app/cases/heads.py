"""The part of a case that a change needs, read in one light statement and passed by value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.accounts.calendar_stamps import CalendarStamp
from app.accounts.models import Unit
from app.cases.catalogue import Definition, definition_by_id, known_definition
from app.cases.models import Case, CaseTypeVersion
from app.cases.queries import no_case, visible_in
from app.database import Prepared
from app.errors import NotFound
from app.permissions import Actor, Area
from app.teams.substitutes import hands_of
from app.workflow.decisions import NO_CHILDREN, ActorView, PendingRequest, Situation


@dataclass(frozen=True, slots=True)
class CaseHead:
    """One case at one version; a change makes a new head."""

    id: int
    reference: str
    type_code: str
    type_version_id: int
    checksum: str
    state: str
    state_kind: str
    title: str
    data: Mapping[str, Any]  # Any: values are JSON
    owner_unit_id: int
    owner_unit_code: str
    owner_zone: str
    owner_country: str
    assignee_id: int | None
    version: int
    is_open: bool
    suspended_for: str | None
    pending: Mapping[str, Any] | None  # Any: answers are JSON
    checklist: Mapping[str, Any] | None  # Any: who ticked off what, and when
    open_children: Mapping[str, int] | None
    merged_into_id: int | None
    last_seq: int
    last_hash: str
    opened_at: datetime
    closed_from: str | None
    country_code: str | None
    province_code: str | None
    neighbour: str | None
    calendar_stamp: str | None

    def with_columns(self, columns: Mapping[str, Any]) -> "CaseHead":  # Any: columns of case
        """The case as it will be once these columns are written."""
        known = {name: value for name, value in columns.items() if name in HEAD_FIELDS}
        # As dataclasses.replace does it, which asks for every field one by one.
        return CaseHead(**dict(zip(_NAMES, _ALL(self), strict=True)) | known) if known else self

    def situation(self) -> Situation:
        """The case as the engine sees it."""
        return Situation(
            state=self.state,
            data=self.data,
            version=self.version,
            opened_at=self.opened_at,
            owner_unit=self.owner_unit_code,
            reference=self.reference,
            pending=_pending(self.pending) if self.pending else None,
            is_suspended=self.suspended_for is not None,
            is_merged=self.merged_into_id is not None,
            previous_state=self.closed_from,
            checked=frozenset(self.done_items()) if self.checklist else frozenset(),
            open_children=self.open_children or NO_CHILDREN,
        )

    def done_items(self) -> dict[str, Any]:  # Any: by, name and at
        """What is ticked off in the present state; leaving a state begins its list anew."""
        known = self.checklist or {}
        return dict(known["done"]) if known.get("state") == self.state else {}


_NAMES = tuple(CaseHead.__dataclass_fields__)
_ALL = attrgetter(*_NAMES)
HEAD_FIELDS = frozenset(_NAMES)
_FROM_CASE = tuple(
    getattr(Case, name) for name in CaseHead.__dataclass_fields__ if name in Case.__table__.columns
)
_HEAD = (
    select(
        *_FROM_CASE,
        CaseTypeVersion.checksum,
        Unit.code.label("owner_unit_code"),
        Unit.time_zone.label("owner_zone"),
        func.coalesce(Unit.country_code, "VN").label("owner_country"),
        select(CalendarStamp.stamp).scalar_subquery().label("calendar_stamp"),
    )
    .select_from(Case)
    .join(CaseTypeVersion, CaseTypeVersion.id == Case.type_version_id)
    .join(Unit, Unit.id == Case.owner_unit_id)
)


def get_head(session: Session, actor: Actor, reference: str) -> CaseHead:
    """The head of a case in the actor's scope, or NotFound."""
    rows = _by_reference(actor.area).rows(session, {"wanted": reference})
    if not rows:
        raise no_case(reference)
    return _head_from(session, rows[0])


def get_head_by_id(session: Session, actor: Actor, case_id: int) -> CaseHead:
    rows = _by_id(actor.area).rows(session, {"wanted": case_id})
    if not rows:
        raise NotFound
    return _head_from(session, rows[0])


def _head_from(session: Session, row: dict[str, Any]) -> CaseHead:  # Any: column values
    """A request that waits for a second person also says who counts as the first."""
    if pending := row["pending"]:
        asked_by = {pending["requested_by"], pending.get("requested_for")} - {None}
        since = datetime.fromisoformat(pending["requested_at"])
        row["pending"] = {**pending, "hands": hands_of(session, asked_by, since=since)}
    return CaseHead(**row)


def heads_by_id(session: Session, case_ids: Collection[int]) -> dict[int, CaseHead]:
    """The heads of many cases, in the order of their ids; for work of the house."""
    statement = _HEAD.where(Case.id.in_(case_ids)).order_by(Case.id)
    return {row["id"]: CaseHead(**row) for row in session.execute(statement).mappings()}


def lock_heads(session: Session, case_ids: Collection[int]) -> dict[int, CaseHead]:
    """The heads of many cases by id, held until the transaction ends; for work of the house."""
    statement = _HEAD.where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(of=Case)
    return {row["id"]: CaseHead(**row) for row in session.execute(statement).mappings()}


# The scope is the same statement for everyone with the same area.
@lru_cache(maxsize=2048)
def _by_reference(area: Area) -> Prepared:
    return Prepared(_HEAD.where(Case.reference == bindparam("wanted", ""), visible_in(area)))


@lru_cache(maxsize=2048)
def _by_id(area: Area) -> Prepared:
    return Prepared(_HEAD.where(Case.id == bindparam("wanted", 0), visible_in(area)))


def definition_of_head(session: Session, head: CaseHead) -> Definition:
    known = known_definition(head.type_version_id, head.checksum)
    return known or definition_by_id(session, head.type_version_id)


def view_of(actor: Actor) -> ActorView:
    return ActorView(actor.user_id, actor.roles, actor.unit_code)


def _pending(stored: Mapping[str, Any]) -> PendingRequest:  # Any: answers are JSON
    return PendingRequest(
        transition=stored["transition"],
        requested_by=stored["requested_by"],
        requested_at=datetime.fromisoformat(stored["requested_at"]),
        answers=stored["answers"],
        hands=stored.get("hands", {}),
    )
