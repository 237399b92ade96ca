"""The forms of a shared project: a round, a point, a rule, visitors, a day of its history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.form_words import DayField, ScreenForm
from app.projects.services import PointFacts, PublishedCount, RoundFacts, RuleFacts
from app.projects.words import rule_kinds
from app.registers.models import Side
from app.registers.vocabulary import choices

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_ROUNDS = NumberRange(1, 999, _("Từ 1 đến 999."))
_PEOPLE = NumberRange(0, 9_999_999, _("Từ 0 đến 9.999.999."))


class Sourced(ScreenForm):
    """What every published fact names: where it stands and how far it was verified."""

    source = StringField(_("Nguồn, số văn bản"), [_NEEDED, _NAME])
    check = SelectField(_("Mức kiểm chứng"), [_OPTIONAL])

    def offer(self, locale: str) -> None:
        self.check.choices = [("", _("Theo văn bản gốc")), *choices("check", locale)]

    @property
    def said_source(self) -> str:
        return (self.source.data or "").strip()


class RoundForm(Sourced):
    number = IntegerField(_("Vòng hội đàm thứ"), [_NEEDED, _ROUNDS])
    held_on = DayField(
        _("Ngày hội đàm"), [_OPTIONAL], description=_("Để trống nếu chỉ biết số thứ tự.")
    )
    place = StringField(_("Nơi hội đàm"), [_NAME])
    our_body = StringField(_("Cơ quan phía Việt Nam"), [_NAME])
    their_body = StringField(_("Cơ quan phía bạn"), [_NAME])
    summary = TextAreaField(_("Nội dung chính"), [_TEXT])
    points = TextAreaField(
        _("Việc đã thống nhất"),
        [_TEXT],
        description=_("Mỗi dòng một việc; bên thực hiện và hạn ghi sau ở từng việc mới."),
    )

    def begin_with(self, known: Mapping[str, Any]) -> None:  # Any: form values
        for name, value in known.items():
            self[name].data = value

    def agreed(self) -> list[str]:
        lines = (line.strip(" -•\t") for line in (self.points.data or "").splitlines())
        return [line for line in lines if line]

    def facts(self) -> RoundFacts:
        return RoundFacts(
            number=self.number.data or 0,
            held_on=self.held_on.data,
            place=(self.place.data or "").strip(),
            our_body=(self.our_body.data or "").strip(),
            their_body=(self.their_body.data or "").strip(),
            summary=(self.summary.data or "").strip(),
            source=self.said_source,
            check=self.check.data or "",
        )


class PointForm(ScreenForm):
    text = TextAreaField(_("Việc đã thống nhất"), [_NEEDED, _TEXT])
    owner = SelectField(_("Bên thực hiện"), [_NEEDED])
    due_on = DayField(_("Hạn"), [_OPTIONAL])

    def offer(self, locale: str) -> None:
        self.owner.choices = choices("side", locale)

    def facts(self) -> PointFacts:
        return PointFacts((self.text.data or "").strip(), Side(self.owner.data), self.due_on.data)


class DoneForm(ScreenForm):
    done_on = DayField(_("Ngày xong"), [_NEEDED])
    done_round = IntegerField(
        _("Vòng hội đàm ghi nhận"),
        [_OPTIONAL, _ROUNDS],
        description=_("Để trống nếu chưa vòng nào xem lại."),
    )
    note = TextAreaField(_("Kết quả"), [_TEXT])


class RuleForm(Sourced):
    kind = SelectField(_("Nội dung quy định"), [_NEEDED])
    text = TextAreaField(_("Quy định"), [_NEEDED, _TEXT])
    valid_from = DayField(_("Có hiệu lực từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Hết hiệu lực sau ngày"), [_OPTIONAL])

    def offer(self, locale: str) -> None:
        super().offer(locale)
        self.kind.choices = list(rule_kinds().items())

    def facts(self) -> RuleFacts:
        return RuleFacts(
            self.kind.data,
            (self.text.data or "").strip(),
            self.valid_from.data,
            self.valid_to.data,
            self.said_source,
            self.check.data or "",
        )


class MilestoneForm(Sourced):
    on_day = DayField(_("Ngày"), [_NEEDED])
    text = TextAreaField(_("Việc đã diễn ra"), [_NEEDED, _TEXT])


class DaysForm(ScreenForm):
    days = TextAreaField(
        _("Lượt khách từng ngày"),
        [_NEEDED, Length(max=400_000)],
        description=_(
            "Mỗi dòng: ngày; lượt sang phía bạn; lượt sang Việt Nam. Dán được từ bảng tính."
        ),
    )


class PublishedForm(Sourced):
    first_day = DayField(_("Từ ngày"), [_NEEDED])
    last_day = DayField(_("Đến ngày"), [_NEEDED])
    total = IntegerField(_("Tổng số lượt"), [_NEEDED, _PEOPLE])
    outbound = IntegerField(_("Lượt sang phía bạn"), [_OPTIONAL, _PEOPLE])
    inbound = IntegerField(_("Lượt sang Việt Nam"), [_OPTIONAL, _PEOPLE])
    groups = IntegerField(_("Số đoàn"), [_OPTIONAL, _PEOPLE])
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def facts(self) -> PublishedCount:
        return PublishedCount(
            first_day=self.first_day.data or date.min,  # the field is required
            last_day=self.last_day.data or date.min,
            total=self.total.data or 0,
            outbound=self.outbound.data,
            inbound=self.inbound.data,
            groups=self.groups.data,
            source=self.said_source,
            check=self.check.data or "",
            note=(self.note.data or "").strip(),
        )
