"""Evidence of one trip: its points in time order, written to a file once and named by its hash."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.storage import StoredFile, store_file
from app.vms.models import AlertKind, NoteKind, VmsExtract, VmsTrip
from app.workflow.expressions import HANOI

_LIMIT_MB: Final = 20
_HEADERS: Final = ("Thời điểm (giờ Hà Nội)", "Vĩ độ", "Kinh độ", "Nguồn", "Nội dung")
_ALERTS: Final = {
    AlertKind.SIGNAL_LOST: ("Mất tín hiệu", "Có tín hiệu trở lại"),
    AlertKind.LINE_CROSSED: ("Ghi nhận ở ngoài vùng biển của ta hoặc chưa rõ", "Trở lại"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the evidence; degrees are EPSG:4326, as they came."""

    at: datetime
    lat: float | None
    lon: float | None
    source: str
    said: str

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return {
            "at": self.at.isoformat(),
            "lat": self.lat,
            "lon": self.lon,
            "source": self.source,
            "said": self.said,
        }


def points_of(trip: VmsTrip) -> list[Point]:
    """Alerts, positions that the vessel told, and the positions frozen from files, in order."""
    found = [point for alert in trip.alerts for point in _of_alert(alert)]
    found += [
        Point(note.at, note.lat, note.lon, "Tàu tự báo", "Vị trí báo bằng phương tiện khác")
        for note in trip.notes
        if note.kind == NoteKind.POSITION
    ]
    for extract in trip.extracts:
        found += [
            Point(
                datetime.fromisoformat(one["at"]),
                one["lat"],
                one["lon"],
                one.get("source") or extract.source,
                one.get("said", ""),
            )
            for one in extract.positions
        ]
    unique = {(one.at, one.lat, one.lon, one.said): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.at, one.said))


def _of_alert(alert: Any) -> list[Point]:  # Any: VmsAlert, read only
    begins, ends = _ALERTS[AlertKind(alert.kind)]
    points = [Point(alert.started_at, alert.lat, alert.lon, alert.source, begins)]
    if alert.ended_at is not None:
        points.append(Point(alert.ended_at, None, None, alert.source, ends))
    return points


def keep_positions(
    trip_id: int,
    points: Sequence[Point],
    *,
    source: str,
    source_sha256: str,
    now: datetime,
) -> VmsExtract:
    """Positions around an event of a file that is let go: frozen under the hash of their text."""
    content = written(points)
    return VmsExtract(
        trip_id=trip_id,
        positions=[one.as_json() for one in points],
        sha256=hashlib.sha256(content).hexdigest(),
        source=source,
        source_sha256=source_sha256,
        created_at=now,
    )


def freeze(session: Session, trip: VmsTrip, folder: Path, *, now: datetime) -> StoredFile:
    """The evidence of a trip as a file; the same bytes carry the hash that the trip keeps."""
    points = points_of(trip)
    content = written(points)
    name = f"trich-xuat-hanh-trinh-{trip.number_fold}-{now.astimezone(HANOI):%Y%m%d-%H%M}.csv"
    file = store_file(folder, name, BytesIO(content), limit_mb=_LIMIT_MB)
    session.add(
        VmsExtract(
            trip_id=trip.id,
            positions=[one.as_json() for one in points],
            sha256=file.sha256,
            source=file.file_name,
            source_sha256="",
            created_at=now,
        )
    )
    session.flush()
    return file


def written(points: Sequence[Point]) -> bytes:
    """The points as CSV that office programs read; the same points give the same bytes."""
    sheet = StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(_HEADERS)
    for one in points:
        moment = f"{one.at.astimezone(HANOI):%d/%m/%Y %H:%M:%S}"
        place = (_degrees(one.lat), _degrees(one.lon))
        writer.writerow([moment, *place, _inert(one.source), one.said])
    return b"\xef\xbb\xbf" + sheet.getvalue().encode()


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _inert(text: str) -> str:
    """The name of a file that somebody sent must not become a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
