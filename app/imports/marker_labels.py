"""Reads the number of a marker out of a cell, and what spreadsheets have made of it."""

import re
from datetime import date

from app.geo.labels import LabelError, LabelKind, LabelRange, MarkerLabel, parse_label, parse_labels
from app.geo.reading import tidy
from app.imports.judging import Judged, RowProblemError

LONGEST_LABEL = 60  # what the register's column holds, with room for the address made of it
# "314.0": a whole number that a program wrote as a fraction.
_WHOLE = re.compile(r"([0-9]{1,4})[.,]0+")
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg\s?[0-9]{1,2}"
_BECAME_DATE = re.compile(
    rf"(?:[0-9]{{1,2}}[-/ ])?(?:{_MONTHS})(?:[-/ ][0-9]{{2,4}})?"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
    re.IGNORECASE,
)
_LEADING_ZERO = re.compile(r"(?<![0-9])0[0-9]")


def read_marker_label(row: Judged, name: str, line: str | None) -> MarkerLabel | None:
    """The one marker that a cell names, None where it is empty. Raises RowProblemError."""
    cell = row.cell(name)
    if isinstance(cell, date):
        raise _became_date(f"{cell:%d/%m/%Y}")
    text = row.text(name)
    if not text:
        return None
    whole = _WHOLE.fullmatch(tidy(text))
    if whole is not None:
        text = whole[1]
    try:
        label = parse_label(text, line=line)
    except LabelError as error:
        raise _unreadable(text, line, error) from error
    if len(str(label)) > LONGEST_LABEL:
        raise RowProblemError(f"Số hiệu mốc dài quá {LONGEST_LABEL} ký tự.", "label")
    if whole is not None or _LEADING_ZERO.search(text):
        row.warn(f"Số hiệu “{row.text(name)[:30]}” đã đọc là {label}.", "label_read_as")
    elif label.kind is LabelKind.LEGACY:
        row.warn(f"Số hiệu “{text[:30]}” đã đọc là mốc cũ {label}.", "label_legacy")
    return label


def _unreadable(text: str, line: str | None, error: LabelError) -> RowProblemError:
    if _BECAME_DATE.fullmatch(tidy(text)):
        return _became_date(text)
    try:
        several = parse_labels(text, line=line)
    except LabelError:
        return RowProblemError(error.remark.vi, "label")
    is_range = len(several) == 1 and isinstance(several[0], LabelRange)
    what = "một đoạn" if is_range else "nhiều mốc"
    return RowProblemError(
        f"“{text[:40]}” là {what}, mà mỗi dòng chỉ ghi một số hiệu mốc: hãy tách thành từng dòng.",
        "several_labels",
    )


def _became_date(shown: str) -> RowProblemError:
    return RowProblemError(
        f"Phần mềm bảng tính đã đổi số hiệu mốc thành ngày {shown}. "
        "Hãy định dạng cột số hiệu là Văn bản rồi gõ lại, ví dụ 10/5.",
        "label_is_date",
    )
