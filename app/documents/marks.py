"""How the marks of a template stand in Word: each closed, rows and paragraphs of their own.

The library replaces a whole row or paragraph by the mark that stands in it, so that words beside
the mark would be lost without a sound; what it would lose or tear is refused by name instead.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from app.documents.sandbox import Vocabulary
from app.errors import Invalid

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STATEMENT: Final = re.compile(r"\{%[-+]?\s*(?:(p|tr|tc|r)\s+)?(\w+)[^%]*%\}")
_ANY_MARK: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_ONE_BRACE: Final = re.compile(r"(?<!\{)\{\s*([a-z][a-z0-9_.]*)\s*\}(?!\})")
_OPENS: Final = {"for": "endfor", "if": "endif"}
_CLOSES: Final = frozenset(_OPENS.values())
_LONGEST: Final = 60
_ALONE: Final = "một dấu {%p … %} hoặc {%tr … %} phải đứng riêng một dòng"
_OWN_ROOM: Final = (("p", "p", "đoạn"), ("tr", "tr", "dòng của bảng"), ("tc", "tc", "ô của bảng"))
HIDDEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def refuse_misplaced(root: Any, vocabulary: Vocabulary) -> None:  # Any: an element of lxml
    """Invalid with one sentence where a part of a template has marks that cannot work."""
    _refuse_open(_text(root))
    for room, prefix, name in _OWN_ROOM:
        for node in root.iter(f"{_W}{room}"):
            _refuse_company(_text(node), prefix, name)
    for cell in root.iter(f"{_W}tc"):
        _refuse_torn(_text(cell))
    for paragraph in root.iter(f"{_W}p"):
        _refuse_one_brace(_text(paragraph), vocabulary)


def _text(node: Any) -> str:  # Any: as above
    said = "".join(one.text or "" for one in node.iter(f"{_W}t"))
    return said.translate(HIDDEN)


def _refuse_open(text: str) -> None:
    """Every loop and condition is closed, in the order in which they were opened."""
    opened: list[re.Match[str]] = []
    for found in _STATEMENT.finditer(text):
        word = found[2]
        if word in _OPENS:
            opened.append(found)
        elif word == "end":
            raise Invalid(f"“{_short(found[0])}” phải viết liền: endfor hoặc endif.")
        elif word in _CLOSES and (not opened or _OPENS[opened.pop()[2]] != word):
            raise Invalid(f"“{_short(found[0])}” không khớp với dấu mở nào ở trước.")
    if opened:
        last = opened[-1]
        closing = f"{{%{last[1] or ''} {_OPENS[last[2]]} %}}"
        raise Invalid(f"“{_short(last[0])}” chưa được đóng: thiếu {closing} ở sau.")


def _refuse_company(text: str, prefix: str, name: str) -> None:
    """A mark of a row or a paragraph takes its whole place: what stands beside it would be lost."""
    own = [one for one in _STATEMENT.finditer(text) if one[1] == prefix]
    if own and text.strip() != own[0][0]:
        raise Invalid(
            f"“{_short(own[0][0])}” đứng chung {name} với chữ hoặc dấu khác,"
            f" phần đó sẽ mất: {_ALONE}."
        )


def _refuse_torn(text: str) -> None:
    """A loop of words that begins in one cell and ends in another tears the table."""
    depth = 0
    for found in _STATEMENT.finditer(text):
        if found[1] in {"tr", "tc"}:
            continue
        depth += (found[2] in _OPENS) - (found[2] in _CLOSES)
        if depth < 0:
            raise Invalid(f"“{_short(found[0])}” đóng ở một ô mà mở ở ngoài ô đó: {_ALONE}.")
    if depth:
        first = next(one for one in _STATEMENT.finditer(text) if one[2] in _OPENS)
        raise Invalid(f"“{_short(first[0])}” mở ở một ô mà đóng ở ngoài ô đó: {_ALONE}.")


def _refuse_one_brace(text: str, vocabulary: Vocabulary) -> None:
    """A field with single braces would be printed as it stands."""
    known = frozenset(vocabulary.all_names())
    for found in _ONE_BRACE.finditer(_ANY_MARK.sub("", text)):
        if found[1] in known:
            raise Invalid(f"“{_short(found[0])}” thiếu ngoặc: hãy viết {{{{ {found[1]} }}}}.")


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


# --- what Word keeps beside the text --------------------------------------------------------

_CHANGES: Final = ("ins", "del", "moveFrom", "moveTo")


def traces_in(roots: Iterable[tuple[str, Any]]) -> list[str]:  # Any: as above
    """What readers outside must not find: changes that Word still tracks, remarks at the margin."""
    said = []
    for name, root in roots:
        if name == "word/comments.xml":
            remark = next(iter(root.iter(f"{_W}comment")), None)
            if remark is not None:
                said.append(f"Tệp còn nhận xét bên lề: “{_short(_text(remark))}”. Hãy xóa hết.")
        elif (changed := _first_change(root)) is not None:
            said.append(
                f"Tệp còn sửa đổi đang theo dõi (Track Changes): “{_short(changed)}”."
                " Hãy chấp nhận hoặc bỏ hết."
            )
    return list(dict.fromkeys(said))


def _first_change(root: Any) -> str | None:  # Any: as above
    for word in _CHANGES:
        for node in root.iter(f"{_W}{word}"):
            said = "".join(
                one.text or "" for kind in ("t", "delText") for one in node.iter(f"{_W}{kind}")
            )
            if said.strip():
                return said
    return None
