"""Refuses to record as agreed what only one side has signed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.permissions import Actor
from app.registers.act_models import JointAct, JointActMarker
from app.registers.act_rules import joint_steps, missing_for, refusal, rests_on_protocol
from app.registers.models import Marker, Stage


def one_sided(
    session: Session,
    marker: Marker,
    facts: Mapping[str, Any],  # Any: column values
    *,
    locale: str = "vi",
) -> str | None:
    """Why these facts of a known marker would be one side's word only; None where they are not.

    `facts` are the values that are to hold; what they leave out stays as the marker has it.
    """

    def said(name: str) -> str:
        return str(facts.get(name, getattr(marker, name)) or "")

    if "stage" not in facts or facts["stage"] == marker.stage:
        return None
    steps = joint_steps(marker.stage, str(facts["stage"]))
    if not steps or rests_on_protocol(said("legal_stage"), said("legal_basis"), said("source")):
        return None
    acts = acts_about(session, marker)
    for step in steps:
        if missing := missing_for(step, acts):
            return refusal(step, missing, marker.neighbour, locale=locale)
    return None


def require_both_sides(
    session: Session,
    actor: Actor,
    marker: Marker,
    facts: Mapping[str, Any],  # Any: column values
) -> None:
    """Raise Invalid for a person; what the system itself loads are published facts."""
    if "system" in actor.roles:
        return
    if said := one_sided(session, marker, facts, locale=actor.locale):
        raise Invalid(said, {"stage": [said]})


def require_named_source(
    actor: Actor,
    facts: Mapping[str, Any],  # Any: column values
) -> None:
    """A marker entered at a stage that both sides agreed to names the paper that says so."""
    named = [str(facts.get(name) or "") for name in ("legal_basis", "source")]
    stage = str(facts.get("stage") or Stage.AGREED_ON_MAP)
    if "system" in actor.roles or not joint_steps(None, stage) or any(map(str.strip, named)):
        return
    said = _("Bước này cần cả hai bên: hãy ghi căn cứ pháp lý hoặc nguồn có chữ ký hai bên.")
    raise Invalid("Chưa ghi được mốc.", {"source": [said]})


def acts_about(session: Session, marker: Marker) -> list[JointAct]:
    """The acts that concern a marker, the newest first."""
    return list(
        session.scalars(
            select(JointAct)
            .join(JointActMarker, JointActMarker.act_id == JointAct.id)
            .where(JointActMarker.marker_id == marker.id)
            .order_by(JointAct.held_on.desc(), JointAct.id.desc())
        )
    )
