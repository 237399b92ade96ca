"""Facts on which a step of a shipped case type is refused, with the sentence that says so."""

from typing import Any

# (case type, step, state, facts beside the samples, part of the refusal)
REFUSALS: tuple[tuple[str, str, str, dict[str, Any], str], ...] = (
    ("border_incident", "dispatch", "detected", {}, "Cần mốc gần nhất hoặc tọa độ"),
    (
        "border_incident",
        "dispatch",
        "detected",
        {"nearest_marker": 7},
        "Ghi mốc thì ghi cả khoảng cách",
    ),
    (
        "border_incident",
        "agree_at_station",
        "station_talks",
        {"minutes_signed_by": "vietnam_only"},
        "đại diện cả hai bên",
    ),
    (
        "border_incident",
        "close_legal",
        "legal_handling",
        {"legal_form": "warning", "persons_count": 5, "persons_settled_count": 4},
        "Số người đã xử lý phải bằng",
    ),
    (
        "marker_life",
        "agree_position",
        "joint_survey",
        {"minutes_signed_by": "foreign_only"},
        "đại diện cả hai bên",
    ),
    (
        "marker_life",
        "confirm_mine_clearance",
        "mine_clearance",
        {"mine_status": "not_cleared"},
        "Chưa rà phá bom mìn",
    ),
    (
        "marker_damage",
        "record_new_place",
        "joint_committee",
        {"is_line_unchanged": False},
        "không được làm thay đổi đường biên giới",
    ),
    (
        "marker_damage",
        "start_works",
        "plan_agreed",
        {"line": "cn", "counterpart_notice_on": "2026-03-02", "works_start_on": "2026-03-11"},
        "ít nhất 10 ngày",
    ),
    (
        "shared_project",
        "sign",
        "negotiating",
        {"crosses_line": True, "agreement_languages": ["vi", "lo"]},
        "phải có Nghị quyết của Chính phủ",
    ),
    (
        "shared_project",
        "sign",
        "negotiating",
        {"length_total_m": 230, "length_vietnam_m": 115, "length_foreign_m": 114.5},
        "cộng lại phải bằng tổng chiều dài",
    ),
    (
        "citizen_protection",
        "inform_family",
        "assisting",
        {"family_consent": "refused"},
        "chưa đồng ý báo gia đình",
    ),
    (
        "citizen_protection",
        "assist_without_visit",
        "access",
        {"protection_kind": "detained"},
        "phải được thăm lãnh sự",
    ),
    (
        "citizen_protection",
        "close",
        "settling",
        {"foreign_list_count": 79, "received_count": 79, "handed_on_count": 78},
        "Số thực nhận phải bằng",
    ),
    (
        "citizen_protection",
        "close",
        "settling",
        {"foreign_list_count": 80, "received_count": 79, "handed_on_count": 79},
        "Số người nước ngoài giao khác số thực nhận",
    ),
    (
        "fisher_violation",
        "impose_fine",
        "domestic_handling",
        {"persons_verified": 42, "persons_home": 37},
        "Số ngư dân đã xác minh phải bằng",
    ),
)
