"""A small case type, its people and the Vietnamese calendar of 2026, shared by the tests here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.definition import CaseType, load_definition
from app.workflow.engine import ActorView, Machine, Role, Situation, compile_definition
from app.workflow.text import Text

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

INCIDENT = """
code: incident
name: {vi: Vụ việc, en: Incident}
reference: "BG-{year}-{unit}-{seq:05d}"
symbol: {shape: triangle, color: "#D55E00"}
place: optional
open: {roles: [station], fields: [kind, occurred_at]}
title: "{kind} – {place_text}"
fields:
  - {code: kind, type: choice, name: {vi: Loại, en: Kind}, required: true,
     options: [{code: crossing, name: {vi: Vượt biên, en: Crossing}},
               {code: smuggling, name: {vi: Buôn lậu, en: Smuggling}}]}
  - {code: occurred_at, type: datetime, name: {vi: Thời điểm, en: Occurred at}}
  - {code: violated_on, type: date, name: {vi: Ngày vi phạm, en: Violated on}}
  - {code: persons, type: number, name: {vi: Số người, en: Persons}, min: 0}
  - {code: unit_in_charge, type: unit, name: {vi: Đơn vị xử lý, en: Unit in charge}}
  - {code: minutes, type: file, name: {vi: Biên bản, en: Minutes}}
  - {code: note, type: longtext, name: {vi: Ghi chú, en: Note}}
states:
  - {code: detected, name: {vi: Phát hiện, en: Detected}, kind: initial}
  - {code: on_scene, name: {vi: Tại chỗ, en: On scene}}
  - {code: talks, name: {vi: Hội đàm, en: Talks}}
  - {code: central, name: {vi: Chờ Trung ương, en: Awaiting the Ministry}, kind: waiting}
  - {code: legal, name: {vi: Xử lý theo pháp luật, en: Legal handling}}
  - {code: closed, name: {vi: Kết thúc, en: Closed}, kind: terminal}
  - {code: false_report, name: {vi: Tin sai, en: False report}, kind: terminal}
transitions:
  - {code: dispatch, name: {vi: Triển khai, en: Dispatch}, from: [detected], to: on_scene,
     roles: [station], require: [occurred_at], ask: [persons, note], primary: true,
     notify: [command]}
  - {code: dismiss, name: {vi: Kết luận tin sai, en: Dismiss}, from: [detected], to: false_report,
     roles: [station], four_eyes: true, reason: required}
  - {code: negotiate, name: {vi: Hội đàm, en: Negotiate}, from: [on_scene], to: talks,
     roles: [station, command], generate: [letter]}
  - {code: prosecute, name: {vi: Xử lý, en: Prosecute}, from: [on_scene], to: legal,
     roles: [station], ask: [persons],
     guards: [{when: "has(data.persons) && data.persons > 0",
               message: {vi: Phải có người vi phạm., en: There must be an offender.}}]}
  - {code: raise_up, name: {vi: Báo cáo Bộ, en: Raise}, from: [talks], to: central,
     roles: [command], effects: [{do: assign_unit, unit_field: unit_in_charge}]}
  - {code: answer, name: {vi: Có ý kiến, en: Answer}, from: [central], to: talks,
     roles: [ministry], effects: [{do: set, field: persons, value: "data.persons + 1"}]}
  - {code: visit, name: {vi: Ghi hoạt động, en: Log a visit}, from: [legal], to: legal,
     roles: [station], effects: [{do: release}]}
  - {code: close, name: {vi: Ký biên bản, en: Sign}, from: [talks, legal], to: closed,
     roles: [station, command], require: [minutes]}
events:
  - {code: halted, name: {vi: Tạm dừng cửa khẩu, en: Gate halted}, roles: [station], ask: [note]}
  - {code: reopened_gate, name: {vi: Mở lại cửa khẩu, en: Gate reopened}}
clocks:
  - {code: quick_report, name: {vi: Báo cáo nhanh, en: Quick report}, limit: 2 h,
     start: [state:detected], stop: [transition:dispatch, transition:dismiss], warn: [50%, 1 h],
     escalate: [command]}
  - {code: settle, name: {vi: Giải quyết, en: Settle}, limit: 5 wd, setting: border.settle_days,
     start: [state:on_scene], stop: [transition:close], warn: [1 wd], escalate: [command]}
  - {code: big, name: {vi: Vụ đông người, en: Mass case}, limit: 1 cd, start: [state:on_scene],
     stop: [transition:close], when: "data.persons >= 10", escalate: [command]}
  - {code: limitation, name: {vi: Thời hiệu, en: Limitation}, limit: 730 cd,
     start: [field:violated_on], stop: [transition:close], escalate: [command]}
  - {code: notice, name: {vi: Báo trước, en: Notice}, limit: 3 wd, before: field:occurred_at,
     stop: [document:letter], escalate: [command]}
  - {code: pulse, name: {vi: Cập nhật, en: Pulse}, limit: 15 cd, repeat: true,
     start: [event:note_added, event:opened], stop: [state:closed], escalate: [command]}
documents: [{code: letter, name: {vi: Thư trao đổi, en: Letter}}]
outcomes: [closed, false_report]
"""
ROLES = (
    Role("station", Text("Đồn Biên phòng", "Border station")),
    Role("command", Text("Bộ đội Biên phòng tỉnh", "Provincial command")),
    Role("ministry", Text("Cán bộ Bộ", "Ministry officer")),
    Role("province_leader", Text("Lãnh đạo UBND tỉnh", "Province leader"), is_leader=True),
    Role("mission_head", Text("Trưởng cơ quan đại diện", "Head of mission"), is_leader=True),
)
STATION = ActorView(1, frozenset({"station"}), "DON-1")
COMMAND = ActorView(2, frozenset({"command"}), "BP")
LEADER = ActorView(3, frozenset({"province_leader"}), "UBND")
STRANGER = ActorView(9, frozenset({"clerk"}), "VT")


@cache
def case_type() -> CaseType:
    return load_definition(INCIDENT, name="incident.yaml")


@cache
def machine() -> Machine:
    return compile_definition(case_type(), ROLES)


def situation(state: str = "detected", **changes: object) -> Situation:
    values: dict[str, object] = {"data": {}, "version": 1, "opened_at": NOW, "owner_unit": "DON-1"}
    return Situation(state=state, **(values | changes))  # type: ignore[arg-type]  # free-form test facts


def _rule(day: str, kind: DayKind, name: str, status: DayStatus) -> DayRule:
    return DayRule(date.fromisoformat(day), kind, name, status, "test")


_HOLIDAY, _OFF, _WORK = DayKind.HOLIDAY, DayKind.SWAP_OFF, DayKind.SWAP_WORK
_OFFICIAL, _STATUTORY, _PROPOSED = DayStatus.OFFICIAL, DayStatus.STATUTORY, DayStatus.PROPOSED
DAYS = {
    rule.date: rule
    for rule in (
        _rule("2026-01-01", _HOLIDAY, "Tết Dương lịch", _OFFICIAL),
        _rule("2026-01-02", _OFF, "hoán đổi sang 10/01", _OFFICIAL),
        _rule("2026-01-10", _WORK, "làm bù ngày 02/01", _OFFICIAL),
        _rule("2026-04-26", _HOLIDAY, "Giỗ Tổ Hùng Vương", _STATUTORY),
        _rule("2026-04-27", DayKind.MAKE_UP, "nghỉ bù Giỗ Tổ", _STATUTORY),
        _rule("2026-08-22", _WORK, "làm bù ngày 31/08", _OFFICIAL),
        _rule("2026-08-31", _OFF, "hoán đổi sang 22/08", _OFFICIAL),
        _rule("2026-09-01", _HOLIDAY, "Quốc khánh (ngày liền kề)", _OFFICIAL),
        _rule("2026-09-02", _HOLIDAY, "Quốc khánh", _OFFICIAL),
        _rule("2026-11-23", _OFF, "hoán đổi sang 28/11", _PROPOSED),
        _rule("2026-11-24", _HOLIDAY, "Ngày Văn hóa Việt Nam", _STATUTORY),
        _rule("2026-11-28", _WORK, "làm bù ngày 23/11", _PROPOSED),
    )
}
VIETNAM = WorkCalendar(DAYS)


def hanoi(text: str) -> datetime:
    """Read a moment of Hà Nội's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)
