"""The forms of vessels and persons; personal fields are there only for those who may read them."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.form_words import DayField, ScreenForm
from app.permissions import Actor, Permission
from app.registers.country_names import country_choices
from app.registers.masking import mask_contact, mask_number
from app.registers.vocabulary import choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_SHORT = Length(max=64, message=_("Tối đa 64 ký tự."))
_NOT_SAID = ("", _("Chưa rõ"))
_ABSENT_AS_NONE = frozenset(
    {
        "birth_date",
        "birth_year",
        "claimed_province_code",
        "country_code",
        "home_province_code",
        "id_kind",
        "id_number",
        "length_class",
        "sex",
        "verified_province_code",
    }
)
_LISTS = frozenset({"foreign_spellings", "other_numbers"})


class ListField(StringField):
    """Several short texts in one box, parted by semicolons."""

    def process_data(self, value: Any) -> None:  # Any: list from the record, or nothing
        self.data = "; ".join(value) if value else ""


class SealedField(StringField):
    """A value that a form never shows again: left empty, what is kept stays."""

    def __init__(self, label: str, *, cover: Callable[[str], str], **options: Any) -> None:
        """Any: what the package's field takes."""
        super().__init__(label, render_kw={"autocomplete": "off"}, **options)
        self._cover = cover

    def process_data(self, value: Any) -> None:  # Any: the text of the record, or nothing
        self.data = ""
        if value:
            self.description = gettext(
                "Đang có: %(masked)s. Để trống thì giữ nguyên.", masked=self._cover(value)
            )


class EntryForm(ScreenForm):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    country_code = SelectField(_("Nước đang ở"), [Optional()])
    note = TextAreaField(_("Ghi chú"), [Length(max=4000)])
    personal: tuple[str, ...] = ()

    def hide_personal(self, actor: Actor) -> None:
        """Take away what the actor may not read: a masked value is not overwritten either."""
        if not actor.may(Permission.PERSONAL_DATA_VIEW):
            for name in self.personal:
                delattr(self, name)

    def facts(self) -> dict[str, Any]:  # Any: column values
        named = {
            name: field.data
            for name, field in self._fields.items()
            if name not in {"csrf_token", "version", "raw_number"}
            and not (isinstance(field, SealedField) and not field.data)
        }
        facts = {
            name: (value or None) if name in _ABSENT_AS_NONE else value
            for name, value in named.items()
        }
        for name in _LISTS & facts.keys():
            facts[name] = [part.strip() for part in (facts[name] or "").split(";") if part.strip()]
        return facts


class VesselForm(EntryForm):
    raw_number = StringField(
        _("Số như ghi trên tàu"),
        [_NEEDED, _SHORT],
        description=_("Ví dụ KG-93702-TS. Số không đọc được vẫn ghi, để kiểm tra sau."),
    )
    other_numbers = ListField(
        _("Số khác sơn trên tàu"), [_NAME], description=_("Ngăn bằng dấu chấm phẩy.")
    )
    verdict = SelectField(_("Kết quả kiểm tra"), [_NEEDED])
    owner_name = StringField(_("Chủ tàu"), [_NAME])
    master_name = StringField(_("Thuyền trưởng"), [_NAME])
    vms_device = StringField(_("Thiết bị giám sát hành trình (mã)"), [_SHORT])
    home_province_code = SelectField(_("Tỉnh đăng ký"), [Optional()])
    home_port = StringField(_("Cảng đăng ký"), [_NAME])
    length_class = SelectField(_("Chiều dài lớn nhất"), [Optional()])
    gear = StringField(_("Nghề"), [_SHORT])
    personal = ("owner_name", "master_name")

    def offer_words(self, actor: Actor, provinces: Sequence[tuple[str, str]]) -> None:
        self.country_code.choices = [_NOT_SAID, *country_choices(actor.locale)]
        self.verdict.choices = choices("verdict", actor.locale)
        self.home_province_code.choices = list(provinces)
        self.length_class.choices = [_NOT_SAID, *choices("length_class", actor.locale)]
        self.hide_personal(actor)

    def facts(self) -> dict[str, Any]:  # Any: column values
        facts = super().facts()
        if not facts["home_province_code"] and not self.version.data:
            del facts["home_province_code"]  # the letters of the number say it
        if facts["verdict"] == "claimed" and not self.version.data:
            del facts["verdict"]  # an unreadable number stays to be checked
        return facts


class PersonForm(EntryForm):
    claimed_name = StringField(_("Họ tên như người khai"), [_NEEDED, _NAME])
    verified_name = StringField(_("Họ tên đã xác minh"), [_NAME])
    foreign_spellings = ListField(
        _("Cách viết của nước ngoài"),
        [_NAME],
        description=_("Mỗi cách viết một mục, ngăn bằng dấu chấm phẩy."),
    )
    birth_date = DayField(_("Ngày sinh"), [Optional()])
    birth_year = IntegerField(
        _("Năm sinh"), [Optional(), NumberRange(1900, 2100, _("Năm từ 1900 đến 2100."))]
    )
    sex = SelectField(_("Giới tính"), [Optional()])
    id_kind = SelectField(_("Loại giấy tờ"), [Optional()])
    id_number = SealedField(_("Số giấy tờ"), cover=mask_number, validators=[_SHORT])
    is_minor = BooleanField(_("Chưa thành niên"))
    is_victim = BooleanField(_("Nạn nhân hoặc nghi là nạn nhân mua bán người"))
    home_text = StringField(_("Nơi cư trú"), [_NAME])
    claimed_province_code = SelectField(_("Tỉnh theo lời khai"), [Optional()])
    verified_province_code = SelectField(_("Tỉnh đã xác minh"), [Optional()])
    contact_text = SealedField(_("Người thân liên hệ"), cover=mask_contact, validators=[_NAME])

    def offer_words(self, actor: Actor, provinces: Sequence[tuple[str, str]]) -> None:
        self.country_code.choices = [_NOT_SAID, *country_choices(actor.locale)]
        self.sex.choices = [_NOT_SAID, *choices("sex", actor.locale)]
        self.id_kind.choices = [_NOT_SAID, *choices("id_kind", actor.locale)]
        self.claimed_province_code.choices = list(provinces)
        self.verified_province_code.choices = list(provinces)
