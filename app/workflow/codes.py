"""Codes proposed from Vietnamese names, so that nobody has to think of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LONGEST = 48  # leaves room for a number behind a code that is taken
_NOT_IN_A_CODE = re.compile(r"[^a-z0-9]+")


def code_from(name: str, taken: Collection[str] = (), *, otherwise: str = "muc") -> str:
    """Return "bo_sung_ho_so" for "Bổ sung hồ sơ"; a code that is taken gets a number."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    code = _NOT_IN_A_CODE.sub("_", letters).strip("_")
    if not code or not code[0].isalpha():
        code = f"{otherwise}_{code}".strip("_")
    code = code[:_LONGEST].strip("_")
    return next(one for one in _numbered(code, len(taken)) if one not in taken)


def _numbered(code: str, count: int) -> list[str]:
    return [code, *(f"{code}_{number}" for number in range(2, count + 3))]
