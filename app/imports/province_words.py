"""How people shorten or misspell the names of provinces; every importer reads them from here."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "data" / "province_words.yaml"


@cache
def _words() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = yaml.safe_load(_FILE.read_text("utf-8"))["aliases"]
    return found


def other_names(name: str) -> Iterator[str]:
    """What a province of this full name is also called, without diacritics and blanks."""
    yield from _words().get(name, ())
