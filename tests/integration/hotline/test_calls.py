"""Calls of the hotline: a case in one sending, hints of what is there, a log that counts."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases.models import Case, CaseClock, CaseEvent
from app.database import reading, transaction
from app.errors import Conflict
from app.hotline import queries
from app.hotline.models import HotlineCall, Outcome
from app.hotline.services import add_number
from app.permissions import Actor
from app.registers.entry_services import record_person
from app.registers.models import Person
from app.sealing import PREFIX
from tests.integration.cases.desk import NOW, consul, person, send, sign_in, station

PAGE = "/duong-day-nong"
CALL = {
    "caller": "Trần Thị Hoa",
    "callback": "+84 912 345 678",
    "relation": "parent",
    "person": "Trần Văn Bền",
    "birth_year": "1990",
    "persons": "1",
    "country": "JP",
    "place": "Osaka",
    "kind": "detained",
    "danger": "high",
    "about": "Con trai bị cảnh sát giữ từ tối qua.",
}


@pytest.fixture
def officer(session: Session) -> Actor:
    return consul(session)


def _call(client: FlaskClient, **changed: str) -> str:
    sign_in(client, "lanhsu")
    answer = send(client, PAGE, **{**CALL, "lam": "mo", **changed})
    reading().rollback()  # what was read before the request is of yesterday
    return answer.text if answer.status_code != 302 else answer.headers["Location"]


def test_a_call_opens_a_case_with_what_was_said_and_its_clocks(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    location = _call(client)

    case = session.scalars(select(Case)).one()
    assert location.endswith(f"/ho-so/{case.reference}")
    assert case.data["protection_kind"] == "detained"
    assert case.data["caller_phone"] == CALL["callback"]
    assert case.data["notice_source"] == "hotline"
    assert case.owner_unit_id == officer.unit_id
    assert session.scalars(select(Person)).one().claimed_name == "Trần Văn Bền"
    running = session.scalars(select(CaseClock.code).where(CaseClock.is_running.is_(True))).all()
    assert "triage_critical" in running
    call = session.scalars(select(HotlineCall)).one()
    assert (call.outcome, call.case_id) == (Outcome.OPENED, case.id)


def test_what_the_call_said_is_the_opening_itself_and_no_correction(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client, has_minors="y")
    case = session.scalars(select(Case)).one()

    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds == ["opened"]
    assert case.data["has_minors"] is True
    assert case.data["caller_relation"] == "Cha, mẹ"
    assert case.data["noticed_at"]


def test_the_embassy_of_the_country_is_named_already_when_the_ministry_answers(
    client: FlaskClient, session: Session
) -> None:
    cls = unit_by_code(session, "CLS")
    person(session, "lanhsu", "consular_officer", cls)
    embassy = unit_by_code(session, "TH", kind="mission")
    _call(client, country="TH")
    assert session.scalars(select(Case)).one().data["mission"]["id"] == embassy.id


def test_a_country_without_a_mission_names_none_until_one_is_said_to_cover_it(
    client: FlaskClient, session: Session
) -> None:
    person(session, "lanhsu", "consular_officer", unit_by_code(session, "CLS"))
    _call(client, country="KE")
    assert "mission" not in session.scalars(select(Case)).one().data

    with transaction() as writer:
        unit_by_code(writer, "TZ", kind="mission").covered_country_codes = ["KE"]
    _call(client.application.test_client(), country="KE", person="Lê Thị Khác")
    newest = session.scalars(select(Case).order_by(Case.id.desc())).first()
    assert newest is not None
    assert newest.data["mission"]["label"] == "Đại sứ quán Việt Nam tại Tanzania"


def test_a_namesake_without_an_open_case_does_not_distract(
    client: FlaskClient, officer: Actor
) -> None:
    with transaction() as writer:
        record_person(writer, officer, "Trần Văn Sáu", facts={"birth_year": 1990}, now=NOW)
    sign_in(client, "lanhsu")
    said = _asked(client, {"person": "Trần Văn Bảy", "birth_year": "1990", "callback": ""})
    assert "Sáu" not in said


def test_the_home_page_leads_to_the_call_and_the_call_is_one_form(
    client: FlaskClient, officer: Actor
) -> None:
    del officer
    sign_in(client, "lanhsu")
    assert f'href="{PAGE}"' in client.get("/ho-so").text
    page = client.get(PAGE).text
    assert "+84 981 84 84 84" in page
    assert "+84 4 62 844 844" in page
    assert page.count("<form ") - page.count('class="search"') >= 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    page = _call(client, callback="", country="", about="")

    assert 'href="#callback"' in page
    assert 'href="#country"' in page
    assert 'href="#about"' in page
    assert CALL["caller"] in page
    assert not session.scalars(select(Case)).all()
    assert not session.scalars(select(HotlineCall)).all()


def test_a_question_is_logged_as_answered_without_a_case(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    location = _call(
        client, lam="tra-loi", callback="", country="", kind="", danger="", person="",
        about="Hỏi thủ tục gia hạn hộ chiếu; đã hướng dẫn.",
    )  # fmt: skip

    assert location.endswith("/duong-day-nong/cuoc-goi")
    assert not session.scalars(select(Case)).all()
    assert session.scalars(select(HotlineCall)).one().outcome == Outcome.ANSWERED
    page = client.get(location).text
    assert "Hỏi thủ tục gia hạn hộ chiếu" in page


def test_names_and_numbers_lie_sealed(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client)
    row = session.execute(text("SELECT caller_name, callback, about FROM hotline_call")).one()

    assert all(value.startswith(PREFIX) for value in row)


# --- what is there already ------------------------------------------------------------------


def _asked(client: FlaskClient, fields: Mapping[str, str]) -> str:
    return send(client, f"{PAGE}/trung", page=PAGE, **fields).text


@pytest.mark.parametrize("heard", ["Trần Văn Bền", "tran van ben", "Bền Văn Trần", "Trần Văn Bển"])
def test_a_second_call_finds_the_person_and_the_open_case(
    client: FlaskClient, session: Session, officer: Actor, heard: str
) -> None:
    del officer
    _call(client)
    reference = session.scalars(select(Case.reference)).one()
    said = _asked(client, {"person": heard, "birth_year": "1990", "callback": ""})

    assert reference in said
    assert f'value="gan:{reference}"' in said


def test_the_same_callback_number_brings_back_its_case(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client)
    reference = session.scalars(select(Case.reference)).one()
    said = _asked(client, {"person": "", "birth_year": "", "callback": "84912345678"})

    assert reference in said


def test_without_scripts_a_preview_shows_the_hint_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client)
    page = send(client, PAGE, **{**CALL, "lam": "xem-trung"}).text

    assert session.scalars(select(Case.reference)).one() in page
    assert CALL["about"] in page
    assert len(session.scalars(select(Case)).all()) == 1


def test_a_call_joins_the_case_that_is_there(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client)
    reference = session.scalars(select(Case.reference)).one()
    location = send(
        client, PAGE, **{**CALL, "about": "Đã biết trại giam.", "lam": f"gan:{reference}"}
    ).headers["Location"]
    session.rollback()

    assert location.endswith(reference)
    assert len(session.scalars(select(Case)).all()) == 1
    told = session.scalars(select(CaseEvent).where(CaseEvent.kind == "called")).one()
    assert "Đã biết trại giam." in told.text
    assert CALL["caller"] not in told.text
    assert "345" not in told.text
    outcomes = session.scalars(select(HotlineCall.outcome).order_by(HotlineCall.id)).all()
    assert outcomes == [Outcome.OPENED, Outcome.ATTACHED]


def test_a_hint_names_nobody_outside_the_officers_reach(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    """Somebody at another mission may not learn by asking that a person is known."""
    del officer
    _call(client)
    elsewhere = unit_by_code(session, "KR", kind="mission")
    person(session, "khac", "mission_consul", elsewhere)
    other = client.application.test_client()
    sign_in(other, "khac")
    said = _asked(
        other, {"person": "Trần Văn Bền", "birth_year": "1990", "callback": "84912345678"}
    )

    assert "BHCD" not in said
    assert "Bền" not in said


# --- the log --------------------------------------------------------------------------------


def test_days_are_counted_by_what_became_of_the_calls(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    _call(client)
    send(client, PAGE, **{**CALL, "lam": "tra-loi"})
    session.rollback()
    today = queries.counts_per_day(session, officer, until=date(2100, 1, 1))
    assert sum(one.total for one in today) == 0
    until = session.scalars(select(HotlineCall.at)).first()
    assert until is not None
    counted = queries.counts_per_day(session, officer, until=until.date() + timedelta(days=1))

    assert len(counted) == queries.DAYS_SHOWN
    assert sum(one.total for one in counted) == 2
    assert sum(one.opened for one in counted) == 1
    assert sum(one.answered for one in counted) == 1


def test_another_unit_sees_that_there_was_a_call_and_not_who(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    del officer
    _call(client)
    person(session, "culanhsu", "consular_officer", unit_by_code(session, "CLS"))
    other = client.application.test_client()
    sign_in(other, "culanhsu")
    page = other.get(f"{PAGE}/cuoc-goi").text

    assert "T. T. H." in page
    assert CALL["caller"] not in page
    assert "345 678" not in page
    assert CALL["about"] not in page


def test_who_answers_no_hotline_is_kept_out(client: FlaskClient, session: Session) -> None:
    station(session)
    sign_in(client, "tram")
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/ho-so").text


# --- the number -----------------------------------------------------------------------------


def test_a_new_number_holds_from_its_day_and_the_old_one_stays(
    session: Session, officer: Actor
) -> None:
    day = NOW.date() + timedelta(days=3)
    with transaction() as writer:
        add_number(
            writer, officer, "+84 24 1234 5678", valid_from=day, source="Thông báo số 1", now=NOW
        )
    before, after = queries.number_on(session, NOW.date()), queries.number_on(session, day)

    assert before is not None
    assert before.number == "+84 981 84 84 84"
    assert after is not None
    assert after.number == "+84 24 1234 5678"
    with pytest.raises(Conflict), transaction() as writer:
        add_number(writer, officer, "+84 1", valid_from=day, source="x", now=NOW)
