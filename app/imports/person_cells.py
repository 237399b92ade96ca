"""Reads what lists made in haste write into names, births and papers of people.

Nobody is left out for a lost passport or a birth known by its year alone; two people in one cell
are refused, or one of them would be missing from the balance.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.imports.days import read_day
from app.imports.entries import require_letters, short_text
from app.imports.fields import other_words, plain
from app.imports.judging import Judged, RowProblemError
from app.imports.readers.source import Cell
from app.registers.name_sounds import keys_of
from app.registers.vocabulary import words

_YEAR = re.compile(r"(?:19|20)\d\d")
_BUDDHIST = re.compile(r"(?<!\d)2[45]\d\d(?!\d)")
_BUDDHIST_AHEAD = 543
_LONGEST_NUMBER, _LONGEST_NAME, _MOST_SYLLABLES = 64, 100, 8
_EARLIEST_YEAR = 1900
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
    name = read_name(row)
    if " " not in name:
        row.warn("Họ tên chỉ có một tiếng: kiểm tra xem cột họ có bị sót không.", "short")
    return name


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
    return [join_columns(row, "family" if is_surname else "surname") for row in rows]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def join_columns(row: Judged, surname: str = "surname") -> Judged:
    """The row with its name and its birth in one cell each."""
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


# --- one fact of a row ---


def read_name(row: Judged) -> str:
    """The one name that a row has to say. Raises RowProblemError."""
    name = short_text(row, "person_name", most=_LONGEST_NAME)
    require_letters(name, "Thiếu họ tên.")
    if len(name.split()) > _MOST_SYLLABLES or re.search(r"[,;/\n]", row.text("person_name")):
        raise RowProblemError(
            "Ô họ tên chứa nhiều người hoặc nhiều dòng: mỗi dòng chỉ ghi một người.", "several"
        )
    if not keys_of(name):
        raise RowProblemError("Họ tên không có chữ La-tinh; hãy ghi thêm cách viết La-tinh.")
    return name


def read_birth(row: Judged, *, year: int) -> dict[str, Any]:  # Any: column values
    """The day or the year of birth; who is a minor, the register decides."""
    said = row.text("birth")
    if foreign := _BUDDHIST.search(said or row.text("birth_year")):
        theirs = int(foreign[0])
        raise RowProblemError(
            f"Năm {theirs} có lẽ theo Phật lịch (dương lịch là {theirs - _BUDDHIST_AHEAD}):"
            " hãy ghi năm dương lịch.",
            "date",
        )
    said_year = said if _YEAR.fullmatch(said) else row.text("birth_year")
    day: date | None = None
    if said and not _YEAR.fullmatch(said):
        day = read_day(row, "birth")
    if day is None and not said_year:
        return {}
    if said_year and not _YEAR.fullmatch(said_year):
        raise RowProblemError(f"Không đọc được năm sinh “{said_year[:20]}”.", "date")
    born = day.year if day else int(said_year)
    if not _EARLIEST_YEAR <= born <= year:
        raise RowProblemError(f"Năm sinh {born} không hợp lý.", "date")
    found: dict[str, Any] = {"birth_year": born}
    return found | ({"birth_date": day} if day else {})


def read_number(row: Judged) -> str:
    """The number of a paper as it is written, without blanks. Raises RowProblemError."""
    number = re.sub(r"\s+", "", row.text("id_number"))
    if not number:
        return ""
    if len(number) > _LONGEST_NUMBER or not re.fullmatch(r"[0-9A-Za-z./-]+", number):
        raise RowProblemError("Số giấy tờ có ký tự lạ hoặc quá dài.", "number")
    if re.fullmatch(r"\d+(?:\.\d+)?[eE]\+?\d+", number):
        raise RowProblemError(
            "Phần mềm bảng tính đã rút gọn số giấy tờ (dạng 1,2E+11): hãy định dạng cột là Văn bản"
            " rồi nhập lại số.",
            "number",
        )
    return number


def read_words(row: Judged) -> dict[str, Any]:  # Any: column values
    """Sex, kind of paper, home, contact and note, where the row says them."""
    found: dict[str, Any] = {}
    for name, list_name in (("sex", "sex"), ("id_kind", "id_kind")):
        text = row.text(name)
        code = _code_of(list_name, text) if text else None
        if text and code is None:
            row.warn(f"Chưa rõ “{text[:30]}” nên để trống mục này.", f"word_{name}")
        elif code:
            found[name] = code
    for name, column in (("home_text", "home_text"), ("contact", "contact_text"), ("note", "note")):
        if said := short_text(row, name):
            found[column] = said
    return found


def _code_of(list_name: str, text: str) -> str | None:
    asked = plain(text)
    for code, word in words(list_name).items():
        if asked in (plain(code), plain(word.vi), plain(word.en)):
            return code
    return other_words(list_name).get(asked)
