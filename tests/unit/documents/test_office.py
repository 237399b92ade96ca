"""Each shipped template, filled, opened in LibreOffice, measured; absent, one line says so."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml import ElementTree

from app.config import Settings
from app.documents.building import shipped_template
from app.documents.fields import CASE, OF_CASE, OF_PERSON, PERSONS, PLAIN, RECIPIENTS
from app.documents.filling import fill, read_template
from app.documents.kinds import kinds
from app.documents.page import page_rule
from app.documents.pdf import ABSENT, as_pdf
from app.documents.sandbox import Vocabulary
from app.errors import Refused

WORDS = Vocabulary(
    frozenset(PLAIN),
    {CASE: frozenset(OF_CASE), "truong": frozenset()},
    {PERSONS: frozenset(OF_PERSON), RECIPIENTS: frozenset()},
)
OFFICE = shutil.which("soffice")
without_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def a_paper(kind: str) -> bytes:
    long = "\n".join(f"Đoạn {number}: đề nghị xem xét." for number in range(60))
    data = {code: said for code, (_, said) in PLAIN.items()}
    data |= {"noi_dung": long, "noi_dung_dich": long}
    lists = {CASE: {}, PERSONS: [], RECIPIENTS: ["Như trên"]}
    return fill(read_template(shipped_template(kind), WORDS), {**data, **lists})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every product as LibreOffice understood it: saved again in its own format, in one run."""
    folder: Path = tmp_path_factory.mktemp("office")
    names = []
    for kind in kinds():
        path = folder / f"{kind}.docx"
        path.write_bytes(a_paper(kind))
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
