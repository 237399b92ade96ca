"""Changes to the JSON form of a definition: each returns a new content, and references follow.

A content may be unfinished between two changes; what is wrong with it is for the checks to say.
A part is found by its kind and code; a column of a group has the code "group.column".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from app.workflow.acts import GLOBAL_ACTS
from app.workflow.codes import code_from
from app.workflow.decisions import REASON_FIELD
from app.workflow.happenings import BUILT_IN_EVENTS
from app.workflow.references import (
    EXPRESSION,
    LISTS,
    TEMPLATE,
    Content,
    Row,
    Slot,
    rename,
    uses,
)

COLUMN = "column"
MOST_ROWS = 500  # of one kind: beyond it nobody finds anything
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RESERVED: Mapping[str, Collection[str]] = {
    "transition": {*GLOBAL_ACTS, "open"},
    "event": BUILT_IN_EVENTS,
    "field": {REASON_FIELD},
}


class EditError(ValueError):
    """A change that cannot be made; the message is Vietnamese."""


def rows(content: Content, kind: str, group: str = "") -> list[Row]:
    """The rows of a kind as they stand in the content; for columns, those of one group."""
    holder, key = (row_of(content, "field", group), "fields") if kind == COLUMN else (content, "")
    found: list[Row] = holder.get(key or LISTS[kind], [])
    return found


def _rows_to_fill(content: Content, kind: str, group: str) -> list[Row]:
    holder, key = (row_of(content, "field", group), "fields") if kind == COLUMN else (content, "")
    found: list[Row] = holder.setdefault(key or LISTS[kind], [])
    return found


def row_of(content: Content, kind: str, code: str) -> Row:
    """The row itself, not a copy; raises EditError where there is none."""
    group, own = split_code(kind, code)
    for row in rows(content, kind, group):
        if row.get("code") == own:
            return row
    raise EditError("Mục này không còn trong bản thảo.")


def has_row(content: Content, kind: str, code: str) -> bool:
    group, own = split_code(kind, code)
    if kind == COLUMN and not has_row(content, "field", group):
        return False
    return own in codes(content, kind, group)


def split_code(kind: str, code: str) -> tuple[str, str]:
    group, _, own = code.rpartition(".") if kind == COLUMN else ("", "", code)
    return group, own


def codes(content: Content, kind: str, group: str = "") -> list[str]:
    return [str(row.get("code", "")) for row in rows(content, kind, group)]


# --- changes --------------------------------------------------------------------------------


def added(content: Content, kind: str, row: Row, *, group: str = "") -> tuple[Content, str]:
    """Append a row; without a code it gets one from its Vietnamese name. Returns its code too."""
    after = deepcopy(content)
    known = _rows_to_fill(after, kind, group)
    if len(known) >= MOST_ROWS:
        raise EditError(f"Tối đa {MOST_ROWS} mục mỗi bảng.")
    name = str(row.get("name", {}).get("vi", ""))
    if not name.strip():
        raise EditError("Hãy nhập tên tiếng Việt.")
    taken = {*codes(after, kind, group), *_RESERVED.get(kind, ())}
    code = row.get("code") or code_from(name, taken, otherwise=kind)
    _refuse_code(kind, code, taken)
    known.append({"code": code, **{key: value for key, value in row.items() if key != "code"}})
    if kind == "state":
        _one_initial(after, code)
    return _settled(after), f"{group}.{code}" if group else code


def changed(content: Content, kind: str, code: str, row: Row) -> Content:
    """Put a row in the place of another; if its code is new, every reference follows."""
    after = deepcopy(content)
    group, own = split_code(kind, code)
    place = row_of(after, kind, code)
    new = str(row.get("code") or own)
    if new != own:
        _refuse_code(kind, new, {*codes(after, kind, group), *_RESERVED.get(kind, ())} - {own})
    place.clear()
    place.update({"code": new, **{key: value for key, value in row.items() if key != "code"}})
    if new != own and kind != COLUMN:
        rename(after, kind, own, new)
    if kind == "state":
        _one_initial(after, new)
    return _settled(after)


def set_head(content: Content, values: Mapping[str, Any]) -> Content:
    """Change what stands above the lists; a value of None takes the key away."""
    after = {**deepcopy(content), **{k: v for k, v in values.items() if v is not None}}
    return {key: value for key, value in after.items() if values.get(key, value) is not None}


def moved(content: Content, kind: str, code: str, step: int) -> Content:
    """Move a row up (-1) or down (+1); at the end of the list it stays."""
    after = deepcopy(content)
    group, _ = split_code(kind, code)
    known = rows(after, kind, group)
    here = known.index(row_of(after, kind, code))
    there = min(max(here + step, 0), len(known) - 1)
    known.insert(there, known.pop(here))
    return after


def copied(content: Content, kind: str, code: str) -> tuple[Content, str]:
    """Append a copy of a row under a name of its own."""
    row = deepcopy(row_of(content, kind, code))
    row.pop("code")
    row["name"] = {**row["name"], "vi": f"{row['name']['vi']} (bản sao)"}
    if row.get("kind") == "initial":
        row.pop("kind")
    return added(content, kind, row, group=split_code(kind, code)[0])


def removed(content: Content, kind: str, code: str) -> Content:
    """Take a row away, with the steps that led to a removed state and the lists that named it.

    Conditions and templates that name it are left: only their author knows what to say instead.
    """
    after = deepcopy(content)
    group, own = split_code(kind, code)
    row = row_of(after, kind, code)
    rows(after, kind, group).remove(row)
    if kind == COLUMN:
        return _settled(after)
    for slot in reversed(uses(after, kind, own)):
        _let_go(slot)
    after = _without_loose_effects(after)
    if kind == "state":
        for loose in [s["code"] for s in after.get("transitions", []) if not _has_ends(s)]:
            after = removed(after, "transition", loose)
    return _settled(after)


def _let_go(slot: Slot) -> None:
    if slot.names not in {EXPRESSION, TEMPLATE}:
        del slot.holder[slot.key]


def _has_ends(step: Row) -> bool:
    return bool(step.get("from")) and bool(step.get("to"))


def _without_loose_effects(content: Content) -> Content:
    """Effects that lost the field they work on go as well."""
    needed = {"assign_unit": "unit_field", "involve_unit": "unit_field", "set": "field"}
    for step in content.get("transitions", []):
        effects = step.get("effects", [])
        step["effects"] = [e for e in effects if needed.get(e.get("do"), "do") in e]
        if not step["effects"]:
            step.pop("effects")
    return content


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a removal does: rows that go along, references dropped, and what it leaves broken."""

    along: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    broken: tuple[str, ...]


def consequences(content: Content, kind: str, code: str) -> Consequences:
    """Explain a removal before it is made."""
    if kind == COLUMN:
        return Consequences((), (), ())
    after = removed(content, kind, code)
    along = [
        (other, one)
        for other in LISTS
        for one in codes(content, other)
        if (other, one) != (kind, code) and not has_row(after, other, one)
    ]
    lost = {f"transitions[{codes(content, 'transition').index(one)}]" for _, one in along}
    named = [slot for slot in uses(content, kind, code) if slot.where.partition(".")[0] not in lost]
    left = [slot.where for slot in named if slot.names in {EXPRESSION, TEMPLATE}]
    dropped = [slot.where for slot in named if slot.where not in left]
    return Consequences(
        tuple(along),
        tuple(where for where in dropped if not where.startswith("outcomes")),
        tuple(left),
    )


# --- what holds after every change ----------------------------------------------------------


def _refuse_code(kind: str, code: str, taken: Collection[str]) -> None:
    if not _CODE.fullmatch(code):
        raise EditError("Mã chỉ gồm chữ thường không dấu, số và dấu gạch dưới, bắt đầu bằng chữ.")
    if code in taken:
        reserved = code in _RESERVED.get(kind, ())
        raise EditError(f"Mã “{code}” {'dành cho hệ thống' if reserved else 'đã có'}.")


def _one_initial(content: Content, code: str) -> None:
    """A case begins in one state: when another is made the first, the former becomes ordinary."""
    if row_of(content, "state", code).get("kind") == "initial":
        for row in rows(content, "state"):
            if row.get("kind") == "initial" and row["code"] != code:
                row.pop("kind")


def _settled(content: Content) -> Content:
    """Outcomes are the final states; lists without entries are not written."""
    final = [row["code"] for row in content.get("states", []) if row.get("kind") == "terminal"]
    known = [code for code in content.get("outcomes", []) if code in final]
    content["outcomes"] = [*known, *(code for code in final if code not in known)]
    return {key: value for key, value in content.items() if value != [] or key in _KEPT_EMPTY}


_KEPT_EMPTY = frozenset({"states", "transitions", "outcomes"})
