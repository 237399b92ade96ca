"""A year of fishers: 1.62 vessels an incident and 8.3 men a vessel, and the alerts of a tracker.

Played as scripts through the screens' own verbs, because their steps open other cases.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from app.demonstration.names import invented_name, without_marks
from app.demonstration.script import Stage, play_all
from app.demonstration.year import volumes

Script = dict[str, Any]  # Any: as YAML would give it
Path = list[tuple[float, Script]]  # each step so many days after the one before
_DAYS = 360
_NAMED_AT_MOST = 12
HOSTS = {
    "MY": (6.6, 103.7, "Cơ quan thực thi pháp luật biển Malaysia"),
    "ID": (6.0, 108.9, "Lực lượng tuần tra biển Indonesia"),
    "TH": (7.9, 102.9, "Lực lượng tuần tra biển Thái Lan"),
    "KH": (9.8, 103.5, "Lực lượng tuần tra biển Campuchia"),
    "PH": (9.5, 117.0, "Lực lượng tuần tra biển Philippines"),
    "AU": (-9.5, 133.2, "Lực lượng biên phòng Australia"),
    "BN": (6.2, 113.9, "Lực lượng tuần tra biển Brunei"),
}


@dataclass(frozen=True, slots=True)
class Haul:
    """One incident: how many days ago, whose vessels, taken by whom, how many."""

    ago: float
    province: str
    country: str
    number: str
    vessels: int
    men: int


def load_fishers(stage: Stage, chance: Random, *, share: float) -> str:
    said = volumes()["fishers"]
    vessels = vessels_per_incident(
        round(said["incidents"] * share), said["vessels_per_incident"], chance
    )
    days = sorted((chance.uniform(0.4, _DAYS) for _ in vessels), reverse=True)
    scripts = [
        _incident(index, ago, count, chance)
        for index, (ago, count) in enumerate(zip(days, vessels, strict=True))
    ]
    alerts = sorted(
        (chance.uniform(0.1, _DAYS) for _ in range(round(said["alerts"] * share))), reverse=True
    )
    scripts += [alert(index, ago, chance) for index, ago in enumerate(alerts)]
    play_all(stage, scripts)
    return f"{len(vessels)} vụ tàu cá ({sum(vessels)} tàu), {len(alerts)} cảnh báo"


def vessels_per_incident(incidents: int, mean: float, chance: Random) -> list[int]:
    """How many vessels each incident has, so that the mean comes out as given."""
    counts = [1] * incidents
    for _ in range(round(incidents * mean) - incidents):
        counts[chance.randrange(incidents)] += 1
    return counts


def moment(ago: float) -> str:
    return f"-{max(ago, 0.01) * 24:.2f}h"


def drawn_vessel(chance: Random) -> tuple[str, str]:
    provinces = volumes()["fishers"]["provinces"]
    drawn = chance.choices(provinces, [weight for _, _, weight in provinces])[0]
    return drawn[0], f"{drawn[1]} {chance.randint(90001, 99799)} TS"


def _incident(index: int, ago: float, vessels: int, chance: Random) -> Script:
    said = volumes()["fishers"]
    province, number = drawn_vessel(chance)
    country = chance.choices(list(said["countries"]), list(said["countries"].values()))[0]
    men = max(2 * vessels, round(chance.gauss(said["men_per_vessel"], 2.2) * vessels))
    haul = Haul(ago, province, country, number, vessels, men)
    return script_of(f"fishers-{index}", haul, path_of(chance, haul), chance)


def script_of(key: str, haul: Haul, path: Path, chance: Random) -> Script:
    """The incident as a script: its first notice, and the steps that have been taken by now."""
    lat, lon, _host = HOSTS[haul.country]
    place = f"{lat + chance.uniform(-0.5, 0.5):.4f}, {lon + chance.uniform(-0.4, 0.4):.4f}"
    return {
        "key": key,
        "type": "fisher_violation",
        "by": f"NV{haul.province} foreign_affairs_officer",
        "at": moment(haul.ago),
        "answers": {
            "report_kind": "arrested",
            "vessel_claimed": haul.number,
            "noticed_at": moment(haul.ago + 0.05),
            "position": place,
            "country": haul.country,
            "vessels_claimed": haul.vessels,
            "persons_claimed": haul.men,
            "first_notice": "Gia đình báo tàu bị giữ khi đang khai thác. (Minh họa.)",
        },
        "steps": until_now(haul.ago, path),
    }


def until_now(ago: float, steps: Path) -> list[Script]:
    """The steps that have been taken by now; each comes some days after the one before."""
    taken = []
    for days, step in steps:
        ago -= days
        if ago <= 0:
            break
        taken.append({"at": moment(ago), **step})
    return taken


def begun(chance: Random, haul: Haul) -> Path:
    province, host = haul.province, HOSTS[haul.country][2]
    officer = f"NV{province} foreign_affairs_officer"
    return [
        (
            0.08,
            {
                "step": "open_arrest",
                "by": officer,
                "answers": {
                    "notice_source": chance.choice(("family", "host_notice", "other_vessels")),
                    "host_authority": host,
                    "arrested_at": moment(haul.ago + 0.6),
                },
            },
        ),
        (
            chance.uniform(0.1, 0.8),
            {
                "step": "order_verification",
                "answers": {
                    "province": province,
                    "verifying_unit": f"fisheries_office/TS{province}",
                },
            },
        ),
    ]


def rejected(chance: Random, province: str, office: str) -> Path:
    leader = f"NV{province} foreign_affairs_leader"
    return [
        (
            chance.uniform(1, 3),
            {
                "step": "reject_vessel",
                "by": office,
                "reason": "Số hiệu sơn lại.",
                "answers": {"number_verdict": "false_plate"},
            },
        ),
        (chance.uniform(0.3, 2), {"step": "reject_vessel", "by": leader}),
    ]


def path_of(
    chance: Random, haul: Haul, *, is_ours: bool = False, named_at_most: int = _NAMED_AT_MOST
) -> Path:
    """From the arrest to the fine at home, or to the rejection where the number was false."""
    province, men = haul.province, haul.men
    office, consul = f"TS{province} fisheries_officer", f"{haul.country} mission_consul"
    first = begun(chance, haul)
    if not is_ours and chance.random() < volumes()["fishers"]["false_share"]:
        return [*first, *rejected(chance, province, office)]
    skipper = invented_name(chance, is_male=True)
    return [
        *first,
        (
            chance.uniform(0.8, 2.6),
            {
                "step": "confirm_vessel",
                "by": office,
                "answers": {
                    "vessels": _numbers(haul),
                    "owner": invented_name(chance, is_male=True),
                    "skipper": {"name": skipper, "foreign_spellings": [without_marks(skipper)]},
                    "crew": {"crowd": min(men, named_at_most), "provinces": [province]},
                    "vessels_verified": haul.vessels,
                    "persons_verified": men,
                    "number_verdict": "confirmed",
                },
            },
        ),
        (
            chance.uniform(0.2, 0.9),
            {
                "step": "send_note",
                "by": consul,
                "answers": {
                    "note_number": f"{chance.randint(20, 480)}/CH-LS",
                    "note_on": moment_day(haul.ago),
                },
            },
        ),
        *_protection(chance, consul, province),
        *_abroad(chance, consul),
        *_home(chance, haul),
    ]


def _protection(chance: Random, consul: str, province: str) -> Path:
    """The protection of the crew is a case of its own, opened by the note."""
    told = {
        "protection_kind": "fishers",
        "danger_level": "medium",
        "has_minors": False,
        "home_province": province,
    }
    took = {"responsible_officer": "Cán bộ lãnh sự"}
    seen = {"visited_on": "on", "visit_report": "Đã gặp thuyền viên.", "family_consent": "granted"}
    ground = {"nationality_ground": "province_check"}
    steps: Path = [
        (0.02, {"step": "triage", "answers": told}),
        (0.05, {"step": "take_directly", "answers": took}),
        (chance.uniform(0.1, 1), {"step": "confirm_identity", "answers": ground}),
        (chance.uniform(1, 4), {"step": "record_first_visit", "answers": seen}),
    ]
    return [(days, {**step, "by": consul, "on_side": "citizen_protection"}) for days, step in steps]


def _numbers(haul: Haul) -> list[Script]:
    prefix, digits, _ = haul.number.split(" ")
    return [
        {"number": f"{prefix} {int(digits) + more:05d} TS", "home_province_code": haul.province}
        for more in range(haul.vessels)
    ]


def moment_day(ago: float) -> str:
    return f"-{int(ago)}d"


def _abroad(chance: Random, consul: str) -> Path:
    if chance.random() < 0.45:  # noqa: PLR2004  a share
        return [(chance.uniform(10, 40), {"step": "released_without_trial", "by": consul})]
    return [
        (
            chance.uniform(8, 30),
            {
                "step": "host_prosecutes",
                "by": consul,
                "answers": {"host_charge": "Khai thác hải sản không phép", "trial_on": "+20d"},
            },
        ),
        (
            chance.uniform(25, 60),
            {
                "step": "record_judgment",
                "by": consul,
                "answers": {
                    "judgment": "Phạt tiền, trục xuất.",
                    "host_fine": "20000 USD",
                    "fine_payer": "Chủ tàu",
                },
            },
        ),
    ]


def _home(chance: Random, haul: Haul) -> Path:
    province, country, men = haul.province, haul.country, haul.men
    command, office = f"BP{province} border_command", f"TS{province} fisheries_officer"
    fine = chance.choice(("820", "900", "927,5"))
    consul, head = f"{country} mission_consul", f"{country} mission_head"
    return [
        *_protected(consul, head),
        (
            chance.uniform(8, 25),
            {
                "step": "receive_home",
                "by": command,
                "answers": {
                    "reception_place": "Sân bay Tân Sơn Nhất",
                    "persons_home": men,
                    "persons_received": {
                        "crowd": min(men, _NAMED_AT_MOST),
                        "provinces": [province],
                    },
                },
            },
        ),
        (
            chance.uniform(3, 20),
            {
                "step": "start_domestic",
                "by": office,
                "answers": {"violation_on": moment_day(haul.ago + 1)},
            },
        ),
        (
            chance.uniform(10, 40),
            {
                "step": "impose_fine",
                "by": office,
                "answers": {
                    "decision_number": f"{chance.randint(10, 300)}/QĐ-XPVPHC",
                    "decision_on": "on",
                    "sanction_acts": f"Khai thác trong vùng biển nước ngoài: {fine} triệu đồng",
                    "fine_total": f"{fine} triệu",
                    "additional_sanctions": ["licence_withdrawn"],
                    "vessels_confiscated": haul.vessels,
                },
            },
        ),
        (chance.uniform(1, 6), {"step": "impose_fine", "by": f"{province} province_leader"}),
    ]


def _protected(consul: str, head: str) -> Path:
    """The end of the file that protected the men abroad."""
    settled = {"result": "Ngư dân đã về nước.", "total_spent": "0", "refund_status": "nothing_due"}
    side = {"on_side": "citizen_protection"}
    found = {"result": settled["result"]}
    return [
        (1, {"step": "settle_on_site", "by": consul, **side, "answers": found}),
        (2, {"step": "close", "by": head, **side, "answers": settled}),
    ]


def alert(index: int, ago: float, chance: Random) -> Script:
    province, number = drawn_vessel(chance)
    office = f"TS{province} fisheries_officer"
    back = chance.uniform(0.2, 1.5)
    steps = [
        (
            0.02,
            {
                "step": "open_alert",
                "answers": {"signal_lost_at": moment(ago + 0.25), "line_status": "unknown"},
            },
        ),
        (
            chance.uniform(0.04, 0.3),
            {
                "step": "call_owner",
                "answers": {
                    "called_at": "at",
                    "call_content": "Thiết bị mất nguồn, tàu vẫn trong ranh giới.",
                },
            },
        ),
        (
            back,
            {
                "step": "signal_restored",
                "answers": {"signal_back_at": "at", "loss_cause": "Mất nguồn điện"},
            },
        ),
    ]
    place = f"{chance.uniform(8.2, 9.6):.4f}, {chance.uniform(103.2, 104.3):.4f}"
    return {
        "key": f"alert-{index}",
        "type": "fisher_violation",
        "by": office,
        "at": moment(ago),
        "answers": {
            "report_kind": "signal_lost",
            "vessel_claimed": number,
            "noticed_at": moment(ago + 0.01),
            "position": place,
            "first_notice": "Hệ thống giám sát báo mất tín hiệu quá 6 giờ. (Minh họa.)",
        },
        "steps": until_now(ago, steps),
    }
