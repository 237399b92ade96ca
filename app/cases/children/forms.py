"""The forms of the lists of a case: entering several, marking several, one of them."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.cases.children.shown import TrackShown
from app.cases.children.words import duties, statuses
from app.form_words import DayField, ScreenForm
from app.registers.models import Verdict
from app.registers.vocabulary import choices
from app.workflow.tracks import Track

NEEDED = InputRequired(_("Cần nhập mục này."))
NAME = Length(max=255, message=_("Tối đa 255 ký tự."))
TEXT = Length(max=4000, message=_("Tối đa 4.000 ký tự."))
_LIST = Length(max=60_000, message=_("Danh sách quá dài."))
CHOSEN, OPEN = "chosen", "open"


class AddForm(ScreenForm):
    """A pasted list, or the rows that the case already has."""

    lines = TextAreaField(
        _("Danh sách"),
        [Optional(), _LIST],
        description=_(
            "Mỗi người một dòng; có thể dán cả cột từ bảng tính: "
            "họ tên; chức danh; tuổi hoặc năm sinh; ghi chú."
        ),
    )
    from_case = BooleanField(_("Lấy danh sách theo tin báo của hồ sơ"))
    vessel = SelectField(_("Trên tàu"), [Optional()])
    since = DayField(_("Theo tin ngày"), [NEEDED])
    source = StringField(_("Nguồn"), [NAME], description=_("Ví dụ công hàm, điện, đơn gia đình."))

    def offer(self, track: Track, vessels: Sequence[tuple[str, str]], listed: int) -> None:
        self.vessel.choices = [("", str(_("Chưa rõ"))), *vessels]
        if track is Track.VESSELS:
            self.lines.description = _(
                "Mỗi tàu một dòng: số hiệu đúng như tin, kể cả số giả "
                "hoặc “không đọc được”; ghi chú."
            )
        if not vessels or track is not Track.PERSONS:
            del self.vessel
        if not listed:
            del self.from_case


class MarkForm(ScreenForm):
    """What became of several of them on a day."""

    status = SelectField(_("Tình trạng mới"), [NEEDED])
    since = DayField(_("Từ ngày"), [NEEDED])
    whom = SelectField(_("Áp dụng cho"), [NEEDED])
    court = StringField(_("Tòa án, cơ quan xử lý"), [NAME])
    sentence = StringField(_("Bản án, hình phạt"), [NAME])
    note = TextAreaField(
        _("Ghi chú, lý do"),
        [TEXT],
        description=_("Bắt buộc khi loại khỏi vụ hoặc mở lại một kết cục."),
    )

    def offer(self, shown: TrackShown, locale: str) -> None:
        known = statuses(shown.track).values()
        self.status.choices = [("", ""), *((one.code, one.name.in_locale(locale)) for one in known)]
        self.whom.choices = whom_choices(shown)
        if shown.track is not Track.PERSONS:
            del self.court, self.sentence

    @property
    def facts(self) -> dict[str, str]:
        """What is written beside each of them; what was left empty stays as it was."""
        said = [(one.short_name, one.data) for one in (self.court, self.sentence) if one]
        return {name: data.strip() for name, data in said if data and data.strip()}


class VerifyForm(ScreenForm):
    """Several were found true."""

    whom = SelectField(_("Áp dụng cho"), [NEEDED])
    confirmed_by = StringField(_("Cơ quan, văn bản xác minh"), [NEEDED, NAME])
    province = SelectField(_("Tỉnh quản lý"), [Optional()])

    def offer(self, shown: TrackShown, provinces: Sequence[tuple[str, str]]) -> None:
        self.whom.choices = whom_choices(shown)
        self.province.choices = [("", str(_("Chưa xác định"))), *provinces]


def whom_choices(shown: TrackShown) -> list[tuple[str, str]]:
    """Those ticked; without a tick: all that are open, or all of one status."""
    many = [
        (f"status:{code}", str(_("Mọi dòng đang: %(status)s (%(n)s)", status=name, n=number)))
        for code, name, number in shown.counts
    ]
    whole = str(_("Mọi dòng chưa có kết cục (%(n)s)", n=shown.open_count))
    return [(CHOSEN, str(_("Những dòng đã đánh dấu"))), (OPEN, whole), *many]


class ChildForm(ScreenForm):
    """What is written beside one person or vessel."""

    duty = SelectField(_("Chức danh trên tàu"), [Optional()])
    vessel = SelectField(_("Trên tàu"), [Optional()])
    age = StringField(_("Tuổi"), [Length(max=3)])
    court = StringField(_("Tòa án, cơ quan xử lý"), [NAME])
    sentence = StringField(_("Bản án, hình phạt"), [NAME])
    fine_said = StringField(_("Tiền phạt ở nước ngoài"), [NAME], description=_("Kèm loại tiền."))
    fine_payer = StringField(_("Người nộp phạt"), [NAME])
    note = StringField(_("Ghi chú"), [NAME])
    reason = StringField(_("Căn cứ của việc sửa"), [NAME])

    def offer(self, track: Track, vessels: Sequence[tuple[str, str]], locale: str) -> None:
        self.duty.choices = [("", ""), *((k, n.in_locale(locale)) for k, n in duties().items())]
        self.vessel.choices = [("", str(_("Chưa rõ"))), *vessels]
        if track is not Track.PERSONS:
            del self.duty, self.vessel, self.age
        elif not vessels:
            del self.vessel


class TieForm(ScreenForm):
    """One row turns out to be an entry of the registers; the claim stays beside what is true."""

    entry = SelectField(
        _("Mục của sổ đăng ký"),
        [NEEDED],
        description=_("Các mục có tên, số hiệu giống; tên theo tin vẫn được giữ."),
    )
    sought = StringField(_("Tìm trong sổ theo tên, số hiệu khác"), [NAME])
    name = StringField(_("Họ tên đã xác minh"), [NAME])
    verdict = SelectField(_("Kết luận về số hiệu"), [Optional()])
    confirmed_by = StringField(_("Cơ quan, văn bản xác minh"), [NEEDED, NAME])
    province = SelectField(_("Tỉnh quản lý"), [Optional()])

    def offer(
        self,
        track: Track,
        found: Sequence[tuple[str, str]],
        provinces: Sequence[tuple[str, str]],
        locale: str,
    ) -> None:
        self.entry.choices = [("", str(_("Chọn…"))), *found]
        self.province.choices = [("", str(_("Chưa xác định"))), *provinces]
        said = [one for one in choices("verdict", locale) if one[0] != Verdict.CLAIMED]
        self.verdict.choices = [("", str(_("Chưa kết luận"))), *said]
        self.name.description = _("Khi khác tên theo tin: tên trong giấy tờ.")
        if track is Track.VESSELS:
            self.name.label.text = _("Số đăng ký đúng")
            self.name.description = _("Khi ghi mới và số theo tin viết sai, ví dụ KG-91234-TS.")
        else:
            del self.verdict
