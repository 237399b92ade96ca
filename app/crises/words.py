"""The words of mass events in both languages: kinds, sources, statuses, what is out of balance."""

from collections.abc import Mapping

from app.crises.rules import EventKind, Gap, Source, Status
from app.workflow.text import Text

KINDS: Mapping[str, Text] = {
    EventKind.HANDOVER: Text("Trao trả đông người", "Handover of a group"),
    EventKind.EVACUATION: Text("Sơ tán, đưa công dân về nước", "Evacuation"),
    EventKind.RAID: Text("Giải cứu, truy quét", "Raid or rescue"),
}
SOURCES: Mapping[str, Text] = {
    Source.FOREIGN: Text("Danh sách nước ngoài", "Foreign list"),
    Source.MISSION: Text("Danh sách cơ quan đại diện", "Mission's list"),
    Source.REGISTRATION: Text("Đăng ký của công dân", "Registrations"),
    Source.GATE: Text("Danh sách cửa khẩu", "Border-gate list"),
}
STATUSES: Mapping[str, Text] = {
    Status.EXPECTED: Text("Chờ", "Expected"),
    Status.SHELTERED: Text("Ở nơi tạm trú", "Sheltered"),
    Status.TRANSIT: Text("Ở nước trung gian", "In a transit country"),
    Status.BOARDED: Text("Đã lên chuyến", "Boarded"),
    Status.RECEIVED: Text("Đã nhận", "Received"),
    Status.HANDED_ON: Text("Đã bàn giao tỉnh", "Handed on"),
    Status.HOSPITAL: Text("Chuyển viện", "Sent to hospital"),
    Status.KEPT: Text("Giữ lại", "Kept back"),
    Status.ABSENT: Text("Không có mặt", "Absent"),
    Status.UNNEEDED: Text("Không cần hỗ trợ", "Needs no help"),
}
TONES: Mapping[str, str] = {
    Status.EXPECTED: "waiting",
    Status.SHELTERED: "waiting",
    Status.TRANSIT: "working",
    Status.BOARDED: "working",
    Status.RECEIVED: "working",
    Status.HANDED_ON: "done",
    Status.HOSPITAL: "waiting",
    Status.KEPT: "overdue",
    Status.ABSENT: "overdue",
    Status.UNNEEDED: "closed",
}
GAPS: Mapping[str, Text] = {
    Gap.NO_RESULT: Text(
        "Có trong danh sách gốc, chưa có kết quả tiếp nhận", "On the base list, without a result"
    ),
    Gap.NOT_LISTED: Text(
        "Đã nhận nhưng không có trong danh sách gốc", "Received, not on the base list"
    ),
    Gap.NOT_HANDED_ON: Text("Đã nhận, chưa bàn giao tỉnh", "Received, not handed on"),
    Gap.KEPT: Text("Giữ lại", "Kept back"),
    Gap.ABSENT: Text("Không có mặt", "Absent"),
    Gap.UNSETTLED: Text(
        "Đăng ký hoặc ở danh sách khác, ngoài danh sách gốc, chưa có kết quả",
        "Registered or on another list, not on the base list, without a result",
    ),
}
PARTS: Mapping[str, Text] = {
    **STATUSES,
    "received": Text("Đã nhận", "Received"),
    "not_listed": Text("Nhận ngoài danh sách", "Received beyond the list"),
}
EQUATIONS: Mapping[str, Text] = {
    "gate": Text("Danh sách gốc", "Base list"),
    "onward": Text("Đã nhận", "Received"),
}
JOURNEYS: Mapping[str, Text] = {
    "flight": Text("Chuyến bay", "Flight"),
    "bus": Text("Xe", "Bus"),
    "ship": Text("Tàu", "Ship"),
    "train": Text("Tàu hỏa", "Train"),
}
MARKS: Mapping[str, Text] = {
    "minor": Text("Dưới 18 tuổi", "Under 18"),
    "medical": Text("Cần y tế", "Medical"),
    "family": Text("Theo gia đình", "In a family"),
    "late": Text("Đăng ký muộn", "Late registration"),
    "no-journey": Text("Chưa xếp chuyến", "Without a journey"),
    "no-case": Text("Chưa có hồ sơ", "Without a case"),
    "problem": Text("Chưa mở được hồ sơ", "Case could not be opened"),
}
REASONS: Mapping[str, Text] = {
    "document": Text("số giấy tờ", "paper"),
    "name": Text("tên", "name"),
    "birth": Text("ngày sinh", "birth"),
    "sex": Text("giới tính", "sex"),
    "province": Text("tỉnh", "province"),
    "vessel": Text("tàu", "vessel"),
}
HAPPENED: Mapping[str, Text] = {
    "listed": Text("Có trong danh sách", "Listed"),
    "registered": Text("Đăng ký", "Registered"),
    "late": Text("Nhận đăng ký muộn", "Late registration accepted"),
    "status": Text("Trạng thái", "Status"),
    "merged": Text("Gộp với dòng khác", "Merged"),
    "merged_automatically": Text(
        "Tự gộp: cùng số giấy tờ và ngày sinh", "Merged: same paper and birth date"
    ),
    "parted": Text("Tách ra", "Parted"),
    "province": Text("Tỉnh tiếp nhận", "Receiving province"),
    "journey": Text("Chuyến", "Journey"),
    "facts": Text("Sửa thông tin", "Facts changed"),
    "filled": Text("Bổ sung từ danh sách gửi lại", "Filled in from a list that came again"),
    "explained": Text("Giải trình", "Explained"),
    "case": Text("Mở hồ sơ", "Case opened"),
}


def choices(words: Mapping[str, Text], locale: str) -> list[tuple[str, str]]:
    return [(str(code), word.in_locale(locale)) for code, word in words.items()]


def said(words: Mapping[str, Text], code: str, locale: str) -> str:
    found = words.get(code)
    return found.in_locale(locale) if found else code
