"""Paths through the case types of the land border, from the first report to each end."""

from tests.unit.cases.path_steps import Path, Step

BOTH = {"minutes_signed_by": "both"}
BILINGUAL = {**BOTH, "minutes_languages": ["vi", "km"]}

MARKER_TO_FIELD = (
    Step("agree_on_map", "boundary_officer"),
    Step("report_survey", "border_command", {"mine_status": "cleared"}),
    Step("confirm_mine_clearance", "border_command", {"mine_cleared_on": "2026-03-01"}),
)
MARKER_TO_HANDOVER = (
    *MARKER_TO_FIELD,
    Step("agree_position", "border_command", BOTH),
    Step("start_construction", "foreign_affairs_officer"),
    Step("report_built", "border_command"),
    Step("submit_file", "border_command"),
    Step("return_file", "boundary_officer"),
    Step("submit_file", "border_command"),
    Step("accept_marker", "foreign_affairs_leader", BILINGUAL),
)
MARKER_TO_FORCE = (
    *MARKER_TO_HANDOVER,
    Step("demarcate_segment", "boundary_officer"),
    Step("record_in_protocol", "boundary_officer"),
    Step("enter_into_force", "boundary_officer"),
    Step("inspect", "border_station", {"condition": "leaning"}),
    Step("report_damage", "border_station", {"condition": "heavy_damage"}),
)
DAMAGE_TO_WORKS = (
    Step("confirm_jointly", "border_station", BOTH),
    Step("agree_plan", "foreign_affairs_officer", {"line": "cn"}),
    Step(
        "start_works",
        "border_command",
        {"counterpart_notice_on": "2026-03-01", "works_start_on": "2026-03-11"},
    ),
    Step("survey_again", "border_command", {"works_done_on": "2026-03-20"}),
)
AGREED = {
    "defence_opinion": "agreed",
    "security_opinion": "agreed_conditions",
    "foreign_opinion": "agreed",
}
PROJECT_TO_PREPARING = (
    Step("submit", "foreign_affairs_officer", {"crosses_line": True}),
    Step("return_proposal", "boundary_officer"),
    Step("submit", "foreign_affairs_officer", {"crosses_line": True}),
    Step("open_negotiation", "boundary_leader", AGREED),
    Step("record_negotiation_round", "foreign_affairs_officer"),
    Step(
        "sign",
        "province_leader",
        {
            "agreement_languages": ["vi", "zh"],
            "resolution_number": "04/NQ-CP",
            "resolution_on": "2026-01-05",
            "length_total_m": 230,
            "length_vietnam_m": 115,
            "length_foreign_m": 115.0,
        },
    ),
    Step("prepare", "foreign_affairs_officer"),
)
START_BUILDING = Step(
    "start_building",
    "province_leader",
    {"owner_notice_on": "2026-03-01", "works_start_on": "2026-03-10"},
)
INCIDENT_TO_TALKS = (
    Step("dispatch", "border_station", {"nearest_marker": 7, "marker_offset_m": 0}),
    Step("inform_counterpart", "border_station"),
    Step("verify_jointly", "border_station"),
    Step("hold_station_talks", "border_station"),
)
INCIDENT_TO_LAW = (
    Step("dispatch", "border_station", {"position": {"lat": 11.0, "lon": 106.1}}),
    Step("handle_domestic", "border_station", {"persons_count": 5, "own_arrest_count": 5}),
)

BORDER_PATHS = (
    Path(
        "marker_life",
        "boundary_officer",
        (
            Step("set_aside_on_map", "boundary_officer"),
            Step("resume_on_map", "boundary_officer"),
            *MARKER_TO_FIELD,
            Step("set_aside_in_field", "border_command"),
            Step("resume_in_field", "boundary_leader"),
            Step("agree_not_to_plant", "boundary_officer"),
        ),
        "not_planted",
    ),
    Path(
        "marker_life",
        "boundary_officer",
        (*MARKER_TO_FORCE, Step("remove_old_marker", "boundary_officer", BOTH)),
        "removed",
    ),
    Path(
        "marker_life",
        "foreign_affairs_officer",
        (*MARKER_TO_HANDOVER, Step("keep_as_relic", "boundary_leader", BOTH)),
        "kept_as_relic",
    ),
    Path(
        "marker_damage",
        "border_station",
        (
            *DAMAGE_TO_WORKS,
            Step("redo_works", "boundary_officer"),
            Step("survey_again", "border_command", {"works_done_on": "2026-04-02"}),
            Step("sign_acceptance", "border_command", BOTH),
        ),
        "restored",
    ),
    Path(
        "marker_damage",
        "commune_office",
        (
            Step("confirm_jointly", "border_command", BOTH),
            Step("refer_to_committee", "boundary_officer"),
            Step("committee_keeps_place", "boundary_leader"),
            Step("refer_to_committee", "boundary_officer"),
            Step("record_new_place", "boundary_officer", {"is_line_unchanged": True}),
        ),
        "relocated",
    ),
    Path(
        "marker_damage",
        "boundary_officer",
        (Step("settle_old_marker", "boundary_officer", BOTH),),
        "old_marker_settled",
        {"condition": "old_marker"},
    ),
    Path(
        "marker_damage",
        "border_station",
        (Step("confirm_intact", "border_station"),),
        "found_intact",
    ),
    Path(
        "shared_project",
        "foreign_affairs_officer",
        (
            *PROJECT_TO_PREPARING,
            Step(
                "begin_trial",
                "province_leader",
                {
                    "trial_from": "2023-09-15T09:00:00+07:00",
                    "trial_to": "2024-09-14T16:00:00+07:00",
                },
            ),
            Step("extend_trial", "province_leader", {"trial_to": "2024-10-14T16:00:00+07:00"}),
            Step("begin_operation", "province_leader"),
            Step("record_round", "foreign_affairs_officer", {"round_number": 15}),
            Step("suspend_operation", "border_command"),
            Step("resume_operation", "province_leader"),
            Step("complete", "province_leader"),
        ),
        "completed",
    ),
    Path(
        "shared_project",
        "boundary_officer",
        (
            *PROJECT_TO_PREPARING,
            START_BUILDING,
            Step("complete_works", "foreign_affairs_leader"),
        ),
        "completed",
    ),
    Path(
        "shared_project",
        "boundary_officer",
        (
            *PROJECT_TO_PREPARING,
            START_BUILDING,
            Step("open_without_trial", "province_leader"),
            Step("complete", "province_leader"),
        ),
        "completed",
    ),
    Path(
        "shared_project",
        "province_leader",
        (Step("abandon", "province_leader"),),
        "dropped",
    ),
    Path(
        "shared_project",
        "province_leader",
        (
            Step("submit", "province_leader", {"crosses_line": False}),
            Step("open_negotiation", "province_leader", AGREED),
            Step("stop_negotiation", "boundary_leader"),
        ),
        "dropped",
    ),
    Path(
        "border_incident",
        "border_station",
        (*INCIDENT_TO_TALKS, Step("agree_at_station", "border_station", BOTH)),
        "closed",
    ),
    Path(
        "border_incident",
        "border_station",
        (
            *INCIDENT_TO_TALKS,
            Step("raise_to_province", "border_command"),
            Step("raise_to_centre", "foreign_affairs_leader"),
            Step("central_answer", "boundary_officer"),
            Step("agree_at_province", "foreign_affairs_leader", BOTH),
        ),
        "closed",
    ),
    Path(
        "border_incident",
        "commune_office",
        (
            *INCIDENT_TO_LAW,
            Step(
                "close_legal",
                "border_command",
                {
                    "legal_form": "fine",
                    "persons_settled_count": 5,
                    "decision_number": "12/QĐ-XPVPHC",
                    "fine_total": 20_000_000,
                },
            ),
        ),
        "closed",
    ),
    Path(
        "border_incident",
        "border_station",
        (
            Step("dispatch", "border_station", {"nearest_marker": 7, "marker_offset_m": 300}),
            Step("settle_on_scene", "border_station"),
        ),
        "closed",
        {"incident_kind": "natural_disaster"},
    ),
    Path(
        "border_incident",
        "border_station",
        (*INCIDENT_TO_LAW, Step("send_to_investigators", "border_command")),
        "sent_to_investigators",
    ),
    Path(
        "border_incident",
        "border_station",
        (Step("reject_report", "border_station"),),
        "false_report",
    ),
)
