"""What the page "Có thể trùng" shows: the entry and each look-alike, fact beside fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.database import fold_text
from app.permissions import Actor
from app.registers.case_book import case_book
from app.registers.country_names import country_name
from app.registers.likeness import LIKELY, Part
from app.registers.masking import mask_number
from app.registers.models import Person, Vessel
from app.registers.person_keys import spellings_of
from app.registers.twins import Twin, twins_of
from app.registers.vessel_twins import VesselTwin, vessel_twins_of
from app.registers.vocabulary import word

_ONE_EACH = 2


@dataclass(frozen=True, slots=True)
class SideFact:
    """One fact of both, and whether they agree; several values are parted by semicolons."""

    label: str
    ours: str
    theirs: str
    is_compared: bool = True

    @property
    def agrees(self) -> bool | None:
        """None where one side does not say, or where several values have none in common."""
        ours, theirs = (
            {fold_text(one) for one in said.split(";")} for said in (self.ours, self.theirs)
        )
        if not self.ours or not self.theirs:
            return None
        return True if ours & theirs else (None if len(ours) + len(theirs) > _ONE_EACH else False)


@dataclass(frozen=True, slots=True)
class TwinLine:
    """One look-alike: how alike, by which parts, and its facts beside ours."""

    entry_id: int
    name: str
    score: int
    is_likely: bool
    reasons: Sequence[str]
    facts: Sequence[SideFact]


def lines_of_person(
    session: Session, actor: Actor, person: Person, provinces: dict[str, str]
) -> list[TwinLine]:
    found = twins_of(session, actor, person)
    counted = _cases(session, actor, "person", [person.id, *(twin.person.id for twin in found)])
    ours = _person_facts(person, provinces, counted, actor.locale)
    return [
        TwinLine(
            entry_id=twin.person.id,
            name=twin.person.name,
            score=twin.likeness.score,
            is_likely=twin.likeness.is_likely,
            reasons=_reasons(twin),
            facts=_beside(ours, _person_facts(twin.person, provinces, counted, actor.locale)),
        )
        for twin in found
    ]


def lines_of_vessel(
    session: Session, actor: Actor, vessel: Vessel, provinces: dict[str, str]
) -> list[TwinLine]:
    found = vessel_twins_of(session, actor, vessel)
    counted = _cases(session, actor, "vessel", [vessel.id, *(twin.vessel.id for twin in found)])
    ours = _vessel_facts(vessel, provinces, counted, actor)
    return [
        TwinLine(
            entry_id=twin.vessel.id,
            name=twin.vessel.canonical or twin.vessel.raw_number,
            score=twin.score,
            is_likely=twin.score >= LIKELY,
            reasons=[_reason_of_vessel(twin)],
            facts=_beside(ours, _vessel_facts(twin.vessel, provinces, counted, actor)),
        )
        for twin in found
    ]


def _reason_of_vessel(twin: VesselTwin) -> str:
    said: str = _("Số gần giống: %(score)s", score=twin.score)
    return said


def _reasons(twin: Twin) -> list[str]:
    words: dict[Part, str] = {
        Part.DOCUMENT: _("cùng số giấy tờ"),
        Part.NAME: _("tên"),
        Part.BIRTH: _("ngày, năm sinh"),
        Part.SEX: _("giới tính"),
        Part.PROVINCE: _("tỉnh"),
        Part.VESSEL: _("cùng tàu"),
    }
    alone = {Part.DOCUMENT, Part.VESSEL}
    return [
        words[one.part] if one.part in alone else f"{words[one.part]} {one.score}"
        for one in twin.likeness.parts
    ]


def _cases(session: Session, actor: Actor, target: str, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for tie in case_book().ties_of(session, actor, target, ids):
        found.setdefault(tie.entry_id, []).append(tie.reference)
    return found


def _person_facts(
    person: Person, provinces: dict[str, str], cases: dict[int, list[str]], locale: str
) -> dict[str, str]:
    born = person.birth_date
    return {
        _("Các tên"): "; ".join(spellings_of(person)),
        _("Ngày, năm sinh"): born.strftime("%d/%m/%Y") if born else str(person.birth_year or ""),
        _("Giới tính"): word("sex", person.sex, locale),
        _("Giấy tờ"): mask_number(person.id_number),
        _("Tỉnh"): provinces.get(person.home_province_code or "", ""),
        _("Nước sở tại"): country_name(person.country_code, locale) if person.country_code else "",
        _("Hồ sơ"): ", ".join(cases.get(person.id, [])),
    }


def _vessel_facts(
    vessel: Vessel, provinces: dict[str, str], cases: dict[int, list[str]], actor: Actor
) -> dict[str, str]:
    return {
        _("Số ghi nhận"): vessel.raw_number,
        _("Số khác"): "; ".join(vessel.other_numbers),
        _("Kết quả kiểm tra"): word("verdict", vessel.verdict, actor.locale),
        _("Tỉnh"): provinces.get(vessel.home_province_code or "", ""),
        _("Cảng đăng ký"): vessel.home_port,
        _("Hồ sơ"): ", ".join(cases.get(vessel.id, [])),
    }


def _beside(ours: dict[str, str], theirs: dict[str, Any]) -> list[SideFact]:  # Any: text
    return [
        SideFact(label, said, theirs[label], label not in (_("Hồ sơ"), _("Giấy tờ")))
        for label, said in ours.items()
        if said or theirs[label]
    ]
