"""Puts together what a marker's page shows of both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.registers.act_models import Discrepancy, JointAct
from app.registers.act_queries import Said, open_discrepancies, said_of
from app.registers.both_sides import acts_about
from app.registers.models import Marker


@dataclass(frozen=True, slots=True)
class Pact:
    """The acts about a marker and what each side says of it."""

    acts: Sequence[JointAct]
    said: Sequence[Said]
    open: Mapping[str, Discrepancy]


def pact_of(session: Session, marker: Marker) -> Pact:
    return Pact(
        acts_about(session, marker), said_of(session, marker), open_discrepancies(session, marker)
    )
