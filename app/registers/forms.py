"""The forms of the marker register: a new marker, its facts, a measurement."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FloatField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput, TextInput

from app.errors import Invalid
from app.form_words import DayField, ScreenForm
from app.geo.coordinates import Coordinate, Near, parse_coordinate
from app.geo.crs import AxisTable, systems
from app.registers.models import Marker, Side
from app.registers.recording import Survey
from app.registers.rules import CLASSES
from app.registers.vocabulary import choices, word

_NEEDED = InputRequired(_("Cần nhập mục này."))
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_NOT_SAID = ("", _("Chưa rõ"))
_OPTIONAL = Optional()


class NumberField(FloatField):
    """A number that may be written with a decimal comma; a browser's number box refuses it."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text.strip().replace(",", ".") for text in valuelist])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}".replace(".", ",")


class CoordinateForm(ScreenForm):
    """A coordinate as the paper writes it, with the system that the paper names."""

    coordinate = StringField(
        _("Tọa độ"),
        [Length(max=200, message=_("Tối đa 200 ký tự."))],
        description=_("Chép nguyên như giấy tờ: độ phút giây, hoặc X và Y của VN-2000, UTM."),
    )
    crs = SelectField(_("Hệ tọa độ ghi trên giấy tờ"), [_OPTIONAL])
    survey_method = StringField(_("Cách đo"), [_NAME])
    survey_source = StringField(_("Nguồn số đo"), [_NAME])
    measured_on = DayField(_("Ngày đo"), [_OPTIONAL])

    def survey(self) -> Survey:
        return Survey(
            source=self.survey_source.data or "",
            measured_on=self.measured_on.data,
            method=self.survey_method.data or "",
        )

    def read_coordinate(
        self,
        province_code: str | None = None,
        *,
        axes: AxisTable | None = None,
        near: Near | None = None,
    ) -> Coordinate | None:
        """The coordinate that was typed, if any; Invalid says which readings it leaves open."""
        text = (self.coordinate.data or "").strip()
        if not text:
            return None
        found = parse_coordinate(
            text,
            crs=self.crs.data or None,
            province_code=province_code,
            on=self.measured_on.data,
            axes=axes,
            near=near,
        )
        if isinstance(found, Coordinate):
            return found
        locale = str(get_locale())
        kept = found.candidates[:6]
        names = "; ".join({one.name_en if locale == "en" else one.name_vi: 0 for one in kept})
        said = [found.reason.in_locale(locale)]
        if names:
            said.append(gettext("Có thể là: %(names)s.", names=names))
        raise Invalid("Chưa xác định được tọa độ.", {"coordinate": said})

    def offer_systems(self, locale: str) -> None:
        known = [
            (one.code, one.name_en if locale == "en" else one.name_vi) for one in systems().values()
        ]
        self.crs.choices = [("", _("Theo cách ghi (độ là WGS-84)")), *known]


class MeasurementForm(CoordinateForm):
    party = SelectField(_("Bên đo"), [_NEEDED])
    is_adopted = BooleanField(_("Lấy làm tọa độ hiện hành của mốc"))
    adopted_because = StringField(
        _("Vì sao lấy làm tọa độ hiện hành"),
        [_NAME],
        description=_("Ví dụ số đo của Nghị định thư, hai bên đã ký biên bản."),
    )
    is_open = BooleanField(_("Chưa xác định được hệ tọa độ: chỉ lưu nguyên văn"))

    def offer_words(self, locale: str) -> None:
        self.offer_systems(locale)
        self.party.choices = choices("side", locale)

    def needed_coordinate(
        self,
        province_code: str | None,
        *,
        axes: AxisTable | None = None,
        near: Near | None = None,
    ) -> Coordinate:
        found = self.read_coordinate(province_code, axes=axes, near=near)
        if found is None:
            raise Invalid("Chưa có tọa độ.", {"coordinate": ["Nhập tọa độ của số đo."]})
        return found

    def survey(self) -> Survey:
        party, is_adopted = Side(self.party.data), bool(self.is_adopted.data)
        because = self.adopted_because.data or ""
        return replace(
            super().survey(), party=party, is_adopted=is_adopted, adopted_because=because
        )


class FactsForm(ScreenForm):
    """Everything about a marker but its number and place."""

    marker_class = SelectField(_("Cỡ, hạng"), [_OPTIONAL])
    planted_by = SelectField(_("Bên cắm"), [_OPTIONAL])
    stage = SelectField(_("Tiến độ trên thực địa"), [_NEEDED])
    legal_stage = SelectField(_("Tình trạng pháp lý"), [_NEEDED])
    condition = SelectField(_("Tình trạng mốc"), [_NEEDED])
    material = StringField(_("Chất liệu"), [_NAME])
    year_engraved = IntegerField(
        _("Năm khắc trên mốc"),
        [_OPTIONAL, NumberRange(1885, 2100, _("Năm từ 1885 đến 2100."))],
    )
    elevation_m = NumberField(
        _("Độ cao"), [_OPTIONAL, NumberRange(-50, 4000, _("Từ −50 đến 4.000 m."))]
    )
    elevation_datum = StringField(_("Hệ độ cao"), [Length(max=64)])
    distance_to_line_m = NumberField(
        _("Cách đường biên"), [_OPTIONAL, NumberRange(0, 5000, _("Từ 0 đến 5.000 m."))]
    )
    place_text = TextAreaField(_("Nơi đặt"), [_TEXT])
    legacy_names = StringField(
        _("Tên cũ"), [_NAME], description=_("Nhiều tên thì ngăn bằng dấu chấm phẩy.")
    )
    legal_basis = TextAreaField(_("Căn cứ pháp lý"), [_TEXT])
    source = StringField(_("Nguồn"), [_TEXT])
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer_words(self, locale: str, neighbour: str | None = None) -> None:
        lines = [neighbour] if neighbour else list(CLASSES)
        codes = dict.fromkeys(code for line in lines for code in CLASSES[line])
        self.marker_class.choices = [
            _NOT_SAID,
            *((code.value, word("class", code, locale)) for code in codes),
        ]
        self.planted_by.choices = [_NOT_SAID, *choices("side", locale)]
        self.stage.choices = choices("stage", locale)
        self.legal_stage.choices = choices("legal_stage", locale)
        self.condition.choices = choices("condition", locale)

    def facts(self) -> dict[str, Any]:  # Any: column values
        """What was entered, as the register stores it."""
        named = {name: field.data for name, field in self._fields.items() if name in _FACTS}
        empty_to_none = {"marker_class", "planted_by"}
        facts = {
            name: (value or None) if name in empty_to_none else value
            for name, value in named.items()
        }
        names = (self.legacy_names.data or "").split(";")
        facts["legacy_names"] = [name.strip() for name in names if name.strip()]
        return facts


_FACTS = frozenset(
    {
        "condition",
        "distance_to_line_m",
        "elevation_datum",
        "elevation_m",
        "legal_basis",
        "legal_stage",
        "marker_class",
        "material",
        "note",
        "place_text",
        "planted_by",
        "source",
        "stage",
        "year_engraved",
    }
)


class MarkerForm(FactsForm):
    """Corrections of a marker; the version says what its author had before him."""

    reason = StringField(
        _("Lý do sửa"),
        [_NEEDED, _NAME],
        description=_("Ghi vào lịch sử của mốc, ví dụ: theo biên bản song phương ngày 12/03/2026."),
    )
    valid_on = DayField(
        _("Có hiệu lực trên thực địa từ"),
        [_OPTIONAL],
        description=_("Để trống là hôm nay."),
    )
    version = IntegerField(widget=HiddenInput(), validators=[_OPTIONAL])


class NewMarkerForm(FactsForm, CoordinateForm):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    label = StringField(
        _("Số hiệu"),
        [_NEEDED, Length(max=60)],
        description=_("Ví dụ 314, 79(1), 47/7(2), cọc dấu 168/2.3."),
    )

    def offer_words(self, locale: str, neighbour: str | None = None) -> None:
        super().offer_words(locale, neighbour)
        self.offer_systems(locale)
        self.neighbour.choices = choices("neighbour", locale)
        self.planted_by.choices = [("", _("Theo số hiệu")), *choices("side", locale)]


def marker_defaults(marker: Marker) -> Mapping[str, Any]:  # Any: form values
    """What the form shows before anything is typed."""
    shown = {name: getattr(marker, name) for name in _FACTS}
    return {**shown, "legacy_names": "; ".join(marker.legacy_names), "version": marker.version}


MEASUREMENT_DEFAULTS: Mapping[str, Any] = {  # Any: form values
    "party": Side.JOINT,
    "is_adopted": True,
}
