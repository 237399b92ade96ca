"""Asks about a new marker that may be one of the register under another number."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.geo.labels import LabelKind
from app.imports.judging import Judged
from app.imports.positions import distance_m
from app.registers.models import Marker, Position
from app.registers.queries import positions_by_label
from app.registers.rules import identify

_SAME_TRIPOINT_M = 5_000.0


def judge_twins(session: Session, rows: Sequence[Judged]) -> None:
    """Rows of markers that the register does not hold: warn of a pair, refuse a second tripoint."""
    tripoints = [row for row in rows if row.intake.label.kind is LabelKind.TRIPOINT]
    if tripoints:
        _refuse_second_tripoints(session, tripoints)
    places = {row.number: (row.intake.label.line or "", _position(row)) for row in rows}
    found = positions_by_label(session, places.values())
    for row in rows:
        _warn_of_pair(row, found.get(places[row.number]))


def _position(row: Judged) -> str:
    return identify(row.intake.label).position


def _warn_of_pair(row: Judged, position: Position | None) -> None:
    if position is None or row.intake.label.kind is LabelKind.TRIPOINT:
        return
    is_single = row.intake.label.suffix is None
    others = [
        one.label
        for one in position.markers
        if one.withdrawn_at is None and (one.suffix is None) != is_single
    ]
    if others:
        named = ", ".join(sorted(others))
        row.warn(
            f"Sổ đang có mốc {named} tại vị trí này: kiểm tra lại số hiệu "
            f"{row.intake.label}, kẻo thành hai mốc.",
            "pair_or_single",
        )


def _refuse_second_tripoints(session: Session, rows: Sequence[Judged]) -> None:
    """Two points of three borders exist; a new wording of one must not become a third."""
    held = session.scalars(_standing_tripoints()).all()
    for row in rows:
        twins = [one for one in held if _is_twin(row, one)]
        if twins:
            named = " hoặc ".join(f"“{one.label}”" for one in twins)
            row.refuse(f"Sổ đã có mốc giao điểm này: ghi đúng số hiệu {named}.", "second_tripoint")


def _standing_tripoints() -> Select[Marker]:
    is_tripoint = Marker.kind == LabelKind.TRIPOINT.value
    return select(Marker).where(is_tripoint, Marker.withdrawn_at.is_(None))


def _is_twin(row: Judged, marker: Marker) -> bool:
    if row.intake.label.line != marker.neighbour:
        return False
    point = row.intake.coordinate
    if point is None or marker.lat is None or marker.lon is None:
        return True
    if identify(row.intake.label).sort_key == marker.sort_key:
        return True
    return distance_m(point.lat, point.lon, marker.lat, marker.lon) < _SAME_TRIPOINT_M
