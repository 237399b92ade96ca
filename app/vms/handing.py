"""A trip becomes a case: opened with what is known, its evidence frozen and attached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.cases.catalogue import definition_of
from app.cases.heads import CaseHead
from app.cases.queries import latest_version
from app.cases.services import open_case, perform_transition
from app.cases.settling import Files
from app.errors import Conflict
from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.positions import coordinate_value
from app.vms.evidence import freeze
from app.vms.models import AlertKind, NoteKind, Outcome, VmsAlert, VmsTrip
from app.vms.queries import get_trip, trip_with_all
from app.vms.sea_rules import Finding, sea_facts
from app.vms.services import add_note
from app.workflow.expressions import HANOI

TYPE: Final = "fisher_violation"
_STEP: Final = "open_alert"
_TOLD_BEYOND: Final = frozenset({Finding.CROSSED, Finding.PERHAPS})


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the case is opened with, and what its first step is given."""

    opening: dict[str, Any]  # Any: JSON
    step: dict[str, Any]  # Any: JSON


def prefilled(trip: VmsTrip, *, said: str, now: datetime) -> Prefilled:
    """The facts of a case as the alerts give them; an overlap is never a crossing."""
    beyond = _newest(trip, AlertKind.LINE_CROSSED, told=True)
    lost = _newest(trip, AlertKind.SIGNAL_LOST)
    main = beyond or lost or trip.alerts[-1]
    opening: dict[str, Any] = {
        "report_kind": "line_crossed" if beyond else "signal_lost",
        "vessel_claimed": trip.number_raw,
        "noticed_at": _minute(now),
        "vessels_claimed": 1,
        "first_notice": said,
    }
    if place := _place(main):
        opening["position"] = place
    step: dict[str, Any] = {}
    if beyond:
        step["line_crossed_at"] = _minute(beyond.started_at)
    if lost or not beyond:
        step["signal_lost_at"] = _minute((lost or main).started_at)
    # What is over when the case begins must start no clock.
    if beyond and beyond.ended_at and trip.beyond_since is None:
        step["turned_back_at"] = _minute(beyond.ended_at)
    if lost and lost.ended_at and trip.lost_since is None:
        step["signal_back_at"] = _minute(lost.ended_at)
    if main.status:  # a stretch that is only indicative proves no limit
        is_sure = main.status != "treaty" or main.is_official
        step["line_status"] = main.status if is_sure else "unknown"
    if main.miles is not None:
        step["distance_to_line_nm"] = main.miles
    return Prefilled(opening, step)


def open_trip_case(
    session: Session,
    actor: Actor,
    trip_id: int,
    *,
    said: str,
    folder: Path,
    pack: Pack | None,
    now: datetime,
) -> CaseHead:
    """Open the case of a trip with its evidence; the trip is handed over to it, once."""
    get_trip(session, actor, trip_id, lock=True)
    trip = trip_with_all(session, actor, trip_id)
    if trip.case_id is not None:
        raise Conflict("Chuyến này đã có hồ sơ. Hãy mở hồ sơ đó từ trang của chuyến.")
    facts = prefilled(trip, said=said, now=now)
    head = open_case(session, actor, TYPE, answers=facts.opening, pack=pack, now=now)
    file = freeze(session, trip, folder, now=now)
    head = perform_transition(
        session,
        actor,
        head.reference,
        _STEP,
        answers=_asked(session, facts.step),
        expected_version=head.version,
        pack=pack,
        now=now,
        files=Files({"tracking_extract": [file]}),
    )
    trip.case_id = head.id
    trip.outcome, trip.outcome_at, trip.is_open = Outcome.HANDED_OVER, now, False
    add_note(session, actor, trip, NoteKind.CASE_OPENED, value=head.reference, now=now)
    return head


def _asked(session: Session, answers: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Of these answers, those that the step takes: an office may have its own version of it."""
    definition = definition_of(session, latest_version(session, TYPE))
    [step] = [one for one in definition.case_type.transitions if one.code == _STEP]
    taken = {*step.require, *step.ask}
    return {code: value for code, value in answers.items() if code in taken}


def first_words(trip: VmsTrip) -> str:
    """What the first report of the case says, to be corrected by the officer."""
    span = f"từ {_said(trip.started_at)} đến {_said(trip.last_at)}"
    lines = [f"Cảnh báo VMS của tàu {trip.number_raw}: {trip.alert_count} cảnh báo {span}."]
    facts = sea_facts()
    for alert in trip.alerts[-3:]:
        words = facts.words.get(alert.finding)
        if alert.kind == AlertKind.LINE_CROSSED and words is not None:
            lines.append(f"{_said(alert.started_at)}: {words.vi}.")
    return " ".join(lines)


def _newest(trip: VmsTrip, kind: AlertKind, *, told: bool = False) -> VmsAlert | None:
    found = [
        one for one in trip.alerts if one.kind == kind and (not told or one.finding in _TOLD_BEYOND)
    ]
    return found[-1] if found else None


def _place(alert: VmsAlert) -> dict[str, Any] | None:  # Any: JSON
    if alert.lat is None or alert.lon is None:
        return None
    read = parse_coordinate(f"{alert.lat:.6f}, {alert.lon:.6f}")
    return coordinate_value(read) if isinstance(read, Coordinate) else None


def _minute(moment: datetime) -> str:
    return moment.astimezone(HANOI).isoformat(timespec="minutes")


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%d/%m/%Y %H:%M}"
