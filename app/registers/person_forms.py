"""The forms of what is written about a person and of what is decided about two entries."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.form_words import DayField, ScreenForm
from app.permissions import Actor, Permission
from app.registers.case_book import CaseTie
from app.registers.person_facts import Paper, SaidName
from app.registers.person_models import Addressee, Consent, NameKind
from app.registers.vessel_facts import PERSONAL_FIELDS, VERDICT
from app.registers.vocabulary import choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_SHORT = Length(max=64, message=_("Tối đa 64 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_CLOSED = {"autocomplete": "off"}


class NameForm(ScreenForm):
    kind = RadioField(_("Tên này do ai viết"), [_NEEDED], default=NameKind.FOREIGN)
    name = StringField(_("Họ và tên"), [_NEEDED, _NAME], render_kw=_CLOSED)
    confirmed_by = StringField(
        _("Ai xác nhận"),
        [_NAME],
        description=_("Cơ quan hoặc người, ví dụ Công an tỉnh Cà Mau; bắt buộc với tên xác minh."),
    )
    confirmed_on = DayField(_("Ngày xác nhận"), [_OPTIONAL])
    source = StringField(_("Nguồn"), [_TEXT], description=_("Số công văn, công hàm, danh sách."))

    def offer(self, locale: str) -> None:
        self.kind.choices = choices("name_kind", locale)

    def said(self) -> SaidName:
        return SaidName(
            NameKind(self.kind.data),
            self.name.data or "",
            self.confirmed_by.data or "",
            self.confirmed_on.data,
            self.source.data or "",
        )


class IdentityForm(ScreenForm):
    kind = SelectField(_("Loại giấy tờ"), [_NEEDED])
    number = StringField(_("Số"), [_NEEDED, _SHORT], render_kw=_CLOSED)
    issuer = StringField(_("Nơi cấp"), [_NAME])
    issued_on = DayField(_("Ngày cấp"), [_OPTIONAL])
    expires_on = DayField(_("Ngày hết hạn"), [_OPTIONAL])
    source = StringField(_("Nguồn"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.kind.choices = [one for one in choices("id_kind", locale) if one[0] != "none"]

    def paper(self) -> Paper:
        return Paper(
            self.kind.data,
            self.number.data or "",
            self.issuer.data or "",
            self.issued_on.data,
            self.expires_on.data,
            self.source.data or "",
        )


class RelativeForm(ScreenForm):
    relation = SelectField(_("Quan hệ"), [_NEEDED])
    name = StringField(_("Họ và tên"), [_NEEDED, _NAME], render_kw=_CLOSED)
    contact = StringField(
        _("Liên hệ"), [_NAME], description=_("Điện thoại, địa chỉ."), render_kw=_CLOSED
    )

    def offer(self, locale: str) -> None:
        self.relation.choices = choices("relation", locale)


class PaperNumberForm(ScreenForm):
    """A number that stands in no address and is shown nowhere."""

    number = PasswordField(_("Số giấy tờ"), [_NEEDED, _NAME], render_kw={"autocomplete": "off"})


class ConsentForm(ScreenForm):
    about = RadioField(_("Về việc"), [_NEEDED], default=Addressee.FAMILY)
    decision = RadioField(_("Người này quyết định"), [_NEEDED])
    decided_on = DayField(_("Ngày"), [_NEEDED])
    how = StringField(
        _("Trả lời thế nào"),
        [_NEEDED, _TEXT],
        description=_("Gặp trực tiếp, qua điện thoại, bằng văn bản; ai ghi nhận."),
    )

    def offer(self, locale: str) -> None:
        self.about.choices = choices("addressee", locale)
        self.decision.choices = choices("consent", locale)

    def decided(self) -> tuple[Consent, date, str]:
        on = self.decided_on.data or date.min  # the field is required
        return Consent(self.decision.data), on, self.how.data or ""


class OutcomeForm(ScreenForm):
    case = SelectField(_("Trong hồ sơ"), [_NEEDED])
    outcome = SelectField(_("Kết quả của người này"), [_NEEDED])
    since = DayField(_("Từ ngày"), [_NEEDED])
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer(self, ties: Sequence[CaseTie], locale: str) -> None:
        self.case.choices = [(str(one.case_id), f"{one.reference} – {one.title}") for one in ties]
        self.outcome.choices = choices("outcome", locale)


class FactForm(ScreenForm):
    """What was said of a vessel, on a day and by a source."""

    field = SelectField(_("Nội dung"), [_NEEDED])
    verdict = SelectField(
        _("Kết quả kiểm tra"), [_OPTIONAL], description=_("Chỉ khi nội dung là kết quả kiểm tra.")
    )
    value = StringField(
        _("Giá trị"), [_NAME], description=_("Số, tên chủ tàu, thuyền trưởng, mã thiết bị.")
    )
    said_on = DayField(_("Ngày"), [_NEEDED])
    source = StringField(_("Nguồn"), [_NEEDED, _TEXT], description=_("Ai kiểm tra, văn bản nào."))

    def offer(self, actor: Actor) -> None:
        may_name = actor.may(Permission.PERSONAL_DATA_VIEW)
        self.field.choices = [
            one
            for one in choices("vessel_fact", actor.locale)
            if may_name or one[0] not in PERSONAL_FIELDS
        ]
        self.verdict.choices = [("", _("Chưa chọn")), *choices("verdict", actor.locale)]

    @property
    def said_value(self) -> str:
        chosen = self.verdict if self.field.data == VERDICT else self.value
        return chosen.data or ""
