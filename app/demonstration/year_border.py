"""A year of border incidents: the shares of provinces and kinds, and four ways to end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.demonstration.chunks import Chunk
from app.demonstration.life_rows import Life
from app.demonstration.people import Station
from app.demonstration.year import AT, ON, Turn, Turns, Year, live, volumes, written
from app.demonstration.year_places import Spot, Stretches, scattered
from app.demonstration.year_registers import write_persons
from app.geo.geotag import Tag
from app.permissions import Actor

_LAW = {
    "illegal_crossing",
    "smuggling",
    "organised_crossing",
    "drugs",
    "person_exchange",
    "human_trafficking",
    "gambling",
}
_CRIMES = {"drugs", "organised_crossing", "human_trafficking"}
_TALKS = {
    "encroachment",
    "resident_conflict",
    "works_near_line",
    "illegal_residence",
    "marker_harm",
}
_FALSE_SHARE, _CRIME_SHARE, _HELD_SHARE = 0.03, 0.5, 0.25
_SOURCES = ("patrol", "residents", "camera", "counterpart", "authority")


def load_border(year: Year) -> str:
    return f"{_incidents(year, year.openings(volumes()['border']['count']))} vụ việc biên giới"


def live_border(chunk: Chunk) -> str:
    _incidents(chunk.year, chunk.moments)
    return "vụ việc biên giới"


def _incidents(year: Year, moments: Sequence[datetime]) -> int:
    said = volumes()["border"]
    stretches = Stretches(year.session)
    drawn = []
    for at in moments:
        station = year.chance.choice(stretches.stations_of(year.drawn(said["provinces"])))
        drawn.append((at, station, stretches.spot(station, year.chance)))
    places = scattered(year.session, year.pack, [spot for _, _, spot in drawn], year.chance)
    for (at, station, spot), (lat, lon, tag) in zip(drawn, places, strict=True):
        _incident(year, at, station, spot, (lat, lon, tag))
    year.lives.write()
    return len(drawn)


def _incident(
    year: Year, at: datetime, station: Station, spot: Spot, place: tuple[float, float, Tag]
) -> None:
    kind = year.drawn(volumes()["border"]["kinds"])
    actor = year.staff.actor(station.code, "border_station")
    lat, lon, tag = place
    offset = max(10, round((tag.marker_distance_m or 100) / 10) * 10)
    near = spot.name.split(" ", 1)[1]
    answers: dict[str, Any] = {
        "incident_kind": kind,
        "occurred_at": written(at),
        "nearest_marker": spot.value,
        "marker_offset_m": offset,
        "position": {
            "lat": lat,
            "lon": lon,
            "original": f"{lat:.6f}, {lon:.6f}",
            "crs": "EPSG:4326",
        },
        "place_text": f"cách mốc {near} khoảng {offset} m",
        "persons_count": _persons(year, kind),
        "description": f"{year.phrase('border', 'description', kind)} (Minh họa.)",
    }
    life = year.lives.open(actor, "border_incident", answers, at=at, tag=tag)
    command = year.staff.actor(f"BP{station.province_code}", "border_command")
    live(year, life, _turns(year, life, actor, command, kind), of="border")


def _persons(year: Year, kind: str) -> int:
    if kind == "person_exchange":
        return year.chance.randint(*volumes()["border"]["handed_over_persons"])
    if kind in _LAW:
        return year.chance.randint(1, 6)
    return year.chance.randint(0, 5)


def _turns(year: Year, life: Life, actor: Actor, command: Actor, kind: str) -> Turns:
    if year.chance.random() < _FALSE_SHARE:
        yield Turn(1.2, "reject_report", actor, {}, "Kiểm tra thực tế, không có sự việc.")
        yield Turn(3, "reject_report", command, {})
        return
    side = "both" if kind in _TALKS else "ours"
    source = year.chance.choice(_SOURCES)
    hours = year.chance.uniform(0.2, 1.8)
    yield Turn(hours, "dispatch", actor, {"information_source": source, "territory_side": side})
    if kind in _LAW:
        yield from _law(year, life, actor, command, kind)
    elif kind in _TALKS:
        yield from _talks(year, actor)
    else:
        result = year.phrase("border", "handling_result")
        yield Turn(
            year.chance.uniform(2, 20), "settle_on_scene", actor, {"handling_result": result}
        )


def _law(year: Year, life: Life, actor: Actor, command: Actor, kind: str) -> Turns:
    count = int(life.data["persons_count"])
    origin = "handed_over_count" if kind == "person_exchange" else "own_arrest_count"
    named = write_persons(year, actor, min(count, 2), at=life.head.opened_at)
    counts = {"suspects": named, "persons_count": count, origin: count}
    yield Turn(year.chance.uniform(3, 22), "handle_domestic", actor, counts)
    if kind in _CRIMES and year.chance.random() < _CRIME_SHARE:
        sent = {
            "decision_number": f"{year.chance.randint(10, 400)}/QĐ",
            "decision_on": ON,
            "investigating_body": f"Công an tỉnh ({actor.unit_name})",
        }
        yield Turn(year.chance.uniform(60, 200), "send_to_investigators", actor, sent)
        yield Turn(year.chance.uniform(4, 60), "send_to_investigators", command, {})
        return
    fined = kind in {"illegal_crossing", "smuggling"}
    answers: dict[str, Any] = {
        "legal_form": "fine" if fined else "transfer",
        "handling_result": year.phrase("border", "handling_result"),
        "persons_settled_count": count,
    }
    if fined:
        amount = str(count * year.chance.choice((3, 4, 5, 7)) * 1_000_000)
        answers |= {
            "decision_number": f"{year.chance.randint(10, 900)}/QĐ-XPVPHC",
            "fine_total": {"amount": amount, "currency": "VND"},
        }
    yield Turn(year.chance.lognormvariate(4.6, 0.8), "close_legal", actor, answers)


def _talks(year: Year, actor: Actor) -> Turns:
    told = year.chance.uniform(2, 20)
    informed = {
        "counterpart_channel": year.chance.choice(("letter", "hotline", "meeting")),
        "counterpart_recipient": "Chỉ huy đơn vị đối diện",
        "counterpart_informed_at": AT,
    }
    yield Turn(told, "inform_counterpart", actor, informed)
    both = {
        "vietnamese_representatives": "Đại diện đồn",
        "foreign_representatives": "Đại diện đơn vị đối diện",
    }
    yield Turn(year.chance.uniform(30, 200), "verify_jointly", actor, both)
    result = year.phrase("border", "verification_result")
    answers = {"verification_result": result, "talks_on": ON}
    yield Turn(year.chance.uniform(300, 1500), "hold_station_talks", actor, answers)
    yield Turn(
        year.chance.uniform(20, 300),
        "agree_at_station",
        actor,
        {**both, "minutes_signed_by": "both"},
    )
