"""Time goes on while a vessel is silent: its ladder is climbed, and missing reports are told."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User, UserRole
from app.accounts.queries import province_family
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.permissions import SYSTEM_ACTOR, Permission
from app.vms.ladder import LimitBook, Limits, Step
from app.vms.models import NoteKind, VmsTrip
from app.vms.queries import reports_of_trips
from app.vms.rules import reports_of, steps_reached
from app.vms.services import add_note
from app.workflow.text import Text

CHUNK: Final = 200
_LEADERS_FROM: Final = 2  # the first step is the officers' own; from the second on others hear


def sweep_trips(session: Session, *, after: int, now: datetime) -> int | None:
    """Look at a chunk of open trips; the id to go on from, or None at the end."""
    trips = session.scalars(
        select(VmsTrip)
        .where(VmsTrip.is_open.is_(true()), VmsTrip.id > after)
        .order_by(VmsTrip.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    book, audience = LimitBook(session), _Audience(session)
    reports = reports_of_trips(session, [trip.id for trip in trips])
    for trip in trips:
        limits = book.of(trip.province_code, (trip.lost_since or trip.started_at).date())
        _climb(session, trip, limits, audience, now=now)
        _count_missed(session, trip, limits, reports.get(trip.id, []), audience, now=now)
    session.flush()
    return trips[-1].id if len(trips) == CHUNK else None


class _Audience:
    """Who hears of a province's vessels, asked once per province."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str | None, Permission], list[int]] = {}

    def of(self, trip: VmsTrip, permission: Permission) -> list[int]:
        key = (trip.province_code, permission)
        if key not in self._known:
            self._known[key] = list(self._holders(*key))
        return self._known[key]

    def _holders(self, province_code: str | None, permission: Permission) -> Iterable[int]:
        if province_code is None:
            return
        codes = province_family(self._session, province_code)
        held = self._session.scalars(
            select(UserRole)
            .join(UserRole.user)
            .join(UserRole.unit)
            .where(User.active.is_(true()), Unit.province_code.in_(codes))
            .order_by(UserRole.id)
        )
        for one in held:
            if permission in one.role.permissions:
                yield one.user_id


def _climb(
    session: Session, trip: VmsTrip, limits: Limits, audience: _Audience, *, now: datetime
) -> None:
    """Tell the highest step that has been reached since the last time."""
    since, steps = _ladder_of(trip, limits)
    if since is None:
        return
    reached = steps_reached(since, now, [step.after for step in steps])
    if reached <= trip.told_step:
        return
    trip.told_step = reached
    step = steps[reached - 1]
    permission = Permission.VMS_RECORD if reached < _LEADERS_FROM else Permission.VMS_VIEW
    people = audience.of(trip, permission)
    text = _climbed(trip, step, is_loss=trip.lost_since is not None)
    cause = Cause(f"vms:{trip.id}:{int(since.timestamp())}:{reached}")
    told = dict.fromkeys(people, NoticeKind.VMS_ESCALATED)
    tell(session, told, {NoticeKind.VMS_ESCALATED: text}, cause, now=now)
    hours = str(int(step.after.total_seconds() // 3600))
    said = f"Bậc {reached}: {text.vi} Đã báo {len(people)} người. Căn cứ: {step.source}"
    add_note(session, SYSTEM_ACTOR, trip, NoteKind.ESCALATED, value=hours, text=said, now=now)


def _ladder_of(trip: VmsTrip, limits: Limits) -> tuple[datetime | None, Sequence[Step]]:
    if trip.lost_since is not None:
        return trip.lost_since, limits.loss_steps
    return trip.beyond_since, limits.crossing_steps


def _count_missed(
    session: Session,
    trip: VmsTrip,
    limits: Limits,
    reports: Sequence[datetime],
    audience: _Audience,
    *,
    now: datetime,
) -> None:
    """Tell of reports that did not come; each is evidence, and a run of them is told once."""
    if trip.lost_since is None:
        return
    found = reports_of(trip.lost_since, reports, every=limits.report_every, until=now)
    last = trip.last_report_at or trip.lost_since
    missed = [one for one in found.missed if one > last]
    if len(missed) < max(1, 2 * trip.told_missed):  # 1, 2, 4, 8: a silent vessel is no alarm clock
        return
    trip.told_missed = len(missed)
    text = Text(
        f"Tàu {trip.number_raw} đã {len(missed)} lần liền không báo vị trí khi mất tín hiệu.",
        f"Vessel {trip.number_raw} has missed {len(missed)} position reports in a row.",
    )
    cause = Cause(f"vms:{trip.id}:{int(last.timestamp())}:m{len(missed)}")
    told = dict.fromkeys(audience.of(trip, Permission.VMS_RECORD), NoticeKind.VMS_MISSED)
    tell(session, told, {NoticeKind.VMS_MISSED: text}, cause, now=now)
    value = str(len(missed))
    add_note(
        session,
        SYSTEM_ACTOR,
        trip,
        NoteKind.MISSED,
        at=missed[-1],
        value=value,
        text=text.vi,
        now=now,
    )


def _climbed(trip: VmsTrip, step: Step, *, is_loss: bool) -> Text:
    vi, en = _length(step.after)
    if is_loss:
        return Text(
            f"Tàu {trip.number_raw} mất tín hiệu đã {vi}, chưa kết nối lại.",
            f"Vessel {trip.number_raw} has had no signal for {en}.",
        )
    return Text(
        f"Tàu {trip.number_raw} được ghi nhận ở ngoài vùng biển của ta đã {vi}, chưa thấy trở lại.",
        f"Vessel {trip.number_raw} was seen outside our waters {en} ago and not back since.",
    )


def _length(after: timedelta) -> tuple[str, str]:
    hours = int(after.total_seconds() // 3600)
    if hours % 24 or hours < 48:  # noqa: PLR2004  two days
        return f"{hours} giờ", f"{hours} hours"
    return f"{hours // 24} ngày", f"{hours // 24} days"
