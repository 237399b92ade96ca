"""What a step does beside moving: a unit gets the case or is called in, facts, side cases."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.cases.heads import CaseHead
from app.cases.models import CaseLink, CaseUnit, UnitRole
from app.errors import Invalid
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.workflow.decisions import Effect

Opener = Callable[..., CaseHead]  # services.open_case, handed in: it stands above this module


def apply_effects(
    session: Session, head: CaseHead, effects: Sequence[Effect]
) -> tuple[dict[str, Any], dict[str, Any]]:  # Any: JSON answers, columns of case
    """The facts and the columns that the effects change."""
    facts: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for effect in effects:
        if effect.do == "set":
            facts[effect.target] = effect.value
        elif effect.do == "release":
            columns["assignee_id"] = None
        elif effect.do == "assign_unit":
            columns |= hand_over(session, head, _unit_id(effect))
        elif effect.do == "involve_unit" and effect.value:
            call_in(session, head, _unit_id(effect))
    return facts, columns


def _unit_id(effect: Effect) -> int:
    value = effect.value
    if isinstance(value, dict) and isinstance(value.get("id"), int):
        return int(value["id"])
    raise Invalid("Chưa chọn đơn vị nhận hồ sơ.", {effect.target: ["Hãy chọn một đơn vị."]})


def hand_over(session: Session, head: CaseHead, unit_id: int) -> dict[str, Any]:
    """Give the case to a unit; the one that had it keeps taking part, and nobody is lost."""
    unit = unit_by_id(session, unit_id)
    if unit.id == head.owner_unit_id:
        return {}
    set_unit_role(session, head.id, head.owner_unit_id, UnitRole.PARTICIPANT)
    set_unit_role(session, head.id, unit.id, UnitRole.OWNER)
    return {"owner_unit_id": unit.id, "assignee_id": None, "team_id": None}


def call_in(session: Session, head: CaseHead, unit_id: int) -> None:
    """Let a unit take part; the one that has the case keeps it."""
    if unit_id != head.owner_unit_id:
        set_unit_role(session, head.id, unit_by_id(session, unit_id).id, UnitRole.PARTICIPANT)


def set_unit_role(session: Session, case_id: int, unit_id: int, role: UnitRole) -> None:
    """Tie a unit to a case; a stronger tie is never weakened to 'informed'."""
    known = session.scalar(
        select(CaseUnit.role).where(CaseUnit.case_id == case_id, CaseUnit.unit_id == unit_id)
    )
    if known is None:
        session.execute(insert(CaseUnit).values(case_id=case_id, unit_id=unit_id, role=role))
    elif role is not UnitRole.INFORMED:
        session.execute(
            update(CaseUnit)
            .where(CaseUnit.case_id == case_id, CaseUnit.unit_id == unit_id)
            .values(role=role)
        )


def open_side_cases(
    session: Session,
    actor: Actor,
    head: CaseHead,
    effects: Sequence[Effect],
    *,
    opener: Opener,
    pack: Pack | None,
    now: datetime,
) -> None:
    """Open the cases that the step asks for, with the facts it hands on, and tie them together."""
    for effect in effects:
        if effect.do != "open_case":
            continue
        answers = {code: head.data[code] for code in effect.fields if code in head.data}
        side = opener(
            session, actor, effect.target, answers=answers, pack=pack, now=now, is_side_case=True
        )
        session.add(
            CaseLink(case_id=head.id, role="side_case", other_case_id=side.id, linked_at=now)
        )
