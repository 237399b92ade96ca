"""Invented people of the year's cases, written in bulk; every one is marked as an illustration."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app.demonstration.ids import take_ids
from app.demonstration.names import invented_name, misspelt
from app.demonstration.script_values import HOME_PROVINCES
from app.demonstration.year import Year
from app.permissions import Actor
from app.registers.models import Person
from app.registers.names import fold_names, name_key

_MALE = 0.68
_ADULT, _OLDEST, _YOUNGEST = 18, 58, 15


def write_persons(
    year: Year,
    actor: Actor,
    count: int,
    *,
    at: datetime,
    country: str | None = None,
    province: str = "",
) -> list[dict[str, Any]]:  # Any: id and label
    """New persons of the register, as the facts of a case name them."""
    if not count:
        return []
    rows = [_row(year, actor, at, country, province) for _ in range(count)]
    for person_id, row in zip(take_ids(year.session, Person, count), rows, strict=True):
        row["id"] = person_id
    year.session.execute(insert(Person), rows)
    return [{"id": row["id"], "label": row["claimed_name"]} for row in rows]


def _row(
    year: Year, actor: Actor, at: datetime, country: str | None, province: str
) -> dict[str, Any]:  # Any: column values
    is_male = year.chance.random() < _MALE
    name = invented_name(year.chance, is_male=is_male)
    spellings = _misspelt(year, name)
    age = year.chance.randint(_YOUNGEST, _OLDEST)
    home = province or year.chance.choice(HOME_PROVINCES)
    return {
        "claimed_name": name,
        "foreign_spellings": spellings,
        "verified_name": "",
        "name_fold": fold_names(name, *spellings),
        "sort_name": name_key(name),
        "birth_year": at.year - age,
        "sex": "male" if is_male else "female",
        "is_minor": age < _ADULT,
        "home_text": "",
        "claimed_province_code": home,
        "home_province_code": home,
        "contact_text": "",
        "country_code": country,
        "unit_id": actor.unit_id,
        "note": "",
        "is_illustration": True,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def _misspelt(year: Year, name: str) -> list[str]:
    """How a foreign list has the name, where it has it wrongly; in a published year alone."""
    if year.published is None or year.chance.random() >= year.published["names.misspelt_share"]:
        return []
    return [misspelt(name, year.chance)]
