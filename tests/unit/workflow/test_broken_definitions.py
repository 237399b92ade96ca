"""Definitions that a stranger breaks: each is refused in a sentence with its place and names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from app.designer.checking import judge_content
from app.workflow.definition import DefinitionError, load_definition, stored_form
from app.workflow.text import Text

ROLES = {
    "foreign_affairs_officer": Text("Cán bộ ngoại vụ", "Foreign affairs officer"),
    "foreign_affairs_leader": Text("Lãnh đạo ngoại vụ", "Foreign affairs leader"),
}
BASE = (Path(__file__).parent / "trial.yaml").read_text(encoding="utf-8")
LOOP = "[0,1,2,3,4,5,6,7,8,9].all({}, {})"
SLOW = "data.so > 0"
for _letter in "abcdefghi":
    SLOW = LOOP.format(_letter, SLOW)
NFD = unicodedata.normalize("NFD", "Mới nhận")
GUARD = 'guards: [{{when: "{}", message: {{vi: Sai, en: Wrong}}}}],'


def guarded(condition: str) -> tuple[str, str]:
    return "require: [so],", f"require: [so], {GUARD.format(condition)}"


def refusals(*changes: tuple[str, str]) -> list[str]:
    text = BASE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    try:
        content = stored_form(load_definition(text, name="tệp.yaml"))
    except DefinitionError as error:
        return [str(fault) for fault in error.faults]
    errors = judge_content(content, ROLES, {}).errors
    assert all(one.cure.vi and one.cure.en and one.text.en for one in errors)
    return [f"{one.place.words.vi}: {one.text.vi}. {one.cure.vi}" for one in errors]


def test_the_unbroken_definition_is_sound() -> None:
    assert refusals() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "require: [so]",
            "requires: [so]",
            "Bước “Giao xác minh” (dòng 17, transitions[0].requires)",
        ),
        ("TN-{year}-{seq:04d}", "TN-{seq:04d}-{seq:04d}", "đúng một {seq:05d}"),
        ("TN-{year}-{seq:04d}", "TN-{year}", "Loại hồ sơ › Mẫu số hiệu (dòng 3, reference)"),
        (" to: cho_xac_minh,", "", "thiếu khóa bắt buộc “to”"),
        ("limit: 5 wd", "limit: 5 ngày", "Thời hạn “Trả lời xác minh” › Thời hạn (dòng 20"),
        ("limit: 5 wd", "limit: 5 wd, warn: [500%]", "nhắc trước viết là “50%” (dưới 100)"),
        ("from: [cho_xac_minh]", "from: [moi]", "“Chờ xác minh” (cho_xac_minh) không có bước nào"),
        ("to: cho_xac_minh,", "to: xong,", "không bước nào đi tới trạng thái “Chờ xác minh”"),
        (
            "start: [transition:giao], stop",
            "before: field:ten, stop",
            "“Tên việc” (ten) không ghi ngày",
        ),
        ('{vi: "Chờ xác minh", en: "Checking"}', "Chờ xác minh", "phải là một khối vi: …, en: …"),
        ("outcomes: [xong]", "outcomes: [moi]", "các trạng thái kết thúc: “Đã xong” (xong)"),
        ("primary: true, require", "primary: có, require", "phải là true hoặc false"),
        ("type: number", "type: so", "Trường “Số người” › Kiểu (dòng 9, fields[1].type)"),
        ('"#D55E00"', "đỏ", "màu viết là #"),
        ("kind: waiting", "kind: initial", "đúng một trạng thái bắt đầu"),
        ("code: so, type", "code: no, type", "phải là chữ"),
        ("code: so, type", "code: ten, type", "“Tên việc”, “Số người” dùng chung mã “ten”"),
        ('title: "{ten}"', 'title: "{tenn}"', "có phải “Tên việc” (ten) không?"),
        (
            "to: xong, roles: [foreign_affairs_leader]",
            "to: xong, roles: [pilot]",
            "“pilot” không có",
        ),
        (
            "_leader], primary",
            "_leadr], primary",
            "có phải “Lãnh đạo ngoại vụ” (foreign_affairs_leader)",
        ),
        ("limit: 5 wd,", "limit: 5 wd, within: han2,", "5 ngày làm việc dài hơn 2 ngày làm việc"),
        ("start: [transition:giao]", "start: [giao]", "ví dụ transition:submit"),
        ("start: [transition:giao]", "start: [transition:gia]", "bước “gia” (transition:gia)"),
        ("min: 0", "min: 9, max: 2", "“Nhỏ nhất” (min) lớn hơn “Lớn nhất” (max)"),
        ("code: thu_nghiem", "code: Thử Nghiệm", "chữ thường không dấu"),
        ("code: giao,", "code: suspend,", "bước “Giao xác minh” mang mã “suspend”"),
        ("code: thu_nghiem", "code: 2026-01-01", "Loại hồ sơ (dòng 1, code): phải là chữ"),
        ('"Mới nhận"', '"M\\u0007ới"', "ký tự không hợp lệ"),
        ('"Mới nhận"', f'"{"dài " * 2_000}"', "dài quá 4000 ký tự"),
        ('"Chờ xác minh"', f'"{NFD}"', "cùng tên tiếng Việt"),
        ("symbol: {shape: circle", "symbol: tròn #", "Hình trên bản đồ (dòng 4, symbol)"),
        (
            "code: thu_nghiem",
            "protect: minors\ncode: thu_nghiem",
            "Loại hồ sơ › Che nhân thân khi có nạn nhân (dòng 1, protect): phải là một khối",
        ),
        ("min: 0", "min: 0, consent: family", "chỉ dùng cho kiểu “Chọn một” (choice) hoặc “Có"),
        ("primary", "addressee: press, primary", "đồng ý báo cho “Báo chí” (press) hay không"),
        ("require: [so]", "require: [so], effects: [{do: bay}]", "việc tự làm “bay” không có"),
        (
            "require: [so]",
            "require: [so], effects: [{do: assign_unit, unit_field: ten}]",
            "“Tên việc” (ten) không ghi đơn vị",
        ),
        (*guarded("data.ten > 3"), "so sánh chữ “data.ten” với số “3”"),
        (*guarded(SLOW), "lồng nhau 9 lớp; nhiều nhất là 2"),
        (*guarded("(" * 300 + "data.so > 1" + ")" * 300), "lồng nhau quá 40 lớp"),
        (*guarded("!" * 300 + "has(data.so)"), "lồng nhau quá 40 lớp"),
        (*guarded("data.so / 0 > 1"), "“data.so / 0” chia cho 0"),
        (*guarded("data.so % 0 == 1"), "chia cho 0"),
        ("type: number, min: 0", 'type: number, compute: "1 / (2 - 2)"', "không tính được"),
        (
            "require: [so]",
            "require: [so], effects: [{do: set, field: loai, value: \"'c'\"}]",
            "“c” không có trong các lựa chọn của “Loại việc” (loai)",
        ),
        (
            "start: [transition:giao], stop: [transition:ket_thuc]",
            "start: [state:cho_xac_minh], stop: [transition:giao]",
            "chỉ dừng bởi việc xảy ra trước khi nó bắt đầu",
        ),
        ("start: [transition:giao]", "start: [state:xong]", "chỉ bắt đầu khi hồ sơ đã kết thúc"),
        ("limit: 5 wd", "limit: 0 h", "vừa bắt đầu đã quá hạn"),
        (
            "require: [so]",
            "require: [so], effects: [{do: open_case, type: thu_nghiem}]",
            "không bao giờ hết hồ sơ",
        ),
        (
            "min: 0",
            "min: 0, read_roles: [foreign_affairs_leader]",
            "phải nhập trường “Số người” (so) mà không được xem",
        ),
        ("min: 0", "min: 0, default: nhiều", "“nhiều” không hợp với kiểu của “Số người” (so)"),
        ("type: text", 'type: text, pattern: "(?=a)b"', "không phải biểu thức chính quy hợp lệ"),
        ("TN-{year}-", "TN/{year}/", "thay dấu / bằng dấu gạch nối -"),
        ("code: thu_nghiem", "code: moi", "mang mã “moi” mà trang quản trị dùng"),
        ('"Mới nhận"', f'"{"dài " * 100}"', "tên dài 399 ký tự, nhiều nhất là 200"),
        (
            "outcomes:",
            "documents: [{code: d, template: 'Gửi {} {so', name: {vi: Thư, en: Mail}}]\noutcomes:",
            "có dấu { } trống hoặc chưa đóng",
        ),
        (*guarded("data.so >"), "không phải biểu thức CEL hợp lệ"),
        (*guarded("data.soo > 1"), "có phải “Số người” (data.so) không?"),
        (*guarded("data.loai == 'gap'"), "dùng một trong: “Gấp” (a), “Thường” (b)"),
        (*guarded("data.so > 5 && data.so < 2"), "trường hợp của “Số người” (so)"),
    ],
)
def test_each_way_to_break_it_is_told_in_a_sentence(old: str, new: str, said: str) -> None:
    found = refusals((old, new))
    assert any(said in one for one in found), found


def test_letters_written_in_parts_are_kept_as_one() -> None:
    text = unicodedata.normalize("NFD", BASE)
    assert load_definition(text, name="tệp.yaml") == load_definition(BASE, name="tệp.yaml")


def test_a_long_name_is_not_repeated_whole() -> None:
    found = refusals(('"Mới nhận"', f'"{"X" * 20_000}"'))
    assert any("dài quá 4000" in one for one in found)
    assert max(map(len, found)) < 400


def test_a_case_may_open_one_of_its_own_type_where_it_can_end_without() -> None:
    again = "require: [so], effects: [{do: open_case, type: thu_nghiem}]"
    last = "  - {code: ket_thuc, from: [cho_xac_minh]"
    roles = "roles: [foreign_affairs_leader]"
    drop = f"  - {{code: bo, from: [moi], to: xong, {roles}, name: {{vi: Bỏ, en: Drop}}}}"
    assert refusals(("require: [so]", again), (last, f"{drop}\n{last}")) == []


def test_deadlines_in_a_ring_are_told_by_name() -> None:
    found = refusals(
        ("code: han, limit", "code: han, within: han2, limit"),
        ("code: han2, limit", "code: han2, within: han, limit"),
    )
    assert "“Trả lời xác minh” (han) → “Báo sơ bộ” (han2) → “Trả lời xác minh” (han)" in found[0]


@pytest.mark.parametrize("part", ["fields", "states", "transitions", "clocks"])
@pytest.mark.parametrize("value", ["", " x", " 3", " [1]", " [[]]", " {a: 1}", " [null]", " [{}]"])
def test_a_list_of_anything_else_never_breaks_the_reader(part: str, value: str) -> None:
    lines = BASE.splitlines()
    begin = lines.index(f"{part}:")
    end = next(i for i in range(begin + 1, len(lines)) if not lines[i].startswith(" "))
    text = "\n".join([*lines[:begin], f"{part}:{value}", *lines[end:]])
    with pytest.raises(DefinitionError) as refusal:
        load_definition(text, name="tệp.yaml")
    assert all(fault.place and "Input" not in fault.sentence for fault in refusal.value.faults)
