"""Lists of vessels and alerts as they really come: each fault is one sentence with its place."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app.registers.entry_services import record_vessel
from app.registers.models import Vessel
from app.registers.vessel_twins import vessels_like
from tests.integration.cases.fishers import fisheries
from tests.integration.cases.people import NOW
from tests.integration.imports.test_commands import Run, as_data, count, run

__all__ = ["run"]  # the fixture
HEAD = "Số đăng ký;Loại cảnh báo;Thời điểm;Vĩ độ;Kinh độ"
ROW = "KG-91234-TS;Mất tín hiệu;22/11/2025 08:30;9.4;103.8"


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> str:
    path = folder / "danh-sach.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(path)


def test_a_heading_and_a_numbering_are_no_vessels(
    run: Run, tmp_path: Path, session: Session
) -> None:
    lines = ("Số đăng ký;Chủ tàu", "KG-91234-TS;A", "BOY 06;B", "STT;C", "1;D")
    second = "Bảng 2: tàu vượt ranh giới;"
    result = run("vessels", written(tmp_path, *lines, second))
    assert result.exit_code == 1
    assert "dòng 4: “STT” không phải số đăng ký tàu." in result.output
    assert "dòng 5: “1” không phải số đăng ký tàu." in result.output
    assert "dòng 6: “Bảng 2: tàu vượt ranh giới” không phải số đăng ký tàu." in result.output
    assert "dòng 2: KG-91234-TS" in result.output
    assert "dòng 3: BOY 06 – mới" in result.output
    assert "tọa độ" not in result.output
    assert count(session, Vessel) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_plain_heading_for_the_moment_is_known(run: Run, tmp_path: Path, encoding: str) -> None:
    data = as_data(run("vms", written(tmp_path, HEAD, ROW, encoding=encoding), "--json"))
    assert (data["accepted"], data["refused"]) == (1, [])


@pytest.mark.parametrize("kind", ["vms", "vessels"])
def test_a_quote_that_swallows_the_rest_is_named(kind: str, run: Run, tmp_path: Path) -> None:
    result = run(kind, written(tmp_path, HEAD, f'"{ROW}', ROW))
    assert result.exit_code == 1
    assert "Dòng 2: dấu nháy kép mở ra mà không đóng lại" in result.output


def test_a_sheet_of_thousands_of_columns_is_not_counted_wrongly(run: Run, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEAD.split(";"), *(f"Cột {number}" for number in range(2_000))])
    sheet.append(ROW.split(";"))
    book.save(tmp_path / "rong.xlsx")
    result = run("vms", str(tmp_path / "rong.xlsx"))
    assert "Bảng có hơn 250 cột; chỉ nhận tối đa 250 cột." in result.output


def test_a_list_without_any_moment_names_the_missing_column(run: Run, tmp_path: Path) -> None:
    lines = ("Số đăng ký;Vĩ độ;Kinh độ", "KG-91234-TS;9.4;103.8")
    data = as_data(run("vms", written(tmp_path, *lines), "--json"))
    (refusal,) = data["refused"]
    assert refusal["reason"].startswith("Bảng thiếu cột “Thời điểm”.")


@pytest.mark.parametrize("shown", ["KG-9O234-TS", "KG 9o234", "KG-90234-TS"])
def test_a_letter_among_figures_is_compared_as_the_figure(session: Session, shown: str) -> None:
    actor = fisheries(session)
    known = record_vessel(session, actor, "KG-90234-TS", now=NOW)
    record_vessel(session, actor, "KG-91299-TS", now=NOW)
    session.flush()
    found = vessels_like(session, actor, shown)
    assert found[0].vessel.id == known.id
    assert found[0].score >= 85
