"""What a template may say, what is refused of it, and what comes out."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.building import shipped_template
from app.documents.checking import check_docx
from app.documents.filling import fill, packed, put_number, read_template, unfilled_in
from app.documents.kinds import kinds
from app.documents.page import departures
from app.documents.sandbox import Vocabulary
from app.errors import AppError, Invalid, Refused, TooLarge

WORDS = Vocabulary(
    frozenset({"trich_yeu", "noi_dung", "so_ky_hieu", "dia_danh_ngay"}),
    {"ho_so": frozenset({"so"}), "truong": frozenset({"place_text", "vessel_name"})},
    {"nguoi": frozenset({"ten"}), "noi_nhan": frozenset()},
)
DATA: dict[str, Any] = {
    "trich_yeu": "sửa mốc",
    "noi_dung": "Một.\nHai.",
    "so_ky_hieu": "[số]/TTr-SNgV",
    "dia_danh_ngay": "Tây Ninh, [ngày ban hành]",
    "ho_so": {"so": "VV-1"},
    "truong": {"place_text": "mốc 160/4"},
    "nguoi": [{"ten": "An"}, {"ten": "Bình"}],
    "noi_nhan": ["Như trên"],
}


def a_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with ZipFile(BytesIO(content)) as parcel:
        parts = {one.filename: parcel.read(one) for one in parcel.infolist()}
    change(parts)
    return packed(parts)


def text_in(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def filled(*paragraphs: str, **more: Any) -> str:
    return text_in(fill(read_template(a_file(*paragraphs), WORDS), {**DATA, **more}))


# --- what works -----------------------------------------------------------------------------


def test_fields_conditions_and_loops_are_filled() -> None:
    said = filled(
        "V/v {{ trich_yeu }} ({{ ho_so.so }})",
        "{% if truong.vessel_name %}tàu{% else %}tại {{ truong.place_text|upper }}{% endif %}",
        "{%p for n in nguoi %}",
        "{{ loop.index }}. {{ n.ten }}",
        "{%p endfor %}",
    )
    assert said == "V/v sửa mốc (VV-1)\ntại MỐC 160/4\n1. An\n2. Bình"


def test_a_field_that_word_cut_into_runs_is_filled() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{{ trich", "_yeu ", "}}"):
        paragraph.add_run(piece).bold = piece.startswith("_")
    written = BytesIO()
    document.save(written)
    made = fill(read_template(written.getvalue(), WORDS), DATA)
    assert text_in(made) == "sửa mốc"


def test_each_line_of_a_text_becomes_a_paragraph() -> None:
    assert filled("{{ noi_dung }}").split("\n") == ["Một.", "Hai."]


@given(st.text(max_size=60))
def test_whatever_stands_in_a_value_stays_text(value: str) -> None:
    made = fill(_ONE_FIELD, {**DATA, "trich_yeu": value})
    words = "".join(mark for mark in value if mark in "\n\t" or ord(mark) >= 32)
    shown = "".join(text_in(made).split())
    assert shown == "".join(words.split()) or "\ufffe" in value or "\uffff" in value


_ONE_FIELD = read_template(a_file("{{ trich_yeu }}"), WORDS)


@pytest.mark.parametrize(
    "hostile", ["<w:p>", "</w:t></w:r>", "{{ ho_so.so }}", "{% for %}", "&amp;", '" onload="x']
)
def test_a_hostile_name_is_only_a_name(hostile: str) -> None:
    assert filled("Ông {{ trich_yeu }}.", trich_yeu=hostile) == f"Ông {hostile}."


# --- what is refused ------------------------------------------------------------------------

REFUSED = (
    "{{ ''.__class__ }}",
    "{{ trich_yeu.__class__.__mro__ }}",
    "{{ ho_so.__class__ }}",
    "{{ ho_so['__class__'] }}",
    "{{ ho_so.get('so') }}",
    "{{ trich_yeu|attr('__class__') }}",
    "{{ trich_yeu|center(10000000000) }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 999999999 }}",
    "{% for i in range(1000000000) %}x{% endfor %}",
    "{% for a in nguoi %}{% for b in nguoi %}x{% endfor %}{% endfor %}",
    "{% include 'x' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% set a = 1 %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{{ self }}",
    "{{ config }}",
    "{{ lipsum() }}",
    "{{ cycler }}",
    "{{ nguoi[0] }}",
    "{{ truong[trich_yeu] }}",
    "{{ trich_yeu",
    "{% if %}",
)


@pytest.mark.parametrize("hostile", REFUSED)
def test_a_hostile_template_is_refused_with_a_sentence(hostile: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(a_file(hostile), WORDS)
    assert refusal.value.message.endswith((".", "”."))
    assert "Traceback" not in refusal.value.message


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__ }}",
        "{{ 'a' * 1000000000 }}",
        "{% for i in range(1000000000) %}",
        "{% include 'x' %}",
        "{{ nguoi[0] }}",
        "{% if %}",
    ],
)
def test_the_refusal_says_at_which_mark(hostile: str) -> None:
    end = {"for": "{% endfor %}", "if": "{% endif %}"}.get(hostile.split()[1], "")
    with pytest.raises(Invalid) as refusal:
        read_template(a_file("Kính gửi {{ trich_yeu }}", f"Đoạn hai: {hostile}x{end}"), WORDS)
    assert f"tại “{hostile}”" in refusal.value.message
    assert "<w:" not in refusal.value.message


def test_a_mark_cut_into_runs_is_named_whole_in_its_refusal() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{{ ''.__cl", "ass__.__su", "bclasses__() }", "}"):
        paragraph.add_run(piece).bold = piece.endswith("__su")
    written = BytesIO()
    document.save(written)
    with pytest.raises(Invalid, match=re.escape("tại “{{ ''.__class__.__subclasses__() }}”")):
        read_template(written.getvalue(), WORDS)


def test_names_in_decomposed_letters_are_filled_as_they_are() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Ước")
    said = filled("Ông {{ trich_yeu }}.", trich_yeu=decomposed)
    assert unicodedata.normalize("NFC", said) == "Ông Nguyễn Thị Ước."


def test_a_link_out_of_the_file_is_named() -> None:
    with pytest.raises(Invalid, match=re.escape("“http://x.example/t.dotx”")):
        check_docx(changed(a_file("x"), _external))


def test_a_picture_of_five_megabytes_is_too_large_in_one_sentence() -> None:
    noise = secrets.token_bytes(5 * 1024 * 1024)
    with pytest.raises(TooLarge, match="Hãy bỏ bớt hình ảnh"):
        check_docx(changed(a_file("x"), _add("word/media/image1.png", noise)))


def test_unknown_fields_are_named_in_one_sentence_with_the_nearest() -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(a_file("{{ truong.vesel_name }} {{ trichyeu }}"), WORDS)
    assert refusal.value.message == (
        "Mẫu có trường không biết: “truong.vesel_name” (gần nhất là “truong.vessel_name”);"
        " “trichyeu” (gần nhất là “trich_yeu”)."
    )


def test_a_long_template_over_a_long_list_is_refused_before_it_is_filled() -> None:
    ready = read_template(a_file("{%p for n in nguoi %}", "dài " * 2_000, "{%p endfor %}"), WORDS)
    with pytest.raises(Invalid, match="quá dài"):
        fill(ready, {**DATA, "nguoi": [{"ten": "An"}] * 50_000})


def test_a_mark_that_opens_outside_a_table_and_closes_inside_says_so() -> None:
    document = docx.Document()
    document.add_paragraph("{% if truong.vessel_name %}")
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "{% endif %}"
    written = BytesIO()
    document.save(written)
    with pytest.raises(Invalid, match="đứng riêng một dòng"):
        fill(read_template(written.getvalue(), WORDS), DATA)


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (
            ("{%p for n in nguoi %}", "{{ n.ten }}"),
            "“{%p for n in nguoi %}” chưa được đóng: thiếu {%p endfor %} ở sau.",
        ),
        (
            ("{% if trich_yeu %} a",),
            "“{% if trich_yeu %}” chưa được đóng: thiếu {% endif %} ở sau.",
        ),
        (
            ("{%p for n in nguoi %}", "a", "{%p endif %}"),
            "“{%p endif %}” không khớp với dấu mở nào ở trước.",
        ),
        (
            ("{%p for n in nguoi %}", "a", "{%p end for %}"),
            "“{%p end for %}” phải viết liền: endfor hoặc endif.",
        ),
        (("Số { trich_yeu }",), "“{ trich_yeu }” thiếu ngoặc: hãy viết {{ trich_yeu }}."),
        (("Số { ho_so.so }",), "“{ ho_so.so }” thiếu ngoặc: hãy viết {{ ho_so.so }}."),
    ],
)
def test_a_mark_that_cannot_work_is_named_with_its_remedy(
    paragraphs: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(a_file(*paragraphs), WORDS)
    assert refusal.value.message == said


@pytest.mark.parametrize("text", ["{ghi chú}", "{ ten }", "{}", "{{{ trich_yeu }}}"[1:-1]])
def test_other_braces_are_text(text: str) -> None:
    assert filled(text) == ("sửa mốc" if text.startswith("{{") else text)


@pytest.mark.parametrize(
    "line", ["Danh sách: {%p if trich_yeu %}", "{%p if trich_yeu %}a{%p endif %}"]
)
def test_words_beside_a_mark_of_a_paragraph_are_not_lost_in_silence(line: str) -> None:
    with pytest.raises(Invalid, match="đứng chung đoạn"):
        read_template(a_file(line, "{%p endif %}" if "endif" not in line else ""), WORDS)


def a_table(*rows: tuple[str, str]) -> bytes:
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=2)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_loop_over_rows_repeats_them() -> None:
    made = a_table(
        *(("Tên", ""), ("{%tr for n in nguoi %}", "")),
        *(("{{ loop.index }}", "{{ n.ten }}"), ("{%tr endfor %}", "")),
    )
    (table,) = docx.Document(BytesIO(fill(read_template(made, WORDS), DATA))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        *(["Tên", ""], ["1", "An"], ["2", "Bình"])
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("{%tr for n in nguoi %}", ""), ("{{ n.ten }}", "{%tr endfor %}")), "đứng chung dòng"),
        ((("{% for n in nguoi %}{{ n.ten }}", "{% endfor %}"),), "mở ở một ô mà đóng ở ngoài"),
    ],
)
def test_a_loop_that_would_lose_or_tear_a_row_is_refused(
    rows: tuple[tuple[str, str], ...], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        read_template(a_table(*rows), WORDS)


def test_letters_that_nobody_sees_do_not_spoil_a_field() -> None:
    assert filled("{{ trich_\u200byeu }}, {{\u00a0ho_so.so }}") == "sửa mốc, VV-1"


def test_an_unknown_name_like_no_other_gets_no_odd_advice() -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(a_file("{{ xyzzy }}"), WORDS)
    assert refusal.value.message == ("Mẫu có trường không biết: “xyzzy” (không có trường nào gần).")


def test_fields_of_header_and_footer_are_judged_and_filled() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ ho_so.so }}"
    document.sections[0].footer.paragraphs[0].text = "{{ trich_yeu }}"
    written = BytesIO()
    document.save(written)
    made = docx.Document(BytesIO(fill(read_template(written.getvalue(), WORDS), DATA)))
    assert made.sections[0].header.paragraphs[0].text == "VV-1"
    assert made.sections[0].footer.paragraphs[0].text == "sửa mốc"
    document.sections[0].header.paragraphs[0].text = "{{ khong_co }}"
    document.save(written := BytesIO())
    with pytest.raises(Invalid, match="khong_co"):
        read_template(written.getvalue(), WORDS)


INSERTED = '<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>{{ trich_yeu }}</w:t></w:r></w:ins></w:p>'
DELETED = '<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>tên</w:delText></w:r></w:del></w:p>'
REMARK = (
    b'<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b'<w:comment w:id="0"><w:p><w:r><w:t>xem l\xe1\xba\xa1i</w:t></w:r></w:p></w:comment>'
    b"</w:comments>"
)


@pytest.mark.parametrize("xml", [INSERTED, DELETED])
def test_a_template_with_tracked_changes_is_refused_with_the_place(xml: str) -> None:
    with pytest.raises(Invalid, match=r"Track Changes\): “(\{\{ trich_yeu \}\}|tên)”"):
        read_template(changed(a_file("Kính gửi"), _in_body(xml)), WORDS)


def test_a_template_with_a_remark_at_the_margin_is_refused() -> None:
    with pytest.raises(Invalid, match="“xem lại”"):
        read_template(changed(a_file("x"), _add("word/comments.xml", REMARK)), WORDS)


def test_a_file_with_macros_that_was_renamed_is_refused_by_its_content() -> None:
    def rename(parts: dict[str, bytes]) -> None:
        name = "[Content_Types].xml"
        plain = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        parts[name] = parts[name].replace(plain, b"vnd.ms-word.document.macroEnabled.main+xml")

    with pytest.raises(Invalid, match="macro"):
        check_docx(changed(a_file("x"), rename))


def test_fifty_megabytes_of_nothing_are_refused_before_they_are_read() -> None:
    bomb = changed(a_file("x"), _add("word/media/image1.png", bytes(50 * 1024 * 1024)))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(TooLarge, match="nở ra quá lớn"):
        check_docx(bomb)


def _add(name: str, content: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: content})


def _in_body(xml: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        text = parts["word/document.xml"].decode()
        parts["word/document.xml"] = re.sub(r"(<w:body>)", rf"\1{xml}", text).encode()

    return change


def _external(parts: dict[str, bytes]) -> None:
    rel = (
        '<Relationship Id="rIdX" TargetMode="External" Target="http://x.example/t.dotx"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate"/></Relationships>'
    )
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", rel.encode())


FIELD = '<w:p><w:fldSimple w:instr=" INCLUDETEXT \\\\x "/></w:p>'
CUT = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r>'
    "<w:r><w:instrText>AUTO cmd </w:instrText></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_add("word/vbaProject.bin"), "macro"),
        (_add("word/activeX/activeX1.xml", b"<a/>"), "macro"),
        (_add("word/embeddings/oleObject1.xls"), "OLE"),
        (_external, "liên kết ra ngoài"),
        (_in_body("<w:p><w:r><w:object/></w:r></w:p>"), "OLE"),
        (_in_body('<w:altChunk r:id="rId1"/>'), "chèn một tệp khác"),
        (_in_body(FIELD), "INCLUDETEXT"),
        (_in_body(CUT), "DDEAUTO"),
        (_add("word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "khai báo lạ"),
        (_add("word/extra.xml", b"<a"), "XML hỏng"),
    ],
)
def test_what_an_office_does_not_write_is_refused(
    change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        check_docx(changed(a_file("Kính gửi"), change))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def bomb(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = b"<w:document>" + b" " * 40_000_000

    with pytest.raises(TooLarge, match="quá lớn"):
        check_docx(changed(a_file("x"), bomb))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", b"x" * 6_000_000])
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(AppError):
        check_docx(content)


def test_another_parcel_is_no_word_file() -> None:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as parcel:
        parcel.writestr("a.txt", "x")
    with pytest.raises(Invalid, match="không phải tệp Word"):
        check_docx(written.getvalue())


# --- the page and the number ----------------------------------------------------------------


@pytest.mark.parametrize("kind", kinds())
def test_every_shipped_template_keeps_to_the_page_of_the_decree(kind: str) -> None:
    assert departures(shipped_template(kind)) == []


def test_departures_are_said_in_sentences() -> None:
    said = departures(a_file("Kính gửi"))
    assert "Lề trái 32 mm" not in " ".join(said)
    assert any(sentence.startswith("Khổ giấy 216 × 279 mm") for sentence in said)
    assert "Không có số trang ở lề trên." in said
    assert any("Times New Roman" in sentence for sentence in said)


def test_issuing_puts_number_and_day_into_their_places_also_when_cut() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Số: ")
    for piece in ("[s", "ố", "]/TTr-SNgV"):
        paragraph.add_run(piece)
    document.add_paragraph("Tây Ninh, [ngày ban hành]")
    written = BytesIO()
    document.save(written)
    made = put_number(
        written.getvalue(), number="07", symbol="07/TTr-SNgV", day="ngày 02 tháng 01 năm 2027"
    )
    assert text_in(made) == "Số: 07/TTr-SNgV\nTây Ninh, ngày 02 tháng 01 năm 2027"


@pytest.mark.parametrize("line", ["Số: 09/TTr-SNgV", "Số: [số]/BC-SNgV", ""])
def test_a_draft_without_its_place_for_the_number_is_not_issued(line: str) -> None:
    with pytest.raises(Refused, match="không còn chỗ ghi số"):
        put_number(a_file(line), number="07", symbol="07/TTr-SNgV", day="")


def test_an_open_place_is_named_with_the_words_before_it() -> None:
    assert unfilled_in(a_file("Xin thông báo:", "", "…", "Kính chào")) == "Xin thông báo: …"
    assert unfilled_in(a_file("Tại …, hai bên")) == "Tại …, hai bên"
    assert unfilled_in(a_file("vợ, con… đi cùng")) == ""


def test_the_same_data_makes_the_same_bytes() -> None:
    ready = read_template(a_file("{{ trich_yeu }}"), WORDS)
    assert fill(ready, DATA) == fill(ready, DATA)
