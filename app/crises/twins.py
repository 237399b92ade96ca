"""Pairs that hardly leave a doubt, so that somebody may decide all of them with one act.

Name and birth agree wholly, or the paper and the year do; no paper speaks against it, and neither
side is like anybody else. The machine still joins none of them by itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.crises import queries
from app.crises.merging import Joined, merge_people
from app.crises.models import LikePair, MassEvent, Participant
from app.permissions import Actor
from app.sealing import comparable

_WHOLE, _SAME_YEAR = 100, 90
_MOST = 2_000
Pair = tuple[LikePair, Participant, Participant]


def clear_pairs(session: Session, event: MassEvent) -> Sequence[LikePair]:
    """The undecided pairs of an event that hardly leave a doubt."""
    fit = [pair for pair in queries.open_pairs(session, event, limit=_MOST) if _is_clear(*pair)]
    sides = Counter(one.merged_into_id or one.id for _pair, *both in fit for one in both)
    return [
        pair for pair, *both in fit if all(sides[one.merged_into_id or one.id] == 1 for one in both)
    ]


def _is_clear(pair: LikePair, one: Participant, other: Participant) -> bool:
    parts: Mapping[str, int] = pair.parts
    if one.list_id == other.list_id or parts.get("name") != _WHOLE or parts.get("sex", 0) < 1:
        return False
    born = parts.get("birth", 0)
    if parts.get("document") == _WHOLE:
        return born >= _SAME_YEAR
    return born == _WHOLE and bool(one.birth_date) and _papers_agree(one, other)


def _papers_agree(one: Participant, other: Participant) -> bool:
    """A paper that one side does not say, or with O and 0 taken for each other."""
    said = [comparable(side.id_number or "").replace("O", "0") for side in (one, other)]
    return not all(said) or said[0] == said[1]


def join_clear(session: Session, actor: Actor, event: MassEvent, *, now: datetime) -> int:
    """A person says of all of them that they are one; answers how many pairs that were."""
    pairs = clear_pairs(session, event)
    joined = [Joined(pair.one_id, pair.other_id, pair.score) for pair in pairs]
    merge_people(session, actor, event, joined, now=now)
    for pair in pairs:
        pair.state, pair.decided_at, pair.decider_name = "same", now, actor.name
    return len(pairs)
