"""Draws a case type as SVG on the server: accessible, printable, the same in every browser.

The steps are nodes of the layout like the states, so that their names never cover anything. Kinds
of state differ in outline as well as in colour. There are no scripts and no style attributes: the
colours are presentation attributes, which the style sheet may override through the classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from app.workflow.definition import CaseType, State, StateKind
from app.workflow.layout import Layout, Node, layered
from app.workflow.text import Text

_CHARACTER, _LINE, _PADDING = 7.4, 18, 12  # pixels, for a 14 px font
_STATE_COLUMNS, _STEP_COLUMNS = 24, 22  # characters in a line
_LAYER_GAP, _GAP, _MARGIN = 30, 28, 16  # pixels
_INK, _LINE_COLOUR = "#182433", "#667382"
# Outline, fill and dashes by kind; Okabe-Ito outlines, told apart without colour by their shape.
_LOOKS = {
    StateKind.INITIAL: ("#0072B2", "#E8F3FB", "", 22),
    StateKind.NORMAL: ("#0072B2", "#FFFFFF", "", 6),
    StateKind.WAITING: ("#B57400", "#FFF6E5", "6 4", 6),
    StateKind.TERMINAL: ("#00795A", "#E6F5F0", "", 6),
}
_KIND_NAMES = {
    StateKind.INITIAL: Text("bắt đầu", "initial"),
    StateKind.NORMAL: Text("đang xử lý", "in progress"),
    StateKind.WAITING: Text("chờ", "waiting"),
    StateKind.TERMINAL: Text("kết thúc", "terminal"),
}
_TITLE = Text("Sơ đồ quy trình: ", "Workflow: ")
_CURRENT = Text("trạng thái hiện tại", "current state")


@dataclass(frozen=True, slots=True)
class _Box:
    """A node as text lines with its size in pixels."""

    lines: tuple[str, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Drawing:
    case_type: CaseType
    locale: str
    current: str | None
    prefix: str
    layout: Layout
    boxes: dict[Node, _Box]
    tops: Sequence[float]
    heights: Sequence[float]


def to_svg(
    case_type: CaseType, locale: str, current_state: str | None = None, *, prefix: str = "wf"
) -> str:
    """Return the diagram as an SVG element; sizes are in pixels.

    `current_state` is highlighted; `prefix` keeps the ids apart when a page shows two diagrams.
    """
    drawing = _drawn(case_type, locale, current_state, f"{prefix}-{case_type.code}")
    width, height = _size(drawing)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="workflow-diagram" role="img" '
        f'aria-labelledby="{drawing.prefix}-title {drawing.prefix}-desc" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    )
    parts = [
        opening,
        *_head(drawing),
        *_edges(drawing),
        *_step_names(drawing),
        *_states(drawing),
        "</svg>",
    ]
    return "\n".join(parts)


def _drawn(case_type: CaseType, locale: str, current: str | None, prefix: str) -> _Drawing:
    states = {state.code: state for state in case_type.states}
    boxes: dict[Node, _Box] = {}
    for state in case_type.states:
        loops = [s.name for s in case_type.transitions if s.to == state.code in s.sources]
        own = [*_wrapped(state.name, locale, _STATE_COLUMNS)]
        own += [line for n in loops for line in _wrapped(n, locale, _STEP_COLUMNS, "↻ ")]
        boxes[state.code] = _box(own, _PADDING)
    edges: list[tuple[Node, Node]] = []
    for (tail, head), names in _steps(case_type, states).items():
        lead = "• " if len(names) > 1 else ""
        lines = [line for name in names for line in _wrapped(name, locale, _STEP_COLUMNS, lead)]
        boxes[tail, head] = _box(lines, 2)
        edges += [(tail, (tail, head)), ((tail, head), head)]
    initial = case_type.initial_state
    nodes = sorted(boxes, key=lambda node: node != initial)
    widths = {node: box.width for node, box in boxes.items()}
    layout = layered(nodes, edges, widths, gap=_GAP)
    heights = [
        max((boxes[n].height for n in row if n in boxes), default=0) for row in layout.layers
    ]
    tops = [_MARGIN + sum(heights[:i]) + i * _LAYER_GAP for i in range(len(heights))]
    return _Drawing(case_type, locale, current, prefix, layout, boxes, tops, heights)


def _steps(case_type: CaseType, states: dict[str, State]) -> dict[tuple[str, str], list[Text]]:
    """Return the names of the steps between each pair of different states."""
    found: dict[tuple[str, str], list[Text]] = {}
    for step in case_type.transitions:
        for code in step.sources:
            if code in states and step.to in states and code != step.to:
                found.setdefault((code, step.to), []).append(step.name)
    return found


def _wrapped(text: Text, locale: str, columns: int, lead: str = "") -> list[str]:
    lines = wrap(lead + text.in_locale(locale), columns, break_long_words=True)
    return lines or [lead]


def _box(lines: Sequence[str], padding: float) -> _Box:
    width = max(len(line) for line in lines) * _CHARACTER + 2 * padding
    return _Box(tuple(lines), width, len(lines) * _LINE + 2 * padding)


def _left(drawing: _Drawing) -> float:
    x = drawing.layout.x
    return min(x[node] - box.width / 2 for node, box in drawing.boxes.items()) - _MARGIN


def _size(drawing: _Drawing) -> tuple[float, float]:
    x = drawing.layout.x
    right = max(x[node] + box.width / 2 for node, box in drawing.boxes.items())
    right = max(right, *x.values())
    height = drawing.tops[-1] + drawing.heights[-1]
    return right - _origin(drawing) + _MARGIN, height + _MARGIN


def _origin(drawing: _Drawing) -> float:
    return min(_left(drawing), min(drawing.layout.x.values()) - _MARGIN)


def _centre(drawing: _Drawing, node: Node) -> tuple[float, float]:
    row = drawing.layout.layer_of[node]
    x = drawing.layout.x[node] - _origin(drawing)
    return x, drawing.tops[row] + drawing.heights[row] / 2


def _head(drawing: _Drawing) -> Iterator[str]:
    prefix, locale = drawing.prefix, drawing.locale
    title = _TITLE.in_locale(locale) + drawing.case_type.name.in_locale(locale)
    yield f'<title id="{prefix}-title">{escape(title)}</title>'
    yield f'<desc id="{prefix}-desc">{escape(_description(drawing))}</desc>'
    yield (
        f'<defs><marker id="{prefix}-arrow" viewBox="0 0 10 10" refX="9" refY="5" '
        f'markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
        f'<path class="diagram-arrow" d="M0 0L10 5L0 10z" fill="{_LINE_COLOUR}"/></marker></defs>'
    )


def _description(drawing: _Drawing) -> str:
    """Tell the whole diagram in words."""
    names = {s.code: s.name.in_locale(drawing.locale) for s in drawing.case_type.states}
    sentences = []
    for state in drawing.case_type.states:
        marks = [_KIND_NAMES[state.kind].in_locale(drawing.locale)]
        marks += [_CURRENT.in_locale(drawing.locale)] if state.code == drawing.current else []
        sentences.append(f"{names[state.code]} ({', '.join(marks)}).")
        for step in drawing.case_type.transitions:
            if state.code in step.sources and step.to in names:
                name = step.name.in_locale(drawing.locale)
                sentences.append(f"{names[state.code]} → {name} → {names[step.to]}.")
    return " ".join(sentences)


def _edges(drawing: _Drawing) -> Iterator[str]:
    for route in drawing.layout.routes:
        points = [_centre(drawing, node) for node in route]
        tail, head = drawing.boxes.get(route[0]), drawing.boxes.get(route[-1])
        is_down = points[-1][1] > points[0][1]
        points[0] = _edge_point(points[0], tail, is_below=is_down)
        points[-1] = _edge_point(points[-1], head, is_below=not is_down)
        arrow = f' marker-end="url(#{drawing.prefix}-arrow)"' if isinstance(route[-1], str) else ""
        yield (
            f'<path class="diagram-edge" d="{_curve(points)}" fill="none" '
            f'stroke="{_LINE_COLOUR}" stroke-width="1.4"{arrow}/>'
        )


def _edge_point(
    centre: tuple[float, float], box: _Box | None, *, is_below: bool
) -> tuple[float, float]:
    half = box.height / 2 if box else 0
    return centre[0], centre[1] + (half if is_below else -half)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        path += f"C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
    return path


def _step_names(drawing: _Drawing) -> Iterator[str]:
    for node, box in drawing.boxes.items():
        if not isinstance(node, str):
            x, y = _centre(drawing, node)
            yield _text(box.lines, x, y, attributes='class="diagram-step" font-size="12"')


def _states(drawing: _Drawing) -> Iterator[str]:
    for state in drawing.case_type.states:
        box = drawing.boxes[state.code]
        x, y = _centre(drawing, state.code)
        is_current = state.code == drawing.current
        classes = f"diagram-state is-{state.kind.value}" + (" is-current" if is_current else "")
        weight = "700" if is_current else "500"
        yield f'<g class="{classes}">'
        yield from _outline(
            state, box, x - box.width / 2, y - box.height / 2, is_current=is_current
        )
        yield _text(box.lines, x, y, attributes=f'font-size="14" font-weight="{weight}"')
        yield "</g>"


def _outline(
    state: State, box: _Box, left: float, top: float, *, is_current: bool
) -> Iterator[str]:
    stroke, fill, dashes, radius = _LOOKS[state.kind]
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    width = "4" if is_current else "1.5"
    if state.is_terminal:
        yield (
            f'<rect class="diagram-rim" x="{left - 4:.1f}" y="{top - 4:.1f}" '
            f'width="{box.width + 8:.1f}" height="{box.height + 8:.1f}" rx="{radius + 4}" '
            f'fill="none" stroke="{stroke}" stroke-width="1.5"/>'
        )
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dash}/>'
    )


def _text(lines: Iterable[str], x: float, y: float, *, attributes: str) -> str:
    shown = list(lines)
    first = y - (len(shown) - 1) * _LINE / 2 + 4.5
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + number * _LINE:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(shown)
    )
    return f'<text {attributes} text-anchor="middle" fill="{_INK}">{spans}</text>'
