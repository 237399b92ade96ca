"""Reads the registration numbers of fishing vessels as people write them."""

import re
from dataclasses import dataclass

from app.database import fold_text, normalise_text

# Thông tư 23/2018/TT-BNNPTNT art. 20: province letters, five digits 00001-99999, TS.
_NUMBER = re.compile(
    r"(?P<prefix>[A-ZĐ][A-Za-zĐđ]{0,2})[\s\-–.]*(?P<digits>\d{5})[\s\-–.]*TS(?:/(?P<repeat>\d))?"
)
_MOST = 64


@dataclass(frozen=True, slots=True)
class VesselNumber:
    """A vessel number as seen; `canonical` is P-NNNNN-TS, or None where a person must look."""

    raw: str
    canonical: str | None
    prefix: str | None = None

    @property
    def folded(self) -> str:
        return fold_number(self.canonical or self.raw)


def read_vessel_number(text: str) -> VesselNumber:
    """The number in `text`; the case of the letters counts (BTh, QNg), the rest is form.

    Refused and left to a person: too few digits, no TS, a patrol vessel's KN, 00000.
    """
    raw = " ".join(normalise_text(text).split())[:_MOST]
    match = _NUMBER.fullmatch(raw)
    if match is None or match["digits"] == "00000":
        return VesselNumber(raw, None)
    return VesselNumber(raw, f"{match['prefix']}-{match['digits']}-TS", match["prefix"])


def fold_number(text: str) -> str:
    """A number as it is searched: letters and digits only, no case, no diacritics."""
    return re.sub(r"[^a-z0-9]", "", fold_text(text))[:_MOST]
