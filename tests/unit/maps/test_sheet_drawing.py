"""What stands on a drawn page: its texts and marks, read from the figure before it is a file."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.geo.crs import system_of
from app.maps.features import Feature
from app.maps.published import Published
from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.canvas import Canvas
from app.maps.sheets.contents import Contents
from app.maps.sheets.frame import Centre, frame_of
from app.maps.sheets.letters import drawable, shortened, width_of, wrapped
from app.maps.sheets.margins import bar_part_m
from app.maps.sheets.page import draw_sheet
from app.maps.sheets.paper import Paper, Turn, layout_of, picture_layout
from app.maps.sheets.sheet import Sheet, Wording

NOTE = "Đường biên giới chỉ có tính minh họa"
ISLANDS = {
    "Hoàng Sa": "QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)",
    "Trường Sa": "QĐ. Trường Sa (Khánh Hòa, Việt Nam)",
}
SHAPES = {
    "main": {"shape": "circle", "color": "#F0E442"},
    "peg": {"shape": "diamond", "color": "#F0E442"},
    "border_incident": {"shape": "triangle", "color": "#D55E00"},
}
NAMES = {
    "main": "Mốc chính",
    "peg": "Cọc dấu",
    "border_incident": "Vụ việc biên giới",
    "overdue": "Quá hạn",
    "waiting": "Đang chờ",
    "working": "Đang xử lý",
    "initial": "Mới",
    "done": "Đã xong",
    "closed": "Đã đóng",
    "cluster": "Cụm",
    "cn": "Trung Quốc",
    "la": "Lào",
    "kh": "Campuchia",
    "province": "Địa giới tỉnh",
    "sea": "Đường trên biển",
    "sea_other": "Tham khảo",
    "gate": "Cửa khẩu",
}
HEADINGS = {
    name: name.upper() for name in ("types", "kinds", "states", "lines", "islands", "sources")
}
HERE = Centre(22.5, 106.0)
TITLE = "Bản đồ $x^2$ & <b>biên giới</b>"


def a_point(number: int, *, kind: str = "main", tone: str = "done") -> Feature:
    place = {"lat": 22.5 + number / 1000, "lon": 106.0 + number / 1000}
    return {
        "id": f"m{number}",
        "is": "marker",
        "type": kind,
        "tone": tone,
        "title": f"{number}/1",
        **place,
    }


def page(
    published: Published,
    folder: Path,
    *,
    points: Sequence[Feature] = (),
    clusters: Sequence[Feature] = (),
    turn: Turn = Turn.LANDSCAPE,
    denominator: int = 100_000,
    centre: Centre = HERE,
    is_picture: bool = False,
) -> Canvas:
    layout = picture_layout(160, 110) if is_picture else layout_of(Paper.A4, turn)
    grid = system_of("EPSG:3405")
    words = Wording(
        title=TITLE,
        subtitle="Tình trạng ngày 22/11/2026",
        classification="KHÔNG MẬT",
        note=NOTE,
        sources=["Nền: Bộ thử 1, sai số khoảng 50 m."],
        foot="In lúc 10:00, người in: Trần Lan",
        scale="Tỷ lệ 1:100.000",
        headings=HEADINGS,
        names=NAMES,
        islands=ISLANDS,
    )
    sheet = Sheet(
        layout=layout,
        frame=frame_of(layout.map, centre, denominator, system=grid),
        grid=grid,
        contents=Contents(points, clusters, len(points), 0),
        shapes=SHAPES,
        kinds=frozenset({"main", "peg"}),
        words=words,
        is_picture=is_picture,
    )
    return draw_sheet(sheet, Backdrop(published, folder))


def texts_of(canvas: Canvas) -> list[str]:
    return [text.get_text() for text in canvas.axes.texts]


@pytest.mark.parametrize("turn", list(Turn))
def test_every_page_carries_what_no_map_goes_without(
    published: Published, folder: Path, turn: Turn
) -> None:
    said = texts_of(page(published, folder, points=[a_point(7)], turn=turn))
    for sentence in (TITLE, NOTE, "KHÔNG MẬT", "Tỷ lệ 1:100.000", "B", "7/1"):
        assert sentence in said
    assert "Nền: Bộ thử 1, sai số khoảng 50 m." in said
    assert "In lúc 10:00, người in: Trần Lan" in said
    assert any(one.endswith(" km") for one in said)
    assert any(one.endswith(" Đ") for one in said)


@pytest.mark.parametrize("is_picture", [True, False], ids=["picture", "page"])
def test_the_archipelagos_are_named_wherever_the_page_lies(
    published: Published, folder: Path, *, is_picture: bool
) -> None:
    said = texts_of(page(published, folder, is_picture=is_picture))
    for name in ("QĐ. Hoàng Sa", "(Đà Nẵng, Việt Nam)", "QĐ. Trường Sa", "(Khánh Hòa, Việt Nam)"):
        assert name in said


def test_a_map_of_the_country_names_them_once_in_their_place(
    published: Published, folder: Path
) -> None:
    said = texts_of(
        page(
            published,
            folder,
            denominator=15_000_000,
            centre=Centre(14.5, 109.5),
            turn=Turn.PORTRAIT,
        )
    )
    assert said.count("QĐ. Hoàng Sa") == 1
    assert said.count("QĐ. Trường Sa") == 1
    assert "ISLANDS" not in said


def test_the_legend_explains_only_what_is_on_the_page(published: Published, folder: Path) -> None:
    said = texts_of(page(published, folder, points=[a_point(1, tone="waiting")]))
    assert "Mốc chính" in said
    assert "Đang chờ" in said
    assert not {"Cọc dấu", "Vụ việc biên giới", "Quá hạn", "Cụm"} & set(said)


def test_squares_of_one_crowd_become_one_ring_with_the_whole_count(
    published: Published, folder: Path
) -> None:
    near = [
        {"n": 40, "lat": 22.5, "lon": 106.0, "tones": {"done": 40}, "types": {"main": 40}},
        {"n": 5, "lat": 22.5005, "lon": 106.0, "tones": {"overdue": 5}, "types": {"peg": 5}},
    ]
    said = texts_of(page(published, folder, clusters=near))
    assert "45" in said
    assert not {"40", "5"} & set(said)
    assert {"Mốc chính", "Cọc dấu", "Quá hạn", "Đã xong", "Cụm"} <= set(said)


def test_numbers_of_markers_never_lie_over_each_other(published: Published, folder: Path) -> None:
    crowded = [a_point(number) for number in range(1, 120)]
    canvas = page(published, folder, points=crowded, denominator=50_000)
    boxes = [
        (text.get_position(), width_of(text.get_text(), 5.0))
        for text in canvas.axes.texts
        if text.get_text().endswith("/1")
    ]
    assert 5 < len(boxes) < 119
    for index, ((x, y), wide) in enumerate(boxes):
        for (other_x, other_y), other_wide in boxes[index + 1 :]:
            apart = x + wide <= other_x or other_x + other_wide <= x
            assert apart or abs(y - other_y) > 1.2


@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_a_page_is_written_as_each_kind_of_file(
    published: Published, folder: Path, kind: str
) -> None:
    content = page(published, folder, points=[a_point(7)]).as_file(kind, title=TITLE)
    begins = {"pdf": b"%PDF", "png": b"\x89PNG", "svg": b"<?xml"}
    assert content.startswith(begins[kind])
    assert len(content) < 2_000_000
    if kind == "pdf":
        assert b"/FontFile2" in content  # whole letters, not pictures of them
        assert b"/ToUnicode" in content
    if kind == "svg":
        assert b"<script" not in content
        assert b"<b>" not in content


def test_signs_that_the_font_lacks_become_boxes_and_letters_are_whole() -> None:
    assert drawable("Đường Mo\u0302\u0301c") == "Đường Mốc"
    assert drawable("中A") == "□A"


def test_texts_are_cut_and_wrapped_to_the_width_that_they_have() -> None:
    long = "Đoạn biên giới từ cửa khẩu Mộc Bài đến cửa khẩu Xa Mát"
    assert width_of(shortened(long, 7.0, 30.0), 7.0) <= 30.0
    assert shortened("Ngắn", 7.0, 30.0) == "Ngắn"
    lines = wrapped(long, 7.0, 30.0)
    assert " ".join(lines) == long
    assert all(width_of(line, 7.0) <= 30.0 for line in lines)


def test_a_width_is_what_is_drawn() -> None:
    canvas = Canvas(100, 40)
    said = "Nguyên trạng 171/1(2)"
    canvas.text((5, 5), said, size=8)
    canvas.as_file("png", title="", dots_per_inch=200)
    drawn = canvas.axes.texts[0].get_window_extent().width / 200 * 25.4
    assert width_of(said, 8) == pytest.approx(drawn, rel=0.03)


def test_bars_of_the_scale_are_round_and_fit() -> None:
    assert bar_part_m(10_000, 40.0) == 100
    assert bar_part_m(250_000, 40.0) == 2_000
    assert bar_part_m(5_000_000, 40.0) == 50_000
