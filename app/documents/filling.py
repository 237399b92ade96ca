"""Fills a Word template with plain data, and later puts number and day into a draft.

Our own environment renders the parts that the library has made readable (words cut into runs are
joined, tags of paragraphs and rows lifted); the other parts are copied as they are.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError
from lxml import etree

from app.documents.checking import check_docx
from app.documents.marks import HIDDEN, refuse_misplaced, traces_in
from app.documents.sandbox import PlainEnvironment, Uses, Vocabulary, judge, refuse_too_long
from app.errors import Invalid, Refused

NUMBER_PLACE: Final = "[số]"
DAY_PLACE: Final = "[ngày ban hành]"
DAY_TRANSLATED: Final = "[date of issue]"
_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_REMARKS: Final = "word/comments.xml"
_MARK: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
# An ellipsis that stands alone, or a field that nothing was put into; "vợ, con…" is a text.
_OPEN_PLACE = re.compile(r"(?:^|\s)…(?=$|[\s,.;:])|\{[a-z][a-z0-9_]*\}")
_NEAR: Final = 40
_UNWANTED = {code: None for code in range(32) if chr(code) not in "\t\n"}
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)  # bytes that do not depend on when they were written
_DECLARED: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Ready:
    """A template read once: what renders, what is copied, which names it uses."""

    parts: Mapping[str, Template]
    sources: Mapping[str, str]
    others: Mapping[str, bytes]
    order: tuple[str, ...]
    uses: Uses


def read_template(content: bytes, vocabulary: Vocabulary) -> Ready:
    """Judge and compile a template; Invalid or TooLarge with one sentence."""
    check_docx(content)
    for trace in traces_of(content):
        raise Invalid(trace)
    library = DocxTemplate(BytesIO(content))
    sources, others, order = {}, {}, []
    with ZipFile(BytesIO(content)) as parcel:
        for part in parcel.infolist():
            order.append(part.filename)
            held = parcel.read(part)
            if _PART.fullmatch(part.filename):
                root = _parsed(held)
                refuse_misplaced(root, vocabulary)
                plain = etree.tostring(root, encoding="unicode")
                sources[part.filename] = _seen(library.patch_xml(plain))
            else:
                others[part.filename] = held
    uses = judge(list(sources.values()), vocabulary)
    environment = PlainEnvironment()
    parts = {name: environment.from_string(source) for name, source in sources.items()}
    return Ready(parts, sources, others, tuple(order), uses)


def _seen(source: str) -> str:
    """The marks without letters that nobody sees in Word."""
    return _MARK.sub(lambda found: found[0].translate(HIDDEN), source)


def traces_of(content: bytes) -> list[str]:
    """The changes and remarks that Word still keeps beside the text, one sentence each."""
    with ZipFile(BytesIO(content)) as parcel:
        names = [one for one in parcel.namelist() if _PART.fullmatch(one) or one == _REMARKS]
        return traces_in((name, _parsed(parcel.read(name))) for name in names)


def fill(ready: Ready, data: Mapping[str, Any]) -> bytes:
    """The filled paper; Any: plain data, text and lists."""
    said = plain(data)
    rendered: dict[str, bytes] = dict(ready.others)
    for name, template in ready.parts.items():
        refuse_too_long(ready.sources[name], said)
        rendered[name] = _rendered(template, said)
    return packed({name: rendered[name] for name in ready.order})


def _rendered(template: Template, data: Mapping[str, Any]) -> bytes:  # Any: plain data
    try:
        text = template.render(data)
        whole = etree.fromstring(_LIBRARY.resolve_listing(text).encode(), _PARSER)
    except TemplateError as error:
        raise Refused("Không điền được mẫu này. Hãy xem lại các trường của mẫu.") from error
    except etree.XMLSyntaxError as error:
        raise Invalid(
            "Mẫu điền ra tệp Word hỏng: một dấu {%p … %} hoặc {%tr … %} phải đứng riêng một dòng."
        ) from error
    return _serialised(whole)


def plain(value: Any) -> Any:  # Any: text, lists and mappings of text
    """Text that XML can hold; a new line of the text becomes a new paragraph of the paper."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").translate(_UNWANTED).strip().replace("\n", "\a")
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, int | float) else ""


def packed(parts: Mapping[str, bytes]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED, compresslevel=4) as parcel:
        for name, content in parts.items():
            info = ZipInfo(name, _MOMENT)
            info.compress_type = ZIP_DEFLATED
            parcel.writestr(info, content)
    return written.getvalue()


# --- issuing --------------------------------------------------------------------------------


def put_number(
    content: bytes, *, number: str, symbol: str, day: str, day_translated: str = ""
) -> bytes:
    """A draft with its number and day; Refused where the places for them were taken out."""
    with ZipFile(BytesIO(content)) as parcel:
        parts = {part.filename: parcel.read(part) for part in parcel.infolist()}
    texts, said = [], {NUMBER_PLACE: number, DAY_PLACE: day, DAY_TRANSLATED: day_translated}
    for name in [name for name in parts if _PART.fullmatch(name)]:
        root = _parsed(parts[name])
        for paragraph in root.iter(f"{_W}p"):
            replace_in(paragraph, said.get)
            texts.append(text_of(paragraph))
        parts[name] = _serialised(root)
    if symbol not in "\n".join(texts):
        raise Refused(
            f"Bản thảo không còn chỗ ghi số: hãy để nguyên dòng “Số: {NUMBER_PLACE}…”"
            f" đúng ký hiệu {symbol.replace(number, NUMBER_PLACE, 1)}."
        )
    return packed(parts)


def unfilled_in(content: bytes) -> str:
    """The first words of a paper where somebody has yet to write; empty where nothing is open."""
    before = ""
    with ZipFile(BytesIO(content)) as parcel:
        for name in filter(_PART.fullmatch, parcel.namelist()):
            for paragraph in _parsed(parcel.read(name)).iter(f"{_W}p"):
                said = text_of(paragraph)
                if found := _OPEN_PLACE.search(said):
                    near = said[max(found.start() - _NEAR, 0) : found.end() + _NEAR].strip()
                    return f"{before[-_NEAR:].strip()} {near}".strip() if near == "…" else near
                before = said or before
    return ""


def text_of(paragraph: Any) -> str:  # Any: an element of lxml, which has no types
    return "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))


def replace_in(paragraph: Any, said: Callable[[str], str | None]) -> None:  # Any: as above
    """Replace the places in a paragraph, also where Word has cut one into several runs."""
    for place in (NUMBER_PLACE, DAY_PLACE, DAY_TRANSLATED):
        while (start := text_of(paragraph).find(place)) >= 0:
            _overwrite(paragraph, start, start + len(place), said(place) or "")


def _overwrite(paragraph: Any, start: int, end: int, text: str) -> None:  # Any: as above
    at = 0
    for node in paragraph.iter(f"{_W}t"):
        held = node.text or ""
        first, last = max(start - at, 0), min(end - at, len(held))
        at += len(held)
        if first < last:
            node.text = held[:first] + text + held[last:]
            node.set(_XML_SPACE, "preserve")
            text = ""


def _serialised(root: Any) -> bytes:  # Any: as above
    body: bytes = etree.tostring(root, encoding="UTF-8")
    return _DECLARED + body


def _parsed(content: bytes) -> Any:  # Any: as above
    return etree.fromstring(content, _PARSER)


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_LIBRARY = DocxTemplate.__new__(DocxTemplate)  # its text rules need no file
