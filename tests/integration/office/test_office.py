"""A unit at its desks: teams and rules on their page, somebody away, a post that changes hands."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.queries import unit_by_code
from app.cases import conversation
from app.cases.heads import get_head
from app.cases.models import CaseEvent
from app.database import transaction
from app.errors import Conflict, Invalid, NotFound, Refused
from app.notices.models import Notice
from app.office import handovers
from app.office.models import HandoverState
from app.office.reminders import remind_of_handovers
from app.permissions import Actor
from tests.integration.cases import desk
from tests.integration.cases.people import an_incident

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = desk.NOW.astimezone(ZONE).date()


def officer(session: Session, name: str, role: str = "foreign_affairs_officer") -> Actor:
    return desk.person(session, name, role, unit_by_code(session, "NV80"))


def carried(actor: Actor, author: Actor) -> str:
    """An incident of the office that this person carries."""
    with transaction() as writer:
        head = an_incident(writer, author)
        conversation.assign_case(
            writer, author, head.reference, user_id=actor.user_id, now=desk.NOW
        )
    return head.reference


@pytest.fixture
def author(session: Session) -> Actor:
    """Somebody of the same office whose role may open an incident."""
    command = unit_by_code(session, "BP80")
    return desk.person(session, "chihuy", "border_command", command)


def colleague(session: Session, name: str) -> Actor:
    return desk.person(session, name, "border_command", unit_by_code(session, "BP80"))


# --- hand-over ------------------------------------------------------------------------------


def begin(leaver: Actor, successor: Actor) -> int:
    leave = handovers.Leave(leaver.user_id, successor.user_id, TODAY, "Hẹn gặp phía bạn ngày 25.")
    with transaction() as writer:
        return handovers.begin_handover(writer, leaver, leave, now=desk.NOW).id


def test_a_handover_writes_a_note_and_moves_nothing(session: Session, author: Actor) -> None:
    lan = colleague(session, "lan")
    reference = carried(author, author)
    number = begin(author, lan)
    found = handovers.handover_of(session, lan, number)
    assert reference in found.note
    assert "Hẹn gặp phía bạn" in found.note
    assert get_head(session, author, reference).assignee_id == author.user_id
    kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id)).all()
    assert kinds == ["opened", "assigned", "handed_over"]
    told = session.scalars(select(Notice.user_id).where(Notice.kind == "handed_over")).all()
    assert lan.user_id in told


def test_the_successor_accepts_one_by_one_and_what_is_left_stays(
    session: Session, author: Actor
) -> None:
    lan = colleague(session, "lan")
    first, second = carried(author, author), carried(author, author)
    number = begin(author, lan)
    with pytest.raises(Refused), transaction() as writer:
        handovers.accept_cases(writer, author, number, now=desk.NOW)
    taken = get_head(session, lan, first).id
    with transaction() as writer:
        assert handovers.accept_cases(writer, lan, number, case_ids=[taken], now=desk.NOW) == 1
    assert get_head(session, lan, first).assignee_id == lan.user_id
    assert get_head(session, lan, second).assignee_id == author.user_id
    with transaction() as writer:
        assert handovers.accept_cases(writer, lan, number, now=desk.NOW) == 1
    assert handovers.handover_of(session, lan, number).state == HandoverState.DONE
    with pytest.raises(Conflict), transaction() as writer:
        handovers.accept_cases(writer, lan, number, now=desk.NOW)


def test_a_case_given_to_somebody_else_meanwhile_is_left_there(
    session: Session, author: Actor
) -> None:
    lan, minh = colleague(session, "lan"), colleague(session, "minh")
    reference = carried(author, author)
    number = begin(author, lan)
    with transaction() as writer:
        conversation.assign_case(writer, author, reference, user_id=minh.user_id, now=desk.NOW)
    with transaction() as writer:
        assert handovers.accept_cases(writer, lan, number, now=desk.NOW) == 0
    assert get_head(session, lan, reference).assignee_id == minh.user_id


def test_the_day_of_a_handover_is_told_before_and_once_after(
    session: Session, author: Actor
) -> None:
    lan = colleague(session, "lan")
    carried(author, author)
    begin(author, lan)
    days = [desk.NOW - timedelta(days=9), desk.NOW, desk.NOW, desk.NOW + timedelta(days=1)]
    told = []
    for now in days:
        with transaction() as writer:
            told.append(remind_of_handovers(writer, now=now))
    assert told[:3] == [0, 2, 0]
    assert told[3] >= 2
    texts = set(session.scalars(select(Notice.text_vi).where(Notice.source.like("%:soon"))))
    assert texts == {f"Bàn giao vị trí ngày {TODAY:%d/%m/%Y}: còn 1 hồ sơ chưa được nhận."}


def test_a_handover_is_found_only_in_its_unit(session: Session, author: Actor) -> None:
    number = begin(author, colleague(session, "lan"))
    with pytest.raises(NotFound):
        handovers.handover_of(session, officer(session, "la"), number)


def test_one_hands_over_to_another_person_once(session: Session, author: Actor) -> None:
    lan = colleague(session, "lan")
    with pytest.raises(Invalid):
        begin(author, author)
    begin(author, lan)
    with pytest.raises(Invalid):
        begin(author, lan)


# --- the pages ------------------------------------------------------------------------------


def test_a_leader_makes_a_team_and_a_rule_and_tries_it(client: FlaskClient, author: Actor) -> None:
    desk.sign_in(client, "chihuy")
    page = "/don-vi-toi"
    assert desk.send(client, f"{page}/nhom", page=page, name="Tổ tuần tra").status_code == 302
    text = client.get(page).text
    assert "Tổ tuần tra" in text
    rules = f"{page}/phan-viec"
    receiver = client.get(rules).text.split('value="nhom-')[1].split('"', maxsplit=1)[0]
    rule = {
        "name": "Đông người",
        "receiver": f"nhom-{receiver}",
        "type_code": "border_incident",
        "province_code": "",
        "country_code": "",
        "valid_from": "01/11/2026",  # before the incident of these tests was opened
    }
    wrong = desk.send(client, rules, condition="data.nothing > 1", **rule)
    assert wrong.status_code == 422
    assert "data.nothing" in wrong.text
    assert desk.send(client, rules, condition="data.persons_count > 2", **rule).status_code == 302
    with transaction() as writer:
        head = an_incident(writer, author)
    tried = client.get(f"{rules}?thu={head.reference}").text
    assert "quy tắc “Đông người” khớp." in tried
    assert "Tổ tuần tra" in client.get(f"/ho-so/{head.reference}").text
    assert "Không tìm thấy hồ sơ này" in client.get(f"{rules}?thu=KHONG-CO").text


def test_being_away_takes_a_proposal_and_a_leader(
    client: FlaskClient, session: Session, author: Actor
) -> None:
    lan = colleague(session, "lan")
    third = colleague(session, "ba")
    reference = carried(lan, author)
    desk.sign_in(client, "lan")
    path = "/don-vi-toi/vang-mat"
    days = {
        "valid_from": TODAY.strftime("%d/%m/%Y"),
        "valid_to": (TODAY + timedelta(days=3)).strftime("%d/%m/%Y"),
    }
    sent = desk.send(client, path, absent_id=lan.user_id, substitute_id=third.user_id, **days)
    assert sent.status_code == 302
    chief = client.application.test_client()
    desk.sign_in(chief, "chihuy")
    page = chief.get("/don-vi-toi").text
    address = page.split('action="/don-vi-toi/vang-mat/')[1].split('"', maxsplit=1)[0]
    done = desk.send(chief, f"{path}/{address}", page="/don-vi-toi")
    assert done.status_code == 302
    other = client.application.test_client()
    desk.sign_in(other, "ba")
    queue = other.get("/ho-so").text
    assert reference in queue
    assert f"thay {lan.name}" in queue


def test_next_gives_a_case_and_says_when_there_is_none(
    client: FlaskClient, session: Session, author: Actor
) -> None:
    with transaction() as writer:
        head = an_incident(writer, author)
    desk.sign_in(client, "chihuy")
    first = desk.send(client, "/ho-so/viec-tiep-theo", page="/ho-so")
    assert first.headers["Location"].endswith(head.reference)
    second = desk.send(client, "/ho-so/viec-tiep-theo", page="/ho-so")
    assert second.headers["Location"].endswith("/ho-so")
    back = desk.send(client, f"/ho-so/{head.reference}/tra-ve", reason="Đi công tác")
    assert back.status_code == 302
    assert desk.case_now(session, author, head.reference).assignee_id is None


def test_an_administrator_links_two_accounts(client: FlaskClient, session: Session) -> None:
    home = unit_by_code(session, "BNG", kind=UnitKind.MINISTRY)
    desk.person(session, "quantri2", "administrator", home)
    one, two = officer(session, "mot"), officer(session, "hai")
    desk.sign_in(client, "quantri2")
    page = f"/quan-tri/nguoi-dung/{one.user_id}"
    for user in (one, two):
        own = f"/quan-tri/nguoi-dung/{user.user_id}"
        sent = desk.send(client, f"{own}/nhan-dien", page=own, staff_number="CB 77")
        assert sent.status_code == 302
    text = client.get(page).text
    assert "Cùng một người với:" in text
    assert "hai" in text
    refused = desk.send(client, f"{page}/khac-nguoi", page=page, other_id=two.user_id)
    assert refused.status_code == 422
