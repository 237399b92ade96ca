"""What the search box finds: cases and register entries, grouped, under the reader's rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.cases import pages, queries
from app.permissions import Actor, Permission
from app.registers.entry_queries import EntryFilter, list_persons, list_vessels
from app.registers.models import Marker, Person, Vessel
from app.registers.queries import MarkerFilter, list_markers

MOST_ENTRIES = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one search; how many entries there are beyond those shown."""

    cases: Sequence[pages.Row] = ()
    markers: Sequence[Marker] = ()
    vessels: Sequence[Vessel] = ()
    persons: Sequence[Person] = ()
    marker_total: int = 0
    vessel_total: int = 0
    person_total: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.markers or self.vessels or self.persons)


def find(session: Session, actor: Actor, asked: str, *, now: datetime) -> Found:
    if not asked:
        return Found()
    cases = queries.search(session, actor, asked)
    shown = pages.rows(session, actor, cases, now=now)
    if not actor.may(Permission.REGISTER_VIEW):
        return Found(shown)
    markers = list_markers(session, actor, MarkerFilter(text=asked), limit=MOST_ENTRIES)
    wanted = EntryFilter(text=asked)
    vessels = list_vessels(session, actor, wanted, limit=MOST_ENTRIES)
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        return Found(shown, markers.rows, vessels.rows, (), markers.total, vessels.total)
    persons = list_persons(session, actor, wanted, limit=MOST_ENTRIES)
    return Found(
        shown,
        markers.rows,
        vessels.rows,
        persons.rows,
        markers.total,
        vessels.total,
        persons.total,
    )
