"""The tools of the map page: what measures, chooses and orients, in words for its script."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.permissions import Actor, Permission
from app.registers.queries import segments_seen_by

Json = dict[str, Any]  # Any: JSON


def tool_buttons() -> list[tuple[dict[str, str], str, str]]:
    """The buttons on the map: the attribute that its script knows, the icon, the name."""
    return [
        ({"data-map-measure": "length"}, "ruler", _("Đo khoảng cách")),
        ({"data-map-measure": "area"}, "area", _("Đo diện tích")),
        ({"data-map-choose": "area"}, "lasso", _("Chọn trong vùng tự vẽ")),
        ({"data-map-choose": "box"}, "box", _("Chọn trong hình chữ nhật")),
        ({"data-map-where-switch": ""}, "pin", _("Tọa độ con trỏ")),
    ]


def system_choices() -> list[tuple[str, str]]:
    """The systems in which the pointer's position may be read."""
    return [
        ("wgs-do", _("WGS-84, độ thập phân")),
        ("wgs-dms", _("WGS-84, độ phút giây")),
        ("wgs-utm", "WGS-84 UTM"),
        ("mgrs", "MGRS"),
        ("vn-dms", _("VN-2000, độ phút giây")),
        ("vn-utm", "VN-2000 UTM"),
        ("vn-tm3", _("VN-2000 múi 3°, trục của tỉnh")),
        ("indian", "Indian 1960 UTM"),
    ]


def grid_choices() -> list[tuple[str, str]]:
    return [
        ("", _("Không vẽ lưới")),
        ("do", _("Kinh tuyến, vĩ tuyến")),
        ("vn", _("VN-2000 UTM, km")),
        ("tm3", _("VN-2000 múi 3°, trục của tỉnh")),
        ("utm", _("WGS-84 UTM, km")),
    ]


def segment_choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The stretches of the line that the actor sees."""
    if not actor.may(Permission.REGISTER_VIEW):
        return []
    return [(one.id, one.name) for one in segments_seen_by(session, actor)]


def tool_settings() -> Json:
    """The words and addresses that the tools need."""
    return {
        "tools": {
            "lengthHint": _("Nhấn từng điểm trên bản đồ để đo theo ellipsoid."),
            "areaHint": _("Nhấn từng góc của vùng cần đo."),
            "around": _("chu vi %(length)s", length="{length}"),
            "lassoHint": _("Nhấn từng góc của vùng cần chọn."),
            "boxHint": _("Nhấn hai góc đối nhau của hình chữ nhật."),
            "keys": _("Bàn phím: phím cách thêm điểm ở giữa bản đồ, Enter kết thúc, Esc bỏ."),
            "choosing": _("Đang tìm trong vùng…"),
            "failed": _("Không tải được dữ liệu bản đồ. Hãy thử lại."),
            "asToday": _("Phần chọn tính theo tình trạng hôm nay."),
        },
        "where": {
            "url": url_for("maps.where"),
            "grid": url_for("maps.grid"),
            "none": _("không có ở điểm này"),
            "copied": _("Đã chép tọa độ"),
        },
        "chosen": {
            "list": url_for("maps.chosen"),
            "take": url_for("maps.take_chosen_cases"),
        },
    }
