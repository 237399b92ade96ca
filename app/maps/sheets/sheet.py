"""What a page is before it is drawn: ground, features and words; nothing of matplotlib."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.geo.crs import System
from app.maps.sheets.contents import Contents
from app.maps.sheets.frame import Frame
from app.maps.sheets.paper import Layout

Shape = Mapping[str, str]  # shape and color of a type


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence of a page, in the reader's language."""

    title: str
    subtitle: str
    classification: str
    note: str
    sources: Sequence[str]
    foot: str
    scale: str
    headings: Mapping[str, str]  # types kinds states lines islands sources
    names: Mapping[str, str]  # of types, kinds, tones and lines
    islands: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be drawn: a frame of ground, what it holds, and the words around it."""

    layout: Layout
    frame: Frame
    grid: System | None
    contents: Contents
    shapes: Mapping[str, Shape]
    kinds: frozenset[str]  # which of `shapes` are kinds of markers
    words: Wording
    is_picture: bool = False
