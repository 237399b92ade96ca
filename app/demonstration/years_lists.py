"""The handover lists of a published year: one event each, of people from many provinces."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.crises import events, marking, queries
from app.crises.events import EventFacts
from app.crises.marking import Tap
from app.crises.models import MassEvent
from app.crises.queries import PeopleFilter
from app.crises.rules import EventKind, Source, Status
from app.demonstration.chunks import Chunk
from app.demonstration.crises import (
    abroad,
    event_homes,
    event_people,
    participant_ids,
    take,
)
from app.demonstration.people import stations
from app.permissions import Actor

# Where people are handed over: the province, the gate, where they were gathered.
_GATES = (
    ("80", "Cửa khẩu quốc tế Mộc Bài", "Svay Rieng, Phnôm Pênh"),
    ("91", "Cửa khẩu quốc tế Tịnh Biên", "Takeo, Kandal"),
)
_KEPT = "Giữ lại làm rõ nhân thân theo đề nghị của công an cửa khẩu. (Minh họa.)"


def play_lists(chunk: Chunk) -> str:
    homes = event_homes(chunk.stage.session)
    for moment in chunk.moments:
        _play(chunk, moment - timedelta(hours=12), homes)
    return "danh sách trao trả"


def _play(chunk: Chunk, at: datetime, homes: Sequence[str]) -> None:
    chance, published, session = chunk.year.chance, chunk.published, chunk.stage.session
    province, gate, places = chance.choice(_GATES)
    owner = chunk.stage.staff.actor(f"NV{province}", "foreign_affairs_officer")
    count = published.between("lists.persons", chance)
    named = chance.sample(homes, min(published.between("lists.provinces", chance), count))
    facts = EventFacts(
        name=f"Trao trả {count} công dân qua {gate} (minh họa)",
        kind=EventKind.HANDOVER,
        country_code="KH",
        time_zone="Asia/Ho_Chi_Minh",
        places=places,
        gate=gate,
        said_count=count,
        unit_ids=[chunk.stage.staff.actor(_station(province), "border_station").unit_id],
    )
    event = events.begin_event(session, owner, facts, now=at, is_illustration=True)
    people = [
        {**abroad(row), "home_text": row["home_text"]} for row in event_people(chance, named, count)
    ]
    take(session, owner, event, (Source.FOREIGN, f"Danh sách {places}"), people, at=at)
    _hand_on(chunk, owner, event, at + timedelta(hours=3))


def _station(province: str) -> str:
    return next(one.code for one in stations() if one.province_code == province)


def _hand_on(chunk: Chunk, owner: Actor, event: MassEvent, at: datetime) -> None:
    """Received, handed on to the provinces, and some kept back; then the books are closed."""
    session, chance = chunk.stage.session, chunk.year.chance
    side = queries.side_of(session, owner, event)
    everyone = queries.matching(owner, side, event, PeopleFilter())
    marking.mark_many(session, owner, event, everyone, Status.RECEIVED, now=at)
    share = chunk.published["lists.kept_share"]
    for one in participant_ids(session, event):
        if chance.random() < share:
            marking.mark(session, owner, event, one, Tap(Status.KEPT), now=at)
            person = queries.participant_by_id(session, owner, event, one)
            marking.explain(session, owner, event, person, _KEPT, now=at)
    waiting = queries.matching(owner, side, event, PeopleFilter(status=Status.RECEIVED))
    later = at + timedelta(hours=4)
    marking.mark_many(session, owner, event, waiting, Status.HANDED_ON, now=later)
    if not events.balance_of(session, event).unexplained:
        said = "Đã đối soát."
        events.close_event(session, owner, event, note=said, now=later + timedelta(hours=2))
