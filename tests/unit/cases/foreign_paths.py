"""Paths through delegations, events, the press, aid, partners and warnings, to each end."""

from tests.unit.cases.path_steps import Path, Step

OFFICER, LEADER, CHAIR = "foreign_affairs_officer", "foreign_affairs_leader", "province_leader"
LOCAL, PRESS = "external_affairs_officer", "press_officer"
PLANNED = {"is_planned": True}
NOT_AT_BORDER = {"enters_border_area": False}
AT_BORDER = {"enters_border_area": True}

OUT_TO_SUBMISSION = (Step("send_file", OFFICER), Step("submit", LEADER))
OUT_TO_REPORT = (
    *OUT_TO_SUBMISSION,
    Step("approve", LEADER, {"party_opinion": "12-CV/TU"}),
    Step("leave", OFFICER),
    Step("come_home", OFFICER),
)
IN_TO_SUBMISSION = (
    Step("consult", OFFICER, AT_BORDER),
    Step("submit", LEADER, {"border_opinion": "agreed"}),
)
EVENT_TO_SUBMISSION = (
    Step("receive_file", OFFICER),
    Step("return_file", OFFICER),
    Step("receive_file", OFFICER),
    Step("consult", OFFICER),
    Step("submit", LEADER),
)
PRESS_TO_DECISION = (
    Step("consult", PRESS, NOT_AT_BORDER),
    Step("give_opinion", OFFICER, {"province_opinion": "agreed"}),
)
AID_TO_SUBMISSION = (
    Step("appraise", OFFICER, AT_BORDER),
    Step("submit", LEADER, {"border_opinion": "agreed_conditions"}),
)
AID_UNDER_WAY = (*AID_TO_SUBMISSION, Step("approve", LEADER))
SENT = Step("send_to_mission", OFFICER)
FOUND = (SENT, Step("report_finding", "mission_consul"))
ISSUED = (Step("check", "mission_consul"), Step("issue", LOCAL))
WATCHED = (*ISSUED, Step("start_watching", LOCAL, {"acknowledged_count": 1}))

FOREIGN_PATHS = (
    Path(
        "delegation_out",
        OFFICER,
        (
            Step("send_file", OFFICER),
            Step("ask_more", OFFICER),
            Step("send_file", OFFICER),
            Step("submit", LEADER),
            Step("return_submission", CHAIR),
            Step("submit", LEADER),
            Step("approve", CHAIR, {"party_opinion": "12-CV/TU"}),
            Step("leave", OFFICER),
            Step("come_home", OFFICER),
            Step("accept_report", OFFICER),
            Step("close", LEADER),
        ),
        "closed",
        PLANNED,
    ),
    Path(
        "delegation_out",
        "border_command",
        (*OUT_TO_REPORT, Step("close_with_report", OFFICER)),
        "closed",
        PLANNED,
    ),
    Path(
        "delegation_out", OFFICER, (*OUT_TO_SUBMISSION, Step("refuse", CHAIR)), "refused", PLANNED
    ),
    Path("delegation_out", OFFICER, (Step("cancel", OFFICER),), "cancelled"),
    Path(
        "delegation_in",
        OFFICER,
        (
            *IN_TO_SUBMISSION,
            Step("permit", LEADER),
            Step("receive", OFFICER),
            Step("see_off", OFFICER),
            Step("report", OFFICER),
        ),
        "closed",
    ),
    Path("delegation_in", LEADER, (*IN_TO_SUBMISSION, Step("refuse", CHAIR)), "refused"),
    Path("delegation_in", OFFICER, (Step("cancel", OFFICER),), "cancelled"),
    Path(
        "international_event",
        OFFICER,
        (
            *EVENT_TO_SUBMISSION,
            Step("permit", LEADER),
            Step("record_held", OFFICER),
            Step("report", OFFICER, {"foreign_attended": 80, "delegates_attended": 300}),
        ),
        "closed",
    ),
    Path("international_event", OFFICER, (*EVENT_TO_SUBMISSION, Step("refuse", CHAIR)), "refused"),
    Path("international_event", OFFICER, (Step("cancel", LEADER),), "cancelled"),
    Path(
        "press_visit",
        "mission_consul",
        (
            *PRESS_TO_DECISION,
            Step("consult_again", PRESS),
            Step("give_opinion", LEADER, {"province_opinion": "agreed_conditions"}),
            Step("permit", PRESS),
            Step("begin_work", OFFICER),
            Step("end_work", OFFICER),
            Step("close", OFFICER),
        ),
        "closed",
    ),
    Path("press_visit", PRESS, (*PRESS_TO_DECISION, Step("refuse", PRESS)), "refused"),
    Path("press_visit", PRESS, (Step("withdraw_request", PRESS),), "withdrawn"),
    Path(
        "ngo_programme",
        OFFICER,
        (
            Step("appraise", OFFICER, NOT_AT_BORDER),
            Step("ask_more", OFFICER),
            *AID_UNDER_WAY,
            Step("record_disbursement", OFFICER, {"disbursed_usd": 0.5}),
            Step("change_commitment", LEADER, {"committed_usd": 250_000}),
            Step("suspend_programme", LEADER),
            Step("resume_programme", LEADER),
            Step("finish", OFFICER, {"disbursed_usd": 249_999.5}),
            Step("complete", OFFICER),
        ),
        "completed",
    ),
    Path("ngo_programme", OFFICER, (*AID_TO_SUBMISSION, Step("refuse", CHAIR)), "refused"),
    Path("ngo_programme", LOCAL, (*AID_UNDER_WAY, Step("stop_programme", LEADER)), "stopped"),
    Path(
        "partner_verification",
        OFFICER,
        (
            SENT,
            Step("ask_more", "mission_consul"),
            *FOUND,
            Step("verify_again", OFFICER),
            Step("report_finding", "mission_head"),
            Step("warn_others", LOCAL),
            Step("close", OFFICER),
        ),
        "closed",
    ),
    Path(
        "partner_verification",
        LEADER,
        (*FOUND, Step("answer", OFFICER), Step("close", OFFICER)),
        "closed",
    ),
    Path(
        "partner_verification",
        OFFICER,
        (SENT, Step("cannot_verify", "mission_consul")),
        "unverifiable",
    ),
    Path("partner_verification", OFFICER, (Step("take_back", OFFICER),), "withdrawn"),
    Path(
        "early_warning",
        "mission_consul",
        (
            *WATCHED,
            Step("update", OFFICER),
            Step("start_watching", OFFICER),
            Step("lift", LOCAL),
        ),
        "lifted",
        {"severity": "urgent"},
    ),
    Path("early_warning", LOCAL, (*WATCHED, Step("record_event", OFFICER)), "happened"),
    Path("early_warning", LOCAL, (Step("dismiss", LEADER),), "dismissed"),
)
