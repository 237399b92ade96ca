"""The situations an expert looks for, each carried from the first notice to its end by its people.

Every step goes through the pages as that person sees them: who cannot reach the case, does not find
the step, or is asked for something the form has no field for, stops the play.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.database import reading
from app.demonstration.script_values import HANOI
from app.demonstration.staff import Staff
from app.jobs import utc_now
from tests.integration.demonstration.player import Player, Said


@pytest.fixture
def player(stage: Flask) -> Iterator[Player]:
    yield Player(stage)
    reading().close()


def day(ahead: int = 0) -> str:
    return (utc_now().astimezone(HANOI) + timedelta(days=ahead)).strftime("%d/%m/%Y")


def unit_of(who: str) -> str:
    return Staff(reading()).named(who).unit_name


def test_a_painted_over_number_is_found_false_by_the_province(player: Player) -> None:
    consul, ministry = player.at("MY mission_consul"), player.at("CLS consular_officer")
    fisheries = player.at("TS91 fisheries_officer")

    told: dict[str, Said] = {"vessel_claimed": "KG 9?217 TS", "country": "MY", "persons_claimed": 9}
    case = consul.opens("fisher_violation", report_kind="arrested", **told)
    consul.takes(
        case,
        "open_arrest",
        notice_source="host_notice",
        host_authority="Cơ quan thực thi pháp luật biển",
        arrested_at=f"{day(-2)} 23:00",
    )
    unit = unit_of("TS91 fisheries_officer")
    ministry.takes(case, "order_verification", province="91", verifying_unit=unit)
    fisheries.notes(case, "Tàu mang số này đang neo tại bến, số trên tàu bị giữ là số sơn lại.")
    fisheries.ticks(case)
    asked = fisheries.takes(
        case, "reject_vessel", number_verdict="false_plate", reason="Số hiệu sơn lại."
    )

    assert asked == "verifying"  # a second pair of eyes
    assert player.at("91 province_leader").takes(case, "reject_vessel") == "not_ours"


def test_ashes_come_home_from_japan(player: Player) -> None:
    consul, home = player.at("JP mission_consul"), player.at("NV40 foreign_affairs_officer")

    case = consul.opens(
        "citizen_protection",
        protection_kind="death",
        danger_level="medium",
        country="JP",
        city="Osaka",
        persons="Lê Văn Minh Họa",
        caller_name="Nghiệp đoàn",
    )
    consul.takes(case, "triage", has_minors=False, home_province="40")
    consul.takes(case, "take_directly", responsible_officer="Cán bộ lãnh sự")
    consul.takes(case, "confirm_identity", nationality_ground="passport", persons_verified=1)
    consul.takes(
        case, "assist_without_visit", family_consent="not_applicable", reason="Vụ tử vong."
    )
    consul.notes(case, "Gia đình đồng ý hỏa táng và nhận tro cốt.", kind="cuoc-goi")
    consul.takes(case, "record_activity", activity="Đã hỏa táng.")
    consul.takes(
        case,
        "arrange_return",
        funding_source="employer",
        travel_paper="remains_permit",
        papers_complete_on=day(-1),
    )
    received(player, case, "NV40 foreign_affairs_officer", count=1)
    home.takes(case, "receive_locally", receiving_person="Cha đẻ", handed_on_count=1)

    assert closed_by(player, case, "JP mission_head") == "closed"


def test_a_minor_comes_home_from_a_scam_compound_through_the_gate(player: Player) -> None:
    province, ministry = (
        player.at("NV91 foreign_affairs_officer"),
        player.at("CLS consular_officer"),
    )
    consul, gate = player.at("KH mission_consul"), "D8001 border_station"

    case = province.opens(
        "citizen_protection",
        protection_kind="forced_scam",
        danger_level="high",
        country="KH",
        city="Bavet",
        persons="Phạm Minh Họa",
        caller_name="Mẹ của đương sự",
        caller_phone="0900 000 000",
    )
    ministry.takes(case, "triage", has_minors=True, notice_source="family", home_province="91")
    ministry.takes(case, "task_mission", mission=unit_of("KH mission_consul"))
    consul.takes(case, "mission_accepts", responsible_officer="Cán bộ lãnh sự")
    consul.takes(case, "confirm_identity", nationality_ground="province_check", persons_verified=1)
    consul.notes(case, "Đề nghị giải cứu.", kind="cong-ham-di", number="377/CH-LS")
    visit = {"visit_report": "Đã gặp em.", "family_consent": "granted"}
    consul.takes(case, "record_first_visit", visited_on=day(-1), **visit)
    ministry.takes(
        case,
        "inform_family",
        department_letter_number="12/CLS",
        family_consent="granted",
        family_informed_on=day(-1),
    )
    assert player.at(gate).client_status(case) == 404  # nothing to do with the gate so far
    consul.takes(
        case,
        "arrange_return",
        funding_source="state_budget",
        travel_paper="laissez_passer",
        receiving_unit=unit_of(gate),
    )
    received(player, case, gate, count=1)
    province.takes(case, "receive_locally", receiving_person="Mẹ đẻ", handed_on_count=1)

    assert closed_by(player, case, "CLS consular_leader") == "closed"


def test_a_marker_at_risk_is_secured_with_the_other_side(player: Player) -> None:
    post, province = player.at("D4402 border_station"), player.at("NV44 foreign_affairs_officer")

    case = post.opens(
        "marker_damage",
        marker="LA 545",
        condition="at_risk",
        found_on=f"{day(-3)} 09:10",
        description="Taluy cách mốc 4 m sạt sau mưa lớn.",
        photos="vet-nut.png",
    )
    both = {"vietnamese_representatives": "Đồn Biên phòng", "foreign_representatives": "Phía Lào"}
    post.takes(
        case,
        "confirm_jointly",
        counterpart_informed_at=f"{day(-2)} 09:00",
        joint_minutes="bien-ban.pdf",
        minutes_signed_by="both",
        cause="landslide",
        **both,
    )
    plan = {"line": "la", "side_in_charge": "vietnam", "cost_total": "1,8 tỷ"}
    province.takes(case, "agree_plan", design_file="thiet-ke.pdf", **plan)
    province.takes(
        case,
        "start_works",
        counterpart_notice_on=day(-2),
        works_start_on=day(-1),
        counterpart_on_site="Đại diện phía Lào",
    )
    province.takes(
        case,
        "survey_again",
        works_done_on=day(),
        measured_position="16.9, 106.6",
        coordinate_system="wgs84",
        elevation_m=300,
        measured_on=day(),
        photos_after="sau.png",
    )
    leader = player.at("NV44 foreign_affairs_leader")
    signed = {"signed_minutes": "nghiem-thu.pdf", "minutes_signed_by": "both", **both}
    leader.takes(case, "sign_acceptance", **signed)

    assert player.at("UBBG boundary_leader").takes(case, "sign_acceptance") == "restored"


def test_an_embankment_between_two_distances_is_built_and_accepted(player: Player) -> None:
    province, commission = (
        player.at("NV08 foreign_affairs_officer"),
        player.at("UBBG boundary_leader"),
    )

    case = province.opens(
        "shared_project",
        project_name="Kè từ mốc 217 + 367 m đến mốc 217 + 427 m (thử)",
        project_kind="embankment",
        neighbour="cn",
        partner_body="Cơ quan đối tác phía bạn",
        markers="CN 217",
        summary="Kè dài 60 m.",
    )
    lead = unit_of("NV08 foreign_affairs_officer")
    province.takes(case, "submit", crosses_line=False, distance_to_line_m=12, lead_unit=lead)
    opinions = dict.fromkeys(("defence_opinion", "security_opinion", "foreign_opinion"), "agreed")
    commission.takes(case, "open_negotiation", consent_number="12/CV", **opinions)
    commission.takes(
        case,
        "sign",
        signed_on=day(-20),
        vietnamese_signatory="Đại diện tỉnh",
        foreign_signatory="Đại diện phía bạn",
        agreement_text="thoa-thuan.pdf",
        agreement_languages=["vi", "zh"],
    )
    province.takes(case, "prepare", plan_file="ke-hoach.pdf")
    started: dict[str, Said] = {
        "works_start_on": day(-2),
        "owner_notice_on": day(-10),
        "distance_to_line_m": 12,
    }
    province.takes(case, "start_building", **started)
    leader = player.at("NV08 foreign_affairs_leader")
    leader.takes(case, "complete_works", works_done_on=day(), acceptance_minutes="nghiem-thu.pdf")

    assert player.at("08 province_leader").takes(case, "complete_works") == "completed"


def test_an_agreement_ends_without_one_promise_kept(player: Player) -> None:
    officer, leader = (
        player.at("NV52 foreign_affairs_officer"),
        player.at("NV52 foreign_affairs_leader"),
    )

    case = officer.opens(
        "local_agreement",
        agreement_name="Hợp tác y tế vùng biên (thử)",
        signing_level="province",
        partner="Tỉnh Ratanakiri",
        partner_country="KH",
    )
    officer.takes(case, "receive", draft_vietnamese="vi.pdf", draft_foreign="km.pdf")
    officer.takes(case, "consult", text_kind="agreement", consulted_bodies="Sở Y tế")
    officer.takes(case, "gather_opinions", opinion_files="y-kien.pdf")
    leader.takes(case, "submit", answers_table="giai-trinh.pdf", submission_number="12/TTr")
    leader.takes(case, "approve", approval_number="3/QĐ", approval_on=day(-3))
    assert player.at("52 province_leader").takes(case, "approve") == "approved"
    officer.takes(
        case,
        "sign",
        signed_on=day(-2),
        signed_place="Pleiku",
        vietnamese_signatory="Đại diện tỉnh",
        foreign_signatory="Đại diện phía bạn",
        original="ban-goc.pdf",
        effective_on=day(-2),
        expires_on=day(30),
    )
    promise = {"commitments-n0-promise": "Khám chữa bệnh", "commitments-n0-status": "not_begun"}
    officer.takes(case, "implement", lead_unit=unit_of("NV52 foreign_affairs_officer"), **promise)
    done = {"results": "Chưa cam kết nào được thực hiện.", "reason": "Hết hạn, không gia hạn."}
    officer.takes(case, "end", ended_on=day(), **done)

    assert leader.takes(case, "end") == "ended"
    kept = player.case(case).data
    assert (kept["commitments_total"], kept["commitments_done"]) == (1, 0)


def test_a_figure_is_corrected_after_its_report_was_closed(player: Player) -> None:
    officer, leader = player.at("CLS consular_officer"), player.at("CLS consular_leader")
    consul, gate = player.at("MM mission_consul"), "NV40 foreign_affairs_officer"

    case = officer.opens(
        "citizen_protection",
        protection_kind="deportation",
        danger_level="normal",
        country="MM",
        city="Myawaddy",
        persons_claimed=63,
        caller_name="Cơ quan đại diện",
    )
    officer.takes(case, "triage", has_minors=False, mass_event="Đợt trao trả (thử)")
    officer.takes(case, "task_mission", mission=unit_of("MM mission_consul"))
    consul.takes(case, "mission_accepts", responsible_officer="Cán bộ lãnh sự")
    consul.takes(case, "confirm_identity", nationality_ground="interview", persons_verified=63)
    consul.takes(
        case, "assist_without_visit", family_consent="not_applicable", reason="Theo danh sách."
    )
    consul.takes(
        case,
        "arrange_return",
        funding_source="host_state",
        travel_paper="group_list",
        receiving_unit=unit_of(gate),
    )
    received(player, case, gate, count=63)
    player.at(gate).takes(
        case, "receive_locally", receiving_person="Tổ công tác", handed_on_count=63
    )
    assert closed_by(player, case, "CLS consular_leader") == "closed"
    leader.takes(case, "reopen", reason="Đính chính: thực nhận 61 người, không phải 63.")

    assert closed_by(player, case, "CLS consular_leader") == "closed"


def test_a_boat_that_was_stopped_comes_home_without_a_fine(player: Player) -> None:
    province, fisheries = (
        player.at("NV79 foreign_affairs_officer"),
        player.at("TS79 fisheries_officer"),
    )
    consul, crew = player.at("TH mission_consul"), "Hồ Văn Minh Họa\nLê Văn Ví Dụ"

    told: dict[str, Said] = {"vessel_claimed": "BV 92217 TS", "country": "TH", "persons_claimed": 2}
    case = province.opens("fisher_violation", report_kind="chased", **told)
    province.takes(
        case,
        "open_arrest",
        notice_source="other_vessels",
        host_authority="Lực lượng tuần tra",
        arrested_at=f"{day(-4)} 09:00",
    )
    unit = unit_of("TS79 fisheries_officer")
    province.takes(case, "order_verification", province="79", verifying_unit=unit)
    fisheries.ticks(case)
    fisheries.takes(
        case,
        "confirm_vessel",
        vessels="BV 92217 TS",
        owner="Hồ Minh Họa",
        crew=crew,
        vessels_verified=1,
        persons_verified=2,
        number_verdict="confirmed",
    )
    consul.takes(case, "send_note", note_number="118/CH-LS", note_on=day(-2))
    consul.takes(case, "released_without_trial", host_decision="tha.pdf")
    player.at("BP79 border_command").takes(
        case, "receive_home", reception_place="Cảng", persons_received=crew, persons_home=2
    )
    fisheries.takes(case, "start_domestic", working_minutes="bb.pdf", violation_on=day(-4))
    fisheries.takes(case, "drop_sanction", reason="Không vi phạm.", vessels_returned=1)

    assert player.at("79 province_leader").takes(case, "drop_sanction") == "closed"


# --- what several of them do ------------------------------------------------------------------


def received(player: Player, case: str, who: str, *, count: int) -> None:
    player.at(who).takes(
        case,
        "receive_home",
        reception_place="Cửa khẩu",
        received_at=f"{day(-1)} 14:00",
        foreign_list_count=count,
        received_count=count,
        handover_minutes="ban-giao.pdf",
    )


def closed_by(player: Player, case: str, who: str) -> str:
    said = {"total_spent": "0", "refund_status": "nothing_due"}
    return player.at(who).takes(case, "close", result="Đã về nước.", **said)
