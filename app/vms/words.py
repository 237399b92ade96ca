"""The words of the pages about vessels at sea; what a line means is said by its own data."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _

from app.vms.models import AlertKind, NoteKind, Outcome
from app.vms.queries import BACK, ENDED, EVERY, WATCHED

TABS: Final[Mapping[str, object]] = {
    WATCHED: _("Cần theo dõi"),
    BACK: _("Đã kết nối lại"),
    ENDED: _("Đã về bờ, chuyển hồ sơ"),
    EVERY: _("Tất cả"),
}
KINDS: Final[Mapping[str, object]] = {
    AlertKind.SIGNAL_LOST: _("Mất tín hiệu"),
    AlertKind.LINE_CROSSED: _("Báo vượt ranh giới"),
}
OUTCOMES: Final[Mapping[str, object]] = {
    Outcome.RECONNECTED: _("Đã kết nối lại"),
    Outcome.IN_PORT: _("Đã về bờ"),
    Outcome.HANDED_OVER: _("Đã chuyển hồ sơ"),
}
NOTES: Final[Mapping[str, object]] = {
    NoteKind.CALLED: _("Đã gọi chủ tàu, thuyền trưởng"),
    NoteKind.POSITION: _("Tàu báo vị trí"),
    NoteKind.OUTCOME: _("Ghi kết quả"),
    NoteKind.ESCALATED: _("Báo theo bậc"),
    NoteKind.MISSED: _("Không báo vị trí"),
    NoteKind.CASE_OPENED: _("Đã mở hồ sơ"),
}
LOST, BEYOND = _("Đang mất tín hiệu"), _("Chưa thấy trở lại")
RETURNED = _("Đã trở lại vùng biển của ta")
