"""What new answers change: the facts with all that follows from them, the place, the title."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead, view_of
from app.cases.models import Case
from app.cases.placing import place_columns, touches_place
from app.cases.titles import title_of, touches_title
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.workflow.engine import consequences
from app.workflow.expressions import is_filled

Answers = Mapping[str, Any]  # field code → JSON value


def with_consequences(
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    fresh: Answers,
    *,
    columns: Mapping[str, Any],  # Any: columns of case
    now: datetime,
) -> dict[str, Any]:  # Any: JSON values
    """The new facts, the computed ones among them; what its condition hides falls away."""
    if not definition.machine.fields.derivations:
        return dict(fresh)
    after = head.with_columns({**columns, "data": {**head.data, **fresh}})
    following = consequences(definition.machine, after.situation(), view_of(actor), now=now)
    idle = {
        code
        for code, value in following.items()
        if value is None and not is_filled(head.data.get(code))
    }
    return {code: value for code, value in {**fresh, **following}.items() if code not in idle}


def fact_columns(
    session: Session, head: CaseHead, definition: Definition, fresh: Answers, *, pack: Pack | None
) -> dict[str, Any]:  # Any: columns of case
    """The facts as columns of the case, and where new ones bear on them the place and the title."""
    data = {**head.data, **fresh}
    columns: dict[str, Any] = {"data": data}
    if touches_place(definition, fresh):
        columns |= place_columns(session, definition, data, pack=pack)
    if touches_title(definition, {*fresh, *columns}):
        place_text = columns.get("place_text")
        if place_text is None:
            place_text = session.scalar(select(Case.place_text).where(Case.id == head.id))
        columns["title"] = title_of(session, definition, data, place_text or "")
    return columns


def kept(answers: Answers, hidden: frozenset[str]) -> dict[str, Any]:  # Any: JSON values
    """The answers without those whose field is not there: nothing of them is stored."""
    return {code: value for code, value in answers.items() if code not in hidden}
