"""Takes alerts about vessels at sea out of the rows of a list, judged before they are kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.imports.entries import short_text
from app.imports.fields import plain
from app.imports.judging import Judged, Outcome, RowProblemError
from app.imports.sea_points import (
    Letters,
    read_duration,
    read_instant,
    read_number,
    read_point,
)
from app.imports.surroundings import Surroundings
from app.imports.values import read_place
from app.vms.models import AlertKind, VmsAlert
from app.vms.recording import (
    Change,
    NewAlert,
    change_of,
    known_alerts,
    link_vessels,
    record_alerts,
)
from app.vms.sea_rules import Sea
from app.vms.vessels import is_in_reach, known_vessels, prefixes, province_of

_REPEATED: Final = "Cảnh báo này của tàu đã có ở dòng {first} của tệp."
_JUST_NOW: Final = timedelta(hours=1)
_CROSSING: Final = ("vrg", "vuot", "ranh gioi", "vung cam", "crossed", "crossing", "boundary")
_DAY: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}")
_LOSS: Final = ("mkn", "mth", "mat", "ket noi", "tin hieu", "lost", "signal", "offline")
_STILL: Final = ("chua", "dang mat", "mat ket noi", "mat tin hieu", "not yet", "lost", "offline")
_OUTCOMES: Final = {
    Change.CREATED: Outcome.CREATED,
    Change.CHANGED: Outcome.CHANGED,
    Change.UNCHANGED: Outcome.UNCHANGED,
}


@dataclass
class VmsImport:
    """Judges and keeps the alerts of one list; remembers those that it has seen."""

    around: Surroundings
    seen: dict[tuple[str, str, datetime], int] = field(default_factory=dict)
    _letters: Letters | None = None
    _by_prefix: Mapping[str, str] = field(default_factory=dict)

    def judge(self, session: Session, rows: Sequence[Judged]) -> None:
        if self._letters is None:
            self._by_prefix = prefixes(session)
            self._letters = Letters.of(self._by_prefix)
        for row in rows:
            row.take_in(self._read)
            if not row.is_refused:
                self._refuse_repeat(row)
        fit = [row for row in rows if not row.is_refused]
        self._place(session, fit)
        self._judge_points([row for row in fit if not row.is_refused])

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None:
        known = known_alerts(session, [row.intake for row in rows])
        for row in rows:
            stored = known.get(row.intake.key)
            _settle(row, stored, change_of(stored, row.intake))

    def store(self, session: Session, rows: Sequence[Judged]) -> None:
        around = self.around
        done = record_alerts(session, around.actor, [row.intake for row in rows], now=around.now)
        for row, one in zip(rows, done, strict=True):
            _settle(row, one.alert, one.change)
        known = {row.intake.number.folded: row.intake.vessel for row in rows if row.intake.vessel}
        link_vessels(session, known)

    # --- reading ----------------------------------------------------------------------------

    def _read(self, row: Judged) -> NewAlert:
        _tell_moments(row)
        number = read_number(row, self._letters or Letters({}))
        kind, started = self._beginning(row)
        ended, known_until = self._end(row, started)
        point = read_point(row, on=started.date(), declared=self.around.crs)
        code = read_place(row, "province", self.around.provinces)
        return NewAlert(
            number,
            kind,
            started,
            ended,
            known_until,
            self.around.provinces.today(code) if code else None,
            self.around.file_name,
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            note=short_text(row, "note", most=1_000),
        )

    def _beginning(self, row: Judged) -> tuple[AlertKind, datetime]:
        around = self.around
        crossed = read_instant(
            row, "crossed_at", time_name="alert_time", zone=around.zone, now=around.now
        )
        began = read_instant(
            row, "alert_at", time_name="alert_time", zone=around.zone, now=around.now
        )
        if crossed and began:
            raise RowProblemError(
                "Dòng ghi cả lúc mất tín hiệu và lúc vượt ranh giới: tách thành hai dòng.", "two"
            )
        if crossed:
            return AlertKind.LINE_CROSSED, crossed
        if began is None:
            raise RowProblemError("Thiếu thời điểm bắt đầu cảnh báo.", "missing")
        return _kind(row), began

    def _end(self, row: Judged, started: datetime) -> tuple[datetime | None, datetime]:
        """When it ended, if it has, and how far the list knows that it lasted."""
        around = self.around
        ended = read_instant(
            row, "ended_at", time_name="ended_time", zone=around.zone, now=around.now
        )
        if ended is not None and ended < started:
            raise RowProblemError("Kết thúc trước khi bắt đầu: kiểm tra lại hai cột giờ.", "order")
        length = read_duration(row, "duration")
        if ended is not None or length is None:
            return ended, ended or started
        until = started + length
        if until > around.now + _JUST_NOW:
            raise RowProblemError("Thời lượng dài đến quá hiện tại: kiểm tra lại số giờ.", "order")
        is_still = _is_still(row) or until > around.now - _JUST_NOW
        return (None if is_still else until), min(until, around.now)

    # --- against the register and the sea ---------------------------------------------------

    def _refuse_repeat(self, row: Judged) -> None:
        first = self.seen.setdefault(row.intake.key, row.number)
        if first != row.number:
            row.refuse(_REPEATED.format(first=first), "repeat")

    def _place(self, session: Session, rows: Sequence[Judged]) -> None:
        known = known_vessels(session, [row.intake.number for row in rows])
        provinces, actor = self.around.provinces, self.around.actor
        own = next(iter(sorted(actor.area.province_codes)), None)
        for row in rows:
            new: NewAlert = row.intake
            vessel = known.get(new.number.folded)
            code = province_of(
                new.number,
                known=vessel,
                said=new.province_code,
                by_prefix=self._by_prefix,
                own=provinces.today(own) if own else None,
            )
            if not is_in_reach(actor, code):
                name = provinces.names.get(code or "", code)
                row.refuse(f"Tàu thuộc {name}, ngoài phạm vi của đơn vị bạn.", "province")
            row.intake = replace(new, vessel=vessel, province_code=code)

    @cached_property
    def _sea(self) -> Sea:
        return Sea.of(self.around.pack)

    def _judge_points(self, rows: Sequence[Judged]) -> None:
        placed = [row for row in rows if row.intake.lat is not None]
        if not placed:
            return
        lon = np.array([row.intake.lon for row in placed], dtype=np.float64)
        lat = np.array([row.intake.lat for row in placed], dtype=np.float64)
        judged = self._sea.judge(lon, lat)
        for index, row in enumerate(placed):
            row.intake = replace(row.intake, told=self._sea.told(judged, index))


def _tell_moments(row: Judged) -> None:
    """A column of lost time holds hours in one office and moments in another: the cell tells."""
    said = row.values.get("duration")
    is_moment = isinstance(said, date) or _DAY.search(row.text("duration")) is not None
    if is_moment and not row.values.get("alert_at"):
        row.values = {**row.values, "alert_at": said, "duration": None}


def _kind(row: Judged) -> AlertKind:
    """What the row, else the heading above it, says; without a word it is a lost signal."""
    said = row.text("alert_kind")
    for text, is_row in ((said, True), (row.group, False)):
        words = plain(text)
        if any(word in words for word in _CROSSING):
            return AlertKind.LINE_CROSSED
        if any(word in words for word in _LOSS):
            return AlertKind.SIGNAL_LOST
        if words and is_row:
            raise RowProblemError(
                f"Chưa rõ loại cảnh báo “{text[:40]}”: ghi Mất tín hiệu hoặc Vượt ranh giới.",
                "kind",
            )
    return AlertKind.SIGNAL_LOST


def _is_still(row: Judged) -> bool:
    words = plain(row.text("alert_state"))
    return any(word in words for word in _STILL)


def _settle(row: Judged, stored: VmsAlert | None, change: Change) -> None:
    """What became of the row, as programs read it."""
    new: NewAlert = row.intake
    row.outcome = _OUTCOMES[change]
    told = new.told
    row.stored = {
        "row": row.number,
        "id": stored.id if stored is not None else None,
        "trip": stored.trip_id if stored is not None else None,
        "label": new.number.canonical or new.number.raw,
        "kind": new.kind.value,
        "started_at": new.started_at.isoformat(),
        "ended_at": new.ended_at.isoformat() if new.ended_at else None,
        "finding": told.finding.value if told else None,
        "sea_line": told.line if told else None,
        "legal_status": told.status if told else None,
        "is_official": told.is_official if told else False,
        "miles": told.miles if told else None,
        "line": "",
        "lat": new.lat,
        "lon": new.lon,
        "crs": "EPSG:4326" if new.lat is not None else None,
        "province_code": new.province_code,
        "outcome": str(row.outcome),
    }
