"""Files as offices keep them, and files that must be refused with one sentence."""

import zipfile
from pathlib import Path

import openpyxl
import orjson
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types

from app.errors import AppError, Refused, TooLarge
from app.imports.fields import Target
from app.imports.judging import RowProblemError
from app.imports.readers.fonts import FontEncoding
from app.imports.tables import Opened, Options, open_table, unused_columns
from tests.unit.imports.files import BAD, MARKERS, in_tcvn3, in_vni, sheet, table

PLAIN = Options()


def opened(path: Path, target: Target = Target.MARKERS, options: Options = PLAIN) -> Opened:
    return open_table(path, target, options=options, limit_mb=20)


def labels(found: Opened) -> list[tuple[int, str]]:
    return [(row.number, row.text("label")) for row in found.table.records()]


WANTED = [(2, "261(1)"), (3, "261(2)"), (4, "314")]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_with_one_sentence(kind: str, tmp_path: Path) -> None:
    make, name, word = BAD[kind]
    with pytest.raises(AppError) as caught:
        list(opened(make(tmp_path / name)).table.records())
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(TooLarge, match="200 MB"):
        opened(path)


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_tables_are_read_whatever_their_signs(sep: str, encoding: str, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", MARKERS, encoding=encoding, sep=sep)
    assert labels(opened(path)) == WANTED


def test_a_workbook_is_read_by_the_rows_that_the_office_sees(tmp_path: Path) -> None:
    rows = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",), ("Độc lập - Tự do - Hạnh phúc",), ()]
    path = sheet(tmp_path / "a.xlsx", [*rows, *MARKERS, ("Tổng cộng", "", 3)])
    found = opened(path)
    assert labels(found) == [(5, "261(1)"), (6, "261(2)"), (7, "314")]
    assert found.table.skipped.notes() == ["Bỏ qua dòng tổng cộng: dòng 8."]


def two_header_rows(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Mốc")
    page.merge_range("A1:F1", "BẢNG KÊ TỌA ĐỘ (VN-2000, kinh tuyến trục 105°30', múi chiếu 3°)")
    for column, name in ((0, "TT"), (1, "Số hiệu mốc"), (4, "Độ cao"), (5, "Ghi chú")):
        page.merge_range(2, column, 3, column, name)
    page.merge_range("C3:D3", "Tọa độ")
    page.write_row("C4", ("X (m)", "Y (m)"))
    page.write_row("A5", (1, 2, 3, 4, 5, 6))
    page.write_row("A6", (1, "428", 2586000.5, 500100.25, "788,83", ""))
    page.write("A7", "II. Tuyến Việt Nam – Lào")
    page.write_row("A8", (2, "130", 2300000, 480000, "", ""))
    page.write_formula("A9", "=SUM(A6:A8)")
    page.write_row("B10", ("Người lập biểu",))
    book.close()
    return path


def test_two_header_rows_numbering_headings_and_signatures_are_told_apart(tmp_path: Path) -> None:
    found = opened(two_header_rows(tmp_path / "a.xlsx"))
    rows = list(found.table.records())
    assert [(row.number, row.text("label"), row.group) for row in rows] == [
        (6, "428", ""),
        (8, "130", "II. Tuyến Việt Nam – Lào"),
    ]
    assert found.table.skipped.notes() == [
        "Bỏ qua dòng tổng cộng: dòng 9.",
        "Bỏ qua dòng tiêu đề nhóm: dòng 7.",
        "Bỏ qua dòng chữ ký, chú thích cuối bảng: dòng 10.",
    ]
    assert found.table.mapping.keys() >= {"label", "north", "east", "elevation_m", "note"}
    assert found.crs is not None
    assert "105°30'" in found.crs


def test_hidden_sheets_are_not_read_and_said_so(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", MARKERS)
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("nháp cũ")
    for row in MARKERS:
        hidden.append(list(row))
    hidden.sheet_state = "hidden"
    book.save(path)
    found = opened(path)
    assert found.notes == ("Không đọc trang ẩn: “nháp cũ”.",)
    with pytest.raises(Refused, match="không có trang"):
        opened(path, options=Options(sheet="nháp cũ"))


def test_the_sheet_with_the_clearest_table_is_read(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [("bìa",)])
    book = openpyxl.load_workbook(path)
    second = book.create_sheet("Số liệu")
    for row in MARKERS:
        second.append(list(row))
    book.save(path)
    found = opened(path)
    assert found.table.sheet.name == "Số liệu"
    assert labels(found) == WANTED


@pytest.mark.parametrize(
    ("spell", "font"), [(in_tcvn3, FontEncoding.TCVN3), (in_vni, FontEncoding.VNI)]
)
@pytest.mark.parametrize("kind", ["xlsx", "csv", "bytes"])
def test_old_fonts_are_refused_by_name_and_converted_when_asked(
    spell: object, font: FontEncoding, kind: str, tmp_path: Path
) -> None:
    assert callable(spell)
    rows = [[spell(cell) if isinstance(cell, str) else cell for cell in row] for row in MARKERS]
    if kind == "xlsx":
        path = sheet(tmp_path / "a.xlsx", rows)
    else:
        path = table(tmp_path / "a.csv", rows, encoding="latin-1" if kind == "bytes" else "utf-8")
    with pytest.raises(Refused, match=f"--convert {font.value}"):
        opened(path)
    found = opened(path, options=Options(convert=font))
    assert labels(found) == WANTED
    assert next(found.table.records()).text("note") == "bờ suối"


def test_converting_what_is_unicode_changes_nothing(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", MARKERS)
    found = opened(path, options=Options(convert=FontEncoding.TCVN3))
    assert labels(found) == WANTED
    assert "đã là Unicode" in found.notes[0]


def test_geojson_points_are_rows_with_their_own_system(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [104.8493911, 22.9369286]}
    feature = {
        "type": "Feature",
        "geometry": point,
        "properties": {"line": "CN", "label": "261(1)"},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4756"}}
    path = tmp_path / "a.geojson"
    content = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    path.write_bytes(orjson.dumps(content))
    found = opened(path)
    row = next(found.table.records())
    assert (row.number, row.cell("north"), row.cell("east")) == (1, 22.9369286, 104.8493911)
    assert found.crs == "EPSG:4756"


def test_formula_cells_are_kept_apart_from_values(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [MARKERS[0], ("CN", "304", "=23+1/9", 104.8, "")])
    row = next(opened(path).table.records())
    with pytest.raises(ValueError, match="Ô C2 chứa công thức"):
        row.cell("lat")


def test_merged_titles_and_unused_columns_are_no_reason_to_refuse(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [("TT", *MARKERS[0]), *((1, *row) for row in MARKERS[1:])])
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.merge_cells("A2:A3")
    book.save(path)
    found = opened(path)
    assert labels(found) == WANTED
    assert unused_columns(found) == ["TT"]


def test_columns_that_are_needed_are_asked_for_by_name(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [("Ngày", "Địa điểm"), ("05/03/2026", "bờ suối")])
    with pytest.raises(Refused, match="“Loại vụ việc”"):
        opened(path, Target.INCIDENTS)


def test_headings_with_their_number_apart_open_a_group(tmp_path: Path) -> None:
    head = ("TT", "Số hiệu", "Vĩ độ", "Kinh độ")
    rows = [head, ("I", "Tuyến Việt Nam - Lào", "", ""), (1, "281", 19.9, 104.5)]
    path = sheet(tmp_path / "a.xlsx", [*rows, ("II", "Tuyến Campuchia"), (2, "314", 10.4, 104.4)])
    records = list(opened(path).table.records())
    assert [row.group for row in records] == ["Tuyến Việt Nam - Lào", "Tuyến Campuchia"]


@pytest.mark.parametrize(
    "written", ["Cộng", "Tổng số: 3", "Tổng cộng toàn tuyến: 3 mốc", "Tổng số mốc", "Lũy kế"]
)
def test_totals_are_no_records(written: str, tmp_path: Path) -> None:
    found = opened(sheet(tmp_path / "a.xlsx", [*MARKERS, ("", written, 3)]))
    assert labels(found) == WANTED
    assert found.table.skipped.totals == [5]


def test_a_report_may_begin_like_a_total(tmp_path: Path) -> None:
    head = ("Nội dung", "Loại vụ việc", "Thời gian")
    row = ("Tổng số 5 người vượt biên", "Vượt biên", "05/03/2026 08:00")
    found = opened(sheet(tmp_path / "a.xlsx", [head, row]), Target.INCIDENTS)
    assert [one.number for one in found.table.records()] == [2]


def test_letters_of_geodesy_head_the_columns_of_degrees(tmp_path: Path) -> None:
    rows = [("Số hiệu", "Tọa độ WGS-84", ""), ("", "B", "L"), ("(1)", "(2)", "(3)")]
    found = opened(sheet(tmp_path / "a.xlsx", [*rows, ("304", 23.1, 104.8)]))
    assert found.table.mapping == {"label": 0, "lat": 1, "lon": 2}
    assert labels(found) == [(4, "304")]


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", MARKERS)
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.row_dimensions[3].hidden = True
    book.save(path)
    found = opened(path)
    assert labels(found) == WANTED
    assert found.table.skipped.notes() == ["Đã đọc cả dòng đang ẩn trong tệp: dòng 3."]


@pytest.mark.parametrize("written", ["'314", "\u200e314", "314\u200b", "\u00a0314 ", "\ufeff314"])
def test_signs_that_nobody_sees_are_left_out(written: str, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [*MARKERS[:1], ("KH", written, 10.42, 104.44, "—")])
    record = next(opened(path).table.records())
    assert (record.text("label"), record.cell("note")) == ("314", None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="C2" t="n"', b'r="C2" t="n" s="zz"'),
        (b'r="C2" t="n"', b'r="C2" t="s"'),
        (b'<row r="2"', b'<row r="x"'),
        (b"<v>22.9369286</v>", b"<v>hai</v>"),
    ],
)
def test_a_workbook_with_broken_parts_is_refused(old: bytes, new: bytes, tmp_path: Path) -> None:
    whole = sheet(tmp_path / "whole.xlsx", MARKERS)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for item in source.infolist():
            content = source.read(item)
            is_sheet = item.filename.endswith("sheet1.xml")
            target.writestr(item, content.replace(old, new) if is_sheet else content)
    with pytest.raises(Refused, match="hỏng"):
        labels(opened(tmp_path / "a.xlsx"))


def test_signs_that_xml_cannot_hold_are_read_as_what_they_mean(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [MARKERS[0], ("KH", "314", 10.42, 104.44, "một_x000D_\nhai")])
    assert next(opened(path).table.records()).text("note") == "một\nhai"


# --- GeoJSON --------------------------------------------------------------------------------


def feature(geometry: object, label: object = "304") -> dict[str, object]:
    return {"type": "Feature", "properties": {"line": "CN", "label": label}, "geometry": geometry}


def collection(path: Path, *features: object, encoding: str = "utf-8") -> Path:
    text = orjson.dumps({"type": "FeatureCollection", "features": features}).decode()
    path.write_bytes(text.encode(encoding))
    return path


POINT = {"type": "Point", "coordinates": [104.8, 23.1]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_features_are_read_whatever_their_bytes(encoding: str, tmp_path: Path) -> None:
    path = collection(tmp_path / "a.geojson", feature(POINT), encoding=encoding)
    assert labels(opened(path)) == [(1, "304")]


def test_what_is_no_feature_is_told_and_the_others_keep_their_number(tmp_path: Path) -> None:
    path = collection(tmp_path / "a.geojson", feature(POINT), 5, None, feature(POINT, "305"))
    records = list(opened(path).table.records())
    assert [row.number for row in records] == [1, 2, 3, 4]
    with pytest.raises(RowProblemError, match="không phải đối tượng GeoJSON"):
        records[1].cell("north")


def test_a_feature_without_a_number_is_no_total(tmp_path: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": []}
    path = collection(tmp_path / "a.geojson", feature(POINT), feature(polygon, None))
    assert [row.number for row in opened(path).table.records()] == [1, 2]


def test_a_multipoint_of_one_point_is_a_point(tmp_path: Path) -> None:
    many = {"type": "MultiPoint", "coordinates": [[104.8, 23.1, 812.0]]}
    found = opened(collection(tmp_path / "a.geojson", feature(many)))
    record = next(found.table.records())
    assert (record.cell("north"), record.cell("east")) == (23.1, 104.8)
    assert any("độ cao (Z)" in note for note in found.notes)


def test_a_nul_in_a_feature_is_left_out(tmp_path: Path) -> None:
    path = collection(tmp_path / "a.geojson", feature(POINT, "30\x004"))
    assert labels(opened(path)) == [(1, "304")]


@pytest.mark.parametrize("content", ["[" * 5000, '{"type": "FeatureCollection", "features": [NaN'])
def test_broken_json_is_told_in_vietnamese(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=r"^Tệp GeoJSON sai cú pháp ở dòng 1, cột \d+: hãy xuất lại"):
        opened(tmp_path / "a.geojson")
