"""What the lists of a case say already, as the first answers of a step that asks for it again.

Who has verified nine men one by one does not type them a second time; an entry of the register that
was found there stays that entry, instead of becoming another of the same name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.children.models import CaseChild
from app.cases.children.shown import Reader, reader_of
from app.cases.children.words import statuses
from app.cases.heads import CaseHead
from app.permissions import Actor
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.tracks import Track

_LISTS: Mapping[FieldType, Track] = {
    FieldType.PERSON: Track.PERSONS,
    FieldType.VESSEL: Track.VESSELS,
}
_NUMBERS: Mapping[str, Track] = {f"{track.value}_verified": track for track in _LISTS.values()}


def proposed(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    fields: Iterable[FieldDefinition],
) -> dict[str, Any]:  # Any: JSON values by field
    """Values for the fields that the case does not hold yet and its lists tell."""
    tracks = set(definition.machine.tracks)
    empty = [item for item in fields if head.data.get(item.code) in (None, "", [])]
    asked = {item.code: track for item in empty if (track := _track_of(item)) in tracks}
    if not asked:
        return {}
    reader = reader_of(session, actor, head)
    found = {
        code: _number(reader, track) if code in _NUMBERS else _list(reader, track)
        for code, track in asked.items()
        if track is not None
    }
    return {code: value for code, value in found.items() if value}


def _track_of(item: FieldDefinition) -> Track | None:
    if item.code in _NUMBERS:
        return _NUMBERS[item.code]
    return _LISTS.get(item.type) if item.multiple else None


def _verified(reader: Reader, track: Track) -> Sequence[CaseChild]:
    known = statuses(track)
    return [
        child
        for child in reader.children
        if child.track == track and child.is_verified and known[child.status].claims
    ]


def _number(reader: Reader, track: Track) -> int:
    return len(_verified(reader, track))


def _list(reader: Reader, track: Track) -> list[dict[str, Any]]:  # Any: JSON
    """Nobody where a name is closed to the reader: a part of a list would pass for the whole."""
    found = _verified(reader, track)
    if not all(reader.may_name(child) for child in found):
        return []
    return [_entry(reader, child) for child in found]


def _entry(reader: Reader, child: CaseChild) -> dict[str, Any]:  # Any: JSON
    label = reader.row(child).known_as or child.label
    entry_id = child.person_id or child.vessel_id
    return {"id": entry_id, "label": label} if entry_id else {"label": label}
