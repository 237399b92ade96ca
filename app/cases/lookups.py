"""From what a person types to the register entry that is meant, or the sentence that helps on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.accounts.queries import province_names, search_units, units_in_force
from app.cases import queries
from app.cases.values import ValueProblemError
from app.database import fold_text, normalise_text
from app.geo.labels import LabelError, format_label, parse_label
from app.permissions import Actor, Permission
from app.registers import entry_queries
from app.registers.models import Marker
from app.registers.queries import MarkerFilter, list_markers
from app.registers.queries import visible_to as visible_markers
from app.registers.vessel_numbers import read_vessel_number

MOST = 8
ADMINISTRATIVE = frozenset({UnitKind.PROVINCE, UnitKind.COMMUNE})
OFFICES = tuple(kind for kind in UnitKind if kind not in ADMINISTRATIVE)
_CODED = re.compile(r".*\(([A-Z0-9-]+)\)")
Value = dict[str, Any]  # Any: JSON, an entry's id and label among it


class LookupProblemError(ValueProblemError):
    """The text names nothing, or more than one thing; the message lists what it may be."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry to offer: what goes into the field, and what tells it from its neighbours."""

    value: str
    note: str = ""


# --- markers --------------------------------------------------------------------------------


def marker_name(marker: Marker) -> str:
    return f"{marker.neighbour} {marker.label}"


def marker_value(marker: Marker) -> Value:
    return {"id": marker.id, "label": marker_name(marker)}


def find_marker(session: Session, actor: Actor, typed: str) -> Value:
    """The marker of that number; one's own province decides where a number is on three lines."""
    try:
        label = parse_label(typed)
    except LabelError as error:
        raise LookupProblemError(error.remark.in_locale(actor.locale)) from error
    on_line = [Marker.neighbour == label.line] if label.line else []
    found = session.scalars(
        select(Marker)
        .where(visible_markers(actor), Marker.label == format_label(label), *on_line)
        .order_by(Marker.sort_key)
        .limit(MOST)
    ).all()
    if len(found) > 1:
        home = own_provinces(session, actor)
        found = [marker for marker in found if marker.province_code in home] or found
    if len(found) == 1:
        return marker_value(found[0])
    if found:
        names = ", ".join(marker_name(marker) for marker in found)
        raise LookupProblemError(
            _(
                "Mốc %(typed)s có trên nhiều tuyến: %(names)s. Hãy ghi rõ tuyến.",
                typed=typed,
                names=names,
            )
        )
    raise LookupProblemError(_no_marker(session, actor, typed))


def _no_marker(session: Session, actor: Actor, typed: str) -> str:
    near = list_markers(session, actor, MarkerFilter(text=typed), limit=6).rows
    said: str = _("Không có mốc %(typed)s trong địa bàn của bạn.", typed=typed)
    if not near:
        return said
    names = ", ".join(marker_name(marker) for marker in near)
    return f"{said} {_('Có: %(names)s.', names=names)}"


def own_provinces(session: Session, actor: Actor) -> frozenset[str]:
    """The provinces of the actor's area, or the one where the actor's unit lies."""
    if actor.area.province_codes:
        return actor.area.province_codes
    home = session.scalar(select(Unit.province_code).where(Unit.id == actor.unit_id))
    return frozenset({home} if home else ())


# --- units ----------------------------------------------------------------------------------


def find_unit(session: Session, typed: str, *, on: date) -> Value:
    """The unit in force of that name or code."""
    said = normalise_text(typed)
    coded = _CODED.fullmatch(said)
    found = search_units(session, coded[1] if coded else said, on=on, kinds=OFFICES, limit=MOST)
    unit = _the_one(found, said)
    if unit is None:
        raise LookupProblemError(_which(said, [f"{one.name} ({one.code})" for one in found]))
    return {"id": unit.id, "label": unit.name}


def find_commune(
    session: Session, typed: str, *, on: date, provinces: frozenset[str] = frozenset()
) -> str:
    """The code of the commune in force; "Đàm Thủy, Cao Bằng" says the province too."""
    name, _, province = (part.strip() for part in normalise_text(typed).partition(","))
    found = search_units(session, name, on=on, kinds=(UnitKind.COMMUNE,), limit=40)
    names = province_names(session)
    if province:
        wanted = fold_text(province)
        found = [
            one for one in found if wanted in fold_text(names.get(one.province_code or "", ""))
        ]
    unit = _the_one(found, name) or _the_one(
        [one for one in found if one.province_code in provinces], name
    )
    if unit is None:
        listed = [f"{one.name}, {names.get(one.province_code or '', '')}" for one in found[:MOST]]
        raise LookupProblemError(_which(typed, listed))
    return unit.code


def commune_name(session: Session, code: str, *, on: date) -> str:
    """The commune with its province, as `find_commune` reads it."""
    found = session.scalars(
        select(Unit)
        .where(Unit.kind == UnitKind.COMMUNE, Unit.code == code, Unit.valid_from <= on)
        .order_by(Unit.valid_from.desc())
    ).first()
    if found is None:
        return code
    return f"{found.name}, {province_names(session).get(found.province_code or '', '')}"


def _the_one(found: Sequence[Unit], typed: str) -> Unit | None:
    """The only hit, or the only one that bears exactly this name or code."""
    coded = _CODED.fullmatch(typed)
    wanted = fold_text(typed)
    exact = [
        unit
        for unit in found
        if wanted in {fold_text(unit.name), fold_text(unit.short_name), fold_text(unit.code)}
        or (coded and coded[1] == unit.code)
    ]
    if len(exact) == 1:
        return exact[0]
    return found[0] if len(found) == 1 and not exact else None


def _which(typed: str, names: Sequence[str]) -> str:
    if not names:
        none: str = _(
            "Không tìm thấy “%(typed)s”. Hãy gõ vài chữ của tên rồi chọn trong danh sách.",
            typed=typed,
        )
        return none
    said: str = _(
        "“%(typed)s” có thể là: %(names)s. Hãy chọn một.", typed=typed, names="; ".join(names)
    )
    return said


# --- vessels and persons --------------------------------------------------------------------


def read_vessel(typed: str) -> Value:
    """A vessel by its number, kept as it was named; its entry is found when the case is saved."""
    number = read_vessel_number(typed)
    return {"label": number.canonical or number.raw}


def find_vessel_id(session: Session, actor: Actor, typed: str) -> int:
    """The entry of the vessel register that bears this number."""
    wanted = entry_queries.EntryFilter(text=typed)
    found = entry_queries.list_vessels(session, actor, wanted, limit=MOST).rows
    if len(found) == 1:
        return found[0].id
    raise LookupProblemError(_which(typed, [one.canonical or one.raw_number for one in found]))


def read_person(typed: str, provinces: Mapping[str, str]) -> Value:
    """The name, then the year of birth and the home: Nguyễn Văn A, 1990, Khánh Hòa."""
    name, *rest = (part.strip() for part in normalise_text(typed).split(","))
    if not any(mark.isalpha() for mark in name):
        raise LookupProblemError(
            _("“%(typed)s” chưa có họ tên. Viết như: Nguyễn Văn A, 1990, Khánh Hòa.", typed=typed)
        )
    person: Value = {"label": name}
    homes = []
    for part in filter(None, rest):
        if re.fullmatch(r"(19|20)\d\d", part):
            person["birth_year"] = int(part)
        else:
            homes.append(part)
    if homes:
        person["home_text"] = ", ".join(homes)
        code = _province_code(homes[-1], provinces)
        if code:
            person["claimed_province_code"] = code
    return person


def _province_code(typed: str, provinces: Mapping[str, str]) -> str:
    wanted = re.sub(r"^(tinh|thanh pho|tp\.?)\s+", "", fold_text(typed))
    for code, name in provinces.items():
        if re.sub(r"^(tinh|thanh pho)\s+", "", fold_text(name)) == wanted:
            return code
    return ""


def written_entry(item: Mapping[str, Any]) -> str:  # Any: JSON
    """A person, vessel, marker or unit as a line that reads back to the same entry."""
    parts = [item.get("label", ""), item.get("birth_year", ""), item.get("home_text", "")]
    return ", ".join(str(part) for part in parts if part)


# --- suggestions ----------------------------------------------------------------------------


def suggestions(
    session: Session, actor: Actor, kind: str, typed: str, *, on: date
) -> Sequence[Suggestion]:
    """A few entries for the text typed so far, under the actor's rights."""
    offer = _OFFERS.get(kind)
    if offer is None or len(typed.strip()) < _FEWEST.get(kind, 2):
        return []
    return offer(session, actor, typed.strip()[:100], on)


def _markers(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    del on
    found = _begun(session, actor, typed)
    found = found or list_markers(session, actor, MarkerFilter(text=typed), limit=MOST).rows
    return [Suggestion(marker_name(one), one.place_text[:80]) for one in found]


def _begun(session: Session, actor: Actor, typed: str) -> Sequence[Marker]:
    """Markers whose number begins as typed: "KH 16" leads to 16, 160, 160/4, 161."""
    said = re.fullmatch(r"(?:(CN|LA|KH)\s*)?(\d.*)", typed.upper())
    if said is None:
        return []
    on_line = [Marker.neighbour == said[1]] if said[1] else []
    begins = Marker.label.startswith(said[2].replace(" ", ""), autoescape=True)
    return session.scalars(
        select(Marker)
        .where(visible_markers(actor), begins, *on_line)
        .order_by(Marker.sort_key)
        .limit(MOST)
    ).all()


def _units(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    del actor
    found = search_units(session, typed, on=on, kinds=OFFICES, limit=MOST)
    return [Suggestion(one.name, one.code) for one in found]


def _communes(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    home, names = own_provinces(session, actor), province_names(session)
    found = search_units(session, typed, on=on, kinds=(UnitKind.COMMUNE,), limit=40)
    near_first = sorted(found, key=lambda one: one.province_code not in home)
    return [
        Suggestion(f"{one.name}, {names.get(one.province_code or '', '')}")
        for one in near_first[:MOST]
    ]


def _vessels(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    del on
    if not actor.may(Permission.REGISTER_VIEW):
        return []
    wanted = entry_queries.EntryFilter(text=typed)
    found = entry_queries.list_vessels(session, actor, wanted, limit=MOST).rows
    return [Suggestion(one.canonical or one.raw_number) for one in found]


def _persons(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    del on
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        return []
    wanted = entry_queries.EntryFilter(text=typed)
    found = entry_queries.list_persons(session, actor, wanted, limit=MOST).rows
    return [Suggestion(one.name, str(one.birth_year or "")) for one in found]


def _cases(session: Session, actor: Actor, typed: str, on: date) -> list[Suggestion]:
    del on
    found = queries.search(session, actor, typed)[:MOST]
    return [Suggestion(one.reference, one.title) for one in found]


_Offer = Callable[[Session, Actor, str, date], list[Suggestion]]
_OFFERS: Mapping[str, _Offer] = {
    "don-vi": _units,
    "ho-so": _cases,
    "moc": _markers,
    "nguoi": _persons,
    "tau": _vessels,
    "xa": _communes,
}
_FEWEST = {"moc": 1}


def provinces_today(session: Session, on: date) -> dict[str, str]:
    """The provinces in force by code, by name."""
    found = units_in_force(session, on, kinds=(UnitKind.PROVINCE,))
    return {one.code: one.name for one in sorted(found, key=lambda one: one.name_fold)}
