"""The forms of a marker's file: a photo or paper, an earlier name, the choice of a measurement."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.form_words import DayField, ScreenForm
from app.registers.dossier_models import DocumentKind
from app.registers.dossier_services import FormerName, Paper
from app.registers.vocabulary import choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))


class DocumentForm(ScreenForm):
    file = FileField(_("Tệp"), [FileRequired(_("Chọn một tệp."))])
    kind = SelectField(_("Loại tài liệu"), [_NEEDED])
    caption = StringField(
        _("Chú thích"),
        [_NEEDED, _NAME],
        description=_("Ví dụ mặt trước của mốc, nhìn từ phía nam."),
    )
    made_on = DayField(_("Ngày chụp, ngày ký"), [_OPTIONAL])
    source = StringField(
        _("Nguồn"), [_NEEDED, _TEXT], description=_("Ai chụp, trích từ hồ sơ hay văn bản nào.")
    )

    def offer_words(self, locale: str) -> None:
        self.kind.choices = choices("document_kind", locale)

    def paper(self) -> Paper:
        return Paper(
            DocumentKind(self.kind.data),
            self.caption.data or "",
            self.source.data or "",
            self.made_on.data,
        )


class NameForm(ScreenForm):
    name = StringField(
        _("Tên hoặc số hiệu cũ"), [_NEEDED, _NAME], description=_("Ví dụ 86, A-2 (Tân Châu).")
    )
    valid_from = DayField(_("Dùng từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Thôi dùng sau ngày"), [_OPTIONAL])
    source = TextAreaField(_("Nguồn"), [_NEEDED, _TEXT])

    def former(self) -> FormerName:
        return FormerName(
            self.name.data or "", self.valid_from.data, self.valid_to.data, self.source.data or ""
        )


class AdoptForm(ScreenForm):
    because = StringField(
        _("Vì sao lấy làm tọa độ hiện hành"),
        [_NEEDED, _NAME],
        description=_("Ví dụ số đo của Nghị định thư, hai bên đã ký biên bản."),
    )
