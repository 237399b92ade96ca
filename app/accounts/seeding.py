"""The reference of accounts, loaded from dated data files: units, roles, the calendar."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import CalendarDay, Role, Unit, UnitKind
from app.database import fold_text

DATA = Path(__file__).parent / "data"
Row = Mapping[str, str]
UnitKey = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows each part of the reference added."""

    units: int
    roles: int
    calendar_days: int


def seed_reference(session: Session, now: datetime, *, folder: Path = DATA) -> Seeded:
    """Load what is missing; what is there keeps its changes. Twice adds nothing."""
    del now  # the files carry their own dates
    return Seeded(
        units=seed_units(session, folder),
        roles=seed_roles(session, folder),
        calendar_days=seed_calendar(session, folder),
    )


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# --- units ----------------------------------------------------------------------------------


def seed_units(session: Session, folder: Path) -> int:
    """Provinces, communes, missions and institutions, each once by kind, code and first day."""
    rows = [
        *map(_province, read_rows(folder / "provinces.csv")),
        *map(_commune, read_rows(folder / "communes.csv")),
        *map(_mission, read_rows(folder / "missions.csv")),
        *map(_institution, read_rows(folder / "institutions.csv")),
    ]
    known = _known_units(session)
    fresh = [row for row in rows if _key(row) not in known]
    if fresh:
        session.execute(insert(Unit), [_columns(row) for row in fresh])
        session.flush()
        _link(session, fresh)
    return len(fresh)


def _known_units(session: Session) -> dict[UnitKey, int]:
    found = session.execute(select(Unit.kind, Unit.code, Unit.valid_from, Unit.id))
    return {(kind, code, start): unit_id for kind, code, start, unit_id in found}


def _key(row: Mapping[str, Any]) -> UnitKey:  # Any: column values
    return (str(row["kind"]), row["code"], row["valid_from"])


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:  # Any: column values
    return {name: value for name, value in row.items() if name not in {"heir", "above"}}


def _link(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:  # Any: column values
    """Successors and parents, once every unit has its key."""
    known = _known_units(session)
    newest = {(kind, code): unit_id for (kind, code, _start), unit_id in sorted(known.items())}
    for row in rows:
        heir = _heir(row, known) if row["heir"] else None
        above = newest.get(row["above"]) if row["above"] else None
        if heir is not None or above is not None:
            unit = session.get_one(Unit, known[_key(row)])
            unit.successor_id, unit.parent_id = heir, above
    session.flush()


def _heir(row: Mapping[str, Any], known: Mapping[UnitKey, int]) -> int | None:  # Any: columns
    """The bearer of the successor's code from the day after the last."""
    start = row["valid_to"] + timedelta(days=1)
    return known.get((str(row["kind"]), row["heir"], start))


def _unit(row: Row, kind: str, **values: Any) -> dict[str, Any]:  # Any: column values
    name = row["name"]
    return {
        "kind": str(kind),
        "code": row["code"],
        "name": name,
        "short_name": row.get("short_name") or name,
        "name_en": row.get("name_en", ""),
        "name_fold": fold_text(f"{name} {row.get('short_name', '')}"),
        "province_code": None,
        "country_code": None,
        "covered_country_codes": [],
        "time_zone": row.get("time_zone") or "Asia/Ho_Chi_Minh",
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
        "basis": row.get("basis") or row.get("source", ""),
        "status": row.get("status", ""),
        "heir": row.get("successor_code", ""),
        "above": None,
    } | values


def _province(row: Row) -> dict[str, Any]:  # Any: column values
    return _unit(row, UnitKind.PROVINCE, province_code=row["code"])


def _commune(row: Row) -> dict[str, Any]:  # Any: column values
    province = row["province_code"]
    return _unit(
        row, UnitKind.COMMUNE, province_code=province, above=(UnitKind.PROVINCE.value, province)
    )


def _mission(row: Row) -> dict[str, Any]:  # Any: column values
    covered = row.get("covered_country_codes", "").split()
    return _unit(
        row,
        UnitKind.MISSION,
        country_code=row["country_code"],
        covered_country_codes=covered,
        above=(UnitKind.MINISTRY.value, "BNG"),
    )


def _institution(row: Row) -> dict[str, Any]:  # Any: column values
    above = (UnitKind.MINISTRY.value, row["parent"]) if row["parent"] else None
    return _unit(row, row["kind"], province_code=row["province_code"] or None, above=above)


# --- roles and the calendar -----------------------------------------------------------------


def seed_roles(session: Session, folder: Path) -> int:
    described = yaml.safe_load((folder / "roles.yaml").read_text(encoding="utf-8"))["roles"]
    known = set(session.scalars(select(Role.code)))
    fresh = [_role(code, facts) for code, facts in described.items() if code not in known]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _role(code: str, facts: Mapping[str, Any]) -> Role:  # Any: YAML
    return Role(
        code=code,
        name_vi=facts["name"]["vi"],
        name_en=facts["name"]["en"],
        level=facts["level"],
        permissions=sorted(_flat(facts["permissions"])),
        is_leader=facts.get("leader", False),
        lands_on=facts.get("lands_on", "queue"),
    )


def _flat(listed: Iterable[Any]) -> Iterable[str]:  # Any: names, or a shared list of names
    for item in listed:
        if isinstance(item, str):
            yield item
        else:
            yield from item


def seed_calendar(session: Session, folder: Path) -> int:
    known = set(session.execute(select(CalendarDay.calendar, CalendarDay.day)))
    fresh = [
        CalendarDay(**{**row, "day": date.fromisoformat(row["day"])})
        for row in read_rows(folder / "calendar_vn.csv")
        if (row["calendar"], date.fromisoformat(row["day"])) not in known
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)
