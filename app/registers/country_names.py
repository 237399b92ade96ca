"""The names of countries in the reader's language, as pages, lists and files say them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from babel import Locale

from app.database import fold_text

_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def country_name(code: str, locale: str = "vi") -> str:
    return str(Locale.parse(locale).territories.get(code, code))


@lru_cache(maxsize=8)
def country_choices(locale: str = "vi") -> Sequence[tuple[str, str]]:
    """Every country by its name, sorted blind to diacritics."""
    names = Locale.parse(locale).territories
    found = [(code, str(name)) for code, name in names.items() if re.fullmatch(r"[A-Z]{2}", code)]
    kept = [pair for pair in found if pair[0] not in _NOT_COUNTRIES]
    return tuple(sorted(kept, key=lambda pair: fold_text(pair[1])))
