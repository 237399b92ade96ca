"""Draws register sheets: the sheet of one marker, and a list of markers as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import numpy as np
from matplotlib.backends.backend_pdf import PdfPages

from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.canvas import INK, QUIET, RULE, Canvas
from app.maps.sheets.drawing import draw_base, draw_edge, draw_features, draw_grid
from app.maps.sheets.frame import Frame
from app.maps.sheets.letters import line_pitch, shortened, width_of, wrapped
from app.maps.sheets.margins import Column, draw_scale
from app.maps.sheets.names import Taken
from app.maps.sheets.paper import Rectangle
from app.maps.sheets.register_sheet import ListSheet, MarkerSheet, Table

_MARGIN: Final = 14.0
_PAPERS: Final = {True: (297.0, 210.0), False: (210.0, 297.0)}  # whether it lies
_SIZE: Final = 7.4
_ROW: Final = 4.7
_FOOT: Final = 10.0
_MAP_MM: Final = 74.0
_LABEL_MM: Final = 31.0
_GAP: Final = 2.0


@dataclass(slots=True)
class Writer:
    """Pages that are written from above; a new one begins where the old one is full."""

    title: str
    subtitle: str
    classification: str
    foot: str
    is_wide: bool = False
    pages: list[Canvas] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.turn_over()

    @property
    def canvas(self) -> Canvas:
        return self.pages[-1]

    @property
    def width(self) -> float:
        return self.canvas.width - 2 * _MARGIN

    @property
    def room(self) -> float:
        return self.y - _MARGIN - _FOOT

    def turn_over(self) -> None:
        """Begin a page with the heading that every page carries."""
        canvas = Canvas(*_PAPERS[self.is_wide])
        self.pages.append(canvas)
        top, right = canvas.height - _MARGIN, canvas.width - _MARGIN
        mark = width_of(self.classification, 7.0, bold=True) * 1.04
        canvas.box((right - mark - 4.0, top - 3.6), (mark + 4.0, 5.4), edge=INK, width=0.3)
        place = (right - 2.0, top - 1.8)
        canvas.text(place, self.classification, size=7.0, bold=True, side="right")
        room = self.width - mark - 10.0
        canvas.text((_MARGIN, top - 2.6), shortened(self.title, 15.5, room), size=14, bold=True)
        below = shortened(self.subtitle, 7.6, self.width)
        canvas.text((_MARGIN, top - 8.0), below, size=7.6, color=QUIET)
        _rule(canvas, _MARGIN, right, top - 10.6)
        self.y = top - 12.0

    def heading(self, said: str) -> None:
        if self.room < 3 * _ROW:
            self.turn_over()
        self.y -= 8.2
        self.canvas.text((_MARGIN, self.y + 1.2), said, size=9.0, bold=True)

    def finish(self, page_words: str) -> None:
        """The foot of every page: who made it, when, and which page of how many it is."""
        for number, canvas in enumerate(self.pages, start=1):
            right = canvas.width - _MARGIN
            _rule(canvas, _MARGIN, right, _MARGIN + 3.4)
            said = page_words.format(number=number, count=len(self.pages))
            canvas.text((right, _MARGIN), said, size=6.2, color=QUIET, side="right")
            foot = shortened(self.foot, 6.2, right - _MARGIN - 26.0)
            canvas.text((_MARGIN, _MARGIN), foot, size=6.2, color=QUIET)


# --- one marker -----------------------------------------------------------------------------


def marker_file(sheet: MarkerSheet, backdrop: Backdrop | None) -> bytes:
    """The sheet of a marker as pdf."""
    return as_one_file(marker_pages(sheet, backdrop), sheet.title)


def marker_pages(sheet: MarkerSheet, backdrop: Backdrop | None) -> list[Canvas]:
    """Facts beside a small map, then the tables; as many pages as they need."""
    writer = Writer(sheet.title, sheet.subtitle, sheet.classification, sheet.foot)
    top = writer.y
    has_map = False
    if backdrop is not None and sheet.frame is not None:
        has_map = True
        _map(writer.canvas, sheet, sheet.frame, backdrop, top - 3.0)
    narrow = writer.width - (_MAP_MM + 8.0)
    lowest = top - (_MAP_MM + 20.0 if has_map else 0.0)
    for heading, facts in sheet.facts:
        writer.heading(heading)
        for label, value in facts:
            _fact(writer, label, value, narrow if writer.y > lowest else writer.width)
    writer.y = min(writer.y, lowest) if len(writer.pages) == 1 else writer.y
    for table in sheet.tables:
        writer.heading(table.heading)
        _table(writer, table, is_wrapped=True)
    writer.y -= 3.0
    for note in sheet.notes:
        for line in wrapped(note, 6.2, writer.width):
            writer.y -= 3.0
            writer.canvas.text((_MARGIN, writer.y), line, size=6.2, color=QUIET)
    writer.finish(sheet.page_words)
    return writer.pages


def map_rectangle(top: float) -> Rectangle:
    """Where the small map of a marker's sheet lies: in the right upper corner."""
    width = _PAPERS[False][0]
    left = width - _MARGIN - _MAP_MM + 4.6
    return Rectangle(left, top - _MAP_MM + 4.6, _MAP_MM - 9.2, _MAP_MM - 9.2)


def map_top() -> float:
    return _PAPERS[False][1] - _MARGIN - 15.0


def _map(canvas: Canvas, sheet: MarkerSheet, frame: Frame, backdrop: Backdrop, top: float) -> None:
    taken = Taken()
    draw_base(canvas, frame, backdrop)
    draw_grid(canvas, frame, sheet.grid)
    draw_features(canvas, frame, sheet.contents, sheet.shapes, taken)
    draw_edge(canvas, frame, ring=4.4)
    left = frame.rectangle.left - 4.4
    column = Column(canvas, Rectangle(left, top - _MAP_MM - 18.0, _MAP_MM, 17.0))
    draw_scale(column, frame, said=sheet.scale)
    column.skip(2.2)
    canvas.text((left, column.y), sheet.map_note, size=6.2, bold=True, color="#a33f00")


def _fact(writer: Writer, label: str, value: str, width: float) -> None:
    lines = wrapped(value, _SIZE, width - _LABEL_MM)
    if writer.room < _ROW * len(lines):
        writer.turn_over()
    for place, line in enumerate(lines):
        writer.y -= _ROW if not place else _ROW * 0.78
        if not place:
            writer.canvas.text((_MARGIN, writer.y), label, size=_SIZE, color=QUIET)
        writer.canvas.text((_MARGIN + _LABEL_MM, writer.y), line, size=_SIZE)


# --- tables ---------------------------------------------------------------------------------


def list_file(sheet: ListSheet) -> bytes:
    """A list of markers as pdf."""
    return as_one_file(list_pages(sheet), sheet.title)


def list_pages(sheet: ListSheet) -> list[Canvas]:
    writer = Writer(sheet.title, sheet.subtitle, sheet.classification, sheet.foot, is_wide=True)
    _table(writer, sheet.table, is_wrapped=False)
    writer.finish(sheet.page_words)
    return writer.pages


def _table(writer: Writer, table: Table, *, is_wrapped: bool) -> None:
    if not table.rows:
        writer.y -= _ROW
        writer.canvas.text((_MARGIN, writer.y), table.when_empty, size=_SIZE, color=QUIET)
        return
    widths = [share * writer.width / sum(table.shares) for share in table.shares]
    if is_wrapped:
        _wrapped_rows(writer, table, widths)
        return
    done = 0
    while done < len(table.rows):
        if writer.room < 3 * _ROW:
            writer.turn_over()
        _names(writer, table, widths)
        count = min(int(writer.room / _ROW), len(table.rows) - done)
        _block(writer, table.rows[done : done + count], widths)
        done += count


def _names(writer: Writer, table: Table, widths: Sequence[float]) -> None:
    """The heads of the columns, repeated on every page."""
    writer.y -= _ROW
    left = _MARGIN
    for name, width in zip(table.names, widths, strict=True):
        said = shortened(name, 7.4, width - _GAP)
        writer.canvas.text((left, writer.y), said, size=6.8, bold=True, color=QUIET)
        left += width
    _rule(writer.canvas, _MARGIN, writer.canvas.width - _MARGIN, writer.y - 1.4)
    writer.y -= 0.8


def _block(writer: Writer, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Rows of one height; each column is one text, which is drawn many times faster."""
    top, left, canvas = writer.y - _ROW, _MARGIN, writer.canvas
    for place, width in enumerate(widths):
        lines = [shortened(row[place], _SIZE, width - _GAP) or " " for row in rows]
        last = (left, top - _ROW * (len(rows) - 1))  # the baseline of a text is its last line's
        canvas.text(last, "\n".join(lines), size=_SIZE, spacing=line_pitch(_SIZE, _ROW))
        left += width
    right = canvas.width - _MARGIN
    below = [top - 1.5 - _ROW * place for place in range(len(rows))]
    rules = [np.array([[_MARGIN, y], [right, y]]) for y in below]
    canvas.lines(rules, color=RULE, width=0.08)
    writer.y -= _ROW * len(rows)


def _wrapped_rows(writer: Writer, table: Table, widths: Sequence[float]) -> None:
    _names(writer, table, widths)
    for row in table.rows:
        cells = [
            wrapped(value, _SIZE, width - _GAP) for value, width in zip(row, widths, strict=True)
        ]
        high = _ROW * 0.78 * max(len(cell) for cell in cells) + 1.2
        if writer.room < high:
            writer.turn_over()
            _names(writer, table, widths)
        left = _MARGIN
        for cell, width in zip(cells, widths, strict=True):
            for place, line in enumerate(cell):
                at = (left, writer.y - _ROW * 0.78 * (place + 1))
                writer.canvas.text(at, line, size=_SIZE)
            left += width
        writer.y -= high
        _rule(writer.canvas, _MARGIN, writer.canvas.width - _MARGIN, writer.y - 0.2)


def _rule(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.lines([np.array([[left, y], [right, y]])], color=RULE, width=0.12)


def as_one_file(
    canvases: Sequence[Canvas], title: str, *, told: Callable[[int], None] | None = None
) -> bytes:
    """Several pages as one pdf; `told` is called with the number of pages that are done."""
    written = BytesIO()
    facts: dict[str, Any] = {"Title": title, "Creator": "Cột Mốc"}  # Any: as the writer asks
    with PdfPages(written, metadata=facts) as book:
        for done, canvas in enumerate(canvases, start=1):
            book.savefig(canvas.figure)
            if told is not None:
                told(done)
    return written.getvalue()
