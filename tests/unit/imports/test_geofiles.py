"""GeoPackage, Shapefile, KML and GPX as tables: letters, systems, layers, and what is refused."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from pyproj import Transformer

from app.errors import Refused
from app.imports.readers.fonts import FontEncoding
from app.imports.readers.geo_systems import Doubt
from app.imports.readers.opening import open_source
from app.imports.readers.source import Source, Unreadable
from tests.unit.imports.geofiles import as_latin, kml, placemark, shapefile, written, zipped

PLACES = [(105.30, 23.20), (105.32, 23.21)]
NAMES = {"so_hieu": ["428", "429(1)"], "noi_dat": ["bản Lũng", "xã Trái phép"]}


def table(source: Source, number: int = 0) -> list[tuple[object, ...]]:
    return [row.cells for row in source.sheets[number].rows()]


def opened(path: Path) -> Source:
    return open_source(path, limit_mb=5)


@pytest.mark.parametrize(
    ("name", "driver"), [("tep.gpkg", "GPKG"), ("tep.kml", "LIBKML"), ("tep.gpx", "GPX")]
)
def test_points_with_attributes_become_rows(tmp_path: Path, name: str, driver: str) -> None:
    options = {"GPX_USE_EXTENSIONS": "YES"} if driver == "GPX" else {}
    columns = {"name": ["a", "b"], **NAMES} if driver == "GPX" else NAMES
    path = written(tmp_path / name, PLACES, columns, driver=driver, **options)
    head, first, second = table(opened(path.rename(tmp_path / "khong-duoi")))
    assert {"so_hieu", "noi_dat", "geometry.north", "geometry.east"} <= set(head)
    row = dict(zip(head, second, strict=True))
    assert row["so_hieu"] == "429(1)"
    assert row["noi_dat"] == "xã Trái phép"
    assert (row["geometry.north"], row["geometry.east"]) == pytest.approx((23.21, 105.32))
    assert len(first) == len(head)


def test_a_named_grid_is_declared_and_its_numbers_kept(tmp_path: Path) -> None:
    into = Transformer.from_crs("EPSG:4326", "EPSG:9210", always_xy=True)
    grid = [into.transform(*place) for place in PLACES]
    source = opened(written(tmp_path / "a.gpkg", grid, NAMES, driver="GPKG", crs="EPSG:9210"))
    assert source.crs == "EPSG:9210"
    assert source.question is None
    assert table(source)[1][-1] == grid[0][0]


CUSTOM = (
    'PROJCS["VN-2000 KTT 105-45 mui 3",GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",'
    'SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",105.75],PARAMETER["Scale_Factor",0.9999],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def test_a_grid_that_an_office_described_itself_is_recognised(tmp_path: Path) -> None:
    into = Transformer.from_crs("EPSG:4326", "EPSG:9210", always_xy=True)
    grid = [into.transform(*place) for place in PLACES]
    text = CUSTOM.replace("KTT 105-45 mui 3", "cua tinh")
    source = opened(shapefile(tmp_path / "s", grid, {"so": ["1", "2"]}, crs=None, prj=text))
    assert (source.crs, source.question) == ("EPSG:9210", None)


@pytest.mark.parametrize(
    ("crs", "places", "doubt"),
    [
        (None, PLACES, Doubt.MISSING),
        (None, [(557_000.0, 2_566_000.0), (557_100.0, 2_566_000.0)], Doubt.MISSING),
        ("EPSG:4326", [(23.2, 105.3), (23.21, 105.32)], Doubt.UNFIT),
        ("EPSG:4326", [(557_000.0, 2_566_000.0), (557_100.0, 2_566_000.0)], Doubt.UNFIT),
        ("EPSG:9210", PLACES, Doubt.UNFIT),
        ("EPSG:2154", [(557_000.0, 2_566_000.0), (557_100.0, 2_566_000.0)], Doubt.UNKNOWN),
        ("EPSG:3857", [(11_722_000.0, 2_640_000.0)] * 2, Doubt.UNKNOWN),
    ],
)
def test_a_system_that_is_missing_or_does_not_fit_is_a_question(
    tmp_path: Path, crs: str | None, places: list[tuple[float, float]], doubt: Doubt
) -> None:
    source = opened(shapefile(tmp_path / "s", places, {"so": ["1", "2"]}, crs=crs))
    assert source.crs is None
    assert source.question is not None
    assert source.question.doubt is doubt


TEXT = "Bờ suối, xã Đồng Văn, phường Trần Phú, đường tuần tra"
TCVN3 = "Bê suèi, x· §ång V¨n, ph­êng TrÇn Phó, ®­êng tuÇn tra"


@pytest.mark.parametrize(
    ("text", "charset", "font"),
    [
        (as_latin(TEXT, "utf-8"), "UTF-8", None),
        (as_latin(TEXT, "utf-8"), None, None),
        (as_latin(TEXT, "utf-8"), "1252", None),
        (TCVN3, None, FontEncoding.TCVN3),
        (TCVN3, "UTF-8", FontEncoding.TCVN3),
        (TCVN3, "ISO 88591", FontEncoding.TCVN3),
    ],
)
def test_the_letters_of_a_shapefile_are_found_out(
    tmp_path: Path, text: str, charset: str | None, font: FontEncoding | None
) -> None:
    path = shapefile(tmp_path / "s", PLACES, {"noi_dat": [text, text]}, charset=charset)
    source = opened(path)
    assert source.font is font
    assert table(source)[1][0] == (TEXT if font is None else text)


def test_windows_1258_of_a_shapefile_is_read(tmp_path: Path) -> None:
    text = "Bờ suối xã Thành Công, đồn biên phòng"
    marks = {0x300: 0xCC, 0x301: 0xEC, 0x303: 0xDE, 0x309: 0xD2, 0x323: 0xF2}
    raw = "".join(
        chr(marks[ord(sign)]) if ord(sign) in marks else sign.encode("cp1258").decode("latin-1")
        for letter in text
        for sign in _base_and_tone(letter)
    )
    source = opened(shapefile(tmp_path / "s", PLACES, {"noi": [raw, raw]}))
    assert unicodedata.normalize("NFC", str(table(source)[1][0])) == text


def _base_and_tone(letter: str) -> str:
    """The letter with its hat or hook, then its tone: as Windows-1258 writes them."""
    whole = unicodedata.normalize("NFD", letter)
    tones = "".join(sign for sign in whole if sign in "\u0300\u0301\u0303\u0309\u0323")
    rest = "".join(sign for sign in whole if sign not in tones)
    return unicodedata.normalize("NFC", rest) + tones


def test_every_layer_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    written(path, PLACES, NAMES, driver="GPKG", layer="mốc")
    written(path, PLACES[:1], {"so": ["1"]}, driver="GPKG", layer="cọc", append=False)
    assert [sheet.name for sheet in opened(path).sheets] == ["mốc", "cọc"]


def test_kmz_folders_and_links_are_told(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://198.51.100.7/x.kml</href></Link></NetworkLink>"
    document = kml(placemark("428", "105.3,23.2,0"), link)
    path = zipped(tmp_path / "a.kmz", {"doc.kml": document.encode(), "khac.kml": b"<kml/>"})
    source = opened(path)
    said = " ".join(source.notes)
    assert "không tải về" in said
    assert "1 tệp KML khác" in said
    assert "428" in table(source)[1]


def test_lines_are_told_to_be_no_points(tmp_path: Path) -> None:
    path_of = "<LineString><coordinates>105,22 106,23</coordinates></LineString>"
    line = f"<Placemark><name>x</name>{path_of}</Placemark>"
    path = tmp_path / "a.kml"
    path.write_text(kml(placemark("428", "105.3,23.2"), line), encoding="utf-8")
    cells = [row[-1] for row in table(opened(path))[1:]]
    told = [cell.sentence for cell in cells if isinstance(cell, Unreadable)]
    assert told == ["Hình học kiểu LineString: loại dữ liệu này chỉ nhận điểm (Point)."]


def test_a_track_alone_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        '<trkpt lat="22" lon="105"/><trkpt lat="23" lon="105"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="waypoint"):
        opened(path)


def _bomb(folder: Path) -> Path:
    return zipped(folder / "b.zip", {"a.shp": b"\0" * 60_000_000, "a.dbf": b""})


def _entities(folder: Path) -> Path:
    path = folder / "e.kml"
    head = '<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    path.write_text(kml(placemark("&b;", "105,22"), head=head), encoding="utf-8")
    return path


def _broken(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "bomb": _bomb,
    "entities": _entities,
    "escape": lambda folder: zipped(folder / "z.zip", {"../../a.shp": b"x", "../../a.dbf": b"x"}),
    "absolute": lambda folder: zipped(folder / "z.zip", {"/etc/a.shp": b"x", "/etc/a.dbf": b"x"}),
    "drive": lambda folder: zipped(folder / "z.zip", {"C:\\a.shp": b"x", "C:\\a.dbf": b"x"}),
    "nested": lambda folder: zipped(folder / "z.zip", {"a.kmz": b"PK\x03\x04"}),
    "no dbf": lambda folder: shapefile(folder / "s", PLACES, {"a": ["1", "2"]}, without=("dbf",)),
    "torn shp": lambda folder: zipped(
        folder / "z.zip",
        {"a.shp": b"\0\0\x27\x0a" + b"\xff" * 300, "a.dbf": b"\x03" + b"\xff" * 60},
    ),
    "torn gpkg": _broken("g.gpkg", b"SQLite format 3\x00" + b"\xff" * 4096),
    "plain sqlite": _broken("g.gpkg", b"SQLite format 3\x00" + b"\0" * 84),
    "torn kml": _broken("k.kml", b'<?xml version="1.0"?><kml><Document><Placemark>'),
    "empty kml": _broken("k.kml", b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'),
    "vrt": _broken("v.kml", b"<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>"),
    "vrt with root": _broken(
        "v.kml",
        b"<OGRVRTDataSource><!-- <kml > --><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd"
        b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    ),
    "too many sets": lambda folder: zipped(
        folder / "z.zip", {f"{n}.{part}": b"x" for n in range(40) for part in ("shp", "dbf")}
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, name: str) -> None:
    path = HOSTILE[name](tmp_path)
    with pytest.raises(Refused) as refusal:
        opened(path)
    assert str(refusal.value).endswith(".")
    assert str(tmp_path) not in str(refusal.value)
