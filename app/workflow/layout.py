"""A layered layout of a directed graph (Sugiyama's four steps), small enough to read in one go.

1. edges that would close a circle are turned round; 2. every node gets a layer by its longest path;
3. edges that cross layers get a bend on each one, and the nodes of a layer are ordered by the mean
place of their neighbours; 4. nodes are moved towards their neighbours without ever overlapping.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Node = Hashable
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Bend:
    """A place where an edge crosses a layer."""

    edge: int
    layer: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Centres in pixels; `routes` holds for each edge its nodes and bends from tail to head."""

    x: Mapping[Node, float]
    layer_of: Mapping[Node, int]
    layers: Sequence[Sequence[Node]]
    routes: Sequence[Sequence[Node]]


@dataclass(slots=True)
class _Graph:
    """The graph without circles and with bends, as the later steps see it."""

    layers: list[list[Node]]
    above: dict[Node, list[Node]] = field(default_factory=dict)
    below: dict[Node, list[Node]] = field(default_factory=dict)

    def connect(self, upper: Node, lower: Node) -> None:
        self.below.setdefault(upper, []).append(lower)
        self.above.setdefault(lower, []).append(upper)


def layered(
    nodes: Sequence[Node],
    edges: Sequence[tuple[Node, Node]],
    widths: Mapping[Node, float],
    *,
    gap: float,
) -> Layout:
    """Lay out a graph; the first node goes on top. Edges from a node to itself are not allowed.

    `widths` gives each node's width and `gap` the space between neighbours, in pixels.
    """
    turned = _turned(nodes, edges)
    downward = [(b, a) if index in turned else (a, b) for index, (a, b) in enumerate(edges)]
    layer_of = _longest_paths(nodes, downward)
    graph = _Graph([[] for _ in range(max(layer_of.values(), default=0) + 1)])
    for node in nodes:
        graph.layers[layer_of[node]].append(node)
    routes = [_route(graph, layer_of, index, edge) for index, edge in enumerate(downward)]
    _order(graph)
    x = _place(graph, widths, gap)
    return Layout(
        x=x,
        layer_of=layer_of,
        layers=graph.layers,
        routes=[r[::-1] if index in turned else r for index, r in enumerate(routes)],
    )


def _turned(nodes: Sequence[Node], edges: Sequence[tuple[Node, Node]]) -> set[int]:
    """Return the edges that lead back to a node on the way to their tail (depth first)."""
    leaving: dict[Node, list[int]] = {node: [] for node in nodes}
    for index, (tail, _) in enumerate(edges):
        leaving[tail].append(index)
    turned: set[int] = set()
    done: set[Node] = set()
    for root in nodes:
        path = {root: None} if root not in done else {}
        stack = [(root, iter(leaving[root]))] if path else []
        while stack:
            node, rest = stack[-1]
            index = next(rest, -1)
            if index < 0:
                stack.pop()
                path.pop(node, None)
                done.add(node)
                continue
            head = edges[index][1]
            if head in path:
                turned.add(index)
            elif head not in done:
                path[head] = None
                stack.append((head, iter(leaving[head])))
    return turned


def _longest_paths(nodes: Sequence[Node], edges: Sequence[tuple[Node, Node]]) -> dict[Node, int]:
    layer = dict.fromkeys(nodes, 0)
    pushed = True
    while pushed:  # ends, because the turned edges left no circle
        pushed = False
        for tail, head in edges:
            if layer[head] <= layer[tail]:
                layer[head] = layer[tail] + 1
                pushed = True
    return layer


def _route(
    graph: _Graph, layer_of: dict[Node, int], index: int, edge: tuple[Node, Node]
) -> list[Node]:
    tail, head = edge
    bends = [Bend(index, layer) for layer in range(layer_of[tail] + 1, layer_of[head])]
    for bend in bends:
        layer_of[bend] = bend.layer
        graph.layers[bend.layer].append(bend)
    route = [tail, *bends, head]
    for upper, lower in pairwise(route):
        graph.connect(upper, lower)
    return route


def _order(graph: _Graph) -> None:
    """Order each layer by the mean place of its neighbours, downward and upward in turn."""
    for sweep in range(_SWEEPS):
        is_down = sweep % 2 == 0
        neighbours = graph.above if is_down else graph.below
        layers = graph.layers if is_down else graph.layers[::-1]
        for fixed, free in pairwise(layers):
            place = {node: number for number, node in enumerate(fixed)}
            own = {node: number for number, node in enumerate(free)}
            key = {
                node: _mean((place[n] for n in neighbours.get(node, ())), own[node])
                for node in free
            }
            free.sort(key=key.__getitem__)


def _place(graph: _Graph, widths: Mapping[Node, float], gap: float) -> dict[Node, float]:
    x: dict[Node, float] = {}
    for layer in graph.layers:
        left = 0.0
        for node in layer:
            width = widths.get(node, 0.0)
            x[node] = left + width / 2
            left += width + gap
    for sweep in range(_SWEEPS):
        layers = graph.layers if sweep % 2 == 0 else graph.layers[::-1]
        for layer in layers:
            _settle(layer, graph, x, widths, gap=gap)
    return x


def _settle(
    layer: Sequence[Node],
    graph: _Graph,
    x: dict[Node, float],
    widths: Mapping[Node, float],
    *,
    gap: float,
) -> None:
    """Move the nodes of a layer to the mean of their neighbours; those that collide move as one.

    Each block holds (its nodes, their offsets from the block's first node, their wished places).
    """
    blocks: list[tuple[list[Node], list[float], list[float]]] = []
    for node in layer:
        around = [*graph.above.get(node, ()), *graph.below.get(node, ())]
        blocks.append(([node], [0.0], [_mean((x[n] for n in around), x[node])]))
        while len(blocks) > 1:
            space = (widths.get(blocks[-2][0][-1], 0) + widths.get(blocks[-1][0][0], 0)) / 2 + gap
            if _start(blocks[-1]) >= _start(blocks[-2]) + blocks[-2][1][-1] + space:
                break
            members, offsets, wishes = blocks.pop()
            shift = blocks[-1][1][-1] + space
            blocks[-1][0].extend(members)
            blocks[-1][1].extend(offset + shift for offset in offsets)
            blocks[-1][2].extend(wishes)
    for block in blocks:
        start = _start(block)
        x.update({node: start + offset for node, offset in zip(block[0], block[1], strict=True)})


def _start(block: tuple[list[Node], list[float], list[float]]) -> float:
    """Return where a block wants to begin: the mean over its nodes."""
    _, offsets, wishes = block
    return _mean((w - o for w, o in zip(wishes, offsets, strict=True)), 0.0)


def _mean(values: Iterable[float], default: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else default
