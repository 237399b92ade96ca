"""What is said of a vessel, kept beside what was said before; the newest stands in the register."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text, normalise_text
from app.errors import Invalid
from app.permissions import Actor
from app.registers.models import Vessel
from app.registers.person_models import VesselFact
from app.registers.vessel_numbers import read_vessel_number

VERDICT, NUMBER, OWNER = "verdict", "number", "owner"
PERSONAL_FIELDS = frozenset({OWNER, "master"})
_COLUMNS = {OWNER: "owner_name", "master": "master_name", "vms": "vms_device"}


@dataclass(frozen=True, slots=True)
class SaidOfVessel:
    """One fact as it reached us."""

    field: str
    value: str
    said_on: date
    source: str


def note_vessel_fact(
    session: Session, actor: Actor, vessel: Vessel, said: SaidOfVessel, *, now: datetime
) -> VesselFact:
    """Add a fact; the newest of its kind by day becomes what the register says."""
    value = normalise_text(said.value)
    if not value:
        raise Invalid("Chưa nhập giá trị.", {"value": ("Nhập giá trị.",)})
    if said.said_on > actor.day(now):
        raise Invalid("Ngày chưa đến.", {"said_on": ("Ngày chưa đến.",)})
    row = VesselFact(
        vessel_id=vessel.id,
        field=said.field,
        value=value[:255],
        said_on=said.said_on,
        source=normalise_text(said.source),
        recorded_at=now,
        recorded_by=actor.user_id,
        recorder_name=actor.name,
    )
    session.add(row)
    session.flush()
    _apply(vessel, said.field, value)
    vessel.version += 1
    vessel.updated_at = now
    record_access(session, actor, f"vessel.{said.field}_noted", f"vessel:{vessel.id}", now=now)
    return row


def _apply(vessel: Vessel, field: str, value: str) -> None:
    if field == VERDICT:
        vessel.verdict = value
    elif field == NUMBER:
        _apply_number(vessel, value)
    elif field in _COLUMNS:
        setattr(vessel, _COLUMNS[field], value[:64] if field == "vms" else value)
        vessel.owner_fold = fold_text(vessel.owner_name or "")


def _apply_number(vessel: Vessel, value: str) -> None:
    """The right number is searched by; the one that was read first stays as it was seen."""
    number = read_vessel_number(value)
    before = vessel.canonical
    if number.canonical is None:
        if number.raw not in vessel.other_numbers:
            vessel.other_numbers = [*vessel.other_numbers, number.raw]
        return
    vessel.canonical, vessel.number_fold = number.canonical, number.folded
    if before and before != number.canonical and before not in vessel.other_numbers:
        vessel.other_numbers = [*vessel.other_numbers, before]
