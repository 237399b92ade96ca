"""Opens many cases of one type at once, as open_case would one by one, in a few statements.

What follows an event (notices) is not asked for: a thousand cases brought in from a file are told
of once, by who brought them in. Clocks run and are watched as for any other case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import unit_by_id
from app.cases.catalogue import Definition, definition_of
from app.cases.deadlines import calendar_of, first_clocks
from app.cases.facts import with_consequences
from app.cases.heads import CaseHead, view_of
from app.cases.models import Case, CaseClock, CaseEvent, CaseLink, CaseUnit, UnitRole
from app.cases.numbering import next_references
from app.cases.opening import first_row, first_words, opening_of
from app.cases.placing import place_columns, require_place
from app.cases.queries import latest_version
from app.cases.recording import LAST_TEXT, event_row
from app.cases.routing import route_columns
from app.cases.search import Words
from app.cases.services import refuse_unless_allowed
from app.cases.settling import ties_of
from app.cases.shielding import guard
from app.cases.text_models import CaseText
from app.cases.titles import names_for, title_with
from app.cases.values import Names
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag
from app.permissions import Actor
from app.registers.models import Marker
from app.workflow.calendars import WorkCalendar
from app.workflow.decisions import Decision
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.engine import decide_opening
from app.workflow.happenings import happening_of

_ONE_BY_ONE = frozenset({FieldType.FILE, FieldType.PERSON, FieldType.VESSEL})
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class NewCase:
    """One case to open: its answers, the key that it is known by, the tag of its place.

    Answers with files, or with people or vessels that have no row yet, need rows of their own:
    those cases open one by one.
    """

    answers: Mapping[str, Any]  # Any: JSON
    import_key: str
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that carries an import key."""

    id: int
    reference: str
    data: Mapping[str, Any]  # Any: JSON
    province_code: str | None
    is_new: bool = False


@dataclass(frozen=True)
class _Desk:
    """What all cases of one call share."""

    session: Session
    actor: Actor
    definition: Definition
    pack: Pack | None
    now: datetime
    calendar: WorkCalendar
    names: Names
    template: CaseHead


@dataclass(slots=True)
class _Rows:
    """The rows of one case for every table."""

    case: dict[str, Any]
    event: dict[str, Any]
    clocks: list[dict[str, Any]]
    links: list[dict[str, Any]]
    words: Words


def known_cases(session: Session, keys: Iterable[str]) -> dict[str, KnownCase]:
    """The cases that carry these import keys already, by key."""
    wanted = list(keys)
    found: dict[str, KnownCase] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = session.execute(
            select(Case.import_key, Case.id, Case.reference, Case.data, Case.province_code).where(
                Case.import_key.in_(part)
            )
        )
        found |= {row.import_key: KnownCase(*row[1:]) for row in rows}
    return found


def open_cases(
    session: Session,
    actor: Actor,
    type_code: str,
    cases: Sequence[NewCase],
    *,
    pack: Pack | None,
    now: datetime,
    is_illustration: bool = False,
) -> list[KnownCase]:
    """Open those that are not known yet; a known key gives its case and changes nothing.

    Raises Refused, and opens nothing, where one of them may not be opened.
    """
    version = latest_version(session, type_code)
    definition = definition_of(session, version)
    unit = unit_by_id(session, actor.unit_id)
    # The series is locked first: another import of the same file waits here, then finds the keys.
    next_references(session, definition.case_type, unit.code, count=0, now=now)
    known = known_cases(session, (case.import_key for case in cases))
    fresh = list({case.import_key: case for case in cases if case.import_key not in known}.values())
    if fresh:
        template = _template(actor, definition, unit, version.checksum, now)
        desk = _desk(session, actor, definition, template, fresh, pack=pack, now=now)
        opened = _open(desk, unit, fresh, is_illustration=is_illustration)
        known |= dict(zip((case.import_key for case in fresh), opened, strict=True))
    return [known[case.import_key] for case in cases]


def _desk(
    session: Session,
    actor: Actor,
    definition: Definition,
    template: CaseHead,
    fresh: Sequence[NewCase],
    *,
    pack: Pack | None,
    now: datetime,
) -> _Desk:
    codes = {value: value for case in fresh for value in _codes(case.answers)}
    return _Desk(
        session,
        actor,
        definition,
        pack,
        now,
        calendar_of(session, template),
        names_for(session, codes),
        template,
    )


def _codes(answers: Mapping[str, Any]) -> Iterator[str]:
    """Answers that may be administrative codes."""
    return (value for value in answers.values() if isinstance(value, str) and value.isdigit())


def _template(
    actor: Actor, definition: Definition, unit: Unit, checksum: str, now: datetime
) -> CaseHead:
    row = first_row(actor, definition, "", now=now, is_illustration=False)
    known = {name: row[name] for name in CaseHead.__dataclass_fields__ if name in row}
    absent = dict.fromkeys(set(CaseHead.__dataclass_fields__) - set(known))
    facts: dict[str, Any] = {  # Any: fields of the head
        **absent,
        **known,
        "id": 0,
        "checksum": checksum,
        "owner_unit_code": unit.code,
        "owner_zone": unit.time_zone,
        "owner_country": unit.country_code or "VN",
    }
    return CaseHead(**facts)


def _open(
    desk: _Desk, unit: Unit, fresh: Sequence[NewCase], *, is_illustration: bool
) -> list[KnownCase]:
    decisions = [_decided(desk, case) for case in fresh]
    kept = _preloaded_markers(desk.session, fresh)
    references = next_references(
        desk.session, desk.definition.case_type, unit.code, count=len(fresh), now=desk.now
    )
    ids = _reserved_ids(desk.session, len(fresh))
    rows = [
        _rows_of(desk, case, decision, reference, case_id, is_illustration=is_illustration)
        for case, decision, reference, case_id in zip(
            fresh, decisions, references, ids, strict=True
        )
    ]
    _write(desk, rows)
    del kept
    return [
        KnownCase(
            row.case["id"],
            row.case["reference"],
            row.case["data"],
            row.case["province_code"],
            is_new=True,
        )
        for row in rows
    ]


def _decided(desk: _Desk, case: NewCase) -> Decision:
    fields = desk.definition.fields
    if any(
        code in fields and _needs_rows(fields[code]) and not _has_rows(value)
        for code, value in case.answers.items()
    ):
        raise ValueError("files, new people, vessels and numbers are opened one by one")
    decision = decide_opening(
        desk.definition.machine, view_of(desk.actor), answers=case.answers, now=desk.now
    )
    refuse_unless_allowed(desk.actor, decision)
    return decision


def _needs_rows(field: FieldDefinition) -> bool:
    return (
        field.type in _ONE_BY_ONE
        or field.identity
        or any(_needs_rows(column) for column in field.fields)
    )


def _has_rows(value: object) -> bool:
    """Whether an answer names entries that the registers hold already."""
    return isinstance(value, list) and all(
        isinstance(item, dict) and isinstance(item.get("id"), int) for item in value
    )


def _preloaded_markers(session: Session, cases: Sequence[NewCase]) -> list[Marker]:
    """The markers that the places are told by; held, so that the session keeps them at hand."""
    wanted = {case.tag.marker_id for case in cases if case.tag is not None}
    for case in cases:
        wanted |= {
            value["id"]
            for value in case.answers.values()
            if isinstance(value, dict) and isinstance(value.get("id"), int)
        }
    ids = [marker_id for marker_id in wanted if marker_id is not None]
    held: list[Marker] = []
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        held.extend(session.scalars(select(Marker).where(Marker.id.in_(part))))
    return held


def _reserved_ids(session: Session, count: int) -> list[int]:
    """Numbers of rows to come: the event's hash covers the id of its case."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(Case.id))) or 0
        return list(range(last + 1, last + count + 1))
    numbers = text(
        "SELECT nextval(pg_get_serial_sequence('\"case\"', 'id')) FROM generate_series(1, :count)"
    )
    return sorted(session.scalars(numbers, {"count": count}))


# --- the rows of one case -------------------------------------------------------------------


def _rows_of(
    desk: _Desk,
    case: NewCase,
    decision: Decision,
    reference: str,
    case_id: int,
    *,
    is_illustration: bool,
) -> _Rows:
    definition, now = desk.definition, desk.now
    data = with_consequences(
        desk.actor, desk.template, definition, case.answers, columns={}, now=now
    )
    columns: dict[str, Any] = {
        "data": data,
        **place_columns(desk.session, definition, data, pack=desk.pack, tag=case.tag),
    }
    if definition.case_type.place == "required":
        require_place(columns)
    columns["title"] = title_with(desk.names, definition, data, str(columns["place_text"]))
    head = replace(desk.template, id=case_id, reference=reference)
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine, decision, before=None, after=after.situation(), at=now
    )
    clocks, due = first_clocks(desk.session, after, definition, happened, calendar=desk.calendar)
    happening = opening_of(definition, data)
    event = event_row(desk.actor, head, happening, now)
    row = {
        **first_row(desk.actor, definition, reference, now=now, is_illustration=is_illustration),
        **columns,
        **due,
        "team_id": None,
        "assignee_id": None,
        **route_columns(desk.session, after, definition, now=now),
        "id": case_id,
        "version": 1,
        "last_seq": event["seq"],
        "last_hash": event["hash"],
        "last_event_text": happening.summary[:LAST_TEXT],
        "import_key": case.import_key,
        "is_protected": guard(desk.session, definition, data, opened_at=now, now=now),
    }
    links = [
        {"case_id": case_id, "role": role, "linked_at": now, column: entry_id}
        for column, role, entry_id in ties_of(definition, data)
    ]
    return _Rows(row, event, clocks, links, first_words(definition, reference, columns))


def _write(desk: _Desk, rows: Sequence[_Rows]) -> None:
    session, unit_id = desk.session, desk.actor.unit_id
    ids = [row.case["id"] for row in rows]
    _insert(session, Case, [row.case for row in rows])
    owned = [{"case_id": case_id, "unit_id": unit_id, "role": UnitRole.OWNER} for case_id in ids]
    _insert(session, CaseUnit, owned)
    _insert(session, CaseEvent, [row.event for row in rows])
    _insert(session, CaseClock, [clock for row in rows for clock in row.clocks])
    _insert(session, CaseLink, [link for row in rows for link in row.links])
    texts = [row.words.row(case_id) for case_id, row in zip(ids, rows, strict=True)]
    _insert(session, CaseText, texts)


def _insert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """One statement for all rows; absent columns get what the model gives a new row."""
    if not rows:
        return
    table: Table = model.__table__
    names = set().union(*rows)
    if any(len(row) != len(names) for row in rows):
        rows = [{name: row.get(name) for name in names} for row in rows]
    session.connection().execute(insert(table), rows)
