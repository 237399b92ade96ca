"""Reads of joint acts and of the values on which the sides differ, through the markers seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.errors import NotFound
from app.registers.act_models import (
    Discrepancy,
    JointAct,
    JointActFile,
    JointActMarker,
    MarkerClaim,
)
from app.registers.models import Marker, Side

MOST_ACTS = 100
MOST_DISCREPANCIES = 500


# --- acts -----------------------------------------------------------------------------------


def _touches(visible: ColumnElement[bool]) -> ColumnElement[bool]:
    """An act is seen by those who see a marker that it concerns."""
    return exists(
        select(JointActMarker.marker_id)
        .join(Marker, Marker.id == JointActMarker.marker_id)
        .where(JointActMarker.act_id == JointAct.id, visible)
    )


def list_acts(
    session: Session, visible: ColumnElement[bool], *, neighbour: str = ""
) -> Sequence[JointAct]:
    statement = select(JointAct).where(_touches(visible))
    if neighbour:
        statement = statement.where(JointAct.neighbour == neighbour)
    return session.scalars(
        statement.order_by(JointAct.held_on.desc(), JointAct.id.desc()).limit(MOST_ACTS)
    ).all()


def act_by_id(session: Session, visible: ColumnElement[bool], act_id: int) -> JointAct:
    found = session.scalar(
        select(JointAct)
        .where(JointAct.id == act_id, _touches(visible))
        .options(selectinload(JointAct.files))
    )
    if found is None:
        raise NotFound
    return found


def markers_of_act(
    session: Session, visible: ColumnElement[bool], act: JointAct
) -> Sequence[Marker]:
    return session.scalars(
        select(Marker)
        .join(JointActMarker, JointActMarker.marker_id == Marker.id)
        .where(JointActMarker.act_id == act.id, visible)
        .order_by(Marker.sort_key)
    ).all()


def act_file(session: Session, visible: ColumnElement[bool], file_id: int) -> JointActFile:
    found = session.scalar(
        select(JointActFile)
        .join(JointAct, JointAct.id == JointActFile.act_id)
        .where(JointActFile.id == file_id, _touches(visible))
    )
    if found is None:
        raise NotFound
    return found


# --- what the sides say ---------------------------------------------------------------------


@dataclass(slots=True)
class Said:
    """The newest word of each side on one field of a marker, and what both agreed."""

    field: str
    ours: MarkerClaim | None = None
    theirs: MarkerClaim | None = None
    agreed: MarkerClaim | None = None


def said_of(session: Session, marker: Marker) -> list[Said]:
    """Every field of which something was said, in the order in which it was first said."""
    found: dict[str, Said] = {}
    rows = session.scalars(
        select(MarkerClaim).where(MarkerClaim.marker_id == marker.id).order_by(MarkerClaim.id)
    )
    for row in rows:
        said = found.setdefault(row.field, Said(row.field))
        if row.party == Side.VIETNAM:
            said.ours = row
        elif row.party == Side.NEIGHBOUR:
            said.theirs = row
        else:
            said.agreed = row
    return list(found.values())


@dataclass(frozen=True, slots=True)
class DiscrepancyFilter:
    """What the list of differences is narrowed to; an empty value narrows nothing."""

    neighbour: str = ""
    province_code: str = ""
    owes: str = ""
    least_m: float | None = None
    is_settled: bool = False


def list_discrepancies(
    session: Session, visible: ColumnElement[bool], filters: DiscrepancyFilter
) -> Sequence[Discrepancy]:
    """The largest differences in metres first, then those that are no length."""
    statement = select(Discrepancy).join(Marker, Marker.id == Discrepancy.marker_id)
    conditions = [visible]
    settled = Discrepancy.settled_on
    conditions.append(settled.is_not(None) if filters.is_settled else settled.is_(None))
    if filters.neighbour:
        conditions.append(Marker.neighbour == filters.neighbour)
    if filters.province_code:
        conditions.append(Marker.province_code == filters.province_code)
    if filters.owes:
        conditions.append(Discrepancy.owes_answer == filters.owes)
    if filters.least_m is not None:
        conditions.append(Discrepancy.metres >= filters.least_m)
    return session.scalars(
        statement.where(*conditions)
        .options(
            joinedload(Discrepancy.marker),
            joinedload(Discrepancy.ours),
            joinedload(Discrepancy.theirs),
            joinedload(Discrepancy.agreed),
        )
        .order_by(Discrepancy.metres.is_(None), Discrepancy.metres.desc(), Discrepancy.id)
        .limit(MOST_DISCREPANCIES)
    ).all()


def discrepancy_by_id(
    session: Session, visible: ColumnElement[bool], discrepancy_id: int
) -> Discrepancy:
    found = session.scalar(
        select(Discrepancy)
        .join(Marker, Marker.id == Discrepancy.marker_id)
        .where(Discrepancy.id == discrepancy_id, visible)
    )
    if found is None:
        raise NotFound
    return found


def open_discrepancies(session: Session, marker: Marker) -> Mapping[str, Discrepancy]:
    rows = session.scalars(
        select(Discrepancy).where(
            Discrepancy.marker_id == marker.id, Discrepancy.settled_on.is_(None)
        )
    )
    return {row.field: row for row in rows}


def disputed(session: Session, visible: ColumnElement[bool]) -> set[tuple[int, str]]:
    """(marker, field) of every difference that is not settled."""
    rows = session.execute(
        select(Discrepancy.marker_id, Discrepancy.field)
        .join(Marker, Marker.id == Discrepancy.marker_id)
        .where(Discrepancy.settled_on.is_(None), visible)
    )
    return {(row.marker_id, row.field) for row in rows}


def newest_day(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)
