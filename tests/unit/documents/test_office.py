"""Each shipped template, filled, opened in LibreOffice, measured; absent, one line says so."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from defusedxml import ElementTree
from docx.oxml.ns import qn

from app.config import Settings
from app.documents.building import shipped_template
from app.documents.fields import ADDRESSEES, CASE, OF_CASE, OF_PERSON, PERSONS, PLAIN, RECIPIENTS
from app.documents.filling import fill, read_template
from app.documents.kinds import kinds
from app.documents.page import page_rule
from app.documents.pdf import ABSENT, as_pdf
from app.documents.sandbox import Vocabulary
from app.errors import Refused

WORDS = Vocabulary(
    frozenset(PLAIN),
    {CASE: frozenset(OF_CASE), "truong": frozenset()},
    {PERSONS: frozenset(OF_PERSON), RECIPIENTS: frozenset(), ADDRESSEES: frozenset()},
)
OFFICE = shutil.which("soffice")
without_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def a_paper(kind: str, *, people: int = 0, **said: object) -> bytes:
    long = "\n".join(f"Đoạn {number}: đề nghị xem xét." for number in range(60))
    data = {code: said for code, (_, said) in PLAIN.items()}
    data |= {"noi_dung": long, "noi_dung_dich": long}
    one = {code: said for code, (_, said) in OF_PERSON.items()}
    rows = [{**one, "stt": str(number)} for number in range(1, people + 1)]
    lists = {CASE: {}, PERSONS: rows, RECIPIENTS: ["Như trên"], ADDRESSEES: []}
    return fill(read_template(shipped_template(kind), WORDS), {**data, **lists, **said})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every product as LibreOffice understood it: saved again in its own format, in one run."""
    folder: Path = tmp_path_factory.mktemp("office")
    names = []
    for kind in kinds():
        path = folder / f"{kind}.docx"
        path.write_bytes(a_paper(kind, people=60))
        names.append(str(path))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["--headless", "--convert-to", "odt", "--outdir", str(folder), *names]
    subprocess.run([str(OFFICE), profile, *convert], check=True, timeout=240, capture_output=True)
    return {kind: (folder / f"{kind}.odt").read_bytes() for kind in kinds()}


def part(content: bytes, name: str) -> str:
    with ZipFile(BytesIO(content)) as parcel:
        return parcel.read(name).decode()


def millimetres(length: str) -> float:
    factor = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}[length[-2:]]
    return float(length[:-2]) * factor


@without_office
@pytest.mark.parametrize("kind", kinds())
def test_libreoffice_finds_the_margins_font_and_page_number_of_the_rule(
    opened: dict[str, bytes], kind: str
) -> None:
    rule = page_rule()
    styles = ElementTree.fromstring(part(opened[kind], "styles.xml"))
    layouts = {one.get(f"{STYLE}name"): one for one in styles.iter(f"{STYLE}page-layout")}
    masters = list(styles.iter(f"{STYLE}master-page"))
    used = {str(one.get(f"{STYLE}page-layout-name")) for one in masters if len(one)}
    assert used
    for name in used:
        facts = layouts[name].find(f"{STYLE}page-layout-properties")
        assert facts is not None
        assert millimetres(facts.get(f"{FO}page-width", "")) == pytest.approx(210, abs=1)
        assert millimetres(facts.get(f"{FO}page-height", "")) == pytest.approx(297, abs=1)
        assert rule.margins["left"].holds(millimetres(facts.get(f"{FO}margin-left", "")))
        assert rule.margins["right"].holds(millimetres(facts.get(f"{FO}margin-right", "")))
    numbered = [one for one in masters if list(one.iter(f"{TEXT}page-number"))]
    assert numbered, "a page number in the header"
    assert all(one.find(f"{STYLE}header") is not None for one in numbered)
    first = [one.find(f"{STYLE}header-first") for one in masters]
    plain = [one for one in masters if not list(one.iter(f"{TEXT}page-number"))]
    without = [one for one in first if one is not None and not list(one.iter(f"{TEXT}page-number"))]
    assert without or plain, "no number on the first page"
    named = set(re.findall(r'fo:font-family="([^"]+)"', part(opened[kind], "content.xml")))
    assert {name.strip("&apos;'") for name in named} <= {rule.font}


def looks(content: bytes) -> list[tuple[str, float, bool, bool, str]]:
    """Of each paragraph: its text, and size in points, bold, italic and alignment as shown."""
    root = ElementTree.fromstring(part(content, "content.xml"))
    named = {one.get(f"{STYLE}name"): one for one in root.iter(f"{STYLE}style")}
    found = []
    for paragraph in root.iter(f"{TEXT}p"):
        own = named.get(paragraph.get(f"{TEXT}style-name"))
        above = own.find(f"{STYLE}paragraph-properties") if own is not None else None
        align = above.get(f"{FO}text-align", "") if above is not None else ""
        for span in [*paragraph.iter(f"{TEXT}span"), paragraph]:
            text = "".join(span.itertext()).strip()
            held = named.get(span.get(f"{TEXT}style-name"))
            facts = held.find(f"{STYLE}text-properties") if held is not None else None
            if text and facts is not None and facts.get(f"{FO}font-size"):
                size = float(facts.get(f"{FO}font-size", "0pt")[:-2])
                is_bold = facts.get(f"{FO}font-weight") == "bold"
                found.append((text, size, is_bold, facts.get(f"{FO}font-style") == "italic", align))
                break
    return found


NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
OF_DECREE = [kind for kind, one in kinds().items() if not one.is_note]


@without_office
@pytest.mark.parametrize("kind", OF_DECREE)
def test_libreoffice_shows_the_head_as_the_decree_lays_it_out(
    opened: dict[str, bytes], kind: str
) -> None:
    shown = {text: rest for text, *rest in looks(opened[kind])}
    sizes = page_rule().sizes
    assert shown[NATION] == [sizes["nation"], True, False, "center"]
    assert shown["Độc lập - Tự do - Hạnh phúc"] == [sizes["motto"], True, False, "center"]
    number = next(rest for text, rest in shown.items() if text.startswith("Số: [số]/"))
    assert number == [sizes["number"], False, False, "center"]
    day = next(rest for text, rest in shown.items() if text.endswith("[ngày ban hành]"))
    assert day == [sizes["place"], False, True, "center"]
    abstract = next(rest for text, rest in shown.items() if "Về việc sửa chữa" in text)
    if kinds()[kind].letters:
        assert abstract == [sizes["abstract"], True, False, "center"]
        assert shown["TỜ TRÌNH"] == [sizes["title"], True, False, "center"]
    else:
        assert abstract[1:] == [False, False, "center"]


@without_office
@pytest.mark.parametrize("kind", [one for one in OF_DECREE if not kinds()[one].is_minutes])
def test_libreoffice_shows_body_receivers_and_signer_as_the_decree_lays_them_out(
    opened: dict[str, bytes], kind: str
) -> None:
    shown = {text: rest for text, *rest in looks(opened[kind])}
    sizes = page_rule().sizes
    assert shown["Đoạn 1: đề nghị xem xét."] == [sizes["body"], False, False, "justify"]
    assert shown["Nơi nhận:"][:3] == [sizes["recipients_head"], True, True]
    assert shown["- Như trên;"][:3] == [sizes["recipients"], False, False]
    assert shown["- Lưu: VT."][:3] == [sizes["recipients"], False, False]
    assert shown["GIÁM ĐỐC"] == [sizes["signer"], True, False, "center"]
    assert shown["Nguyễn Văn Mẫu"] == [sizes["signer"], True, False, "center"]


@without_office
@pytest.mark.parametrize("kind", kinds())
def test_libreoffice_keeps_top_and_bottom_within_the_rule(
    opened: dict[str, bytes], kind: str
) -> None:
    """LibreOffice counts the header to the text: margin and header together are Word's margin."""
    rule = page_rule()
    styles = ElementTree.fromstring(part(opened[kind], "styles.xml"))
    used = {
        str(o.get(f"{STYLE}page-layout-name")) for o in styles.iter(f"{STYLE}master-page") if len(o)
    }
    for layout in styles.iter(f"{STYLE}page-layout"):
        if layout.get(f"{STYLE}name") not in used:
            continue
        facts = layout.find(f"{STYLE}page-layout-properties")
        assert facts is not None
        for side, extra in (("top", "header"), ("bottom", "footer")):
            height = millimetres(facts.get(f"{FO}margin-{side}", "0cm"))
            style = layout.find(f"{STYLE}{extra}-style/{STYLE}header-footer-properties")
            if style is not None:
                height += millimetres(style.get(f"{FO}min-height", "0cm"))
            assert rule.margins[side].holds(height), (side, height)


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@without_office
def test_libreoffice_repeats_the_head_of_the_list_and_keeps_its_columns(
    opened: dict[str, bytes],
) -> None:
    root = ElementTree.fromstring(part(opened["giao_nhan"], "content.xml"))
    named = {one.get(f"{STYLE}name"): one for one in root.iter(f"{STYLE}style")}
    (people,) = [one for one in root.iter(f"{TABLE}table") if one.find(f"{TABLE}table-header-rows")]
    head = people.find(f"{TABLE}table-header-rows")
    assert head is not None
    assert "Họ và tên" in "".join(head.itertext())
    rows = people.findall(f"{TABLE}table-row")
    assert len(rows) == 60
    for row in rows:
        facts = named[row.get(f"{TABLE}style-name")].find(f"{STYLE}table-row-properties")
        assert facts is not None
        assert facts.get(f"{FO}keep-together") == "always"
    widths = []
    for column in people.iter(f"{TABLE}table-column"):
        facts = named[column.get(f"{TABLE}style-name")].find(f"{STYLE}table-column-properties")
        assert facts is not None
        widths.append(round(millimetres(facts.get(f"{STYLE}column-width", "0mm"))))
    assert widths == pytest.approx([11, 42, 20, 15, 25, 32, 20], abs=1)


SIGNING = "(Ký, ghi rõ họ tên)"


@without_office
@pytest.mark.parametrize("kind", [code for code, one in kinds().items() if one.is_minutes])
def test_libreoffice_shows_the_names_of_all_who_sign_minutes(
    opened: dict[str, bytes], kind: str
) -> None:
    shown = looks(opened[kind])
    signer = page_rule().sizes["signer"]
    titles = ("BÊN GIAO", "BÊN NHẬN", "NGƯỜI GHI BIÊN BẢN", "NGƯỜI CHỨNG KIẾN")
    names = ("Nguyễn Văn Mẫu", "Trần Thị Mẫu", "Lê Văn Mẫu", "Phạm Thị Mẫu")
    for text in (*titles, *names):
        assert (text, signer, True, False, "center") in shown
    assert [text for text, *_ in shown].count(SIGNING) == 4
    assert "Nơi nhận:" not in [text for text, *_ in shown]


def words_of(content: bytes) -> list[str]:
    document = docx.Document(BytesIO(content))
    inside = [
        paragraph.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
    ]
    return [*(paragraph.text for paragraph in document.paragraphs), *inside]


def test_minutes_without_scribe_and_witness_have_two_places_to_sign() -> None:
    said = words_of(a_paper("bien_ban", nguoi_ghi="", nguoi_chung_kien=""))
    assert said.count(SIGNING) == 2
    assert "NGƯỜI GHI BIÊN BẢN" not in said


def test_several_receivers_stand_one_under_the_other() -> None:
    said = words_of(a_paper("cong_van", cac_noi_gui=["Sở A", "Sở B"], kinh_gui="Sở A; Sở B"))
    at = said.index("Kính gửi:")
    assert said[at + 1 : at + 3] == ["- Sở A;", "- Sở B."]
    assert "Kính gửi: Sở A; Sở B" not in said


def test_who_signs_for_another_says_so_above_his_title() -> None:
    said = words_of(a_paper("phieu"))
    assert said[said.index("KT. GIÁM ĐỐC") + 1] == "GIÁM ĐỐC"
    assert "" not in said[said.index("- Lưu: VT.") + 1 : said.index("GIÁM ĐỐC")]
    alone = words_of(a_paper("phieu", quyen_ky=""))
    assert alone[alone.index("- Lưu: VT.") + 1] == "GIÁM ĐỐC"


def test_an_agency_without_a_superior_stands_on_the_first_line() -> None:
    document = docx.Document(BytesIO(a_paper("cong_van", co_quan_chu_quan="")))
    assert document.tables[0].rows[0].cells[0].paragraphs[0].text == "SỞ NGOẠI VỤ"


def test_a_note_has_no_signatory_and_its_translation_counts_its_own_pages() -> None:
    content = a_paper("cong_ham")
    said = words_of(content)
    assert not {"GIÁM ĐỐC", "Nơi nhận:", SIGNING} & set(said)
    document = docx.Document(BytesIO(content))
    feet = [one.first_page_footer.paragraphs[0].text for one in document.sections]
    assert feet == ["Cục Lãnh sự, Bộ Ngoại giao", "Ministry"]
    starts = [one._sectPr.find(qn("w:pgNumType")) for one in document.sections]
    assert starts[0] is None
    assert starts[1] is not None
    assert starts[1].get(qn("w:start")) == "1"


@without_office
def test_a_paper_becomes_a_pdf_of_several_pages() -> None:
    made = as_pdf(Settings(), a_paper("to_trinh"))
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) >= 2


def test_without_libreoffice_one_sentence_says_so() -> None:
    with pytest.raises(Refused) as refusal:
        as_pdf(Settings(libreoffice="khong-co-chuong-trinh-nay"), a_paper("to_trinh"))
    assert refusal.value.message == ABSENT


def test_a_conversion_that_hangs_is_ended_with_a_sentence(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(Refused, match="quá lâu"):
        as_pdf(Settings(libreoffice=str(slow), libreoffice_seconds=1), a_paper("to_trinh"))
