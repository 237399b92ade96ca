"""The form of a sanction with its acts, and of a new row of the table of penalties."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextInput

from app.cases.children.penalties import in_millions
from app.cases.children.penalty_table import NewPenalty
from app.cases.children.sanctions import ActFacts, SanctionFacts
from app.cases.children.words import subjects
from app.cases.setting_pages import CHECK_NAMES
from app.cases.setting_services import Check
from app.cases.values import ValueProblemError, read_money
from app.form_words import DayField, ScreenForm

NEEDED = InputRequired(_("Cần nhập mục này."))
NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
TEXT = Length(max=1000, message=_("Tối đa 1.000 ký tự."))
LENGTHS = {
    "": _("Mọi tàu, hoặc chưa rõ"),
    "m6_12": _("Từ 6 m đến dưới 12 m"),
    "m12_15": _("Từ 12 m đến dưới 15 m"),
    "m15_24": _("Từ 15 m đến dưới 24 m"),
    "m24_up": _("Từ 24 m trở lên"),
}
ACT_ROWS = 4


class VndField(Field):
    """An amount in đồng as people write it: 927.500.000 or 927,5 triệu."""

    widget = TextInput()
    data: Decimal | None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:  # Any: as in the base class
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            read = read_money(self.typed)
        except ValueProblemError as problem:
            raise ValueError(str(problem)) from problem
        if read["currency"] != "VND":
            raise ValueError(str(_("Chế tài trong nước tính bằng đồng Việt Nam.")))
        self.data = Decimal(read["amount"])

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return str(self.typed)
        return in_millions(self.data).removesuffix(" đồng") if self.data is not None else ""


class ActForm(Form):
    """One act; a row without an amount is left out."""

    act_code = SelectField(_("Hành vi theo bảng"), [Optional()], validate_choice=False)
    act = StringField(_("Hành vi khác"), [TEXT])
    clause = StringField(_("Điều khoản, nếu ngoài bảng"), [NAME])
    amount = VndField(_("Mức phạt"), [Optional()])
    reason = StringField(_("Lý do, nếu ngoài khung"), [TEXT])


class SanctionForm(ScreenForm):
    """The decision and its acts."""

    violation_on = DayField(_("Ngày vi phạm"), [NEEDED])
    subject = SelectField(_("Bị xử phạt là"), [NEEDED])
    subject_child = SelectField(_("Người, tàu trong hồ sơ"), [Optional()])
    length_class = SelectField(_("Nhóm chiều dài tàu"), [Optional()])
    is_repeated = BooleanField(_("Tái phạm"))
    decision_number = StringField(_("Số quyết định"), [NAME])
    decision_on = DayField(_("Ngày quyết định"), [Optional()])
    authority = StringField(_("Cơ quan, người ra quyết định"), [NAME])
    acts = FieldList(FormField(ActForm), min_entries=ACT_ROWS, label=_("Các hành vi"))

    def offer(self, acts: Mapping[str, str], whom: Sequence[tuple[str, str]], locale: str) -> None:
        self.subject.choices = [(code, name.in_locale(locale)) for code, name in subjects().items()]
        self.subject_child.choices = [("", ""), *whom]
        self.length_class.choices = [(code, str(name)) for code, name in LENGTHS.items()]
        for row in self.acts:
            row.form.act_code.choices = [("", ""), *acts.items()]

    def facts(self) -> SanctionFacts | None:
        """What was typed; None while the day of the violation is missing."""
        if self.violation_on.data is None:
            return None
        chosen = self.subject_child.data or ""
        return SanctionFacts(
            violation_on=self.violation_on.data,
            subject=self.subject.data,
            subject_child=int(chosen) if chosen.isdecimal() else None,
            decision_number=(self.decision_number.data or "").strip(),
            decision_on=self.decision_on.data,
            authority=(self.authority.data or "").strip(),
            length_class=self.length_class.data or "",
            is_repeated=bool(self.is_repeated.data),
        )

    def written_acts(self) -> list[ActFacts]:
        return [
            ActFacts(
                amount=row.form.amount.data,
                act_code=row.form.act_code.data or "",
                act=row.form.act.data or "",
                clause=row.form.clause.data or "",
                reason=row.form.reason.data or "",
            )
            for row in self.acts
            if row.form.amount.data is not None
        ]


class PenaltyForm(ScreenForm):
    """A range from a day on."""

    act_code = SelectField(_("Hành vi"), [NEEDED])
    length_class = SelectField(_("Nhóm chiều dài tàu"), [Optional()])
    decree = StringField(_("Nghị định"), [NEEDED, Length(max=64)])
    clause = StringField(_("Điều khoản"), [NEEDED, NAME])
    fine_min = VndField(_("Mức thấp nhất"), [NEEDED])
    fine_max = VndField(_("Mức cao nhất"), [NEEDED])
    valid_from = DayField(_("Có hiệu lực từ ngày"), [NEEDED])
    extra = StringField(_("Hình thức bổ sung"), [TEXT])
    source = StringField(_("Nguồn"), [NEEDED, TEXT])
    check = SelectField(_("Độ chắc chắn"), [NEEDED])

    def offer(self, acts: Mapping[str, str]) -> None:
        self.act_code.choices = list(acts.items())
        self.length_class.choices = [(code, str(name)) for code, name in LENGTHS.items()]
        self.check.choices = [(str(check), str(name)) for check, name in CHECK_NAMES.items()]

    def facts(self) -> NewPenalty | None:
        """What was typed; None while a day or an amount is missing."""
        low, high, day = self.fine_min.data, self.fine_max.data, self.valid_from.data
        if low is None or high is None or day is None:
            return None
        return NewPenalty(
            act_code=self.act_code.data,
            length_class=self.length_class.data or "",
            decree=(self.decree.data or "").strip(),
            clause=(self.clause.data or "").strip(),
            fine_min=low,
            fine_max=high,
            valid_from=day,
            source=(self.source.data or "").strip(),
            check=Check(self.check.data),
            extra=(self.extra.data or "").strip(),
        )
