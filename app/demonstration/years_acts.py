"""The planned work of a published year: joint patrols, local agreements, delegations, the press."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from app.demonstration.chunks import Chunk
from app.demonstration.names import invented_name
from app.demonstration.people import Station, stations
from app.demonstration.published import Published
from app.demonstration.script_values import HOME_PROVINCES
from app.demonstration.year import AT, ON, Turn, Turns, Year, day, live, volumes
from app.demonstration.year_places import Stretches
from app.permissions import Actor

_OF = "acts"
_DAY = 24.0
_NEIGHBOURS = {"CN": "cn", "LA": "la", "KH": "kh"}
_PARTNERS = {
    "CN": "Trạm hội đàm phía Trung Quốc",
    "LA": "Đại đội biên phòng Lào",
    "KH": "Tiểu khu biên phòng Campuchia",
}
_REFUSED, _POSTPONED, _BREACH, _MENDED = 0.06, 0.05, 0.04, 0.5
_MEDIA = ("NHK", "Yonhap", "Deutsche Welle", "Arte", "BBC Studios", "Kyodo", "TF1", "Asahi", "RIA")
_THEMES = ("nông nghiệp", "thương mại biên giới", "y tế", "giáo dục", "du lịch", "an ninh trật tự")


# --- patrols --------------------------------------------------------------------------------


def patrols_a_year(published: Published) -> float:
    low, high = published["patrols.per_station"]
    return float(len(_on_land()) * (low + high) / 2)


def _on_land() -> list[Station]:
    return [one for one in stations() if one.neighbour]


def live_patrols(chunk: Chunk) -> str:
    year, stretches, crews = chunk.year, Stretches(chunk.stage.session), _on_land()
    for number, at in enumerate(chunk.moments, chunk.first):
        station = crews[number % len(crews)]
        _patrol(chunk, stretches, station, at)
    year.lives.write()
    return "đợt tuần tra chung"


def _patrol(chunk: Chunk, stretches: Stretches, station: Station, at: datetime) -> None:
    year = chunk.year
    actor = year.staff.actor(station.code, "border_station")
    count = chunk.published.between("patrols.markers", year.chance)
    first = stretches.spot(station, year.chance)
    walked = stretches.from_spot(first, count)
    answers = {
        "patrol_level": "station",
        "neighbour": _NEIGHBOURS[station.neighbour],
        "partner_force": f"{_PARTNERS[station.neighbour]} (minh họa)",
        "planned_on": day(at, 12),
        "marker_from": walked[0].value,
        "marker_to": walked[-1].value,
        "host_side": year.chance.choice(("ours", "theirs")),
        "purpose": "Kiểm tra mốc, đường biên; trao đổi tình hình.",
    }
    life = year.lives.open(actor, "joint_patrol", answers, at=at)
    seen = [spot.value for spot in walked]
    live(year, life, _patrol_turns(year.chance, actor, seen), of=_OF)


def _patrol_turns(chance: Random, actor: Actor, seen: Sequence[Mapping[str, Any]]) -> Turns:
    letter = {"letter_number": f"{chance.randint(1, 90)}/TPH", "letter_on": ON}
    yield Turn(chance.uniform(4, 40), "send_letter", actor, letter)
    if chance.random() < _POSTPONED:
        yield Turn(chance.uniform(20, 90), "postpone", actor, {}, "Phía bạn đề nghị lùi ngày.")
        return
    agreed = {
        "agreed_on": ON,
        "our_leader": invented_name(chance, is_male=True),
        "their_leader": "Đội trưởng phía bạn",
        "our_strength": chance.randint(5, 12),
        "their_strength": chance.randint(5, 10),
    }
    yield Turn(chance.uniform(30, 120), "agree", actor, agreed)
    yield Turn(chance.uniform(24, 170), "start_patrol", actor, {"started_at": AT})
    breaches = 1 if chance.random() < _BREACH else 0
    ended: dict[str, Any] = {
        "ended_at": AT,
        "markers_checked": list(seen),
        "marker_condition": "Các mốc nguyên vẹn.",
        "breaches_found": breaches,
    }
    if breaches:
        ended["findings"] = "Dấu vết qua lại ngoài đường mòn quy định."
    yield Turn(chance.uniform(4, 9), "end_patrol", actor, ended)
    signed = {"minutes_signed_by": "both", "next_on": ON, "next_host_side": "theirs"}
    yield Turn(chance.uniform(1, 20), "sign", actor, signed)


# --- agreements -----------------------------------------------------------------------------


def live_agreements(chunk: Chunk) -> str:
    year = chunk.year
    for at in chunk.moments:
        home = year.chance.choice(HOME_PROVINCES)
        officer = year.staff.actor(f"NV{home}", "foreign_affairs_officer")
        theme, land = year.chance.choice(_THEMES), year.drawn(volumes()["protection"]["countries"])
        answers = {
            "agreement_name": f"Bản ghi nhớ hợp tác {theme} (minh họa)",
            "signing_level": year.chance.choice(("province", "agency", "border_commune")),
            "agreement_kind": "memorandum",
            "partner": "Chính quyền địa phương đối tác",
            "partner_country": land,
            "sectors": ["other"],
            "summary": f"Hợp tác {theme}. (Minh họa.)",
        }
        life = year.lives.open(officer, "local_agreement", answers, at=at)
        live(year, life, _agreement_turns(chunk, home, officer), of=_OF)
    year.lives.write()
    return "thỏa thuận địa phương"


def _agreement_turns(chunk: Chunk, home: str, officer: Actor) -> Turns:
    chance = chunk.year.chance
    leader = chunk.year.staff.actor(f"NV{home}", "foreign_affairs_leader")
    yield Turn(chance.uniform(5, 60), "receive", officer, {})
    asked = {"text_kind": "agreement", "consulted_bodies": "Công an tỉnh", "is_sensitive": False}
    yield Turn(chance.uniform(10, 90), "consult", officer, asked)
    yield Turn(chance.uniform(5, 12) * _DAY, "gather_opinions", officer, {})
    submitted = {"submission_number": f"{chance.randint(1, 300)}/TTr"}
    yield Turn(chance.uniform(1, 6) * _DAY, "submit", leader, submitted)
    approved = {"approval_number": f"{chance.randint(1, 300)}/QĐ", "approval_on": ON}
    yield from _decided(chunk.year, home, "approve", approved)
    signed = {
        "signed_on": ON,
        "signed_place": "Trụ sở Ủy ban nhân dân tỉnh",
        "vietnamese_signatory": "Phó Chủ tịch tỉnh",
        "foreign_signatory": "Đại diện đối tác",
        "effective_on": ON,
        "renews_itself": True,
    }
    yield Turn(chance.uniform(2, 15) * _DAY, "sign", officer, signed)
    made = commitments(chunk.published, chance)
    lead = {"commitments": made, "lead_unit": {"id": officer.unit_id, "label": officer.unit_name}}
    yield Turn(chance.uniform(3, 20) * _DAY, "implement", officer, lead)
    done = [{**one, "status": "under_way"} for one in made]
    progress = {"commitments": done, "results": "Đang thực hiện theo kế hoạch.", "progress_on": ON}
    yield Turn(chance.uniform(30, 90) * _DAY, "record_progress", officer, progress)


def commitments(published: Published, chance: Random) -> list[dict[str, str]]:
    count = published.between("agreements.commitments", chance)
    return [
        {"promise": f"Hợp tác {chance.choice(_THEMES)} {number}", "status": "not_begun"}
        for number in range(1, count + 1)
    ]


def _decided(year: Year, home: str, step: str, answers: Mapping[str, Any]) -> Turns:
    """By two leaders of the province."""
    first = year.staff.actor(home, "province_leader")
    second = year.staff.actor(home, "province_leader", 2)
    yield Turn(year.chance.uniform(1, 5) * _DAY, step, first, answers)
    yield Turn(year.chance.uniform(1, 20), step, second, {})


# --- delegations ----------------------------------------------------------------------------


def live_delegations(chunk: Chunk) -> str:
    year = chunk.year
    for at in chunk.moments:
        home = year.chance.choice(HOME_PROVINCES)
        officer = year.staff.actor(f"NV{home}", "foreign_affairs_officer")
        theme = year.chance.choice(_THEMES)
        answers = {
            "delegation_name": f"Đoàn công tác về {theme} (minh họa)",
            "country": year.drawn(volumes()["protection"]["countries"]),
            "purpose": f"Trao đổi kinh nghiệm {theme}.",
            "members_count": year.chance.randint(3, 14),
            "depart_on": day(at, 35),
            "return_on": day(at, 39),
            "is_planned": True,
        }
        life = year.lives.open(officer, "delegation_out", answers, at=at)
        live(year, life, _delegation_turns(year, home, officer), of=_OF)
    year.lives.write()
    return "đoàn ra"


def _delegation_turns(year: Year, home: str, officer: Actor) -> Turns:
    chance = year.chance
    leader = year.staff.actor(f"NV{home}", "foreign_affairs_leader")
    sent = {
        "head_level": "agency_head",
        "head_name": invented_name(chance, is_male=True),
        "funding": chance.choice(("budget", "host", "mixed")),
    }
    yield Turn(chance.uniform(5, 40), "send_file", officer, sent)
    if chance.random() < _REFUSED:
        yield Turn(chance.uniform(20, 90), "refuse", leader, {}, "Chưa cần thiết trong năm.")
        return
    judged = {"appraisal": "Đủ điều kiện.", "appraisal_number": f"{chance.randint(1, 400)}/BC"}
    yield Turn(chance.uniform(10, 80), "submit", leader, judged)
    decided = {"decision_number": f"{chance.randint(1, 900)}/QĐ", "decision_on": ON}
    yield from _decided(year, home, "approve", decided)
    gone = {"departed_on": ON, "papers_kind": "official", "mission_told_on": ON}
    yield Turn(chance.uniform(15, 25) * _DAY, "leave", officer, gone)
    back = {"returned_on": ON, "passports_returned_on": ON}
    yield Turn(4 * _DAY, "come_home", officer, back)
    told = {"results": "Hoàn thành chương trình."}
    yield Turn(chance.uniform(2, 14) * _DAY, "close_with_report", officer, told)


# --- the press ------------------------------------------------------------------------------


def live_press(chunk: Chunk) -> str:
    year, published = chunk.year, chunk.published
    mean = published["press.reporters"] / published["press.delegations"]
    officer = year.staff.actor("TTBC", "press_officer")
    for at in chunk.moments:
        home, name = year.chance.choice(HOME_PROVINCES), year.chance.choice(_MEDIA)
        count = max(1, round(year.chance.gauss(mean, 1.8)))
        answers = {
            "media_name": f"{name} (minh họa)",
            "country": year.drawn({"JP": 3, "KR": 3, "DE": 2, "FR": 2, "GB": 2, "US": 2}),
            "visit_kind": "visiting",
            "members_count": count,
            "requested_on": day(at),
            "arrive_on": day(at, 20),
            "leave_on": day(at, 26),
            "topics": "Đời sống, phong cảnh.",
        }
        life = year.lives.open(officer, "press_visit", answers, at=at)
        live(year, life, _press_turns(year, home, officer), of=_OF)
    year.lives.write()
    return "đoàn phóng viên nước ngoài"


def _press_turns(year: Year, home: str, officer: Actor) -> Turns:
    chance = year.chance
    local = year.staff.actor(f"NV{home}", "foreign_affairs_officer")
    asked = {"province": home, "place_text": "Các điểm tham quan", "enters_border_area": False}
    yield Turn(chance.uniform(4, 40), "consult", officer, asked)
    yield Turn(chance.uniform(20, 90), "give_opinion", local, {"province_opinion": "agreed"})
    leader = year.staff.actor("TTBC", "ministry_leader")
    permit = {"permit_number": f"{chance.randint(1, 700)}/GP-BC", "permit_on": ON}
    yield Turn(chance.uniform(10, 60), "permit", officer, permit)
    yield Turn(chance.uniform(2, 20), "permit", leader, {})
    yield Turn(
        chance.uniform(8, 13) * _DAY,
        "begin_work",
        local,
        {"arrived_on": ON, "guides": "Cán bộ hướng dẫn"},
    )
    yield Turn(6 * _DAY, "end_work", local, {"left_on": ON})
    seen = {"coverage_count": chance.randint(0, 9), "assessment": "favourable"}
    yield Turn(chance.uniform(5, 30) * _DAY, "close", local, seen)
