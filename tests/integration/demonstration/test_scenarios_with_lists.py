"""The situations in which one file holds many: a crew, a run of alerts, a handover, an evacuation.

Played like the others, each person at the pages that he or she sees, from the first notice until
every list has ended and the file is closed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cases.children.models import CaseChild
from app.cases.children.queries import children_of
from app.cases.models import Case, CaseLink
from app.crises.models import LikePair, MassEvent, Participant
from app.database import reading
from app.demonstration.names import invented_name, without_marks
from app.demonstration.script_values import HANOI
from app.jobs import utc_now
from app.vms.models import VmsTrip
from app.workflow.tracks import Track
from tests.integration.demonstration.player import Desk, Player, Said
from tests.integration.demonstration.test_scenarios_played import closed_by, day, unit_of
from tests.unit.demonstration.chance import seeded


@pytest.fixture
def player(stage: Flask) -> Iterator[Player]:
    yield Player(stage)
    reading().close()


def names(seed: int, count: int) -> list[str]:
    """Invented men and women who are told apart on one list."""
    chance, found = seeded(seed), dict[str, None]()
    while len(found) < count:
        found[invented_name(chance, is_male=len(found) % 3 > 0)] = None
    return list(found)


def side_case(player: Player, reference: str, type_code: str) -> str:
    """What a step of this case opened beside it."""
    case = player.case(reference)
    asked = (
        select(Case.reference)
        .join(CaseLink, CaseLink.other_case_id == Case.id)
        .where(CaseLink.case_id == case.id, Case.type_code == type_code)
    )
    return reading().scalars(asked).one()


# --- forty-two men --------------------------------------------------------------------------

MEN = names(42, 42)


def marked(desk: Desk, case: str, rows: str, status: str, **more: Said) -> None:
    """What became of some rows of a list: "nguoi status:detained" are all who are detained."""
    track, _, whom = rows.partition(" ")
    page = f"/ho-so/{case}/theo-doi/{track}"
    picked = {"chosen": more.pop("chosen")} if "chosen" in more else {}
    said = {"whom": whom, "status": status, **more}
    desk.presses(page, f"{page}/ket-cuc", **picked, **{f"mark-{k}": v for k, v in said.items()})


def entered(desk: Desk, case: str, track: str, lines: list[str]) -> None:
    page = f"/ho-so/{case}/theo-doi/{track}"
    desk.fills(f"{page}/them", lines="\n".join(lines), since=day(-90), source="Xác minh của tỉnh")
    true = {"verify-whom": "open", "verify-confirmed_by": "Cơ quan thủy sản tỉnh"}
    desk.presses(page, f"{page}/xac-minh", **true, **{"verify-province": "48"})


def men_of(player: Player, case: str) -> Sequence[CaseChild]:
    return children_of(reading(), player.case(case).id, Track.PERSONS)


def test_forty_two_men_come_home_on_two_days_and_the_owner_is_fined(player: Player) -> None:
    fisheries = player.at("TS48 fisheries_officer")
    case = verified(player, fisheries)
    held_abroad(player, case)
    brought_home(player, case)

    fisheries.takes(case, "start_domestic", working_minutes="bb.pdf", violation_on=day(-90))
    punished(player, side_case(player, case, "fishery_sanction"))
    protected(player, side_case(player, case, "citizen_protection"))
    marked(fisheries, case, "tau open", "struck_off", since=day(), note="Bị tịch thu.")
    fine: dict[str, Said] = {
        "decision_number": "215/QĐ-XPVPHC",
        "decision_on": day(-1),
        "sanction_acts": "Khai thác trong vùng biển nước ngoài.",
        "fine_total": "900 triệu",
        "additional_sanctions": ["certificate_withdrawn"],
        "vessels_confiscated": 1,
    }
    fisheries.takes(case, "impose_fine", **fine)

    assert player.at("48 province_leader").takes(case, "impose_fine") == "closed"
    days = Counter((man.status, man.since) for man in men_of(player, case))
    assert sorted(days.values()) == [5, 37]
    assert {status for status, _since in days} == {"home"}


def verified(player: Player, fisheries: Desk) -> str:
    """The file, opened by the province, with 42 men and their vessel found true."""
    told = {"vessel_claimed": "QNa 95905 TS", "country": "MY", "persons_claimed": "42"}
    case = fisheries.opens("fisher_violation", report_kind="arrested", **told)
    arrested = {"host_authority": "Lực lượng tuần tra", "arrested_at": f"{day(-90)} 05:00"}
    fisheries.takes(case, "open_arrest", notice_source="family", **arrested)
    unit = unit_of("TS48 fisheries_officer")
    province = player.at("NV48 foreign_affairs_officer")
    province.takes(case, "order_verification", province="48", verifying_unit=unit)
    fisheries.ticks(case)
    found: dict[str, Said] = {
        "vessels": "QNa 95905 TS",
        "owner": "Nguyễn Văn Chủ Tàu",
        "crew": "\n".join(MEN),
        "vessels_verified": 1,
        "persons_verified": 42,
        "minors_count": 2,
        "number_verdict": "confirmed",
        "length_class": "m15_24",
    }
    fisheries.takes(case, "confirm_vessel", **found)
    entered(fisheries, case, "tau", ["QNa 95905 TS"])
    entered(fisheries, case, "nguoi", MEN)
    return case


def held_abroad(player: Player, case: str) -> None:
    """Five are let go early; the others are tried, and the vessel is taken."""
    consul, command = player.at("MY mission_consul"), player.at("BP48 border_command")
    consul.takes(case, "send_note", note_number="118/CH-LS", note_on=day(-85))
    marked(consul, case, "nguoi open", "detained", since=day(-90))
    consul.takes(case, "host_prosecutes", host_charge="Khai thác trái phép", trial_on=day(-20))
    early = [str(man.id) for man in men_of(player, case)[37:]]
    marked(consul, case, "nguoi chosen", "released", since=day(-60), chosen=early)
    consul.takes(case, "record_early_release", released_early_count=5)
    marked(command, case, "nguoi status:released", "home", since=day(-58))
    marked(consul, case, "nguoi status:detained", "accused", since=day(-20), court="Tòa sở tại")
    marked(consul, case, "tau open", "confiscated", since=day(-20))
    fine = {"host_fine": "180000 MYR", "fine_payer": "Chủ tàu"}
    consul.takes(case, "record_judgment", judgment="Phạt tiền.", **fine)


def brought_home(player: Player, case: str) -> None:
    fund, command = player.at("QBHCD protection_fund"), player.at("BP48 border_command")
    paid = {"deposit_amount": "259 triệu", "deposit_payer": "Chủ tàu", "deposit_on": day(-10)}
    fund.takes(case, "record_deposit", **paid)
    marked(command, case, "nguoi status:accused", "home", since=day(-5))
    received = {"persons_received": "\n".join(MEN[:37]), "persons_home": "42"}
    command.takes(case, "receive_home", reception_place="Sân bay Đà Nẵng", **received)


def punished(player: Player, case: str) -> None:
    """The separate file of the punishment, to its end."""
    fisheries = player.at("TS48 fisheries_officer")
    minutes = {"violation_on": day(-90), "minutes_on": day(-3)}
    fisheries.takes(case, "record_violation", violation_minutes="bb.pdf", **minutes)
    act = {"acts-0-act_code": "foreign_waters", "acts-0-amount": "900 triệu"}
    fisheries.fills(
        f"/ho-so/{case}/theo-doi/che-tai/them", violation_on=day(-90), subject="person", **act
    )
    fisheries.takes(case, "submit")
    decided = {"decision_number": "215/QĐ-XPVPHC", "decision_on": day(-1)}
    fisheries.takes(case, "decide", fine_total="900 triệu", **decided)
    assert player.at("48 province_leader").takes(case, "decide") == "enforcing"
    marked(fisheries, case, "che-tai open", "paid", since=day())
    assert fisheries.takes(case, "settle") == "settled"


def protected(player: Player, case: str) -> None:
    """The separate file of the protection, which no punishment is read in, to its end."""
    consul = player.at("MY mission_consul")
    kind = {"protection_kind": "fishers", "danger_level": "medium"}
    consul.takes(case, "triage", has_minors=True, home_province="48", **kind)
    consul.takes(case, "take_directly", responsible_officer="Cán bộ lãnh sự")
    consul.takes(case, "confirm_identity", nationality_ground="province_check", persons_verified=42)
    visit = {"visit_report": "Đã gặp 42 người.", "family_consent": "granted"}
    consul.takes(case, "record_first_visit", visited_on=day(-70), **visit)
    consul.takes(case, "settle_on_site", result="Thuyền viên về nước.")
    assert closed_by(player, case, "MY mission_head") == "closed"


# --- twenty alerts --------------------------------------------------------------------------


def test_twenty_alerts_of_one_vessel_are_one_trip_and_one_file(
    player: Player, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fisheries = player.at("TS91 fisheries_officer")
    number, now = "KG 91399 TS", utc_now().astimezone(HANOI)
    began = [now - timedelta(hours=12 * (20 - n)) for n in range(20)]
    rows = [
        f"{number},{at:%d/%m/%Y %H:%M},{at + timedelta(hours=7):%d/%m/%Y %H:%M}" for at in began
    ]
    lines = ["Số đăng ký tàu cá,Thời điểm mất kết nối,Thời điểm kết nối lại", *rows]
    path = tmp_path_factory.mktemp("alerts") / "canh-bao.csv"
    path.write_text("\n".join(lines), "utf-8")
    player.imports("vms", path, user="thuysan.angiang")
    player.imports("vms", path, user="thuysan.angiang")  # the same list twice is one list

    reading().rollback()
    trip = (
        reading()
        .scalars(select(VmsTrip).where(VmsTrip.number_raw == number.replace(" ", "-")))
        .one()
    )
    assert trip.alert_count == 20
    page = f"/canh-bao-vms/{trip.id}"
    fisheries.presses(page, f"{page}/goi", text="Chủ tàu nói thiết bị chập chờn.")
    place = fisheries.fills(f"{page}/ho-so", first_notice="Mất tín hiệu 20 lần.")
    case = place.rpartition("/")[2]
    assert player.state(case) == "vms_alert"
    called = {"called_at": now.strftime("%d/%m/%Y %H:%M"), "call_content": "Tàu đang về bờ."}
    fisheries.takes(case, "call_owner", **called)
    back = {"signal_back_at": called["called_at"], "loss_cause": "Nguồn điện chập chờn."}

    assert fisheries.takes(case, "signal_restored", **back) == "vessel_returned"
    table = fisheries.page("/canh-bao-vms/bang-ket-qua")
    assert "An Giang" in table


# --- mass events ----------------------------------------------------------------------------

HEAD = "Họ và tên\tNgày sinh\tGiới tính\tSố hộ chiếu\tĐịa chỉ"
HOMES = re.split(
    r"\|",
    "Thái Bình|Cà Mau|Nghệ An|Thanh Hóa|Hà Tĩnh|Lào Cai|Lạng Sơn|Cao Bằng|Đắk Lắk|Gia Lai|"
    "Tây Ninh|Đồng Nai|Đồng Tháp|Vĩnh Long|An Giang|Cần Thơ|Lâm Đồng|Khánh Hòa|Quảng Ngãi|"
    "Quảng Trị|Hải Phòng|Ninh Bình|Phú Thọ|Sơn La|Điện Biên|Lai Châu",
)


def listed(people: list[str], *, first: int, is_foreign: bool) -> str:
    """A list as it is pasted: abroad without diacritics and homes, at home with both."""
    lines = [
        "\t".join(
            (
                without_marks(name) if is_foreign else name,
                f"{number % 28 + 1:02d}/05/{1980 + number % 20}",
                "Nam",
                f"B{7_000_000 + number}",
                "" if is_foreign else f"tỉnh {HOMES[number % len(HOMES)]}",
            )
        )
        for number, name in enumerate(people, start=first)
    ]
    return "\n".join((HEAD, *lines))


def begun(desk: Desk, name: str, **facts: str) -> int:
    place = desk.fills("/su-kien/moi", name=name, **facts)
    return int(place.rpartition("/")[2])


def statuses(event_id: int) -> dict[str, int]:
    reading().rollback()
    asked = (
        select(Participant.status, func.count())
        .where(Participant.event_id == event_id, Participant.merged_into_id.is_(None))
        .group_by(Participant.status)
    )
    return {status: count for status, count in reading().execute(asked)}  # noqa: C416  typed


def participant(event_id: int, name: str) -> int:
    asked = select(Participant.id).where(
        Participant.event_id == event_id,
        Participant.name == name,
        Participant.merged_into_id.is_(None),
    )
    return reading().scalars(asked).one()


def settled_pairs(desk: Desk, event_id: int) -> None:
    """Those who may be one person are looked at, one pair after the other: by the day of birth."""
    page = f"/su-kien/{event_id}/trung"
    while found := re.search(rf'action="{page}/(\d+)"', desk.page(page)):
        pair = reading().get_one(LikePair, int(found[1]))
        both = {
            reading().get_one(Participant, one).birth_date for one in (pair.one_id, pair.other_id)
        }
        desk.presses(page, rf"{page}/{pair.id}", la="mot" if len(both) == 1 else "hai")


def test_110_people_are_handed_over_and_one_is_kept_back(player: Player) -> None:
    owner, gate = player.at("NV80 foreign_affairs_officer"), player.at("D8001 border_station")
    people = names(110, 110)

    event_id = begun(
        owner,
        "Trao trả 110 người (thử)",
        kind="handover",
        country_code="KH",
        gate="Cửa khẩu Mộc Bài",
        said_count="110",
        units=unit_of("D8001 border_station"),
    )
    page = f"/su-kien/{event_id}"
    halves = ((people[:55], 0, "Svay Rieng"), (people[55:], 55, "Phnôm Pênh"))
    for part, first, where in halves:
        pasted = listed(part, first=first, is_foreign=True)
        owner.fills(f"{page}/danh-sach", source="foreign", name=where, pasted=pasted)
    verified = listed(people, first=0, is_foreign=False)
    owner.fills(f"{page}/danh-sach", source="mission", name="Xác minh", pasted=verified)
    settled_pairs(owner, event_id)
    assert statuses(event_id) == {"expected": 110}

    gate.presses(page, f"{page}/lam-nhieu", viec="trang-thai:received")
    kept = participant(event_id, people[17])
    gate.presses(
        f"{page}/cua-khau?q={without_marks(people[17])}",
        f"{page}/cua-khau/{kept}",
        **{"trang-thai": "kept"},
    )
    owner.fills(f"{page}/nguoi/{kept}/giai-trinh", text="Giữ lại làm rõ theo đề nghị của công an.")
    owner.fills(f"{page}/bien-ban", place="Mộc Bài", giving="Phía bạn", receiving="Đồn Biên phòng")
    owner.presses(f"{page}?trang-thai=received", f"{page}/lam-nhieu", viec="trang-thai:handed_on")
    assert statuses(event_id) == {"handed_on": 109, "kept": 1}

    owner.presses(f"{page}?trang-thai=kept", f"{page}/ho-so")
    case = (
        reading()
        .scalars(
            select(Case.reference)
            .join(Participant, Participant.case_id == Case.id)
            .where(Participant.id == kept)
        )
        .one()
    )
    assert owner.client_status(case) == 200
    owner.fills(f"{page}/dong", text="109 người bàn giao, một người giữ lại có giải trình.")
    assert not is_open(event_id)


def is_open(event_id: int) -> bool:
    reading().rollback()
    return reading().get_one(MassEvent, event_id).is_open


def test_people_flee_through_four_lands_and_all_come_home(player: Player) -> None:
    owner, consul = player.at("CLS consular_officer"), player.at("UA mission_consul")
    people, lands = names(40, 40), ("Ba Lan", "Romania", "Hungary", "Slovakia")

    event_id = begun(
        owner,
        "Sơ tán qua bốn nước (thử)",
        kind="evacuation",
        country_code="UA",
        time_zone="Europe/Kyiv",
        units="\n".join(
            unit_of(f"{code} mission_consul") for code in ("UA", "PL", "RO", "HU", "SK")
        ),
    )
    page = f"/su-kien/{event_id}"
    rows = [
        f"{name}\t1990\tNam\tB{8_000_000 + n}\ttỉnh {HOMES[n % 26]}\t{lands[n // 10]}"
        for n, name in enumerate(people)
    ]
    pasted = "\n".join((f"{HEAD}\tNước trung gian", *rows))
    consul.fills(f"{page}/danh-sach", source="registration", name="Đăng ký", pasted=pasted)
    settled_pairs(owner, event_id)
    assert statuses(event_id) == {"expected": 40}
    assert len(countries(event_id)) == 4

    consul.presses(page, f"{page}/lam-nhieu", viec="trang-thai:transit")
    seats = {"kind": "flight", "code": "VN88", "capacity": "40", "from_place": "Bucharest"}
    owner.fills(f"{page}/chuyen/moi", **seats)
    aboard = re.search(r'value="(chuyen:\d+)"', owner.page(page))
    assert aboard is not None
    owner.presses(page, f"{page}/lam-nhieu", viec=aboard[1])
    owner.presses(page, f"{page}/lam-nhieu", viec="trang-thai:received")
    owner.presses(page, f"{page}/lam-nhieu", viec="trang-thai:handed_on")
    assert statuses(event_id) == {"handed_on": 40}
    owner.fills(f"{page}/dong", text="Đủ 40 người về nước.")
    assert not is_open(event_id)


def countries(event_id: int) -> set[str | None]:
    asked = select(Participant.transit_country).where(Participant.event_id == event_id)
    return set(reading().scalars(asked))
