"""The designer's forms with fixed fields: a new type, a file, the reason of a publication."""

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.form_words import ScreenForm

_NAMED = [
    InputRequired(lazy_gettext("Hãy nhập tên tiếng Việt.")),
    Length(max=200),
]


class NewTypeForm(ScreenForm):
    """A case type that does not exist yet."""

    name_vi = StringField(lazy_gettext("Tên tiếng Việt"), _NAMED)
    name_en = StringField(lazy_gettext("Tên tiếng Anh"), [Length(max=200)])
    copy_of = SelectField(
        lazy_gettext("Bắt đầu từ"),
        choices=[],
        description=lazy_gettext("Chép một loại hồ sơ đã có, hoặc bắt đầu với quy trình trống."),
    )


class PublishForm(ScreenForm):
    """Why something is published."""

    note = TextAreaField(
        lazy_gettext("Lý do"),
        [
            InputRequired(lazy_gettext("Hãy ghi lý do công bố.")),
            Length(max=2000),
        ],
        description=lazy_gettext("Ghi vào lịch sử phiên bản, ví dụ văn bản hướng dẫn mới."),
        render_kw={"rows": "3"},
    )
