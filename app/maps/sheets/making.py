"""From an address to a file: reads what a page holds under the actor's rights and has it drawn."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.cases import pages as queue
from app.cases.published import newest_definitions
from app.errors import Refused
from app.geo.gazetteer import Pack
from app.maps import pages
from app.maps.cells import Box
from app.maps.features import Asked
from app.maps.past import then_of
from app.maps.published import Published
from app.maps.rules import marker_symbols
from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.contents import Contents, contents_of, contents_on
from app.maps.sheets.order import Order, frame_of_order
from app.maps.sheets.sheet import Shape, Sheet
from app.maps.sheets.wording import page_words
from app.permissions import Actor
from app.registers.days import Day
from app.registers.vocabulary import words

NO_LAYERS: Final = "Chưa có lớp nền bản đồ. Quản trị viên chạy “flask layers build” rồi thử lại."
# One page at a time in each process: drawing is work for a core, and waiting costs nothing.
DRAWING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Ground:
    """What pages are drawn on: the published layers and the pack, where they are."""

    published: Published | None
    folder: Path
    pack: Pack | None

    @property
    def backdrop(self) -> Backdrop:
        if self.published is None:
            raise Refused(NO_LAYERS)
        return Backdrop(self.published, self.folder)


def sheet_of(
    session: Session,
    actor: Actor,
    arguments: MultiDict[str, str],
    order: Order,
    day: Day,
    *,
    ground: Ground,
    now: datetime,
) -> Sheet:
    """The page of an address: ground, features under the actor's rights, and every sentence."""
    asked = pages.read_filters(session, actor, arguments)
    frame, grid = frame_of_order(
        session, order, day, province=asked.filters.province, pack=ground.pack
    )
    wanted = asked_around(session, actor, arguments, frame.box)
    contents: Contents
    if day.is_past:
        then = then_of(session, actor, day.on, ground.pack)
        contents = contents_on(session, actor, wanted, frame.denominator, then=then, now=now)
    else:
        contents = contents_of(
            session, actor, wanted, frame.denominator, links=pages.link_of, now=now
        )
    shapes, names = legend_words(session, actor.locale)
    definitions = newest_definitions(session)
    chips = queue.chips(session, asked, definitions, actor.locale)
    return Sheet(
        layout=order.layout,
        frame=frame,
        grid=grid,
        contents=contents,
        shapes=shapes,
        kinds=frozenset(marker_symbols()),
        words=page_words(
            actor,
            contents,
            frame,
            day,
            ground.backdrop.published,
            title=order.title,
            grid=grid,
            narrowed=[f"{chip.label}: {chip.value}" for chip in chips],
            names=names,
            now=now,
        ),
        is_picture=order.is_picture,
    )


def asked_around(session: Session, actor: Actor, arguments: MultiDict[str, str], box: Box) -> Asked:
    """The layers and filters of an address, in a box."""
    around = MultiDict(arguments)
    around["bbox"] = f"{box.west:.6f},{box.south:.6f},{box.east:.6f},{box.north:.6f}"
    return pages.read_asked(session, actor, around)


def legend_words(session: Session, locale: str) -> tuple[dict[str, Shape], dict[str, str]]:
    """Form and colour, and the name, of every kind of marker and type of case."""
    types = pages.legend_symbols(session, locale)
    kinds = words("kind")
    shapes: dict[str, Shape] = dict(marker_symbols())
    names = {code: kinds[code].in_locale(locale) for code in shapes}
    for one in types:
        shapes[one["code"]] = {"shape": one["shape"], "color": one["color"]}
        names[one["code"]] = one["name"]
    return shapes, names


def drawn_file(sheet: Sheet, backdrop: Backdrop, kind: str, *, dots_per_inch: int = 200) -> bytes:
    """The page as a pdf, png or svg file."""
    drawing = import_module("app.maps.sheets.page")
    with DRAWING:
        canvas = drawing.draw_sheet(sheet, backdrop)
        content: bytes = canvas.as_file(kind, title=sheet.words.title, dots_per_inch=dots_per_inch)
    return content
