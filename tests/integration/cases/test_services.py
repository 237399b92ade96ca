"""A case from its first report to its end, through a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.cases import browsing, conversation, queries
from app.cases.heads import get_head
from app.cases.models import Case, CaseClock, CaseEvent, CaseUnit, EventKind
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.cases.transfers import accept_transfer
from app.errors import Conflict, Forbidden, NotFound, Refused
from app.jobs import OutboxEntry
from app.permissions import Permission
from tests.integration.cases.people import (
    INCIDENT,
    NOW,
    a_unit,
    acting,
    an_incident,
    command,
    ministry,
    station,
)

LATER = NOW + timedelta(minutes=30)


def test_opening_gives_number_event_clock_and_work(session: Session) -> None:
    head = an_incident(session, station(session))
    assert head.reference == "BG-2026-DBP-LP-00001"
    assert (head.state, head.version) == ("detected", 1)
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == head.id)).all()
    assert kinds == ["opened"]
    due = session.scalars(select(CaseClock.due_at).where(CaseClock.case_id == head.id)).all()
    assert NOW + timedelta(hours=2) in due
    assert session.scalar(select(OutboxEntry.job)) == "follow_case_event"


def test_numbers_follow_each_other_per_unit_and_year(session: Session) -> None:
    first, second = (an_incident(session, station(session)).reference for _ in range(2))
    other = an_incident(session, station(session, code="DBP-MB")).reference
    assert (first[-5:], second[-5:], other) == ("00001", "00002", "BG-2026-DBP-MB-00001")


def test_a_step_moves_the_case_and_stops_its_clock(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    moved = perform_transition(
        session,
        actor,
        head.reference,
        "dispatch",
        answers={"position": {"lat": 11.2, "lon": 106.1, "original": "11,2; 106,1"}},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert (moved.state, moved.version) == ("on_scene", 2)
    clock = session.scalar(select(CaseClock).where(CaseClock.code == "quick_report"))
    assert clock is not None
    assert (clock.is_running, clock.on_time, clock.ended_how) == (False, True, "stopped")
    case = queries.get(session, actor, head.reference)
    assert (case.lat, case.lon) == (11.2, 106.1)
    assert case.next_due_clock == "inform_counterpart"


def test_the_slower_of_two_people_reads_what_the_faster_did(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    conversation.add_note(
        session, actor, head.reference, kind=EventKind.NOTED, text="Đã báo chỉ huy", now=LATER
    )
    with pytest.raises(Conflict) as caught:
        perform_transition(
            session,
            actor,
            head.reference,
            "dispatch",
            answers={"place_text": "bờ suối"},
            expected_version=1,
            pack=None,
            now=LATER,
        )
    assert caught.value.changes[0].endswith("Ghi chú")
    assert caught.value.typed == {"Mô tả địa điểm": "bờ suối"}


def test_a_refusal_says_who_can_and_what_is_missing(session: Session) -> None:
    head = an_incident(session, station(session))
    with pytest.raises(Refused) as caught:
        perform_transition(
            session,
            ministry(session),
            head.reference,
            "dispatch",
            answers={},
            expected_version=1,
            pack=None,
            now=LATER,
        )
    assert any("Đồn Biên phòng" in reason for reason in caught.value.reasons)


def test_another_unit_finds_nothing(session: Session) -> None:
    head = an_incident(session, station(session))
    stranger = station(session, code="DBP-XX", user_id=9)
    with pytest.raises(NotFound):
        get_head(session, stranger, head.reference)


def test_two_people_are_needed_where_four_eyes_are(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    asked = perform_transition(
        session,
        actor,
        head.reference,
        "reject_report",
        answers={"reason": "Báo nhầm, là dân đi rẫy"},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert asked.state == "detected"
    assert asked.pending is not None
    with pytest.raises(Refused):
        perform_transition(
            session,
            actor,
            head.reference,
            "reject_report",
            answers={},
            expected_version=2,
            pack=None,
            now=LATER,
        )


def test_a_corrected_fact_renews_the_title_and_both_find_the_case(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    moved = perform_transition(
        session,
        actor,
        head.reference,
        "dispatch",
        answers={
            "incident_kind": "shooting",
            "place_text": "lối mở Bến Đình",
            "position": {"lat": 11.2, "lon": 106.1, "original": "11,2; 106,1"},
        },
        expected_version=1,
        pack=None,
        now=LATER,
    )
    title = session.scalar(select(Case.title).where(Case.id == head.id))
    assert title == moved.title == "Nổ súng – lối mở Bến Đình"
    for asked in ("no sung", "ben dinh", "160/4"):
        assert [case.id for case in queries.search(session, actor, asked)] == [head.id]


def test_suspending_pauses_the_clocks_and_resuming_moves_them(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    suspended = perform_transition(
        session,
        actor,
        head.reference,
        "suspend",
        answers={"suspend_reason": "force_majeure"},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert suspended.suspended_for == "force_majeure"
    resumed = perform_transition(
        session,
        actor,
        head.reference,
        "resume",
        answers={},
        expected_version=2,
        pack=None,
        now=LATER + timedelta(hours=5),
    )
    assert resumed.suspended_for is None
    clock = session.scalar(select(CaseClock).where(CaseClock.code == "quick_report"))
    assert clock is not None
    assert clock.due_at == NOW + timedelta(hours=7)


def test_a_transfer_waits_and_then_keeps_the_giving_unit_in_the_case(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    receiver = command(session)
    target = a_unit(session, "BP80")
    proposed = perform_transition(
        session,
        actor,
        head.reference,
        "transfer",
        answers={"unit": {"id": target.id, "label": target.name}, "reason": "Vượt thẩm quyền"},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert proposed.owner_unit_id == actor.unit_id
    moved = accept_transfer(session, receiver, head.reference, now=LATER)
    assert moved.owner_unit_id == target.id
    roles = dict(
        session.execute(
            select(CaseUnit.unit_id, CaseUnit.role).where(CaseUnit.case_id == head.id)
        ).all()
    )
    assert roles == {actor.unit_id: "participant", target.id: "owner"}
    assert queries.get(session, actor, head.reference).id == head.id


def test_an_act_without_its_permission_is_forbidden(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    weak = acting(
        a_unit(session, "DBP-LP"),
        "border_station",
        without=frozenset({Permission.CASE_SUSPEND}),
    )
    with pytest.raises(Forbidden):
        perform_transition(
            session,
            weak,
            head.reference,
            "suspend",
            answers={"suspend_reason": "family"},
            expected_version=1,
            pack=None,
            now=LATER,
        )


def test_merging_closes_one_case_and_tells_the_other(session: Session) -> None:
    actor = station(session)
    first, second = an_incident(session, actor), an_incident(session, actor)
    perform_transition(
        session,
        actor,
        second.reference,
        "merge",
        answers={"other_case": first.reference, "reason": "Trùng vụ việc"},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    merged = queries.get(session, actor, second.reference)
    assert (merged.is_open, merged.merged_into_id) == (False, first.id)
    assert queries.get(session, actor, first.reference).last_event_text.endswith("gộp vào")


def test_changing_an_event_breaks_the_chain_at_that_event(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    for number in range(3):
        conversation.add_note(
            session, actor, head.reference, kind=EventKind.NOTED, text=f"lần {number}", now=LATER
        )
    assert first_bad_event(session, head.id) is None
    session.execute(
        update(CaseEvent).where(CaseEvent.case_id == head.id, CaseEvent.seq == 3).values(text="x")
    )
    session.expire_all()
    bad = first_bad_event(session, head.id)
    assert bad is not None
    assert bad.seq == 3


@pytest.mark.parametrize(
    "asked", ["lao bao", "Lao Bảo", "LAO BAO", "hoà binh", "hòa bình", "đồi 82", "doi 82", "82/3"]
)
def test_search_is_blind_to_diacritics_case_and_tone_placement(
    session: Session, asked: str
) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    an_incident(session, actor)
    conversation.add_note(
        session,
        actor,
        head.reference,
        kind=EventKind.NOTED,
        text="Gần Lao Bảo, bản Hoà Bình, Đồi 82, mốc 82/3",
        now=LATER,
    )
    session.flush()
    assert [case.id for case in queries.search(session, actor, asked)] == [head.id]


def test_a_personal_word_finds_the_case_only_for_those_who_may_read_it(session: Session) -> None:
    actor = station(session)
    report = {"description": "Nguyễn Văn Sậy, số giấy tờ 079088001234"}
    head = an_incident(session, actor, **report)
    stranger = acting(
        a_unit(session, "DBP-LP"),
        "border_station",
        without=frozenset({Permission.PERSONAL_DATA_VIEW}),
    )
    for asked in ("Văn Sậy", "079088001234", "07908"):
        assert [case.id for case in queries.search(session, actor, asked)] == [head.id]
        assert list(queries.search(session, stranger, asked)) == []
    assert [case.id for case in queries.search(session, stranger, "160/4")] == [head.id]


def test_search_shows_nothing_out_of_scope(session: Session) -> None:
    head = an_incident(session, station(session))
    stranger = station(session, code="DBP-XX", user_id=9)
    assert list(queries.search(session, stranger, head.reference)) == []
    assert list(queries.search(session, stranger, "160/4")) == []


def test_a_required_place_must_be_said(session: Session) -> None:
    with pytest.raises(Refused, match="Chưa ghi nơi xảy ra"):
        open_case(
            session,
            station(session),
            "border_incident",
            answers={key: INCIDENT[key] for key in ("incident_kind", "occurred_at")},
            pack=None,
            now=NOW,
        )


def test_tabs_hold_what_they_say(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    counts = browsing.tab_counts(session, actor, now=NOW)
    assert counts[queries.Tab.MINE] == 1
    assert counts[queries.Tab.DUE] == 1
    assert counts[queries.Tab.DONE] == 0
    page = browsing.queue_page(session, actor, queries.Filters(), now=NOW)
    assert [case.id for case in page.cases] == [head.id]


def test_paging_reaches_every_case_once(session: Session) -> None:
    actor = station(session)
    for _ in range(browsing.PAGE_SIZE + 7):
        an_incident(session, actor)
    seen: list[int] = []
    cursor = ""
    while True:
        page = browsing.queue_page(session, actor, queries.Filters(), now=NOW, cursor=cursor)
        seen += [case.id for case in page.cases]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len(seen) == len(set(seen)) == browsing.PAGE_SIZE + 7


def test_the_province_command_sees_its_stations_cases_by_place(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    session.execute(update(Case).where(Case.id == head.id).values(province_code="80"))
    assert get_head(session, command(session), head.reference).id == head.id
    session.execute(text("SELECT 1"))
