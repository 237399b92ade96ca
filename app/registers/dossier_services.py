"""What is done to a marker's file: papers filed or withdrawn, names noted, measurements chosen."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, Invalid
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.dossier_models import DocumentKind, MarkerDocument, MarkerName
from app.registers.models import Marker, MarkerMeasurement
from app.registers.placing import place_marker, tag_of
from app.registers.queries import segments
from app.registers.recording import apply_facts, require_in_area, store_change
from app.registers.services import mark_register_changed
from app.storage import StoredFile

_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Paper:
    """What is said of a photo or a paper when it is filed."""

    kind: DocumentKind
    caption: str
    source: str
    made_on: date | None


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a marker had, with the days and the source."""

    name: str
    valid_from: date | None
    valid_to: date | None
    source: str


def file_document(
    session: Session, actor: Actor, marker: Marker, paper: Paper, *, file: StoredFile, now: datetime
) -> MarkerDocument:
    require_in_area(actor, marker)
    _not_in_future("made_on", paper.made_on, actor.day(now))
    document = MarkerDocument(
        marker_id=marker.id,
        kind=paper.kind,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        caption=paper.caption.strip()[:_LONGEST],
        source=paper.source.strip(),
        made_on=paper.made_on,
        uploaded_by=actor.user_id,
        uploader_name=actor.name,
        uploaded_at=now,
    )
    session.add(document)
    session.flush()
    record_access(session, actor, "marker.filed", f"marker:{marker.id}", now=now)
    return document


def withdraw_document(
    session: Session,
    actor: Actor,
    marker: Marker,
    document: MarkerDocument,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Say that a paper does not hold; it stays in the file with the reason."""
    require_in_area(actor, marker)
    if document.is_withdrawn:
        raise Conflict("Tài liệu này đã được rút trước đó.")
    if not reason.strip():
        raise Invalid("Cần ghi lý do.", {"reason": ("Cần ghi lý do rút tài liệu.",)})
    document.withdrawn_at, document.withdrawn_because = now, reason.strip()
    subject = f"marker:{marker.id}"
    record_access(session, actor, "marker.withdrawn", subject, reason=reason.strip(), now=now)


def note_former_name(
    session: Session, actor: Actor, marker: Marker, former: FormerName, *, now: datetime
) -> MarkerName:
    """Keep an earlier name with its days; the search finds the marker by it."""
    require_in_area(actor, marker)
    name = former.name.strip()[:_LONGEST]
    days = (former.valid_from, former.valid_to)
    if days[0] is not None and days[1] is not None and days[1] < days[0]:
        said = ("Ngày thôi dùng không thể trước ngày bắt đầu dùng.",)
        raise Invalid(said[0], {"valid_to": said})
    kept = MarkerName(
        marker_id=marker.id,
        name=name,
        valid_from=days[0],
        valid_to=days[1],
        source=former.source.strip(),
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(kept)
    before, after = apply_facts(marker, {"legacy_names": _with_name(marker, name)})
    if after:
        reason = kept.source
        store_change(session, actor, marker, before=before, after=after, reason=reason, now=now)
        mark_register_changed(session, now=now)
    session.flush()
    record_access(session, actor, "marker.named", f"marker:{marker.id}", now=now)
    return kept


def _with_name(marker: Marker, name: str) -> list[str]:
    held = list(marker.legacy_names or [])
    return held if name in held else [*held, name]


def adopt_measurement(
    session: Session,
    actor: Actor,
    marker: Marker,
    measurement: MarkerMeasurement,
    *,
    because: str,
    pack: Pack,
    now: datetime,
) -> None:
    """Make an earlier measurement the marker's position; the others are kept beside it."""
    require_in_area(actor, marker)
    if measurement.lat is None or measurement.lon is None:
        raise Conflict("Số đo này chưa xác định được hệ tọa độ nên chưa lấy làm hiện hành được.")
    if not because.strip():
        said = ("Cần ghi vì sao lấy số đo này.",)
        raise Invalid(said[0], {"because": said})
    for other in marker.measurements:
        other.is_in_force = other.id == measurement.id
    measurement.adopted_because = because.strip()
    before = {"lat": marker.lat, "lon": marker.lon}
    tag = tag_of(measurement.lat, measurement.lon, pack)
    place_marker(marker, measurement.lat, measurement.lon, tag=tag, segments=segments(session))
    require_in_area(actor, marker)
    after = {"lat": marker.lat, "lon": marker.lon}
    reason = because.strip()
    if after != before:
        store_change(session, actor, marker, before=before, after=after, reason=reason, now=now)
    subject = f"marker:{marker.id}"
    record_access(session, actor, "marker.adopted", subject, reason=reason, now=now)
    mark_register_changed(session, now=now)


def _not_in_future(name: str, day: date | None, today: date) -> None:
    if day is not None and day > today:
        said = ("Ngày này còn ở tương lai.",)
        raise Invalid(said[0], {name: said})
