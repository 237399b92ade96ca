"""Turns what was sent from a page into one edit of the draft, told in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.designer.queries import Content
from app.designer.reading import Row, Typed, read_part, with_act
from app.designer.services import Edit
from app.errors import Invalid
from app.workflow import editing
from app.workflow.places import HEAD, place_of
from app.workflow.references import LISTS
from app.workflow.shape_words import PART_NAMES
from app.workflow.text import Text

NEW = "new-"  # before the names of the controls of a form that adds a row


@dataclass(frozen=True, slots=True)
class Told:
    """What a removal does, in words."""

    along: Sequence[str]
    dropped: Sequence[str]
    broken: Sequence[str]


def adding(kind: str, group: str, sent: Typed) -> tuple[Edit, list[str]]:
    """A new row from the short form below its table; the list receives its code when it is made."""
    if kind == HEAD:
        raise Invalid("Không thêm được phần này.")
    row, made = read_part(kind, sent, {}, NEW), []

    def make(content: Content) -> Content:
        after, code = editing.added(content, kind, _filled(content, kind, row), group=group)
        made.append(code)
        return after

    return Edit(kind, "", make, _told("Thêm", "Added", kind, row)), made


def _filled(content: Content, kind: str, row: Row) -> Row:
    """A new step is done by whoever does the other steps from there, until somebody chooses."""
    if kind != "transition" or row.get("roles"):
        return row
    sources = set(row.get("from", ()))
    alike = next(
        (s for s in content.get("transitions", []) if sources & set(s.get("from", ()))), None
    )
    roles = (alike or content.get("open", {})).get("roles", [])
    return {**row, "roles": list(roles)}


def changing(kind: str, code: str, sent: Typed, former: Row, *, act: str = "") -> tuple[Edit, Row]:
    """The form of a part as it was typed, and the act on one of its lists if one was asked for."""
    row = read_part(kind, sent, former)
    if kind == "field" and row.get("type") == "group":
        row["fields"] = former.get("fields", [])
    if act:
        row = with_act(row, act)
    if kind == HEAD:
        said = _told("Sửa", "Changed", kind, row)
        return Edit(kind, code, lambda content: _with_head(content, row), said), row
    row["code"] = sent.get("code", "").strip() or former.get("code", "")
    said = _told("Sửa", "Changed", kind, row)
    return Edit(kind, code, lambda content: editing.changed(content, kind, code, row), said), row


def _with_head(content: Content, row: Row) -> Content:
    lists = {*LISTS.values(), "outcomes", "code"}
    gone = {key: None for key in content if key not in lists and key not in row}
    head = {key: value for key, value in row.items() if key != "code"}
    return editing.set_head(content, {**gone, **head})


def address(kind: str, code: str, row: Row) -> str:
    """Where the part is found after the change: its code may be new."""
    if kind == HEAD:
        return code
    group, _own = editing.split_code(kind, code)
    return f"{group}.{row['code']}" if group else str(row["code"])


def arranging(kind: str, code: str, act: str) -> Edit:
    """Move a row up or down, or copy it."""
    steps = {"up": -1, "down": 1}
    if act in steps:
        return Edit(
            kind,
            "",
            lambda content: editing.moved(content, kind, code, steps[act]),
            _done("Đổi thứ tự", "Moved", kind),
        )
    if act != "copy" or kind == HEAD:
        raise Invalid("Không có thao tác này.")
    return Edit(
        kind,
        "",
        lambda content: editing.copied(content, kind, code)[0],
        _done("Chép", "Copied", kind),
    )


def removing(content: Content, kind: str, code: str) -> Edit:
    if kind == HEAD:
        raise Invalid("Không xóa được phần này.")
    row = editing.row_of(content, kind, code) if editing.has_row(content, kind, code) else {}
    return Edit(
        kind,
        code,
        lambda content: editing.removed(content, kind, code),
        _told("Xóa", "Removed", kind, row),
    )


def removal_told(content: Content, kind: str, code: str, locale: str) -> Told:
    """The consequences of a removal for the person who is asked."""
    found = editing.consequences(content, kind, code)
    rows = [(other, editing.row_of(content, other, one)) for other, one in found.along]
    return Told(
        along=[f"{PART_NAMES[other].in_locale(locale)} “{_name(row)}”" for other, row in rows],
        dropped=_places(content, found.dropped, locale),
        broken=_places(content, found.broken, locale),
    )


def _places(content: Content, paths: Sequence[str], locale: str) -> list[str]:
    return list(dict.fromkeys(place_of(content, path).words.in_locale(locale) for path in paths))


def _told(vi: str, en: str, kind: str, row: Row) -> Text:
    """What was done to which part, by its name."""
    done, name = _done(vi, en, kind), row.get("name") or {}
    shown = str(name.get("vi") or row.get("code") or "")
    return Text(f"{done.vi} “{shown}”", f"{done.en} “{name.get('en') or shown}”")


def _done(vi: str, en: str, kind: str) -> Text:
    part = PART_NAMES[kind]
    return Text(f"{vi} {part.vi.casefold()}", f"{en} {part.en.casefold()}")


def _name(row: Row) -> str:
    said = row.get("name") or {}
    return str(said.get("vi") or row.get("code") or "")
