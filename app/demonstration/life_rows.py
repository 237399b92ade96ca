"""A case being lived in memory, and how its rows are written when it is complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.cases.models import (
    Attachment,
    Case,
    CaseClock,
    CaseEvent,
    CaseLink,
    CaseUnit,
)
from app.cases.search import Words
from app.cases.text_models import CaseText
from app.workflow.clocks import OpenClock

Answers = Mapping[str, Any]  # field code → JSON value
Row = dict[str, Any]  # Any: column values


@dataclass(slots=True)
class Life:
    """One case being lived: its head and the rows that it will leave."""

    head: CaseHead
    columns: Row
    definition: Definition
    events: list[Row] = field(default_factory=list)
    clocks: dict[tuple[str, int], Row] = field(default_factory=dict)
    running: dict[str, OpenClock] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    links: list[Row] = field(default_factory=list)
    papers: list[Row] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    @property
    def data(self) -> Answers:
        return self.head.data


def write_lives(session: Session, lives: Sequence[Life]) -> None:
    """Every row of complete lives, a statement for each table."""
    if not lives:
        return
    _insert_all(session, Case, [_complete(life.columns) for life in lives])
    _insert_all(session, CaseEvent, [row for life in lives for row in life.events])
    _insert_all(session, CaseClock, [row for life in lives for row in life.clocks.values()])
    for column in ("marker_id", "person_id", "vessel_id"):
        rows = [row for life in lives for row in life.links if column in row]
        _insert_all(session, CaseLink, rows)
    _insert_all(session, Attachment, [row for life in lives for row in life.papers])
    units = [
        {"case_id": life.head.id, "unit_id": unit_id, "role": role}
        for life in lives
        for unit_id, role in life.units.items()
    ]
    _insert_all(session, CaseUnit, units)
    texts = [Words.together(life.words).row(life.head.id) for life in lives]
    _insert_all(session, CaseText, texts)


_CASE_COLUMNS = tuple(column.name for column in Case.__table__.columns)
_FRESH: Row = {"confidentiality": "normal", "last_event_text": "", "place_text": "", "version": 0}


def _complete(columns: Row) -> Row:
    return {name: columns.get(name, _FRESH.get(name)) for name in _CASE_COLUMNS}


def _insert_all(session: Session, model: type[Any], rows: Sequence[Row]) -> None:
    if rows:
        session.execute(insert(model.__table__), list(rows))
