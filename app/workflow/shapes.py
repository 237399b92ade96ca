"""What each part of a definition may say, in words: for the designer's forms and for comparisons.

The format itself is in definition.py; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.workflow.shape_words import (
    ADDRESSEES,
    CONSENTS,
    EFFECTS,
    FIELD_TYPES,
    PLACES,
    REASONS,
    STATE_KINDS,
    SYMBOLS,
    Choices,
)
from app.workflow.text import Text
from app.workflow.tracks import TRACK_CHOICES


class Kind(StrEnum):
    """How the value of an attribute is written."""

    TEXT = "text"  # in both languages
    LINE = "line"
    AREA = "area"
    EXPRESSION = "expression"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    REFERENCE = "reference"  # one code
    CODES = "codes"  # several
    LIMIT = "limit"
    WORDS = "words"  # several, parted by commas
    NUMBER = "number"
    COLOUR = "colour"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One key of a part. `source` names what a reference chooses from; `shape` the rows of a list.

    `only` limits it to parts whose deciding key (type, do) has one of these values; what is
    `aside` is folded away until somebody wants it.
    """

    key: str
    kind: Kind
    label: Text
    help: Text | None = None
    source: str = ""
    shape: str = ""
    choices: Choices = ()
    only: tuple[str, ...] = ()
    aside: bool = False
    is_required: bool = False
    is_on: bool = False  # what an absent boolean means


_NAME = Attribute("name", Kind.TEXT, Text("Tên", "Name"), is_required=True)
_HELP = Attribute("help", Kind.TEXT, Text("Hướng dẫn", "Help"), aside=True)
_BASIS = Attribute(
    "basis",
    Kind.LINE,
    Text("Căn cứ", "Basis"),
    Text("Văn bản hoặc nguồn làm căn cứ.", "The paper or source it rests on."),
    aside=True,
)
_DATES, _NUMBERS = ("date", "datetime"), ("number", "money")
_LINKED = ("file", "person", "vessel", "marker")
_CHOICES = ("choice", "multichoice")
_TRIGGER_HELP = Text("Một trong các việc đã chọn xảy ra là đủ.", "Any one of them is enough.")


def _codes(key: str, vi: str, en: str, source: str, **more: object) -> Attribute:
    return Attribute(key, Kind.CODES, Text(vi, en), source=source, **more)  # type: ignore[arg-type]  # as Attribute


def _condition(key: str, vi: str, en: str, *, aside: bool = True) -> Attribute:
    return Attribute(key, Kind.EXPRESSION, Text(vi, en), aside=aside)


def _flag(key: str, vi: str, en: str, *only: str) -> Attribute:
    return Attribute(key, Kind.BOOLEAN, Text(vi, en), only=only, aside=True)


_ADDRESSEE = Text("Gửi tới", "Goes to")

_FIELD_HEAD = (
    _NAME,
    Attribute(
        "type", Kind.CHOICE, Text("Kiểu", "Type"), choices=tuple(FIELD_TYPES), is_required=True
    ),
    Attribute("required", Kind.BOOLEAN, Text("Bắt buộc", "Required")),
    Attribute("options", Kind.ROWS, Text("Lựa chọn", "Options"), shape="option", only=_CHOICES),
)
_FIELD_LIMITS = (
    Attribute("unit_label", Kind.LINE, Text("Đơn vị đo", "Unit"), only=_NUMBERS, aside=True),
    Attribute("min", Kind.NUMBER, Text("Nhỏ nhất", "Smallest"), only=_NUMBERS + _DATES, aside=True),
    Attribute("max", Kind.NUMBER, Text("Lớn nhất", "Largest"), only=_NUMBERS + _DATES, aside=True),
    _flag("identity", "Là số giấy tờ (niêm phong)", "Number of a paper (sealed)", "text"),
    _flag("whole", "Số nguyên", "Whole", "number"),
    _flag("past", "Không ở tương lai", "Not in the future", *_DATES),
    _flag("multiple", "Nhiều giá trị", "Several values", *_LINKED),
    Attribute(
        "pattern",
        Kind.LINE,
        Text("Mẫu chữ", "Pattern"),
        Text("Biểu thức chính quy mà nội dung phải khớp.", "A regular expression to match."),
        only=("text",),
        aside=True,
    ),
    Attribute(
        "default",
        Kind.LINE,
        Text("Giá trị ban đầu", "Default"),
        only=("text", "longtext", "number", "money", "choice", "boolean"),
        aside=True,
    ),
    _condition("shown_when", "Chỉ hỏi khi", "Asked only if"),
    _condition("compute", "Tính bằng", "Computed as"),
)

SHAPES: Mapping[str, tuple[Attribute, ...]] = {
    "case_type": (
        _NAME,
        Attribute(
            "area",
            Kind.TEXT,
            Text("Lĩnh vực", "Subject"),
            Text("Loại cùng lĩnh vực đứng cạnh nhau.", "Types of one subject stand together."),
        ),
        _HELP,
        Attribute(
            "reference",
            Kind.LINE,
            Text("Mẫu số hiệu", "Reference"),
            Text(
                "Chữ in hoa, {year} năm, {unit} đơn vị, {seq:05d} số thứ tự năm chữ số.",
                "Capitals, {year}, {unit}, and {seq:05d} for a number of five digits.",
            ),
            is_required=True,
        ),
        Attribute(
            "title",
            Kind.LINE,
            Text("Mẫu tên hồ sơ", "Title"),
            Text(
                "Chữ và {mã trường}; để trống nếu có trường mã title.",
                "Words and {field code}; empty if there is a field with the code title.",
            ),
        ),
        Attribute(
            "place",
            Kind.CHOICE,
            Text("Vị trí trên bản đồ", "Place on the map"),
            choices=PLACES,
        ),
        Attribute("symbol.shape", Kind.CHOICE, Text("Hình trên bản đồ", "Shape"), choices=SYMBOLS),
        Attribute("symbol.color", Kind.COLOUR, Text("Màu", "Colour")),
        _codes("open.roles", "Ai được mở hồ sơ", "Who may open a case", "role", is_required=True),
        _codes("open.fields", "Hỏi khi mở hồ sơ", "Asked when a case is opened", "field"),
        Attribute(
            "tracks",
            Kind.CODES,
            Text("Theo dõi từng", "Followed one by one"),
            Text("Kết thúc khi từng mục đã có kết cục.", "Ends when each of them has ended."),
            choices=TRACK_CHOICES,
        ),
        _codes("readers", "Chỉ những vai trò này đọc được", "Read only by", "role", aside=True),
        _condition("protect.victims", "Che nhân thân khi có nạn nhân", "Hidden: victims"),
        _condition("protect.minors", "Che nhân thân khi có trẻ em", "Hidden: minors"),
        _codes("protect.incident", "Tính tuổi vào ngày", "Age is taken on", "field", aside=True),
        _BASIS,
    ),
    "state": (
        _NAME,
        Attribute(
            "kind",
            Kind.CHOICE,
            Text("Loại trạng thái", "Kind"),
            choices=STATE_KINDS,
        ),
        Attribute("checklist", Kind.ROWS, Text("Danh mục việc", "Checklist"), shape="check"),
        _HELP,
        _BASIS,
    ),
    "check": (
        _NAME,
        Attribute(
            "required",
            Kind.BOOLEAN,
            Text("Phải xong mới rời trạng thái", "Needed before leaving"),
            is_on=True,
        ),
    ),
    "transition": (
        _NAME,
        _codes("from", "Từ trạng thái", "From", "state", is_required=True),
        Attribute(
            "to", Kind.REFERENCE, Text("Đến trạng thái", "To"), source="state", is_required=True
        ),
        _codes("roles", "Vai trò được làm", "Roles", "role", is_required=True),
        Attribute("primary", Kind.BOOLEAN, Text("Bước chính (nút nổi bật)", "Main step")),
        _codes("require", "Trường phải có", "Fields that must be filled", "field"),
        _codes("ask", "Trường được hỏi thêm", "Fields asked besides", "field"),
        Attribute(
            "reason",
            Kind.CHOICE,
            Text("Lý do", "Reason"),
            choices=REASONS,
        ),
        Attribute(
            "four_eyes",
            Kind.BOOLEAN,
            Text("Cần người thứ hai duyệt", "Needs a second person"),
            Text("Người đề nghị không tự duyệt được.", "Nobody approves what they asked for."),
        ),
        _codes(
            "confirm",
            "Vai trò được duyệt",
            "Who may approve",
            "role",
            help=Text("Để trống: lãnh đạo nào cũng được duyệt.", "Empty: any leader may approve."),
        ),
        Attribute("guards", Kind.ROWS, Text("Điều kiện", "Conditions"), shape="guard"),
        Attribute("effects", Kind.ROWS, Text("Việc tự làm kèm theo", "Effects"), shape="effect"),
        _codes("generate", "Văn bản lập ra", "Documents produced", "document"),
        _codes("notify", "Báo cho vai trò", "Notified roles", "role"),
        Attribute("addressee", Kind.CHOICE, _ADDRESSEE, choices=ADDRESSEES, aside=True),
        _HELP,
        _BASIS,
    ),
    "guard": (
        Attribute("when", Kind.EXPRESSION, Text("Điều kiện phải đúng", "Must hold")),
        Attribute(
            "message", Kind.TEXT, Text("Câu báo khi không đúng", "Said otherwise"), is_required=True
        ),
    ),
    "effect": (
        Attribute(
            "do",
            Kind.CHOICE,
            Text("Việc", "Effect"),
            choices=EFFECTS,
            is_required=True,
        ),
        Attribute("field", Kind.REFERENCE, Text("Trường", "Field"), source="field", only=("set",)),
        Attribute("value", Kind.EXPRESSION, Text("Giá trị", "Value"), only=("set",)),
        Attribute(
            "unit_field",
            Kind.REFERENCE,
            Text("Trường ghi đơn vị", "Field of the unit"),
            source="unit_field",
            only=("assign_unit", "involve_unit"),
        ),
        Attribute(
            "type",
            Kind.REFERENCE,
            Text("Loại hồ sơ", "Case type"),
            source="case_type",
            only=("open_case",),
        ),
        _codes("copy", "Trường mang theo", "Fields taken along", "field", only=("open_case",)),
    ),
    "field": (
        *_FIELD_HEAD,
        Attribute("section", Kind.REFERENCE, Text("Thuộc mục", "Section"), source="section"),
        Attribute("personal", Kind.BOOLEAN, Text("Dữ liệu cá nhân", "Personal data")),
        _codes("read_roles", "Ai được xem", "Who may see it", "role", aside=True),
        _codes("read_states", "Xem ở trạng thái", "Seen in states", "state", aside=True),
        _codes("edit_roles", "Ai được sửa", "Who may change it", "role", aside=True),
        _codes("edit_states", "Sửa ở trạng thái", "Changed in states", "state", aside=True),
        *_FIELD_LIMITS,
        Attribute(
            "consent",
            Kind.CHOICE,
            Text("Là quyết định của đương sự về", "A decision about"),
            choices=CONSENTS,
            only=("choice", "boolean"),
            aside=True,
        ),
        _HELP,
    ),
    "column": (*_FIELD_HEAD, *_FIELD_LIMITS, _HELP),
    "option": (_NAME,),
    "section": (_NAME,),
    "clock": (
        _NAME,
        Attribute("limit", Kind.LIMIT, Text("Thời hạn", "Time limit"), is_required=True),
        _codes("start", "Bắt đầu tính khi", "Starts at", "trigger", help=_TRIGGER_HELP),
        Attribute(
            "before",
            Kind.REFERENCE,
            Text("Hoặc tính ngược từ ngày ở trường", "Or counted back from"),
            source="date_trigger",
        ),
        _codes("stop", "Dừng khi", "Stops at", "trigger", help=_TRIGGER_HELP),
        _codes("escalate", "Quá hạn báo cho", "Told when overdue", "role"),
        Attribute(
            "warn",
            Kind.WORDS,
            Text("Nhắc trước", "Warnings"),
            Text(
                "Ví dụ: 50%, 1 wd (một ngày làm việc), 2 cd (hai ngày), 3 h (ba giờ).",
                "For example: 50%, 1 wd (a working day), 2 cd (two days), 3 h (three hours).",
            ),
        ),
        Attribute("chain", Kind.ROWS, Text("Báo lên cấp trên", "Escalation"), shape="escalation"),
        _condition("when", "Chỉ chạy khi", "Runs only if"),
        Attribute("repeat", Kind.BOOLEAN, Text("Lặp lại", "Repeats"), aside=True),
        Attribute(
            "setting",
            Kind.LINE,
            Text("Theo mức riêng của địa phương, nước", "Dated setting"),
            aside=True,
        ),
        _codes("pause", "Tạm dừng khi", "Pauses at", "trigger", aside=True),
        _codes("resume", "Chạy tiếp khi", "Resumes at", "trigger", aside=True),
        Attribute(
            "pause_reasons",
            Kind.ROWS,
            Text("Lý do tạm dừng", "Reasons to pause"),
            shape="option",
            aside=True,
        ),
        Attribute(
            "within",
            Kind.REFERENCE,
            Text("Nằm trong thời hạn", "Within the deadline"),
            source="clock",
            aside=True,
        ),
        _HELP,
        _BASIS,
    ),
    "escalation": (
        Attribute("after", Kind.LIMIT, Text("Quá hạn thêm", "After"), is_required=True),
        _codes("roles", "Báo cho", "Roles", "role", is_required=True),
    ),
    "event": (
        _NAME,
        _codes("roles", "Vai trò được ghi", "Roles", "role"),
        _codes("ask", "Trường được hỏi", "Fields asked", "field"),
        _BASIS,
    ),
    "milestone": (
        _NAME,
        _codes("at", "Lấy ngày của", "Taken from", "trigger", is_required=True),
        Attribute(
            "pick",
            Kind.CHOICE,
            Text("Lần nào", "Which time"),
            choices=(
                ("last", Text("Lần cuối", "The last")),
                ("first", Text("Lần đầu", "The first")),
            ),
        ),
        Attribute("group", Kind.TEXT, Text("Thuộc danh sách", "In the list"), aside=True),
        _condition("when", "Chỉ hiện khi", "Shown only if"),
    ),
    "document": (
        _NAME,
        Attribute("addressee", Kind.CHOICE, _ADDRESSEE, choices=ADDRESSEES, aside=True),
        Attribute(
            "template",
            Kind.AREA,
            Text("Mẫu nội dung", "Template"),
            Text(
                "Chữ và {mã trường}; để trống thì chỉ có tên văn bản.",
                "Words and {field code}; empty leaves only its name.",
            ),
        ),
    ),
}
ROWS_OF: Mapping[str, str] = {
    "checklist": "check",
    "guards": "guard",
    "effects": "effect",
    "options": "option",
    "chain": "escalation",
    "pause_reasons": "option",
    "fields": "column",
}
DECIDES: Mapping[str, str] = {"field": "type", "column": "type", "effect": "do"}


def attribute_of(shape: str, key: str) -> Attribute | None:
    return next((one for one in SHAPES[shape] if one.key == key), None)
