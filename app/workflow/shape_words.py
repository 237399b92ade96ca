"""The names of the parts of a definition, of the types of field and of the signs on the map."""

from __future__ import annotations

from collections.abc import Mapping

from app.workflow.text import Text

Choices = tuple[tuple[str, Text], ...]

PART_NAMES: Mapping[str, Text] = {
    "case_type": Text("Loại hồ sơ", "Case type"),
    "state": Text("Trạng thái", "State"),
    "transition": Text("Bước", "Step"),
    "field": Text("Trường", "Field"),
    "column": Text("Cột", "Column"),
    "clock": Text("Thời hạn", "Deadline"),
    "event": Text("Sự kiện", "Event"),
    "milestone": Text("Dấu mốc", "Milestone"),
    "document": Text("Văn bản", "Document"),
    "section": Text("Mục", "Section"),
    "check": Text("Việc", "Item"),
    "guard": Text("Điều kiện", "Condition"),
    "effect": Text("Việc tự làm", "Effect"),
    "option": Text("Lựa chọn", "Option"),
    "escalation": Text("Cấp báo", "Escalation"),
}
FIELD_TYPES: Choices = (
    ("text", Text("Chữ, một dòng", "Text, one line")),
    ("longtext", Text("Chữ, nhiều dòng", "Text, several lines")),
    ("number", Text("Số", "Number")),
    ("money", Text("Tiền", "Money")),
    ("date", Text("Ngày", "Date")),
    ("datetime", Text("Ngày và giờ", "Date and time")),
    ("choice", Text("Chọn một", "One choice")),
    ("multichoice", Text("Chọn nhiều", "Several choices")),
    ("boolean", Text("Có hoặc không", "Yes or no")),
    ("country", Text("Nước", "Country")),
    ("province", Text("Tỉnh, thành phố", "Province")),
    ("commune", Text("Xã, phường", "Commune")),
    ("unit", Text("Đơn vị", "Unit")),
    ("marker", Text("Mốc", "Marker")),
    ("person", Text("Người", "Person")),
    ("vessel", Text("Tàu", "Vessel")),
    ("coordinate", Text("Tọa độ", "Coordinate")),
    ("file", Text("Tệp", "File")),
    ("group", Text("Bảng nhiều dòng", "Table of rows")),
)
SYMBOLS: Choices = (
    ("circle", Text("Tròn", "Circle")),
    ("diamond", Text("Thoi", "Diamond")),
    ("square", Text("Vuông", "Square")),
    ("triangle", Text("Tam giác", "Triangle")),
    ("drop", Text("Giọt", "Drop")),
    ("ring", Text("Vòng", "Ring")),
)
TRIGGER_WORDS: Mapping[str, Text] = {
    "state": Text("Vào trạng thái: {}", "Entering: {}"),
    "transition": Text("Làm bước: {}", "Step: {}"),
    "event": Text("Sự kiện: {}", "Event: {}"),
    "field": Text("Ngày ghi ở trường: {}", "Field: {}"),
    "document": Text("Lập văn bản: {}", "Document: {}"),
}
BUILT_IN_EVENT_NAMES: Mapping[str, Text] = {
    "opened": Text("mở hồ sơ", "case opened"),
    "updated": Text("sửa hồ sơ", "case updated"),
    "note_added": Text("ghi chú", "note added"),
    "file_attached": Text("đính kèm tệp", "file attached"),
    "document_issued": Text("phát hành văn bản", "document issued"),
    "requested": Text("đề nghị duyệt", "approval requested"),
    "transferred": Text("chuyển đơn vị", "transferred"),
    "suspended": Text("tạm dừng", "suspended"),
    "resumed": Text("tiếp tục", "resumed"),
    "reopened": Text("mở lại", "reopened"),
    "merged": Text("gộp hồ sơ", "merged"),
    "withdrawn": Text("rút đề nghị", "withdrawn"),
}
ADDRESSEES: Choices = (
    ("", Text("Không ai trong số này", "None of these")),
    ("family", Text("Gia đình", "The family")),
    ("employer", Text("Chủ sử dụng lao động", "The employer")),
    ("press", Text("Báo chí", "The press")),
)
CONSENTS: Choices = (
    *ADDRESSEES,
    ("consul", Text("Tiếp xúc với cán bộ lãnh sự", "Contact with a consular officer")),
)
PLACES: Choices = (
    ("optional", Text("Không bắt buộc", "Optional")),
    ("required", Text("Bắt buộc", "Required")),
    ("none", Text("Không có", "None")),
)
STATE_KINDS: Choices = (
    ("normal", Text("Đang xử lý", "In progress")),
    ("initial", Text("Bắt đầu", "Initial")),
    ("waiting", Text("Chờ nơi khác", "Waiting")),
    ("terminal", Text("Kết thúc", "Final")),
)
REASONS: Choices = (
    ("none", Text("Không hỏi", "Not asked")),
    ("optional", Text("Hỏi, không bắt buộc", "Optional")),
    ("required", Text("Bắt buộc", "Required")),
)
EFFECTS: Choices = (
    ("set", Text("Ghi giá trị vào trường", "Set a field")),
    ("assign_unit", Text("Giao cho đơn vị ghi ở trường", "Assign to a unit")),
    ("involve_unit", Text("Mời đơn vị ghi ở trường tham gia", "Let a unit take part")),
    ("release", Text("Trả về hàng đợi của đơn vị", "Release to the queue")),
    ("open_case", Text("Mở hồ sơ liên kết", "Open a linked case")),
)
