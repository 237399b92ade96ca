"""Writes the page of fisher incidents as a workbook: the table, its buckets, the cases behind."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.reports.export import Cell, Sheet, written
from app.reports.incident_pages import Bucket, IncidentPage
from app.reports.incident_rules import Triple


def incident_workbook(page: IncidentPage) -> bytes:
    """Every table with its period and the day of what was known above it."""
    asked = page.asked
    notes = [
        _("Tàu cá, ngư dân bị nước ngoài bắt giữ"),
        _(
            "Từ %(first)s đến %(last)s, số liệu tính đến %(day)s.",
            first=f"{asked.first:%d/%m/%Y}",
            last=f"{asked.last:%d/%m/%Y}",
            day=f"{asked.known_on:%d/%m/%Y}",
        ),
        _("So với cùng kỳ năm trước:") + " " + "; ".join(page.changes) + ".",
    ]
    return written(
        [
            _levels(page, notes),
            _buckets(_("Theo nước bắt giữ"), page.countries, page, notes),
            _buckets(_("Theo tỉnh quản lý"), page.provinces, page, notes),
            _cases(page, notes),
        ]
    )


def _levels(page: IncidentPage, notes: Sequence[str]) -> Sheet:
    now, before = page.now, page.before
    rows = [
        [name, *_cells(here), *_cells(there)]
        for name, here, there in (
            (_("Theo tin báo"), now.claimed, before.claimed),
            (_("Đã xác minh"), now.verified, before.verified),
            (_("Đã có kết cục"), now.final, before.final),
            (_("Số báo cáo"), now.best, before.best),
        )
    ]
    return Sheet(_("Vụ, tàu, người"), notes, _headers(_("Mức")), rows)


def _buckets(
    title: str, found: Sequence[Bucket], page: IncidentPage, notes: Sequence[str]
) -> Sheet:
    rows = [[one.name, *_cells(one.now), *_cells(one.before)] for one in found]
    total = [_("Tổng cộng"), *_cells(page.now.best), *_cells(page.before.best)]
    return Sheet(title, notes, _headers(title), [*rows, total])


def _cases(page: IncidentPage, notes: Sequence[str]) -> Sheet:
    levels = (_("Theo tin báo"), _("Đã xác minh"), _("Đã có kết cục"))
    headers = [_("Hồ sơ"), _("Tiêu đề"), _("Ngày")]
    headers += [f"{level}: {what}" for level in levels for what in _whats()]
    rows = [
        [
            *(one.reference, one.title, f"{one.counted.on:%d/%m/%Y}"),
            *_cells(one.counted.claimed),
            *(_cells(one.counted.verified) if one.counted.verified else [None, None, None]),
            *_cells(one.counted.final),
        ]
        for one in page.incidents
    ]
    return Sheet(_("Các vụ"), notes, headers, rows)


def _whats() -> tuple[str, str, str]:
    return _("vụ"), _("tàu"), _("ngư dân")


def _headers(first: str) -> list[str]:
    periods = (_("Kỳ này"), _("Cùng kỳ năm trước"))
    return [first, *(f"{period}: {what}" for period in periods for what in _whats())]


def _cells(one: Triple) -> list[Cell]:
    return [float(one.cases), float(one.vessels), float(one.persons)]
