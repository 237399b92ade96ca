"""Invented Vietnamese names, the same for the same seed."""

from functools import cache
from pathlib import Path
from random import Random

import yaml

from app.database import fold_text

DATA = Path(__file__).parent / "data"


@cache
def _parts() -> dict[str, list[str]]:
    parts: dict[str, list[str]] = yaml.safe_load((DATA / "names.yaml").read_text("utf-8"))
    return parts


def invented_name(chance: Random, *, is_male: bool) -> str:
    """A family name, a middle name and a given name, put together by chance."""
    sex = "male" if is_male else "female"
    chosen = (_parts()["family"], _parts()[f"{sex}_middle"], _parts()[f"{sex}_given"])
    return " ".join(chance.choice(part) for part in chosen)


def without_marks(name: str) -> str:
    """A name as a foreign authority writes it: capitals, no diacritics, given name first."""
    plain = fold_text(name).upper().split()
    return " ".join([*plain[1:], plain[0]])


def misspelt(name: str, chance: Random) -> str:
    """The same with one letter lost on the way, as hurried lists have it."""
    plain = without_marks(name)
    place = chance.choice([index for index, letter in enumerate(plain) if letter != " "])
    return " ".join((plain[:place] + plain[place + 1 :]).split())
