"""Puts a page together: title, map, explanations and the lines that every page must carry."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.maps.rules import Tone
from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.canvas import INK, QUIET, Canvas
from app.maps.sheets.drawing import (
    Seen,
    draw_base,
    draw_edge,
    draw_features,
    draw_grid,
)
from app.maps.sheets.frame import Frame
from app.maps.sheets.letters import shortened, width_of
from app.maps.sheets.margins import (
    Column,
    Entry,
    Group,
    draw_islands,
    draw_legend,
    draw_north,
    draw_scale,
    inset_height,
    line_entry,
    shows_islands,
)
from app.maps.sheets.names import Taken, draw_names
from app.maps.sheets.paper import Rectangle
from app.maps.sheets.sheet import Sheet, Wording

_RING: Final = 4.6
_PICTURE_RING: Final = 4.4
_WARNING: Final = "#a33f00"


def draw_sheet(sheet: Sheet, backdrop: Backdrop) -> Canvas:
    """The page, ready to be written as a file."""
    layout, frame = sheet.layout, sheet.frame
    canvas = Canvas(layout.width, layout.height)
    taken = Taken()
    seen = draw_base(canvas, frame, backdrop)
    draw_grid(canvas, frame, sheet.grid)
    note = _note_box(frame, sheet.words.note)
    taken.take(note)
    inset = _corner_for_islands(sheet, taken) if sheet.is_picture else None
    draw_features(canvas, frame, sheet.contents, sheet.shapes, taken)
    draw_names(canvas, frame, backdrop, taken)
    _note(canvas, note, sheet.words.note)
    draw_edge(canvas, frame, ring=_PICTURE_RING if sheet.is_picture else _RING)
    columns = [Column(canvas, place) for place in layout.columns]
    groups = legend_of(sheet, seen)
    if sheet.is_picture:
        _below_picture(canvas, sheet, columns, groups)
        if inset is not None:
            draw_islands(canvas, inset, backdrop, frame, sheet.words.islands)
    else:
        _title(canvas, sheet)
        _explanations(canvas, sheet, columns, groups, backdrop)
        canvas.text((layout.margin, layout.foot), sheet.words.foot, size=5.4, color=QUIET)
    return canvas


def _note_box(frame: Frame, said: str) -> tuple[float, float, float, float]:
    one = frame.rectangle
    wide = width_of(said, 6.4, bold=True) * 1.05 + 3.2
    return one.left + 1.2, one.bottom + 1.2, one.left + 1.2 + wide, one.bottom + 5.4


def _note(canvas: Canvas, box: tuple[float, float, float, float], said: str) -> None:
    """The sentence that no map goes without, inside the map, so that no cutting loses it."""
    size = (box[2] - box[0], box[3] - box[1])
    canvas.box(box[:2], size, fill="#ffffffe6", edge=_WARNING)
    canvas.text((box[0] + 1.6, box[1] + 1.2), said, size=6.4, bold=True, color=_WARNING)


def _corner_for_islands(sheet: Sheet, taken: Taken) -> Rectangle | None:
    """The corner of a picture with the fewest features; none where the map has the islands."""
    if shows_islands(sheet.frame):
        return None
    one = sheet.frame.rectangle
    wide = min(34.0, one.width * 0.26, one.height * 0.5)
    high = inset_height(wide)
    corners = [
        Rectangle(left, bottom, wide, high)
        for left, bottom in (
            (one.right - wide - 1.2, one.bottom + 1.2),
            (one.right - wide - 1.2, one.top - high - 1.2),
            (one.left + 1.2, one.top - high - 1.2),
        )
    ]
    places = [
        sheet.frame.to_mm(held["lon"], held["lat"])
        for held in (*sheet.contents.points, *sheet.contents.clusters)
    ]
    best = min(corners, key=lambda corner: sum(corner.holds(*place) for place in places))
    taken.take((best.left, best.bottom, best.right, best.top))
    return best


def _title(canvas: Canvas, sheet: Sheet) -> None:
    layout, words = sheet.layout, sheet.words
    mark = width_of(words.classification, 7.0, bold=True) * 1.04
    right = layout.width - layout.margin
    corner = (right - mark - 4.0, layout.title_top - 6.4)
    canvas.box(corner, (mark + 4.0, 5.4), fill="white", edge=INK, width=0.3)
    canvas.text(
        (right - 2.0, layout.title_top - 4.6),
        words.classification,
        size=7.0,
        bold=True,
        side="right",
    )
    room = layout.width - 2 * layout.margin - mark - 8.0
    title = shortened(words.title, 14.0 * 1.12, room)
    canvas.text((layout.margin, layout.title_top - 6.0), title, size=14.0, bold=True)
    below = shortened(words.subtitle, 7.0, layout.width - 2 * layout.margin)
    canvas.text((layout.margin, layout.title_top - 11.2), below, size=7.0, color=QUIET)


def _explanations(
    canvas: Canvas,
    sheet: Sheet,
    columns: Sequence[Column],
    groups: Sequence[Group],
    backdrop: Backdrop,
) -> None:
    if sheet.layout.is_wide:
        (only,) = columns
        _scale_and_north(canvas, sheet, only)
        draw_legend([only], groups)
        _sources(only, sheet.words)
        _inset(canvas, sheet, only, backdrop)
        return
    first, second, third = columns
    draw_legend([first, third], groups)
    _scale_and_north(canvas, sheet, second)
    _sources(second, sheet.words)
    _inset(canvas, sheet, third, backdrop)


def _below_picture(
    canvas: Canvas,
    sheet: Sheet,
    columns: Sequence[Column],
    groups: Sequence[Group],
) -> None:
    words, last = sheet.words, columns[-1]
    _scale_and_north(canvas, sheet, last)
    for said in words.sources[:1]:
        last.paragraph(said, size=4.6)
    draw_legend(columns, groups)
    facts = f"{words.classification} · {words.foot}"
    canvas.text((1.0, 1.2), shortened(facts, 4.6, sheet.layout.width - 2), size=4.6, color=QUIET)


def _scale_and_north(canvas: Canvas, sheet: Sheet, column: Column) -> None:
    top = column.y
    draw_scale(column, sheet.frame, said=sheet.words.scale)
    size = 8.0
    place = (column.place.right - 4.5, top - size / 2 - 4.2)
    draw_north(canvas, place, sheet.frame.true_north, size)


def _sources(column: Column, words: Wording) -> None:
    column.heading(words.headings["sources"])
    for said in words.sources:
        column.paragraph(said)


def _inset(canvas: Canvas, sheet: Sheet, column: Column, backdrop: Backdrop) -> None:
    """At the foot of a column, as large as what is left of it."""
    if shows_islands(sheet.frame):
        return
    room = max(min(column.left_over - 5.4, inset_height(column.place.width)), 30.0)
    wide = room / inset_height(1.0)
    place = Rectangle(column.left, column.place.bottom, wide, room)
    canvas.text(
        (column.left, place.top + 1.2), sheet.words.headings["islands"], size=6.8, bold=True
    )
    draw_islands(canvas, place, backdrop, sheet.frame, sheet.words.islands)


# --- legend ---------------------------------------------------------------------------------


def legend_of(sheet: Sheet, seen: Seen) -> list[Group]:
    """Only what is on the page, in the order in which the screen explains it."""
    contents, names, headings = sheet.contents, sheet.words.names, sheet.words.headings
    used = [code for code in sheet.shapes if code in contents.types]
    types = tuple(_symbol(sheet, code) for code in used if code not in sheet.kinds)
    kinds = tuple(_symbol(sheet, code) for code in used if code in sheet.kinds)
    tones = tuple(Entry("tone", names[tone], tone=tone) for tone in Tone if tone in contents.tones)
    crowds = (Entry("cluster", names["cluster"]),) if contents.clusters else ()
    groups = [
        Group(headings["kinds"], kinds, is_short=True),
        Group(headings["types"], types),
        Group(headings["states"], tones, is_short=True),
        Group(headings["lines"], (*crowds, *_lines(seen, names))),
    ]
    return [group for group in groups if group.entries]


def _symbol(sheet: Sheet, code: str) -> Entry:
    shape = sheet.shapes[code]
    return Entry("symbol", sheet.words.names[code], shape=shape["shape"], color=shape["color"])


def _lines(seen: Seen, names: Mapping[str, str]) -> list[Entry]:
    found = [line_entry(code, names[code]) for code in seen.borders]
    if seen.has_provinces:
        found.append(line_entry("province", names["province"]))
    if seen.has_official_sea_lines:
        found.append(line_entry("sea", names["sea"]))
    if seen.has_other_sea_lines:
        found.append(line_entry("sea_other", names["sea_other"]))
    if seen.has_gates:
        found.append(Entry("symbol", names["gate"], shape="square", color="#ffffff"))
    return found
