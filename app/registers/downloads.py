"""Sends a register's list as a file, in the format that the address asks for."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from io import BytesIO

from flask import Response, request, send_file

from app.registers.export import as_csv, as_xlsx
from app.registers.rules import Column, Seen
from app.vectors import FileKind, PointTable

MOST_ROWS = 20_000
_CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_points(table: PointTable, kind: FileKind, *, on: date) -> Response:
    """The points of a list as a file for geographic programs; the file carries the day."""
    content: bytes = import_module("app.vector_files").file_of(table, kind)
    return send_file(
        BytesIO(content),
        mimetype=kind.media_type,
        as_attachment=True,
        download_name=f"{table.name}-{on:%Y%m%d}.{kind.suffix}",
    )


def send_table(columns: Sequence[Column], rows: Sequence[Seen], *, name: str, on: date) -> Response:
    """`?dang=csv` for CSV, else XLSX; the file carries the day."""
    is_csv = request.args.get("dang") == "csv"
    content = as_csv(columns, rows) if is_csv else as_xlsx(columns, rows, title=name)
    return send_file(
        BytesIO(content),
        mimetype=_CSV if is_csv else XLSX,
        as_attachment=True,
        download_name=f"{name}-{on:%Y%m%d}.{'csv' if is_csv else 'xlsx'}",
    )
