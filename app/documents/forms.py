"""The forms of papers: what a draft says, a version from Word, a template, a symbol, a reason."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length, Optional

from app.documents.kinds import Kind, kinds
from app.documents.letterhead import MOST_BYTES
from app.documents.numbering import ANY
from app.documents.wording import Wording
from app.form_words import DayField, ScreenForm

_NEEDED = InputRequired(_("Cần nhập mục này."))
_LINE = Length(max=500, message=_("Tối đa 500 ký tự."))
_TEXT = Length(max=20_000, message=_("Tối đa 20.000 ký tự."))
_NOTE_ONLY = ("agency_translated", "addressee_translated", "body_translated", "place_translated")
_SIDES = ("giver_title", "giver", "receiver_title", "receiver", "scribe", "witness")
_SIGNED = ("authority", "signer_title", "signer")


class WordingForm(ScreenForm):
    """What a draft says; which fields are there depends on the kind."""

    addressee = TextAreaField(
        _("Kính gửi"), [Optional(), _LINE], description=_("Mỗi dòng một nơi.")
    )
    abstract = StringField(_("Trích yếu"), [_NEEDED, _LINE])
    body = TextAreaField(
        _("Nội dung"),
        [_NEEDED, _TEXT],
        description=_(
            "Mỗi dòng là một đoạn. Mã trong ngoặc nhọn, như {so}, được thay bằng dữ kiện;"
            " các mã ghi ở dưới."
        ),
        render_kw={"rows": 12},
    )
    giver_title = StringField(
        _("Ký bên trái: chức danh"), [_LINE], description=_("Để trống thì ghi “Bên giao”.")
    )
    giver = StringField(_("Ký bên trái: họ tên"), [_LINE])
    receiver_title = StringField(
        _("Ký bên phải: chức danh"), [_LINE], description=_("Để trống thì ghi “Bên nhận”.")
    )
    receiver = StringField(_("Ký bên phải: họ tên"), [_LINE])
    scribe = StringField(
        _("Người ghi biên bản"), [_LINE], description=_("Để trống nếu không ký riêng.")
    )
    witness = StringField(_("Người chứng kiến"), [_LINE], description=_("Để trống nếu không có."))
    recipients = TextAreaField(_("Nơi nhận"), [_TEXT], description=_("Mỗi dòng một nơi."))
    place = StringField(_("Địa danh"), [_LINE])
    authority = StringField(
        _("Thay mặt, ký thay"),
        [_LINE],
        description=_("Bắt đầu bằng TM., Q., KT., TL. hoặc TUQ., ví dụ KT. GIÁM ĐỐC."),
    )
    signer_title = StringField(_("Chức vụ người ký"), [_LINE])
    signer = StringField(_("Người ký"), [_LINE])
    agency_translated = StringField(_("Tên cơ quan, bản dịch"), [_LINE])
    addressee_translated = StringField(_("Nơi nhận, bản dịch"), [_LINE])
    body_translated = TextAreaField(_("Nội dung, bản dịch"), [_TEXT], render_kw={"rows": 12})
    place_translated = StringField(_("Địa danh, bản dịch"), [_LINE])

    def shape(self, kind: Kind) -> None:
        """Leave only what this kind of paper has."""
        left_out: list[str] = [] if kind.is_note else [*_NOTE_ONLY]
        if kind.is_note:
            left_out += [*_SIGNED, "recipients"]
        if kind.is_minutes:
            left_out += ["addressee", *_SIGNED, "recipients"]
        else:
            left_out += [*_SIDES]
        for name in left_out:
            delattr(self, name)
        if kind.needs_addressee:
            self.addressee.validators = [_NEEDED, _LINE]
            self.addressee.flags.required = True

    def show(self, wording: Wording) -> None:
        for one in self:
            if hasattr(wording, one.name):
                one.data = getattr(wording, one.name)

    def wording(self) -> Wording:
        known = Wording.__dataclass_fields__
        said = {one.name: (one.data or "").strip() for one in self if one.name in known}
        return Wording(**said)


class WordFileForm(ScreenForm):
    """A Word file from the person's own machine."""

    file = FileField(
        _("Tệp Word (.docx)"),
        [FileRequired(_("Hãy chọn tệp."))],
        render_kw={"accept": ".docx"},
    )

    def content(self) -> bytes:
        found: bytes = self.file.data.stream.read()
        return found

    @property
    def file_name(self) -> str:
        return str(self.file.data.filename or "")


class TemplateForm(WordFileForm):
    valid_from = DayField(_("Dùng từ ngày"), [_NEEDED])

    def day(self, otherwise: date) -> date:
        return self.valid_from.data or otherwise


class EmblemForm(ScreenForm):
    """The office's own picture of the emblem for its notes."""

    picture = FileField(
        _("Hình quốc huy (PNG hoặc JPEG, dưới 1 MB)"),
        [FileRequired(_("Hãy chọn tệp."))],
        render_kw={"accept": ".png,.jpg,.jpeg"},
    )

    def content(self) -> bytes:
        found: bytes = self.picture.data.stream.read(MOST_BYTES + 1)
        return found


class SymbolForm(ScreenForm):
    kind = SelectField(_("Loại văn bản"), [_NEEDED])
    pattern = StringField(
        _("Cách viết số, ký hiệu"),
        [_NEEDED, _LINE],
        description=_("{so} là số, {loai} là chữ viết tắt của loại. Ví dụ {so}/{loai}-SNgV."),
    )
    valid_from = DayField(_("Từ ngày"), [_NEEDED])
    source = StringField(_("Căn cứ"), [_NEEDED, _LINE])

    def offer(self, locale: str) -> None:
        named = [
            SelectChoice(value=kind.code, label=kind.name.in_locale(locale))
            for kind in kinds().values()
        ]
        every = SelectChoice(value=ANY, label=str(_("Mọi loại chưa có dòng riêng")))
        self.kind.choices = [every, *named]


class ReasonForm(ScreenForm):
    reason = TextAreaField(_("Lý do thu hồi"), [_NEEDED, _TEXT])
