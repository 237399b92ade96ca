import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from app.registers.export import as_csv, as_xlsx
from app.registers.models import Person, Vessel
from app.registers.rules import PERSON_COLUMNS, VESSEL_COLUMNS, as_seen_by
from tests.unit.registers.test_rules import an_actor


def a_vessel(owner: str) -> Vessel:
    return Vessel(
        raw_number="KG 93702 TS",
        canonical="KG-93702-TS",
        owner_name=owner,
        other_numbers=["BOY05"],
        verdict="verified",
        is_illustration=False,
    )


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_masked_values_stay_masked_in_files() -> None:
    seen = as_seen_by(an_actor(), a_vessel("Trần Văn Sáu"))

    content = as_csv(VESSEL_COLUMNS, [seen])

    assert "Sáu" not in content.decode("utf-8-sig")
    assert rows_of(content)[0]["Chủ tàu"] == "***"


def test_text_that_looks_like_a_formula_stays_text() -> None:
    actor = an_actor()
    vessel = a_vessel("")
    vessel.home_port = '=HYPERLINK("http://x")'

    row = rows_of(as_csv(VESSEL_COLUMNS, [as_seen_by(actor, vessel)]))[0]

    assert row["Cảng đăng ký"].startswith("'=")


def test_workbook_holds_no_formula_and_the_same_mask() -> None:
    person = Person(
        claimed_name="=1+1",
        verified_name="",
        foreign_spellings=[],
        home_text="=cmd",
        is_minor=False,
        is_illustration=False,
    )

    content = as_xlsx(PERSON_COLUMNS, [as_seen_by(an_actor(), person)], title="nguoi")

    with ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "cmd" not in sheet
