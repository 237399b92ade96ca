"""A small case type that uses groups, conditions, computed values, rights and checklists."""

from __future__ import annotations

from functools import cache

from app.workflow.definition import CaseType, load_definition
from app.workflow.engine import ActorView, Machine, compile_definition
from tests.unit.workflow.samples import ROLES

CREW = """
code: crew_case
name: {vi: Tàu và thuyền viên, en: Vessel and crew}
reference: "TV-{year}-{unit}-{seq:05d}"
symbol: {shape: drop, color: "#56B4E9"}
place: none
open: {roles: [station, command], fields: [title, kind, injured, injury_note, crew, fee]}
fields:
  - {code: title, type: text, required: true, name: {vi: Trích yếu, en: Title}}
  - code: kind
    type: choice
    required: true
    name: {vi: Loại, en: Kind}
    options:
      - {code: storm, name: {vi: Gặp bão, en: Storm}}
      - {code: arrest, name: {vi: Bị bắt, en: Arrest}}
  - {code: injured, type: boolean, name: {vi: Có người bị thương, en: Injured}}
  - {code: injury_note, type: longtext, required: true, shown_when: "data.injured",
     name: {vi: Thương tích, en: Injuries}}
  - code: crew
    type: group
    min: 1
    max: 3
    name: {vi: Danh sách thuyền viên, en: Crew}
    fields:
      - {code: name, type: text, required: true, name: {vi: Họ tên, en: Full name}}
      - {code: passport, type: text, personal: true, name: {vi: Số hộ chiếu, en: Passport}}
      - {code: born_on, type: date, name: {vi: Ngày sinh, en: Born on}}
      - {code: is_minor, type: boolean, name: {vi: Dưới 18 tuổi, en: Minor}}
  - {code: crew_count, type: number, compute: "size(data.crew)",
     name: {vi: Số thuyền viên, en: Crew count}}
  - {code: minors, type: number,
     compute: "data.crew.filter(one, has(one.is_minor) && one.is_minor).size()",
     name: {vi: Số người dưới 18, en: Minors}}
  - {code: guardian, type: text, required: true, shown_when: "data.minors > 0",
     name: {vi: Người giám hộ, en: Guardian}}
  - {code: fee, type: number, edit_roles: [command], edit_states: [reported],
     name: {vi: Lệ phí, en: Fee}}
  - {code: verdict, type: text, read_states: [done], name: {vi: Kết luận, en: Verdict}}
  - {code: number, type: text, name: {vi: Số quyết định, en: Number}}
states:
  - {code: reported, name: {vi: Đã báo, en: Reported}, kind: initial}
  - code: checking
    name: {vi: Đang xác minh, en: Checking}
    checklist:
      - {code: called, name: {vi: Gọi gia đình, en: Call the family}}
      - {code: filed, name: {vi: Xếp hồ sơ giấy, en: File the papers}, required: false}
  - {code: done, name: {vi: Xong, en: Done}, kind: terminal}
transitions:
  - {code: check, name: {vi: Xác minh, en: Check}, from: [reported], to: checking, primary: true,
     roles: [station, command], require: [crew, injury_note, guardian], ask: [injured, fee],
     guards: [{when: "data.crew_count >= 1",
               message: {vi: Cần ít nhất một thuyền viên., en: One crew member is needed.}}]}
  - {code: note, name: {vi: Ghi thêm, en: Note}, from: [checking], to: checking,
     roles: [station], ask: [verdict]}
  - {code: finish, name: {vi: Kết thúc, en: Finish}, from: [checking], to: done,
     roles: [station], primary: true}
  - {code: decide, name: {vi: Ra quyết định, en: Decide}, from: [checking], to: checking,
     roles: [station], four_eyes: true, require: [number]}
outcomes: [done]
"""
COMMANDER = ActorView(2, frozenset({"command"}), "BP")


@cache
def crew_type() -> CaseType:
    return load_definition(CREW, name="crew.yaml")


@cache
def crew_machine() -> Machine:
    return compile_definition(crew_type(), ROLES)
