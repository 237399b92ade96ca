"""Changes to a definition: references follow, removals explain themselves, nothing else moves."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.catalogue import DEFINITIONS
from app.workflow import editing
from app.workflow.codes import code_from
from app.workflow.definition import load_definition, parse_definition, stored_form
from app.workflow.difference import How, compare, sentence, text_difference
from app.workflow.places import place_of, vocabulary
from app.workflow.references import LISTS, slots, uses
from app.workflow.shapes import SHAPES
from app.workflow.sketch import sketch_of
from app.workflow.text import Text
from app.workflow.writing import _ORDER, to_yaml

FISHER = stored_form(load_definition(DEFINITIONS / "fisher_violation.yaml"))
SHIPPED = sorted(path.stem for path in DEFINITIONS.glob("*.yaml"))
ROLES = {"border_station": Text("Đồn Biên phòng")}


def shipped(name: str) -> dict[str, Any]:
    return stored_form(load_definition(DEFINITIONS / f"{name}.yaml"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bổ sung hồ sơ", "bo_sung_ho_so"),
        ("Đã duyệt", "da_duyet"),
        ("  3 ngày làm việc ", "state_3_ngay_lam_viec"),
        ("***", "state"),
        ("Hoàn thành (đợt 2)", "hoan_thanh_dot_2"),
    ],
)
def test_a_code_is_proposed_from_the_vietnamese_name(name: str, code: str) -> None:
    assert code_from(name, otherwise="state") == code


def test_a_code_that_is_taken_gets_a_number() -> None:
    assert code_from("Mới", {"moi", "moi_2"}) == "moi_3"


@given(st.text(max_size=80), st.sets(st.sampled_from(["a", "b", "muc", "muc_2"])))
def test_every_name_gives_a_valid_code_that_is_free(name: str, taken: set[str]) -> None:
    code = code_from(name, taken)
    assert editing._CODE.fullmatch(code)
    assert code not in taken


def test_a_state_is_added_with_a_code_from_its_name() -> None:
    after, code = editing.added(FISHER, "state", {"name": {"vi": "Bổ sung hồ sơ"}})
    assert code == "bo_sung_ho_so"
    assert editing.codes(after, "state")[-1] == code
    assert not editing.has_row(FISHER, "state", code)


def test_a_second_initial_state_makes_the_first_ordinary() -> None:
    row = {"name": {"vi": "Nhận tin"}, "kind": "initial"}
    after, code = editing.added(FISHER, "state", row)
    kinds = {one["code"]: one.get("kind") for one in after["states"]}
    assert [state for state, kind in kinds.items() if kind == "initial"] == [code]


def test_outcomes_follow_the_final_states() -> None:
    after, code = editing.added(FISHER, "state", {"name": {"vi": "Hủy"}, "kind": "terminal"})
    assert after["outcomes"] == [*FISHER["outcomes"], code]
    assert editing.removed(after, "state", code)["outcomes"] == FISHER["outcomes"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("transition", "transfer"), ("field", "reason"), ("event", "opened"), ("state", "Hoa")],
)
def test_a_code_that_is_reserved_or_malformed_is_refused(kind: str, code: str) -> None:
    with pytest.raises(editing.EditError):
        editing.added(FISHER, kind, {"code": code, "name": {"vi": "Tên"}})


@pytest.mark.parametrize("kind", ["state", "field", "transition", "document"])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_new_code_is_followed_everywhere_and_back(name: str, kind: str) -> None:
    content = shipped(name)
    code = editing.codes(content, kind)[0]
    row = editing.row_of(content, kind, code)
    after = editing.changed(content, kind, code, {**row, "code": "ma_moi"})
    assert uses(after, kind, code) == []
    assert len(uses(after, kind, "ma_moi")) == len(uses(content, kind, code))
    parse_definition(after, name=name)
    assert editing.changed(after, kind, "ma_moi", row) == content


def test_a_field_is_followed_inside_conditions_but_not_inside_words() -> None:
    content = deepcopy(FISHER)
    content["transitions"][0]["guards"] = [
        {
            "when": "data.position == 'data.position' && has(data.position_source)",
            "message": {"vi": "x"},
        }
    ]
    row = editing.row_of(content, "field", "position")
    after = editing.changed(content, "field", "position", {**row, "code": "toa_do"})
    said = after["transitions"][0]["guards"][0]["when"]
    assert said == "data.toa_do == 'data.position' && has(data.position_source)"


def test_removing_a_state_takes_the_steps_that_lead_nowhere() -> None:
    found = editing.consequences(FISHER, "state", "verified")
    assert ("transition", "confirm_vessel") in found.along
    after = editing.removed(FISHER, "state", "verified")
    assert not editing.has_row(after, "transition", "confirm_vessel")
    assert uses(after, "state", "verified") == []


def test_removing_a_field_leaves_conditions_for_their_author() -> None:
    found = editing.consequences(FISHER, "field", "report_kind")
    assert "open.fields[0]" in found.dropped
    assert "transitions[0].guards[0].when" in found.broken
    after = editing.removed(FISHER, "field", "report_kind")
    assert "report_kind" not in after["open"]["fields"]
    assert "report_kind" in after["transitions"][0]["guards"][0]["when"]


def test_a_row_moves_and_stops_at_the_end() -> None:
    first, second = editing.codes(FISHER, "state")[:2]
    after = editing.moved(FISHER, "state", first, 1)
    assert editing.codes(after, "state")[:2] == [second, first]
    assert editing.moved(FISHER, "state", first, -1) == FISHER


def test_a_column_of_a_group_is_a_part_of_its_own() -> None:
    crew = {"code": "crew_list", "type": "group", "name": {"vi": "Thuyền viên"}}
    content, code = editing.added(FISHER, "field", crew)
    row = {"type": "text", "name": {"vi": "Họ tên"}}
    content, column = editing.added(content, "column", row, group=code)
    assert column == "crew_list.ho_ten"
    assert editing.row_of(content, "column", column)["type"] == "text"
    parse_definition(content, name="x")
    assert not editing.has_row(editing.removed(content, "column", column), "column", column)


@given(st.data())
def test_any_removals_leave_a_content_that_can_still_be_drawn_and_written(
    data: st.DataObject,
) -> None:
    content = deepcopy(FISHER)
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["state", "field", "transition", "clock", "event"]))
        known = editing.codes(content, kind)
        if known:
            content = editing.removed(content, kind, data.draw(st.sampled_from(known)))
    named = {slot.value for slot in slots(content) if slot.names == "state"}
    assert named <= set(editing.codes(content, "state"))
    sketch_of(content)
    assert to_yaml(content)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_definition_written_out_reads_back_the_same(name: str) -> None:
    content = shipped(name)
    text = to_yaml(content, head="hai\ndòng")
    assert text.startswith("# hai\n# dòng\n")
    assert stored_form(load_definition(text)) == content
    assert to_yaml(stored_form(load_definition(text)), head="hai\ndòng") == text


def test_the_words_of_the_parts_cover_the_format() -> None:
    lists = {"case_type": "", "check": "checklist", "option": "options", "escalation": "chain"}
    own = {"code", "fields", *LISTS.values(), "outcomes"}
    on_case_page = {
        "section",
        "personal",
        "consent",
        "read_roles",
        "read_states",
        "edit_roles",
        "edit_states",
    }
    for shape, attributes in SHAPES.items():
        keys = set(_ORDER[lists.get(shape, "fields" if shape == "column" else f"{shape}s")]) - own
        keys -= on_case_page if shape == "column" else set()
        assert {one.key.partition(".")[0] for one in attributes} == keys, shape


def test_a_comparison_says_what_changed_in_words() -> None:
    after, _code = editing.added(FISHER, "state", {"name": {"vi": "Bổ sung", "en": "More"}})
    row = editing.row_of(after, "transition", "impose_fine")
    after = editing.changed(after, "transition", "impose_fine", {**row, "four_eyes": False})
    after = editing.removed(after, "document", "receipt")
    found = compare(FISHER, after, roles=ROLES, types={})
    assert [(one.how, one.kind) for one in found] == [
        (How.ADDED, "state"),
        (How.CHANGED, "transition"),
        (How.CHANGED, "transition"),
        (How.REMOVED, "document"),
    ]
    assert "thêm: Trạng thái “Bổ sung”" in [sentence(one, "vi") for one in found]
    assert any("Cần người thứ hai duyệt: có → không" in sentence(one, "vi") for one in found)
    assert text_difference(FISHER, FISHER, old="a", new="b") == []
    assert any(line.startswith("+") for line in text_difference(FISHER, after, old="a", new="b"))


def test_a_place_is_told_in_words_with_its_control() -> None:
    place = place_of(FISHER, "transitions[0].guards[1].when")
    assert (place.kind, place.code, place.control) == ("transition", "open_alert", "guards-1-when")
    assert place.words.vi == "Bước “Theo dõi cảnh báo VMS” › Điều kiện 2 › Điều kiện phải đúng"
    assert place_of(FISHER, "open.roles").control == "open.roles"
    assert place_of(FISHER, "states[99]").code == ""
    assert place_of(FISHER, "").kind == "case_type"


def test_triggers_are_offered_in_words() -> None:
    found = vocabulary(FISHER, "trigger", roles=ROLES, types={})
    assert found["state:verified"].vi == "Vào trạng thái: Đã xác minh"
    assert found["field:signal_lost_at"].vi.startswith("Ngày ghi ở trường")
    assert "field:vessel_claimed" not in found
    assert "event:opened" in found


def test_a_broken_draft_still_has_its_graph() -> None:
    content, code = editing.added(FISHER, "field", {"type": "choice", "name": {"vi": "Loại"}})
    assert code == "loai"
    sketch = sketch_of(content)
    assert sketch is not None
    assert len(sketch.states) == len(FISHER["states"])
    assert sketch_of({"code": "x", "name": {"vi": "x"}}) is None
