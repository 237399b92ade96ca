"""The forms of the field: an observation on the phone, an inspection, an interval."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.config import Settings
from app.errors import AppError
from app.form_words import DayField, ScreenForm
from app.registers.inspection_rules import SEEN
from app.registers.inspection_services import Found, IntervalFacts, Walk
from app.registers.vocabulary import choices, word
from app.storage import StoredFile, store_file

_NEEDED = InputRequired(_("Cần nhập mục này."))
_OPTIONAL = Optional()
_NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
_TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_COUNT = NumberRange(0, 10_000, _("Từ 0 đến 10.000 người."))
_PICTURES = "image/jpeg,image/png,image/webp,image/heic"


class ObservationForm(ScreenForm):
    photos = MultipleFileField(
        _("Ảnh"),
        description=_("Chụp các mặt mốc và toàn cảnh."),
        render_kw={"accept": _PICTURES},
    )
    condition = RadioField(_("Tình trạng thấy tại mốc"), [_NEEDED])
    remark = TextAreaField(_("Nhận xét"), [_TEXT])
    observed_on = DayField(_("Ngày quan sát"), [_NEEDED])

    def offer(self, locale: str) -> None:
        self.condition.choices = [(one.value, word("condition", one, locale)) for one in SEEN]

    def found(self, photos: list[StoredFile]) -> Found:
        day = self.observed_on.data or date.min  # the field is required
        return Found(self.condition.data, day, self.remark.data or "", photos)

    def stored_photos(self, settings: Settings) -> list[StoredFile]:
        """The photos on disk; one that is refused says so at the field, and the words stay."""
        chosen = [one for one in self.photos.data or () if getattr(one, "filename", "")]
        try:
            return [_stored(one, settings) for one in chosen]
        except AppError as problem:
            self.photos.errors = [gettext(problem.message)]
            return []


def _stored(upload: FileStorage, settings: Settings) -> StoredFile:
    name, limit = upload.filename or "", settings.max_attachment_mb
    return store_file(settings.uploads_dir, name, upload.stream, limit_mb=limit, only="image/")


class InspectionForm(ScreenForm):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    route = StringField(
        _("Các mốc trên tuyến"),
        [_NEEDED, _NAME],
        description=_("Ví dụ 691 – 702, hoặc 119, 120, 121."),
    )
    began_on = DayField(_("Ngày bắt đầu"), [_NEEDED])
    ended_on = DayField(_("Ngày kết thúc"), [_OPTIONAL])
    is_joint = BooleanField(_("Tuần tra, kiểm tra song phương"))
    partner_body = StringField(_("Đơn vị phía bạn"), [_NAME])
    members_count = IntegerField(_("Quân số phía Việt Nam"), [_OPTIONAL, _COUNT])
    partner_count = IntegerField(_("Quân số phía bạn"), [_OPTIONAL, _COUNT])
    note = TextAreaField(_("Ghi chú"), [_TEXT])
    source = StringField(_("Nguồn, số biên bản"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.neighbour.choices = choices("neighbour", locale)

    def walk(self) -> Walk:
        return Walk(
            neighbour=self.neighbour.data,
            route=(self.route.data or "").strip(),
            began_on=self.began_on.data or date.min,  # the field is required
            ended_on=self.ended_on.data,
            is_joint=bool(self.is_joint.data),
            partner_body=(self.partner_body.data or "").strip(),
            members_count=self.members_count.data,
            partner_count=self.partner_count.data,
            note=(self.note.data or "").strip(),
            source=(self.source.data or "").strip(),
        )


class IntervalForm(ScreenForm):
    neighbour = SelectField(_("Tuyến biên giới"), [_NEEDED])
    kind = SelectField(_("Loại"), [_OPTIONAL])
    days = IntegerField(
        _("Kiểm tra ít nhất mỗi"), [_NEEDED, NumberRange(1, 3660, _("Từ 1 đến 3.660 ngày."))]
    )
    valid_from = DayField(_("Có hiệu lực từ ngày"), [_OPTIONAL])
    valid_to = DayField(_("Hết hiệu lực sau ngày"), [_OPTIONAL])
    check = SelectField(_("Mức kiểm chứng"), [_NEEDED])
    source = TextAreaField(_("Nguồn"), [_NEEDED, _TEXT])
    note = TextAreaField(_("Ghi chú"), [_TEXT])

    def offer(self, locale: str) -> None:
        self.neighbour.choices = choices("neighbour", locale)
        self.kind.choices = [("", _("Mọi loại mốc")), *choices("kind", locale)]
        self.check.choices = choices("check", locale)

    def facts(self) -> IntervalFacts:
        return IntervalFacts(
            self.neighbour.data,
            self.kind.data or "",
            self.days.data or 0,
            self.valid_from.data,
            self.valid_to.data,
            self.check.data,
            (self.source.data or "").strip(),
            (self.note.data or "").strip(),
        )
