"""The YAML format: what is read, and what the author is told when it cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cases.catalogue import DEFINITIONS
from app.workflow.definition import (
    DefinitionError,
    FieldType,
    json_schema,
    load_definition,
    parse_definition,
    stored_form,
)
from app.workflow.limits import ClockKind, Limit, Warn
from app.workflow.source import Lines
from app.workflow.text import Text
from tests.unit.workflow.samples import INCIDENT, case_type


def faults(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_definition(text, name="x.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_a_definition_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "incident.yaml"
    path.write_text(INCIDENT, encoding="utf-8")
    assert load_definition(path) == case_type()


def test_limits_and_warnings_are_parsed() -> None:
    clock = case_type().clocks[0]
    assert clock.limit == Limit(2, ClockKind.HOURS)
    assert clock.warn == (Warn(percent=50), Warn(ahead=Limit(1, ClockKind.HOURS)))


def test_a_stored_version_reads_back_unchanged() -> None:
    stored = json.loads(json.dumps(stored_form(case_type())))
    assert parse_definition(stored, name="incident v1") == case_type()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "place: optional",
            "place: optional\ncolour: red",
            "(dòng 7, colour): khóa “colour” không có",
        ),
        ("place: optional", "place: maybe", "bản đồ (dòng 6, place): phải là một trong: required"),
        ("#D55E00", "red", "Màu (dòng 5, symbol.color): màu viết là #"),
        ("limit: 2 h", "limit: 2 days", "“Báo cáo nhanh” › Thời hạn (dòng 51, clocks[0].limit)"),
        ("do: release", "do: fly", "việc tự làm “fly” không có"),
        ("{code: halted", "{code: No", "phải là chữ"),
        ("{vi: Phát hiện, en: Detected}", "{en: Detected}", "states[0].name.vi"),
        ("{vi: Phát hiện, en: Detected}", "{vi: A, fr: B}", "states[0].name.fr"),
        ("{vi: Phát hiện, en: Detected}", "Detected", "phải là một khối vi: …, en: …"),
        ("kind: initial", "kind: normal", "phải có đúng một trạng thái bắt đầu (kind: initial)"),
        ("before: field:occurred_at", "repeat: false", "đúng một: việc bắt đầu (start)"),
        ("four_eyes: true", "confirm: [command]", "người được duyệt (confirm) chỉ"),
        (
            "type: number, name",
            "type: number, multiple: true, name",
            "“Nhiều giá trị” (multiple) chỉ",
        ),
        (
            "type: choice, name",
            "type: text, name",
            "chỉ trường chọn mới có danh sách lựa chọn (options)",
        ),
        (
            "type: unit, name",
            "type: choice, name",
            "trường chọn phải có danh sách lựa chọn (options)",
        ),
        ("min: 0", "min: []", "phải là số hoặc ngày"),
        ("{seq:05d}", "{seq}", "đúng một {seq:05d}"),
    ],
)
def test_a_fault_names_its_place_and_what_to_do(old: str, new: str, expected: str) -> None:
    text = INCIDENT.replace(old, new, 1)
    assert text != INCIDENT
    assert any(expected in fault for fault in faults(text)), faults(text)


def test_all_faults_are_listed_with_the_file() -> None:
    text = INCIDENT.replace("place: optional", "place: maybe").replace("#D55E00", "red")
    with pytest.raises(DefinitionError, match=r"x\.yaml: .*symbol\.color.*\nx\.yaml: .*place"):
        load_definition(text, name="x.yaml")


def test_a_list_with_a_wrong_item_is_not_also_called_too_short() -> None:
    (fault,) = faults(INCIDENT.replace("outcomes: [closed, false_report]", "outcomes: [No Code]"))
    assert fault.startswith("Loại hồ sơ (dòng 65, outcomes[0]): mã chỉ gồm chữ thường")
    (fault,) = faults(INCIDENT.replace("outcomes: [closed, false_report]", "outcomes: []"))
    assert fault == "Loại hồ sơ (dòng 65, outcomes): cần ít nhất 1 mục"


def test_a_missing_key_is_placed_in_its_block() -> None:
    text = INCIDENT.replace("to: on_scene,", "")
    assert faults(text) == [
        "Bước “Triển khai” › Đến trạng thái (dòng 28, transitions[0].to): thiếu khóa bắt buộc “to”"
    ]


def test_a_fault_of_an_empty_document_has_no_line() -> None:
    assert Lines("# nothing").of(("code",)) is None
    assert Lines("- a").of(("code",)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code: a\ncode: b", "Toàn tệp (dòng 2): khóa “code” được viết hai lần"),
        ("code: [", "không đọc được YAML"),
        ("code: \x00", "có ký tự không hợp lệ"),
        ("", "phải là một khối khóa: giá trị"),
        ("[]", "phải là một khối khóa: giá trị"),
        ("!!python/object/apply:os.system [ls]", "không đọc được YAML"),
    ],
)
def test_what_is_not_a_yaml_mapping_is_refused_in_words(text: str, expected: str) -> None:
    assert expected in "".join(faults(text))


def test_a_plain_value_of_a_set_effect_becomes_an_expression() -> None:
    text = INCIDENT.replace('value: "data.persons + 1"', "value: true")
    effect = load_definition(text).transitions[5].effects[0]
    assert stored_form(load_definition(text))["transitions"][5]["effects"][0]["value"] == "true"
    assert effect.do == "set"


def test_the_schema_for_editors_knows_every_field_type() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]["FieldType"]["enum"]) == {kind.value for kind in FieldType}
    assert "from" in schema["$defs"]["Transition"]["properties"]


def test_a_text_without_english_is_stored_and_read_back() -> None:
    case_type = load_definition(DEFINITIONS / "border_incident.yaml")
    content = {**stored_form(case_type), "help": {"vi": "Chỉ tiếng Việt"}}
    again = parse_definition(stored_form(parse_definition(content, name="x")), name="x")
    assert again.help == Text("Chỉ tiếng Việt")
