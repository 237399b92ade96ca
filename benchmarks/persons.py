"""How long it takes to find who a person may be among a million names, in any spelling."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.database import fold_text, reading, transaction
from app.permissions import SYSTEM_ACTOR
from app.registers.likeness import PersonFacts, compare
from app.registers.models import Person
from app.registers.name_sounds import KEY_VERSION
from app.registers.names import name_key
from app.registers.person_keys import key_rows
from app.registers.person_models import PersonKey
from app.registers.twins import MOST, Twin, facts_of, find_twins
from benchmarks.crew import alone
from benchmarks.databases import SEEDED_AT, app_on, scratch
from benchmarks.harness import Options, Row, measured, percentile, rounded

NAME = "person match"
TARGET = "p99 < 150 ms among 1,000,000 names"
LIMIT_MS = 150.0
CHUNK = 5_000
_FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
)
_SHARES = (38, 11, 10, 7, 5, 5, 4, 3, 3, 2, 2, 2)
_MIDDLES = (
    *("Thị", "Đức", "Minh", "Quang", "Hữu", "Ngọc", "Thanh", "Hoàng", "Xuân", "Công", "Đình"),
    *("Thị Thu", "Thị Ngọc", "Quốc", "Anh", "Bá", "Khắc", "Như"),
)
_GIVEN = (
    *("An", "Anh", "Bình", "Bảo", "Châu", "Chiến", "Cường", "Dũng", "Dung", "Duy", "Đạt", "Đức"),
    *("Giang", "Hà", "Hải", "Hạnh", "Hiền", "Hiếu", "Hòa", "Hoa", "Hùng", "Huy", "Hương", "Khánh"),
    *("Kiên", "Lan", "Linh", "Long", "Lợi", "Mai", "Mạnh", "Nam", "Nga", "Nghĩa", "Nhung", "Phong"),
    *("Phúc", "Phương", "Quân", "Quý", "Sơn", "Tâm", "Thảo", "Thắng", "Thành", "Thịnh", "Thủy"),
    *("Tiến", "Toàn", "Trang", "Trung", "Tú", "Tuấn", "Tùng", "Vân", "Việt", "Vinh", "Yến"),
)
_FOREIGN = (("v", "w"), ("ph", "f"), ("ng", "n"), ("qu", "kw"), ("d", "z"), ("th", "t"))


def measure(options: Options) -> Iterator[Row]:
    count = min(options.rows * 10, 1_000_000)
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            found = alone(_measured, url, folder, count, options.requests * 5)
            yield measured(
                f"{NAME}: {engine}, {count} names",
                rounded(percentile(found["delays"], 99) * 1000),
                "ms p99",
                peers={},
                target=TARGET,
                met=percentile(found["delays"], 99) * 1000 < LIMIT_MS,
                note=(
                    f"p50 {rounded(percentile(found['delays'], 50) * 1000)} ms,"
                    f" of processor time p99 {rounded(percentile(found['spent'], 99) * 1000)} ms;"
                    f" {found['hits']} of {len(found['delays'])} misspelt names found first"
                    f" among {found['keys']} keys; the same search by LIKE takes"
                    f" {rounded(found['scan'] * 1000)} ms and finds no misspelling"
                ),
            )


def _measured(url: str, folder: Path, count: int, requests: int) -> dict[str, Any]:
    chance = random.Random(20261122)  # noqa: S311  the same names at every run
    with app_on(url, folder, is_worker=True).app_context():
        _fill(count, chance)
        session = reading()
        delays, spent, hits = [], [], 0
        for _ in range(requests):
            wanted = session.get_one(Person, chance.randint(1, count))
            asked = _asked(wanted, chance)
            session.expunge_all()
            start, used = time.perf_counter(), time.process_time()
            twins = find_twins(session, SYSTEM_ACTOR, asked)
            delays.append(time.perf_counter() - start)
            spent.append(time.process_time() - used)
            hits += _is_found(wanted, asked, twins)
        keys = session.scalar(select(func.count()).select_from(PersonKey)) or 0
        return {
            "delays": delays,
            "spent": spent,
            "hits": hits,
            "keys": keys,
            "scan": _scan(session),
        }


def _is_found(wanted: Person, asked: PersonFacts, twins: list[Twin]) -> bool:
    """Whether the person is among those shown, or none of them is less alike than the person."""
    if wanted.id in {one.person.id for one in twins}:
        return True
    own = compare(asked, facts_of(wanted)).score
    return len(twins) == MOST and twins[-1].likeness.score >= own


def _asked(wanted: Person, chance: random.Random) -> PersonFacts:
    """The person as a foreign list has it: folded, turned round, spelt by ear, a year or none."""
    parts = fold_text(wanted.claimed_name).split()
    if chance.random() < 0.5:
        parts = [*parts[1:], parts[0]]
    ours, theirs = chance.choice(_FOREIGN)
    place = chance.randrange(len(parts))
    parts[place] = parts[place].replace(ours, theirs, 1)
    year = wanted.birth_year if chance.random() < 0.7 else None
    province = wanted.home_province_code if chance.random() < 0.5 else None
    return PersonFacts([" ".join(parts).upper()], birth_year=year, province_code=province)


def _scan(session: Session) -> float:
    start = time.perf_counter()
    asked = select(Person.id).where(Person.name_fold.contains("van dung")).limit(20)
    session.execute(asked.where(Person.birth_year == 1901)).all()
    return time.perf_counter() - start


# --- a million names --------------------------------------------------------------------------


def _fill(count: int, chance: random.Random) -> None:
    for first in range(1, count + 1, CHUNK):
        rows = [_row(one, chance) for one in range(first, min(first + CHUNK, count + 1))]
        keys = [key for row in rows for key in key_rows(_as_person(row))]
        with transaction() as session:
            session.execute(insert(Person), rows)
            session.execute(insert(PersonKey), keys)
    with transaction() as session:
        session.execute(text("ANALYZE"))


def _name(chance: random.Random) -> str:
    """Names as they are shared out in the country: four in ten are Nguyễn, one in three Văn."""
    family = chance.choices(_FAMILIES, _SHARES)[0]
    middle = "Văn" if chance.random() < 0.34 else chance.choice(_MIDDLES)
    return f"{family} {middle} {chance.choice(_GIVEN)}"


def _as_person(row: dict[str, Any]) -> Any:  # Any: what key_rows reads of a person
    return SimpleNamespace(**row, birth_date=None)


def _row(person_id: int, chance: random.Random) -> dict[str, Any]:
    name = _name(chance)
    return {
        "id": person_id,
        "claimed_name": name,
        "foreign_spellings": [],
        "verified_name": "",
        "name_fold": fold_text(name),
        "sort_name": name_key(name),
        "birth_year": chance.randint(1950, 2010),
        "sex": "male",
        "is_minor": False,
        "is_victim": False,
        "home_text": "",
        "home_province_code": f"{chance.randint(1, 96):02d}",
        "contact_text": "",
        "key_version": KEY_VERSION,
        "note": "",
        "is_illustration": True,
        "version": 1,
        "created_at": SEEDED_AT,
        "updated_at": SEEDED_AT,
    }
