"""The forms of the hotline: one screen for a call, and a new number."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.form_words import DayField, ScreenForm
from app.hotline.services import Call
from app.registers.country_names import country_choices
from app.registers.vocabulary import choices
from app.workflow.definition import CaseType

_CLOSED = {"autocomplete": "off"}
_LONGEST_NAME, _LONGEST_TEXT = 200, 5_000
_NAME = Length(max=_LONGEST_NAME)
_NEEDED = InputRequired(lazy_gettext("Mục này không được để trống."))


class CallForm(ScreenForm):
    """What is asked on the phone, in the order in which people tell it."""

    caller = StringField(lazy_gettext("Người gọi"), [_NAME], render_kw=_CLOSED)
    callback = StringField(
        lazy_gettext("Số gọi lại"), [_NAME], render_kw={**_CLOSED, "inputmode": "tel"}
    )
    relation = SelectField(lazy_gettext("Quan hệ với người gặp nạn"), [Optional()])
    person = StringField(
        lazy_gettext("Người gặp nạn"),
        [_NAME],
        description=lazy_gettext("Họ tên nghe được, chưa cần đúng chính tả."),
        render_kw=_CLOSED,
    )
    birth_year = IntegerField(
        lazy_gettext("Năm sinh"),
        [Optional(), NumberRange(min=1900, max=2100)],
        render_kw={**_CLOSED, "inputmode": "numeric"},
    )
    persons = IntegerField(
        lazy_gettext("Số người"), [Optional(), NumberRange(min=1, max=100_000)], default=1
    )
    has_minors = BooleanField(lazy_gettext("Có người dưới 18 tuổi"))
    country = SelectField(lazy_gettext("Nước sở tại"), [Optional()])
    place = StringField(lazy_gettext("Thành phố, địa bàn"), [_NAME], render_kw=_CLOSED)
    kind = SelectField(lazy_gettext("Loại vụ việc"), [Optional()])
    danger = RadioField(lazy_gettext("Mức độ nguy hiểm"), [Optional()])
    about = TextAreaField(
        lazy_gettext("Việc xảy ra"),
        [Length(max=_LONGEST_TEXT)],
        description=lazy_gettext("Ghi nguyên lời người gọi; nếu chỉ hỏi thì ghi cả câu trả lời."),
    )

    def offer(self, case_type: CaseType, locale: str, *, country: str) -> None:
        """The choices of the case type in force, and the officer's own country first."""
        fields = {item.code: item for item in case_type.fields}
        empty = SelectChoice(value="", label=str(lazy_gettext("Chọn…")))
        for control, code in ((self.kind, "protection_kind"), (self.danger, "danger_level")):
            found = [
                SelectChoice(value=one.code, label=one.name.in_locale(locale))
                for one in fields[code].options
            ]
            control.choices = [empty, *found] if control is self.kind else found
        countries = [SelectChoice(value=code, label=name) for code, name in country_choices(locale)]
        self.country.choices = [empty, *countries]
        told = [SelectChoice(value=c, label=n) for c, n in choices("caller_relation", locale)]
        self.relation.choices = [empty, *told]
        if not self.is_submitted():
            self.country.data = country
            self.danger.data = fields["danger_level"].default

    def said(self) -> Call:
        return Call(
            caller=self.caller.data or "",
            callback=self.callback.data or "",
            relation=self.relation.data or "",
            about=self.about.data or "",
            country=self.country.data or "",
            kind=self.kind.data or "",
            person=self.person.data or "",
            birth_year=self.birth_year.data,
            place=self.place.data or "",
            danger=self.danger.data or "",
            persons=self.persons.data or 1,
            has_minors=bool(self.has_minors.data),
        )


class NumberForm(ScreenForm):
    """A number of the hotline from a day on."""

    number = StringField(lazy_gettext("Số điện thoại"), [_NEEDED, Length(max=32)])
    valid_from = DayField(lazy_gettext("Từ ngày"), [_NEEDED])
    source = StringField(lazy_gettext("Nguồn"), [_NEEDED, Length(max=1000)])
