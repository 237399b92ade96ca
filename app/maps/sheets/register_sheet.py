"""What register sheets say: the facts of a marker, or a list, in the words of the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.geo.crs import System, utm_system
from app.maps.cells import Box
from app.maps.features import Asked, features_in
from app.maps.pages import link_of
from app.maps.rules import marker_symbols
from app.maps.sheets.contents import Contents
from app.maps.sheets.frame import Centre, Frame, frame_of
from app.maps.sheets.paper import Rectangle
from app.maps.sheets.sheet import Shape
from app.maps.sheets.wording import classification, printed_by
from app.permissions import Actor
from app.registers.dated_rules import axis_table
from app.registers.days import Day
from app.registers.models import Marker, MarkerKind, MarkerMeasurement
from app.registers.pages import Beside, ChangeLine, MarkerPage, system_name
from app.registers.position_systems import in_every_system
from app.registers.queries import MarkerFilter, place_names
from app.registers.vocabulary import word

MAP_SCALE: Final = 25_000
_ZONE_DEGREES: Final = 6
_SINGLY: Final = 15.0
_MOST_CHANGES: Final = 30

Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: names and shares of width of its columns, and its rows in words."""

    heading: str
    names: Sequence[str]
    shares: Sequence[float]
    rows: Sequence[Sequence[str]]
    when_empty: str = ""


@dataclass(frozen=True, slots=True)
class MarkerSheet:
    """Everything on the sheet of one marker."""

    title: str
    subtitle: str
    classification: str
    foot: str
    page_words: str
    facts: Sequence[tuple[str, Facts]]
    tables: Sequence[Table]
    notes: Sequence[str]
    frame: Frame | None
    grid: System | None
    contents: Contents
    shapes: Mapping[str, Shape]
    scale: str
    map_note: str


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A list of markers under its filters."""

    title: str
    subtitle: str
    classification: str
    foot: str
    page_words: str
    table: Table


def _(sentence: str, **values: object) -> str:
    return str(gettext(sentence, **values))


# --- one marker -----------------------------------------------------------------------------


def marker_sheet(
    session: Session, actor: Actor, page: MarkerPage, place: Rectangle, *, now: datetime
) -> MarkerSheet:
    """The sheet of a marker that the actor sees; `place` is that of its small map."""
    marker, locale = page.marker, actor.locale
    frame, grid = _frame(marker, place)
    line = word("neighbour", marker.neighbour, locale)
    return MarkerSheet(
        title=_("Phiếu mốc: %(name)s", name=marker_name(marker)),
        subtitle=_("Tuyến Việt Nam – %(line)s", line=line)
        + (f" · {_('Số liệu minh họa')}" if marker.is_illustration else ""),
        classification=classification(has_restricted=False),
        foot=printed_by(actor, now),
        page_words=_("Trang {number}/{count}"),
        facts=[
            (_("Vị trí"), _present(_place_facts(page, session, actor))),
            (_("Mốc"), _present(_body_facts(page, locale))),
        ],
        tables=[_neighbours(page), _measurements(page, locale), _history(page, actor)],
        notes=[
            _("Đường biên giới chỉ có tính minh họa; lý trình tính trên đường minh họa."),
        ],
        frame=frame,
        grid=grid,
        contents=_around(session, actor, frame, now=now),
        shapes=dict(marker_symbols()),
        scale=_("Tỷ lệ 1:%(scale)s", scale=f"{MAP_SCALE:,}".replace(",", ".")),
        map_note=_("Đường biên giới chỉ có tính minh họa"),
    )


def marker_name(marker: Marker) -> str:
    if marker.kind == MarkerKind.PEG:
        return _("Cọc dấu %(label)s", label=marker.label)
    if marker.kind in {MarkerKind.TRIPOINT, MarkerKind.LEGACY}:
        return marker.label
    return _("Mốc %(label)s", label=marker.label)


def _frame(marker: Marker, place: Rectangle) -> tuple[Frame | None, System | None]:
    if marker.lat is None or marker.lon is None:
        return None, None
    grid = utm_system("WGS 84", int((marker.lon + 180) // _ZONE_DEGREES) + 1)
    return frame_of(place, Centre(marker.lat, marker.lon), MAP_SCALE, system=grid), grid


def _around(session: Session, actor: Actor, frame: Frame | None, *, now: datetime) -> Contents:
    if frame is None:
        return Contents((), (), 0, 0)
    box: Box = frame.box
    asked = Asked(box=box, zoom=_SINGLY, cases=None, markers=MarkerFilter())
    answer = features_in(session, actor, asked, links=link_of, now=now)
    return Contents(answer.points, (), answer.markers, 0)


def _present(facts: Facts) -> Facts:
    return [(label, value) for label, value in facts if value]


def _place_facts(page: MarkerPage, session: Session, actor: Actor) -> Facts:
    marker, locale = page.marker, actor.locale
    facts: list[tuple[str, str]] = []
    if marker.lat is not None and marker.lon is not None:
        axes = axis_table(session).of(marker.province_code or "")
        systems = in_every_system(marker.lat, marker.lon, axes=axes, locale=locale)
        said = [f"{_NAMED.get(one.code, '')}{one.text}" for one in systems]
        facts += [(_("Tọa độ") if not place else "", text) for place, text in enumerate(said)]
    else:
        facts.append((_("Tọa độ"), _("Chưa có số đo nào được lấy làm tọa độ hiện hành.")))
    elevation = _metres(marker.elevation_m)
    datum = f" ({marker.elevation_datum})" if marker.elevation_datum else ""
    return [
        *facts,
        (_("Tỉnh"), page.province or marker.province_code or ""),
        (_("Xã, phường"), page.commune or marker.commune_code or ""),
        (_("Nơi đặt"), marker.place_text),
        (_("Đoạn"), marker.segment.name if marker.segment else ""),
        (_("Lý trình"), _kilometres(marker.chainage_m)),
        (_("Cách đường biên"), _metres(marker.distance_to_line_m)),
        (_("Độ cao"), elevation + datum if elevation else ""),
    ]


def _body_facts(page: MarkerPage, locale: str) -> Facts:
    marker = page.marker
    return [
        (_("Loại"), word("kind", marker.kind, locale)),
        (_("Cỡ, hạng"), word("class", marker.marker_class, locale)),
        (_("Tiến độ"), word("stage", marker.stage, locale)),
        (_("Pháp lý"), word("legal_stage", marker.legal_stage, locale)),
        (_("Tình trạng"), word("condition", marker.condition, locale)),
        (_("Bên cắm"), word("side", marker.planted_by, locale)),
        (_("Chất liệu"), marker.material),
        (_("Năm khắc"), str(marker.year_engraved or "")),
        (_("Tên cũ"), ", ".join(str(name) for name in marker.legacy_names)),
        (_("Căn cứ pháp lý"), marker.legal_basis),
        (_("Nguồn"), marker.source),
        (_("Ghi chú"), marker.note),
    ]


def _neighbours(page: MarkerPage) -> Table:
    found: list[tuple[str, Beside | None]] = [
        (_("Mốc trước"), page.before),
        (_("Mốc sau"), page.after),
        *((_("Cùng vị trí"), one) for one in page.companions),
    ]
    rows = [
        (said, marker_name(one.marker), _metres(one.distance_m), _azimuth(one.azimuth))
        for said, one in found
        if one is not None
    ]
    names = (_("Quan hệ"), _("Mốc"), _("Khoảng cách"), _("Phương vị"))
    return Table(
        _("Mốc liền kề dọc đường biên"),
        names,
        (3, 4, 3, 3),
        rows,
        _("Không có mốc liền kề trong phạm vi của bạn."),
    )


def _measurements(page: MarkerPage, locale: str) -> Table:
    rows = [_measured(one, locale) for one in page.marker.measurements]
    names = (_("Ghi nguyên văn"), _("Hệ tọa độ"), _("Nguồn, cách đo"), _("Ngày đo"), _("Dùng"))
    return Table(_("Các số đo"), names, (5, 4, 5, 2, 2), rows, _("Chưa có số đo nào."))


def _measured(one: MarkerMeasurement, locale: str) -> tuple[str, ...]:
    system = system_name(one.crs, locale) if one.crs else _("chưa xác định")
    source = "; ".join(filter(None, (one.source, one.survey_method)))
    return (
        one.original,
        system,
        f"{source} ({_('bên đo')}: {word('side', one.party, locale)})".strip(),
        f"{one.measured_on:%d/%m/%Y}" if one.measured_on else "",
        _("Hiện hành") if one.is_in_force else _("Đối chiếu"),
    )


def _history(page: MarkerPage, actor: Actor) -> Table:
    zone = ZoneInfo(actor.time_zone)
    rows = [_step(one, zone) for one in page.changes[:_MOST_CHANGES]]
    names = (_("Có hiệu lực từ"), _("Nội dung"), _("Người ghi, lúc ghi"))
    return Table(_("Lịch sử"), names, (2, 8, 4), rows, _("Chưa có thay đổi nào được ghi."))


def _step(one: ChangeLine, zone: ZoneInfo) -> tuple[str, ...]:
    said = "; ".join(
        f"{line['label']}: {line['old']} → {line['new']}"
        if line["old"]
        else f"{line['label']}: {line['new']}"
        for line in one.lines
    )
    change = one.change
    text = f"{change.reason}. {said}" if change.reason else said
    by = f"{change.actor_name}, {change.at.astimezone(zone):%H:%M %d/%m/%Y}"
    return f"{change.valid_on:%d/%m/%Y}", text, by


def _metres(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.2f} m".translate(_SIGNS)


def _kilometres(value: float | None) -> str:
    return "" if value is None else f"{value / 1000:,.3f} km".translate(_SIGNS)


def _azimuth(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}°".translate(_SIGNS)


# What does not say its own system when it is written out.
_NAMED: Final = {"EPSG:4326": "WGS-84: ", "MGRS": "MGRS: "}
_SIGNS: Final = str.maketrans(",.", ".,")


# --- a list ---------------------------------------------------------------------------------


def list_sheet(
    session: Session,
    actor: Actor,
    markers: Sequence[Marker],
    day: Day,
    *,
    narrowed: Sequence[str],
    now: datetime,
) -> ListSheet:
    """The markers of a filter as a table, in the order of the border."""
    codes = {marker.province_code for marker in markers}
    provinces = place_names(session, codes, kind=UnitKind.PROVINCE, on=day.on)
    count = f"{len(markers):,}".replace(",", ".")
    said = [_("Tình trạng ngày %(day)s", day=f"{day.on:%d/%m/%Y}"), *narrowed]
    return ListSheet(
        title=_("Danh sách mốc quốc giới"),
        subtitle=" · ".join([*said, _("%(count)s mốc", count=count)]),
        classification=classification(has_restricted=False),
        foot=printed_by(actor, now),
        page_words=_("Trang {number}/{count}"),
        table=Table(
            "",
            (
                *(_("Tuyến"), _("Số hiệu"), _("Loại"), _("Tỉnh"), _("Nơi đặt")),
                *(_("Tiến độ"), _("Pháp lý"), _("Tình trạng"), _("Vĩ độ; kinh độ WGS-84")),
                _("Lý trình"),
            ),
            (16, 17, 16, 20, 36, 26, 22, 20, 36, 18),
            [_row(marker, provinces, actor.locale) for marker in markers],
            _("Không mốc nào trong phạm vi của bạn khớp với bộ lọc đang dùng."),
        ),
    )


def _row(
    marker: Marker,
    provinces: Mapping[str, Any],  # Any: names
    locale: str,
) -> tuple[str, ...]:
    place = ""
    if marker.lat is not None and marker.lon is not None:
        place = f"{marker.lat:.6f}; {marker.lon:.6f}".replace(".", ",")
    return (
        word("neighbour", marker.neighbour, locale),
        marker.label,
        word("kind", marker.kind, locale),
        str(provinces.get(marker.province_code or "", "")),
        marker.place_text,
        word("stage", marker.stage, locale),
        word("legal_stage", marker.legal_stage, locale),
        word("condition", marker.condition, locale),
        place,
        _kilometres(marker.chainage_m),
    )
