"""A year of damaged markers: what is open stands in the register as damaged, the rest is mended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.demonstration.life_rows import Life
from app.demonstration.people import Station
from app.demonstration.year import AT, ON, Turn, Turns, Year, day, live, volumes, written
from app.demonstration.year_places import Spot, Stretches
from app.permissions import Actor
from app.registers.models import Condition, Marker

_INTACT = 0.2
# What the register says while a case is open: the words of the case in the register's own.
_CONDITIONS = {
    "light_damage": Condition.MINOR_DAMAGE,
    "heavy_damage": Condition.MAJOR_DAMAGE,
    "leaning": Condition.LEANING,
    "at_risk": Condition.AT_RISK,
    "moved": Condition.DISPLACED,
    "lost": Condition.LOST,
}
_BOTH = {
    "vietnamese_representatives": "Đại diện đồn",
    "foreign_representatives": "Đại diện đơn vị đối diện",
    "minutes_signed_by": "both",
}
_NOTICE_DAYS = 12


def load_damage(year: Year) -> str:
    said = volumes()["damage"]
    stretches = Stretches(year.session)
    provinces = volumes()["border"]["provinces"]
    openings = year.openings(said["count"])
    for at in openings:
        station = year.chance.choice(stretches.stations_of(year.drawn(provinces)))
        _damage(year, at, station, stretches.spot(station, year.chance))
    year.lives.write()
    return f"{len(openings)} vụ mốc hư hỏng"


def _damage(year: Year, at: datetime, station: Station, spot: Spot) -> None:
    actor = year.staff.actor(station.code, "border_station")
    condition = year.drawn(volumes()["damage"]["conditions"])
    answers: dict[str, Any] = {
        "marker": spot.value,
        "condition": condition,
        "found_on": written(at - timedelta(hours=1)),
        "description": f"{year.phrase('damage', 'description')} (Minh họa.)",
    }
    life = year.lives.open(actor, "marker_damage", answers, at=at)
    live(year, life, _turns(year, life, actor, spot), of="damage")
    if life.head.is_open:
        held = Condition.UNDER_REPAIR if life.head.state == "works" else _CONDITIONS[condition]
        year.session.execute(update(Marker).where(Marker.id == spot.id).values(condition=held))


def _turns(year: Year, life: Life, actor: Actor, spot: Spot) -> Turns:
    chance, province = year.chance, spot.province_code
    if chance.random() < _INTACT:
        seen = {"checked_on": ON, "check_result": "Mốc nguyên trạng, chỉ bám bụi, rêu."}
        yield Turn(chance.uniform(4, 40), "confirm_intact", actor, seen)
        return
    told = {
        **_BOTH,
        "counterpart_informed_at": AT,
        "line": spot.neighbour.lower(),
        "cause": year.drawn(volumes()["damage"]["causes"]),
    }
    yield Turn(chance.uniform(3, 23), "confirm_jointly", actor, told)
    officer = year.staff.actor(f"NV{province}", "foreign_affairs_officer")
    plan = {
        "side_in_charge": chance.choice(("vietnam", "vietnam", "neighbour")),
        "cost_total": {"amount": str(chance.randint(20, 900) * 1_000_000), "currency": "VND"},
        "funding_source": "Ngân sách tỉnh",
        "line": spot.neighbour.lower(),
    }
    planned = chance.uniform(200, 900)
    yield Turn(planned, "agree_plan", officer, plan)
    waited = chance.uniform(400, 900)
    begins = life.columns["updated_at"] + timedelta(hours=waited)
    start = {
        "counterpart_notice_on": day(begins, -_NOTICE_DAYS),
        "works_start_on": day(begins),
        "counterpart_on_site": "Đại diện phía bạn",
    }
    yield Turn(waited, "start_works", officer, start)
    measured = {
        "works_done_on": ON,
        "measured_position": _position(spot),
        "coordinate_system": "wgs84",
        "elevation_m": chance.randint(5, 1500),
        "measured_on": ON,
    }
    yield Turn(chance.uniform(150, 700), "survey_again", officer, measured)
    command = year.staff.actor(f"BP{province}", "border_command")
    leader = year.staff.actor(f"NV{province}", "foreign_affairs_leader")
    yield Turn(chance.uniform(50, 300), "sign_acceptance", command, _BOTH)
    yield Turn(chance.uniform(5, 90), "sign_acceptance", leader, {})


def _position(spot: Spot) -> dict[str, Any]:  # Any: JSON
    original = f"{spot.lat:.6f}, {spot.lon:.6f}"
    return {"lat": spot.lat, "lon": spot.lon, "original": original, "crs": "EPSG:4326"}
