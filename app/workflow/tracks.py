"""What a case may follow one by one beside its own state: vessels, persons, sanctions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.workflow.text import Text, joined


class Track(StrEnum):
    """A list of children of a case, each of which ends by itself."""

    VESSELS = "vessels"
    PERSONS = "persons"
    SANCTIONS = "sanctions"


NAMES: Mapping[Track, Text] = {
    Track.VESSELS: Text("Tàu", "Vessels"),
    Track.PERSONS: Text("Người", "Persons"),
    Track.SANCTIONS: Text("Chế tài", "Sanctions"),
}
TRACK_CHOICES = tuple((track.value, name) for track, name in NAMES.items())
_ONE: Mapping[Track, Text] = {
    Track.VESSELS: Text("tàu", "vessel"),
    Track.PERSONS: Text("người", "person"),
    Track.SANCTIONS: Text("chế tài", "sanction"),
}


def counted(track: Track, number: int) -> Text:
    """“5 người”, “1 vessel”."""
    one = _ONE[track]
    plural = "" if number == 1 else "s"
    return Text(f"{number} {one.vi}", f"{number} {one.in_locale('en')}{plural}")


def still_open(tracks: tuple[Track, ...], held: Mapping[str, int]) -> tuple[Text, Text] | None:
    """How many children are open, and in which lists; None where every one has ended."""
    waiting = [track for track in tracks if held.get(track, 0) > 0]
    if not waiting:
        return None
    counts = [counted(track, held[track]) for track in waiting]
    return joined(counts, "và", "and"), joined([NAMES[one] for one in waiting], "và", "and")
