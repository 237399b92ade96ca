"""Puts together what the pages of trips show: sums, duties, alerts with their lines, the log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.models import Case
from app.cases.queries import visible_to as cases_visible_to
from app.cases.setting_sources import source_said
from app.permissions import Actor, Permission
from app.vms.evidence import Point, points_of
from app.vms.ladder import LimitBook, Limits
from app.vms.models import AlertKind, NoteKind, Outcome, VmsAlert, VmsExtract, VmsTrip
from app.vms.queries import TripFilter, list_trips, reports_of_trips, trip_with_all
from app.vms.recording import span_of
from app.vms.rules import Repeats, repeats_of, reports_of, steps_reached
from app.vms.sea_rules import Finding, sea_facts
from app.vms.words import BEYOND, KINDS, LOST, NOTES, OUTCOMES, RETURNED

_SOON: Final = timedelta(hours=1)
_HIDDEN: Final = "•••"


@dataclass(frozen=True, slots=True)
class Due:
    """One duty that stands open, when it is due and how it stands."""

    name: str
    at: datetime | None
    words: str
    status: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """How a trip stands, in a word and a tone, and since when."""

    label: str
    tone: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class TripRow:
    """One line of the list."""

    trip: VmsTrip
    province: str
    state: State
    longest: str
    due: Due | None


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert of a trip: what, how long, and what its position says."""

    alert: VmsAlert
    kind: str
    length: str
    finding: str
    line: str
    status: str
    is_official: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One line of the log, newest first."""

    at: datetime
    what: str
    said: str
    who: str


@dataclass(frozen=True, slots=True)
class TripPage:
    """Everything of one trip."""

    row: TripRow
    duties: Sequence[Due]
    repeats: Repeats
    alerts: Sequence[AlertLine]
    notes: Sequence[NoteLine]
    extracts: Sequence[VmsExtract]
    case: Case | None
    may_record: bool
    may_open: bool
    place: Point | None = None


def trip_rows(
    session: Session, actor: Actor, wanted: TripFilter, *, after: int, now: datetime
) -> tuple[list[TripRow], int | None]:
    trips, next_offset = list_trips(session, actor, wanted, after=after)
    reports = reports_of_trips(session, [trip.id for trip in trips])
    book, names = LimitBook(session), province_names(session)
    rows = [_row(trip, book, names, reports.get(trip.id, []), now=now) for trip in trips]
    return rows, next_offset


def trip_page(session: Session, actor: Actor, trip_id: int, *, now: datetime) -> TripPage:
    trip = trip_with_all(session, actor, trip_id)
    book = LimitBook(session)
    reports = [one.at for one in trip.notes if one.kind == NoteKind.POSITION]
    row = _row(trip, book, province_names(session), reports, now=now)
    limits = _limits(trip, book)
    spans = [span_of(one) for one in trip.alerts]
    may_record = actor.may(Permission.VMS_RECORD)
    return TripPage(
        row,
        [_worded(one, actor.locale) for one in _duties(trip, limits, reports, now=now)],
        repeats_of(spans, reports, every=limits.report_every, now=now),
        [_alert(one, actor.locale, now=now) for one in reversed(trip.alerts)],
        _log(trip, actor),
        trip.extracts,
        _case(session, actor, trip),
        may_record,
        may_record and actor.may(Permission.CASE_OPEN) and trip.case_id is None,
        next((one for one in reversed(points_of(trip)) if one.lat is not None), None),
    )


def _worded(due: Due, locale: str) -> Due:
    return replace(due, source=source_said(due.source, locale))


def _limits(trip: VmsTrip, book: LimitBook) -> Limits:
    return book.of(trip.province_code, (trip.lost_since or trip.started_at).date())


def _row(
    trip: VmsTrip,
    book: LimitBook,
    names: dict[str, str],
    reports: Sequence[datetime],
    *,
    now: datetime,
) -> TripRow:
    duties = _duties(trip, _limits(trip, book), reports, now=now)
    lost_s = int((now - trip.lost_since).total_seconds()) if trip.lost_since else 0
    longest = max(trip.longest_s, lost_s)
    return TripRow(
        trip,
        names.get(trip.province_code or "", trip.province_code or _("Chưa rõ tỉnh")),
        _state(trip),
        length_said(timedelta(seconds=longest)) if longest else "–",
        duties[0] if duties else None,
    )


def _state(trip: VmsTrip) -> State:
    if trip.outcome == Outcome.HANDED_OVER and not trip.is_open:
        return State(str(OUTCOMES[Outcome.HANDED_OVER]), "closed", trip.outcome_at)
    if trip.lost_since is not None:
        return State(str(LOST), "overdue", trip.lost_since)
    if trip.beyond_since is not None:
        return State(str(BEYOND), "waiting", trip.beyond_since)
    if trip.outcome == Outcome.IN_PORT:
        return State(str(OUTCOMES[Outcome.IN_PORT]), "done", trip.outcome_at)
    has_loss = trip.longest_s > 0 or trip.alert_count > trip.crossing_count
    label = OUTCOMES[Outcome.RECONNECTED] if has_loss else RETURNED
    return State(str(label), "done", trip.last_at)


# --- duties ---------------------------------------------------------------------------------


def _duties(
    trip: VmsTrip, limits: Limits, reports: Sequence[datetime], *, now: datetime
) -> list[Due]:
    """What must be done next, the most pressing first; nothing once the trip is over."""
    if not trip.is_open:
        return []
    found = []
    if trip.lost_since is not None:
        found.append(_report_due(trip.lost_since, limits, reports, now=now))
        back = trip.lost_since + limits.return_in
        found.append(_due(_("Đưa tàu về cảng"), back, now=now))
    if (step := _next_step(trip, limits, now=now)) is not None:
        found.append(step)
    return sorted(found, key=lambda one: one.at or now)


def _report_due(
    lost_at: datetime, limits: Limits, reports: Sequence[datetime], *, now: datetime
) -> Due:
    found = reports_of(lost_at, reports, every=limits.report_every, until=now)
    last = max([lost_at, *(one for one in reports if one <= now)])
    missed = [one for one in found.missed if one > last]
    if not missed:
        return _due(_("Tàu báo vị trí"), found.next_due, now=now)
    words = _("quá %(n)s lượt báo", n=len(missed))
    return Due(_("Tàu báo vị trí"), missed[0], words, "overdue")


def _next_step(trip: VmsTrip, limits: Limits, *, now: datetime) -> Due | None:
    since, steps = trip.lost_since, limits.loss_steps
    if since is None:
        since, steps = trip.beyond_since, limits.crossing_steps
    if since is None:
        return None
    reached = steps_reached(since, now, [one.after for one in steps])
    if reached >= len(steps):
        return None
    step = steps[reached]
    due = _due(_("Báo cấp trên: bậc %(n)s", n=reached + 1), since + step.after, now=now)
    return Due(due.name, due.at, due.words, due.status, step.source)


def _due(name: str, at: datetime, *, now: datetime) -> Due:
    left = at - now
    if left < timedelta():
        return Due(name, at, _("quá hạn %(length)s", length=length_said(-left)), "overdue")
    status = "soon" if left <= _SOON else "ok"
    return Due(name, at, _("còn %(length)s", length=length_said(left)), status)


def length_said(length: timedelta) -> str:
    """A span as it is said: 13 giờ 38 phút, 12 ngày 3 giờ."""
    minutes = int(length.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        said = _("%(d)s ngày %(h)s giờ", d=days, h=hours) if hours else _("%(n)s ngày", n=days)
    elif hours:
        said = _("%(h)s giờ %(m)s phút", h=hours, m=rest) if rest else _("%(n)s giờ", n=hours)
    else:
        said = _("%(n)s phút", n=rest)
    return str(said)


# --- alerts, log, case ----------------------------------------------------------------------


def _alert(alert: VmsAlert, locale: str, *, now: datetime) -> AlertLine:
    until = alert.ended_at or (now if alert.kind == AlertKind.SIGNAL_LOST else alert.known_until)
    facts = sea_facts()
    words = facts.words.get(alert.finding)
    line, zone = facts.lines.get(alert.line), facts.zones.get(alert.zone)
    named = line.name.in_locale(locale) if line else (zone.name.in_locale(locale) if zone else "")
    if line and alert.stretch:
        named = _("%(line)s, đoạn điểm %(stretch)s", line=named, stretch=alert.stretch)
    status = facts.statuses.get(alert.status)
    is_told = alert.finding not in {"", Finding.HOME}
    finding = words.in_locale(locale) if words else ""
    if alert.finding == Finding.HOME and alert.kind == AlertKind.LINE_CROSSED:
        finding = _("Vị trí ghi trong danh sách ở phía ta")
    return AlertLine(
        alert,
        str(KINDS[AlertKind(alert.kind)]),
        length_said(until - alert.started_at) if until > alert.started_at else "",
        finding,
        named if is_told or alert.miles is not None else "",
        status.in_locale(locale) if status and is_told else "",
        alert.is_official,
    )


def _log(trip: VmsTrip, actor: Actor) -> list[NoteLine]:
    """What was said in a call is for those who may read personal data."""
    lines = []
    for note in reversed(trip.notes):
        said = note.text
        if said and note.kind == NoteKind.CALLED and not actor.may(Permission.PERSONAL_DATA_VIEW):
            said = _HIDDEN
        if note.kind == NoteKind.OUTCOME:
            said = str(OUTCOMES.get(note.value, note.value))
        if note.kind == NoteKind.CASE_OPENED:
            said = note.value
        if note.lat is not None and note.lon is not None:
            said = f"{note.lat:.5f}; {note.lon:.5f}".replace(".", ",")
        lines.append(NoteLine(note.at, str(NOTES[NoteKind(note.kind)]), said, note.recorder_name))
    return lines


def _case(session: Session, actor: Actor, trip: VmsTrip) -> Case | None:
    if trip.case_id is None:
        return None
    found: Case | None = (
        session.query(Case).filter(Case.id == trip.case_id, cases_visible_to(actor)).one_or_none()
    )
    return found
