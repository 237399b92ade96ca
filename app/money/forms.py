"""The forms of money: an entry, a decision, a reminder, a rate."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextInput

from app.cases.values import ValueProblemError, read_money
from app.form_words import DayField, ScreenForm
from app.money.rules import SOURCES_OF, EntryKind, Money, Source
from app.money.services import EntryFacts
from app.money.settling import ReminderFacts
from app.money.words import DEBTORS, KINDS, REMINDERS, SOURCES
from app.registers.models import Person

_NEEDED = InputRequired(_("Cần nhập mục này."))
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))


class MoneyField(Field):
    """An amount with its currency as people write it: 927.500.000 or 1.200,50 USD."""

    widget = TextInput()
    data: Money | None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:  # Any: as in the base class
        self.typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if self.typed:
            try:
                read = read_money(self.typed)
            except ValueProblemError as problem:
                raise ValueError(str(problem)) from problem
            self.data = Money(Decimal(read["amount"]), read["currency"])

    def _value(self) -> str:
        return getattr(self, "typed", "")


class EntryForm(ScreenForm):
    kind = SelectField(_("Việc chi, thu"), [_NEEDED])
    paid = MoneyField(_("Số tiền"), [_NEEDED], description=_("Ví dụ 12.500.000 hoặc 1.200,50 USD."))
    source = SelectField(_("Nguồn tiền"), [_NEEDED])
    on_day = DayField(_("Ngày"), [_NEEDED])
    person = SelectField(_("Cho người"), [Optional()])
    is_repayable = BooleanField(_("Công dân hoặc gia đình cam kết hoàn trả"))
    basis = StringField(
        _("Căn cứ"), [_NAME], description=_("Số, ngày của quyết định, cam kết, chứng từ.")
    )
    payer = StringField(_("Người trả"), [_NAME])
    payee = StringField(_("Người nhận"), [_NAME])
    rate = MoneyField(
        _("Tỷ giá"),
        [Optional()],
        description=_("Số đồng cho một đơn vị; để trống thì lấy tỷ giá gần nhất đã ghi."),
    )
    rate_source = StringField(_("Nguồn của tỷ giá"), [_NAME])
    settles = MoneyField(
        _("Trừ vào nợ"),
        [Optional()],
        description=_("Chỉ khi hoàn trả bằng loại tiền khác với khoản nợ, ví dụ 500 USD."),
    )
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer(self, locale: str, persons: Sequence[Person], known: Collection[int]) -> None:
        """The kinds, the sources and the persons; of those not `known` only the number."""
        empty = ("", str(_("Chọn…")))
        kinds = [(kind, KINDS[kind].in_locale(locale)) for kind in SOURCES_OF]
        sources = [(one, SOURCES[one].in_locale(locale)) for one in Source]
        self.kind.choices, self.source.choices = [empty, *kinds], [empty, *sources]
        people = [
            (
                str(one.id),
                one.name if one.id in known else str(_("Người số %(id)s (đã che)", id=one.id)),
            )
            for one in persons
        ]
        self.person.choices = [("", str(_("Cả vụ việc"))), *people]

    def facts(self) -> EntryFacts | None:
        """What was typed; None while the form is not valid."""
        if self.paid.data is None or self.on_day.data is None:
            return None
        return EntryFacts(
            kind=EntryKind(self.kind.data),
            source=Source(self.source.data),
            paid=self.paid.data,
            on_day=self.on_day.data,
            rate=self.rate.data.amount if self.rate.data else None,
            rate_source=(self.rate_source.data or "").strip(),
            is_repayable=bool(self.is_repayable.data),
            settles=self.settles.data,
            person_id=int(self.person.data) if self.person.data else None,
            payer=(self.payer.data or "").strip(),
            payee=(self.payee.data or "").strip(),
            basis=(self.basis.data or "").strip(),
            note=(self.note.data or "").strip(),
        )


class WordForm(ScreenForm):
    """A decision, a reversal, a closing: a few words."""

    text = TextAreaField(_("Ý kiến, lý do"), [_TEXT])

    @property
    def said(self) -> str:
        return (self.text.data or "").strip()


class ReminderForm(ScreenForm):
    kind = SelectField(_("Cách đôn đốc"), [_NEEDED])
    debtor = SelectField(
        _("Đôn đốc ai"),
        [_NEEDED],
        description=_("Công văn gửi gia đình cần có đồng ý của công dân; gửi bên khác thì không."),
    )
    number = StringField(_("Số văn bản"), [Length(max=64, message=_("Tối đa 64 ký tự."))])
    on_day = DayField(_("Ngày"), [_NEEDED])
    next_on = DayField(_("Đôn đốc tiếp vào ngày"), [Optional()])
    note = TextAreaField(_("Nội dung"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.kind.choices = [(code, name.in_locale(locale)) for code, name in REMINDERS.items()]
        self.debtor.choices = [(one, name.in_locale(locale)) for one, name in DEBTORS.items()]

    def facts(self, *, today: date) -> ReminderFacts:
        return ReminderFacts(
            kind=self.kind.data,
            debtor=Source(self.debtor.data),
            number=(self.number.data or "").strip(),
            on_day=self.on_day.data or today,
            next_on=self.next_on.data,
            note=(self.note.data or "").strip(),
        )


class RateForm(ScreenForm):
    currency = StringField(_("Loại tiền"), [_NEEDED], description=_("Ba chữ cái, ví dụ USD."))
    on_day = DayField(_("Từ ngày"), [_NEEDED])
    vnd = MoneyField(_("Số đồng cho một đơn vị"), [_NEEDED])
    source = StringField(_("Nguồn, số văn bản"), [_NEEDED, _NAME])
