"""Puts together what the map page tells its script: words, symbols, the view to start from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.queries import province_names
from app.cases import pages as queue
from app.cases.browsing import COUNTED_TO, unplaced_count
from app.cases.listed_names import listed_name
from app.cases.published import newest_definitions
from app.cases.queries import Filters, Tab
from app.errors import NotFound, Refused
from app.jobs import utc_now
from app.maps.cells import parse_box
from app.maps.features import MOST_POINTS, Answer, Asked
from app.maps.minimaps import Corners, corners_of_areas
from app.maps.queries import Columns
from app.maps.rules import Tone, marker_symbols
from app.permissions import Actor, Permission
from app.registers.packs import current_pack
from app.registers.queries import MarkerFilter, marker_by_id
from app.registers.vocabulary import words

KINDS: Final = ("moc", "ho-so")
_LONGEST_ID: Final = 10
_MODULES: Final = Path(__file__).parents[1] / "static" / "js" / "map"
_LEAST_ZOOM: Final = 0.0
_MOST_ZOOM: Final = 22.0

Json = dict[str, Any]  # Any: JSON


def read_filters(session: Session, actor: Actor, arguments: MultiDict[str, str]) -> queue.Asked:
    """The queue's own filters; without a tab the map shows every case."""
    asked = queue.read_filters(session, actor, arguments)
    tab = asked.filters.tab if arguments.get("muc") else Tab.ALL
    return replace(asked, filters=replace(asked.filters, tab=tab, is_unplaced=False))


def unplaced_words(session: Session, actor: Actor, filters: Filters, now: datetime) -> str:
    """How many cases of these filters the map cannot show; empty where it shows them all."""
    if not actor.may(Permission.CASE_VIEW):
        return ""
    count = unplaced_count(session, actor, filters, now=now)
    figures = f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)
    return _("%(count)s hồ sơ chưa có vị trí trên bản đồ", count=figures) if count else ""


def read_asked(session: Session, actor: Actor, arguments: MultiDict[str, str]) -> Asked:
    """What a view asks for, as far as the actor's permissions go. Raises Invalid."""
    kinds = arguments.getlist("lop") or KINDS
    filters = read_filters(session, actor, arguments).filters
    has_cases = "ho-so" in kinds and actor.may(Permission.CASE_VIEW)
    has_markers = "moc" in kinds and actor.may(Permission.REGISTER_VIEW)
    return Asked(
        box=parse_box(arguments.get("bbox", "")),
        zoom=_zoom(arguments.get("zoom", "")),
        cases=filters if has_cases else None,
        markers=_marker_filter(arguments, filters, today_of(actor)) if has_markers else None,
    )


def _zoom(text: str) -> float:
    try:
        zoom = float(text)
    except ValueError:
        return _LEAST_ZOOM
    return min(max(zoom, _LEAST_ZOOM), _MOST_ZOOM) if zoom == zoom else _LEAST_ZOOM  # noqa: PLR0124  NaN


def today_of(actor: Actor) -> date:
    return actor.day(utc_now())


def _marker_filter(arguments: Mapping[str, str], shared: Filters, today: date) -> MarkerFilter:
    return MarkerFilter(
        neighbour=shared.neighbour,
        province_code=shared.province,
        stage=arguments.get("tien-do", "")[:40],
        condition=arguments.get("tinh-trang", "")[:40],
        text=shared.asked,
        inspection=arguments.get("kiem-tra", "")[:40],
        today=today,
    )


def link_of(kind: str, row: Columns) -> str:
    """The page of a point; written out, because building 2,000 addresses takes longer."""
    if kind == "case":
        return f"/ho-so/{row.reference}"
    return f"/so-dang-ky/moc/{row.neighbour}/{row.slug}"


def answer_as_json(answer: Answer) -> Json:
    said = ""
    if answer.shown < answer.total:
        said = _(
            "Đang hiển thị %(shown)s trên %(total)s. Hãy phóng to hoặc lọc bớt.",
            shown=figures(answer.shown),
            total=figures(answer.total),
        )
    return {
        "clusters": answer.clusters,
        "points": answer.points,
        "markers": answer.markers,
        "cases": answer.cases,
        "shown": answer.shown,
        "most": MOST_POINTS,
        "notice": said,
    }


def figures(number: int) -> str:
    return f"{number:,}".replace(",", ".")


# --- the page -------------------------------------------------------------------------------


@cache
def module_names() -> Sequence[str]:
    """The modules of the map's script: told early, all are fetched at once, not one by one."""
    return sorted(path.name for path in _MODULES.glob("*.js"))


def page_settings(session: Session, actor: Actor, arguments: MultiDict[str, str]) -> Json:
    """Everything that the page's script needs to draw features in words and shapes."""
    return {
        "features": url_for("maps.features"),
        "beside": url_for("maps.marker_beside", marker_id=0),
        "symbols": url_for("static", filename="img/symbols.svg"),
        "types": _case_types(session, actor.locale),
        "kinds": {
            code: {"name": _word("kind", code, actor.locale), **symbol}
            for code, symbol in marker_symbols().items()
        },
        "stages": _words("stage", actor.locale),
        "conditions": _words("condition", actor.locale),
        "neighbours": _words("neighbour", actor.locale),
        "provinces": province_names(session),
        "tones": tone_names(),
        "home": home_view(actor),
        "focus": _focus(session, actor, arguments),
        "words": _script_words(),
        "drawn": drawn_words(),
        "locale": actor.locale,
        "zone": actor.time_zone,
    }


def tone_names() -> dict[str, str]:
    return {
        Tone.INITIAL: _("Mới ghi nhận"),
        Tone.WORKING: _("Đang xử lý"),
        Tone.WAITING: _("Đang chờ"),
        Tone.OVERDUE: _("Quá hạn, hư hỏng"),
        Tone.DONE: _("Đã xong"),
        Tone.CLOSED: _("Đã đóng"),
    }


def tab_choices() -> list[tuple[str, str]]:
    """The groups of the queue, all cases first: that is what a map starts with."""
    names = queue.tab_names()
    order = [Tab.ALL, *(tab for tab in names if tab is not Tab.ALL)]
    return [(tab.value, names[tab]) for tab in order]


def home_view(actor: Actor) -> Corners | None:
    """The corners of the actor's own area; None for the whole country."""
    if actor.area.is_everything:
        return None
    try:
        pack = current_pack()
    except Refused:
        return None
    area = actor.area
    return corners_of_areas(pack, provinces=area.province_codes, countries=area.country_codes)


def _case_types(session: Session, locale: str) -> Json:
    return {
        definition.code: {
            "name": listed_name(definition.case_type).in_locale(locale),
            "shape": definition.case_type.symbol.shape,
            "color": definition.case_type.symbol.color,
            "states": {
                code: name.in_locale(locale) for code, name in definition.state_names.items()
            },
        }
        for definition in newest_definitions(session)
    }


def _words(name: str, locale: str) -> dict[str, str]:
    return {code: found.in_locale(locale) for code, found in words(name).items()}


def _word(name: str, code: str, locale: str) -> str:
    return words(name)[code].in_locale(locale)


def _focus(session: Session, actor: Actor, arguments: Mapping[str, str]) -> Json | None:
    """The marker that the address names, for the map to start at."""
    given = arguments.get("moc", "")
    if not (given.isdecimal() and len(given) < _LONGEST_ID and actor.may(Permission.REGISTER_VIEW)):
        return None
    try:
        marker = marker_by_id(session, actor, int(given))
    except NotFound:
        return None
    if marker.lat is None or marker.lon is None:
        return None
    return {"id": f"m{marker.id}", "lat": marker.lat, "lon": marker.lon, "title": marker.label}


def _script_words() -> dict[str, str]:
    return {
        "marker": _("Mốc"),
        "peg": _("Cọc dấu"),
        "markers": _("mốc"),
        "cases": _("hồ sơ"),
        "inView": _("Trong khung nhìn:"),
        "nothing": _("Không có mốc hoặc hồ sơ nào trong khung nhìn này."),
        "nothingHint": _("Hãy thu nhỏ bản đồ, bật thêm lớp hoặc bỏ bớt bộ lọc."),
        "cluster": _("Cụm"),
        "zoomTo": _("Phóng to cụm này"),
        "open": _("Mở trang chi tiết"),
        "state": _("Trạng thái"),
        "type": _("Loại"),
        "place": _("Nơi"),
        "due": _("Hạn"),
        "stage": _("Tiến độ"),
        "condition": _("Tình trạng"),
        "inspection": _("Hạn kiểm tra"),
        "inspectionLate": _("quá hạn kiểm tra"),
        "line": _("Tuyến"),
        "province": _("Tỉnh"),
        "more": _("và %(n)s mục khác. Phóng to để xem từng mục.", n="{n}"),
        "failed": _("Không tải được dữ liệu bản đồ. Hãy thử lại."),
        "retry": _("Thử lại"),
        "noPlace": _("Máy không cho biết vị trí."),
        "youAreHere": _("Vị trí của bạn"),
        "copied": _("Đã chép liên kết"),
        "previous": _("Mốc trước trên tuyến"),
        "next": _("Mốc sau trên tuyến"),
    }


def drawn_words() -> dict[str, str]:
    """The words that are drawn into the published map, once for all, in the reader's language."""
    return {
        "Phóng to": _("Phóng to"),
        "Thu nhỏ": _("Thu nhỏ"),
        "Vị trí của tôi": _("Vị trí của tôi"),
        "Cả nước": _("Cả nước"),
        "Toàn màn hình": _("Toàn màn hình"),
        "Thoát toàn màn hình": _("Thoát toàn màn hình"),
        "Đường biên giới chỉ có tính minh họa": _("Đường biên giới chỉ có tính minh họa"),
        "Vùng biển (tham khảo)": _("Vùng biển (tham khảo)"),
        "Đường cơ sở, ranh giới biển": _("Đường cơ sở, ranh giới biển"),
        "Địa giới tỉnh, thành phố": _("Địa giới tỉnh, thành phố"),
        "Cửa khẩu": _("Cửa khẩu"),
        "Cơ quan đại diện (bản thảo)": _("Cơ quan đại diện (bản thảo)"),
    }


def legend_symbols(session: Session, locale: str) -> list[Json]:
    """Case types that can lie somewhere, with their shapes, in the order of the legend."""
    areas = {
        definition.code: definition.case_type.area
        for definition in newest_definitions(session)
        if definition.case_type.place != "none"
    }
    said = _case_types(session, locale)
    return [
        {"code": code, "area": area.in_locale(locale) if area else "", **said[code]}
        for code, area in areas.items()
    ]
