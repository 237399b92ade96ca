"""A day's positions are judged against the lines at sea and let go: alerts and extracts stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.permissions import Actor
from app.registers.vessel_numbers import VesselNumber
from app.vms.evidence import Point, keep_positions
from app.vms.ladder import LimitBook
from app.vms.models import AlertKind, VmsAlert, VmsDay, VmsExtract
from app.vms.recording import Change, NewAlert, Recorded, link_vessels, record_alerts
from app.vms.sea_rules import FINDINGS, Finding, Judged, Sea
from app.vms.tracks import Passage, Tracks, around, count_gaps, passages
from app.vms.vessels import Known

_REACH_S: Final = 12 * 3600
_MOST_POSITIONS: Final = 200
_AT_ONCE: Final = 400
_TOLD: Final = tuple(
    FINDINGS.index(one) for one in (Finding.CROSSED, Finding.PERHAPS, Finding.ELSEWHERE)
)


@dataclass(frozen=True, slots=True)
class Sailing:
    """A vessel of the file: its number, what the register knows, its province."""

    number: VesselNumber
    vessel: Known | None
    province_code: str | None


@dataclass(frozen=True, slots=True)
class DayFile:
    """The positions of a file; `sailing` is indexed by `tracks.vessel`."""

    name: str
    sha256: str
    tracks: Tracks
    sailing: Sequence[Sailing]
    refused: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the positions of a file say."""

    file: DayFile
    judged: Judged
    passages: Sequence[Passage]
    gaps: int
    unsettled: int


def check_day(session: Session, sea: Sea, file: DayFile, *, now: datetime) -> Checked:
    """Judge every position; nothing is written."""
    tracks = file.tracks
    judged = sea.judge(tracks.lon, tracks.lat)
    is_told = np.isin(judged.finding, _TOLD)
    counted = LimitBook(session).of(None, now.date()).counted_loss
    return Checked(
        file,
        judged,
        passages(tracks, is_told),
        count_gaps(tracks, longer_than_s=counted.total_seconds()),
        int(judged.of(Finding.UNSETTLED).sum()),
    )


def keep_day(
    session: Session, actor: Actor, sea: Sea, checked: Checked, *, now: datetime
) -> tuple[VmsDay, list[Recorded]]:
    """Keep the alerts, an extract for each, and the counts; the positions themselves are not."""
    file = checked.file
    still_open = _open_crossings(session, file)
    found = [_alert(sea, checked, one, still_open) for one in checked.passages]
    back = _come_back(checked, still_open)
    recorded = record_alerts(session, actor, [*found, *back], now=now)
    pairs = zip(checked.passages, recorded[: len(found)], strict=True)
    _keep_extracts(session, checked, [(p, r.alert.trip_id) for p, r in pairs], now=now)
    known = {one.number.folded: one.vessel for one in file.sailing if one.vessel is not None}
    link_vessels(session, known)
    day = _counted(actor, checked, now=now)
    session.add(day)
    session.flush()
    record_access(session, actor, "vms.day_checked", f"vms_day:{day.id}", now=now)
    return day, recorded


def _counted(actor: Actor, checked: Checked, *, now: datetime) -> VmsDay:
    file, tracks = checked.file, checked.file.tracks
    return VmsDay(
        file_name=file.name,
        sha256=file.sha256,
        unit_id=actor.unit_id,
        user_id=actor.user_id,
        first_at=moment_of(int(tracks.at.min())) if len(tracks) else None,
        last_at=moment_of(int(tracks.at.max())) if len(tracks) else None,
        positions=len(tracks),
        refused=file.refused,
        vessels=len(np.unique(tracks.vessel)),
        gaps=checked.gaps,
        unsettled=checked.unsettled,
        hits=len(checked.passages),
        checked_at=now,
    )


def _open_crossings(session: Session, file: DayFile) -> Mapping[str, VmsAlert]:
    """The crossing that each vessel of the file was last known to be on."""
    folds = sorted({one.number.folded for one in file.sailing})
    found: dict[str, VmsAlert] = {}
    for start in range(0, len(folds), _AT_ONCE):
        rows = session.scalars(
            select(VmsAlert)
            .where(
                VmsAlert.number_fold.in_(folds[start : start + _AT_ONCE]),
                VmsAlert.kind == AlertKind.LINE_CROSSED,
                VmsAlert.ended_at.is_(None),
            )
            .order_by(VmsAlert.started_at)
        )
        found |= {row.number_fold: row for row in rows}
    return found


def _alert(
    sea: Sea, checked: Checked, passage: Passage, still_open: Mapping[str, VmsAlert]
) -> NewAlert:
    """A passage as an alert; one that goes on from the day before keeps its beginning."""
    tracks = checked.file.tracks
    sailing = checked.file.sailing[int(tracks.vessel[passage.first])]
    first, last = (moment_of(int(tracks.at[row])) for row in (passage.first, passage.last))
    before = still_open.get(sailing.number.folded)
    goes_on = before is not None and passage.is_from_start and before.started_at <= first
    back = moment_of(int(tracks.at[passage.back])) if passage.back is not None else None
    return NewAlert(
        sailing.number,
        AlertKind.LINE_CROSSED,
        before.started_at if before is not None and goes_on else first,
        back,
        back or last,
        sailing.province_code,
        checked.file.name,
        sailing.vessel,
        float(tracks.lat[passage.first]),
        float(tracks.lon[passage.first]),
        sea.told(checked.judged, passage.first),
    )


def _come_back(checked: Checked, still_open: Mapping[str, VmsAlert]) -> list[NewAlert]:
    """Crossings of before whose vessel is at home in its first position of the file."""
    tracks = checked.file.tracks
    is_told = np.isin(checked.judged.finding, _TOLD)
    found = []
    for row in np.flatnonzero(tracks.begins & ~is_told):
        sailing = checked.file.sailing[int(tracks.vessel[row])]
        before, at = still_open.get(sailing.number.folded), moment_of(int(tracks.at[row]))
        if before is not None and at > before.known_until:
            found.append(
                NewAlert(
                    sailing.number,
                    AlertKind.LINE_CROSSED,
                    before.started_at,
                    at,
                    at,
                    sailing.province_code,
                    checked.file.name,
                )
            )
    return found


def _keep_extracts(
    session: Session,
    checked: Checked,
    found: Sequence[tuple[Passage, int]],
    *,
    now: datetime,
) -> None:
    """The positions around each passage, frozen once: the same file again adds none."""
    trip_ids = sorted({trip_id for _, trip_id in found})
    known: set[tuple[int, str]] = set()
    for start in range(0, len(trip_ids), _AT_ONCE):
        rows = session.execute(
            select(VmsExtract.trip_id, VmsExtract.sha256).where(
                VmsExtract.trip_id.in_(trip_ids[start : start + _AT_ONCE])
            )
        )
        known |= {(row.trip_id, row.sha256) for row in rows}
    for passage, trip_id in found:
        extract = keep_positions(
            trip_id,
            _points(checked, passage),
            source=checked.file.name,
            source_sha256=checked.file.sha256,
            now=now,
        )
        if (trip_id, extract.sha256) not in known:
            known.add((trip_id, extract.sha256))
            session.add(extract)


def _points(checked: Checked, passage: Passage) -> list[Point]:
    tracks = checked.file.tracks
    rows = around(tracks, passage, reach_s=_REACH_S, most=_MOST_POSITIONS)
    return [
        Point(
            moment_of(int(tracks.at[row])),
            round(float(tracks.lat[row]), 6),
            round(float(tracks.lon[row]), 6),
            checked.file.name,
            "Vị trí thiết bị gửi",
        )
        for row in rows
    ]


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def outcome_counts(recorded: Sequence[Recorded]) -> Mapping[str, int]:
    """How many alerts were new, longer, or known."""
    return {change.value: sum(one.change is change for one in recorded) for change in Change}
