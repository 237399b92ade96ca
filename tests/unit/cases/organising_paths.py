"""Paths through training, meetings of mechanisms and inspections, to each end."""

from tests.unit.cases.path_steps import Path, Step

OFFICER, LEADER, CHAIR = "foreign_affairs_officer", "foreign_affairs_leader", "province_leader"
INSPECTOR = "inspection_officer"

MEETING_TO_SUBMISSION = (Step("write", OFFICER), Step("submit", OFFICER))
ON_SITE = (Step("decide", INSPECTOR), Step("announce", INSPECTOR))
DRAFTED = (*ON_SITE, Step("leave_site", INSPECTOR))

ORGANISING_PATHS = (
    Path(
        "training",
        OFFICER,
        (
            Step("submit", OFFICER),
            Step("return_plan", LEADER),
            Step("submit", OFFICER),
            Step("approve", LEADER),
            Step("start_class", OFFICER),
            Step("end_class", OFFICER, {"attended_count": 120, "certificates_count": 117}),
            Step("complete", OFFICER, {"assessment_score": 4.5}),
        ),
        "completed",
    ),
    Path("training", "consular_officer", (Step("cancel", "consular_leader"),), "cancelled"),
    Path(
        "mechanism_meeting",
        OFFICER,
        (
            Step("write", OFFICER),
            Step("postpone", OFFICER),
            Step("reschedule", OFFICER),
            Step("submit", OFFICER),
            Step("permit", LEADER),
            Step("record_session", OFFICER, {"points_total": 6}),
            Step("file_minutes", OFFICER),
            Step("record_progress", OFFICER, {"points_done": 4}),
            Step("close", LEADER),
        ),
        "closed",
    ),
    Path(
        "mechanism_meeting",
        "boundary_officer",
        (*MEETING_TO_SUBMISSION, Step("cancel", CHAIR)),
        "cancelled",
    ),
    Path(
        "diplomatic_inspection",
        INSPECTOR,
        (
            *DRAFTED,
            Step("send_draft", INSPECTOR),
            Step("explain", LEADER),
            Step("conclude", INSPECTOR, {"recommendations_total": 3}),
            Step("record_remedy", OFFICER, {"recommendations_done": 3}),
            Step("close", INSPECTOR),
        ),
        "closed",
    ),
    Path(
        "diplomatic_inspection",
        "ministry_leader",
        (*DRAFTED, Step("hand_over", INSPECTOR)),
        "handed_over",
    ),
    Path("diplomatic_inspection", LEADER, (Step("cancel", LEADER),), "cancelled"),
)
