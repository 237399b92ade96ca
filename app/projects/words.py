"""The names of the rules under which a shared area runs."""

from flask_babel import gettext as _


def rule_kinds() -> dict[str, str]:
    return {
        "hours": _("Giờ mở cửa"),
        "group_size": _("Số khách mỗi đoàn"),
        "stay": _("Thời gian lưu lại"),
        "papers": _("Giấy tờ"),
        "fee": _("Phí, vé"),
        "nationality": _("Quốc tịch của khách"),
        "quota": _("Hạn ngạch mỗi ngày"),
        "other": _("Quy định khác"),
    }
