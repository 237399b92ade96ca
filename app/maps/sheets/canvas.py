"""A page as matplotlib draws it: one plane of millimetres, the house's colours and symbols.

Imported when the first page is asked for: matplotlib costs a second and fifty megabytes.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from app.maps.rules import Tone
from app.maps.sheets.letters import POINTS_PER_MM, drawable, font_of

mpl.rcParams["pdf.fonttype"] = 42  # letters stay letters: the page can be searched and copied
mpl.rcParams["svg.hashsalt"] = "cot-moc"

INK: Final = "#1b2426"
QUIET: Final = "#5c666a"
RULE: Final = "#9aa4a6"
TONES: Final[Mapping[str, str]] = {
    Tone.INITIAL: "#2b87bd",
    Tone.WORKING: "#0072b2",
    Tone.WAITING: "#e69f00",
    Tone.OVERDUE: "#d55e00",
    Tone.DONE: "#007a59",
    Tone.CLOSED: "#7b8487",
}
_DASHES: Final[Mapping[str, tuple[float, float]]] = {
    Tone.WAITING: (0.7, 0.45),  # in widths of the line
    Tone.CLOSED: (0.3, 0.5),
}
_MM_PER_INCH: Final = 25.4
_GRID: Final = 24.0  # the square in which symbols are drawn
Side = Literal["left", "center", "right"]


class Canvas:
    """One page; every place is (x, y) in millimetres from the lower left, sizes in millimetres."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH))
        self.figure.patch.set_facecolor("white")
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)
        self.axes.set_axis_off()
        self._order = 0.0

    # --- text -----------------------------------------------------------------------------

    def text(  # noqa: PLR0913  what a text may look like
        self,
        place: tuple[float, float],
        said: str,
        *,
        size: float = 7.0,
        bold: bool = False,
        italic: bool = False,
        color: str = INK,
        side: Side = "left",
        is_centred: bool = False,
        turn: float = 0.0,
        halo: bool = False,
        spacing: float = 1.2,
    ) -> None:
        """Text is never read as mathematics, whatever signs a title holds; `size` in points."""
        drawn = self.axes.text(
            *place,
            drawable(said),
            fontproperties=font_of(size, bold=bold, italic=italic),
            color=color,
            ha=side,
            va="center" if is_centred else "baseline",
            rotation=turn,
            rotation_mode="anchor",
            parse_math=False,
            linespacing=spacing,
            zorder=self._next(),
        )
        if halo:
            drawn.set_path_effects([patheffects.withStroke(linewidth=1.6, foreground="#fffffff0")])

    # --- lines and areas ------------------------------------------------------------------

    def lines(
        self,
        parts: Sequence[NDArray[Any]],  # Any: (n, 2) numbers
        *,
        color: str,
        width: float = 0.2,
        dash: tuple[float, ...] | None = None,
        clip: PathPatch | Polygon | None = None,
    ) -> None:
        if not parts:
            return
        style: Any = "solid" if dash is None else (0, dash)  # Any: as matplotlib takes it
        drawn = LineCollection(
            list(parts),
            colors=color,
            linewidths=width * POINTS_PER_MM,
            linestyles=[style],
            zorder=self._next(),
            capstyle="butt",
        )
        self._add(drawn)
        if clip is not None:
            drawn.set_clip_path(clip)

    def shape_lines(
        self,
        shapes: NDArray[Any],  # Any: shapely's geometries
        *,
        color: str,
        width: float,
        dash: tuple[float, ...] | None = None,
        clip: PathPatch | Polygon | None = None,
    ) -> None:
        parts = shapely.get_parts(shapely.get_parts(shapes))
        flat = [
            shapely.get_coordinates(part)
            for part in parts
            if part.geom_type in {"LineString", "LinearRing"}
        ]
        self.lines(flat, color=color, width=width, dash=dash, clip=clip)

    def areas(
        self,
        shapes: NDArray[Any],  # Any: shapely's geometries
        *,
        fill: str,
        edge: str = "none",
        width: float = 0.0,
        clip: PathPatch | Polygon | None = None,
    ) -> None:
        path = _outline(shapes)
        if path is not None:
            self.patch(path, fill=fill, edge=edge, width=width, clip=clip)

    def patch(
        self,
        path: Path,
        *,
        fill: str,
        edge: str = "none",
        width: float = 0.0,
        dash: tuple[float, ...] | None = None,
        clip: PathPatch | Polygon | None = None,
    ) -> PathPatch:
        drawn = PathPatch(
            path,
            facecolor=fill,
            edgecolor=edge,
            linewidth=width * POINTS_PER_MM,
            zorder=self._next(),
            joinstyle="round",
        )
        if dash is not None:
            drawn.set_linestyle((0, dash))
        self._add(drawn)
        if clip is not None:
            drawn.set_clip_path(clip)
        return drawn

    def box(
        self,
        corner: tuple[float, float],
        size: tuple[float, float],
        *,
        fill: str = "none",
        edge: str = INK,
        width: float = 0.2,
    ) -> Polygon:
        (left, bottom), (wide, high) = corner, size
        drawn = Polygon(
            [
                (left, bottom),
                (left + wide, bottom),
                (left + wide, bottom + high),
                (left, bottom + high),
            ],
            facecolor=fill,
            edgecolor=edge,
            linewidth=width * POINTS_PER_MM,
            joinstyle="miter",
            zorder=self._next(),
        )
        self._add(drawn)
        return drawn

    # --- symbols --------------------------------------------------------------------------

    def symbol(
        self,
        place: tuple[float, float],
        shape: str,
        fill: str,
        *,
        tone: str = "",
        size: float = 3.0,
    ) -> None:
        """A feature as on the screen: form and fill say what it is, the outline its state."""
        path = _placed(SHAPES.get(shape, SHAPES["circle"]), place, size)
        unit = size / _GRID
        if tone:
            self.patch(path, fill="none", edge="#ffffff", width=9 * unit)
            self.patch(path, fill="none", edge=TONES[tone], width=6 * unit, dash=_DASHES.get(tone))
        self.patch(path, fill=fill, edge="#ffffff" if tone else QUIET, width=1.5 * unit)
        if tone == Tone.OVERDUE:
            x, y = place[0] + 7 * unit, place[1] + 7 * unit
            self.patch(
                _circle((x, y), 4.5 * unit), fill=TONES[tone], edge="#ffffff", width=1.2 * unit
            )

    def donut(self, place: tuple[float, float], shares: Mapping[str, int], radius: float) -> None:
        """A cluster: its ring divided by state, the count is written by the caller."""
        self.patch(_circle(place, radius), fill="#ffffff", edge="#ffffff", width=0.3)
        total, begin = sum(shares.values()), 90.0
        for tone, count in shares.items():
            end = begin - 360.0 * count / total
            ring = Path.wedge(end, begin) if count < total else Path.unit_circle()
            moved = Affine2D().scale(radius).translate(*place)
            self.patch(ring.transformed(moved), fill=TONES[tone])
            begin = end
        self.patch(_circle(place, radius * 0.72), fill="#ffffff")

    def _add(self, drawn: Artist) -> None:
        # Not as a patch or a collection: their limits would be asked for one by one.
        drawn.set_transform(self.axes.transData)
        self.axes.add_artist(drawn)

    def _next(self) -> float:
        """What is drawn later lies on top."""
        self._order += 0.001
        return 1.0 + self._order

    # --- files ----------------------------------------------------------------------------

    def as_file(self, kind: str, *, title: str, dots_per_inch: int = 200) -> bytes:
        """The page as pdf, png or svg; the file says what it is and nothing of its machine."""
        written = BytesIO()
        facts: dict[str, Any] = {"Title": title, "Creator": "Cột Mốc"}  # Any: as the canvas asks
        if kind == "png":
            facts = {"Title": title, "Software": "Cột Mốc"}
        elif kind == "svg":
            facts["Date"] = None
        self.figure.savefig(written, format=kind, dpi=dots_per_inch, metadata=facts)
        return written.getvalue()


# --- forms ----------------------------------------------------------------------------------


def _circle(place: tuple[float, float], radius: float) -> Path:
    return Path.unit_circle().transformed(Affine2D().scale(radius).translate(*place))


def _placed(path: Path, place: tuple[float, float], size: float) -> Path:
    """A form of the 24-unit square, which counts downward, at its place on the page."""
    unit = size / _GRID
    moved = Affine2D().translate(-_GRID / 2, -_GRID / 2).scale(unit, -unit).translate(*place)
    return path.transformed(moved)


def _polygon(*corners: tuple[float, float]) -> Path:
    return Path([*corners, corners[0]], closed=True)


def _ring() -> Path:
    middle = (_GRID / 2, _GRID / 2)
    inner = _circle(middle, 4)
    back = Path(np.asarray(inner.vertices)[::-1], inner.codes)
    return Path.make_compound_path(_circle(middle, 9), back)


def _drop() -> Path:
    arc = Path.arc(180, 360).transformed(Affine2D().scale(7).translate(12, 9.8))
    vertices = [(12, 22), (7, 16.5), (5, 13.2), (5, 9.8), *np.asarray(arc.vertices)[1:].tolist()]
    vertices += [(19, 13.2), (17, 16.5), (12, 22), (12, 22)]
    codes = [Path.MOVETO, *[Path.CURVE4] * (len(vertices) - 2), Path.CLOSEPOLY]
    return Path(vertices, codes)


SHAPES: Final[Mapping[str, Path]] = {
    "circle": _circle((12.0, 12.0), 7.5),
    "diamond": _polygon((12, 3), (21, 12), (12, 21), (3, 12)),
    "square": _polygon((4.5, 4.5), (19.5, 4.5), (19.5, 19.5), (4.5, 19.5)),
    "triangle": _polygon((12, 3.5), (21, 20), (3, 20)),
    "drop": _drop(),
    "ring": _ring(),
}


def _outline(shapes: NDArray[Any]) -> Path | None:  # Any: shapely's geometries
    paths = [
        Path(shapely.get_coordinates(ring), closed=True)
        for part in shapely.get_parts(shapely.get_parts(shapes))
        if part.geom_type == "Polygon" and not part.is_empty
        for ring in (part.exterior, *part.interiors)
    ]
    return Path.make_compound_path(*paths) if paths else None
