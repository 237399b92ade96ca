"""Who learns what from an event of a case, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind, User
from app.cases import conversation
from app.cases.heads import CaseHead, get_head_by_id
from app.cases.models import Case, CaseEvent, CaseUnit, EventKind
from app.cases.recording import Happening, record
from app.cases.services import perform_transition
from app.cases.transfers import accept_transfer
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.notices.services import follow_event
from app.permissions import SYSTEM_ACTOR, Actor, Area
from app.teams import services as teams
from tests.integration.cases.people import NOW, a_unit, a_user, acting, an_incident

LATER = NOW + timedelta(minutes=30)


def actor_of(user: User, unit: Unit, *roles: str, area: Area | None = None) -> Actor:
    return acting(unit, *roles, user_id=user.id, area=area)


def last_event(session: Session, head: CaseHead) -> CaseEvent:
    found = session.scalar(
        select(CaseEvent).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq.desc())
    )
    assert found is not None
    return found


def follow(session: Session, head: CaseHead) -> dict[int, str]:
    """Follow the newest event; who was told, and as what."""
    event = last_event(session, head)
    follow_event(session, event.id, now=LATER)
    told = select(Notice).where(Notice.source == f"event:{event.id}")
    return {notice.user_id: notice.kind for notice in session.scalars(told)}


def happened(session: Session, head: CaseHead, by: User, **data: object) -> None:
    """A step that `by` took, with what its event holds."""
    now_head = get_head_by_id(session, SYSTEM_ACTOR, head.id)
    actor = actor_of(by, session.get_one(Unit, by.main_unit_id), "any")
    step = Happening(EventKind.MOVED, data=data, transition="dispatch", to_state="on_scene")
    record(session, actor, now_head, step, now=LATER)


def ties(session: Session, head: CaseHead) -> dict[int, str]:
    rows = select(CaseUnit.unit_id, CaseUnit.role).where(CaseUnit.case_id == head.id)
    return {row.unit_id: row.role for row in session.execute(rows)}


@pytest.fixture
def post(session: Session) -> Unit:
    return a_unit(session, "DBP-LP")


def test_assignment_tells_the_assignee_once_with_one_mail(session: Session, post: Unit) -> None:
    lan, minh = (a_user(session, post, name, "border_station") for name in ("lan", "minh"))
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor)
    conversation.assign_case(session, actor, head.reference, user_id=minh.id, now=LATER)
    assert follow(session, head) == {minh.id: "assigned"}
    assert follow_event(session, last_event(session, head).id, now=LATER) == 0
    mails = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.SEND_MAIL)).all()
    notice = session.scalar(select(Notice).where(Notice.user_id == minh.id))
    assert notice is not None
    assert [(mail.key, mail.payload) for mail in mails] == [
        (f"mail:{notice.id}", {"notice_id": notice.id})
    ]


def test_whom_a_rule_gives_a_new_case_is_told_unless_somebody_else_has_it_since(
    session: Session, post: Unit
) -> None:
    lan, minh = (a_user(session, post, name, "border_station") for name in ("lan", "minh"))
    actor = actor_of(lan, post, "border_station")
    rule = teams.RuleFacts("Minh làm hết", NOW.date(), user_id=minh.id)
    teams.add_rule(session, actor, rule, known_fields=frozenset(), now=NOW)
    head = an_incident(session, actor)
    assert follow(session, head) == {minh.id: "assigned"}
    second = an_incident(session, actor)
    opened = last_event(session, second)
    conversation.assign_case(session, actor, second.reference, user_id=lan.id, now=LATER)
    assert follow_event(session, opened.id, now=LATER) == 0


def test_assigning_to_oneself_tells_nobody(session: Session, post: Unit) -> None:
    lan = a_user(session, post, "lan", "border_station")
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor)
    conversation.assign_case(session, actor, head.reference, user_id=lan.id, now=LATER)
    assert follow(session, head) == {}


def test_a_notice_names_no_person(session: Session, post: Unit) -> None:
    lan, minh = (a_user(session, post, name, "border_station") for name in ("lan", "minh"))
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor, place_text="nhà ông Nguyễn Văn Dũng")
    conversation.assign_case(session, actor, head.reference, user_id=minh.id, now=LATER)
    follow(session, head)
    notice = session.scalars(select(Notice)).one()
    assert notice.text_vi == (
        "Bạn được giao xử lý: Vụ việc biên giới, trạng thái “Phát hiện, ghi nhận”."
    )
    assert "Dũng" not in notice.text_vi + notice.text_en


def test_a_step_tells_the_named_role_of_the_province_and_informs_its_unit(
    session: Session, post: Unit
) -> None:
    lan = a_user(session, post, "lan", "border_station")
    near = a_unit(session, "BCH80", kind=UnitKind.BORDER_COMMAND)
    far = a_unit(session, "BCH04", kind=UnitKind.BORDER_COMMAND, province_code="04")
    chief = a_user(session, near, "chief", "border_command")
    a_user(session, far, "stranger", "border_command")
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor)
    perform_transition(
        session,
        actor,
        head.reference,
        "dispatch",
        answers={"position": {"lat": 11.2, "lon": 106.1, "original": "11,2; 106,1"}},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert follow(session, head) == {chief.id: "moved"}
    assert ties(session, head) == {post.id: "owner", near.id: "informed"}
    notice = session.scalars(select(Notice)).one()
    assert notice.text_vi == "Vụ việc biên giới: Triển khai lực lượng → Đang xử lý tại chỗ."


def test_a_unit_that_sees_the_case_by_place_gets_no_tie(session: Session, post: Unit) -> None:
    lan = a_user(session, post, "lan", "border_station")
    near = a_unit(session, "BCH80", kind=UnitKind.BORDER_COMMAND)
    chief = a_user(session, near, "chief", "border_command")
    head = an_incident(session, actor_of(lan, post, "border_station"))
    session.execute(update(Case).where(Case.id == head.id).values(province_code="80"))
    happened(session, head, lan, notify=["border_command"])
    assert follow(session, head) == {chief.id: "moved"}
    assert ties(session, head) == {post.id: "owner"}


def test_a_mission_is_told_of_its_country_and_the_ministry_of_all(
    session: Session, post: Unit
) -> None:
    lan = a_user(session, post, "lan", "border_station")
    kind = UnitKind.MISSION
    here = a_unit(session, "DSQ-A", kind=kind, province_code=None, country_code="KH")
    there = a_unit(session, "DSQ-B", kind=kind, province_code=None, country_code="MY")
    desk = a_unit(session, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
    consul = a_user(session, here, "consul", "mission_consul")
    a_user(session, there, "other", "mission_consul")
    officer = a_user(session, desk, "officer", "consular_officer")
    head = an_incident(session, actor_of(lan, post, "border_station"))
    session.execute(update(Case).where(Case.id == head.id).values(country_code="KH"))
    happened(session, head, lan, notify=["mission_consul", "consular_officer"])
    assert follow(session, head) == {consul.id: "moved", officer.id: "moved"}


def test_other_stations_hear_of_a_case_only_when_no_station_has_it(
    session: Session, post: Unit
) -> None:
    lan = a_user(session, post, "lan", "border_station")
    desk = a_unit(session, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
    officer = a_user(session, desk, "officer", "consular_officer")
    neighbour = a_user(session, a_unit(session, "DBP-MB"), "neighbour", "border_station")
    held = an_incident(session, actor_of(lan, post, "border_station"))
    happened(session, held, officer, notify=["border_station"])
    assert follow(session, held) == {lan.id: "moved"}
    session.execute(
        update(Case).where(Case.id == held.id).values(owner_unit_id=desk.id, province_code="80")
    )
    session.execute(delete(CaseUnit).where(CaseUnit.case_id == held.id))
    happened(session, held, officer, notify=["border_station"])
    assert follow(session, held) == {lan.id: "moved", neighbour.id: "moved"}


def test_four_eyes_tell_who_may_confirm_and_later_who_asked(session: Session, post: Unit) -> None:
    lan = a_user(session, post, "lan", "border_station")
    agency = a_unit(session, "SNV80", kind=UnitKind.PROVINCE_AGENCY)
    leader = a_user(session, agency, "leader", "foreign_affairs_leader")
    far = a_unit(session, "SNV04", kind=UnitKind.PROVINCE_AGENCY, province_code="04")
    a_user(session, far, "stranger", "foreign_affairs_leader")
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor)
    session.execute(update(Case).where(Case.id == head.id).values(province_code="80"))
    answers = {"reason": "Báo nhầm, là dân đi rẫy"}
    perform_transition(
        session,
        actor,
        head.reference,
        "reject_report",
        answers=answers,
        expected_version=1,
        pack=None,
        now=LATER,
    )
    told = follow(session, head)
    assert told[leader.id] == "confirmation_asked"
    assert lan.id not in told
    assert ties(session, head) == {post.id: "owner"}
    happened(session, head, leader, requested_by=lan.id)
    assert follow(session, head) == {lan.id: "confirmed"}


def test_a_transfer_tells_the_receiving_unit(session: Session, post: Unit) -> None:
    lan = a_user(session, post, "lan", "border_station")
    other = a_unit(session, "DBP-MB")
    guard = a_user(session, other, "guard", "border_station")
    a_user(session, other, "clerk", "clerk")
    actor = actor_of(lan, post, "border_station", "border_command")
    head = an_incident(session, actor)
    perform_transition(
        session,
        actor,
        head.reference,
        "transfer",
        answers={"unit": {"id": other.id, "label": other.name}, "reason": "Khác địa bàn"},
        expected_version=1,
        pack=None,
        now=LATER,
    )
    assert follow(session, head) == {guard.id: "transfer_asked"}
    accept_transfer(session, actor_of(guard, other, "border_station"), head.reference, now=LATER)
    assert follow(session, head) == {lan.id: "confirmed"}


def test_people_who_left_are_told_nothing(session: Session, post: Unit) -> None:
    lan, minh = (a_user(session, post, name, "border_station") for name in ("lan", "minh"))
    actor = actor_of(lan, post, "border_station")
    head = an_incident(session, actor)
    conversation.assign_case(session, actor, head.reference, user_id=minh.id, now=LATER)
    minh.active = False
    session.flush()
    assert follow(session, head) == {}
