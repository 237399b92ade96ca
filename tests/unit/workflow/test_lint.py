"""What the check of a case type finds before it is published."""

from __future__ import annotations

import pytest

from app.workflow.definition import load_definition
from app.workflow.lint import Problem, Severity, check
from tests.unit.workflow.samples import INCIDENT, ROLES, case_type

KNOWN = [role.code for role in ROLES]


def problems(old: str, new: str) -> list[Problem]:
    text = INCIDENT.replace(old, new, 1)
    assert text != INCIDENT
    return check(load_definition(text), KNOWN)


def test_a_sound_case_type_has_no_problems() -> None:
    assert check(case_type(), KNOWN, known_types=[]) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to: on_scene,", "to: legal,", "tới trạng thái “Tại chỗ” (on_scene)"),
        ("to: on_scene,", "to: nowhere,", "transitions[0].to: trạng thái “nowhere” không có"),
        (
            "from: [talks, legal]",
            "from: [talks, closed]",
            "trạng thái kết thúc “Kết thúc” (closed) lại có",
        ),
        ("from: [talks, legal]", "from: [talks]", "(legal) không có bước nào đi ra"),
        ("to: closed,", "to: talks,", "không đi tới được trạng thái kết thúc nào"),
        (
            "outcomes: [closed, false_report]",
            "outcomes: [closed]",
            "các trạng thái kết thúc: “Kết thúc” (closed)",
        ),
        ("roles: [station], require", "roles: [pilot], require", "vai trò “pilot” không có"),
        ("notify: [command]", "notify: [pilot]", "transitions[0].notify: vai trò “pilot”"),
        ("escalate: [command]}", "escalate: [pilot]}", "clocks[0].escalate: vai trò “pilot”"),
        ("require: [occurred_at]", "require: [zzz]", "transitions[0].require: trường “zzz”"),
        ("ask: [persons, note]", "ask: [note, note]", "mã “note” dùng 2 lần"),
        ("fields: [kind, occurred_at]", "fields: [zzz]", "open.fields: trường “zzz” không có"),
        ('title: "{kind}', 'title: "{zzz}', "title: trường “zzz” không có"),
        ('title: "{kind} – {place_text}"', "", "title: chưa có mẫu tên hồ sơ"),
        ("code: negotiate", "code: dispatch", "“Triển khai”, “Hội đàm” dùng chung mã “dispatch”"),
        ("code: smuggling", "code: crossing", "“Buôn lậu” dùng chung mã “crossing”"),
        ("code: negotiate", "code: suspend", "“Hội đàm” mang mã “suspend” mà việc chung"),
        ("code: note,", "code: reason,", "mã “reason”, mã này dành cho lý do"),
        ("code: halted", "code: opened", "(opened) đã có sẵn"),
        ("generate: [letter]", "generate: [poem]", "văn bản “poem” không có"),
        ("unit_field: unit_in_charge", "unit_field: zzz", "effects[0]: trường “zzz” không có"),
        (
            "unit_field: unit_in_charge",
            "unit_field: note",
            "trường “Ghi chú” (note) không ghi đơn vị",
        ),
        ("field: persons, value", "field: zzz, value", "effects[0]: trường “zzz” không có"),
        ("do: release", "do: open_case, type: other, copy: [zzz]", "trường “zzz” không có"),
        ("data.persons + 1", "data.zzz + 1", "“data.zzz” không có trong định nghĩa"),
        ("data.persons + 1", "data.persons +", "không phải biểu thức CEL hợp lệ"),
        ("data.persons >= 10", "weather > 3", "clocks[2].when: tên “weather” không có"),
        (
            "[state:on_scene]",
            "[state:zzz]",
            "clocks[1].start: trạng thái “zzz” (state:zzz) không có",
        ),
        ("[transition:close]", "[event:zzz]", "sự kiện “zzz” (event:zzz) không có trong"),
        ("before: field:occurred_at", "before: field:note", "“Ghi chú” (note) không ghi ngày"),
        ("stop: [transition:close], warn", "warn", "“Giải quyết” (settle) không có gì làm nó"),
        ("{vi: Phát hiện, en: Detected}", "{vi: Phát hiện}", "“Phát hiện” chưa có tiếng Anh"),
        (", en: There must be an offender.}", "}", "guards[0].message"),
        ("type: longtext", "type: longtext, pattern: '['", "không phải biểu thức chính quy"),
        (
            "required: true,",
            "required: true, default: zzz,",
            "“zzz” không có trong các lựa chọn của “Loại”",
        ),
        ("type: longtext", "type: longtext, help: {vi: Viết gọn}", "fields[6].help"),
    ],
)
def test_an_error_names_its_place(old: str, new: str, expected: str) -> None:
    found = problems(old, new)
    errors = [str(problem) for problem in found if problem.severity is Severity.ERROR]
    assert any(expected in text for text in errors), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("stop: [document:letter], ", "", "thời hạn “Báo trước” (notice) không có gì"),
        ("warn: [50%, 1 h],\n     escalate: [command]", "warn: [50%]", "không báo cho ai"),
        ("four_eyes: true,", "primary: true,", "“Phát hiện” (detected) có 2 bước chính"),
    ],
)
def test_a_doubt_is_a_warning(old: str, new: str, expected: str) -> None:
    (problem,) = problems(old, new)
    assert problem.severity is Severity.WARNING
    assert expected in problem.text.vi


def test_a_section_must_be_listed_once_sections_are() -> None:
    sections = "sections: [{code: facts, name: {vi: Dữ kiện, en: Facts}}]\nfields:\n"
    text = INCIDENT.replace("fields:\n", sections, 1)
    text = text.replace("type: longtext", "type: longtext, section: zzz")
    (problem,) = check(load_definition(text), KNOWN)
    assert problem.text.vi == "mục “zzz” không có trong danh sách mục (sections)"


def test_a_proper_pattern_is_no_problem() -> None:
    assert problems("type: longtext", "type: longtext, pattern: '[A-Z]+'") == []


def test_errors_come_before_warnings() -> None:
    text = INCIDENT.replace("stop: [document:letter], ", "").replace(
        "{vi: Thư trao đổi, en: Letter}", "{vi: Thư}"
    )
    found = check(load_definition(text), KNOWN)
    assert [problem.severity for problem in found] == [Severity.ERROR, Severity.WARNING]


def test_case_types_opened_by_a_step_must_exist_when_they_are_known() -> None:
    text = INCIDENT.replace("do: release", "do: open_case, type: protection")
    assert check(load_definition(text), KNOWN) == []
    (problem,) = check(load_definition(text), KNOWN, known_types=["incident"])
    assert "loại hồ sơ “protection” không có" in problem.text.vi


def test_a_case_type_without_an_end_is_an_error() -> None:
    text = INCIDENT.replace("kind: terminal", "kind: normal")
    texts = [problem.text.vi for problem in check(load_definition(text), KNOWN)]
    assert "không có trạng thái kết thúc nào" in texts


def test_a_required_place_must_be_asked_for_when_a_case_is_opened() -> None:
    found = problems("place: optional", "place: required")
    assert [one.where for one in found] == ["open.fields"]
    assert "khi mở hồ sơ không hỏi nơi nào" in found[0].text.vi
