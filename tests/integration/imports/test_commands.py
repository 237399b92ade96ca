"""The import from the command line: what it prints, stores, refuses and answers to the shell."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.config import ROOT
from app.database import reading
from app.imports.models import ImportBatch
from app.registers.models import Marker
from tests.integration.imports.files import incidents
from tests.unit.imports.files import BAD, MARKERS, in_tcvn3, sheet, table

OURS = ROOT / "geodata" / "data" / "markers_with_coordinates.csv"
SHARED = ROOT.parent / "shared" / "domain" / "data" / "markers_with_coordinates.csv"
KEYS = {"file", "accepted", "refused", "warnings", "stored", "created", "changed", "unchanged"}
Run = Callable[..., Result]


@pytest.fixture
def run(house: Flask) -> Run:
    runner = house.test_cli_runner()

    def command(*words: str | Path) -> Result:
        return runner.invoke(args=["import", *map(str, words)])

    return command


def as_data(result: Result) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(result.stdout)
    assert read.keys() >= KEYS
    return read


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_published_markers_are_stored_at_their_place(run: Run) -> None:
    result = run("markers", OURS, "--json")
    data = as_data(result)
    assert (result.exit_code, data["accepted"], data["created"], data["refused"]) == (0, 12, 12, [])
    stored = {one["label"]: one for one in data["stored"]}
    assert {"261(1)", "261(2)", "222(1)", "222(2)", "222(3)", "314"} <= stored.keys()
    assert (stored["314"]["line"], stored["314"]["province_code"]) == ("KH", "91")
    assert stored["261(1)"]["lat"] == pytest.approx(22.9369286, abs=1e-7)
    tripoints = [one for label, one in stored.items() if label.startswith("mốc")]
    assert [one["province_code"] for one in tripoints] == ["11", "51"]
    again = as_data(run("markers", OURS, "--json"))
    assert (again["unchanged"], again["created"], again["changed"]) == (12, 0, 0)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not here")
def test_the_shared_markers_are_stored_too(run: Run) -> None:
    data = as_data(run("markers", SHARED, "--json"))
    assert (data["accepted"], data["refused"]) == (9, [])


def test_a_dry_run_stores_nothing(run: Run) -> None:
    data = as_data(run("markers", OURS, "--dry-run", "--json"))
    assert (data["created"], data["dry_run"]) == (12, True)
    assert (count(reading(), Marker), count(reading(), ImportBatch)) == (0, 0)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_ends_in_one_sentence_and_stores_nothing(
    kind: str, run: Run, tmp_path: Path
) -> None:
    make, name, word = BAD[kind]
    result = run("markers", make(tmp_path / name))
    assert result.exit_code == 1
    assert word in result.output
    assert "Traceback" not in result.output
    assert (count(reading(), Marker), count(reading(), ImportBatch)) == (0, 0)


def test_a_refused_file_is_json_too(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    result = run("markers", path, "--json")
    assert result.exit_code == 1
    assert "PDF" in as_data(result)["refused"][0]["reason"]


BAD_ROWS = {
    "swapped": (("CN", "304", 104.8394, 23.1114, ""), "đảo"),
    "vn2000 without its axis": (("CN", "304", "X=2556000.5", "Y=483000.2", ""), "kinh tuyến trục"),
    "formula": (("CN", "304", "=23+0.1", 104.8394, ""), "công thức"),
    "half": (("CN", "304", "", 104.8394, ""), "thiếu vĩ độ"),
    "no label": (("CN", "", 23.1, 104.8, "x"), "số hiệu"),
    "no line": (("", "304", "", "", ""), "tuyến nào"),
    "strange line": (("Thái Lan", "304", "", "", ""), "Chưa rõ tuyến"),
    "list of labels": (("CN", "261(1), 261(2)", "", "", ""), "số hiệu"),
    "far away": (("CN", "304", 10.0, 107.0, ""), "cách đường biên"),
    "repeat": (("KH", "314", 10.42, 104.44, ""), "dòng 4"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_refused_by_its_number_and_the_rest_is_stored(
    kind: str, run: Run, tmp_path: Path
) -> None:
    row, word = BAD_ROWS[kind]
    data = as_data(run("markers", sheet(tmp_path / "a.xlsx", [*MARKERS, row]), "--json"))
    assert (data["created"], [one["row"] for one in data["refused"]]) == (3, [5])
    assert word in data["refused"][0]["reason"]


def test_an_axis_for_the_whole_file_settles_vn2000(run: Run, tmp_path: Path) -> None:
    rows = [("Tuyến", "Số hiệu", "X", "Y"), ("CN", "428", "2586963,15", "480405,79")]
    path = table(tmp_path / "a.csv", rows)
    refused = as_data(run("markers", path, "--json"))
    assert "Có thể là" in refused["refused"][0]["reason"]
    stored = as_data(run("markers", path, "--crs", "EPSG:9209", "--json"))["stored"][0]
    assert (stored["crs"], stored["province_code"]) == ("EPSG:9209", "08")


def test_a_label_that_became_a_date_is_asked_for(run: Run, tmp_path: Path) -> None:
    rows = [(*MARKERS[0],), ("KH", date(2026, 5, 10), 10.42, 104.44, "")]
    result = run("markers", sheet(tmp_path / "a.xlsx", rows))
    assert "thành ngày 10/05/2026" in result.output
    assert result.exit_code == 1


def test_old_fonts_are_refused_unattended_and_converted_on_demand(run: Run, tmp_path: Path) -> None:
    rows = [[in_tcvn3(c) if isinstance(c, str) else c for c in row] for row in MARKERS]
    path = sheet(tmp_path / "a.xlsx", rows)
    assert "TCVN3" in run("markers", path).output
    done = run("markers", path, "--convert", "tcvn3", "--json")
    assert as_data(done)["created"] == 3
    assert reading().scalar(select(Marker.note).where(Marker.label == "261(1)")) == "bờ suối"


def test_incidents_are_opened_for_the_unit(run: Run, tmp_path: Path) -> None:
    path = incidents(tmp_path / "a.csv", 5, kind={2: "?"}, at={3: "05/03/2099 08:00"})
    assert "--unit" in run("incidents", path).output
    data = as_data(run("incidents", path, "--unit", "BP08", "--json"))
    assert (data["created"], [one["row"] for one in data["refused"]]) == (3, [3, 4])
    assert data["stored"][0]["label"].startswith("BG-")
    assert data["stored"][0]["province_code"] == "08"
    assert count(reading(), Case) == 3
    again = as_data(run("incidents", path, "--unit", "BP08", "--json"))
    assert (again["created"], again["unchanged"]) == (0, 3)


def test_places_told_from_a_marker_are_understood(run: Run, tmp_path: Path) -> None:
    run("markers", sheet(tmp_path / "m.xlsx", MARKERS))
    rows = [
        ("Loại vụ việc", "Thời gian", "Mốc gần nhất", "Tuyến", "Địa điểm"),
        ("Buôn lậu", "05/03/2026 08:00", "cách mốc 314 khoảng 300 m", "KH", ""),
        ("Buôn lậu", "05/03/2026 09:00", "", "KH", "cách mốc 314 khoảng 0,5 km về phía tây"),
        ("Buôn lậu", "05/03/2026 10:00", "999", "KH", ""),
    ]
    data = as_data(run("incidents", sheet(tmp_path / "a.xlsx", rows), "--unit", "BP08", "--json"))
    assert (data["created"], data["refused"]) == (3, [])
    held = [case.data for case in reading().scalars(select(Case).order_by(Case.id))]
    assert [one.get("marker_offset_m") for one in held] == [300, 500, None]
    assert held[2]["place_text"] == "mốc 999"


def test_an_unknown_user_is_named(run: Run, tmp_path: Path) -> None:
    result = run("incidents", incidents(tmp_path / "a.csv", 1), "--user", "ai-do")
    assert (result.exit_code, "ai-do" in result.output) == (1, True)


UNREADABLE = {
    "no file": (["khong-co.xlsx"], "Không tìm thấy tệp"),
    "a folder": (["."], "là thư mục"),
    "no such unit": (["a.xlsx", "--unit", "KHONGCO"], "Không có đơn vị mang mã KHONGCO"),
    "no such line": (["a.xlsx", "--line", "XX"], "Không có tuyến “XX”"),
    "no such font": (["a.xlsx", "--convert", "abc"], "Không có bảng mã “abc”"),
    "no such system": (["a.xlsx", "--crs", "abc"], "không có trong danh mục"),
    "no such sheet": (["a.xlsx", "--sheet", "abc"], "không có trang “abc”"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_done_is_one_vietnamese_sentence_and_one_json(
    kind: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, said = UNREADABLE[kind]
    sheet(tmp_path / "a.xlsx", MARKERS)
    monkeypatch.chdir(tmp_path)
    result = run("markers", *words, "--json")
    assert (result.exit_code, count(reading(), Marker)) == (1, 0)
    assert said in as_data(result)["refused"][0]["reason"]
    plain = run("markers", *words)
    assert (plain.exit_code, said in plain.output, "Usage" in plain.output) == (1, True, False)


def test_the_shell_learns_of_every_refused_row(run: Run, tmp_path: Path) -> None:
    good = run("markers", sheet(tmp_path / "a.xlsx", MARKERS))
    mixed = run("markers", sheet(tmp_path / "b.xlsx", [*MARKERS, ("CN", "abc", "", "", "")]))
    assert (good.exit_code, mixed.exit_code) == (0, 1)


ASKED = {
    "a single where a pair stands": (("CN", "261", 22.9369, 104.8494, ""), "261(1), 261(2)"),
    "one of a pair where a single stands": (("KH", "314(1)", 10.4235, 104.4407, ""), "mốc 314 "),
    "no position": (("CN", "305", "", "", ""), "chưa lên bản đồ"),
    "an old number": (("CN", "A2", "23,11", "104,84", ""), "mốc cũ A-2"),
}


@pytest.mark.parametrize("kind", ASKED)
def test_a_doubtful_new_marker_is_stored_with_a_warning(
    kind: str, run: Run, tmp_path: Path
) -> None:
    row, word = ASKED[kind]
    run("markers", sheet(tmp_path / "a.xlsx", MARKERS))
    data = as_data(run("markers", sheet(tmp_path / "b.xlsx", [MARKERS[0], row]), "--json"))
    assert data["created"] == 1
    assert word in " ".join(one["text"] for one in data["warnings"])


def test_a_point_of_three_borders_is_not_stored_twice(run: Run, tmp_path: Path) -> None:
    run("markers", OURS)
    rows = [MARKERS[0], ("LA", "Mốc giao điểm VN-LA-CN", 22.4006389, 102.1439167, "")]
    data = as_data(run("markers", sheet(tmp_path / "a.xlsx", rows), "--json"))
    assert (data["created"], data["refused"][0]["row"]) == (0, 2)
    assert "Sổ đã có mốc giao điểm này" in data["refused"][0]["reason"]


def test_a_province_of_before_is_where_it_went(run: Run, tmp_path: Path) -> None:
    rows = [(*MARKERS[0][:4], "Tỉnh"), ("CN", "304", 23.1114, 104.8394, "Hà Giang")]
    data = as_data(run("markers", sheet(tmp_path / "a.xlsx", rows), "--json"))
    assert (data["stored"][0]["province_code"], data["warnings"]) == ("08", [])


INCIDENT = ("Số báo cáo", "Loại vụ việc", "Thời gian", "Địa điểm", "Cách mốc", "Mốc", "Tuyến")
BAD_INCIDENTS = {
    "long ago": (("1", "Buôn lậu", "05/03/1926 08:00", "bờ suối", "", "", ""), "quá xa"),
    "number as a day": (
        (date(2026, 3, 15), "Buôn lậu", "05/03/2026", "x", "", "", ""),
        "thành ngày",
    ),
    "two days": (("1", "Buôn lậu", "04/3 đến 05/3/2026", "x", "", "", ""), "nhiều ngày"),
    "too far": (("1", "Buôn lậu", "05/03/2026", "x", "99999999", "314", "KH"), "Cột “Cách mốc”"),
}


@pytest.mark.parametrize("kind", BAD_INCIDENTS)
def test_a_doubtful_incident_is_refused(kind: str, run: Run, tmp_path: Path) -> None:
    row, word = BAD_INCIDENTS[kind]
    path = sheet(tmp_path / "a.xlsx", [INCIDENT, row])
    data = as_data(run("incidents", path, "--unit", "BP08", "--json"))
    assert (data["accepted"], word in data["refused"][0]["reason"]) == (0, True)


def test_one_marker_out_of_several_is_taken_with_a_warning(run: Run, tmp_path: Path) -> None:
    row = ("1", "Buôn lậu", "05/03/2026 08:00", "x", "", "mốc 257 – 259", "LA")
    path = sheet(tmp_path / "a.xlsx", [INCIDENT, row])
    data = as_data(run("incidents", path, "--unit", "BP08", "--json"))
    assert "“mốc 257 – 259”: đã hiểu là gần mốc 257." in [one["text"] for one in data["warnings"]]
