"""The map on a past day: markers and cases as they stood, in the provinces of that day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cases.models import CaseClock, CaseEvent
from app.cases.queries import Filters, Tab
from app.database import transaction
from app.geo.gazetteer import Pack
from app.maps.cells import Box
from app.maps.features import Asked
from app.maps.past import Past, features_on, then_of
from app.permissions import Actor, Area
from app.registers.queries import MarkerFilter
from tests.integration.maps.conftest import MINISTRY, NOW, AddCase, actor_with
from tests.integration.maps.test_routes import SignIn, read
from tests.integration.reports.past_register import add_history

EVERYWHERE = Box(95.0, 2.0, 125.0, 26.0)
NEAR = 16.0
VIEW = "bbox=95,2,125,26&zoom=5"


def look(
    session: Session,
    pack: Pack | None,
    on: date,
    *,
    actor: Actor = MINISTRY,
    compared: date | None = None,
    cases: Filters | None = None,
) -> Past:
    asked = Asked(EVERYWHERE, NEAR, cases or Filters(tab=Tab.ALL), MarkerFilter())
    return features_on(
        session,
        actor,
        asked,
        then=then_of(session, actor, on, pack),
        compared=then_of(session, actor, compared, pack) if compared else None,
        now=NOW,
    )


def states(past: Past) -> Mapping[str, str]:
    return {point["title"]: point["state"] for point in past.answer.points}


@pytest.fixture
def history(session: Session, pack: Pack) -> None:
    del session
    with transaction() as writer:
        add_history(writer, pack)


@pytest.fixture
def moved_case(add_case: AddCase) -> int:
    """A case found on 10.01.2024, on the scene since 01.02, closed on 05.03."""
    case_id = add_case(
        22.5,
        106.0,
        province_code="04",
        title="Vụ cũ",
        state="closed",
        state_kind="terminal",
        is_open=False,
        opened_at=moment(2024, 1, 10),
        updated_at=moment(2024, 3, 5),
    )
    with transaction() as writer:
        for seq, (kind, at, state) in enumerate(
            (
                ("opened", moment(2024, 1, 10), "detected"),
                ("confirmation_requested", moment(2024, 1, 12), "false_report"),
                ("moved", moment(2024, 2, 1), "on_scene"),
                ("moved", moment(2024, 3, 5), "closed"),
            )
        ):
            writer.execute(insert(CaseEvent).values(_event(case_id, seq, kind, at, state)))
    return case_id


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 5, tzinfo=UTC)


def _event(
    case_id: int, seq: int, kind: str, at: datetime, state: str
) -> dict[str, Any]:  # Any: columns
    plain = {"actor_id": 1, "actor_name": "A", "unit_id": 1, "data": {}}
    hashes = {"previous_hash": "", "hash": str(seq)}
    said = {"case_id": case_id, "seq": seq, "kind": kind, "at": at, "to_state": state}
    return {**plain, **hashes, **said}


@pytest.mark.usefixtures("history")
def test_markers_stand_as_on_the_day_and_not_before_they_existed(
    session: Session, pack: Pack
) -> None:
    assert states(look(session, pack, date(2009, 6, 1))) == {}
    assert states(look(session, pack, date(2013, 6, 1))) == {
        "47": "agreed_in_field",
        "48": "agreed_on_map",
        "260": "handed_over",
    }
    assert states(look(session, pack, date(2018, 3, 1)))["47/1.1"] == "agreed_on_map"


@pytest.mark.usefixtures("moved_case")
def test_a_case_stands_as_its_events_say(session: Session) -> None:
    said = {
        day: states(look(session, None, day)).get("Vụ cũ")
        for day in (date(2024, 1, 9), date(2024, 1, 20), date(2024, 2, 1), date(2024, 3, 5))
    }
    assert list(said.values()) == [None, "detected", "on_scene", "closed"]


def test_a_case_was_late_while_its_deadline_ran_on(session: Session, moved_case: int) -> None:
    with transaction() as writer:
        writer.add(
            CaseClock(
                case_id=moved_case,
                code="report",
                limit="2 h",
                origin=moment(2024, 1, 10),
                started_at=moment(2024, 1, 10),
                due_at=moment(2024, 1, 11),
                day_status="official",
                pauses=[],
                warn_at=[],
                is_running=False,
                ended_at=moment(2024, 1, 25),
            )
        )
    tones = {
        day: look(session, None, date(2024, 1, day)).answer.points[0]["tone"]
        for day in (10, 20, 26)
    }
    assert tones == {10: "initial", 20: "overdue", 26: "initial"}


@pytest.mark.usefixtures("moved_case")
def test_the_tab_of_closed_cases_is_that_of_the_day(session: Session) -> None:
    done = Filters(tab=Tab.DONE)
    assert look(session, None, date(2024, 2, 20), cases=done).answer.cases == 0
    assert look(session, None, date(2024, 3, 20), cases=done).answer.cases == 1


@pytest.mark.usefixtures("moved_case", "history")
def test_other_provinces_stay_out_of_sight_on_every_day(session: Session, pack: Pack) -> None:
    stranger = actor_with(Area(is_everything=False, province_codes=frozenset({"91"})), unit_id=0)
    past = look(session, pack, date(2024, 2, 20), actor=stranger)
    assert (past.answer.markers, past.answer.cases) == (0, 0)


@pytest.mark.usefixtures("moved_case", "history")
def test_two_days_are_counted_side_by_side(session: Session, pack: Pack) -> None:
    past = look(session, pack, date(2024, 2, 20), compared=date(2013, 6, 1))
    counted = {(one.group, one.code): (one.then, one.now) for one in past.counts or ()}
    assert counted == {
        ("marker", "agreed_in_field"): (1, 0),
        ("marker", "agreed_on_map"): (1, 2),
        ("marker", "handed_over"): (1, 2),
        ("case", "working"): (0, 1),
    }
    then = {point["title"]: point["then"] for point in past.answer.points}
    assert then["47/1.1"] is None
    assert then["47"]["state"] == "agreed_in_field"


def test_the_provinces_are_those_of_the_day(signed_in: SignIn, add_case: AddCase) -> None:
    found = moment(2024, 1, 10)
    add_case(22.5, 106.0, province_code="04", opened_at=found, updated_at=found)
    client = signed_in("bo", "boundary_leader", "UBBG")
    before = read(client, f"/ban-do/doi-tuong?{VIEW}&ngay=2025-06-30")
    after = read(client, f"/ban-do/doi-tuong?{VIEW}&ngay=01/07/2025")
    assert (len(before["day"]["provinces"]), len(after["day"]["provinces"])) == (63, 34)
    assert (before["cases"], after["cases"]) == (1, 1)
    assert "theo 63 tỉnh" in before["day"]["said"]


def test_today_is_answered_live(signed_in: SignIn, add_case: AddCase) -> None:
    add_case(22.5, 106.0, province_code="04")
    answer = read(
        signed_in("bo", "boundary_leader", "UBBG"), f"/ban-do/doi-tuong?{VIEW}&ngay=2999-01-01"
    )
    assert answer["cases"] == 1
    assert "day" not in answer
