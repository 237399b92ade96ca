"""Counts incidents by what stands in their rows, without reading their histories again.

A case that has heard nothing since the day that is asked about says in its row and in its lists
what its history says. A year of incidents is then three questions for a thousand cases, and not a
hundred and fifty thousand events.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild
from app.cases.models import Case, CaseEvent, EventKind
from app.reports.incident_rules import ARREST_STATE, Counted, Followed, counted_now


def standing_now(session: Session, opened: Mapping[int, datetime]) -> Mapping[int, Counted | None]:
    """What the cases opened at these moments stand for now, as far as their rows tell.

    Merged and withdrawn ones are left out. A case was closed by a step where its last event is one;
    any other way out is for its history.
    """
    last = and_(CaseEvent.case_id == Case.id, CaseEvent.seq == Case.last_seq)
    rows = session.execute(
        select(Case.id, Case.state, Case.data)
        .join(CaseEvent, last)
        .where(
            Case.id.in_(opened),
            Case.merged_into_id.is_(None),
            or_(Case.is_open.is_(True), CaseEvent.kind == EventKind.MOVED),
        )
    ).all()
    followed = _followed(session, opened)
    arrested = _were_arrests(
        session, [row.id for row in rows if row.data.get("report_kind") != "arrested"]
    )
    return {
        row.id: counted_now(
            opened[row.id],
            row.state,
            row.data,
            followed.get(row.id, ()),
            was_arrest=row.id in arrested,
        )
        for row in rows
    }


def _followed(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[Followed]]:
    found: dict[int, list[Followed]] = defaultdict(list)
    rows = session.execute(
        select(
            *(CaseChild.case_id, CaseChild.track, CaseChild.status),
            *(CaseChild.is_verified, CaseChild.province_code),
        )
        .where(CaseChild.case_id.in_(ids))
        .order_by(CaseChild.case_id, CaseChild.id)
    )
    for case_id, track, status, is_verified, province in rows:
        found[case_id].append(Followed(track, status, is_verified, province or ""))
    return found


def _were_arrests(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Those that began as an alert and became an arrest."""
    rows = session.scalars(
        select(CaseEvent.case_id)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.to_state == ARREST_STATE)
        .distinct()
    )
    return frozenset(rows)
