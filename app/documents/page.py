"""The page that the decree asks for, as data, and how far a file keeps to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import docx
import yaml
from docx.document import Document
from docx.oxml.ns import qn
from docx.section import Section

from app.documents.kinds import DATA

_TOLERANCE_MM = 0.5
_NUMBER_FIELD = "PAGE"


@dataclass(frozen=True, slots=True)
class Margin:
    """The limits of one margin in millimetres, and what our own templates are built with."""

    least: float
    most: float
    built: float

    def holds(self, found: float) -> bool:
        return self.least - _TOLERANCE_MM <= found <= self.most + _TOLERANCE_MM


@dataclass(frozen=True, slots=True)
class PageRule:
    """Paper, margins, font and sizes; lengths in millimetres, sizes in points."""

    source: str
    paper: tuple[float, float]
    margins: Mapping[str, Margin]
    font: str
    number_size: Margin
    sizes: Mapping[str, int]


@lru_cache(maxsize=1)
def page_rule() -> PageRule:
    facts = yaml.safe_load((DATA / "page.yaml").read_text("utf-8"))
    return PageRule(
        source=facts["source"],
        paper=tuple(facts["paper_mm"]),
        margins={side: Margin(*limits) for side, limits in facts["margins_mm"].items()},
        font=facts["font"],
        number_size=Margin(*facts["page_number_pt"]),
        sizes=facts["sizes_pt"],
    )


def departures(content: bytes) -> list[str]:
    """Where a Word file departs from the rule, one Vietnamese sentence each."""
    document = docx.Document(BytesIO(content))
    said = [sentence for section in document.sections for sentence in _of_section(section)]
    said.extend(_of_fonts(document))
    return list(dict.fromkeys(said))


_SIDES = {"top": "trên", "bottom": "dưới", "left": "trái", "right": "phải"}


def _of_section(section: Section) -> Iterator[str]:
    rule = page_rule()
    width = section.page_width.mm if section.page_width else 0
    height = section.page_height.mm if section.page_height else 0
    if abs(width - rule.paper[0]) > 1 or abs(height - rule.paper[1]) > 1:
        yield f"Khổ giấy {width:.0f} × {height:.0f} mm, quy định A4 (210 × 297 mm)."
    found = {
        "top": section.top_margin,
        "bottom": section.bottom_margin,
        "left": section.left_margin,
        "right": section.right_margin,
    }
    for side, length in found.items():
        margin, mm = rule.margins[side], length.mm if length is not None else 0
        if not margin.holds(mm):
            yield (
                f"Lề {_SIDES[side]} {mm:.0f} mm, quy định {margin.least:.0f}–{margin.most:.0f} mm."
            )
    yield from _of_number(section)


def _of_number(section: Section) -> Iterator[str]:
    """Centred above the text, in figures, from the second page on."""
    if _NUMBER_FIELD not in _codes(section.header):
        yield "Không có số trang ở lề trên."
        return
    if not section.different_first_page_header_footer or _NUMBER_FIELD in _codes(
        section.first_page_header
    ):
        yield "Trang đầu không ghi số trang."
    for paragraph in section.header.paragraphs:
        if _NUMBER_FIELD in _codes(paragraph) and paragraph.alignment != 1:
            yield "Số trang phải ở giữa lề trên."


def _codes(part: object) -> str:
    element = part._element  # type: ignore[attr-defined]  # noqa: SLF001  the library's own way in
    said = [node.text or "" for node in element.iter(qn("w:instrText"))]
    said.extend(node.get(qn("w:instr"), "") for node in element.iter(qn("w:fldSimple")))
    return " ".join(said)


def _of_fonts(document: Document) -> Iterator[str]:
    wanted = page_rule().font
    body = document.element.body
    named = {
        fonts.get(qn("w:ascii"))
        for fonts in [*body.iter(qn("w:rFonts")), *document.styles.element.iter(qn("w:rFonts"))]
        if fonts.get(qn("w:ascii"))
    }
    others = sorted(str(name) for name in named - {wanted, None})
    if others:
        yield f"Có chữ không phải {wanted}: {', '.join(others[:3])}."
