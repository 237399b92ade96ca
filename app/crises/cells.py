"""Reads what lists made in haste write into names, births and papers of people.

Nobody is left out of a mass event for a lost passport or a birth known by its year alone; two
people in one cell are refused, or one of them would be missing from the balance.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.imports.fields import plain
from app.imports.judging import Judged, RowProblemError
from app.imports.persons import read_birth, read_name, read_number
from app.imports.readers.source import Cell

_NOT_OF_NAMES = re.compile(r"[<>{}\[\]=|\\@#$%^*]")
_WITH_CHILD = re.compile(
    r"[+&]|\b\d+ (?:con|chau|tuoi|nguoi)\b|\b(?:va|cung|kem|me|bo|cha) (?:cac )?con\b"
    r"|\bcon (?:nho|trai|gai|be|de)\b"
)
_AND = re.compile(r"\w+ \w+ (?:và|va|VÀ) \w+ \w+")  # Và itself is a family name
_TITLES = frozenset({"ho va ten", "ho ten", "full name", "name", "ten"})
_YEAR_SAID = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIGURES = re.compile(r"\d+")
_SHORT_YEAR = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d\d)")
_BEFORE_NUMBER = re.compile(
    r"(?:hc|h/c|cccd|cmnd|cmt|ppt?|passport|hộ chiếu|căn cước)(?: no| number| số)?[ .:]*(?=\S*\d)",
    re.IGNORECASE,
)


def read_listed_name(row: Judged) -> str:
    """The one name of a row. Raises RowProblemError with what is wrong with the cell."""
    said = row.text("person_name")
    if plain(said) in _TITLES:
        raise RowProblemError("Dòng này lặp lại tiêu đề cột.", "title")
    if _NOT_OF_NAMES.search(said):
        raise RowProblemError("Họ tên có ký tự không phải của tên người: hãy ghi lại.", "name")
    if _AND.search(said) or _WITH_CHILD.search(_folded(said)):
        raise RowProblemError(
            "Ô họ tên ghi nhiều người (như mẹ và con): mỗi người ghi một dòng, cùng nhóm gia đình.",
            "several",
        )
    return read_name(row)


def _folded(text: str) -> str:
    """Folded, with the signs that join two people kept."""
    return " ".join(plain(part) if part not in "+&" else part for part in re.split(r"([+&])", text))


def read_born(row: Judged, *, year: int) -> dict[str, Any]:  # Any: column values
    """The birth as far as it is known: a day, or the year alone with a word that it is so."""
    said = row.text("birth")
    short = _SHORT_YEAR.fullmatch(said)
    if short is not None:
        day, month, two = (int(part) for part in short.groups())
        century = 2000 if 2000 + two <= year else 1900
        said = f"{day:02d}/{month:02d}/{century + two}"
        row.values = {**row.values, "birth": said}
    elif (born := _year_alone(said)) is not None:
        row.warn(f"Ngày sinh “{said[:30]}” không đủ ngày, tháng: chỉ lấy năm {born}.", "year")
        row.values = {**row.values, "birth": born}
    return read_birth(row, year=year)


def _year_alone(said: str) -> str | None:
    """The one year that a text says where it says no whole day; None for all other texts."""
    years = _YEAR_SAID.findall(said)
    if len(years) != 1 or said == years[0] or re.search("tháng|thang", said.casefold()):
        return None
    rest = said.replace(years[0], " ")
    known = [figure for figure in _FIGURES.findall(rest) if int(figure)]
    has_month = re.search(r"[A-Za-z]{3,}", rest) is not None and bool(known)
    return years[0] if len(known) <= 1 and not has_month else None


def read_paper(row: Judged) -> str:
    """The number of a paper; words without a figure say that there is none, and stay a remark."""
    said = row.text("id_number")
    if said and not any(sign.isdigit() for sign in said):
        row.warn(f"Số giấy tờ: “{said[:60]}”.", "no_paper")
        return ""
    bare = _BEFORE_NUMBER.sub("", said, count=1)
    if bare != said:
        row.values = {**row.values, "id_number": bare}
    return read_number(row)


# --- columns that say one thing in two ------------------------------------------------------


def shaped(
    rows: Iterable[Judged], names: Sequence[str], mapping: Mapping[str, int]
) -> list[Judged]:
    """Rows with the name and the birth in one cell each, however the list parts its columns."""
    column = mapping.get("family")
    is_surname = column is not None and _composed(names[column]) == "họ"
    return [_shaped(row, "family" if is_surname else "surname") for row in rows]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def _shaped(row: Judged, surname: str) -> Judged:
    values: dict[str, Cell] = dict(row.values)
    first, name = values.pop(surname, None), values.get("person_name")
    if isinstance(first, str) and (name is None or isinstance(name, str)):
        values["person_name"] = " ".join(filter(None, (first, name)))
    for code, sex in (("birth_male", "Nam"), ("birth_female", "Nữ")):
        born = values.pop(code, None)
        if born not in (None, ""):
            values["birth"] = str(int(born)) if isinstance(born, float) else born
            values.setdefault("sex", sex)
    row.values = values
    return row
