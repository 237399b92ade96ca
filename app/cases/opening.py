"""How every case begins, whether one is opened or a thousand: the same row, event and words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit import GENESIS
from app.cases.catalogue import Definition
from app.cases.models import EventKind
from app.cases.recording import Happening
from app.cases.search import Words, words_of_data
from app.permissions import Actor


def first_row(
    actor: Actor, definition: Definition, reference: str, *, now: datetime, is_illustration: bool
) -> dict[str, Any]:  # Any: columns of case
    """The case before anything is known of it."""
    state = definition.machine.initial_state
    return {
        "reference": reference,
        "type_code": definition.code,
        "type_version_id": definition.version_id,
        "state": state,
        "state_kind": definition.state_kinds[state],
        "title": reference,
        "data": {},
        "owner_unit_id": actor.unit_id,
        "version": 0,
        "is_open": True,
        "last_seq": 0,
        "last_hash": GENESIS,
        "opened_at": now,
        "updated_at": now,
        "is_illustration": is_illustration,
    }


def opening_of(definition: Definition, data: Mapping[str, Any]) -> Happening:  # Any: JSON
    """The first event of a case."""
    state = definition.machine.initial_state
    return Happening(
        EventKind.OPENED,
        data=data,
        to_state=state,
        summary=f"Mở hồ sơ: {definition.state_names[state].vi}",
    )


def first_words(
    definition: Definition, reference: str, columns: Mapping[str, Any]
) -> Words:  # Any: columns of case
    """The words by which a new case is found."""
    beside = (reference, columns["title"], columns["place_text"])
    return words_of_data(definition.fields, columns["data"], beside=beside)
