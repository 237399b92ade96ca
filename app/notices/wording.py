"""What a notice says, in both languages: reference, step and time limit, never a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent
from app.notices.models import NoticeKind
from app.workflow.expressions import HANOI
from app.workflow.text import Text

LABELS = {
    NoticeKind.ASSIGNED: Text("Giao việc", "Assigned"),
    NoticeKind.CONFIRMATION_ASKED: Text("Chờ xác nhận", "To confirm"),
    NoticeKind.CONFIRMED: Text("Đã xác nhận", "Confirmed"),
    NoticeKind.RECEIVED: Text("Nhận hồ sơ", "Received"),
    NoticeKind.CLOCK_MISSED: Text("Quá hạn", "Overdue"),
    NoticeKind.CLOCK_WARNED: Text("Sắp đến hạn", "Due soon"),
    NoticeKind.MERGED: Text("Gộp hồ sơ", "Merged"),
    NoticeKind.REOPENED: Text("Mở lại", "Reopened"),
    NoticeKind.MOVED: Text("Chuyển bước", "Moved"),
    NoticeKind.AUDIT_FAILED: Text("Lịch sử sai", "History altered"),
    NoticeKind.DATA_SEEN: Text("Đã xem dữ liệu cá nhân", "Personal data seen"),
}
TONES = {
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


def text_of(kind: NoticeKind, event: CaseEvent, head: CaseHead, definition: Definition) -> Text:
    """The sentence for one kind of notice about one event."""
    type_name, state = definition.case_type.name, _state(definition, head.state)
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
        NoticeKind.MOVED: Text(f"{type_name.vi}: {step.vi}.", f"{type_name.en}: {step.en}."),
    }
    if kind is NoticeKind.MERGED:
        return _merged(event, type_name)
    if kind is NoticeKind.CLOCK_MISSED:
        due_at = datetime.fromisoformat(event.data["due_at"])
        return missed(definition, head, event.data["clock"], due_at)
    return sentences[kind]


def missed(definition: Definition, head: CaseHead, code: str, due_at: datetime) -> Text:
    name, at = clock_name(definition, code), local_time(due_at, head.owner_zone)
    return Text(
        f"{definition.case_type.name.vi}: đã quá hạn “{name.vi}”, hạn {at}.",
        f"{definition.case_type.name.en}: “{name.en}” is overdue, due {at}.",
    )


def warned(definition: Definition, head: CaseHead, code: str, due_at: datetime) -> Text:
    name, at = clock_name(definition, code), local_time(due_at, head.owner_zone)
    return Text(
        f"{definition.case_type.name.vi}: sắp đến hạn “{name.vi}”, hạn {at}.",
        f"{definition.case_type.name.en}: “{name.en}” is due {at}.",
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
