"""The checks of groups, conditions, computed values, rights, deadlines and names, by table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.cel_syntax import parse
from app.workflow.cel_truth import Ground, never_holds
from app.workflow.definition import load_definition
from app.workflow.expressions import UnresolvedError, build_context, compile_expression
from app.workflow.lint import Problem, Severity, check
from app.workflow.suggestions import check_expression, completions
from tests.unit.workflow.crew import CREW, crew_type
from tests.unit.workflow.samples import INCIDENT, NOW, ROLES, case_type

KNOWN = [role.code for role in ROLES]


def problems(
    source: str, *changes: tuple[str, str], held: list[str] | None = None
) -> list[Problem]:
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new, 1)
    return check(load_definition(source), KNOWN, held_roles=held)


def said(found: list[Problem], severity: Severity = Severity.ERROR) -> list[str]:
    return [str(problem) for problem in found if problem.severity is severity]


def test_a_sound_case_type_with_everything_has_no_problem() -> None:
    assert problems(CREW) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # groups
        ("code: passport", "code: name", "“Số hộ chiếu” dùng chung mã “name”"),
        ("en: Passport}", "en: Full name}", "“Họ tên” (name) cùng tên tiếng Anh"),
        (
            "{vi: Ngày sinh, en: Born on}",
            "{vi: Ngày sinh}",
            "fields[4].fields[2].name: “Ngày sinh”",
        ),
        ("min: 1\n", "min: 1.5\n", "(crew) phải là số nguyên từ 0"),
        ("max: 3", "max: 0", "“Nhỏ nhất” (min) lớn hơn “Lớn nhất”"),
        ("type: date, name", "type: date, edit_roles: [station], name", "không dùng “Ai được sửa”"),
        # conditions and computed values
        ('"data.injured"', '"data.zzz"', "fields[3].shown_when: “data.zzz” không có"),
        ('"data.injured"', '"data.kind"', "“data.kind” là chữ, không phải điều kiện"),
        ('"data.injured"', '"data.injured && !data.injured"', "không bao giờ đúng: đã thử 3"),
        ('"data.injured"', '"has(data.injury_note)"', "“Thương tích” (injury_note) → “Thương"),
        ('"size(data.crew)"', '"data.title"', "biểu thức cho chữ, trường cần số"),
        ('"size(data.crew)"', '"size(data.fee)"', "size() không dùng cho số “data.fee”"),
        ("one.is_minor)", "one.age)", "“one” không có phần “age”"),
        ("fields: [title, kind,", "fields: [title, minors,", "“Số người dưới 18” (minors) do hệ"),
        # rights
        (
            "ask: [injured, fee]",
            "ask: [fee, zzz]",
            "transitions[0].ask: trường “zzz”",
        ),
        ("read_states: [done]", "read_states: [gone]", "fields[9].read_states: trạng thái “gone”"),
        ("edit_states: [reported]", "edit_states: [zzz]", "edit_states: trạng thái “zzz” không có"),
        ("edit_roles: [command]", "edit_roles: [pilot]", "edit_roles: vai trò “pilot” không có"),
        # checklists
        ("code: filed", "code: called", "dùng chung mã “called”"),
        ("vi: Xếp hồ sơ giấy", "vi: Gọi gia đình", "cùng tên tiếng Việt “Gọi gia đình”"),
        # names and codes
        ("code: number,", "code: version,", "“Số quyết định” mang mã “version” mà"),
        ("code: number,", "code: crew__row,", "mang mã “crew__row” mà biểu mẫu"),
        ("vi: Đang xác minh", "vi: Đã  BÁO", "(checking) và “Đã báo” (reported) cùng tên"),
        ("vi: Ghi thêm", "vi: Kết thúc", "(finish) và “Kết thúc” (note) cùng tên"),
        ("en: Verdict}", "en: fee}", "(verdict) và “Lệ phí” (fee) cùng tên"),
        # kinds
        ('"data.crew_count >= 1"', "\"data.kind == 'typo'\"", "“typo” không có trong các lựa chọn"),
        ('"data.crew_count >= 1"', '"data.title > 3"', "so sánh chữ “data.title” với số “3”"),
        ('"data.crew_count >= 1"', "\"data.crew_count > '3'\"", "so sánh số “data.crew_count”"),
        (
            '"data.crew_count >= 1"',
            "\"case.state == 'on'\"",
            "lựa chọn của “trạng thái của hồ sơ” (case.state)",
        ),
        (
            '"data.crew_count >= 1"',
            "\"'pilot' in actor.roles\"",
            "của “vai trò của người làm” (actor.roles)",
        ),
        ('"data.crew_count >= 1"', '"data.title.size"', "“data.title” là chữ, không có phần"),
        ('"data.crew_count >= 1"', '"1 in data.kind"', "“in” cần một danh sách"),
        ('"data.crew_count >= 1"', '"data.title + 1 == 2"', "không tính được “data.title + 1”"),
        ('"data.crew_count >= 1"', '"data.crew > 1"', "so sánh danh sách “data.crew” với số"),
        # conditions that never hold
        ('"data.crew_count >= 1"', '"false"', "guards[0].when: điều kiện không bao giờ đúng: luôn"),
        ('"data.crew_count >= 1"', '"!has(data.crew)"', "1 trường hợp của “Danh sách thuyền viên”"),
        ('"data.crew_count >= 1"', "\"case.state == 'done'\"", "trạng thái của hồ sơ (case.state)"),
        (
            '"data.crew_count >= 1"',
            '"data.minors > 3 && data.minors < 2"',
            "của “Số người dưới 18” (minors)",
        ),
    ],
)
def test_an_error_says_where_what_and_what_to_do(old: str, new: str, expected: str) -> None:
    found = problems(CREW, (old, new))
    assert any(expected in text for text in said(found)), found
    assert all(problem.text.en and problem.cure.vi and problem.cure.en for problem in found)


@pytest.mark.parametrize("guard", ["data.fee > 2000000", "9 < data.fee.amount"])
def test_an_amount_is_compared_as_a_decimal(guard: str) -> None:
    money = ("code: fee, type: number", "code: fee, type: money")
    found = problems(CREW, money, ('"data.crew_count >= 1"', f'"{guard}"'))
    assert any("viết là double(data.fee.amount)" in one.cure.vi for one in found), found


def test_a_ring_of_computed_fields_is_told_whole() -> None:
    found = problems(
        CREW,
        ('"size(data.crew)"', '"data.minors"'),
        ('"data.crew.filter(one, has(one.is_minor) && one.is_minor).size()"', '"data.crew_count"'),
    )
    assert "(minors) → " in said(found)[0]


def test_a_required_field_that_the_step_cannot_fill_is_an_error() -> None:
    found = problems(CREW, ("require: [number]", "require: [number, fee]"))
    texts = said(found)
    assert any("bắt buộc “Lệ phí” (fee) không do vai trò “station” nhập" in text for text in texts)
    assert any(
        "(fee) không sửa được ở trạng thái “Đang xác minh” (checking)" in text for text in texts
    )


def test_guards_that_contradict_each_other_are_found_together() -> None:
    second = ', {when: "data.crew_count < 1", message: {vi: Trống., en: Empty.}}]}\n  - {code: note'
    found = problems(CREW, ("]}\n  - {code: note", second))
    assert (
        "transitions[0].guards: các điều kiện của bước “Xác minh” (check) không thể cùng đúng"
        in said(found)[0]
    )


def test_a_computed_field_that_tells_what_others_may_not_read_is_a_doubt() -> None:
    found = problems(CREW, ('"size(data.crew)"', '"size(data.verdict) + 0"'))
    assert said(found, Severity.WARNING) == []
    found = problems(CREW, ('"size(data.crew)"', "\"data.verdict == 'x' ? 1 : 2\""))
    assert "ai cũng xem được" in said(found, Severity.WARNING)[0]


# --- roles that nobody holds ----------------------------------------------------------------


def test_an_act_that_nobody_can_do_is_an_error() -> None:
    assert problems(CREW, held=["station", "command", "province_leader"]) == []
    found = problems(CREW, held=["command"])
    assert any("transitions[1].roles: không ai giữ vai trò “station”" in one for one in said(found))
    assert any("open.roles: không ai giữ" in one for one in said(found, Severity.WARNING))


# --- deadlines ------------------------------------------------------------------------------

SETTLE = "code: settle, name: {vi: Giải quyết, en: Settle}, limit: 5 wd, "


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("within: zzz, ", "clocks[1].within: thời hạn “zzz” không có"),
        ("within: settle, ", "thời hạn “Giải quyết” (settle) nằm trong chính nó"),
        ("within: quick_report, ", "5 ngày làm việc dài hơn 2 giờ"),
        ("pause: [event:halted], ", "(settle) tạm dừng mà không có gì"),
        ("resume: [event:halted], ", "(settle) có việc cho chạy tiếp mà"),
        ("pause: [event:zzz], resume: [event:halted], ", "“zzz” (event:zzz) không có"),
        ("pause: [event:halted], resume: [event:halted], ", "vừa tạm dừng vừa cho chạy tiếp"),
        (
            (
                "pause: [event:halted], resume: [event:reopened_gate],"
                " pause_reasons: [{code: a, name: {vi: Chờ}}], "
            ),
            "clocks[1].pause_reasons[0].name: “Chờ” chưa có tiếng Anh",
        ),
        ("chain: [{after: 1 wd, roles: [pilot]}], ", "clocks[1].chain[0].roles: vai trò “pilot”"),
        (
            "chain: [{after: 9 cd, roles: [command]}, {after: 2 h, roles: [command]}], ",
            "clocks[1].chain[1].after: 2 giờ không sau 9 ngày",
        ),
        ("when: \"data.kind == 'x'\", ", "clocks[1].when: “x” không có trong các lựa chọn"),
        ('when: "data.persons < -1", ', "clocks[1].when: điều kiện không bao giờ đúng"),
    ],
)
def test_deadlines(more: str, expected: str) -> None:
    found = problems(INCIDENT, (SETTLE, SETTLE + more))
    assert any(expected in text for text in said(found)), found


def test_a_deadline_that_is_often_longer_than_its_parent_is_a_doubt() -> None:
    found = problems(INCIDENT, (SETTLE, SETTLE.replace("5 wd", "6 cd") + "within: notice, "))
    assert "6 ngày thường dài hơn 3 ngày làm việc" in said(found, Severity.WARNING)[0]


def test_milestones_and_templates_name_what_exists() -> None:
    found = problems(
        INCIDENT,
        ("documents: [{code: letter, name:", "documents: [{code: letter, template: '{knd}', name:"),
        ("outcomes:", "milestones: [{code: m, name: {vi: Mốc, en: M}, at: [state:zz]}]\noutcomes:"),
    )
    assert "milestones[0].at: trạng thái “zz” (state:zz) không có trong định nghĩa" in said(found)
    (of_template,) = [problem for problem in found if problem.where.startswith("documents")]
    assert of_template.cure.vi == "có phải “Loại” (kind) không?"


# --- the designer's instant help ------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.kind == 'storm'", ""),
        ("data.kind == 'sturm'", "“sturm” không có trong các lựa chọn của “Loại”"),
        ("data.kind ==", "không phải biểu thức CEL hợp lệ"),
        ("data.zzz", "“data.zzz” không có"),
        ("false", "luôn sai"),
        ("size(data.crew)", "là số, không phải điều kiện"),
    ],
)
def test_an_expression_is_judged_while_it_is_written(source: str, expected: str) -> None:
    found = check_expression(source, crew_type())
    assert (expected in str(found[0])) if expected else found == []


def test_a_value_is_judged_by_the_field_that_it_gives() -> None:
    fields = {item.code: item for item in crew_type().fields}
    assert check_expression("size(data.crew)", crew_type(), gives=fields["fee"]) == []
    assert check_expression("size(data.crew)", crew_type(), gives=fields["title"])
    assert check_expression("size(data.crew)", crew_type(), is_value=True) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.ki", ["kind"]),
        ("data.kind == ", ['"arrest"', '"storm"']),
        ("data.kind in ['arrest', 's", ['"storm"']),
        ("case.state == 'd", ['"done"']),
        ("data.crew.exists(r, r.n", ["name"]),
        ("data.crew.siz", ["size()"]),
        ("has(data.inj", ["injured", "injury_note"]),
        ("dat", ["data"]),
        ("zzz", []),
    ],
)
def test_completions(source: str, expected: list[str]) -> None:
    found = completions(source, len(source), crew_type())
    assert [one.text for one in found] == expected
    assert all(0 <= one.start <= len(source) for one in found)


# --- “never” is never a false alarm ---------------------------------------------------------

_ATOMS = st.sampled_from(
    [
        *(
            "data.kind == 'crossing'",
            "data.kind != 'smuggling'",
            "has(data.kind)",
            "has(data.note)",
        ),
        *("data.persons > 2", "data.persons <= 2.5", "3 == data.persons", "data.persons < 0"),
        *("data.note == 'a'", "data.note in ['a', 'b']", "size(data.note) > 1", "true", "false"),
        "data.persons in [1, 4]",
    ]
)
_CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} && {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} || {pair[1]})"),
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner, inner).map(lambda three: "({} ? {} : {})".format(*three)),
    ),
    max_leaves=5,
)
_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["crossing", "smuggling"]),
        "persons": st.one_of(
            st.integers(0, 6), st.floats(0, 6, allow_nan=False), st.sampled_from([2.25, 2.75])
        ),
        "note": st.sampled_from(["a", "b", "khác"]),
    },
)


@given(_CONDITIONS, _FACTS)
def test_what_can_never_hold_never_holds(source: str, facts: dict[str, object]) -> None:
    tree = parse(source)
    assert tree is not None
    ground = Ground({item.code: item for item in case_type().fields})
    if never_holds([(source, tree)], ground) is None:
        return
    context = build_context(facts, case={}, actor={}, now=NOW)
    try:
        assert not compile_expression(source).holds(context)
    except UnresolvedError:
        return


@given(_CONDITIONS)
def test_the_reader_knows_what_the_compiler_knows(source: str) -> None:
    tree = parse(source)
    assert tree is not None
    assert source[tree.start : tree.end] == source


@pytest.mark.parametrize("source", ["", "data.", "a b", "1 +", "r'x'", "[1", "{'a' 1}", "a.1", "#"])
def test_what_is_not_known_is_left_to_the_compiler(source: str) -> None:
    assert parse(source) is None
