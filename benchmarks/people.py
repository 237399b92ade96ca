"""A million invented persons, named as names are shared out in the country, written in bulk."""

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, text

from app.database import fold_text, transaction
from app.registers.models import Person
from app.registers.name_sounds import KEY_VERSION, spelling_key
from app.registers.names import name_key
from app.registers.person_keys import NO_YEAR, insert_sounds
from app.registers.person_models import PersonKey
from benchmarks.databases import SEEDED_AT

CHUNK = 10_000
FAMILIES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"),
    *("Dương", "Lý", "Đào", "Đoàn", "Trịnh", "Trương", "Đinh", "Lâm", "Mai", "Cao", "Hà", "Lưu"),
    *("Phùng", "Tạ", "Thạch", "Kim", "Sơn", "Danh", "Châu", "Vương", "Tô", "Quách", "Nông", "Vi"),
)
_FAMILY_SHARES = (
    *(384, 121, 95, 70, 51, 45, 39, 21, 20, 14, 13, 13),
    *(10, 9, 8, 8, 7, 12, 7, 6, 5, 6, 5, 4),
    *(4, 3, 3, 2, 2, 2, 3, 2, 3, 2, 2, 1),
)
MIDDLES = (
    *("Đức", "Minh", "Quang", "Hữu", "Ngọc", "Thanh", "Hoàng", "Xuân", "Công", "Đình", "Quốc"),
    *("Thị Thu", "Thị Ngọc", "Thị Kim", "Thị Thanh", "Thị Hồng", "Thị Mỹ", "Anh", "Bá", "Khắc"),
    *("Như", "Phú", "Tấn", "Trọng", "Duy", "Nhật", "Gia", "Bảo", "Thành", "Chí", "Huy", "Viết"),
    *("Thế", "Hoài", "Kim", "Mỹ", "Phương", "Tuấn", "Hải", "Đăng", "Trung", "Vĩnh", "Thái", "Lê"),
)
GIVEN = (
    *("Hùng", "Dũng", "Hương", "Hoa", "Lan", "Tuấn", "Anh", "Minh", "Hà", "Linh", "Hải", "Nam"),
    *(
        "Thảo",
        "Long",
        "Sơn",
        "Cường",
        "Thủy",
        "Trang",
        "Hạnh",
        "Bình",
        "Thanh",
        "Tâm",
        "Đức",
        "Mai",
    ),
    *(
        "Nga",
        "Phương",
        "Hiền",
        "Hòa",
        "Tùng",
        "Thắng",
        "Thành",
        "Huy",
        "Vinh",
        "Yến",
        "Dung",
        "Phúc",
    ),
    *("An", "Bảo", "Châu", "Chiến", "Duy", "Đạt", "Giang", "Hiếu", "Khánh", "Kiên", "Lợi", "Mạnh"),
    *("Nghĩa", "Nhung", "Phong", "Quân", "Quý", "Thịnh", "Tiến", "Toàn", "Trung", "Tú", "Vân"),
    *("Việt", "Nhân", "Lộc", "Tài", "Khoa", "Khang", "Trí", "Tín", "Hậu", "Đông", "Bắc", "Xuân"),
    *("Hạ", "Thu", "Đào", "Cúc", "Trúc", "Quỳnh", "Diễm", "Kiều", "Loan", "Oanh", "Thoa", "Thắm"),
    *("Nhàn", "Nhi", "Ngân", "My", "Ly", "Luận", "Lực", "Kỳ", "Hưng", "Hoàng", "Giàu", "Sang"),
    *("Điệp", "Đăng", "Danh", "Công", "Cẩm", "Bích", "Bé", "Ba", "Tư", "Năm", "Út", "Phượng"),
    *("Rạng", "Sinh", "Thạch", "Thoại", "Thuận", "Tường", "Vũ", "Vương", "Ý", "Sáu", "Bảy", "Ngọc"),
)
_FAMILY_SUMS = list(accumulate(_FAMILY_SHARES))
_MIDDLE_SUMS = list(accumulate(1 / (place + 2) for place in range(len(MIDDLES))))
_GIVEN_SUMS = list(accumulate(1 / (place + 6) for place in range(len(GIVEN))))


def fill(count: int, chance: random.Random) -> None:
    """All of them with their keys; the papers stay empty, they are not looked for here."""
    for first in range(1, count + 1, CHUNK):
        rows = [_row(one, chance) for one in range(first, min(first + CHUNK, count + 1))]
        with transaction() as session:
            session.execute(insert(Person), rows)
            session.execute(insert(PersonKey), [_key(row) for row in rows])
            insert_sounds(session, {row["claimed_name"] for row in rows})
    with transaction() as session:
        session.execute(text("ANALYZE"))


def names(chance: random.Random) -> Iterator[str]:
    """Four in ten are Nguyễn, a third Văn or Thị, one in eight has four syllables."""
    while True:
        family = chance.choices(FAMILIES, cum_weights=_FAMILY_SUMS)[0]
        draw = chance.random()
        middle = (
            *("Văn" for _ in range(draw < 0.2)),
            *("Thị" for _ in range(0.2 <= draw < 0.37)),
            *(chance.choices(MIDDLES, cum_weights=_MIDDLE_SUMS) if draw >= 0.37 else ()),
        )[0]
        given = chance.choices(GIVEN, cum_weights=_GIVEN_SUMS)[0]
        more = f" {chance.choice(GIVEN)}" if chance.random() < 0.08 else ""
        yield f"{family} {middle}{more} {given}"


_fold, _sort, _spelling = (lru_cache(300_000)(one) for one in (fold_text, name_key, spelling_key))


def _key(row: dict[str, Any]) -> dict[str, Any]:  # Any: columns
    return {
        "key": _spelling(row["claimed_name"]),
        "birth_year": row["birth_year"] or NO_YEAR,
        "person_id": row["id"],
        "province_code": row["home_province_code"],
    }


def _row(person_id: int, chance: random.Random) -> dict[str, Any]:  # Any: columns
    name = next(names(chance))
    return {
        "id": person_id,
        "claimed_name": name,
        "foreign_spellings": [],
        "verified_name": "",
        "name_fold": _fold(name),
        "sort_name": _sort(name),
        "birth_year": chance.randint(1950, 2010) if chance.random() < 0.9 else None,
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
