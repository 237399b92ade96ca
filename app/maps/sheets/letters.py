"""Letters on paper: which there are, how wide they are, and how a text is cut and wrapped."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

_FAMILY: Final = "DejaVu Sans"
_UNKNOWN: Final = "□"
POINTS_PER_MM: Final = 72 / 25.4
_MM_PER_INCH: Final = 25.4


def width_of(said: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is on paper, in millimetres."""
    advances = _advances(bold=bold)
    return sum(advances.get(ord(one), 0.6) for one in drawable(said)) * size / POINTS_PER_MM


@lru_cache(maxsize=2)
def _advances(*, bold: bool) -> Mapping[int, float]:
    """How far each letter moves on, in widths of the em; asked for by the thousand."""
    font = get_font(findfont(font_of(_EM, bold=bold)))
    font.set_size(_EM, 72)
    flags = LoadFlags.NO_HINTING
    return {
        code: font.load_char(code, flags=flags).linearHoriAdvance / 65536 / _EM
        for code in _letters()
        if code < _FIRST_RARE
    }


_EM: Final = 100.0
_FIRST_RARE: Final = 0x2800


@lru_cache(maxsize=8)
def line_pitch(size: float, millimetres: float) -> float:
    """The spacing of a text of many lines at which its lines stand so far apart, measured."""

    def pitch(spacing: float) -> float:
        figure = Figure(dpi=720)
        FigureCanvasAgg(figure)
        both = (
            figure.text(0, 0, said, fontproperties=font_of(size), linespacing=spacing)
            for said in ("lp", "lp\nlp")
        )
        one, two = (drawn.get_window_extent().height for drawn in both)
        return float(two - one) / 720 * _MM_PER_INCH

    near, far = pitch(1.0), pitch(3.0)
    return 1.0 + (millimetres - near) / (far - near) * 2.0


def wrapped(said: str, size: float, width: float) -> list[str]:
    """The lines of a text that is `width` millimetres wide; a longer word stands alone."""
    lines: list[str] = []
    for paragraph in said.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and width_of(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def shortened(said: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    if width_of(said, size) <= width:
        return said
    kept = said[: int(len(said) * min(1.0, 1.15 * width / width_of(said, size)))]
    while kept and width_of(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def drawable(said: str) -> str:
    """The text in whole letters, with a box for each sign that the font does not have."""
    known = _letters()
    whole = unicodedata.normalize("NFC", said)
    return "".join(
        one if one == "\n" or ord(one) in known else (" " if one.isspace() else _UNKNOWN)
        for one in whole
    )


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=_FAMILY))).get_charmap())


@lru_cache(maxsize=64)
def font_of(size: float, *, bold: bool = False, italic: bool = False) -> FontProperties:
    return FontProperties(
        family=_FAMILY,
        size=size,
        weight="bold" if bold else "normal",
        style="italic" if italic else "normal",
    )
