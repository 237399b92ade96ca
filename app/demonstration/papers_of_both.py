"""Illustrative acts of both sides, and values on which they differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy.orm import Session

from app.demonstration.names import DATA
from app.permissions import SYSTEM_ACTOR
from app.registers.act_services import ActFacts, Signature, record_act
from app.registers.claims import Claim, record_claim
from app.registers.models import Marker, Side
from app.registers.queries import markers_by_label

Said = Mapping[str, Any]  # Any: YAML


def load_papers(session: Session, *, now: datetime) -> str:
    said: Said = yaml.safe_load((DATA / "acts.yaml").read_text("utf-8"))
    for act in said["acts"]:
        _load_act(session, act, now)
    for claim in said["claims"]:
        _load_claims(session, claim, now)
    return f"{len(said['acts'])} văn bản song phương, {len(said['claims'])} chênh lệch"


def _load_act(session: Session, said: Said, now: datetime) -> None:
    markers = _markers(session, said["markers"])
    facts = ActFacts(
        neighbour=markers[0].neighbour,
        kind=said["kind"],
        held_on=said["held_on"],
        title=said["title"],
        other_language=said["other_language"],
        other_title=said["other_title"],
        number=said["number"],
        place=said["place"],
        source="minh họa",
        is_illustration=True,
    )
    ours, theirs = (Signature(**(said[side] or {})) for side in ("ours", "theirs"))
    record_act(session, SYSTEM_ACTOR, facts, markers, ours=ours, theirs=theirs, now=now)


def _load_claims(session: Session, said: Said, now: datetime) -> None:
    [marker] = _markers(session, [said["marker"]])
    for party in (Side.VIETNAM, Side.NEIGHBOUR):
        claim = Claim(said["field"], party, said[party.value], said["on"], "minh họa")
        record_claim(session, SYSTEM_ACTOR, marker, claim, now=now)


def _markers(session: Session, names: Sequence[str]) -> list[Marker]:
    pairs = [(line, label) for line, _space, label in (name.partition(" ") for name in names)]
    found = markers_by_label(session, pairs)
    return [found[pair] for pair in pairs]
