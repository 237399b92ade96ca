"""Takes back what an import of persons or vessels did: new entries go, blanks are blank again.

An entry that somebody has used or changed since stays, and says why.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.models import CaseLink
from app.imports.models import ImportEffect, Undo
from app.permissions import Actor
from app.registers.entry_queries import visible_persons, visible_vessels
from app.registers.entry_services import correct_person, correct_vessel
from app.registers.models import Person, Vessel
from app.registers.person_models import (
    ContactConsent,
    EntryApart,
    EntryMerge,
    IdentityDocument,
    PersonKey,
    PersonName,
    PersonOutcome,
    Relative,
    VesselFact,
)

_OF_PERSON = (ContactConsent, IdentityDocument, PersonName, PersonOutcome, Relative)


def written(values: dict[str, Any]) -> str:
    """Column values as the sealed text that an effect keeps; Any: text, number, day or list."""
    return json.dumps(values, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no text for {type(value).__name__}")


def undo_entries(
    session: Session, actor: Actor, effects: Sequence[ImportEffect], *, now: datetime
) -> None:
    """Take these effects on persons and vessels back; each says what became of it."""
    for effect in effects:
        work = _of_person(effect) if effect.person_id else _of_vessel(effect)
        entry = session.scalar(
            select(work.model).where(work.model.id == work.entry_id, work.visible(actor))
        )
        if entry is None:
            _keep(effect, work, "không còn trong sổ, hoặc ngoài phạm vi của bạn")
        elif effect.is_new:
            _withdraw(session, actor, effect, work, entry, now=now)
        else:
            _blank(session, actor, effect, work, entry, now=now)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which table an effect is about; Any: Person or Vessel, and their functions."""

    name: str
    word: str
    model: Any
    entry_id: int
    visible: Any
    correct: Any


def _of_person(effect: ImportEffect) -> _Kind:
    entry_id = effect.person_id or 0
    return _Kind("person", "Người", Person, entry_id, visible_persons, correct_person)


def _of_vessel(effect: ImportEffect) -> _Kind:
    entry_id = effect.vessel_id or 0
    return _Kind("vessel", "Tàu", Vessel, entry_id, visible_vessels, correct_vessel)


def _keep(effect: ImportEffect, work: _Kind, why: str) -> None:
    effect.undo = Undo.KEPT
    effect.note = f"{work.word} số {work.entry_id} giữ nguyên: {why}."


# --- what was new ---------------------------------------------------------------------------


def _withdraw(
    session: Session,
    actor: Actor,
    effect: ImportEffect,
    work: _Kind,
    entry: Any,  # Any: Person or Vessel
    *,
    now: datetime,
) -> None:
    why = _in_the_way(session, work, entry)
    if why:
        _keep(effect, work, why)
        return
    if work.model is Person:
        session.execute(delete(PersonKey).where(PersonKey.person_id == entry.id))
    session.execute(delete(EntryApart).where(EntryApart.target == work.name, _apart(entry.id)))
    session.delete(entry)
    subject = f"{work.name}:{work.entry_id}"
    record_access(session, actor, f"{work.name}.withdrawn", subject, now=now)
    session.flush()
    effect.undo = Undo.UNDONE


def _in_the_way(session: Session, work: _Kind, entry: Any) -> str:  # Any: as above
    """Why an entry cannot go; empty where nobody has touched or used it."""
    if entry.version > 1 or entry.merged_into_id is not None:
        return "đã được sửa hoặc gộp sau khi nhập"
    tied = CaseLink.person_id if work.model is Person else CaseLink.vessel_id
    if _exists(session, CaseLink.id, tied == entry.id):
        return "đã có hồ sơ gắn với mục này"
    merged = or_(EntryMerge.kept_id == entry.id, EntryMerge.merged_id == entry.id)
    if _exists(session, EntryMerge.id, (EntryMerge.target == work.name) & merged):
        return "đã gộp hoặc tách sau khi nhập"
    if work.model is Person:
        noted = any(_exists(session, one.id, one.person_id == entry.id) for one in _OF_PERSON)
    else:
        noted = _exists(session, VesselFact.id, VesselFact.vessel_id == entry.id) or _exists(
            session, Person.id, Person.vessel_id == entry.id
        )
    return "đã ghi thêm thông tin sau khi nhập" if noted else ""


def _apart(entry_id: int) -> ColumnElement[bool]:
    return or_(EntryApart.one_id == entry_id, EntryApart.other_id == entry_id)


def _exists(session: Session, column: Any, condition: ColumnElement[bool]) -> bool:  # Any: an id
    return session.scalar(select(column).where(condition).limit(1)) is not None


# --- what was filled in ---------------------------------------------------------------------


def _blank(
    session: Session,
    actor: Actor,
    effect: ImportEffect,
    work: _Kind,
    entry: Any,  # Any: as above
    *,
    now: datetime,
) -> None:
    """Make blank again what still says what the file said; what was changed since stays."""
    before: dict[str, Any] = json.loads(effect.before or "{}")
    after: dict[str, Any] = json.loads(effect.after or "{}")
    same = [name for name, value in after.items() if _said(getattr(entry, name)) == value]
    if same:
        changes = {name: before.get(name) for name in same}
        work.correct(session, actor, entry, changes=changes, now=now)
    kept = len(after) - len(same)
    effect.undo = Undo.KEPT if kept else Undo.UNDONE
    if kept:
        effect.note = f"{work.word} số {work.entry_id}: giữ {kept} mục đã được sửa sau khi nhập."


def _said(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
