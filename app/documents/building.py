"""Builds the shipped Word templates, so that no binary file has to be kept beside the code.

Every text in braces is a field: an office may move, reword or drop it in Word.
"""

from functools import lru_cache
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from app.documents.kinds import Kind, kind_of
from app.documents.page import page_rule

CENTRE, RIGHT, BOTH, LEFT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.LEFT,
)
_LEFT_MM, _RIGHT_MM = 67, 98
_ADDRESSEES_MM = 30
EMBLEM_MM = 24  # kept free: notes are written on paper that bears the emblem


@lru_cache(maxsize=32)
def shipped_template(kind_code: str) -> bytes:
    """The template of a kind as a Word file."""
    kind = kind_of(kind_code)
    document = docx.Document()
    _clear_style(document)
    _set_page(document.sections[0])
    _LOOKS[kind.look](document, kind)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _clear_style(document: Document) -> None:
    """One font everywhere, whatever the library's own base document says."""
    rule = page_rule()
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for name in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{name}"), rule.font)
    style = document.styles["Normal"]
    style.font.name, style.font.size = rule.font, Pt(rule.sizes["body"])
    style.paragraph_format.space_after = Pt(0)
    document.core_properties.author = ""
    document.core_properties.comments = ""


def _set_page(section: Section) -> None:
    rule = page_rule()
    section.page_width, section.page_height = Mm(rule.paper[0]), Mm(rule.paper[1])
    section.top_margin = Mm(rule.margins["top"].built)
    section.bottom_margin = Mm(rule.margins["bottom"].built)
    section.left_margin = Mm(rule.margins["left"].built)
    section.right_margin = Mm(rule.margins["right"].built)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    numbered = section.header.paragraphs[0]
    numbered.alignment = CENTRE
    _add_field(numbered, "PAGE", size=int(rule.number_size.built))
    section.first_page_header.is_linked_to_previous = False


def _add_field(paragraph: Paragraph, code: str, *, size: int) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = f" {text} "
        run._r.append(mark)  # noqa: SLF001  the library has no word for fields


# --- parts ----------------------------------------------------------------------------------


def _say(
    place: Document | _Cell,
    text: str,
    *,
    size: str = "body",
    align: WD_ALIGN_PARAGRAPH = LEFT,
    bold: bool = False,
    italic: bool = False,
) -> Paragraph:
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    run.font.size = Pt(page_rule().sizes[size])
    return paragraph


def _prose(document: Document, text: str) -> Paragraph:
    """A paragraph of the body: both edges straight, first line set in."""
    paragraph = _say(document, text, align=BOTH)
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.paragraph_format.space_before = Pt(6)
    return paragraph


def _line(place: Document | _Cell, *, indent_mm: float) -> None:
    """A line of its own length below the text, as the decree asks for; no underlined words."""
    paragraph = place.add_paragraph()
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  the library has no borders
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    paragraph.paragraph_format.left_indent = Mm(indent_mm)
    paragraph.paragraph_format.right_indent = Mm(indent_mm)
    paragraph.paragraph_format.line_spacing = Pt(4)


def _columns(document: Document, left_mm: float, right_mm: float) -> tuple[_Cell, _Cell]:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    _keep_whole(table.rows[0])
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, (left_mm, right_mm), strict=True):
        column.width = cell.width = Mm(width)
        first = cell.paragraphs[0]
        first._p.getparent().remove(first._p)  # noqa: SLF001  a cell starts with an empty one
    return cells[0], cells[1]


def _head(document: Document, kind: Kind) -> None:
    """Agency and number at the left, the nation's name, place and day at the right."""
    left, right = _columns(document, _LEFT_MM, _RIGHT_MM)
    _say(left, "{%p if co_quan_chu_quan %}", size="nation", align=CENTRE)
    _say(left, "{{ co_quan_chu_quan }}", size="nation", align=CENTRE)
    _say(left, "{%p endif %}", size="nation", align=CENTRE)
    _say(left, "{{ co_quan }}", size="nation", align=CENTRE, bold=True)
    _line(left, indent_mm=20)
    _say(left, "Số: {{ so_ky_hieu }}", size="number", align=CENTRE)
    if not kind.letters:
        about = _say(left, "V/v {{ trich_yeu }}", size="number", align=CENTRE)
        about.runs[0].font.size = Pt(12)
    nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    _say(right, nation, size="nation", align=CENTRE, bold=True)
    _say(right, "Độc lập - Tự do - Hạnh phúc", size="motto", align=CENTRE, bold=True)
    _line(right, indent_mm=18)
    _say(right, "{{ dia_danh_ngay }}", size="place", align=CENTRE, italic=True)


def _title(document: Document) -> None:
    _say(document, "", size="body")
    _say(document, "{{ ten_loai }}", size="title", align=CENTRE, bold=True)
    _say(document, "{{ trich_yeu }}", size="abstract", align=CENTRE, bold=True)
    _line(document, indent_mm=62)
    _say(document, "", size="body")


def _foot(document: Document) -> None:
    """Who receives it at the left, who signs at the right."""
    _say(document, "", size="body")
    left, right = _columns(document, _LEFT_MM, _RIGHT_MM)
    _say(left, "Nơi nhận:", size="recipients_head", bold=True, italic=True)
    _say(left, "{%p for dong in noi_nhan %}", size="recipients")
    _say(left, "- {{ dong }};", size="recipients")
    _say(left, "{%p endfor %}", size="recipients")
    _say(left, "- Lưu: VT.", size="recipients")
    _say(right, "{%p if quyen_ky %}", size="signer", align=CENTRE)
    _say(right, "{{ quyen_ky }}", size="signer", align=CENTRE, bold=True)
    _say(right, "{%p endif %}", size="signer", align=CENTRE)
    _say(right, "{{ chuc_vu_ky }}", size="signer", align=CENTRE, bold=True)
    for _ in range(4):
        _say(right, "", size="signer", align=CENTRE)
    _say(right, "{{ nguoi_ky }}", size="signer", align=CENTRE, bold=True)


# --- looks ----------------------------------------------------------------------------------


def _letter(document: Document, kind: Kind) -> None:
    _head(document, kind)
    _say(document, "", size="body")
    _addressees(document)
    _prose(document, "{{ noi_dung }}")
    _foot(document)


def _named(document: Document, kind: Kind) -> None:
    _head(document, kind)
    _title(document)
    _addressees(document)
    _prose(document, "{{ noi_dung }}")
    _foot(document)


def _addressees(document: Document) -> None:
    """One receiver on the line itself; several below it, one under the other."""
    _say(document, "{%p if cac_noi_gui %}")
    _say(document, "Kính gửi:").paragraph_format.left_indent = Mm(_ADDRESSEES_MM)
    _say(document, "{%p for noi in cac_noi_gui %}")
    line = _say(document, "- {{ noi }}{% if loop.last %}.{% else %};{% endif %}").paragraph_format
    line.left_indent, line.first_line_indent = Mm(_ADDRESSEES_MM + 25), Mm(-3)
    _say(document, "{%p endfor %}")
    _say(document, "{%p elif kinh_gui %}")
    _say(document, "Kính gửi: {{ kinh_gui }}", align=CENTRE)
    _say(document, "{%p endif %}")


def _minutes(document: Document, kind: Kind) -> None:
    """Minutes are signed by both sides, and by who wrote them and who saw it where named."""
    _head(document, kind)
    _title(document)
    _prose(document, "{{ noi_dung }}")
    _both_sides(document)


def _handover(document: Document, kind: Kind) -> None:
    """Minutes with the table of the people who were handed over."""
    _head(document, kind)
    _title(document)
    _prose(document, "{{ noi_dung }}")
    _say(document, "", size="body")
    table = document.add_table(rows=4, cols=len(_PEOPLE))
    table.style, table.autofit = "Table Grid", False
    for place, (name, code, width) in enumerate(_PEOPLE):
        for row, text in ((0, name), (2, f"{{{{ mot.{code} }}}}")):
            cell = table.rows[row].cells[place]
            written = cell.paragraphs[0].add_run(text)
            written.bold, written.font.size = row == 0, Pt(page_rule().sizes["recipients"])
            if row == 0 or code in _CENTRED:
                cell.paragraphs[0].alignment = CENTRE
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)
    _keep_whole(table.rows[2])
    table.rows[1].cells[0].paragraphs[0].add_run("{%tr for mot in nguoi %}")
    table.rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
    _repeat_on_each_page(table.rows[0])
    _both_sides(document)


def _repeat_on_each_page(row: _Row) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  the library has no word for it


def _keep_whole(row: _Row) -> None:
    """A name, or a signature, does not begin on one page and end on the next."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001  as above


_CENTRED = {"stt", "nam_sinh", "gioi_tinh"}
_PEOPLE = (
    ("TT", "stt", 11),
    ("Họ và tên", "ten", 42),
    ("Năm sinh", "nam_sinh", 20),
    ("Giới tính", "gioi_tinh", 15),
    ("Giấy tờ", "giay_to", 25),
    ("Nơi cư trú", "noi_cu_tru", 32),
    ("Ghi chú", "ghi_chu", 20),
)


def _both_sides(document: Document) -> None:
    _say(document, "", size="body")
    left, right = _columns(document, 82, 83)
    _signs_here(left, "{{ ben_giao_la }}", "{{ ben_giao }}")
    _signs_here(right, "{{ ben_nhan_la }}", "{{ ben_nhan }}")
    _say(document, "{%p if nguoi_ghi or nguoi_chung_kien %}")
    _say(document, "", size="body")
    left, right = _columns(document, 82, 83)
    for cell, title, code in (
        (left, "NGƯỜI GHI BIÊN BẢN", "nguoi_ghi"),
        (right, "NGƯỜI CHỨNG KIẾN", "nguoi_chung_kien"),
    ):
        _say(cell, f"{{%p if {code} %}}", size="signer")
        _signs_here(cell, title, f"{{{{ {code} }}}}")
        _say(cell, "{%p endif %}", size="signer")
        _say(cell, "", size="recipients")  # a cell without a paragraph is no cell to Word
    _say(document, "{%p endif %}")


def _signs_here(cell: _Cell, title: str, name: str) -> None:
    _say(cell, title, size="signer", align=CENTRE, bold=True)
    _say(cell, "(Ký, ghi rõ họ tên)", size="recipients_head", align=CENTRE, italic=True)
    for _ in range(4):
        _say(cell, "", size="signer")
    _say(cell, name, size="signer", align=CENTRE, bold=True)


def _note(document: Document, kind: Kind) -> None:
    """A note verbale: no signatory but room for initials and seal, addressee at the foot."""
    del kind
    _note_page(document, number="Số: {{ so_ky_hieu }}", body="{{ noi_dung }}", is_original=True)
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(section)
    _count_pages_anew(section)
    _note_page(document, number="No. {{ so_ky_hieu }}", body="{{ noi_dung_dich }}")
    section.first_page_footer.is_linked_to_previous = False
    _addressee(section, "{{ kinh_gui_dich }}")
    _addressee(document.sections[0], "{{ kinh_gui }}")


def _count_pages_anew(section: Section) -> None:
    """The translation is a paper of its own: its second page bears a 2."""
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(start, "w:cols", "w:titlePg", "w:docGrid")  # noqa: SLF001  as above


def _note_page(document: Document, *, number: str, body: str, is_original: bool = False) -> None:
    head = _say(document, "{{ co_quan }}" if is_original else "{{ co_quan_dich }}", align=CENTRE)
    head.runs[0].bold = True
    head.paragraph_format.space_before = Mm(EMBLEM_MM) if is_original else Pt(0)
    if not is_original:
        _say(document, "TRANSLATION", size="number", align=CENTRE, italic=True)
    _say(document, number, size="number", align=LEFT)
    _say(document, "", size="body")
    _prose(document, body)
    _say(document, "", size="body")
    place = "{{ dia_danh_ngay }}" if is_original else "{{ dia_danh_ngay_dich }}"
    _say(document, place, size="place", align=RIGHT, italic=True)


def _addressee(section: Section, text: str) -> None:
    foot = section.first_page_footer.paragraphs[0]
    foot.alignment = LEFT
    run = foot.add_run(text)
    run.bold, run.font.size = True, Pt(page_rule().sizes["number"])


_LOOKS = {
    "letter": _letter,
    "named": _named,
    "minutes": _minutes,
    "handover": _handover,
    "note": _note,
}
