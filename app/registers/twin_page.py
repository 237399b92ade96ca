"""What the page "Có thể trùng" shows: the entry and each look-alike, fact beside fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
_WHOLE, _NEAR = 100, 60


class Agreement(StrEnum):
    """Whether two sides say the same of one fact; `apart` where that is not compared."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"
    UNSAID = "unsaid"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class SideFact:
    """One fact of both; several values are parted by semicolons."""

    label: str
    ours: str
    theirs: str
    agreement: Agreement


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
            facts=_beside(
                ours,
                _person_facts(twin.person, provinces, counted, actor.locale),
                weighed=_weighed(twin),
            ),
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
            facts=_beside(ours, _vessel_facts(twin.vessel, provinces, counted, actor), weighed={}),
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


def _weighed(twin: Twin) -> dict[str, Agreement]:
    """What the score was made of, in words: the same judgement that the reader is told above."""
    labels = {
        Part.NAME: _("Các tên"),
        Part.BIRTH: _("Ngày, năm sinh"),
        Part.DOCUMENT: _("Giấy tờ"),
    }
    return {
        labels[one.part]: _in_words(one.score) for one in twin.likeness.parts if one.part in labels
    }


def _in_words(score: int) -> Agreement:
    if score == _WHOLE:
        return Agreement.SAME
    return Agreement.NEAR if score >= _NEAR else Agreement.OTHER


def _beside(
    ours: dict[str, str], theirs: dict[str, str], *, weighed: dict[str, Agreement]
) -> list[SideFact]:
    return [
        SideFact(label, said, theirs[label], _agreement(label, said, theirs, weighed))
        for label, said in ours.items()
        if said or theirs[label]
    ]


def _agreement(
    label: str, said: str, theirs: dict[str, str], weighed: dict[str, Agreement]
) -> Agreement:
    compared = _compared(label, said, theirs)
    return compared if compared is Agreement.SAME else weighed.get(label, compared)


def _compared(label: str, said: str, theirs: dict[str, str]) -> Agreement:
    """By the words alone; several values that have none in common say neither way."""
    if label in (_("Hồ sơ"), _("Giấy tờ")):
        return Agreement.APART
    if not said or not theirs[label]:
        return Agreement.UNSAID
    here, there = ({fold_text(one) for one in side.split(";")} for side in (said, theirs[label]))
    if here & there:
        return Agreement.SAME
    return Agreement.UNSAID if len(here) + len(there) > _ONE_EACH else Agreement.OTHER
