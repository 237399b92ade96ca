"""The forms of mass events: the event, a list, one registration, a journey, a word."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from app.crises.events import EventFacts
from app.crises.marking import CHANGEABLE, JourneyFacts, MinutesFacts
from app.crises.models import MassEvent, Participant
from app.crises.rules import EventKind, Source
from app.crises.words import JOURNEYS, KINDS, SOURCES, choices
from app.form_words import ScreenForm
from app.imports.readers.fonts import NAMES
from app.registers.country_names import country_choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_SHORT = Length(max=64, message=_("Tối đa 64 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_MOMENT = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ ,]+(\d{1,2})[:hg](\d{2})?")
HOME_ZONE = "Asia/Ho_Chi_Minh"
_AS_IT_IS = ("name", "kind", "country_code", "places", "gate", "said_count", "note")


class MomentField(Field):
    """A day with its minute as dd/mm/yyyy HH:MM; the form says in which zone."""

    widget = TextInput()
    data: datetime | None  # without a zone until the form gives it one

    def process_formdata(self, valuelist: Sequence[Any]) -> None:  # Any: as in the base class
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        found = _MOMENT.fullmatch(self.typed)
        parts = [int(part or 0) for part in found.groups()] if found else [0, 0, 0, 0, 0]
        day, month, year, hour, minute = parts
        try:
            self.data = datetime(year, month, day, hour, minute)  # noqa: DTZ001  see `data`
        except ValueError as problem:
            said = _("Viết ngày và giờ như 21/11/2026 15:00.")
            raise ValueError(str(said)) from problem

    def _value(self) -> str:
        if self.data is not None:
            return f"{self.data:%d/%m/%Y %H:%M}"
        return str(getattr(self, "typed", ""))


def in_zone(moment: datetime | None, zone: str) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if moment else None


def out_of_zone(moment: datetime | None, zone: str) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


class EventForm(ScreenForm):
    name = StringField(_("Tên sự kiện"), [_NEEDED, _NAME])
    kind = SelectField(_("Loại sự kiện"), [_NEEDED])
    country_code = SelectField(_("Nước"), [_NEEDED])
    places = StringField(_("Nơi xảy ra, nơi tập trung"), [_NAME])
    gate = StringField(_("Cửa khẩu, sân bay tiếp nhận"), [_NAME])
    said_count = IntegerField(
        _("Số người phía nước ngoài báo sẽ giao"),
        [Optional(), NumberRange(0, 1_000_000, _("Từ 0 đến 1.000.000 người."))],
    )
    time_zone = StringField(
        _("Múi giờ của sự kiện"),
        [_NEEDED, _SHORT],
        description=_("Ví dụ Asia/Ho_Chi_Minh, Europe/Kyiv, Asia/Tehran."),
    )
    opens_at = MomentField(_("Mở đăng ký lúc"), [Optional()], description="dd/mm/yyyy HH:MM")
    closes_at = MomentField(
        _("Đóng đăng ký lúc"),
        [Optional()],
        description=_("Đăng ký đến từ phút này được giữ riêng là đăng ký muộn."),
    )
    units = TextAreaField(
        _("Đơn vị cùng tham gia"),
        [_TEXT],
        description=_(
            "Mỗi dòng một mã hoặc vài chữ của tên: ĐSQ Campuchia, đồn Mộc Bài."
            " Đơn vị đã tham gia thì giữ nguyên."
        ),
    )
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.kind.choices = choices(KINDS, locale)
        self.country_code.choices = [("", ""), *country_choices(locale)]

    def show(self, event: MassEvent) -> None:
        for one in self:
            if one.name in _AS_IT_IS:
                one.data = getattr(event, str(one.name))
        self.time_zone.data = event.time_zone
        self.opens_at.data = out_of_zone(event.opens_at, event.time_zone)
        self.closes_at.data = out_of_zone(event.closes_at, event.time_zone)

    def validate_time_zone(self, field: StringField) -> None:
        if (field.data or "").strip() not in available_timezones():
            raise ValueError(str(_("Không có múi giờ này. Viết như Asia/Ho_Chi_Minh.")))

    @property
    def unit_names(self) -> list[str]:
        return [line.strip() for line in (self.units.data or "").splitlines() if line.strip()]

    def facts(self, unit_ids: Sequence[int]) -> EventFacts:
        zone = (self.time_zone.data or HOME_ZONE).strip()
        return EventFacts(
            name=self.name.data or "",
            kind=EventKind(self.kind.data),
            country_code=self.country_code.data,
            time_zone=zone,
            places=self.places.data or "",
            gate=self.gate.data or "",
            opens_at=in_zone(self.opens_at.data, zone),
            closes_at=in_zone(self.closes_at.data, zone),
            said_count=self.said_count.data,
            note=self.note.data or "",
            unit_ids=unit_ids,
        )


class ListForm(ScreenForm):
    source = SelectField(_("Nguồn danh sách"), [_NEEDED])
    name = StringField(
        _("Tên danh sách"), [_NEEDED, _NAME], description=_("Ví dụ: Danh sách Svay Rieng 21/11.")
    )
    pasted = TextAreaField(
        _("Dán từ Excel"),
        [Length(max=3_000_000, message=_("Quá dài: hãy gửi tệp."))],
        description=_(
            "Chép cả dòng tiêu đề cột: Họ và tên, Ngày sinh, Giới tính, Số giấy tờ, Địa chỉ…"
        ),
    )
    file = FileField(_("Hoặc gửi tệp XLSX, CSV"))
    convert = SelectField(_("Chữ trong tệp"), [Optional()])

    def offer(self, locale: str) -> None:
        self.source.choices = choices(SOURCES, locale)
        fonts = [(font.value, f"{name}") for font, name in NAMES.items()]
        self.convert.choices = [("", str(_("Unicode"))), *fonts]

    def content(self) -> bytes:
        """What was brought: the file, else the pasted text; empty where there is neither."""
        upload = self.file.data
        if upload is not None and upload.filename:
            found: bytes = upload.read()
            return found
        return (self.pasted.data or "").strip("\r\n").encode()

    @property
    def chosen_source(self) -> Source:
        return Source(self.source.data)


class RowForm(ScreenForm):
    """One row by hand: a registration, or a refused row put right; read as any row of a list."""

    person_name = StringField(_("Họ và tên"), [_NEEDED, _NAME])
    birth = StringField(_("Ngày sinh hoặc năm sinh"), [_SHORT])
    sex = StringField(_("Giới tính"), [_SHORT])
    id_number = StringField(_("Số hộ chiếu, căn cước"), [_SHORT])
    home_text = StringField(_("Địa chỉ trong nước"), [_NAME])
    contact = StringField(_("Điện thoại, người thân liên hệ"), [_NAME])
    family = StringField(_("Nhóm gia đình"), [_SHORT])
    medical = StringField(_("Sức khỏe cần lưu ý"), [_NAME])
    shelter = StringField(_("Nơi đang ở"), [_NAME])
    transit = StringField(_("Nước trung gian"), [_SHORT])

    def cells(self) -> dict[str, str]:
        said = {one.name: (one.data or "").strip() for one in self if one.name != "csrf_token"}
        return {name: value for name, value in said.items() if value}


class PersonForm(ScreenForm):
    """What is changed of a person beside the status."""

    family = StringField(_("Nhóm gia đình"), [_SHORT])
    shelter = StringField(_("Nơi tạm trú, bệnh viện"), [_NAME])
    transit_country = SelectField(_("Nước trung gian"), [Optional()])
    is_medical = BooleanField(_("Cần hỗ trợ y tế"))
    medical = StringField(_("Sức khỏe"), [_NAME])
    contact = StringField(_("Người thân liên hệ"), [_NAME])
    is_minor = BooleanField(_("Dưới 18 tuổi"))
    is_victim = BooleanField(_("Có dấu hiệu nạn nhân mua bán người"))

    def offer(self, locale: str) -> None:
        self.transit_country.choices = [("", ""), *country_choices(locale)]

    def show(self, person: Participant) -> None:
        for one in self:
            if one.name in CHANGEABLE:
                one.data = getattr(person, str(one.name))

    def facts(self) -> dict[str, Any]:  # Any: column values
        texts = ("family", "shelter", "medical", "contact")
        flags = ("is_medical", "is_minor", "is_victim")
        return {
            **{name: (self[name].data or "").strip() for name in texts},
            **{name: bool(self[name].data) for name in flags},
            "transit_country": self.transit_country.data or None,
        }


class JourneyForm(ScreenForm):
    kind = SelectField(_("Phương tiện"), [_NEEDED])
    code = StringField(_("Số hiệu, biển số"), [_NEEDED, _SHORT])
    capacity = IntegerField(_("Số chỗ"), [_NEEDED, NumberRange(1, 2_000, _("Từ 1 đến 2.000 chỗ."))])
    from_place = StringField(_("Đi từ"), [_NAME])
    to_place = StringField(_("Đến"), [_NAME])
    departs_at = MomentField(_("Khởi hành lúc"), [Optional()], description="dd/mm/yyyy HH:MM")
    note = StringField(_("Ghi chú"), [_NAME])

    def offer(self, locale: str) -> None:
        self.kind.choices = choices(JOURNEYS, locale)

    def facts(self, zone: str) -> JourneyFacts:
        return JourneyFacts(
            self.kind.data,
            self.code.data or "",
            self.capacity.data or 0,
            self.from_place.data or "",
            self.to_place.data or "",
            in_zone(self.departs_at.data, zone),
            self.note.data or "",
        )


class MinutesForm(ScreenForm):
    place = StringField(_("Nơi lập"), [_NEEDED, _NAME])
    giving = StringField(_("Bên giao: họ tên, chức vụ"), [_NAME])
    receiving = StringField(_("Bên nhận: họ tên, chức vụ"), [_NAME])
    note = TextAreaField(_("Ghi nhận thêm"), [_TEXT])

    def facts(self) -> MinutesFacts:
        return MinutesFacts(
            self.place.data or "",
            self.giving.data or "",
            self.receiving.data or "",
            self.note.data or "",
        )


class WordForm(ScreenForm):
    """A few words: an explanation, a note at the closing, why it is opened again."""

    text = TextAreaField(_("Nội dung"), [_TEXT])

    @property
    def said(self) -> str:
        return (self.text.data or "").strip()
