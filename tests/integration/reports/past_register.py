"""A made-up stretch with a history: what stood on which day, for tests."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR
from app.registers.models import Marker, Segment
from app.registers.recording import MarkerRow, Survey
from app.registers.reference import load_reference, load_segments
from app.registers.services import correct_marker, upsert_markers
from tests.integration.registers.factories import NOW, row

BEGAN = date(2010, 1, 1)


def segment(neighbour: str, name: str, province_code: str, to_m: float) -> Segment:
    return Segment(
        neighbour=neighbour,
        province_code=province_code,
        counterpart="",
        name=name,
        chainage_from_m=0.0,
        chainage_to_m=to_m,
    )


def _since(marker: MarkerRow, began: date) -> MarkerRow:
    return replace(marker, survey=Survey(source="Số liệu thử", measured_on=began))


def add_history(session: Session, pack: Pack) -> dict[str, Marker]:
    """Two markers and a peg on the Cambodian line, one marker on the Chinese, by label.

    47 was built in 2014 and is in force since 2020; 48 is still agreed on the map; the peg 47/1.1
    was set in 2018; 260 was handed over in 2010.
    """
    load_reference(session)
    load_segments(
        session,
        [
            segment("KH", "Việt Nam – Campuchia: Đoạn thử", "08", 300_000),
            segment("CN", "Việt Nam – Trung Quốc: Đoạn thử", "08", 300_000),
        ],
    )
    rows = [
        _since(row("KH 47", 20.001, 104.30), BEGAN),
        _since(row("KH 48", 20.001, 104.60), BEGAN),
        _since(row("KH 47/1.1", 20.001, 104.40), date(2018, 3, 1)),
        _since(row("CN 260", 21.999, 104.50), BEGAN),
    ]
    done = upsert_markers(session, SYSTEM_ACTOR, rows, pack=pack, now=NOW)
    markers = {one.marker.label: one.marker for one in done}
    move(session, markers["47"], date(2012, 5, 1), stage="agreed_in_field")
    move(session, markers["47"], date(2014, 5, 1), stage="built")
    move(session, markers["47"], date(2020, 12, 22), stage="handed_over", legal_stage="in_force")
    move(session, markers["260"], date(2010, 7, 14), stage="handed_over", legal_stage="in_force")
    return markers


def move(session: Session, marker: Marker, on: date, **changes: str) -> None:
    correct_marker(
        session, SYSTEM_ACTOR, marker, changes=changes, reason="Thử", now=NOW, valid_on=on
    )
