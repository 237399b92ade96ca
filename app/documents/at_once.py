"""A paper that the act itself writes, in its own transaction: the minutes of what just happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.documents import shelf
from app.documents.composing import first_wording
from app.documents.facts import worded
from app.documents.fields import PERSONS
from app.documents.filling import NUMBER_PLACE, fill
from app.documents.kinds import Kind
from app.documents.models import Made, Paper, PaperState
from app.documents.numbering import day_at, draft_symbol
from app.documents.services import keep_version
from app.documents.templates import ready, template_on
from app.documents.wording import Wording
from app.permissions import Actor

_NOBODY: Final[Sequence[Mapping[str, str]]] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the paper is of: a hand-over of a post, or minutes of a mass event."""

    handover_id: int | None = None
    mass_event_id: int | None = None
    mass_minutes_id: int | None = None

    @property
    def number(self) -> int | None:
        return self.handover_id or self.mass_minutes_id


def draft_at_once(
    session: Session,
    actor: Actor,
    unit: Unit,
    kind: Kind,
    *,
    occasion: Occasion,
    wording: Wording,
    people: Sequence[Mapping[str, str]] = _NOBODY,
    now: datetime,
) -> Paper:
    """The paper as a draft with its Word file; it names nobody beyond `people`."""
    on = day_at(unit, now)
    said = replace(wording, place=first_wording(session, actor, None, kind).place)
    template = template_on(session, unit.id, kind, on)
    data: dict[str, Any] = {  # Any: text and lists of a template
        **worded(unit, kind, said, drafter=actor.name),
        "so_ky_hieu": draft_symbol(session, unit, kind, on=on, place=NUMBER_PLACE),
        PERSONS: list(people),
    }
    paper = Paper(
        handover_id=occasion.handover_id,
        mass_event_id=occasion.mass_event_id,
        mass_minutes_id=occasion.mass_minutes_id,
        unit_id=unit.id,
        kind=kind.code,
        state=PaperState.DRAFT,
        content=said.dumped(),
        template_id=template.row.id if template.row else None,
        created_by=actor.user_id,
        creator_name=actor.name,
        created_at=now,
    )
    session.add(paper)
    session.flush()
    content = fill(ready(session, template.content), data)
    stored = shelf.keep(f"{kind.code.replace('_', '-')}-{occasion.number}.docx", content)
    keep_version(session, actor, paper, stored, made=Made.DRAFTED, now=now)
    return paper
