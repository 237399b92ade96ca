"""Paths through the case types of fishers and citizens, from the first report to each end."""

from tests.unit.cases.path_steps import Path, Step

FISHER_TO_CONSUL = (
    Step("open_arrest", "foreign_affairs_officer"),
    Step("order_verification", "consular_officer", {"vessel_claimed": "QNa 95005TS"}),
    Step(
        "confirm_vessel",
        "fisheries_officer",
        {"number_verdict": "confirmed", "vessels_verified": 1, "persons_verified": 42},
    ),
    Step("send_note", "mission_consul"),
)
FISHER_HOME = (
    *FISHER_TO_CONSUL,
    Step("host_prosecutes", "mission_consul"),
    Step("record_early_release", "mission_consul", {"released_early_count": 5}),
    Step("record_judgment", "mission_consul"),
    Step("record_deposit", "protection_fund"),
    Step("receive_home", "border_command", {"persons_home": 42}),
    Step("start_domestic", "border_station"),
)
FISHER_ARREST = {"report_kind": "arrested"}
FISHER_SIGNAL = {"report_kind": "signal_lost"}
ALERT = Step(
    "open_alert",
    "fisheries_officer",
    {"vessel_claimed": "BTh 99318TS", "signal_lost_at": "2026-03-01T02:00:00+07:00"},
)
VMS_VIOLATION = Step("record_vms_violation", "fisheries_officer")
PROTECTION_TO_ACCESS = (
    Step("triage", "consular_officer", {"danger_level": "high", "protection_kind": "detained"}),
    Step("task_mission", "consular_officer"),
    Step("mission_accepts", "mission_consul"),
    Step("confirm_identity", "province_police"),
)
PROTECTION_ASSISTING = (
    *PROTECTION_TO_ACCESS,
    Step("record_first_visit", "mission_consul", {"family_consent": "granted"}),
    Step("record_activity", "mission_consul"),
    Step("inform_family", "foreign_affairs_officer", {"family_consent": "granted"}),
)
SETTLED = {"refund_status": "nothing_due"}

CONSULAR_PATHS = (
    Path(
        "fisher_violation",
        "fisheries_officer",
        (
            ALERT,
            Step("call_owner", "fisheries_officer"),
            Step("signal_restored", "fisheries_officer"),
        ),
        "vessel_returned",
        FISHER_SIGNAL,
    ),
    Path(
        "fisher_violation",
        "fisheries_officer",
        (
            ALERT,
            Step("report_arrest", "border_station"),
            Step("order_verification", "foreign_affairs_officer"),
            Step("reject_vessel", "border_command", {"number_verdict": "false_plate"}),
        ),
        "not_ours",
        FISHER_SIGNAL,
    ),
    Path(
        "fisher_violation",
        "mission_consul",
        (*FISHER_TO_CONSUL, Step("accept_no_violation", "mission_consul")),
        "no_violation",
        FISHER_ARREST,
    ),
    Path(
        "fisher_violation",
        "foreign_affairs_officer",
        (*FISHER_HOME, Step("send_to_investigators", "border_command")),
        "sent_to_investigators",
        FISHER_ARREST,
    ),
    Path(
        "fisher_violation",
        "consular_officer",
        (
            *FISHER_HOME,
            Step(
                "impose_fine",
                "fisheries_officer",
                {"vessels_confiscated": 1, "persons_dead": 0, "fine_total": 927_500_000},
            ),
        ),
        "closed",
        FISHER_ARREST,
    ),
    Path(
        "fisher_violation",
        "mission_consul",
        (
            *FISHER_TO_CONSUL,
            Step("released_without_trial", "mission_consul"),
            Step("receive_home", "province_police", {"persons_home": 41}),
            Step("start_domestic", "fisheries_officer"),
            Step(
                "drop_sanction",
                "fisheries_officer",
                {"persons_missing": 1, "vessels_returned": 1},
            ),
        ),
        "closed",
        FISHER_ARREST,
    ),
    Path(
        "fisher_violation",
        "border_station",
        (ALERT, VMS_VIOLATION, Step("impose_fine", "border_station")),
        "closed",
        FISHER_SIGNAL,
    ),
    Path(
        "citizen_protection",
        "mission_consul",
        (
            Step("request_information", "mission_consul"),
            Step("information_received", "mission_consul"),
            Step("triage", "mission_consul", {"protection_kind": "death"}),
            Step("take_directly", "mission_consul"),
            Step("confirm_identity", "mission_consul"),
            Step("assist_without_visit", "mission_consul"),
            Step("settle_on_site", "mission_consul"),
            Step("close", "mission_head", SETTLED),
        ),
        "closed",
    ),
    Path(
        "citizen_protection",
        "mission_consul",
        (
            Step("triage", "mission_consul", {"protection_kind": "death"}),
            Step("take_directly", "mission_consul"),
            Step("confirm_identity", "mission_consul"),
            Step("assist_without_visit", "mission_consul"),
            Step("arrange_return", "mission_consul", {"travel_paper": "remains_permit"}),
            Step("remains_handed", "mission_consul"),
            Step("close", "mission_head", SETTLED),
        ),
        "closed",
    ),
    Path(
        "citizen_protection",
        "consular_officer",
        (
            *PROTECTION_ASSISTING,
            Step("arrange_return", "mission_consul", {"travel_paper": "laissez_passer"}),
            Step("return_failed", "mission_consul"),
            Step("arrange_return", "mission_consul", {"travel_paper": "group_list"}),
            Step(
                "receive_home", "border_station", {"foreign_list_count": 79, "received_count": 79}
            ),
            Step("receive_locally", "commune_office", {"handed_on_count": 78, "kept_count": 1}),
            Step("close", "consular_leader", SETTLED),
        ),
        "closed",
    ),
    Path(
        "citizen_protection",
        "foreign_affairs_officer",
        (*PROTECTION_TO_ACCESS, Step("person_declines", "mission_consul")),
        "declined",
    ),
    Path(
        "citizen_protection",
        "consular_officer",
        (*PROTECTION_TO_ACCESS[:3], Step("not_a_citizen", "mission_consul")),
        "out_of_scope",
    ),
    Path(
        "citizen_protection",
        "consular_officer",
        (Step("reject_scope", "consular_officer"),),
        "out_of_scope",
    ),
    Path(
        "citizen_protection",
        "consular_officer",
        (
            *PROTECTION_ASSISTING,
            Step("watch_long_term", "mission_consul"),
            Step("record_check", "mission_consul"),
            Step("new_development", "consular_officer"),
            Step("watch_long_term", "mission_consul"),
            Step("conclude_contact_lost", "consular_leader"),
        ),
        "contact_lost",
    ),
    Path(
        "fishery_sanction",
        "fisheries_officer",
        (
            Step("record_violation", "fisheries_officer"),
            Step("submit", "fisheries_officer"),
            Step("decide", "fisheries_officer"),
            Step("settle", "fisheries_officer"),
        ),
        "settled",
    ),
    Path(
        "fishery_sanction",
        "border_command",
        (Step("record_violation", "border_command"), Step("drop", "fisheries_officer")),
        "dropped",
    ),
    Path(
        "fishery_sanction",
        "border_station",
        (Step("record_violation", "border_station"), Step("prosecute", "border_command")),
        "prosecuted",
    ),
)
