"""The drawing of a case type: complete, escaped, nothing overlapping, nothing a CSP would block."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.definition import load_definition
from app.workflow.diagram import to_svg
from app.workflow.layout import Bend, Node, layered
from tests.unit.workflow.samples import INCIDENT, case_type

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    return " ".join(" ".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def test_every_state_and_step_is_drawn() -> None:
    shown = words(to_svg(case_type(), "vi"))
    names = [state.name for state in case_type().states]
    names += [step.name for step in case_type().transitions]
    assert all(word in shown for name in names for word in name.vi.split())


def test_the_language_is_the_readers() -> None:
    shown = words(to_svg(case_type(), "en"))
    assert "Awaiting the" in shown
    assert "Phát hiện" not in shown


def test_the_drawing_has_a_title_and_tells_itself_in_words() -> None:
    root = ElementTree.fromstring(to_svg(case_type(), "vi", "talks"))
    title, description = root[0], root[1]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Sơ đồ quy trình: Vụ việc"
    told = description.text or ""
    assert "Hội đàm (đang xử lý, trạng thái hiện tại)." in told
    assert "Phát hiện → Triển khai → Tại chỗ." in told


def test_only_the_current_state_stands_out() -> None:
    assert to_svg(case_type(), "vi").count("is-current") == 0
    assert (
        to_svg(case_type(), "vi", "talks").count('class="diagram-state is-normal is-current"') == 1
    )


def test_a_strict_content_policy_blocks_nothing() -> None:
    svg = to_svg(case_type(), "vi", "talks")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|href", svg)


def test_hostile_names_are_only_text() -> None:
    text = INCIDENT.replace("vi: Phát hiện", "vi: '</text><script>alert(1)</script>&'")
    svg = to_svg(load_definition(text), "vi")
    assert "<script" not in svg
    assert "alert(1)" in words(svg)


def test_two_diagrams_on_a_page_have_different_ids() -> None:
    first, second = to_svg(case_type(), "vi"), to_svg(case_type(), "vi", prefix="small")
    ids = re.compile(r' id="([^"]+)"')
    assert not set(ids.findall(first)) & set(ids.findall(second))


def test_a_definition_with_steps_to_nowhere_can_still_be_drawn() -> None:
    svg = to_svg(load_definition(INCIDENT.replace("to: on_scene,", "to: nowhere,")), "vi")
    assert "Tại chỗ" in words(svg)


edges = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]),
    max_size=16,
)


@given(edges)
def test_nodes_never_overlap_and_routes_go_layer_by_layer(pairs: list[tuple[int, int]]) -> None:
    nodes: list[Node] = list(range(8))
    widths: dict[Node, float] = {node: 20.0 + 10 * number for number, node in enumerate(nodes)}
    layout = layered(nodes, pairs, widths, gap=5)
    for layer in layout.layers:
        for left, right in combinations(layer, 2):
            space = (widths.get(left, 0) + widths.get(right, 0)) / 2
            assert layout.x[right] - layout.x[left] >= space + 5 - 1e-6
    for (tail, head), route in zip(pairs, layout.routes, strict=True):
        assert (route[0], route[-1]) == (tail, head)
        levels = [layout.layer_of[node] for node in route]
        steps = {after - before for before, after in pairwise(levels)}
        assert steps in ({1}, {-1})
        assert all(isinstance(node, Bend) for node in route[1:-1])
