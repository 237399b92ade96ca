"""Office files as they really come, good and bad, made for tests."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types

from app.imports.readers import fonts

Row = Sequence[Any]  # Any: cell values
MARKERS: list[Row] = [
    ("Tuyến", "Số hiệu", "Vĩ độ", "Kinh độ", "Ghi chú"),
    ("CN", "261(1)", 22.9369286, 104.8493911, "bờ suối"),
    ("CN", "261(2)", 22.9368686, 104.8495628, ""),
    ("KH", "314", "10,4235278", "104,4407222", "mốc cuối"),
]
_TCVN3 = {letter: sign for sign, letter in fonts._TCVN3.items()}
_MARK_OF = {marks: sign for sign, marks in fonts._VNI_MARKS.items()}


def sheet(path: Path, rows: Sequence[Row], *, name: str = "Bảng") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def table(path: Path, rows: Sequence[Row], *, encoding: str = "utf-8", sep: str = ",") -> Path:
    lines = [sep.join(f'"{cell}"' for cell in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def in_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text.lower())


def in_vni(text: str) -> str:
    """Written by the letters' names: one sign for the letter, one for its tone and hat."""
    spelt = {"ộ": "oä", "ố": "oá", "ệ": "eä", "ế": "eá", "ú": "uù", "ớ": "ôù", "à": "aø"}
    spelt |= {"ả": "aû", "đ": "ñ", "ĩ": "ó", "ị": "ò", "ờ": "ôø", "ữ": "öõ", "ư": "ö", "ấ": "aá"}
    spelt |= {"ạ": "aï", "ồ": "oà", "ù": "uø", "á": "aù", "ủ": "uû", "ự": "öï", "ề": "eà"}
    spelt |= {"ọ": "oï", "ặ": "aë", "ắ": "aé", "ô": "oâ", "ê": "eâ", "â": "aâ", "ơ": "ô"}
    return "".join(spelt.get(letter, letter) for letter in text.lower())


# --- files that must be refused as a whole, with the word their sentence holds -----------------


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _pdf(path: Path) -> Path:
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3")
    return path


def _program(path: Path) -> Path:
    path.write_bytes(b"MZ\x90\x00" + bytes(200))
    return path


def _old_xls(path: Path) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    return path


def _encrypted(path: Path) -> Path:
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name + bytes(600))
    return path


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024))
    return path


def _lying_bomb(path: Path) -> Path:
    """The list of contents says the sheet is small; the sheet is not."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(20 * 1024 * 1024))
    content = plain.getvalue()
    small, large = struct.pack("<L", 10), struct.pack("<L", 20 * 1024 * 1024)
    path.write_bytes(content.replace(large, small))
    return path


def _entities(path: Path) -> Path:
    good = sheet(path.with_name("good.xlsx"), MARKERS)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            target.writestr(item, content)
    return path


def _word(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return path


def _cut_off(path: Path) -> Path:
    whole = sheet(path.with_name("whole.xlsx"), MARKERS).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _many_columns(path: Path) -> Path:
    wide = [["Tuyến", "Số hiệu", *(f"c{n}" for n in range(30_000))]]
    wide.append(["CN", "304", *("x" for _ in range(30_000))])
    return table(path, wide)


def _merged(path: Path) -> Path:
    book = openpyxl.load_workbook(sheet(path, MARKERS))
    page = book.active
    assert page is not None
    page.merge_cells("A2:A3")
    book.save(path)
    return path


def _chinese(path: Path) -> Path:
    path.write_bytes("线路,编号,纬度\n中国,三百零四,二十三度\n".encode("gbk") * 5)
    return path


def _no_header(path: Path) -> Path:
    return table(path, [("một", "hai"), ("ba", "bốn")])


def _only_header(path: Path) -> Path:
    return sheet(path, [("xin", "chào")])


def _open_quote(path: Path) -> Path:
    path.write_text('Tuyến,Số hiệu\nCN,"304\n' + "x" * 200_000, encoding="utf-8")
    return path


def _not_features(path: Path) -> Path:
    path.write_text('{"a": 1}', encoding="utf-8")
    return path


def _broken_json(path: Path) -> Path:
    path.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    return path


def _hidden_only(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("trống")
    hidden = book.add_worksheet("ẩn")
    hidden.write_row(0, 0, MARKERS[0])
    hidden.hide()
    book.close()
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "empty": (_empty, "a.xlsx", "rỗng"),
    "pdf": (_pdf, "a.xlsx", "PDF"),
    "program": (_program, "a.csv", "chương trình"),
    "old xls": (_old_xls, "a.xlsx", ".xls"),
    "password": (_encrypted, "a.xlsx", "mật khẩu"),
    "zip bomb": (_bomb, "a.xlsx", "phình"),
    "lying zip bomb": (_lying_bomb, "a.xlsx", "hỏng"),
    "entities": (_entities, "a.xlsx", "không được phép"),
    "word": (_word, "a.xlsx", "Word"),
    "cut off": (_cut_off, "a.xlsx", "hỏng"),
    "30,000 columns": (_many_columns, "a.csv", "30.002 cột"),
    "merged": (_merged, "a.xlsx", "gộp"),
    "unknown encoding": (_chinese, "a.csv", "bảng mã"),
    "no header": (_no_header, "a.csv", "tiêu đề"),
    "no header in a sheet": (_only_header, "a.xlsx", "tiêu đề"),
    "open quote": (_open_quote, "a.csv", "nháy kép"),
    "json": (_not_features, "a.geojson", "GeoJSON"),
    "broken json": (_broken_json, "a.geojson", "cú pháp"),
    "only hidden data": (_hidden_only, "a.xlsx", "không có dữ liệu"),
}
