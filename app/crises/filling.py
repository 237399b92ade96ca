"""A list that comes again with more columns: what it adds to people known from it is kept.

Nothing that stands is overwritten: only what was empty is filled, and the history says so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises import events
from app.crises.models import MassEvent, MassList, Participant
from app.crises.recording import happened_to_many
from app.imports.judging import Judged
from app.permissions import Actor

_TEXTS: Final = ("contact", "home_text", "family", "medical", "shelter", "other_spelling")
_CODES: Final = ("sex", "province_code", "commune_code", "transit_country", "journey_id")
_FLAGS: Final = ("is_victim", "is_medical")
_AT_ONCE = 400


def fill_known(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    rows: Sequence[Judged],
    *,
    now: datetime,
) -> int:
    """Fill in what rows of this list say beyond what they once said; answers of how many people."""
    taken: dict[str, Mapping[str, Any]] = {row.intake["row_key"]: row.intake for row in rows}
    provinces: set[str | None] = set()
    told: list[tuple[int, str, Mapping[str, Any]]] = []  # Any: JSON
    entries = _entries(session, event, list(taken))
    roots = events.people_in(session, [one.merged_into_id for one in entries if one.merged_into_id])
    for entry in entries:
        names = _fill(entry, taken[entry.row_key])
        root = roots[entry.merged_into_id] if entry.merged_into_id else entry
        if root is not entry:
            names += [name for name in _fill(root, taken[entry.row_key]) if name not in names]
        provinces |= {root.province_code} if "province_code" in names else set()
        if names:
            told.append((root.id, "", {"list": found.id, "filled": names}))
    happened_to_many(session, actor, "filled", told, now=now)
    events.add_provinces(session, event, provinces)
    return len(told)


def _entries(session: Session, event: MassEvent, keys: Sequence[str]) -> list[Participant]:
    found: list[Participant] = []
    for start in range(0, len(keys), _AT_ONCE):
        asked = select(Participant).where(
            Participant.event_id == event.id,
            Participant.row_key.in_(keys[start : start + _AT_ONCE]),
        )
        found += session.scalars(asked).all()
    return found


def _fill(person: Participant, said: Mapping[str, Any]) -> list[str]:  # Any: columns
    filled = []
    is_home_known = bool(person.province_code or person.is_province_by_hand)
    for name in (*_TEXTS, *_CODES):
        if name in ("province_code", "commune_code") and is_home_known:
            continue
        if getattr(person, name) in (None, "") and said.get(name) not in (None, ""):
            setattr(person, name, said[name])
            filled.append(name)
    for name in _FLAGS:
        if said.get(name) and not getattr(person, name):
            setattr(person, name, True)
            filled.append(name)
    return filled
