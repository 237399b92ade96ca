"""Takes markers, or new measurements of known ones, out of the rows of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.geo.coordinates import Coordinate
from app.geo.geotag import Tag
from app.geo.labels import LabelKind, MarkerLabel
from app.geo.tag_remarks import FAR_FROM_LINE_M, far_from_line
from app.imports.days import read_day
from app.imports.fields import Target
from app.imports.judging import Judged, Outcome, RowProblemError
from app.imports.marker_labels import read_marker_label
from app.imports.marker_twins import judge_twins
from app.imports.positions import read_position
from app.imports.surroundings import Surroundings, lines_named, read_word, word_code
from app.imports.values import read_measure, read_place, read_text, read_year
from app.registers.both_sides import one_sided
from app.registers.models import Marker, Neighbour
from app.registers.placing import tags_of
from app.registers.queries import markers_by_label
from app.registers.recording import MarkerRow, Survey, would_change
from app.registers.rules import CLASSES, identify
from app.registers.services import upsert_markers

_LONGEST_TEXT = 4_000
_TEXTS = {
    **dict.fromkeys(("place_text", "note", "source", "legal_basis"), _LONGEST_TEXT),
    "material": 255,
    "elevation_datum": 64,
}
_WORDS = {"condition": "condition", "stage": "stage", "legal_stage": "legal_stage"}
_HIGHEST_M, _LOWEST_M = 4_000.0, -50.0
_FARTHEST_FROM_LINE_M = 50_000.0


@dataclass(slots=True)
class Intake:
    """A marker on its way into the register."""

    label: MarkerLabel
    facts: dict[str, Any]  # Any: column values
    survey: Survey
    coordinate: Coordinate | None = None
    tag: Tag | None = None
    province_code: str | None = None

    def row(self) -> MarkerRow:
        return MarkerRow(self.label, self.facts, self.coordinate, self.tag, self.survey)

    @property
    def key(self) -> tuple[str, str]:
        return self.label.line or "", identify(self.label).label


@dataclass
class MarkerImport:
    """Judges and stores the rows of one file; remembers the numbers that it has seen."""

    around: Surroundings
    target: Target = Target.MARKERS
    seen: dict[str, int] = field(default_factory=dict)

    def judge(self, session: Session, rows: Sequence[Judged]) -> None:
        """Read the rows; refuse what cannot be taken in, each with its sentence."""
        for row in rows:
            row.take_in(self._read)
        self._tag([row for row in rows if not row.is_refused])
        for row in rows:
            if not row.is_refused:
                self._settle_line(row)
        self._refuse_repeats(rows)
        self._refuse_foreign(session, rows)

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None:
        """What storing would do to each row, without writing."""
        known = self._known(session, rows)
        for row in rows:
            marker = known.get(row.intake.key)
            row.outcome = _foreseen(marker, row.intake)
            row.stored = _shown(row, marker)

    def store(self, session: Session, rows: Sequence[Judged]) -> None:
        around = self.around
        done = upsert_markers(
            session,
            around.actor,
            [row.intake.row() for row in rows],
            pack=around.pack,
            now=around.now,
        )
        for row, one in zip(rows, done, strict=True):
            row.outcome = Outcome(one.outcome.value)
            row.stored = _shown(row, one.marker)

    # --- reading ----------------------------------------------------------------------------

    def _read(self, row: Judged) -> Intake:
        label = _read_label(row, self._line(row))
        measured_on = read_day(row, "measured_on")
        if measured_on is not None and measured_on > self.around.actor.day(self.around.now):
            raise RowProblemError(f"Ngày đo {measured_on:%d/%m/%Y} chưa đến.", "future")
        province = read_place(row, "province", self.around.provinces)
        coordinate = read_position(
            row, declared=self.around.crs, province_code=province, on=measured_on
        )
        facts = _read_facts(row, label, self.around.now) if self.is_whole else {}
        survey = _survey(row, measured_on)
        today = self.around.provinces.today(province) if province else None
        return Intake(label, facts, survey, coordinate, province_code=today)

    @property
    def is_whole(self) -> bool:
        return self.target is Target.MARKERS

    def _line(self, row: Judged) -> str | None:
        """The line that the row, the heading above it, or the person names, in this order."""
        said = row.text("line")
        named = lines_named(said)
        if said and not named:
            raise RowProblemError(
                f"Chưa rõ tuyến “{said[:40]}”. Ghi CN, LA, KH hoặc tên nước.", "line"
            )
        if len(named) > 1:
            return _line_of_tripoint(row, said, named)
        if not named and row.group:
            named = lines_named(row.group)[:1]
        return named[0] if named else self.around.line

    def _tag(self, rows: Sequence[Judged]) -> None:
        placed = [row for row in rows if row.intake.coordinate is not None]
        tags = tags_of([row.intake.coordinate for row in placed], self.around.pack)
        for row, tag in zip(placed, tags, strict=True):
            row.intake.tag = tag
            _warn_of_place(row, row.intake, tag)

    def _settle_line(self, row: Judged) -> None:
        """A number without its line: the position tells, or nobody does."""
        intake: Intake = row.intake
        if intake.label.line is None:
            tag = intake.tag
            if tag is None or tag.neighbour is None or tag.border_distance_m > FAR_FROM_LINE_M:
                row.refuse(
                    "Chưa rõ mốc thuộc tuyến nào: cùng một số có ở cả ba tuyến. "
                    "Thêm cột “Tuyến” (CN, LA, KH) hoặc chọn tuyến cho cả tệp.",
                    "line",
                )
                return
            intake.label = replace(intake.label, line=tag.neighbour)
            row.warn(f"Không ghi tuyến: lấy theo vị trí, tuyến {tag.neighbour}.", "line_by_place")
        _fit_class(row, intake)
        tag = intake.tag
        if tag is not None and tag.border_distance_m > _FARTHEST_FROM_LINE_M:
            km = f"{tag.border_distance_m / 1000:.0f}"
            row.refuse(f"Tọa độ cách đường biên {km} km: kiểm tra số và hệ tọa độ.", "far")

    # --- rights and repeats -----------------------------------------------------------------

    def _refuse_repeats(self, rows: Sequence[Judged]) -> None:
        for row in rows:
            if row.is_refused:
                continue
            first = self.seen.setdefault(identify(row.intake.label).sort_key, row.number)
            if first != row.number:
                line, label = row.intake.key
                row.refuse(f"Mốc {label} (tuyến {line}) đã có ở dòng {first} của tệp.", "repeat")

    def _refuse_foreign(self, session: Session, rows: Sequence[Judged]) -> None:
        """A province brings in its own stretch only; measurements need a marker that is known."""
        known = self._known(session, [row for row in rows if not row.is_refused])
        for row in rows:
            if row.is_refused:
                continue
            marker = known.get(row.intake.key)
            if marker is None and not self.is_whole:
                row.refuse("Mốc này chưa có trong sổ, nên chưa ghi số đo được.", "unknown_marker")
            elif not self._may_write(row.intake, marker):
                row.refuse(
                    "Mốc không nằm trên đoạn biên giới của tỉnh bạn (hoặc chưa có tọa độ để biết), "
                    "nên bạn không ghi được.",
                    "foreign",
                )
            elif marker is not None and (said := one_sided(session, marker, row.intake.facts)):
                row.refuse(said, "one_sided")
        self._judge_new(session, rows, known)

    def _judge_new(
        self, session: Session, rows: Sequence[Judged], known: Mapping[tuple[str, str], Marker]
    ) -> None:
        new = [row for row in rows if not row.is_refused and row.intake.key not in known]
        judge_twins(session, new)
        for row in new:
            if row.intake.coordinate is None and not row.is_refused:
                row.warn("Không có tọa độ: mốc ghi vào sổ nhưng chưa lên bản đồ.", "no_position")

    def _may_write(self, intake: Intake, marker: Marker | None) -> bool:
        area = self.around.actor.area
        if area.is_everything:
            return True
        codes = [marker.province_code] if marker is not None else []
        if intake.tag is not None or marker is None:
            codes.append(intake.tag.province_code if intake.tag else None)
        return all(code in area.province_codes for code in codes)

    def _known(self, session: Session, rows: Sequence[Judged]) -> Mapping[tuple[str, str], Marker]:
        return markers_by_label(session, [row.intake.key for row in rows])


def _read_label(row: Judged, line: str | None) -> MarkerLabel:
    label = read_marker_label(row, "label", line)
    if label is None:
        raise RowProblemError("Thiếu số hiệu mốc.", "label")
    return label


def _line_of_tripoint(row: Judged, said: str, named: Sequence[str]) -> str:
    """A point of three borders stands once: on the line with Laos, which both of them end."""
    line = Neighbour.LAOS.value if Neighbour.LAOS in named else named[0]
    row.warn(f"Mốc giao điểm {said}: ghi vào tuyến {line}.", "tripoint")
    return line


def _read_facts(row: Judged, label: MarkerLabel, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {
        name: text for name, most in _TEXTS.items() if (text := read_text(row, name, most=most))
    }
    for name, words in _WORDS.items():
        if code := read_word(row, name, words):
            facts[name] = code
    if side := read_word(row, "planted_by", "side"):
        facts["planted_by"] = side
    if size := read_word(row, "marker_class", "class"):
        facts["marker_class"] = size
    facts |= _figures(row, now)
    if kind := _kind(row, label):
        facts["kind"] = kind
    if names := row.text("legacy_names"):
        facts["legacy_names"] = [name.strip() for name in names.split(";") if name.strip()]
    return facts


def _figures(row: Judged, now: datetime) -> dict[str, Any]:
    figures = {
        "elevation_m": read_measure(row, "elevation_m", most=_HIGHEST_M, least=_LOWEST_M),
        "distance_to_line_m": read_measure(row, "distance_to_line_m", most=5_000),
        "year_engraved": read_year(row, "year_engraved"),
    }
    year = figures["year_engraved"]
    if year is not None and year > now.year:
        raise RowProblemError(f"Năm {year:.0f} chưa đến.", "future")
    return {name: value for name, value in figures.items() if value is not None}


def _kind(row: Judged, label: MarkerLabel) -> str | None:
    """The number says what a marker is; only a peg may carry the number of a marker."""
    said = row.text("kind")
    code = word_code("kind", said) if said else None
    if code in (None, label.kind.value):
        return None
    if code == LabelKind.PEG and label.kind is LabelKind.AUXILIARY:
        return LabelKind.PEG.value
    row.warn(f"Cột loại ghi “{said[:30]}” nhưng số hiệu cho biết loại khác.", "kind_differs")
    return None


def _survey(row: Judged, measured_on: date | None) -> Survey:
    return Survey(
        source=row.text("source")[:_LONGEST_TEXT],
        measured_on=measured_on,
        method=row.text("survey_method")[:255],
    )


def _fit_class(row: Judged, intake: Intake) -> None:
    size = intake.facts.get("marker_class")
    line = intake.label.line
    if size is not None and line is not None and size not in CLASSES[line]:
        del intake.facts["marker_class"]
        row.warn("Cỡ, hạng này không dùng trên tuyến của mốc nên để trống.", "class_of_line")


def _warn_of_place(row: Judged, intake: Intake, tag: Tag) -> None:
    for remark in tag.warnings:
        # Markers stand on the line: beside it, which side a map shows says nothing.
        if remark.code == "outside_country":
            row.warn(remark.vi, remark.code)
    far = far_from_line(tag.border_distance_m)
    if far is not None:
        row.warn(far.vi, far.code)
    said = intake.province_code
    if said is not None and tag.province_code not in (None, said):
        row.warn(
            f"Cột tỉnh ghi mã {said} nhưng tọa độ nằm ở tỉnh {tag.province_code}.",
            "province_differs",
        )


def _foreseen(marker: Marker | None, intake: Intake) -> Outcome:
    if marker is None:
        return Outcome.CREATED
    return Outcome.CHANGED if would_change(marker, intake.row()) else Outcome.UNCHANGED


def _shown(row: Judged, marker: Marker | None) -> dict[str, Any]:
    intake: Intake = row.intake
    coordinate, tag = intake.coordinate, intake.tag
    line, label = intake.key
    return {
        "row": row.number,
        "label": label,
        "line": line,
        "lat": coordinate.lat if coordinate else (marker.lat if marker else None),
        "lon": coordinate.lon if coordinate else (marker.lon if marker else None),
        "crs": coordinate.crs if coordinate else None,
        "province_code": tag.province_code if tag else (marker.province_code if marker else None),
        "outcome": str(row.outcome),
    }
