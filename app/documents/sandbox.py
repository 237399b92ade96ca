"""What a template may do: name fields, choose, repeat over a list. Nothing else runs.

A template is written by a person of an office and read by a worker of the house. It is judged by
its syntax tree before it is kept, and filled in an environment that knows no functions and reads
no attributes of objects.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from rapidfuzz import fuzz, process

from app.database import fold_text
from app.errors import Invalid

LOOP = "loop"
LOOP_WORDS = frozenset({"index", "first", "last", "length"})
FILTERS = ("upper", "lower", "title", "capitalize", "trim", "default", "join", "length")
TESTS = ("defined", "none", "odd", "even")
MOST_TEXT = 8_000_000  # characters of one filled paper, before it is filled
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const),
    *(nodes.Getattr, nodes.Getitem, nodes.If, nodes.For, nodes.CondExpr, nodes.Compare),
    *(nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test),
)
_MARK = re.compile(r"\{\{|\{%|\{#")
_XML = re.compile(r"<[^>]*>")
_WRITTEN = re.compile(r"\{[{%#].*?(?:[}%#]\}|$)")
_LONGEST_PLACE = 60
_LIKE = 72  # below this a name has only some letters in common
_WHY = "Mẫu chỉ được ghi tên trường, điều kiện và lặp theo danh sách"


class PlainEnvironment(ImmutableSandboxedEnvironment):
    """Templates over plain data: no functions, no attributes of objects, text escaped for XML."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=Undefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:  # Any: as in the base class
        return self._plain(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # Any: as in the base class
        return self._plain(obj, argument)

    def _plain(self, obj: Any, name: Any) -> Any:  # Any: plain data of a template
        if isinstance(obj, dict) and isinstance(name, str):
            return obj.get(name, "")
        if isinstance(obj, LoopContext) and name in LOOP_WORDS:
            return getattr(obj, name)
        raise SecurityError("a template reads plain data only")

    def is_safe_callable(self, obj: Any) -> bool:  # Any: as in the base class
        del obj
        return False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names a template may use: single ones, groups with their names, lists with theirs."""

    single: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    lists: Mapping[str, frozenset[str]]

    def all_names(self) -> Iterator[str]:
        yield from self.single
        yield from self.lists
        for group, names in self.groups.items():
            yield from (f"{group}.{name}" for name in names)

    def nearest(self, name: str) -> str:
        found = process.extractOne(
            fold_text(name),
            {one: fold_text(one) for one in self.all_names()},
            scorer=fuzz.WRatio,
            score_cutoff=_LIKE,
        )
        return str(found[2]) if found else ""


@dataclass(frozen=True, slots=True)
class Uses:
    """Which names a template uses: plain ones as they are, members as group.name."""

    names: frozenset[str]

    def members(self, group: str) -> frozenset[str]:
        start = f"{group}."
        return frozenset(name.removeprefix(start) for name in self.names if name.startswith(start))


def judge(sources: Sequence[str], vocabulary: Vocabulary) -> Uses:
    """The names that the parts of a template use; Invalid with a sentence where one may not be."""
    environment, judged = PlainEnvironment(), _Judge(vocabulary)
    for source in sources:
        numbered = _MARK.sub(
            r"\n\g<0>", source
        )  # each mark begins a line: a node's line says where
        lines = numbered.split("\n")
        try:
            judged.walk(environment.parse(numbered), {})
        except TemplateSyntaxError as error:
            said = f"{_WHY}; có chỗ viết chưa đúng cú pháp{_place(lines, error.lineno)}."
            raise Invalid(said) from error
        except RecursionError as error:
            raise Invalid(f"{_WHY}; có chỗ viết chưa đúng cú pháp.") from error
        except _ForbiddenError as error:
            raise Invalid(f"{error}{_place(lines, error.line)}.") from error
    if judged.unknown:
        raise Invalid(_unknown(judged.unknown, vocabulary))
    return Uses(frozenset(judged.used))


class _ForbiddenError(Exception):
    """What may not stand in a template, and on which line of the numbered source."""

    def __init__(self, said: str, node: nodes.Node) -> None:
        super().__init__(said)
        self.line = node.lineno


def _place(lines: Sequence[str], number: int) -> str:
    """The mark on that line as the office wrote it; empty where there is none."""
    line = _XML.sub("", lines[number - 1]) if 0 < number <= len(lines) else ""
    found = _WRITTEN.match(unescape(line))
    return f", tại “{found[0][:_LONGEST_PLACE].strip()}”" if found else ""


def _unknown(names: Sequence[str], vocabulary: Vocabulary) -> str:
    said = "; ".join(_with_nearest(name, vocabulary) for name in dict.fromkeys(names))
    return f"Mẫu có trường không biết: {said}."


def _with_nearest(name: str, vocabulary: Vocabulary) -> str:
    near = vocabulary.nearest(name)
    return f"“{name}” (gần nhất là “{near}”)" if near else f"“{name}” (không có trường nào gần)"


class _Judge:
    """Walks a syntax tree; `scope` says of each loop variable over which list it runs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.used: set[str] = set()
        self.unknown: list[str] = []

    def walk(self, node: nodes.Node, scope: Mapping[str, str]) -> None:
        if not isinstance(node, _ALLOWED):
            raise _ForbiddenError(
                f"{_WHY}; không chạy được phép “{type(node).__name__.lower()}”", node
            )
        judge_one = {
            nodes.For: self._for,
            nodes.Getattr: self._member,
            nodes.Getitem: self._member,
            nodes.Name: self._name,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
        }.get(type(node))
        if judge_one is not None:
            judge_one(node, scope)
            return
        for child in node.iter_child_nodes():
            self.walk(child, scope)

    def _filter(self, node: Any, scope: Mapping[str, str]) -> None:  # Any: nodes.Filter
        if node.name not in FILTERS or node.dyn_args or node.dyn_kwargs or node.kwargs:
            raise _ForbiddenError(f"{_WHY}; không có phép “{str(node.name)[:40]}”", node)
        for child in (node.node, *node.args):
            self.walk(child, scope)

    def _test(self, node: Any, scope: Mapping[str, str]) -> None:  # Any: nodes.Test
        if node.name not in TESTS or node.args or node.kwargs:
            raise _ForbiddenError(f"{_WHY}; không có phép thử “{str(node.name)[:40]}”", node)
        self.walk(node.node, scope)

    def _name(self, node: Any, scope: Mapping[str, str]) -> None:  # Any: nodes.Name
        known = self.vocabulary
        if node.name in scope:
            self.used.add(scope[node.name])
        elif node.name in known.single or node.name in known.lists:
            self.used.add(node.name)
        else:
            self.unknown.append(node.name)

    def _member(self, node: Any, scope: Mapping[str, str]) -> None:  # Any: Getattr or Getitem
        owner = node.node
        name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        if not isinstance(owner, nodes.Name) or not isinstance(name, str):
            raise _ForbiddenError(f"{_WHY}; chỉ đọc được tên trường, như ho_so.so", node)
        if owner.name == LOOP and scope:
            names, group = LOOP_WORDS, LOOP
        elif owner.name in scope:
            group = scope[owner.name]
            names = self.vocabulary.lists[group]
        else:
            group, names = owner.name, self.vocabulary.groups.get(owner.name, frozenset())
        if name not in names:
            self.unknown.append(f"{group}.{name}")
        else:
            self.used.update({group, f"{group}.{name}"} if group != LOOP else ())

    def _for(self, node: Any, scope: Mapping[str, str]) -> None:  # Any: nodes.For
        if scope:
            raise _ForbiddenError(f"{_WHY}; không lặp trong lặp", node)
        is_list = isinstance(node.iter, nodes.Name) and node.iter.name in self.vocabulary.lists
        if not is_list or not isinstance(node.target, nodes.Name) or node.recursive:
            raise _ForbiddenError(f"{_WHY}: {', '.join(sorted(self.vocabulary.lists))}", node)
        self.used.add(node.iter.name)
        inside = {node.target.name: node.iter.name}
        for child in (*node.body, *([node.test] if node.test else [])):
            self.walk(child, inside)
        for child in node.else_:
            self.walk(child, scope)


def refuse_too_long(source: str, data: Mapping[str, Any]) -> None:
    """A short template over a long list must not become a paper of a million pages."""
    longest = max((len(value) for value in data.values() if isinstance(value, list)), default=0)
    if "{%" in source and len(source) * longest > MOST_TEXT:
        raise Invalid("Văn bản sẽ quá dài: hãy bớt phần lặp của mẫu hoặc chia danh sách.")
