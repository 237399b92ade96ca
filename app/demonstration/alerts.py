"""Alerts of vessels at sea: one vessel that loses its signal twenty times, and two that came back.

The numbers are those of the fisher incidents in the scripts; nobody is behind them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demonstration.staff import Staff
from app.permissions import Actor
from app.registers.vessel_numbers import read_vessel_number
from app.vms import services
from app.vms.models import AlertKind, VmsTrip
from app.vms.recording import NewAlert, record_alerts
from app.vms.services import Point
from app.vms.vessels import known_vessels

OFFICE, PROVINCE = "TS91", "91"
SOURCE = "Danh sách cảnh báo (minh họa)"
REPEATED = "KG 91355 TS"
_LOSSES = 20
_EVERY, _LENGTH = timedelta(hours=11), timedelta(hours=6, minutes=40)
_STILL_LOST = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss of signal, as hours before now; without an end it goes on."""

    vessel: str
    began: timedelta
    ended: timedelta | None


def load_alerts(session: Session, staff: Staff, *, now: datetime) -> str:
    officer = staff.actor(OFFICE, "fisheries_officer")
    known = known_vessels(session, [read_vessel_number(loss.vessel) for loss in _losses()])
    alerts = []
    for loss in _losses():
        number = read_vessel_number(loss.vessel)
        ended = now - loss.ended if loss.ended is not None else None
        alerts.append(
            NewAlert(
                number,
                AlertKind.SIGNAL_LOST,
                now - loss.began,
                ended,
                ended or now,
                PROVINCE,
                SOURCE,
                vessel=known.get(number.folded),
            )
        )
    record_alerts(session, officer, alerts, now=now)
    _call(session, officer, now)
    return f"{len(alerts)} cảnh báo VMS của {len({one.number.folded for one in alerts})} tàu"


def _losses() -> list[Loss]:
    """The last of the repeated losses still goes on, past the hours of the first report."""
    many = [
        Loss(REPEATED, _STILL_LOST + _EVERY * n, _STILL_LOST + _EVERY * n - _LENGTH)
        for n in range(1, _LOSSES)
    ]
    back = [
        Loss("KG 93702 TS", timedelta(hours=30), timedelta(hours=22)),
        Loss("KG 90828 TS", timedelta(days=3), timedelta(days=2, hours=9)),
    ]
    return [*many, Loss(REPEATED, _STILL_LOST, None), *back]


def _call(session: Session, officer: Actor, now: datetime) -> None:
    """The master was called and told where he is after the loss before the last."""
    fold = read_vessel_number(REPEATED).folded
    trip = session.scalars(select(VmsTrip.id).where(VmsTrip.number_fold == fold)).one()
    services.record_call(session, officer, trip, text="Đã gọi chủ tàu. (Minh họa)", now=now)
    at = now - _STILL_LOST - timedelta(hours=5)
    services.record_position(session, officer, trip, at=at, point=Point(8.9, 103.1), now=now)
