"""The forms of what both sides sign, say and send each other."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.config import Settings
from app.errors import AppError
from app.form_words import DayField, ScreenForm
from app.registers.act_models import JointAct
from app.registers.act_rules import NEEDS_BOTH, OTHER_LANGUAGES
from app.registers.act_services import ActFacts, Signature
from app.registers.claims import Claim
from app.registers.counterpart import POSSIBLE, FieldFacts
from app.registers.models import Side
from app.registers.rules import MARKER_COLUMNS
from app.registers.vocabulary import choices, word
from app.storage import StoredFile, store_file

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=20_000, message=_("Tối đa 20.000 ký tự."))


class WithScans(ScreenForm):
    files = MultipleFileField(
        _("Bản chụp, bản quét"), description=_("Ảnh hoặc PDF của văn bản có chữ ký.")
    )

    def stored_files(self, settings: Settings) -> list[StoredFile]:
        """The scans on disk; one that is refused says so at the field, and the words stay."""
        chosen = [one for one in self.files.data or () if getattr(one, "filename", "")]
        limit = settings.max_attachment_mb
        try:
            return [
                store_file(settings.uploads_dir, one.filename or "", one.stream, limit_mb=limit)
                for one in chosen
            ]
        except AppError as problem:
            self.files.errors = [gettext(problem.message)]
            return []


class ActForm(WithScans):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    kind = SelectField(_("Loại văn bản"), [_NEEDED])
    route = StringField(
        _("Các mốc liên quan"), [_NEEDED, _NAME], description=_("Ví dụ 691 – 702, hoặc 119, 120.")
    )
    number = StringField(_("Số văn bản"), [_NAME])
    held_on = DayField(_("Ngày lập"), [_NEEDED])
    place = StringField(_("Nơi lập"), [_NAME])
    title = StringField(_("Tên văn bản (tiếng Việt)"), [_NEEDED, _NAME])
    text = TextAreaField(_("Nội dung (tiếng Việt)"), [_TEXT])
    other_language = SelectField(_("Thứ tiếng của phía bạn"), [_NEEDED])
    other_title = StringField(_("Tên văn bản (tiếng phía bạn)"), [_NEEDED, _NAME])
    other_text = TextAreaField(_("Nội dung (tiếng phía bạn)"), [_TEXT])
    our_name = StringField(_("Người ký phía Việt Nam"), [_NAME])
    our_title = StringField(_("Chức vụ"), [_NAME])
    our_unit = StringField(_("Cơ quan"), [_NAME])
    our_signed_on = DayField(_("Ngày ký"), [_OPTIONAL])
    their_name = StringField(_("Người ký phía bạn"), [_NAME])
    their_title = StringField(_("Chức vụ"), [_NAME])
    their_body = StringField(_("Cơ quan"), [_NAME])
    their_signed_on = DayField(_("Ngày ký"), [_OPTIONAL])
    source = StringField(_("Nguồn, nơi lưu bản gốc"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.neighbour.choices = choices("neighbour", locale)
        self.kind.choices = choices("act_kind", locale)
        self.other_language.choices = choices("language", locale)

    def begin_with(self, neighbour: str, route: str) -> None:
        if neighbour in OTHER_LANGUAGES:
            self.neighbour.data = neighbour
            self.other_language.data = OTHER_LANGUAGES[neighbour]
        self.route.data = route

    def facts(self) -> ActFacts:
        def said(name: str) -> str:
            return (self[name].data or "").strip()

        return ActFacts(
            neighbour=self.neighbour.data,
            kind=self.kind.data,
            held_on=self.held_on.data or date.min,  # the field is required
            other_language=self.other_language.data,
            title=said("title"),
            other_title=said("other_title"),
            number=said("number"),
            place=said("place"),
            text=said("text"),
            other_text=said("other_text"),
            source=said("source"),
        )

    def ours(self) -> Signature:
        return Signature(
            self.our_name.data or "",
            self.our_title.data or "",
            self.our_unit.data or "",
            self.our_signed_on.data,
        )

    def theirs(self) -> Signature:
        return Signature(
            self.their_name.data or "",
            self.their_title.data or "",
            self.their_body.data or "",
            self.their_signed_on.data,
        )


class SignatureForm(WithScans):
    side = SelectField(_("Phía ký"), [_NEEDED])
    name = StringField(_("Người ký"), [_NEEDED, _NAME])
    title = StringField(_("Chức vụ"), [_NAME])
    body = StringField(_("Cơ quan"), [_NAME])
    on = DayField(_("Ngày ký"), [_NEEDED])

    def offer(self, act: JointAct, locale: str) -> None:
        self.side.choices = [(side.value, word("side", side, locale)) for side in act.missing_sides]

    def signature(self) -> Signature:
        said = (self.name.data or "", self.title.data or "", self.body.data or "")
        return Signature(*said, self.on.data)


class CarryForm(ScreenForm):
    stage = SelectField(_("Ghi các mốc đã đạt bước"), [_NEEDED])

    def offer(self, act: JointAct, locale: str) -> None:
        self.stage.choices = [
            (stage.value, word("stage", stage, locale))
            for stage, kinds in NEEDS_BOTH.items()
            if act.kind in kinds
        ]


class ClaimForm(ScreenForm):
    field = SelectField(_("Nội dung"), [_NEEDED])
    party = SelectField(_("Bên nói"), [_NEEDED])
    value = StringField(
        _("Giá trị"),
        [_NEEDED, _NAME],
        description=_("Chép nguyên như giấy tờ: tọa độ, số mét với dấu phẩy thập phân, hoặc chữ."),
    )
    said_on = DayField(_("Ngày"), [_NEEDED])
    source = StringField(_("Nguồn, số văn bản"), [_NEEDED, _TEXT])

    def offer(self, locale: str) -> None:
        self.field.choices = choices("claim_field", locale)
        self.party.choices = [
            (side.value, word("side", side, locale)) for side in (Side.VIETNAM, Side.NEIGHBOUR)
        ]

    def claim(self) -> Claim:
        return Claim(
            self.field.data,
            Side(self.party.data),
            self.value.data or "",
            self.said_on.data or date.min,  # the field is required
            self.source.data or "",
        )


class SettleForm(ScreenForm):
    act = SelectField(_("Theo văn bản song phương"), [_NEEDED])
    value = StringField(_("Giá trị hai bên thống nhất"), [_NEEDED, _NAME])

    def offer(self, acts: Iterable[JointAct], locale: str) -> None:
        self.act.choices = [
            (str(act.id), f"{word('act_kind', act.kind, locale)} {act.number} – {act.title}")
            for act in acts
        ]


class CounterpartForm(ScreenForm):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    province_code = SelectField(_("Tỉnh"), [_OPTIONAL])
    recipient = StringField(_("Cơ quan nhận phía bạn"), [_NEEDED, _NAME])
    kind = SelectField(_("Dạng tệp"), [_NEEDED])

    def offer(self, provinces: Iterable[tuple[str, str]], locale: str) -> None:
        self.neighbour.choices = choices("neighbour", locale)
        self.province_code.choices = [("", _("Cả đoạn bạn thấy")), *provinces]
        self.kind.choices = [("xlsx", "XLSX"), ("csv", "CSV"), ("geojson", "GeoJSON")]


class CounterpartFieldForm(ScreenForm):
    field = SelectField(_("Trường"), [_NEEDED])
    name_vi = StringField(_("Tên tiếng Việt"), [_NEEDED, _NAME])
    name_en = StringField(_("Tên tiếng Anh"), [_NEEDED, _NAME])
    valid_from = DayField(_("Có hiệu lực từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Hết hiệu lực sau ngày"), [_OPTIONAL])
    check = SelectField(_("Mức kiểm chứng"), [_NEEDED])
    source = TextAreaField(_("Nguồn"), [_NEEDED, _TEXT])

    def offer(self, locale: str) -> None:
        names = {column.code: column.label for column in MARKER_COLUMNS}
        self.field.choices = [(code, names[code]) for code in POSSIBLE]
        self.check.choices = choices("check", locale)

    def facts(self) -> FieldFacts:
        return FieldFacts(
            self.field.data,
            (self.name_vi.data or "").strip(),
            (self.name_en.data or "").strip(),
            self.valid_from.data,
            self.valid_to.data,
            (self.source.data or "").strip(),
            self.check.data,
        )
