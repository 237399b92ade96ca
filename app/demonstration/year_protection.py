"""A year of citizen protection: countries and kinds by their shares, from the notice to the end."""

from datetime import datetime
from typing import Any

from app.demonstration.chunks import Chunk
from app.demonstration.life_rows import Life
from app.demonstration.script_values import HOME_PROVINCES
from app.demonstration.year import ON, Turn, Turns, Year, live, volumes
from app.demonstration.year_registers import write_persons
from app.permissions import Actor

_MISSIONS = {"TW": "TW-TAIP"}
_OPENED_BY_MISSION, _OPENED_BY_DEPARTMENT = 0.6, 0.85
_OUT_OF_SCOPE, _RETURNS, _WATCHED = 0.05, 0.5, 0.06
_DETAINED = {"detained", "death_sentence"}
_DANGEROUS = {"forced_scam": "high", "trafficking": "high", "missing": "medium", "death": "medium"}
_MANY = (11, 60)
_NAMED_AT_MOST = 12


def load_protection(year: Year) -> str:
    said = volumes()["protection"]
    openings = year.openings(said["count"])
    for at in openings:
        _protection(year, at, year.drawn(said["countries"]))
    year.lives.write()
    return f"{len(openings)} vụ bảo hộ công dân"


def live_protection(chunk: Chunk) -> str:
    """The files of a published year; most hold one person."""
    for at in chunk.moments:
        _protection(chunk.year, at, chunk.year.drawn(volumes()["protection"]["countries"]))
    chunk.year.lives.write()
    return "vụ bảo hộ công dân"


def _protection(year: Year, at: datetime, country: str) -> None:
    said = volumes()["protection"]
    kind = year.drawn(said["kinds"].get(country, said["kinds"]["*"]))
    home = year.chance.choice(HOME_PROVINCES)
    count = _persons(year, kind)
    named = count if year.published else min(count, _NAMED_AT_MOST)
    opener = _opener(year, country, home)
    persons = write_persons(year, opener, named, at=at, country=country, province=home)
    answers: dict[str, Any] = {
        "protection_kind": kind,
        "danger_level": _DANGEROUS.get(kind, "normal"),
        "country": country,
        "city": year.chance.choice(said["cities"][country]),
        "persons_claimed": count,
        "persons": persons,
        "first_notice": f"{year.phrase('protection', 'first_notice', kind)} (Minh họa.)",
    }
    life = year.lives.open(opener, "citizen_protection", answers, at=at)
    live(year, life, _turns(year, life, opener, home), of="protection")


def _persons(year: Year, kind: str) -> int:
    """How many one file is about; a published year says how few hold more than one."""
    chance, published = year.chance, year.published
    if published is None:
        many = kind == "deportation" or chance.random() < volumes()["protection"]["many_share"]
        return chance.randint(*_MANY) if many else 1
    if chance.random() < published["protection.many_share"]:
        return published.between("protection.many_persons", chance)
    return int(published.drawn("protection.persons_of_few", chance))


def _consul(year: Year, country: str) -> Actor:
    return year.staff.actor(_MISSIONS.get(country, country), "mission_consul")


def _opener(year: Year, country: str, home: str) -> Actor:
    drawn = year.chance.random()
    if drawn < _OPENED_BY_MISSION:
        return _consul(year, country)
    if drawn < _OPENED_BY_DEPARTMENT:
        return year.staff.actor("CLS", "consular_officer", year.chance.randint(1, 3))
    return year.staff.actor(f"NV{home}", "foreign_affairs_officer")


def _turns(year: Year, life: Life, opener: Actor, home: str) -> Turns:
    country, kind = str(life.data["country"]), str(life.data["protection_kind"])
    consul, chance = _consul(year, country), year.chance
    if "foreign_affairs_officer" not in opener.roles and chance.random() < _OUT_OF_SCOPE:
        told = {"guidance_given": "Đã hướng dẫn thủ tục và nơi liên hệ."}
        yield Turn(chance.uniform(0.3, 6), "reject_scope", opener, told, "Chỉ hỏi thủ tục.")
        return
    triage = {"has_minors": kind == "minor", "home_province": home}
    hours = (
        chance.uniform(0.2, 0.9) if life.data["danger_level"] == "high" else chance.uniform(0.5, 7)
    )
    officer = year.staff.actor("CLS", "consular_officer", chance.randint(1, 3))
    if opener.user_id == consul.user_id:
        yield Turn(hours, "triage", consul, triage)
        took = {"responsible_officer": consul.name}
        yield Turn(chance.uniform(0.5, 6), "take_directly", consul, took)
    else:
        yield Turn(hours, "triage", officer, triage)
        mission = {"id": consul.unit_id, "label": consul.unit_name}
        yield Turn(chance.uniform(0.5, 7), "task_mission", officer, {"mission": mission})
        took = {"responsible_officer": consul.name}
        yield Turn(chance.uniform(1, 30), "mission_accepts", consul, took)
    yield from _at_the_mission(year, life, consul, home, kind)


def _at_the_mission(year: Year, life: Life, consul: Actor, home: str, kind: str) -> Turns:
    chance = year.chance
    known = {
        "nationality_ground": chance.choice(
            ("passport", "database", "province_check", "interview")
        ),
        "persons_verified": life.data["persons_claimed"],
    }
    yield Turn(chance.lognormvariate(3.6, 0.8), "confirm_identity", consul, known)
    if kind in _DETAINED or chance.random() < 0.3:  # noqa: PLR2004  a share
        report = {
            "visited_on": ON,
            "visit_report": year.phrase("protection", "visit_report"),
            "family_consent": chance.choice(("granted", "granted", "refused")),
        }
        yield Turn(chance.uniform(30, 260), "record_first_visit", consul, report)
    else:
        consent = {"family_consent": "granted" if kind != "death" else "not_applicable"}
        reason = "Không bị giam giữ; hỗ trợ qua điện thoại."
        yield Turn(chance.uniform(3, 120), "assist_without_visit", consul, consent, reason)
    for _ in range(chance.randint(0, 3)):
        done = {"activity": year.phrase("protection", "activity")}
        yield Turn(chance.uniform(60, 320), "record_activity", consul, done)
    if chance.random() < _WATCHED:
        answers = {"next_check_on": ON}
        yield Turn(chance.uniform(20, 200), "watch_long_term", consul, answers)
        news = {"activity": "Sở tại thông báo đã thi hành xong; đương sự đề nghị về nước."}
        yield Turn(chance.uniform(150, 900), "new_development", consul, news)
    yield from _ending(year, life, consul, home, kind)


def _ending(year: Year, life: Life, consul: Actor, home: str, kind: str) -> Turns:
    chance = year.chance
    result = {"result": year.phrase("protection", "result")}
    settled: dict[str, Any] = {
        **result,
        "total_spent": {
            "amount": str(chance.choice((0, 0, 0, 12, 25)) * 1_000_000),
            "currency": "VND",
        },
        "refund_status": "nothing_due",
    }
    if kind not in {"deportation", "forced_scam", "death"} and chance.random() > _RETURNS:
        yield Turn(chance.uniform(20, 300), "settle_on_site", consul, result)
        head = year.staff.actor(consul.unit_code, "mission_head")
        yield Turn(chance.uniform(20, 300), "close", head, settled)
        return
    count = life.data["persons_claimed"]
    paper = "remains_permit" if kind == "death" else "laissez_passer"
    way = {
        "funding_source": chance.choice(("family", "family", "self", "employer", "host_state")),
        "travel_paper": "group_list" if kind == "deportation" else paper,
    }
    yield Turn(chance.uniform(40, 400), "arrange_return", consul, way)
    officer = year.staff.actor(f"NV{home}", "foreign_affairs_officer")
    received = {
        "reception_place": chance.choice(
            ("Sân bay Nội Bài", "Sân bay Tân Sơn Nhất", "Cửa khẩu Mộc Bài")
        ),
        "received_at": "{at}",
        "foreign_list_count": count,
        "received_count": count,
    }
    yield Turn(chance.uniform(30, 240), "receive_home", officer, received)
    taken = {"receiving_person": "Gia đình", "handed_on_count": count}
    yield Turn(chance.uniform(3, 60), "receive_locally", officer, taken)
    leader = year.staff.actor("CLS", "consular_leader", chance.randint(1, 2))
    yield Turn(chance.uniform(60, 500), "close", leader, settled)
