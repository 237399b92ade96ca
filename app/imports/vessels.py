"""Takes vessels out of the rows of a list, by their number in any spelling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text
from app.imports.entries import fill_blanks, refuse_repeat, settle_row, short_text
from app.imports.fields import other_words, plain
from app.imports.judging import Judged, RowProblemError
from app.imports.sea_points import Letters, is_a_name_shown, understood_number
from app.imports.surroundings import Surroundings
from app.imports.values import read_measure, read_place
from app.registers.entry_queries import visible_vessels
from app.registers.entry_services import record_vessel
from app.registers.models import Vessel
from app.registers.vessel_numbers import VesselNumber, fold_number
from app.registers.vocabulary import words
from app.vms.vessels import prefixes

_TEXTS = {
    "owner": ("owner_name", 255),
    "master": ("master_name", 255),
    "vms_device": ("vms_device", 64),
    "home_port": ("home_port", 255),
    "gear": ("gear", 64),
    "note": ("note", 4_000),
}
_LONGEST_M = 120.0
_REPEATED = "Tàu này đã có ở dòng {first} của tệp."
_CLASSES = ((6, "under_6"), (12, "from_6"), (15, "from_12"), (24, "from_15"))


@dataclass(slots=True)
class Intake:
    """A vessel on the way into the register."""

    number: VesselNumber
    facts: dict[str, Any]  # Any: column values


@dataclass
class VesselImport:
    """Judges and stores the vessels of one list."""

    around: Surroundings
    seen: dict[str, int] = field(default_factory=dict)
    known: Mapping[str, Vessel] = field(default_factory=dict)
    letters: Letters = field(default_factory=lambda: Letters({}))

    def judge(self, session: Session, rows: Sequence[Judged]) -> None:
        if not self.letters.by_fold:
            self.letters = Letters.of(prefixes(session))
        for row in rows:
            row.take_in(self._read)
            if not row.is_refused:
                refuse_repeat(row, row.intake.number.folded, self.seen, _REPEATED)
        fit = [row for row in rows if not row.is_refused]
        self.known = self._known(session, [row.intake.number for row in fit])

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None:
        del session
        for row in rows:
            self._settle(row, self.known.get(row.intake.number.folded), is_dry=True)

    def store(self, session: Session, rows: Sequence[Judged]) -> None:
        around = self.around
        for row in rows:
            intake: Intake = row.intake
            found = self.known.get(intake.number.folded)
            if found is None:
                made = record_vessel(
                    session,
                    around.actor,
                    intake.number.raw,
                    now=around.now,
                    facts=intake.facts,
                    number=intake.number,
                )
                settle_row(row, made, filled=False, is_new=True, shown=_shown(intake.number))
            elif self._settle(row, found, is_dry=False):
                found.owner_fold = fold_text(found.owner_name)
                found.version += 1
                found.updated_at = around.now
                subject = f"vessel:{found.id}"
                record_access(session, around.actor, "vessel.corrected", subject, now=around.now)

    def _read(self, row: Judged) -> Intake:
        said = short_text(row, "vessel_number", most=64)
        if not fold_number(said):
            raise RowProblemError("Thiếu số đăng ký tàu.", "missing")
        number = _number(row, said, self.letters)
        facts: dict[str, Any] = {
            column: text
            for name, (column, most) in _TEXTS.items()
            if (text := short_text(row, name, most=most))
        }
        code = read_place(row, "province", self.around.provinces)
        if code:
            facts["home_province_code"] = self.around.provinces.today(code)
        length = read_measure(row, "length_m", most=_LONGEST_M)
        if length:
            facts["length_m"] = length
            facts["length_class"] = next(
                (name for limit, name in _CLASSES if length < limit), "from_24"
            )
        if verdict := _verdict(row):
            facts["verdict"] = verdict
        return Intake(number, facts)

    def _known(self, session: Session, numbers: Sequence[VesselNumber]) -> dict[str, Vessel]:
        canonical = [one.canonical for one in numbers if one.canonical]
        folded = [one.folded for one in numbers]
        found = session.scalars(
            select(Vessel)
            .where(
                or_(Vessel.canonical.in_(canonical), Vessel.number_fold.in_(folded)),
                Vessel.merged_into_id.is_(None),
                visible_vessels(self.around.actor),
            )
            .order_by(Vessel.id.desc())
        )
        return {one.number_fold: one for one in found}

    def _settle(self, row: Judged, vessel: Vessel | None, *, is_dry: bool) -> bool:
        if vessel is None:
            shown = _shown(row.intake.number)
            settle_row(row, None, filled=False, is_new=True, shown=shown)
            return False
        facts = dict(row.intake.facts)
        verdict = facts.pop("verdict", None)
        filled, different = fill_blanks(vessel, facts, row=row, is_dry=is_dry)
        if verdict and verdict != vessel.verdict:
            different.append("verdict")
        if different:
            row.warn("Sổ đã ghi khác ở vài mục: giữ nguyên sổ, không ghi đè.", "differs")
        settle_row(row, vessel, filled=bool(filled), is_new=False, shown=_shown(row.intake.number))
        return bool(filled)


def _shown(number: VesselNumber) -> str:
    return number.canonical or number.raw


def _verdict(row: Judged) -> str | None:
    text = row.text("verdict")
    if not text:
        return None
    asked = plain(text)
    for code, word in words("verdict").items():
        if asked in (plain(code), plain(word.vi), plain(word.en)):
            return code
    other = other_words("verdict").get(asked)
    if other is None:
        row.warn(f"Chưa rõ kết quả “{text[:30]}” nên để trống.", "word_verdict")
    return other


def _number(row: Judged, said: str, letters: Letters) -> VesselNumber:
    """The number as it is understood everywhere; what a vessel may show is kept as written.

    A line that names several vessels, a heading and a sum are no vessel.
    """
    found = understood_number(said, letters)
    if found.is_several or (found.problem and not is_a_name_shown(said)):
        raise RowProblemError(found.problem, "number")
    if found.warning or found.problem:
        unclear = f"Số “{said[:30]}” chưa đúng mẫu: ghi nguyên văn, chờ kiểm tra."
        row.warn(found.warning if found.number.canonical else unclear, "unreadable")
    return found.number
