"""What a notice says, in both languages: reference, step and time limit, never a person."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.cases.listed_names import listed_name
from app.cases.models import CaseEvent
from app.notices.models import NoticeKind
from app.workflow.expressions import HANOI
from app.workflow.text import Text

LABELS = {
    NoticeKind.ASSIGNED: Text("Giao việc", "Assigned"),
    NoticeKind.CONFIRMATION_ASKED: Text("Chờ xác nhận", "To confirm"),
    NoticeKind.CONFIRMED: Text("Đã xác nhận", "Confirmed"),
    NoticeKind.RECEIVED: Text("Nhận hồ sơ", "Received"),
    NoticeKind.CLOCK_ESCALATED: Text("Quá hạn kéo dài", "Still overdue"),
    NoticeKind.TRANSFER_ASKED: Text("Chờ tiếp nhận", "To take over"),
    NoticeKind.TRANSFER_ENDED: Text("Không tiếp nhận", "Not taken over"),
    NoticeKind.MONEY_ASKED: Text("Chờ duyệt chi", "To decide"),
    NoticeKind.MONEY_DECIDED: Text("Đã xét đề nghị chi", "Decided"),
    NoticeKind.OPINION_ASKED: Text("Xin ý kiến", "Opinion asked"),
    NoticeKind.OPINION_GIVEN: Text("Đã có ý kiến", "Opinion given"),
    NoticeKind.REQUEST_DUE: Text("Nhắc trả lời", "Answer due"),
    NoticeKind.REQUEST_LATE: Text("Chậm trả lời", "Answer overdue"),
    NoticeKind.HANDED_OVER: Text("Bàn giao", "Hand-over"),
    NoticeKind.SUBSTITUTE: Text("Người thay", "Substitute"),
    NoticeKind.RELEASED: Text("Trả về hàng đợi", "Given back"),
    NoticeKind.REFERRED: Text("Gửi để biết", "For information"),
    NoticeKind.VMS_ESCALATED: Text("Cảnh báo VMS", "VMS alert"),
    NoticeKind.VMS_MISSED: Text("Thiếu báo vị trí", "No position report"),
    NoticeKind.CLOCK_MISSED: Text("Quá hạn", "Overdue"),
    NoticeKind.CLOCK_WARNED: Text("Sắp đến hạn", "Due soon"),
    NoticeKind.MERGED: Text("Gộp hồ sơ", "Merged"),
    NoticeKind.REOPENED: Text("Mở lại", "Reopened"),
    NoticeKind.MOVED: Text("Chuyển bước", "Moved"),
    NoticeKind.CLOCKS_MOVED: Text("Hạn thay đổi", "Deadlines moved"),
    NoticeKind.AUDIT_FAILED: Text("Lịch sử sai", "History altered"),
    NoticeKind.DATA_SEEN: Text("Đã xem dữ liệu cá nhân", "Personal data seen"),
}
TONES = {
    NoticeKind.CLOCK_ESCALATED: "overdue",
    NoticeKind.TRANSFER_ASKED: "waiting",
    NoticeKind.MONEY_ASKED: "waiting",
    NoticeKind.MONEY_DECIDED: "done",
    NoticeKind.OPINION_ASKED: "waiting",
    NoticeKind.REQUEST_DUE: "waiting",
    NoticeKind.REQUEST_LATE: "overdue",
    NoticeKind.HANDED_OVER: "initial",
    NoticeKind.RELEASED: "initial",
    NoticeKind.OPINION_GIVEN: "done",
    NoticeKind.VMS_ESCALATED: "overdue",
    NoticeKind.VMS_MISSED: "waiting",
    NoticeKind.CLOCK_MISSED: "overdue",
    NoticeKind.AUDIT_FAILED: "overdue",
    NoticeKind.CLOCK_WARNED: "waiting",
    NoticeKind.CONFIRMATION_ASKED: "waiting",
    NoticeKind.ASSIGNED: "initial",
    NoticeKind.RECEIVED: "initial",
    NoticeKind.CONFIRMED: "done",
    NoticeKind.MERGED: "closed",
}


def label(kind: str, locale: str) -> str:
    return LABELS[NoticeKind(kind)].in_locale(locale)


def tone(kind: str) -> str:
    """The colour and shape of a kind in the list; the word always stands beside it."""
    return TONES.get(NoticeKind(kind), "working")


BETWEEN_UNITS = {
    NoticeKind.TRANSFER_ASKED: Text(
        "đơn vị bạn được đề nghị tiếp nhận hồ sơ.", "your unit is asked to take the case over."
    ),
    NoticeKind.TRANSFER_ENDED: Text(
        "đề nghị chuyển đơn vị không thành; lý do ở diễn biến hồ sơ.",
        "the transfer was not made; the reason stands on the timeline.",
    ),
    NoticeKind.OPINION_ASKED: Text(
        "đơn vị bạn được xin ý kiến.", "your unit is asked for its opinion."
    ),
    NoticeKind.OPINION_GIVEN: Text(
        "một đơn vị đã trả lời ý kiến.", "a unit has given its opinion."
    ),
    NoticeKind.HANDED_OVER: Text(
        "hồ sơ trong một đợt bàn giao vị trí.", "the case is part of a hand-over."
    ),
    NoticeKind.RELEASED: Text(
        "hồ sơ được trả về hàng đợi, chờ người nhận.", "given back to the queue, unclaimed."
    ),
    NoticeKind.REFERRED: Text(
        "hồ sơ được gửi để đơn vị bạn biết.", "the case is sent for your information."
    ),
}


def request_due(*, is_transfer: bool, is_late: bool, due_at: datetime) -> Text:
    """A reminder to the unit that was asked, and to the one that waits."""
    at = local_time(due_at, "Asia/Ho_Chi_Minh")
    what = (
        Text("đề nghị tiếp nhận hồ sơ", "a proposed transfer")
        if is_transfer
        else Text("câu hỏi xin ý kiến", "a request for an opinion")
    )
    if is_late:
        return Text(f"Quá hạn trả lời {what.vi}, hạn {at}.", f"Overdue: {what.en}, due {at}.")
    return Text(f"Sắp đến hạn trả lời {what.vi}, hạn {at}.", f"Due soon: {what.en}, {at}.")


def text_of(kind: NoticeKind, event: CaseEvent, head: CaseHead, definition: Definition) -> Text:
    """The sentence for one kind of notice about one event."""
    type_name, state = listed_name(definition.case_type), _state(definition, head.state)
    step = _step(event, definition)
    sentences = {
        NoticeKind.ASSIGNED: Text(
            f"Bạn được giao xử lý: {type_name.vi}, trạng thái “{state.vi}”.",
            f"Assigned to you: {type_name.en}, state “{state.en}”.",
        ),
        NoticeKind.CONFIRMATION_ASKED: Text(
            f"{type_name.vi}: bước “{step.vi}” chờ người thứ hai xác nhận.",
            f"{type_name.en}: the step “{step.en}” waits for a second person.",
        ),
        NoticeKind.CONFIRMED: Text(
            f"{type_name.vi}: bước “{step.vi}” bạn đề nghị đã được xác nhận.",
            f"{type_name.en}: the step “{step.en}” you asked for is confirmed.",
        ),
        NoticeKind.RECEIVED: Text(
            f"Đơn vị bạn nhận hồ sơ: {type_name.vi}, trạng thái “{state.vi}”.",
            f"Your unit received: {type_name.en}, state “{state.en}”.",
        ),
        NoticeKind.REOPENED: Text(
            f"{type_name.vi}: hồ sơ được mở lại, trạng thái “{state.vi}”.",
            f"{type_name.en}: reopened, state “{state.en}”.",
        ),
        NoticeKind.MONEY_ASKED: Text(
            f"{type_name.vi}: một đề nghị chi chờ bạn duyệt ở sổ tiền.",
            f"{type_name.en}: a proposed payment waits for your decision in the books.",
        ),
        NoticeKind.MONEY_DECIDED: Text(
            f"{type_name.vi}: đề nghị chi của bạn đã có quyết định, xem sổ tiền.",
            f"{type_name.en}: your proposed payment was decided, see the books.",
        ),
        NoticeKind.MOVED: Text(f"{type_name.vi}: {step.vi}.", f"{type_name.en}: {step.en}."),
    }
    if kind in BETWEEN_UNITS:
        said = BETWEEN_UNITS[kind]
        return Text(f"{type_name.vi}: {said.vi}", f"{type_name.en}: {said.en}")
    if kind is NoticeKind.MERGED:
        return _merged(event, type_name)
    if kind in {NoticeKind.CLOCK_MISSED, NoticeKind.CLOCK_ESCALATED}:
        due_at = datetime.fromisoformat(event.data["due_at"])
        late = missed if kind is NoticeKind.CLOCK_MISSED else escalated
        return late(definition, head, event.data["clock"], due_at)
    return sentences[kind]


def missed(definition: Definition, head: CaseHead, code: str, due_at: datetime) -> Text:
    name, at = clock_name(definition, code), local_time(due_at, head.owner_zone)
    return Text(
        f"{listed_name(definition.case_type).vi}: đã quá hạn “{name.vi}”, hạn {at}.",
        f"{listed_name(definition.case_type).en}: “{name.en}” is overdue, due {at}.",
    )


def escalated(definition: Definition, head: CaseHead, code: str, due_at: datetime) -> Text:
    name, at = clock_name(definition, code), local_time(due_at, head.owner_zone)
    return Text(
        f"{definition.case_type.name.vi}: “{name.vi}” quá hạn từ {at}, đến nay chưa xong.",
        f"{definition.case_type.name.en}: “{name.en}” has been overdue since {at}.",
    )


def warned(definition: Definition, head: CaseHead, code: str, due_at: datetime) -> Text:
    name, at = clock_name(definition, code), local_time(due_at, head.owner_zone)
    return Text(
        f"{listed_name(definition.case_type).vi}: sắp đến hạn “{name.vi}”, hạn {at}.",
        f"{listed_name(definition.case_type).en}: “{name.en}” is due {at}.",
    )


def moved(count: int, references: Sequence[str], *, cause: str) -> Text:
    """What a person is told once of all their deadlines that a change has moved."""
    shown, more = ", ".join(references), "…" if count > len(references) else ""
    return Text(
        f"{cause} Hạn của {count} hồ sơ bạn xử lý đã dời: {shown}{more}",
        f"Deadlines of {count} of your cases have moved: {shown}{more}",
    )


def clock_name(definition: Definition, code: str) -> Text:
    names = {rule.code: rule.name for rule in definition.machine.clocks}
    return names.get(code, Text(code, code))


def local_time(moment: datetime, zone_name: str) -> str:
    """dd/mm/yyyy HH:MM where the case is kept; the zone is written where it is not Hà Nội's."""
    here = moment.astimezone(ZoneInfo(zone_name))
    written = here.strftime("%d/%m/%Y %H:%M")
    if here.utcoffset() == moment.astimezone(HANOI).utcoffset():
        return written
    return f"{written} ({get_timezone_location(here.tzinfo, locale='vi', return_city=True)})"


def audit_failed(count: int) -> Text:
    return Text(
        f"Kiểm tra lịch sử hồ sơ phát hiện {count} chỗ không khớp. Hãy xem trang công việc nền.",
        f"The audit check found {count} records that do not follow. See the job page.",
    )


def _merged(event: CaseEvent, type_name: Text) -> Text:
    if other := event.data.get("into"):
        return Text(
            f"{type_name.vi}: hồ sơ đã gộp vào {other}.", f"{type_name.en}: merged into {other}."
        )
    other = event.data.get("from", "")
    return Text(
        f"{type_name.vi}: nhận hồ sơ {other} gộp vào.", f"{type_name.en}: {other} merged into this."
    )


def _step(event: CaseEvent, definition: Definition) -> Text:
    """The step by its name, and the state it led to where that changed."""
    rule = definition.machine.rules.get(event.transition or "")
    name = rule.name if rule else Text(event.transition or "", event.transition or "")
    if event.kind != "moved" or event.to_state in {None, event.from_state}:
        return name
    state = _state(definition, event.to_state or "")
    return Text(f"{name.vi} → {state.vi}", f"{name.en} → {state.en}")


def _state(definition: Definition, code: str) -> Text:
    return definition.state_names.get(code, Text(code, code))
