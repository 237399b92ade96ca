"""From an address to the map in one file: what it holds, and every sentence in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.cases import pages as queue
from app.cases.published import newest_definitions
from app.errors import Refused
from app.maps import pages
from app.maps.offline import Words, offline_file
from app.maps.offline_contents import Feature, Held, held_of
from app.maps.past import then_of
from app.maps.past_cases import Then
from app.maps.published import Published
from app.maps.sheets.making import NO_LAYERS, Ground, asked_around, legend_words
from app.maps.sheets.order import Order
from app.maps.sheets.wording import classification
from app.permissions import Actor
from app.registers.days import Day


@dataclass(frozen=True, slots=True)
class Made:
    """The file, and what it holds."""

    content: bytes
    markers: Sequence[Feature]
    cases: Sequence[Feature]


def offline_of(
    session: Session,
    actor: Actor,
    arguments: MultiDict[str, str],
    order: Order,
    *,
    day: Day,
    ground: Ground,
    now: datetime,
) -> Made:
    """The map of an address as one file, with what the actor may see in its view."""
    if ground.published is None:
        raise Refused(NO_LAYERS)
    box = order.box
    then = then_of(session, actor, day.on, ground.pack) if day.is_past else None
    wanted = asked_around(session, actor, arguments, box)
    held = held_of(session, actor, wanted, now=now, then=then)
    shapes, names = legend_words(session, actor.locale)
    asked = pages.read_filters(session, actor, arguments)
    chips = queue.chips(session, asked, newest_definitions(session), actor.locale)
    narrowed = [f"{chip.label}: {chip.value}" for chip in chips]
    if then is not None:
        narrowed.insert(0, _day_said(then))
    content = offline_file(
        held,
        ground.published,
        ground.folder,
        view=box,
        shapes=shapes,
        words=_words(actor, held, ground.published, names, narrowed, title=order.title, now=now),
    )
    return Made(content, held.markers, held.cases)


def _(sentence: str, **values: object) -> str:
    return str(gettext(sentence, **values))


def _words(
    actor: Actor,
    held: Held,
    published: Published,
    names: Mapping[str, str],
    narrowed: Sequence[str],
    *,
    title: str,
    now: datetime,
) -> Words:
    used = {str(one["type"]) for one in (*held.markers, *held.cases)}
    return Words(
        title=title or _("Bản đồ biên giới"),
        classification=classification(has_restricted=held.has_restricted),
        facts=[*_facts(actor, held, published, now), *narrowed],
        note=_("Đường biên giới chỉ có tính minh họa"),
        markers=_("Mốc quốc giới"),
        cases=_("Hồ sơ"),
        search=_("Tìm mốc, hồ sơ"),
        place=_("Tọa độ WGS-84"),
        map=_("Bản đồ ngoại tuyến. Phím mũi tên để di chuyển, phím cộng trừ để phóng to, thu nhỏ."),
        legend=_("Chú giải"),
        controls={
            "zoomIn": _("Phóng to"),
            "zoomOut": _("Thu nhỏ"),
            "here": _("Vị trí của tôi"),
            "country": _("Cả nước"),
            "full": _("Toàn màn hình"),
            "full_off": _("Thoát toàn màn hình"),
        },
        tools=_tool_words(),
        types={code: name for code, name in names.items() if code in used},
        tones=pages.tone_names(),
        locale=actor.locale,
    )


def _day_said(then: Then) -> str:
    return _(
        "Tình trạng ngày %(day)s, theo %(count)s tỉnh, thành phố của ngày đó",
        day=f"{then.on:%d/%m/%Y}",
        count=len(then.provinces.names),
    )


def _tool_words() -> dict[str, str]:
    return {
        "Đo khoảng cách": _("Đo khoảng cách"),
        "Đo diện tích": _("Đo diện tích"),
        "Xóa các số đo": _("Xóa các số đo"),
        "Vẽ điểm": _("Vẽ điểm"),
        "Vẽ đường": _("Vẽ đường"),
        "Vẽ vùng": _("Vẽ vùng"),
        "Xóa hình vẽ cuối": _("Xóa hình vẽ cuối"),
        "Lưu hình vẽ thành tệp GeoJSON": _("Lưu hình vẽ thành tệp GeoJSON"),
        "Không có tên nào khớp": _("Không có tên nào khớp"),
        "Năm": _("Năm"),
        "Chạy các năm": _("Chạy các năm"),
        "Tắt xem theo năm": _("Tắt xem theo năm"),
        "Tiến độ theo năm": _("Tiến độ theo năm"),
        "Xem tiến độ mốc theo năm": _("Xem tiến độ mốc theo năm"),
    }


def _facts(actor: Actor, held: Held, published: Published, now: datetime) -> list[str]:
    local = now.astimezone(ZoneInfo(actor.time_zone))
    found = [
        _(
            "Dữ liệu lúc %(moment)s, người tải: %(name)s (%(unit)s)",
            moment=f"{local:%H:%M %d/%m/%Y}",
            name=actor.name,
            unit=actor.unit_name,
        ),
        _(
            "%(markers)s mốc, %(cases)s hồ sơ",
            markers=_figures(len(held.markers)),
            cases=_figures(len(held.cases)),
        ),
        _(
            "nền: %(name)s %(version)s, sai số khoảng %(metres)s m",
            name=published.pack_name,
            version=published.pack_version,
            metres=f"{published.accuracy_m:g}",
        ),
    ]
    if held.is_cut:
        found.append(_("tệp chỉ giữ phần đầu, hãy thu hẹp khung nhìn hoặc lọc bớt"))
    return found


def _figures(number: int) -> str:
    return f"{number:,}".replace(",", ".")
