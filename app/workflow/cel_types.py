"""What kinds of value an expression handles: a comparison that can never hold is found unrun.

Only what is certain is reported. A kind that is not known ("any") fits everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.workflow.cel_kinds import ANY, BOOL, DURATION, MAP, MOMENT, TEXT, WHOLE, Kind
from app.workflow.cel_syntax import Node
from app.workflow.lint_words import listed, with_code
from app.workflow.text import Text

_RESULTS: Mapping[str, Kind] = {
    **dict.fromkeys(("contains", "startsWith", "endsWith", "matches", "has"), BOOL),
    **dict.fromkeys(("size", "int"), WHOLE),
    "double": Kind("number", is_double=True),
    "string": TEXT,
    "timestamp": MOMENT,
    "duration": DURATION,
}
_MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_ORDERED = frozenset({"number", "text", "moment", "duration", "bool", "any"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in an expression, and what would be right."""

    text: Text
    cure: Text
    is_certain: bool = True


@dataclass(frozen=True)
class Typed:
    """The kinds of an expression in one case type; `findings` fills while it is read."""

    names: Mapping[str, Kind]
    findings: list[Finding] = field(default_factory=list)

    def kind(self, node: Node) -> Kind:
        return _READ[node.kind](self, node)

    def bound(self, name: str, kind: Kind) -> Typed:
        return Typed({**self.names, name: kind}, self.findings)

    def wrong(
        self, vi: str, en: str, cure_vi: str, cure_en: str, *, is_certain: bool = True
    ) -> None:
        finding = Finding(Text(vi, en), Text(cure_vi, cure_en), is_certain)
        if finding not in self.findings:
            self.findings.append(finding)


def _literal(typed: Typed, node: Node) -> Kind:
    del typed
    if isinstance(node.value, bool):
        return BOOL
    if isinstance(node.value, int | float):
        return Kind("number", is_double=isinstance(node.value, float))
    return Kind("null") if node.value is None else TEXT


def _name(typed: Typed, node: Node) -> Kind:
    return typed.names.get(node.text, ANY)


def _member(typed: Typed, node: Node) -> Kind:
    target = typed.kind(node.parts[0])
    if target.name not in {"map", "any"}:
        what = _written(node.parts[0])
        typed.wrong(
            f"“{what}” là {target.said.vi}, không có phần “{node.text}”",
            f"“{what}” is {target.said.en} and has no part “{node.text}”",
            "bỏ phần sau dấu chấm, hoặc dùng đúng trường",
            "drop what follows the dot, or name the right field",
        )
        return ANY
    if target.members is None:
        return ANY
    known = target.members.get(node.text)
    # An unknown field of data or case is reported by its name already.
    if known is None and target.source not in {"data", "case"}:
        listed = ", ".join(sorted(target.members))
        typed.wrong(
            f"“{_written(node.parts[0])}” không có phần “{node.text}”",
            f"“{_written(node.parts[0])}” has no part “{node.text}”",
            f"dùng một trong: {listed}",
            f"use one of: {listed}",
        )
    return known or ANY


def _index(typed: Typed, node: Node) -> Kind:
    target = typed.kind(node.parts[0])
    typed.kind(node.parts[1])
    return target.element or ANY


def _call(typed: Typed, node: Node) -> Kind:
    kinds = [typed.kind(part) for part in node.parts]
    if node.text == "size" and kinds:
        _require_sized(typed, node.parts[0], kinds[0])
    return _RESULTS.get(node.text, ANY)


def _method(typed: Typed, node: Node) -> Kind:
    target = typed.kind(node.parts[0])
    if node.text in _MACROS and len(node.parts) > 2:  # noqa: PLR2004  target, variable, condition
        return _macro(typed, node, target)
    for part in node.parts[1:]:
        typed.kind(part)
    if node.text == "size":
        _require_sized(typed, node.parts[0], target)
    if node.text.startswith("get"):
        return WHOLE
    return _RESULTS.get(node.text, ANY)


def _require_sized(typed: Typed, node: Node, kind: Kind) -> None:
    if kind.name in {"number", "bool", "moment", "duration"}:
        typed.wrong(
            f"size() không dùng cho {kind.said.vi} “{_written(node)}”",
            f"size() does not take {kind.said.en}: “{_written(node)}”",
            "size() đếm phần tử của danh sách hoặc chữ",
            "size() counts a list or a text",
        )


def _macro(typed: Typed, node: Node, target: Kind) -> Kind:
    element = target.element or ANY if target.name in {"list", "any"} else ANY
    inner = typed.bound(node.parts[1].text, element)
    kinds = [inner.kind(part) for part in node.parts[2:]]
    if node.text != "map":
        _require_bool(typed, node.parts[2], kinds[0])
    if node.text == "filter":
        return target
    return Kind("list", element=kinds[-1]) if node.text == "map" else BOOL


def _unary(typed: Typed, node: Node) -> Kind:
    kind = typed.kind(node.parts[0])
    if node.text == "!":
        _require_bool(typed, node.parts[0], kind)
        return BOOL
    return kind if kind.name == "number" else ANY


def _ternary(typed: Typed, node: Node) -> Kind:
    condition, first, second = (typed.kind(part) for part in node.parts)
    _require_bool(typed, node.parts[0], condition)
    return first if first.name == second.name else ANY


def _list(typed: Typed, node: Node) -> Kind:
    kinds = [typed.kind(part) for part in node.parts]
    same = len({kind.name for kind in kinds}) == 1
    return Kind("list", element=kinds[0] if same else ANY)


def _map(typed: Typed, node: Node) -> Kind:
    for part in node.parts:
        typed.kind(part)
    return MAP


def _binary(typed: Typed, node: Node) -> Kind:
    left, right = (typed.kind(part) for part in node.parts)
    if node.text in {"&&", "||"}:
        _require_bool(typed, node.parts[0], left)
        _require_bool(typed, node.parts[1], right)
        return BOOL
    if node.text == "in":
        _membership(typed, node, left, right)
        return BOOL
    if node.text in {"+", "-", "*", "/", "%"}:
        return _arithmetic(typed, node, left, right)
    _comparison(typed, node, left, right)
    return BOOL


def _require_bool(typed: Typed, node: Node, kind: Kind) -> None:
    if kind.name not in {"bool", "any"}:
        typed.wrong(
            f"“{_written(node)}” là {kind.said.vi}, không phải điều kiện đúng/sai",
            f"“{_written(node)}” is {kind.said.en}, not a condition",
            "viết thành phép so sánh, hoặc has(data.…) nếu hỏi trường đã có giá trị",
            "write a comparison, or has(data.…) to ask whether a field is filled",
        )


def _comparison(typed: Typed, node: Node, left: Kind, right: Kind) -> None:
    first, second = node.parts
    if "null" in {left.name, right.name}:
        return
    if "any" not in {left.name, right.name} and left.name != right.name:
        typed.wrong(
            f"so sánh {left.said.vi} “{_written(first)}” với {right.said.vi} “{_written(second)}”",
            f"compares {left.said.en} “{_written(first)}” to {right.said.en} “{_written(second)}”",
            *_cure_of_kinds(node, left, right),
        )
    elif node.text not in {"==", "!="} and not {left.name, right.name} <= _ORDERED:
        typed.wrong(
            f"không so sánh lớn nhỏ được {left.said.vi} “{_written(first)}”",
            f"{left.said.en} “{_written(first)}” has no order",
            "dùng ==, != hoặc in",
            "use ==, != or in",
        )
    elif node.text in {"==", "!="}:
        _require_option(typed, left, second)
        _require_option(typed, right, first)


def _cure_of_kinds(node: Node, left: Kind, right: Kind) -> tuple[str, str]:
    """How to write the comparison; an amount is kept as text, so that nothing is rounded."""
    for part, kind, other in zip(node.parts, (left, right), (right, left), strict=False):
        if other.name != "number":
            continue
        amount = "" if part.text == "amount" else ".amount"
        if kind.is_money or (kind.name == "text" and part.text == "amount"):
            words = f"double({_written(part)}{amount})"
            return (
                f"số tiền viết là {words}, so với số có phần thập phân như 2000000.0",
                f"an amount is written {words}, against a decimal such as 2000000.0",
            )
    return (
        "so sánh hai giá trị cùng kiểu; số viết không có ngoặc kép, chữ viết trong ngoặc kép",
        "compare values of one kind; numbers stand without quotes, texts in quotes",
    )


def _membership(typed: Typed, node: Node, left: Kind, right: Kind) -> None:
    first, second = node.parts
    if right.name not in {"list", "map", "any"}:
        typed.wrong(
            f"“in” cần một danh sách, “{_written(second)}” là {right.said.vi}",
            f"“in” needs a list, “{_written(second)}” is {right.said.en}",
            "viết [“…”, “…”] hoặc dùng ==",
            "write a list in brackets, or use ==",
        )
        return
    element = right.element or ANY
    if (
        right.name == "list"
        and "any" not in {left.name, element.name}
        and left.name != element.name
    ):
        typed.wrong(
            f"tìm {left.said.vi} “{_written(first)}” trong danh sách {element.said.vi}",
            f"looks for {left.said.en} “{_written(first)}” in a list of {element.said.en}",
            "danh sách phải cùng kiểu với giá trị được tìm",
            "the list must be of the kind that is looked for",
        )
    _require_option(typed, element, first)
    if second.kind == "list":
        for part in second.parts:
            _require_option(typed, left, part)


def _require_option(typed: Typed, kind: Kind, node: Node) -> None:
    """A text that is compared with a choice must be one of its options."""
    if kind.options is None or node.kind != "literal" or not isinstance(node.value, str):
        return
    if node.value not in kind.options:
        source = with_code(kind.called, kind.source)
        labels = kind.labels or {}
        known = listed(with_code(labels.get(one), one) for one in sorted(kind.options)[:12])
        typed.wrong(
            f"“{node.value}” không có trong các lựa chọn của {source.vi}",
            f"“{node.value}” is not an option of {source.en}",
            f"dùng một trong: {known.vi}",
            f"use one of: {known.en}",
        )


_SUMS: Mapping[tuple[str, str, str], Kind] = {
    ("-", "moment", "moment"): DURATION,
    ("-", "moment", "duration"): MOMENT,
    ("+", "moment", "duration"): MOMENT,
    ("+", "duration", "moment"): MOMENT,
    ("+", "duration", "duration"): DURATION,
    ("-", "duration", "duration"): DURATION,
    ("+", "text", "text"): TEXT,
}


def _arithmetic(typed: Typed, node: Node, left: Kind, right: Kind) -> Kind:
    first, second = node.parts
    if "any" in {left.name, right.name}:
        return ANY
    if left.name == right.name == "number":
        return _of_numbers(typed, node, left, right)
    if left.name == right.name == "list" and node.text == "+":
        return left
    known = _SUMS.get((node.text, left.name, right.name))
    if known is None:
        typed.wrong(
            f"không tính được “{_written(first)} {node.text} {_written(second)}”:"
            f" {left.said.vi} và {right.said.vi}",
            f"“{_written(first)} {node.text} {_written(second)}” cannot be computed:"
            f" {left.said.en} and {right.said.en}",
            "tính với hai giá trị cùng kiểu; đổi kiểu bằng int(…), double(…), string(…)",
            "compute with values of one kind; convert with int(…), double(…), string(…)",
        )
    return known or ANY


def _of_numbers(typed: Typed, node: Node, left: Kind, right: Kind) -> Kind:
    """Whole numbers and decimals do not mix in CEL; 3 is kept whole where 3.5 is not."""
    is_mixed = (left.is_double is True and right.is_double is not True) or (
        right.is_double is True and left.is_double is not True
    )
    if is_mixed:
        typed.wrong(
            f"“{_written(node.parts[0])} {node.text} {_written(node.parts[1])}” trộn số nguyên"
            " với số thập phân, không tính được khi giá trị là số nguyên",
            f"“{_written(node.parts[0])} {node.text} {_written(node.parts[1])}” mixes whole and"
            " decimal numbers, and fails for whole values",
            "viết double(…) quanh trường số",
            "write double(…) around the field",
            is_certain=False,
        )
    divisor = node.parts[1]
    if node.text in {"/", "%"} and divisor.kind == "literal" and divisor.value == 0:
        typed.wrong(
            f"“{_written(node.parts[0])} {node.text} 0” chia cho 0, không bao giờ tính được",
            f"“{_written(node.parts[0])} {node.text} 0” divides by 0 and never has a value",
            "chia cho một số khác 0",
            "divide by another number",
        )
    same = left.is_double if left.is_double == right.is_double else None
    return Kind("number", is_double=same)


def _written(node: Node) -> str:
    """A node as its author would recognise it."""
    if node.kind == "literal":
        words = {True: "true", False: "false", None: "null"}
        return (
            words[node.value]
            if node.value is None or isinstance(node.value, bool)
            else str(node.value)
        )
    if node.kind == "name":
        return node.text
    if node.kind == "member":
        return f"{_written(node.parts[0])}.{node.text}"
    if node.kind in {"call", "method"}:
        return f"{node.text}(…)"
    return "(…)"


_READ: Mapping[str, Callable[[Typed, Node], Kind]] = {
    "literal": _literal,
    "name": _name,
    "member": _member,
    "index": _index,
    "call": _call,
    "method": _method,
    "unary": _unary,
    "binary": _binary,
    "ternary": _ternary,
    "list": _list,
    "map": _map,
}


def judge(node: Node, names: Mapping[str, Kind], *, wanted: Kind = ANY) -> Iterator[Finding]:
    """Yield what is certainly wrong with an expression that should give a value of `wanted`."""
    typed = Typed(names)
    kind = typed.kind(node)
    _require_option(typed, wanted, node)
    if wanted.name == "bool":
        _require_bool(typed, node, kind)
    elif "any" not in {wanted.name, kind.name} and kind.name not in {wanted.name, "null"}:
        typed.wrong(
            f"biểu thức cho {kind.said.vi}, trường cần {wanted.said.vi}",
            f"the expression gives {kind.said.en}, the field holds {wanted.said.en}",
            "đổi kiểu của trường hoặc sửa biểu thức",
            "change the type of the field, or the expression",
        )
    yield from typed.findings
