"""Makes two entries of an event one person, and takes them apart again; a person decides it.

Only an identical paper with an identical birth date joins by itself, and that is undone alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.crises.models import LikePair, MassEvent, Participant
from app.crises.recording import happened, mergers_of
from app.crises.rules import Source, Status
from app.errors import Conflict
from app.permissions import Actor
from app.registers.names import fold_names, name_key

# What the kept entry takes over where it says nothing itself.
_TAKEN: Final = (
    *("birth_date", "birth_year", "sex", "id_kind", "id_number", "id_number_index", "contact"),
    *("home_text", "province_code", "commune_code", "family", "medical", "shelter"),
    *("transit_country", "journey_id", "person_id", "case_id", "explanation"),
)
_FLAGS: Final = ("is_minor", "is_victim", "is_medical")
# The spelling that is shown: what the citizen or the mission wrote, then the gate, then abroad.
_ORDER: Final = (Source.REGISTRATION, Source.MISSION, Source.GATE, Source.FOREIGN)
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Joined:
    """Two entries to join; `is_sure` where paper and birth date are the same."""

    kept_id: int
    merged_id: int
    score: int
    is_sure: bool = False


def merge_people(
    session: Session, actor: Actor, event: MassEvent, pairs: Sequence[Joined], *, now: datetime
) -> int:
    """Join each pair under the entry that leads it; answers how many were joined."""
    held = _families(
        session, event, {one for pair in pairs for one in (pair.kept_id, pair.merged_id)}
    )
    led: dict[int, list[Participant]] = {}  # who leads to whom: looked up for every pair
    for one in held.values():
        if one.merged_into_id is not None:
            led.setdefault(one.merged_into_id, []).append(one)
    count = 0
    for pair in pairs:
        kept, merged = (_root(held, one) for one in (pair.kept_id, pair.merged_id))
        if kept.id == merged.id:
            continue
        if pair.is_sure and kept.case_id is not None and merged.case_id is not None:
            continue  # two cases are joined by somebody first; a list does not stop for it
        _join(session, actor, led, kept, merged, pair=pair, now=now)
        count += 1
    session.flush()
    return count


def _families(session: Session, event: MassEvent, ids: set[int]) -> dict[int, Participant]:
    """These entries with everything that leads to them, or that they lead to."""
    found: dict[int, Participant] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        led = select(Participant.merged_into_id).where(Participant.id.in_(part))
        roots = or_(Participant.id.in_(part), Participant.id.in_(led))
        inside = select(Participant.id).where(roots)
        asked = select(Participant).where(
            Participant.event_id == event.id,
            or_(roots, Participant.merged_into_id.in_(inside)),
        )
        found |= {one.id: one for one in session.scalars(asked)}
    return found


def _root(held: dict[int, Participant], entry_id: int) -> Participant:
    entry = held[entry_id]
    return held[entry.merged_into_id] if entry.merged_into_id is not None else entry


def _join(
    session: Session,
    actor: Actor,
    led: dict[int, list[Participant]],
    kept: Participant,
    merged: Participant,
    *,
    pair: Joined,
    now: datetime,
) -> None:
    if kept.case_id is not None and merged.case_id is not None:
        raise Conflict(
            _("Cả hai dòng đã có hồ sơ riêng: hãy gộp hai hồ sơ trước, rồi gộp hai dòng.")
        )
    followers = led.pop(merged.id, [])
    followed = [one.id for one in followers]
    filled = _fill(kept, merged)
    for one in (merged, *followers):
        one.merged_into_id = kept.id
    led.setdefault(kept.id, []).extend([merged, *followers])
    refresh(kept, led[kept.id])
    data = {"merged": merged.id, "followed": followed, "filled": filled, "score": pair.score}
    kind = "merged_automatically" if pair.is_sure else "merged"
    happened(session, actor, kept.id, kind, text=merged.spelling, data=data, now=now)


def _fill(kept: Participant, merged: Participant) -> list[str]:
    filled = []
    for name in _TAKEN:
        if getattr(kept, name) in (None, "") and getattr(merged, name) not in (None, ""):
            setattr(kept, name, getattr(merged, name))
            filled.append(name)
    for name in _FLAGS:
        if getattr(merged, name) and not getattr(kept, name):
            setattr(kept, name, True)
            filled.append(name)
    if kept.status == Status.EXPECTED != merged.status:
        kept.status, kept.status_at = merged.status, merged.status_at
        kept.status_by = merged.status_by
        filled.append("status")
    return filled


def refresh(root: Participant, others: Sequence[Participant]) -> None:
    """Make the name, the words and the sources of the kept entry agree with all its rows."""
    rows = [root, *others]
    ordered = sorted(rows, key=lambda one: _ORDER.index(Source(one.source)))
    marked = [one.spelling for one in ordered if not one.spelling.isascii()]
    root.name = marked[0] if marked else ordered[0].spelling
    root.name_fold = fold_names(*(n for one in rows for n in (one.spelling, one.other_spelling)))
    root.sort_name = name_key(root.name)
    for source in Source:
        setattr(root, f"in_{source}", any(one.source == source for one in rows))


def part_entry(
    session: Session, actor: Actor, root: Participant, merged_id: int, *, now: datetime
) -> Participant:
    """An entry stands by itself again, with those who had followed it before."""
    held = _families(session, session.get_one(MassEvent, root.event_id), {root.id})
    merged = held.get(merged_id)
    if merged is None or merged.merged_into_id != root.id:
        raise Conflict(_("Dòng này đã được tách trước đó. Hãy tải lại trang."))
    mergers = mergers_of(session, root.id)
    merger = next((data for data in mergers if data.get("merged") == merged_id), {})
    merged.merged_into_id = None
    for follower in merger.get("followed", []):
        held[follower].merged_into_id = merged.id
    _give_back(root, merged, merger.get("filled", []))
    for one in (root, merged):
        refresh(one, [row for row in held.values() if row.merged_into_id == one.id])
    for one, other in ((root, merged), (merged, root)):
        happened(session, actor, one.id, "parted", text=other.spelling, data={}, now=now)
    session.flush()
    return merged


def _give_back(root: Participant, merged: Participant, filled: Sequence[str]) -> None:
    """What the kept entry had only from the other, as long as nobody has changed it since."""
    for name in filled:
        if getattr(root, name) != getattr(merged, name):
            continue
        if name == "status":
            root.status = Status.EXPECTED
        elif name in _FLAGS:
            setattr(root, name, False)
        else:
            is_text = isinstance(getattr(root, name), str) and name in _EMPTY_TEXTS
            setattr(root, name, "" if is_text else None)


_EMPTY_TEXTS = frozenset({"contact", "home_text", "family", "medical", "shelter", "explanation"})


def decide_pair(
    session: Session,
    actor: Actor,
    event: MassEvent,
    pair: LikePair,
    *,
    is_same: bool,
    now: datetime,
) -> None:
    """A person says that two entries are one, or two; said twice it changes nothing."""
    if pair.state != "open":
        return
    if is_same:
        joined = Joined(pair.one_id, pair.other_id, pair.score)
        merge_people(session, actor, event, [joined], now=now)
    pair.state = "same" if is_same else "apart"
    pair.decided_at, pair.decider_name = now, actor.name
