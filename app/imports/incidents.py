"""Takes border incidents out of the rows of a file and opens them as cases."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.cases.bulk import KnownCase, NewCase, known_cases, open_cases
from app.cases.catalogue import Definition, definition_of
from app.cases.queries import latest_version
from app.cases.values import ValueProblemError, check_bounds
from app.geo.coordinates import Coordinate
from app.geo.geotag import Tag, tag_points
from app.geo.labels import MarkerLabel
from app.geo.places import PlaceExpression, parse_place
from app.imports.days import read_moment
from app.imports.fields import column_title, plain
from app.imports.judging import Judged, Outcome, RowProblemError
from app.imports.kinds import Kinds
from app.imports.marker_labels import read_marker_label
from app.imports.positions import distance_m, read_position
from app.imports.surroundings import Surroundings, lines_named
from app.imports.values import read_count, read_metres, read_place, read_text
from app.registers.models import Marker
from app.registers.positions import coordinate_value
from app.registers.queries import marker_index, markers_by_label
from app.registers.rules import identify
from app.workflow.definition import FieldDefinition

TYPE = "border_incident"
_LONGEST_TEXT = 20_000
_LONGEST_PLACE = 1_000
_LONGEST_NUMBER = 60
_FAR_FROM_SAID_M = 5_000.0
_AHEAD = timedelta(hours=1)
_BEHIND = timedelta(days=50 * 365)
_LINES = ("CN", "LA", "KH")


@dataclass(slots=True)
class Intake:
    """An incident on its way to becoming a case."""

    answers: dict[str, Any]  # Any: JSON
    key: str
    label: MarkerLabel | None
    coordinate: Coordinate | None
    province_code: str | None
    tag: Tag | None = None
    marker: Marker | None = None

    def case(self) -> NewCase:
        return NewCase(self.answers, self.key, self.tag)


@dataclass
class IncidentImport:
    """Judges and opens the incidents of one file; remembers the keys that it has seen."""

    around: Surroundings
    seen: dict[str, int] = field(default_factory=dict)
    _definition: Definition | None = None
    _kinds: Kinds | None = None

    def judge(self, session: Session, rows: Sequence[Judged]) -> None:
        """Read the rows; refuse what cannot be taken in, each with its sentence."""
        if self._definition is None:
            self._definition = definition_of(session, latest_version(session, TYPE))
        kinds = self._kinds = self._kinds or Kinds.of(self._definition.fields["incident_kind"])
        for row in rows:
            try:
                row.intake = self._read(row, self._definition, kinds)
            except RowProblemError as problem:
                row.refuse(str(problem), problem.code)
            except ValueProblemError as problem:
                row.refuse(str(problem))
        fit = [row for row in rows if not row.is_refused]
        self._find_markers(session, fit)
        self._tag(session, fit)
        for row in fit:
            _require_place(row)
        self._refuse_repeats(fit)

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None:
        """What storing would do to each row, without writing."""
        known = known_cases(session, (row.intake.key for row in rows))
        for row in rows:
            _settle(row, known.get(row.intake.key))

    def store(self, session: Session, rows: Sequence[Judged]) -> None:
        around = self.around
        opened = open_cases(
            session,
            around.actor,
            TYPE,
            [row.intake.case() for row in rows],
            pack=around.pack,
            now=around.now,
        )
        for row, case in zip(rows, opened, strict=True):
            _settle(row, case)

    # --- reading ----------------------------------------------------------------------------

    def _read(self, row: Judged, definition: Definition, kinds: Kinds) -> Intake:
        self._refuse_other_unit(row)
        fields = definition.fields
        answers: dict[str, Any] = {
            "incident_kind": kinds.read(row),
            "occurred_at": self._occurred_at(row),
        }
        province = read_place(row, "province", self.around.provinces)
        coordinate = read_position(row, declared=self.around.crs, province_code=province, on=None)
        if coordinate is not None:
            answers["position"] = coordinate_value(coordinate)
        answers |= _counts(row, fields)
        answers |= _texts(row, self._place_in_words(row))
        label, offset = self._marker(row, answers, has_place=coordinate is not None)
        if offset is not None:
            _require_bounds(fields["marker_offset_m"], offset)
            answers["marker_offset_m"] = offset
        today = self.around.provinces.today(province) if province else None
        return Intake(answers, self._key(row, answers, label), label, coordinate, today)

    def _refuse_other_unit(self, row: Judged) -> None:
        said = row.text("unit")
        actor = self.around.actor
        if not said or plain(said) in (plain(actor.unit_name), plain(actor.unit_code)):
            return
        if plain(said) in plain(actor.unit_name) or plain(actor.unit_name) in plain(said):
            return
        raise RowProblemError(
            f"Dòng ghi đơn vị “{said[:60]}”; bạn chỉ nhập được vụ việc của {actor.unit_name}.",
            "other_unit",
        )

    def _occurred_at(self, row: Judged) -> str:
        moment = read_moment(row, "occurred_at", time_name="occurred_time", zone=self.around.zone)
        if moment is None:
            raise RowProblemError("Thiếu thời điểm xảy ra.", "missing")
        if datetime.fromisoformat(moment.iso) > self.around.now + _AHEAD:
            raise RowProblemError(f"Thời điểm {_said(moment.iso)} chưa đến.", "future")
        if datetime.fromisoformat(moment.iso) < self.around.now - _BEHIND:
            raise RowProblemError(f"Thời điểm {_said(moment.iso)} quá xa: kiểm tra năm.", "past")
        if not moment.has_time:
            row.warn("Không ghi giờ xảy ra: đã lấy 00:00.", "no_time")
        return moment.iso

    def _place_in_words(self, row: Judged) -> str:
        """The place as written, with the commune and province of their own columns."""
        said = read_text(row, "place_text", most=_LONGEST_PLACE)
        parts = [said] if said else []
        for name in ("commune", "province"):
            text = row.text(name)
            if text and not text.isdigit() and plain(text) not in plain(said):
                parts.append(text)
        return ", ".join(parts)[:_LONGEST_PLACE]

    def _marker(
        self, row: Judged, answers: Mapping[str, Any], *, has_place: bool
    ) -> tuple[MarkerLabel | None, float | None]:
        """The marker and the metres from it, from their columns or from the place in words."""
        offset = read_metres(row, "marker_offset_m")
        said = row.text("nearest_marker")
        line = self._line(row)
        if said:
            return _marker_said(row, said, line, offset)
        told = str(answers.get("place_text", ""))
        found = parse_place(told, line=line) if told and not has_place else None
        if found is None or found.label.line is None:
            if offset is not None:
                row.warn("Có khoảng cách nhưng không ghi mốc nào: bỏ qua.", "offset_alone")
            return None, None
        row.warn(f"Nơi xảy ra “{told[:60]}”: đã hiểu là gần mốc {found.label}.", "marker_in_place")
        return found.label, _offset_of(found, offset)

    def _line(self, row: Judged) -> str | None:
        said = row.text("line")
        named = lines_named(said)
        if said and not named:
            raise RowProblemError(
                f"Chưa rõ tuyến “{said[:40]}”. Ghi CN, LA, KH hoặc tên nước.", "line"
            )
        return next(iter(named or lines_named(row.group)), self.around.line)

    def _key(self, row: Judged, answers: Mapping[str, Any], label: MarkerLabel | None) -> str:
        """What makes an incident the same one again: its number, else everything that it says."""
        unit = self.around.actor.unit_id
        number = row.text("number")
        if isinstance(row.cell("number"), date):
            raise RowProblemError(
                "Phần mềm bảng tính đã đổi số báo cáo thành ngày. "
                "Hãy định dạng cột này là Văn bản rồi gõ lại.",
                "number_is_date",
            )
        if number:
            if len(number) <= _LONGEST_NUMBER:
                return f"{TYPE}:{unit}:{plain(number).replace(' ', '-')}"
            return f"{TYPE}:{unit}:{_digest(plain(number))}"
        told = sorted((code, str(value)) for code, value in answers.items())
        return f"{TYPE}:{unit}:#{_digest(f'{told}{label}')}"

    # --- place ------------------------------------------------------------------------------

    def _find_markers(self, session: Session, rows: Sequence[Judged]) -> None:
        named = [row for row in rows if row.intake.label is not None]
        pairs = {
            (line, identify(row.intake.label).label)
            for row in named
            for line in _possible_lines(row.intake.label)
        }
        known = markers_by_label(session, pairs)
        for row in named:
            _fit_marker(row, known)

    def _tag(self, session: Session, rows: Sequence[Judged]) -> None:
        """Tag all points of a chunk at once."""
        placed = [row for row in rows if row.intake.coordinate is not None]
        if not placed:
            return
        pack = self.around.pack
        tags = tag_points(
            np.array([row.intake.coordinate.lat for row in placed]),
            np.array([row.intake.coordinate.lon for row in placed]),
            pack,
            markers=marker_index(session),
        )
        for index, row in enumerate(placed):
            row.intake.tag = tags.row(index, accuracy_m=pack.accuracy_m)
            self._warn_of_place(row)

    def _warn_of_place(self, row: Judged) -> None:
        intake: Intake = row.intake
        if intake.tag is None or intake.coordinate is None:
            return
        for remark in intake.tag.warnings:
            if remark.code != "side_uncertain":
                row.warn(remark.vi, remark.code)
        codes = self.around.actor.area.province_codes
        found = intake.tag.province_code
        if codes and found is not None and found not in codes:
            row.warn(f"Điểm nằm ở tỉnh mã {found}, ngoài tỉnh của đơn vị bạn.", "other_province")
        elif intake.province_code not in (None, found) and found is not None:
            row.warn(
                f"Cột tỉnh ghi mã {intake.province_code} nhưng tọa độ ở tỉnh {found}.",
                "province_differs",
            )
        marker = intake.marker
        if marker is not None and marker.lat is not None and marker.lon is not None:
            point = intake.coordinate
            far = distance_m(point.lat, point.lon, marker.lat, marker.lon)
            if far > _FAR_FROM_SAID_M:
                row.warn(f"Tọa độ cách mốc {marker.label} tới {far / 1000:.0f} km.", "far_marker")

    def _refuse_repeats(self, rows: Sequence[Judged]) -> None:
        for row in rows:
            if row.is_refused:
                continue
            first = self.seen.setdefault(row.intake.key, row.number)
            if first == row.number:
                continue
            has_number = bool(row.text("number"))
            said = f"Số {row.text('number')} đã có" if has_number else "Nội dung giống hệt"
            more = "" if has_number else "; nếu là hai vụ, hãy thêm cột “Số báo cáo” để phân biệt"
            row.refuse(f"{said} ở dòng {first} của tệp{more}.", "repeat")


def _require_bounds(field_: FieldDefinition, value: float) -> None:
    try:
        check_bounds(field_, value)
    except ValueProblemError as problem:
        raise RowProblemError(f"Cột “{column_title(field_.code)}”: {problem}", "range") from problem


def _counts(row: Judged, fields: Mapping[str, FieldDefinition]) -> dict[str, Any]:
    count = read_count(row, "persons_count")
    if count is None:
        return {}
    _require_bounds(fields["persons_count"], count)
    return {"persons_count": count}


def _texts(row: Judged, place: str) -> dict[str, Any]:
    told = read_text(row, "description", most=_LONGEST_TEXT)
    texts = {"place_text": place, "description": told}
    return {name: text for name, text in texts.items() if text}


def _marker_said(
    row: Judged, said: str, line: str | None, offset: float | None
) -> tuple[MarkerLabel | None, float | None]:
    try:
        return read_marker_label(row, "nearest_marker", line), offset
    except RowProblemError as problem:
        told = parse_place(said if "m" in plain(said)[:4] else f"mốc {said}", line=line)
        if told is None or problem.code == "label_is_date":
            raise
        row.warn(f"“{said[:60]}”: đã hiểu là gần mốc {told.label}.", "marker_in_place")
        return told.label, _offset_of(told, offset)


def _offset_of(told: PlaceExpression, offset: float | None) -> float | None:
    if offset is not None or told.offset_m is None:
        return offset
    return int(told.offset_m) if told.offset_m.is_integer() else told.offset_m


def _possible_lines(label: MarkerLabel) -> Sequence[str]:
    return [label.line] if label.line else _LINES


def _fit_marker(row: Judged, known: Mapping[tuple[str, str], Marker]) -> None:
    """Tie the row to the marker of the register; without one the number stays as words."""
    intake: Intake = row.intake
    if intake.label is None:
        return
    name = identify(intake.label).label
    found = [
        marker
        for line in _possible_lines(intake.label)
        if (marker := known.get((line, name))) is not None
    ]
    if len(found) == 1:
        intake.marker = found[0]
        intake.answers["nearest_marker"] = {"id": found[0].id, "label": found[0].label}
        return
    why = "có ở nhiều tuyến, cần ghi tuyến" if found else "chưa có trong sổ"
    row.warn(f"Mốc {name} {why}: chỉ giữ trong phần mô tả địa điểm.", "marker_unknown")
    words = [f"mốc {name}", str(intake.answers.get("place_text", ""))]
    intake.answers["place_text"] = ", ".join(filter(None, words))[:_LONGEST_PLACE]


def _require_place(row: Judged) -> None:
    answers = row.intake.answers
    if not any(answers.get(name) for name in ("position", "nearest_marker", "place_text")):
        row.refuse("Thiếu nơi xảy ra: cần mốc, tọa độ hoặc mô tả địa điểm.", "no_place")


def _settle(row: Judged, case: KnownCase | None) -> None:
    """What became of the row: a case of before is never overwritten by a file."""
    intake: Intake = row.intake
    is_new = case is None or case.is_new
    row.outcome = Outcome.CREATED if is_new else Outcome.UNCHANGED
    if case is not None and not is_new and _differs(case.data, intake.answers):
        row.warn(
            f"Hồ sơ {case.reference} đã mở từ số này và có nội dung khác: không ghi đè. "
            "Thay đổi thì ghi trong hồ sơ.",
            "case_differs",
        )
    point, marker, tag = intake.coordinate, intake.marker, intake.tag
    place = point or marker
    row.stored = {
        "row": row.number,
        "label": case.reference if case is not None else None,
        "line": tag.neighbour if tag else (marker.neighbour if marker else None),
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "crs": point.crs if point else None,
        "province_code": tag.province_code if tag else (marker.province_code if marker else None),
        "outcome": str(row.outcome),
    }


def _differs(held: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether the file says something else than the case was opened with, or now holds."""
    return any(held.get(code) != value for code, value in given.items())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _said(iso: str) -> str:
    return datetime.fromisoformat(iso).strftime("%d/%m/%Y %H:%M")
