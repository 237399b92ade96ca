"""How a person of a mass event is shown to one reader: masked where the name must not be known."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import commune_names, province_names
from app.cases.models import Case
from app.cases.queries import visible_to as cases_visible_to
from app.crises.models import Participant
from app.crises.queries import Side
from app.crises.rules import Source
from app.crises.words import SOURCES, STATUSES, TONES, said
from app.permissions import Actor, Permission
from app.registers.country_names import country_name
from app.registers.masking import mask_contact, mask_number
from app.registers.rules import Column, Seen
from app.registers.vocabulary import word


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list, as the reader may know the person."""

    id: int
    name: str
    is_masked: bool
    born: str
    sex: str
    number: str
    home: str
    province: str
    province_code: str | None
    commune: str
    family: str
    is_minor: bool
    is_victim: bool
    is_medical: bool
    is_late: bool
    shelter: str
    transit: str
    journey_id: int | None
    sources: tuple[str, ...]
    status: str
    status_name: str
    tone: str
    status_at: datetime
    status_by: str
    explanation: str
    problem: str
    case_reference: str
    has_case: bool


@dataclass(frozen=True)
class Reader:
    """Who looks, and the names of places: made once for a page."""

    actor: Actor
    side: Side
    provinces: Mapping[str, str]
    communes: Mapping[str, str]
    cases: Mapping[int, str]

    def knows(self, person: Participant) -> bool:
        """Whether the name is open: a protected one only to those who act for the person."""
        if not self.actor.may(Permission.PERSONAL_DATA_VIEW):
            return False
        if not person.is_protected or self.side in (Side.OWNER, Side.PARTY):
            return True
        return person.province_code in self.actor.area.province_codes

    def name(self, person: Participant) -> str:
        if self.knows(person):
            return person.name
        masked: str = _("Người số %(number)s", number=person.id)
        return masked

    def line(self, person: Participant) -> PersonLine:
        knows, locale = self.knows(person), self.actor.locale
        return PersonLine(
            id=person.id,
            name=self.name(person),
            is_masked=not knows,
            born=_born(person.birth_date if knows else None, person.birth_year),
            sex=word("sex", person.sex, locale),
            number=mask_number(person.id_number) if knows else "",
            home=person.home_text if knows else "",
            province=self.provinces.get(person.province_code or "", ""),
            province_code=person.province_code,
            commune=self.communes.get(person.commune_code or "", ""),
            family=person.family if knows else "",
            is_minor=person.is_minor,
            is_victim=person.is_victim and knows,
            is_medical=person.is_medical,
            is_late=person.is_late,
            shelter=person.shelter if knows else "",
            transit=country_name(person.transit_country, locale) if person.transit_country else "",
            journey_id=person.journey_id,
            sources=tuple(
                said(SOURCES, one, locale) for one in Source if getattr(person, f"in_{one}")
            ),
            status=person.status,
            status_name=said(STATUSES, person.status, locale),
            tone=TONES.get(person.status, "working"),
            status_at=person.status_at,
            status_by=person.status_by,
            explanation=person.explanation,
            problem=person.case_problem,
            case_reference=self.cases.get(person.case_id or 0, ""),
            has_case=person.case_id is not None,
        )

    def lines(self, people: Iterable[Participant]) -> list[PersonLine]:
        return [self.line(one) for one in people]

    def contact(self, person: Participant) -> str:
        return mask_contact(person.contact) if self.knows(person) else ""


def _born(day: date | None, year: int | None) -> str:
    if day is not None:
        return f"{day:%d/%m/%Y}"
    return str(year or "")


def reader_of(
    session: Session, actor: Actor, side: Side, people: Collection[Participant]
) -> Reader:
    communes = {one.commune_code for one in people if one.commune_code}
    cases = {one.case_id for one in people if one.case_id}
    rows = (
        session.execute(
            select(Case.id, Case.reference).where(Case.id.in_(cases), cases_visible_to(actor))
        )
        if cases and actor.may(Permission.CASE_VIEW)
        else ()
    )
    return Reader(
        actor,
        side,
        province_names(session),
        commune_names(session, communes) if communes else {},
        {row.id: row.reference for row in rows},
    )


# --- as a table file ------------------------------------------------------------------------

_LABELS = (
    ("number", lazy_gettext("STT")),
    ("name", lazy_gettext("Họ và tên")),
    ("spellings", lazy_gettext("Cách viết trong các danh sách")),
    ("born", lazy_gettext("Ngày sinh")),
    ("sex", lazy_gettext("Giới tính")),
    ("paper", lazy_gettext("Số giấy tờ")),
    ("home", lazy_gettext("Địa chỉ khai báo")),
    ("province", lazy_gettext("Tỉnh tiếp nhận")),
    ("commune", lazy_gettext("Xã tiếp nhận")),
    ("family", lazy_gettext("Nhóm gia đình")),
    ("flags", lazy_gettext("Lưu ý")),
    ("status", lazy_gettext("Trạng thái")),
    ("status_at", lazy_gettext("Lúc")),
    ("reference", lazy_gettext("Hồ sơ")),
)
COLUMNS = tuple(Column(code, label, lambda _entry, _locale: None) for code, label in _LABELS)


def as_rows(
    reader: Reader, people: Iterable[Participant], spellings: Mapping[int, list[str]]
) -> list[Seen]:
    """The rows of an export: what the reader sees on the page, masks included."""
    return [
        _row(number, one, reader.line(one), spellings.get(one.id, []))
        for number, one in enumerate(people, start=1)
    ]


def _row(number: int, person: Participant, line: PersonLine, spellings: list[str]) -> Seen:
    flags = (
        (line.is_minor, _("Dưới 18 tuổi")),
        (line.is_medical, _("Y tế")),
        (line.is_victim, _("Dấu hiệu nạn nhân")),
        (line.is_late, _("Đăng ký muộn")),
    )
    values = {
        "number": number,
        "name": line.name,
        "spellings": "" if line.is_masked else "; ".join(spellings),
        "born": line.born,
        "sex": line.sex,
        "paper": line.number,
        "home": line.home,
        "province": line.province,
        "commune": line.commune,
        "family": line.family,
        "flags": ", ".join(word for is_so, word in flags if is_so),
        "status": line.status_name,
        "status_at": line.status_at.date(),
        "reference": line.case_reference,
    }
    return Seen(person, values, frozenset())
