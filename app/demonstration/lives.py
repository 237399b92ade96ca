"""Whole lives of cases made in memory by the same engine and clocks, then written in bulk.

A year of cases through one statement per step takes minutes; the judgements are the same here,
only the rows wait until some hundred lives are complete.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import unit_by_id
from app.cases.catalogue import Definition, definition_of
from app.cases.dated_settings import Limits
from app.cases.deadlines import (
    ENDINGS,
    calendar_of,
    clock_columns,
    first_clock_columns,
    next_deadline,
)
from app.cases.facts import with_consequences
from app.cases.heads import CaseHead, view_of
from app.cases.models import Attachment, Case, EventKind, UnitRole
from app.cases.numbering import next_reference
from app.cases.opening import first_row, first_words, opening_of
from app.cases.placing import place_columns
from app.cases.queries import latest_version
from app.cases.recording import LAST_TEXT, Happening, event_row
from app.cases.search import Words, searchable, words_of_data
from app.cases.services import refuse_unless_allowed
from app.cases.settling import ties_of
from app.cases.shielding import bears_on, guard
from app.cases.titles import names_for, title_with
from app.cases.values import Names
from app.demonstration.ids import take_ids
from app.demonstration.life_rows import Answers, Life, Row, write_lives
from app.demonstration.paper import Papers
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag
from app.permissions import Actor
from app.workflow.calendars import WorkCalendar
from app.workflow.clocks import ClockAction, advance
from app.workflow.corrections import items_before
from app.workflow.decisions import REASON_FIELD, Decision
from app.workflow.engine import decide, decide_opening
from app.workflow.happenings import happening_of

_BATCH = 200


class Lives:
    """Opens and moves lives, and writes them when a batch is full."""

    def __init__(self, session: Session, pack: Pack, papers: Papers) -> None:
        self._session = session
        self._pack = pack
        self._papers = papers
        self._names: Names = names_for(session, {})
        self._definitions: dict[str, tuple[Definition, str]] = {}
        self._units: dict[int, Unit] = {}
        self._calendars: dict[tuple[str, str], WorkCalendar] = {}
        self._ids: list[int] = []
        self._paper_ids: list[int] = []
        self._full: list[Life] = []
        self.count = 0

    # --- living -----------------------------------------------------------------------------

    def open(
        self,
        actor: Actor,
        type_code: str,
        answers: Answers,
        *,
        at: datetime,
        tag: Tag | None = None,
    ) -> Life:
        definition, checksum = self._definition(type_code)
        decision = decide_opening(definition.machine, view_of(actor), answers=answers, now=at)
        refuse_unless_allowed(actor, decision)
        unit = self._unit(actor.unit_id)
        reference = next_reference(self._session, definition.case_type, unit.code, now=at)
        row = first_row(actor, definition, reference, now=at, is_illustration=True)
        row["id"] = self._next_id()
        bare = _head(row, checksum, unit)
        data = with_consequences(actor, bare, definition, answers, columns={}, now=at)
        row |= {
            "data": data,
            **place_columns(self._session, definition, data, pack=self._pack, tag=tag),
        }
        row["title"] = title_with(self._names, definition, data, str(row["place_text"]))
        row["is_protected"] = guard(self._session, definition, data, opened_at=at, now=at)
        life = Life(_head(row, checksum, unit), row, definition, units={unit.id: UnitRole.OWNER})
        life.words.append(first_words(definition, reference, row))
        self._tie(life, data, at)
        self._record(life, actor, opening_of(definition, data), decision, before=None, at=at)
        self._full.append(life)
        self.count += 1
        return life

    def step(
        self,
        life: Life,
        actor: Actor,
        code: str,
        answers: Answers,
        *,
        at: datetime,
        reason: str = "",
    ) -> None:
        """Take a step; with a four-eyes step the first call asks and the second confirms."""
        self._tick(life, actor, code, at)
        named = {**answers, **({REASON_FIELD: reason} if reason else {})}
        named |= self._required_papers(life, code, named, actor, at)
        decision = decide(
            life.definition.machine,
            life.head.situation(),
            view_of(actor),
            code,
            answers=named,
            now=at,
        )
        refuse_unless_allowed(actor, decision)
        life.units.setdefault(actor.unit_id, UnitRole.PARTICIPANT)
        if decision.needs_second_person:
            self._ask(life, actor, decision, named, at)
            return
        before = life.head
        if decision.confirms and before.pending is not None:
            named = dict(before.pending["answers"])
        fresh = {key: value for key, value in named.items() if key != REASON_FIELD}
        state = {"state": decision.to_state}
        fresh = with_consequences(actor, before, life.definition, fresh, columns=state, now=at)
        columns = self._moved(life, decision, fresh, at)
        columns |= self._shielded(life, fresh, at)
        happening = Happening(
            EventKind.MOVED,
            text=str(named.get(REASON_FIELD, "")),
            data={"answers": fresh},
            transition=code,
            from_state=before.state,
            to_state=decision.to_state,
            summary=f"{decision.name.vi} → {life.definition.state_names[decision.to_state].vi}",
        )
        self._change(life, columns)
        self._tie(life, fresh, at)
        life.words.append(words_of_data(life.definition.fields, fresh))
        self._record(life, actor, happening, decision, before=before, at=at)

    def note(
        self,
        life: Life,
        actor: Actor,
        text: str,
        *,
        at: datetime,
        kind: EventKind = EventKind.NOTED,
    ) -> None:
        happening = Happening(kind, text=text, summary=text.splitlines()[0])
        life.words.append(Words(searchable([text])))
        self._append(life, actor, happening, at)

    def attach(self, life: Life, actor: Actor, name: str, *, at: datetime) -> None:
        """A paper of the case that no field asks for."""
        paper = self._paper(life, actor, name, field=None, at=at)
        happening = Happening(
            EventKind.FILE_ATTACHED, data={"files": [paper]}, summary=str(paper["label"])
        )
        life.words.append(Words(searchable([str(paper["label"])])))
        self._append(life, actor, happening, at)

    def assign(self, life: Life, actor: Actor, *, at: datetime) -> None:
        happening = Happening(
            EventKind.ASSIGNED,
            data={"assignee_id": actor.user_id, "name": actor.name},
            summary=f"Giao cho {actor.name}",
        )
        self._change(life, {"assignee_id": actor.user_id})
        self._append(life, actor, happening, at)

    # --- parts of a step --------------------------------------------------------------------

    def _tick(self, life: Life, actor: Actor, code: str, at: datetime) -> None:
        """Tick off what the present state requires before the step."""
        machine = life.definition.machine
        if life.head.pending is not None:
            return
        for item in items_before(machine, life.head.situation(), machine.rules.get(code)):
            done = life.head.done_items()
            done[item] = {"by": actor.user_id, "name": actor.name, "at": at.isoformat()}
            self._change(life, {"checklist": {"state": life.head.state, "done": done}})
            data = {"item": item, "state": life.head.state}
            self._append(life, actor, Happening(EventKind.CHECKED, data=data), at)

    def _moved(self, life: Life, decision: Decision, fresh: Answers, at: datetime) -> Row:
        columns: Row = {"pending": None, "data": {**life.head.data, **fresh}}
        if decision.to_state != life.head.state:
            kind = life.definition.state_kinds[decision.to_state]
            columns |= {"state": decision.to_state, "state_kind": kind}
            if kind == "terminal":
                columns |= {"is_open": False, "closed_at": at, "closed_from": life.head.state}
        for effect in decision.effects:
            if effect.do == "assign_unit" and isinstance(effect.value, dict):
                columns |= self._handed_over(life, int(effect.value["id"]))
        return columns

    def _shielded(self, life: Life, fresh: Answers, at: datetime) -> Row:
        if not bears_on(life.definition, fresh):
            return {}
        facts, opened_at = {**life.data, **fresh}, life.head.opened_at
        is_raised = guard(self._session, life.definition, facts, opened_at=opened_at, now=at)
        return {"is_protected": True} if is_raised else {}

    def _handed_over(self, life: Life, unit_id: int) -> Row:
        life.units[life.head.owner_unit_id] = UnitRole.PARTICIPANT
        life.units[unit_id] = UnitRole.OWNER
        unit = self._unit(unit_id)
        facts = _owner_facts(unit)
        life.head = replace(life.head, **facts)
        return {"owner_unit_id": unit_id, "assignee_id": None}

    def _ask(
        self, life: Life, actor: Actor, decision: Decision, named: Answers, at: datetime
    ) -> None:
        pending = {
            "transition": decision.transition,
            "requested_by": actor.user_id,
            "requested_name": actor.name,
            "requested_at": at.isoformat(),
            "answers": dict(named),
        }
        happening = Happening(
            EventKind.CONFIRMATION_REQUESTED,
            text=str(named.get(REASON_FIELD, "")),
            data={"answers": {key: said for key, said in named.items() if key != REASON_FIELD}},
            transition=decision.transition,
            from_state=life.head.state,
            to_state=decision.to_state,
            summary=f"Chờ người thứ hai xác nhận: {decision.name.vi}",
        )
        self._change(life, {"pending": pending})
        self._append(life, actor, happening, at)

    def _record(
        self,
        life: Life,
        actor: Actor,
        happening: Happening,
        decision: Decision,
        *,
        before: CaseHead | None,
        at: datetime,
    ) -> None:
        happened = happening_of(
            life.definition.machine,
            decision,
            before=before.situation() if before else None,
            after=life.head.situation(),
            at=at,
        )
        rounds: dict[str, int] = {}
        for code, number in life.clocks:
            rounds[code] = max(number, rounds.get(code, 0))
        changes = advance(
            life.definition.machine.clocks,
            list(life.running.values()),
            happened,
            calendar=self._calendar(life.head),
            settings=Limits(self._session, life.head, at),
            rounds=rounds,
        )
        for change in changes:
            clock = change.clock
            row = life.clocks.setdefault((clock.code, clock.round), {})
            row |= clock_columns(change)
            if change.action is ClockAction.STARTED:
                row |= first_clock_columns(life.head.id, clock)
            if change.action in ENDINGS:
                life.running.pop(clock.code, None)
            else:
                life.running[clock.code] = clock
        life.columns |= next_deadline(life.running.values())
        self._append(life, actor, happening, at)

    def _append(self, life: Life, actor: Actor, happening: Happening, at: datetime) -> None:
        row = event_row(actor, life.head, happening, at)
        life.events.append(row)
        self._change(
            life,
            {
                "version": life.head.version + 1,
                "last_seq": row["seq"],
                "last_hash": row["hash"],
                "last_event_text": (happening.summary or happening.text)[:LAST_TEXT],
                "updated_at": at,
            },
        )

    def _change(self, life: Life, columns: Row) -> None:
        life.columns |= columns
        life.head = life.head.with_columns(columns)

    def _tie(self, life: Life, data: Answers, at: datetime) -> None:
        for column, role, entry_id in ties_of(life.definition, dict(data)):
            life.links.append(
                {"case_id": life.head.id, "role": role, "linked_at": at, column: entry_id}
            )

    def _required_papers(
        self, life: Life, code: str, named: Answers, actor: Actor, at: datetime
    ) -> Row:
        """A paper for every file that the step needs and nobody has given."""
        rule = life.definition.machine.rules[code]
        found: Row = {}
        for name in rule.require if life.head.pending is None else ():
            wanted = life.definition.fields.get(name)
            if wanted is None or wanted.type != "file" or name in named or life.data.get(name):
                continue
            suffix = ".png" if name.startswith("photos") else ".pdf"
            paper_name = f"{wanted.name.vi.split(',')[0]}{suffix}"
            found[name] = [self._paper(life, actor, paper_name, field=name, at=at)]
        return found

    def _paper(
        self, life: Life, actor: Actor, name: str, *, field: str | None, at: datetime
    ) -> Row:
        """A file of the case, as its facts and its timeline name it."""
        kept = self._papers.paper(name)
        paper_id = self._next_paper_id()
        life.papers.append(
            {
                "id": paper_id,
                "case_id": life.head.id,
                "field": field,
                "file_name": kept.file_name,
                "media_type": kept.media_type,
                "size": kept.size,
                "sha256": kept.sha256,
                "uploaded_by": actor.user_id,
                "uploaded_at": at,
            }
        )
        return {"id": paper_id, "label": kept.file_name, "sha256": kept.sha256}

    # --- writing ----------------------------------------------------------------------------

    def write(self) -> None:
        """Write every life that is waiting."""
        lives, self._full = self._full, []
        write_lives(self._session, lives)

    def _definition(self, type_code: str) -> tuple[Definition, str]:
        if type_code not in self._definitions:
            version = latest_version(self._session, type_code)
            self._definitions[type_code] = (
                definition_of(self._session, version),
                version.checksum,
            )
        return self._definitions[type_code]

    def _calendar(self, head: CaseHead) -> WorkCalendar:
        key = (head.owner_country, head.owner_zone)
        if key not in self._calendars:
            self._calendars[key] = calendar_of(self._session, head)
        return self._calendars[key]

    def _unit(self, unit_id: int) -> Unit:
        if unit_id not in self._units:
            self._units[unit_id] = unit_by_id(self._session, unit_id)
        return self._units[unit_id]

    def _next_id(self) -> int:
        # A life takes its number when the lives before it may still wait to be written.
        if not self._ids:
            self.write()
            self._ids = list(take_ids(self._session, Case, _BATCH))[::-1]
        return self._ids.pop()

    def _next_paper_id(self) -> int:
        if not self._paper_ids:
            waiting = sum(len(life.papers) for life in self._full)
            first = list(take_ids(self._session, Attachment, waiting + _BATCH))
            self._paper_ids = first[waiting:][::-1]
        return self._paper_ids.pop()


def _head(row: Row, checksum: str, unit: Unit) -> CaseHead:
    known = {name: row.get(name) for name in CaseHead.__dataclass_fields__}
    facts: Row = {**known, **_owner_facts(unit), "checksum": checksum}
    return CaseHead(**facts)


def _owner_facts(unit: Unit) -> Row:
    return {
        "owner_unit_code": unit.code,
        "owner_zone": unit.time_zone,
        "owner_country": unit.country_code or "VN",
    }
