"""Brings a day's positions in: read, judged against the lines at sea, and let go."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.database import reading, transaction
from app.errors import Refused
from app.imports.fields import Target
from app.imports.report import Report
from app.imports.storage import fingerprint
from app.imports.surroundings import Surroundings
from app.imports.tables import Opened
from app.imports.tracks import ReadFile, read_positions
from app.vms.day_check import Checked, check_day, keep_day, outcome_counts
from app.vms.recording import Recorded
from app.vms.sea_rules import Sea

_OF_ALERTS = frozenset({"alert_at", "crossed_at", "duration", "alert_kind", "ended_at"})
_OF_PLACES = frozenset({"lat", "lon", "lat_dms", "lon_dms", "coordinate"})


def is_of_positions(opened: Opened) -> bool:
    """Whether a file that names vessels holds positions: places, and nothing of an alert."""
    mapping = opened.table.mapping
    is_of_alerts = not _OF_ALERTS.isdisjoint(mapping)
    return not is_of_alerts and not _OF_PLACES.isdisjoint(mapping)


def opened_as_told(target: Target, open_as: Callable[[Target], Opened]) -> Opened:
    """The file as the list it is: one of alerts in which nothing is of an alert holds positions.

    A list of places without a moment is neither, and stays what it was sent as: there its missing
    column is named.
    """
    opened = open_as(target)
    if target is not Target.VMS or not is_of_positions(opened):
        return opened
    positions = open_as(Target.VMS_POSITIONS)
    return positions if "position_at" in positions.table.mapping else opened


def bring_positions(
    path: Path, opened: Opened, around: Surroundings, *, is_dry: bool
) -> tuple[Report, list[str]]:
    """What the file says, in a report and in sentences; a dry run writes nothing."""
    report = Report()
    session = reading()
    read = read_positions(session, opened.table, around, report.add, sha256=fingerprint(path))
    if not report.total:
        raise Refused("Bảng có dòng tiêu đề nhưng không có dòng dữ liệu nào.")
    sea = Sea.of(around.pack)
    checked = check_day(session, sea, read.file, now=around.now)
    notes = sentences(read, checked)
    if not is_dry:
        with transaction() as writer:
            _day, recorded = keep_day(writer, around.actor, sea, checked, now=around.now)
        notes.append(kept_sentence(recorded))
    return report, notes


def kept_sentence(recorded: Sequence[Recorded]) -> str:
    """What became of the alerts that the positions gave."""
    counts = outcome_counts(recorded)
    said = f"{counts['created']} mới, {counts['changed']} kéo dài"
    return f"Cảnh báo: {said}, {counts['unchanged']} đã có."


def sentences(read: ReadFile, checked: Checked) -> list[str]:
    """What the positions of a file say."""
    tracks = read.file.tracks
    vessels = len(set(tracks.vessel.tolist()))
    notes = [
        f"Đã đối chiếu {len(tracks)} vị trí của {vessels} tàu với các đường trên biển.",
        f"{len(checked.passages)} lượt ở ngoài vùng biển của ta hoặc chưa rõ.",
        f"{checked.gaps} khoảng mất tín hiệu quá ngưỡng.",
        f"{checked.unsettled} vị trí ở vùng chưa phân định, chồng lấn: không kết luận.",
        "Vị trí không được lưu lại, chỉ giữ số đếm, cảnh báo và trích xuất quanh từng cảnh báo.",
    ]
    if read.outside:
        notes.append(f"Bỏ qua {read.outside} tàu của tỉnh khác, ngoài phạm vi của đơn vị bạn.")
    return notes
