"""Paths through works near the line, joint patrols and local agreements, to each end."""

from tests.unit.cases.path_steps import Path, Step

OURS = {"built_by": "ours"}
THEIRS = {"built_by": "theirs"}
AGREED = {"defence_opinion": "agreed", "security_opinion": "agreed", "foreign_opinion": "agreed"}
MEASURED = Step("measure", "border_station", {"nearest_marker": 7})
CONSTRUCTION_TO_TALKS = (
    MEASURED,
    Step("raise_with_counterpart", "border_station"),
    Step("survey_jointly", "foreign_affairs_leader"),
)
AGREEMENT_TO_ANSWERS = (
    Step("receive", "foreign_affairs_officer"),
    Step("consult", "foreign_affairs_officer", {"is_sensitive": True}),
    Step(
        "gather_opinions", "foreign_affairs_officer", {"foreign_ministry_opinion": "3766/BNG-CNV"}
    ),
)
AGREEMENT_TO_SUBMISSION = (*AGREEMENT_TO_ANSWERS, Step("submit", "foreign_affairs_leader"))
IMPLEMENTED = (
    *AGREEMENT_TO_SUBMISSION,
    Step("approve", "province_leader"),
    Step("sign", "foreign_affairs_officer", {"expires_on": "2031-03-01"}),
    Step("implement", "foreign_affairs_officer"),
)

AGREEMENT_PATHS = (
    Path(
        "illegal_construction",
        "border_station",
        (
            MEASURED,
            Step("order_stop", "border_station"),
            Step("consult", "province_leader"),
            Step("refuse", "province_leader"),
            Step("confirm_remedy", "border_station"),
        ),
        "removed",
        OURS,
    ),
    Path(
        "illegal_construction",
        "commune_office",
        (
            MEASURED,
            Step("consult", "foreign_affairs_officer"),
            Step(
                "clear",
                "foreign_affairs_leader",
                {**AGREED, "owner_notice_on": "2026-03-01", "works_start_on": "2026-03-09"},
            ),
        ),
        "cleared",
        OURS,
    ),
    Path(
        "illegal_construction",
        "border_station",
        (MEASURED, Step("find_no_breach", "border_command")),
        "no_breach",
    ),
    Path(
        "illegal_construction",
        "border_station",
        (
            *CONSTRUCTION_TO_TALKS,
            Step("send_note", "province_leader"),
            Step("receive_answer", "boundary_officer"),
            Step("set_unresolved", "boundary_officer"),
            Step("resume_talks", "boundary_officer"),
            Step("agree_extent", "border_command"),
            Step("report_overrun", "border_station"),
            Step("agree_extent", "border_command"),
            Step("accept_works", "foreign_affairs_leader"),
        ),
        "completed",
        THEIRS,
    ),
    Path(
        "illegal_construction",
        "border_station",
        (*CONSTRUCTION_TO_TALKS, Step("record_removal", "border_station")),
        "removed",
        THEIRS,
    ),
    Path(
        "joint_patrol",
        "border_station",
        (
            Step("send_letter", "border_station"),
            Step("postpone", "border_station"),
            Step("reschedule", "border_station"),
            Step("agree", "border_command"),
            Step("start_patrol", "border_station"),
            Step("end_patrol", "border_station", {"breaches_found": 1, "findings": "lều tạm"}),
            Step("open_incident", "border_station"),
            Step("open_construction", "border_station"),
            Step("sign", "border_station", {"minutes_signed_by": "both"}),
        ),
        "completed",
    ),
    Path("joint_patrol", "border_command", (Step("cancel", "border_command"),), "cancelled"),
    Path(
        "local_agreement",
        "foreign_affairs_officer",
        (
            Step("receive", "foreign_affairs_officer"),
            Step("hand_on_as_treaty", "foreign_affairs_officer", {"text_kind": "treaty"}),
        ),
        "treaty",
    ),
    Path(
        "local_agreement",
        "foreign_affairs_officer",
        (
            *AGREEMENT_TO_ANSWERS,
            Step("consult_again", "foreign_affairs_leader"),
            Step("gather_opinions", "foreign_affairs_officer"),
            Step("submit", "foreign_affairs_leader"),
            Step("return_submission", "province_leader"),
            Step("submit", "foreign_affairs_leader"),
            Step("refuse", "province_leader"),
        ),
        "not_signed",
    ),
    Path(
        "local_agreement",
        "commune_office",
        (
            *AGREEMENT_TO_SUBMISSION,
            Step("approve", "foreign_affairs_leader"),
            Step("give_up", "foreign_affairs_leader"),
        ),
        "not_signed",
    ),
    Path(
        "local_agreement",
        "foreign_affairs_leader",
        (
            *IMPLEMENTED,
            Step("record_progress", "foreign_affairs_officer"),
            Step("amend", "foreign_affairs_officer"),
            Step("drop_amendment", "foreign_affairs_leader"),
            Step("amend", "foreign_affairs_officer"),
            Step("sign_amendment", "foreign_affairs_officer"),
            Step("end", "foreign_affairs_officer"),
        ),
        "ended",
    ),
)
