"""Puts together what the pages of the field show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.geo.labels import LabelError, LabelRange, MarkerLabel, parse_labels
from app.permissions import Actor
from app.registers import inspection_queries as found
from app.registers.days import Day
from app.registers.inspection_models import InspectionDue, Observation
from app.registers.inspection_rules import (
    CASE_CONDITIONS,
    Inspected,
    Interval,
    interval_for,
    needs_inspection,
)
from app.registers.inspection_services import MOST_MARKERS
from app.registers.models import Marker
from app.registers.queries import MarkerFilter, list_markers, visible_to


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of the looks at one marker: when seen, by when again, and what was seen."""

    observations: Sequence[Observation]
    due: InspectionDue | None
    interval: Interval | None
    is_needed: bool
    is_overdue: bool


def watch_of(session: Session, actor: Actor, marker: Marker, *, today: date) -> Watch:
    del actor  # the marker was read under the actor's rights
    due = found.due_of(session, [marker.id]).get(marker.id)
    interval = interval_for(found.intervals(session), marker.neighbour, marker.kind, on=today)
    is_needed = needs_inspection(marker)
    is_late = due is not None and due.due_on is not None and due.due_on < today
    observations = found.observations_of(session, marker)
    return Watch(observations, due, interval, is_needed, is_needed and is_late)


def overdue_count(session: Session, actor: Actor, day: Day) -> int:
    """How many markers are overdue; told only over the register of today."""
    if day.is_past:
        return 0
    asked = {Inspected.OVERDUE}
    return found.inspection_counts(session, visible_to(actor), today=day.on, asked=asked)["overdue"]


def choices() -> list[tuple[str, str]]:
    """What a list of markers may be narrowed to by the last look at them."""
    return [
        ("", _("Mọi mốc")),
        (Inspected.OVERDUE.value, _("Quá hạn kiểm tra")),
        (Inspected.NEVER.value, _("Chưa ghi lần kiểm tra nào")),
        (Inspected.IN_TIME.value, _("Còn hạn kiểm tra")),
    ]


def damage_words(marker: Marker, observation: Observation) -> str:
    """The words of an address with which the case of a damaged marker opens filled in."""
    said = _(
        "Quan sát ngày %(day)s: %(remark)s",
        day=observation.observed_on.strftime("%d/%m/%Y"),
        remark=observation.remark or _("không ghi nhận xét"),
    )
    if observation.photos:
        said += " " + _("Ảnh của lần quan sát ở trang mốc (%(n)s tệp).", n=len(observation.photos))
    return urlencode(
        {
            "moc": marker.id,
            "condition": CASE_CONDITIONS[observation.condition],
            "description": said[:480],
        }
    )


def markers_named(session: Session, actor: Actor, neighbour: str, route: str) -> Sequence[Marker]:
    """The markers of a route as a station writes it: a list, or from one number to another."""
    try:
        asked = parse_labels(route, line=neighbour)
    except LabelError as error:
        raise Invalid("Chưa đọc được số hiệu mốc.", {"route": [error.remark.vi]}) from error
    if any(isinstance(one, MarkerLabel) and one.text is not None for one in asked):
        raise Invalid(
            "Chưa đọc được số hiệu mốc.", {"route": [_("Hãy ghi số hiệu, ví dụ 691 – 702.")]}
        )
    filters = MarkerFilter(neighbour=neighbour, text=route)
    rows = list_markers(session, actor, filters, limit=MOST_MARKERS + 1).rows
    is_range = any(isinstance(one, LabelRange) for one in asked)
    return [one for one in rows if needs_inspection(one)] if is_range else rows
