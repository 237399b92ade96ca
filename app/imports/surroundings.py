"""What every row of a file is judged against: who brings it in, when, where, in which system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Unit, UnitKind
from app.geo.gazetteer import Pack
from app.imports.fields import other_words, plain
from app.imports.judging import Judged
from app.imports.values import Places
from app.permissions import Actor
from app.registers.vocabulary import words

_LINES = ("CN", "LA", "KH")


@dataclass(frozen=True)
class Surroundings:
    """Everything that is the same for all rows of one import.

    `line` is the line that the person declared for the file, `crs` the coordinate system.
    """

    actor: Actor
    pack: Pack
    now: datetime
    provinces: Places
    communes: Places
    line: str | None = None
    crs: str | None = None
    file_name: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.actor.time_zone)


def places_of(session: Session) -> tuple[Places, Places]:
    """The provinces and communes that ever were, by their newest name."""
    provinces = _names(session, UnitKind.PROVINCE)
    communes = _names(session, UnitKind.COMMUNE)
    former = _former_names(session, provinces)
    return Places("tỉnh", 2, provinces, _heirs(session), former), Places("xã", 5, communes)


def _former_names(session: Session, names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Kiên Giang, whose code 91 is An Giang's today: lists and number plates go on saying it."""
    rows = session.execute(
        select(Unit.name, Unit.code).where(Unit.kind == UnitKind.PROVINCE).distinct()
    )
    return [(row.name, row.code) for row in rows if names[row.code] != row.name]


def _heirs(session: Session) -> Mapping[str, str]:
    """The province that each province of before went into, by code."""
    heir = aliased(Unit)
    rows = session.execute(
        select(Unit.code, heir.code.label("heir"))
        .join(heir, Unit.successor_id == heir.id)
        .where(Unit.kind == UnitKind.PROVINCE, Unit.code != heir.code)
    )
    return {row.code: row.heir for row in rows}


def _names(session: Session, kind: UnitKind) -> Mapping[str, str]:
    rows = session.execute(
        select(Unit.code, Unit.name).where(Unit.kind == kind).order_by(Unit.valid_from)
    )
    return {row.code: row.name for row in rows}


# --- words for codes ------------------------------------------------------------------------


def read_word(row: Judged, field: str, name: str) -> str | None:
    """The code of a word of a list, by code, by name in either language, or as offices write it."""
    text = row.text(field)
    if not text:
        return None
    code = word_code(name, text)
    if code is None:
        row.warn(f"Chưa rõ “{text[:40]}” nghĩa là gì nên để trống mục này.", f"word_{field}")
    return code


@lru_cache(maxsize=4096)
def word_code(name: str, text: str) -> str | None:
    asked = plain(text)
    for code, word in words(name).items():
        if asked in (plain(code), plain(word.vi), plain(word.en)):
            return code
    return other_words(name).get(asked) if name in _WITH_OTHERS else None


_WITH_OTHERS = frozenset({"neighbour", "class", "condition", "side", "stage", "legal_stage"})


@lru_cache(maxsize=4096)
def lines_named(text: str) -> tuple[str, ...]:
    """The lines that a text names: KH, "Việt Nam – Lào", "LA-CN-VN"; in the order CN, LA, KH."""
    if not text:
        return ()
    code = word_code("neighbour", text)
    if code:
        return (code,)
    asked = f" {plain(text)} "
    named = {code for word, code in other_words("neighbour").items() if f" {word} " in asked}
    return tuple(line for line in _LINES if line in named)
