"""Every sentence of a page, in the language of the one who prints it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext

from app.geo.crs import System
from app.maps.pages import tone_names
from app.maps.published import Published
from app.maps.sheets.contents import Contents
from app.maps.sheets.frame import Frame
from app.maps.sheets.sheet import Wording
from app.permissions import Actor
from app.registers.days import Day
from app.registers.models import Neighbour
from app.registers.vocabulary import word


def _(sentence: str, **values: object) -> str:
    return str(gettext(sentence, **values))


_SLIGHT: Final = 0.0005  # a scale that is nowhere further off reads as true everywhere
_LEAST_TURN: Final = 0.05


def page_words(  # noqa: PLR0913  everything that a page speaks of
    actor: Actor,
    contents: Contents,
    frame: Frame,
    day: Day,
    published: Published,
    *,
    title: str,
    grid: System | None,
    narrowed: Sequence[str],
    names: Mapping[str, str],
    now: datetime,
) -> Wording:
    """The words of a page; `narrowed` are the filters in use, `names` those of the types."""
    return Wording(
        title=title or _("Bản đồ biên giới"),
        subtitle=" · ".join([_state_of(contents, day), *narrowed, _counted(contents)]),
        classification=classification(has_restricted=contents.has_restricted),
        note=_("Đường biên giới chỉ có tính minh họa"),
        sources=[
            _base(published),
            _records(actor, contents, day),
            _projection(frame, grid, actor.locale),
        ],
        foot=printed_by(actor, now),
        scale=_("Tỷ lệ 1:%(scale)s", scale=_figures(frame.denominator)),
        headings={
            "kinds": _("Mốc: hình và màu nền"),
            "types": _("Hồ sơ: hình và màu nền"),
            "states": _("Viền: trạng thái"),
            "lines": _("Cụm, đường và điểm nền"),
            "islands": _("Vị trí trang và các quần đảo"),
            "sources": _("Nguồn, độ chính xác"),
        },
        names={**names, **tone_names(), **_line_names(actor.locale)},
        islands={
            "Hoàng Sa": _("QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)"),
            "Trường Sa": _("QĐ. Trường Sa (Khánh Hòa, Việt Nam)"),
        },
    )


def classification(*, has_restricted: bool) -> str:
    """Secrets of State are never kept here; what only some may know is marked as such."""
    if has_restricted:
        return _("KHÔNG MẬT · CÓ HỒ SƠ HẠN CHẾ, LƯU HÀNH NỘI BỘ")
    return _("KHÔNG MẬT")


def printed_by(actor: Actor, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(actor.time_zone))
    return _(
        "In từ Cột Mốc lúc %(moment)s, người in: %(name)s (%(unit)s). Hồ sơ có bí mật nhà nước"
        " không nằm trong hệ thống, chỉ có dẫn chiếu.",
        moment=f"{local:%H:%M %d/%m/%Y}",
        name=actor.name,
        unit=actor.unit_name,
    )


def _state_of(contents: Contents, day: Day) -> str:
    said = _("Tình trạng ngày %(day)s", day=f"{day.on:%d/%m/%Y}")
    if contents.lacks_cases:
        said += _(" (khung quá nhiều hồ sơ nên không in hồ sơ của ngày đã qua)")
    return said


def _counted(contents: Contents) -> str:
    return _(
        "%(markers)s mốc, %(cases)s hồ sơ trên trang",
        markers=_figures(contents.markers),
        cases=_figures(contents.cases),
    )


def _base(published: Published) -> str:
    return _(
        "Nền: %(name)s %(version)s (%(credit)s), sai số khoảng %(metres)s m. %(note)s",
        name=published.pack_name,
        version=published.pack_version,
        credit=published.attribution,
        metres=f"{published.accuracy_m:g}",
        note=published.note_vi,
    )


def _records(actor: Actor, contents: Contents, day: Day) -> str:
    if contents.is_past:
        return _(
            "Mốc, hồ sơ: tình trạng ngày %(day)s theo lịch sử ghi trong sổ, trong phạm vi được"
            " xem của %(unit)s.",
            day=f"{day.on:%d/%m/%Y}",
            unit=actor.unit_name,
        )
    return _(
        "Mốc, hồ sơ: sổ đăng ký tại lúc in, trong phạm vi được xem của %(unit)s.",
        unit=actor.unit_name,
    )


def _projection(frame: Frame, grid: System | None, locale: str) -> str:
    if grid is None:
        said = _("Lưới kinh vĩ độ WGS-84, phép chiếu Mercator ngang qua giữa trang")
    else:
        name = grid.name_en if locale == "en" else grid.name_vi
        said = _("Lưới và phép chiếu %(name)s, mét", name=name)
    off = frame.most_off
    if off > _SLIGHT:
        share = f"{off * 100:.1f}".replace(".", ",")
        said += _("; tỷ lệ đúng ở giữa trang, ở góc lệch tới %(share)s %%", share=share)
    if grid is not None and abs(frame.true_north) > _LEAST_TURN:
        turn = f"{abs(frame.true_north):.1f}".replace(".", ",")
        side = _("đông") if frame.true_north > 0 else _("tây")
        said += _("; bắc thực lệch %(turn)s° về phía %(side)s lưới", turn=turn, side=side)
    return f"{said}."


def _line_names(locale: str) -> dict[str, str]:
    borders = {
        one.value.lower(): _("Biên giới với %(name)s", name=word("neighbour", one.value, locale))
        for one in Neighbour
    }
    return borders | {
        "province": _("Địa giới tỉnh, thành phố"),
        "sea": _("Đường trên biển (đã công bố)"),
        "sea_other": _("Đường trên biển (tham khảo)"),
        "gate": _("Cửa khẩu"),
        "cluster": _("Cụm: số đếm, vành chia theo trạng thái"),
    }


def _figures(number: Any) -> str:  # Any: an integer
    return f"{number:,}".replace(",", ".")
