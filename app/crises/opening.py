"""One order makes a case for each of many people: in chunks, resumable, twice nothing twice."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import build_actor
from app.cases.bulk import KnownCase, NewCase, open_cases
from app.cases.catalogue import definition_of
from app.cases.queries import latest_version
from app.crises import events, queries
from app.crises.models import CaseRun, MassEvent, Participant
from app.crises.recording import happened_to_many
from app.crises.rules import EventKind, Source
from app.crises.words import SOURCES
from app.database import transaction
from app.errors import AppError, Refused
from app.geo.gazetteer import Pack
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission
from app.registers.entry_services import record_person
from app.registers.models import Person
from app.registers.person_keys import write_keys
from app.registers.person_models import NameKind, PersonName

TYPE = "citizen_protection"
CHUNK = 50
_KINDS = {
    EventKind.HANDOVER: "deportation",
    EventKind.EVACUATION: "disaster_war",
    EventKind.RAID: "forced_scam",
}


def order_cases(
    session: Session,
    actor: Actor,
    event: MassEvent,
    condition: ColumnElement[bool],
    *,
    now: datetime,
) -> CaseRun:
    """Mark the people of a filter who have no case yet; a worker opens the cases."""
    events.require_act(session, actor, event)
    if not actor.may(Permission.CASE_OPEN):
        raise Refused(_("Vai trò của bạn không mở được hồ sơ."))
    under_way = queries.last_run(session, event)
    if under_way is not None and under_way.finished_at is None:
        raise Refused(_("Đợt mở hồ sơ trước chưa xong: hãy chờ rồi làm tiếp."))
    asked = select(Participant.id).where(condition, Participant.case_id.is_(None))
    ids = list(session.scalars(asked))
    run = CaseRun(
        event_id=event.id,
        total=len(ids),
        unit_id=actor.unit_id,
        user_id=actor.user_id,
        user_name=actor.name,
        ordered_at=now,
    )
    session.add(run)
    session.flush()
    for start in range(0, len(ids), 500):
        session.execute(
            update(Participant)
            .where(Participant.id.in_(ids[start : start + 500]))
            .values(case_run_id=run.id, case_problem="")
        )
    enqueue(session, Job.OPEN_MASS_CASES, {"run_id": run.id}, now=now)
    return run


def carry_on(run_id: int, *, pack: Pack | None, now: datetime) -> None:
    """Open what is left of a run, chunk by chunk; a run that was killed is taken up again."""
    while True:
        with transaction() as session:
            run = session.get(CaseRun, run_id)
            if run is None or run.finished_at is not None:
                return
            ids = _waiting(session, run)
            if not ids:
                run.finished_at = now
                return
        _open_or_split(run_id, ids, pack=pack, now=now)


def _waiting(session: Session, run: CaseRun) -> list[int]:
    asked = select(Participant.id).where(
        Participant.case_run_id == run.id,
        Participant.case_id.is_(None),
        Participant.case_problem == "",
        Participant.merged_into_id.is_(None),
    )
    return list(session.scalars(asked.order_by(Participant.id).limit(CHUNK)))


def _open_or_split(run_id: int, ids: Sequence[int], *, pack: Pack | None, now: datetime) -> None:
    """One transaction for a chunk; where one row cannot be, each row stands for itself."""
    try:
        with transaction() as session:
            _open_chunk(session, run_id, ids, pack=pack, now=now)
    except AppError as problem:
        if len(ids) == 1:
            _keep_problem(run_id, ids[0], str(problem))
            return
        for one in ids:
            _open_or_split(run_id, [one], pack=pack, now=now)


def _keep_problem(run_id: int, participant_id: int, sentence: str) -> None:
    with transaction() as session:
        run = session.get_one(CaseRun, run_id)
        run.failed += 1
        session.get_one(Participant, participant_id).case_problem = sentence or "?"


def _open_chunk(
    session: Session, run_id: int, ids: Sequence[int], *, pack: Pack | None, now: datetime
) -> None:
    run = session.get_one(CaseRun, run_id)
    event = session.get_one(MassEvent, run.event_id)
    actor = _actor_of(session, run)
    # Asked again under the lock of this transaction: another worker may have been here since.
    asked = select(Participant).where(Participant.id.in_(ids), Participant.case_id.is_(None))
    people = session.scalars(asked.order_by(Participant.id).with_for_update()).all()
    persons = {one.id: _person_of(session, actor, event, one, now=now) for one in people}
    definition = definition_of(session, latest_version(session, TYPE))
    asked_for = frozenset(definition.case_type.open.fields)
    cases = [_new_case(event, one, persons[one.id], asked_for) for one in people]
    opened = open_cases(
        session, actor, TYPE, cases, pack=pack, now=now, is_illustration=event.is_illustration
    )
    for one, case in zip(people, opened, strict=True):
        one.case_id, one.person_id = case.id, persons[one.id].id
    told = [_told(one, case) for one, case in zip(people, opened, strict=True)]
    happened_to_many(session, actor, "case", told, now=now)
    run.done += len(people)


def _told(one: Participant, case: KnownCase) -> tuple[int, str, dict[str, Any]]:  # Any: JSON
    return one.id, case.reference, {"case": case.id}


def _actor_of(session: Session, run: CaseRun) -> Actor:
    """Whoever gave the order, with the rights of this moment."""
    user = session.get(User, run.user_id)
    actor = build_actor(session, user, unit_id=run.unit_id) if user is not None else None
    if actor is None:
        raise Refused(_("Người ra lệnh mở hồ sơ không còn quyền ở đơn vị."))
    return actor


def _new_case(
    event: MassEvent, one: Participant, person: Person, asked_for: Collection[str]
) -> NewCase:
    """What the opening of the type takes, which offices may change; the tie itself stands here."""
    answers: dict[str, Any] = {  # Any: JSON
        "protection_kind": _KINDS[EventKind(event.kind)],
        "danger_level": "normal",
        "country": one.transit_country or event.country_code,
        "city": event.places or event.gate,
        "persons_claimed": 1,
        "persons": [{"id": person.id, "label": person.claimed_name}],
        "first_notice": f"Người trong sự kiện đông người: {event.name}.",
        "mass_event": event.name,
    }
    if one.province_code:
        answers["home_province"] = one.province_code
    given = {code: value for code, value in answers.items() if code in asked_for and value != ""}
    return NewCase(given, f"mass:{event.id}:{one.id}")


# --- the person in the register -------------------------------------------------------------


def _person_of(
    session: Session, actor: Actor, event: MassEvent, one: Participant, *, now: datetime
) -> Person:
    """The registered person of the very paper and birth date, else a new entry with its names.

    Others who look alike are offered on the person's own page: nothing is joined by likeness.
    """
    if one.person_id is not None:
        return session.get_one(Person, one.person_id)
    rows = queries.entries_of(session, one.id)
    known = _same_paper(session, one)
    if known is None:
        facts = {
            "birth_date": one.birth_date,
            "birth_year": one.birth_year,
            "sex": one.sex,
            "id_kind": one.id_kind,
            "id_number": one.id_number,
            "home_text": one.home_text,
            "contact_text": one.contact,
            "claimed_province_code": one.province_code,
            "claimed_commune_code": one.commune_code,
            "country_code": event.country_code,
            "is_minor": one.is_minor,
            "is_victim": one.is_victim,
            "is_illustration": event.is_illustration,
            "foreign_spellings": _foreign(rows),
        }
        given = {name: value for name, value in facts.items() if value not in (None, "")}
        known = record_person(session, actor, one.name, now=now, facts=given)
    elif more := [name for name in _foreign(rows) if name not in known.foreign_spellings]:
        known.foreign_spellings = [*known.foreign_spellings, *more]
        write_keys(session, known)
    _note_names(session, actor, event, known, rows, now=now)
    return known


def _foreign(rows: Sequence[Participant]) -> list[str]:
    said = [row.other_spelling for row in rows]
    said += [row.spelling for row in rows if row.source == Source.FOREIGN]
    return list(dict.fromkeys(name for name in said if name))


def _same_paper(session: Session, one: Participant) -> Person | None:
    if one.id_number_index is None or one.birth_date is None:
        return None
    asked = select(func.coalesce(Person.merged_into_id, Person.id)).where(
        Person.id_number_index == one.id_number_index, Person.birth_date == one.birth_date
    )
    found = session.scalars(asked.order_by(Person.id).limit(1)).first()
    return session.get(Person, found) if found is not None else None


def _note_names(
    session: Session,
    actor: Actor,
    event: MassEvent,
    person: Person,
    rows: Sequence[Participant],
    *,
    now: datetime,
) -> None:
    """Each list's spelling with its source, as it stands there."""
    for row in rows:
        is_foreign = row.source == Source.FOREIGN
        session.add(
            PersonName(
                person_id=person.id,
                kind=NameKind.FOREIGN if is_foreign else NameKind.CLAIMED,
                name=row.spelling,
                source=f"{SOURCES[row.source].vi}: {event.name}",
                recorded_at=now,
                recorded_by=actor.user_id,
                recorder_name=actor.name,
            )
        )
