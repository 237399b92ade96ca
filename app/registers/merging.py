"""Makes two entries one: the merged one keeps its row and leads to the kept; it can be undone.

Nothing is moved: cases, names, papers and outcomes stay tied to the entry that they were written
for, and are read for the kept one together. So nothing is lost, and undoing takes nothing apart.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import normalise_text
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor
from app.registers.models import Person, Vessel
from app.registers.person_keys import write_keys
from app.registers.person_models import EntryApart, EntryMerge

Entry = TypeVar("Entry", Person, Vessel)
_SHORTEST_REASON = 8
# What the kept entry takes over where it says nothing itself.
_TAKEN: Final = {
    Person: (
        *("birth_date", "birth_year", "sex", "id_kind", "id_number", "id_number_index"),
        *("home_text", "claimed_province_code", "claimed_commune_code", "verified_province_code"),
        *("verified_commune_code", "home_province_code", "contact_text", "country_code"),
        *("verified_name", "is_minor", "is_victim", "vessel_id"),
    ),
    Vessel: (
        *("canonical", "owner_name", "owner_fold", "master_name", "vms_device", "home_port"),
        *("home_province_code", "length_class", "length_m", "gear", "engine_kw", "country_code"),
    ),
}
_SEALED = frozenset({"id_number", "contact_text"})  # never in the record of the merger
_LISTS = {Person: "foreign_spellings", Vessel: "other_numbers"}


def name_of(model: type[Person | Vessel]) -> str:
    return "person" if model is Person else "vessel"


def merge_entries(
    session: Session,
    actor: Actor,
    kept: Entry,
    merged: Entry,
    *,
    reason: str,
    now: datetime,
    score: int | None = None,
) -> EntryMerge:
    """Let `merged` lead to `kept`; a person decides it and says why."""
    because = _required(reason)
    if kept.id == merged.id:
        raise Invalid("Không gộp một mục với chính nó.", {"other": ("Hãy chọn mục khác.",)})
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        raise Conflict("Một trong hai mục đã được gộp trước đó. Hãy tải lại trang.")
    model, target = type(kept), name_of(type(kept))
    followers: Sequence[Entry] = list(
        session.scalars(select(model).where(model.merged_into_id == merged.id))
    )
    row = EntryMerge(
        target=target,
        kept_id=kept.id,
        merged_id=merged.id,
        reason=because,
        score=score,
        before=_take_over(kept, merged),
        followed=[one.id for one in followers],
        merged_at=now,
        merged_by=actor.user_id,
        merger_name=actor.name,
    )
    session.add(row)
    merged.merged_into_id = kept.id
    for one in followers:
        one.merged_into_id = kept.id
    _touched(session, kept, now)
    session.flush()
    record_access(
        session, actor, f"{target}.merged", f"{target}:{kept.id}", now=now, reason=because
    )
    return row


def undo_merge(
    session: Session, actor: Actor, kept: Entry, merge: EntryMerge, *, reason: str, now: datetime
) -> Entry:
    """The merged entry stands by itself again; what was written since stays with the kept one."""
    because = _required(reason)
    model, target = type(kept), name_of(type(kept))
    if merge.target != target or merge.kept_id != kept.id:
        raise NotFound
    if merge.undone_at is not None:
        raise Conflict("Lần gộp này đã được tách trước đó.")
    merged = session.get_one(model, merge.merged_id)
    merged.merged_into_id = None
    for one in session.scalars(select(model).where(model.id.in_(merge.followed))):
        one.merged_into_id = merged.id
    _give_back(kept, merged, merge.before)
    merge.undone_at, merge.undoer_name, merge.undone_because = now, actor.name, because
    for one in (kept, merged):
        _touched(session, one, now)
    session.flush()
    record_access(
        session, actor, f"{target}.parted", f"{target}:{kept.id}", now=now, reason=because
    )
    return merged


def tell_apart(
    session: Session, actor: Actor, one: Entry, other: Entry, *, reason: str, now: datetime
) -> None:
    """Two who look alike are two: the pair is not offered again."""
    because = _required(reason)
    first, second = sorted((one.id, other.id))
    target = name_of(type(one))
    same = (EntryApart.target == target, EntryApart.one_id == first, EntryApart.other_id == second)
    if session.scalar(select(EntryApart.id).where(*same)) is not None:
        return
    session.add(
        EntryApart(
            target=target,
            one_id=first,
            other_id=second,
            reason=because,
            recorded_at=now,
            recorded_by=actor.user_id,
            recorder_name=actor.name,
        )
    )
    record_access(session, actor, f"{target}.told_apart", f"{target}:{first}", now=now)


def family_of(session: Session, entry: Person | Vessel) -> Sequence[int]:
    """The entry and all that were merged into it."""
    model = type(entry)
    merged = session.scalars(select(model.id).where(model.merged_into_id == entry.id))
    return [entry.id, *merged]


def merges_of(session: Session, entry: Person | Vessel) -> Sequence[EntryMerge]:
    """Every merger of this entry, undone ones too, the last first."""
    mine = or_(EntryMerge.kept_id == entry.id, EntryMerge.merged_id == entry.id)
    asked = select(EntryMerge).where(EntryMerge.target == name_of(type(entry)), mine)
    return session.scalars(asked.order_by(EntryMerge.id.desc())).all()


def _required(reason: str) -> str:
    because = normalise_text(reason)
    if len(because) < _SHORTEST_REASON:
        said = "Hãy ghi căn cứ, từ 8 ký tự, ví dụ: cùng số hộ chiếu, gia đình xác nhận."
        raise Invalid(said, {"reason": (said,)})
    return because


def _take_over(kept: Any, merged: Any) -> dict[str, Any]:  # Any: Person or Vessel, column values
    """Fill what the kept entry does not say; answers what to put back when it is undone."""
    before: dict[str, Any] = {}
    for name in _TAKEN[type(kept)]:
        ours, theirs = getattr(kept, name), getattr(merged, name)
        if not ours and theirs:
            before[name] = {"was": ours, "took": None if name in _SEALED else _plain(theirs)}
            setattr(kept, name, theirs)
    name = _LISTS[type(kept)]
    ours = list(getattr(kept, name) or [])
    more = [one for one in _spellings(merged) if one not in ours and one not in _spellings(kept)]
    if more:
        before[name] = {"more": more}
        setattr(kept, name, [*ours, *more])
    return before


def _give_back(kept: Any, merged: Any, before: dict[str, Any]) -> None:  # Any: as above
    """Take out what the merger brought, unless somebody has changed it since."""
    for name, said in before.items():
        ours = getattr(kept, name)
        if "more" in said:
            setattr(kept, name, [one for one in ours if one not in said["more"]])
        elif name in _SEALED:
            if ours == getattr(merged, name):
                setattr(kept, name, said["was"])
        elif _plain(ours) == said["took"]:
            setattr(kept, name, said["was"])


def _spellings(entry: Any) -> list[str]:  # Any: Person or Vessel
    if isinstance(entry, Person):
        said = [entry.claimed_name, entry.verified_name or "", *(entry.foreign_spellings or [])]
    else:
        said = [entry.canonical or entry.raw_number, *(entry.other_numbers or [])]
    return [one for one in said if one]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _touched(session: Session, entry: Person | Vessel, now: datetime) -> None:
    entry.version += 1
    entry.updated_at = now
    if isinstance(entry, Person):
        write_keys(session, entry)
