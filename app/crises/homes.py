"""Reads a home as it was claimed, in names of before or of today, to the province that receives."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.imports.fields import plain
from app.imports.province_words import other_names

_PARTS = re.compile(r"[,;/\n()]|\s[-–]\s")
_PROVINCE_KIND = re.compile(r"^(?:tinh|thanh pho|tp|t|province|city) (?=\S)")
_COMMUNE_KIND = re.compile(r"^(?:xa|phuong|thi tran|dac khu|p|x|tt|commune|ward) (?=\S)")
_BELOW = re.compile(
    r"^(?:huyen|quan|thi xa|thanh pho|h|q|tx|ap|thon|to|khom|khu|khoi|so|duong|ban|district) "
)
_STREET = re.compile(r"^(?:so|duong|ngo|ngach|hem|to|khu pho) ")
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody is to be received: a province of today, its commune where it is clear."""

    province_code: str | None = None
    commune_code: str | None = None


@dataclass(frozen=True)
class Homes:
    """The provinces that ever were by name, each as the province of today; communes of today."""

    provinces: Mapping[str, str]
    communes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def read(self, address: str, province: str = "") -> Home:
        """The home that an address tells; a column for the province tells more than the address."""
        parts = [plain(part) for part in _PARTS.split(address)]
        code = self._of_column(province) or self._province(parts)
        if code is None:
            return Home()
        return Home(code, self._commune(parts, code))

    def _of_column(self, said: str) -> str | None:
        text = plain(said)
        if text.isdigit():
            return text if text in set(self.provinces.values()) else None
        return self._province([plain(part) for part in _PARTS.split(said)]) if text else None

    def _province(self, parts: Iterable[str]) -> str | None:
        """The last part that is a province, then the last words of the last part."""
        said = [part for part in parts if part]
        for part in reversed(said):
            is_below = _BELOW.match(part) or _COMMUNE_KIND.match(part)
            found = self.provinces.get(_key(part, _PROVINCE_KIND))
            if found is not None and (not is_below or part.startswith("thanh pho")):
                return found
        return self._by_last_words(said[-1]) if said and not _STREET.match(said[-1]) else None

    def _by_last_words(self, part: str) -> str | None:
        words = part.split()
        for count in range(min(_MOST_WORDS, len(words)), 0, -1):
            found = self.provinces.get("".join(words[-count:]))
            if found is not None and (count > 1 or len(words) == 1):
                return found
        return None

    def _commune(self, parts: Iterable[str], province: str) -> str | None:
        """The commune of today that bears the name; one that went into another stays unread."""
        known = self.communes.get(province, {})
        for part in parts:
            found = known.get(_key(part, _COMMUNE_KIND)) if _COMMUNE_KIND.match(part) else None
            if found:
                return found
        return None


def _key(part: str, kind: re.Pattern[str]) -> str:
    return kind.sub("", part).replace(" ", "")


def homes_of(session: Session) -> Homes:
    """What the units of all times say; a name that means two provinces of today means none."""
    provinces: dict[str, set[str]] = {}
    for name, code in _provinces(session):
        for word in (name, *other_names(name)):
            provinces.setdefault(_key(plain(word), _PROVINCE_KIND), set()).add(code)
    communes: dict[str, dict[str, set[str]]] = {}
    rows = session.execute(
        select(Unit.name, Unit.code, Unit.province_code).where(
            Unit.kind == UnitKind.COMMUNE, Unit.valid_to.is_(None)
        )
    )
    for row in rows:
        named = communes.setdefault(row.province_code or "", {})
        named.setdefault(_key(plain(row.name), _COMMUNE_KIND), set()).add(row.code)
    return Homes(_clear(provinces), {code: _clear(named) for code, named in communes.items()})


def _clear(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _provinces(session: Session) -> Iterable[tuple[str, str]]:
    """Every province that ever was, with the code of the one that it is today."""
    units = session.execute(
        select(Unit.id, Unit.name, Unit.code, Unit.successor_id).where(
            Unit.kind == UnitKind.PROVINCE
        )
    ).all()
    codes = {unit.id: unit.code for unit in units}
    later = {unit.id: unit.successor_id for unit in units}
    for unit in units:
        heir = unit.id
        while later.get(heir) in codes:
            heir = later[heir]
        yield unit.name, codes[heir]
