"""How each type of field reads what was typed, and how its value is written back into a control."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases import lookups
from app.cases.form_fields import FactForm, Reader, Typed, reading_name, zone_name
from app.cases.shielding import people_of
from app.cases.values import (
    ValueProblemError,
    check_bounds,
    read_date,
    read_moment,
    read_money,
    read_number,
    written_number,
)
from app.database import normalise_text
from app.geo.coordinates import Candidate, Coordinate, Unresolved, parse_coordinate
from app.geo.crs import AxisTable
from app.geo.gazetteer import Pack
from app.geo.nearness import near_province
from app.geo.places import read_place
from app.geo.remarks import Remark
from app.permissions import Actor
from app.registers.country_names import country_choices
from app.registers.masking import MASK as NUMBER_MASK
from app.registers.place_finding import find_place
from app.registers.place_questions import PlaceOpenError
from app.registers.positions import candidate_key, coordinate_value, place_value
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.patterns import matches

LONGEST_LINE = 500
LONGEST_ENTRY, LONGEST_VESSEL = 255, 64  # as the registers' columns hold
LONGEST_TEXT = 20_000
HOME_ZONE = "Asia/Ho_Chi_Minh"
OPEN_READING = "open"
MOST_KEPT_READINGS = 8
NOT_LISTED = "Hãy chọn trong danh sách."


@dataclass(frozen=True, slots=True)
class Desk:
    """Who fills in the form, on which day, and what helps to read it."""

    session: Session
    actor: Actor
    on: date
    provinces: Mapping[str, str]
    zones: tuple[str, ...] = (HOME_ZONE,)
    province_code: str | None = None
    pack: Pack | None = None
    axes: AxisTable | None = None
    closed: frozenset[int] = frozenset()  # persons of the case whose names stay hidden

    def reads(self, field: FieldDefinition) -> Reader:
        return _READS[field.type](self, field)

    def knows_all(self, field: FieldDefinition, value: object) -> bool:
        """Whether no person named in this value is hidden from who fills in the form."""
        return self.closed.isdisjoint(people_of(field, value))

    def place(self, kind: FieldType, typed: str) -> Mapping[str, Any]:  # Any: JSON
        """A marker or a point for a hint; raises ValueProblemError for what is neither."""
        if kind is FieldType.MARKER:
            return lookups.find_marker(self.session, self.actor, typed)
        found = self.position(typed)
        if isinstance(found, Coordinate):
            return coordinate_value(found)
        told = self.told(typed)
        if told is None:
            raise ValueProblemError(found.reason.in_locale(self.actor.locale))
        return told[0]

    def position(self, typed: str) -> Coordinate | Unresolved:
        """A coordinate under the axes and the province of the desk."""
        return parse_coordinate(
            typed,
            province_code=self.province_code,
            on=self.on,
            axes=self.axes,
            near=near_province(self.pack, self.province_code) if self.pack else None,
        )

    def told(self, typed: str) -> tuple[dict[str, Any], tuple[Remark, ...]] | None:  # Any: JSON
        """A place told from markers as the value of a coordinate, with what is said of it."""
        told = read_place(typed)
        if told is None or self.pack is None:
            return None
        try:
            found = find_place(self.session, self.actor, told, pack=self.pack)
        except PlaceOpenError as problem:
            raise ValueProblemError(problem.remark.in_locale(self.actor.locale)) from problem
        return place_value(typed, told, found), found.remarks


# --- plain values ---------------------------------------------------------------------------


def _text(desk: Desk, field: FieldDefinition) -> Reader:
    del desk
    longest = LONGEST_TEXT if field.type is FieldType.LONGTEXT else LONGEST_LINE

    def read(typed: Typed, form: FactForm) -> str:
        del form
        said = normalise_text(typed[0])
        _require_length(said, longest)
        if field.identity and NUMBER_MASK in said:
            raise ValueProblemError(_("Hãy nhập đủ số giấy tờ, hoặc giữ nguyên số đã che."))
        if field.pattern and not matches(field.pattern, said):
            raise ValueProblemError("Nội dung chưa đúng dạng của mục này.")
        return said

    return read


def _require_length(said: str, longest: int) -> None:
    if len(said) > longest:
        raise ValueProblemError(_("Tối đa %(n)s ký tự.", n=written_number(longest)))


def _number(desk: Desk, field: FieldDefinition) -> Reader:
    del desk

    def read(typed: Typed, form: FactForm) -> int | float:
        del form
        number = read_number(_without_unit(typed[0], field.unit_label))
        check_bounds(field, number)
        return number

    return read


def _without_unit(typed: str, unit: str | None) -> str:
    return typed.removesuffix(unit).strip() if unit else typed


def _money(desk: Desk, field: FieldDefinition) -> Reader:
    del desk

    def read(typed: Typed, form: FactForm) -> dict[str, str]:
        del form
        money = read_money(typed[0])
        check_bounds(field, float(Decimal(money["amount"])))
        return money

    return read


def _date(desk: Desk, field: FieldDefinition) -> Reader:
    def read(typed: Typed, form: FactForm) -> str:
        del form
        day = read_date(typed[0])
        check_bounds(field, day)
        _require_past(desk, field, day)
        return day

    return read


def _require_past(desk: Desk, field: FieldDefinition, day: str) -> None:
    """What has happened cannot lie ahead; a day of grace covers the hours between two zones."""
    if field.past and date.fromisoformat(day) > desk.on + timedelta(days=1):
        raise ValueProblemError("Ngày này chưa đến: kiểm tra lại ngày, tháng, năm.")


def _moment(desk: Desk, field: FieldDefinition) -> Reader:
    def read(typed: Typed, form: FactForm) -> str:
        chosen = form.companion(zone_name(field.code))
        zone = chosen if chosen in desk.zones else desk.zones[0]
        moment = read_moment(typed[0], ZoneInfo(zone))
        check_bounds(field, moment)
        _require_past(desk, field, moment[:10])
        return moment

    return read


# --- choices --------------------------------------------------------------------------------


def _choice(desk: Desk, field: FieldDefinition) -> Reader:
    del desk
    return _one_of({option.code: option.code for option in field.options})


def _one_of(values: Mapping[str, Any]) -> Reader:  # Any: JSON
    def read(typed: Typed, form: FactForm) -> Any:  # Any: JSON
        del form
        if typed[0] not in values:
            raise ValueProblemError(NOT_LISTED)
        return values[typed[0]]

    return read


def _several(desk: Desk, field: FieldDefinition) -> Reader:
    del desk
    known = {option.code for option in field.options}

    def read(typed: Typed, form: FactForm) -> list[str]:
        del form
        if not known.issuperset(typed):
            raise ValueProblemError(NOT_LISTED)
        return list(dict.fromkeys(typed))

    return read


def _boolean(desk: Desk, field: FieldDefinition) -> Reader:
    del desk, field
    return _one_of({"yes": True, "no": False, "none": None})


def _country(desk: Desk, field: FieldDefinition) -> Reader:
    del field
    return _one_of({code: code for code, _ in country_choices(desk.actor.locale)})


def _province(desk: Desk, field: FieldDefinition) -> Reader:
    del field
    return _one_of({code: code for code in desk.provinces})


# --- entries --------------------------------------------------------------------------------


def _commune(desk: Desk, field: FieldDefinition) -> Reader:
    del field

    def read(typed: Typed, form: FactForm) -> str:
        del form
        _require_length(typed[0], LONGEST_ENTRY)
        home = lookups.own_provinces(desk.session, desk.actor)
        return lookups.find_commune(desk.session, typed[0], on=desk.on, provinces=home)

    return read


def _entry(desk: Desk, field: FieldDefinition) -> Reader:
    """A unit, marker, vessel or person; a line that stands for a known entry keeps its id."""

    def read_one(typed: str) -> lookups.Value:
        is_vessel = field.type is FieldType.VESSEL
        _require_length(typed, LONGEST_VESSEL if is_vessel else LONGEST_ENTRY)
        if field.type is FieldType.UNIT:
            return lookups.find_unit(desk.session, typed, on=desk.on)
        if field.type is FieldType.MARKER:
            return lookups.find_marker(desk.session, desk.actor, typed)
        if is_vessel:
            return lookups.read_vessel(typed)
        return lookups.read_person(typed, desk.provinces)

    def read(typed: Typed, form: FactForm) -> Any:  # Any: JSON
        if not field.multiple:
            return read_one(typed[0])
        asked = form.asked_as(field.code)
        known = {lookups.written_entry(item): item for item in asked.current or ()}
        said = [known.get(line) or read_one(line) for line in typed]
        # Who may not read the list cannot take from it either: new lines join it.
        return [*(asked.current or ()), *said] if asked.is_masked else said

    return read


def _coordinate(desk: Desk, field: FieldDefinition) -> Reader:
    def read(typed: Typed, form: FactForm) -> dict[str, Any]:  # Any: JSON
        fact = form.fact(field.code)
        _require_length(typed[0], LONGEST_LINE)
        found = desk.position(typed[0])
        if isinstance(found, Coordinate):
            fact.remarks = [remark.in_locale(desk.actor.locale) for remark in found.warnings]
            return coordinate_value(found)
        if not found.candidates and (told := desk.told(typed[0])) is not None:
            value, said_of_it = told
            fact.remarks = [remark.in_locale(desk.actor.locale) for remark in said_of_it]
            return value
        fact.candidates = found.candidates
        chosen = form.companion(reading_name(field.code))
        for candidate in found.candidates:
            if candidate_key(candidate) == chosen:
                return candidate_value(typed[0], candidate)
        if found.candidates and chosen == OPEN_READING:
            fact.remarks = [found.reason.in_locale(desk.actor.locale)]
            return open_value(typed[0], found.candidates)
        said = found.reason.in_locale(desk.actor.locale)
        more = _("Hãy chọn cách đọc đúng ở dưới.") if found.candidates else ""
        raise ValueProblemError(f"{said} {more}".strip())

    return read


def open_value(typed: str, candidates: Sequence[Candidate]) -> dict[str, Any]:  # Any: JSON
    """A pair whose system is not known yet: no position, only what it may be."""
    kept = [
        {"crs": one.crs, "lat": round(one.lat, 8), "lon": round(one.lon, 8)}
        for one in candidates[:MOST_KEPT_READINGS]
    ]
    return {"original": typed, "method": "unresolved", "candidates": kept}


def candidate_value(typed: str, candidate: Candidate) -> dict[str, Any]:  # Any: JSON
    return {
        "lat": round(candidate.lat, 8),
        "lon": round(candidate.lon, 8),
        "original": typed,
        "crs": candidate.crs,
        "method": "chosen_reading",
    }


def _file(desk: Desk, field: FieldDefinition) -> Reader:
    del desk, field

    def read(typed: Typed, form: FactForm) -> None:
        del typed, form

    return read


def _group(desk: Desk, field: FieldDefinition) -> Reader:
    """Rows read themselves, column by column."""
    return _file(desk, field)


_READS: Mapping[FieldType, Callable[[Desk, FieldDefinition], Reader]] = {
    FieldType.TEXT: _text,
    FieldType.LONGTEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.DATETIME: _moment,
    FieldType.CHOICE: _choice,
    FieldType.MULTICHOICE: _several,
    FieldType.BOOLEAN: _boolean,
    FieldType.COUNTRY: _country,
    FieldType.PROVINCE: _province,
    FieldType.COMMUNE: _commune,
    FieldType.UNIT: _entry,
    FieldType.MARKER: _entry,
    FieldType.PERSON: _entry,
    FieldType.VESSEL: _entry,
    FieldType.COORDINATE: _coordinate,
    FieldType.FILE: _file,
    FieldType.GROUP: _group,
}
