"""Which rows of an event's lists may be one person: suggested with reasons, joined by people."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises.models import MassEvent, Participant
from app.registers.likeness import Likeness, PersonFacts, compare
from app.registers.name_sounds import BY_NEIGHBOURS, keys_of

_MOST_COMPARED, _MOST_PAIRS, _WIDEST_KEY = 6, 4, 80


@dataclass(frozen=True, slots=True)
class Kin:
    """One entry as it is compared; nothing sealed is opened for it."""

    id: int
    root_id: int
    list_id: int
    names: tuple[str, ...]
    birth_date: date | None
    birth_year: int | None
    sex: str | None
    province_code: str | None
    paper: str | None

    @property
    def facts(self) -> PersonFacts:
        return PersonFacts(
            self.names,
            self.birth_date,
            self.birth_year,
            self.sex,
            self.province_code,
            papers=(self.paper,) if self.paper else (),
        )

    @property
    def keys(self) -> set[str]:
        # Two syllables alone are shared by too many, so those who share them have one birth year.
        year = self.birth_year or ""
        found = {
            f"{key}{year}" if key.startswith(BY_NEIGHBOURS) else key
            for name in self.names
            for key in keys_of(name)
        }
        if self.birth_date is not None:
            found.add(f"b:{self.birth_date}")
        if self.paper:
            found.add(f"#{self.paper}")
        return found


@dataclass(frozen=True, slots=True)
class Suggested:
    """Two entries that may be one person."""

    one: Kin
    other: Kin
    likeness: Likeness


def kin_of(session: Session, event: MassEvent) -> list[Kin]:
    rows = session.execute(
        select(
            *(Participant.id, Participant.merged_into_id, Participant.list_id),
            *(Participant.spelling, Participant.other_spelling, Participant.birth_date),
            *(Participant.birth_year, Participant.sex, Participant.province_code),
            Participant.id_number_index,
        )
        .where(Participant.event_id == event.id)
        .order_by(Participant.id)
    )
    return [_kin(row) for row in rows]


def _kin(row: Any) -> Kin:  # Any: a row of the select above
    names = tuple(filter(None, (row.spelling, row.other_spelling)))
    return Kin(
        row.id,
        row.merged_into_id or row.id,
        row.list_id,
        names,
        row.birth_date,
        row.birth_year,
        row.sex,
        row.province_code,
        row.id_number_index,
    )


def same_people(known: Iterable[Kin], fresh: Iterable[Kin]) -> list[tuple[Kin, Kin]]:
    """Known and fresh entries with the same paper and the same birth date: surely one person."""
    by_paper = {(one.paper, one.birth_date): one for one in known if one.paper and one.birth_date}
    pairs = (
        (by_paper.get((one.paper, one.birth_date)), one)
        for one in fresh
        if one.paper and one.birth_date
    )
    return [(earlier, later) for earlier, later in pairs if earlier is not None]


def suggestions(
    known: Sequence[Kin], fresh: Sequence[Kin], *, settled: Iterable[int] = ()
) -> list[Suggested]:
    """For each fresh entry the most alike of all others; those settled already are left out."""
    done = set(settled)
    everyone = {one.id: one for one in (*known, *fresh)}
    asked = {one.id: one.keys for one in fresh if one.id not in done}
    # A key that no fresh entry has is looked for by nobody.
    by_key: dict[str, list[int]] = {key: [] for keys in asked.values() for key in keys}
    for one in sorted(everyone.values(), key=lambda kin: kin.id):
        for key in asked.get(one.id) or one.keys:
            if key in by_key:
                by_key[key].append(one.id)
    weighed = _Weighed(everyone)
    found: list[Suggested] = []
    for one_id, keys in asked.items():
        found += _most_alike(everyone[one_id], weighed, [by_key[key] for key in keys])
    return found


class _Weighed(dict[int, PersonFacts]):
    """The facts of an entry as they are weighed, put together once for all its comparisons."""

    def __init__(self, everyone: Mapping[int, Kin]) -> None:
        super().__init__()
        self.everyone = everyone

    def __missing__(self, one_id: int) -> PersonFacts:
        self[one_id] = self.everyone[one_id].facts
        return self[one_id]


def _most_alike(one: Kin, weighed: _Weighed, bearers: Iterable[Sequence[int]]) -> list[Suggested]:
    """Only earlier entries, so that a pair is found once; `bearers` of its keys rise by id."""
    shared: Counter[int] = Counter()
    for ids in bearers:
        if len(ids) <= _WIDEST_KEY:
            shared.update(ids[: bisect_left(ids, one.id)])
    everyone, ours = weighed.everyone, weighed[one.id]
    judged = [
        Suggested(everyone[other], one, compare(weighed[other], ours))
        for other, _count in shared.most_common(_MOST_COMPARED)
    ]
    alike = [pair for pair in judged if _is_worth_asking(pair)]
    return sorted(alike, key=lambda pair: -pair.likeness.score)[:_MOST_PAIRS]


def _is_worth_asking(pair: Suggested) -> bool:
    """Within one list two likely different people are not asked about."""
    if pair.one.list_id == pair.other.list_id:
        return pair.likeness.is_likely
    return pair.likeness.is_possible
