"""Every refusal says which rule, its cure, who can and what follows; programs read the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.tokens import make_token
from app.cases import queries
from app.cases.durations import habits_of, measure_steps, store_steps
from app.cases.heads import CaseHead, definition_of_head, get_head_by_id
from app.cases.path_shown import path_of
from app.cases.services import open_case, perform_transition
from app.cases.why import Why, why_fields, why_of
from app.database import reading, transaction
from app.permissions import Actor, Area, Permission
from tests.integration.cases import desk
from tests.integration.cases.people import (
    INCIDENT,
    NOW,
    a_unit,
    a_user,
    acting,
    an_incident,
    command,
    station,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def incident(session: Session) -> CaseHead:
    del session
    with transaction() as writer:
        unit = a_unit(writer, "DBP-LP")
        for name in ("an", "binh"):
            a_user(writer, unit, name, "border_station")
        return an_incident(writer, station(writer))


def explained(actor: Actor, head: CaseHead) -> dict[str, Why]:
    definition = definition_of_head(reading(), head)
    found = why_of(reading(), actor, head, definition, now=NOW)
    return {one.code: one for one in found}


def commander() -> Actor:
    with transaction() as writer:
        return command(writer)


def test_a_step_of_another_role_says_who_and_how_many_people(incident: CaseHead) -> None:
    dispatch = explained(commander(), incident)["dispatch"]
    assert not dispatch.is_fillable
    assert dispatch.reasons[0].code == "role"
    assert dispatch.who == "Đồn Biên phòng"
    assert dispatch.people == ["Đơn vị DBP-LP: 2 người"] or dispatch.people[0].endswith("2 người")
    assert dispatch.href == ""


def test_what_follows_a_step_is_said_before_it_is_taken(incident: CaseHead) -> None:
    with transaction() as writer:
        actor = station(writer)
    dispatch = explained(actor, incident)["dispatch"]
    assert dispatch.is_fillable
    assert any(text.startswith("Hồ sơ chuyển sang “") for text in dispatch.follows)
    assert dispatch.href == f"/ho-so/{incident.reference}/chuyen/dispatch"


def test_a_suspended_case_leads_to_the_act_that_lets_it_run_on(incident: CaseHead) -> None:
    with transaction() as writer:
        actor = station(writer)
        head = perform_transition(
            writer,
            actor,
            incident.reference,
            "suspend",
            answers={"suspend_reason": "family"},
            expected_version=incident.version,
            pack=None,
            now=NOW,
        )
    cause = explained(actor, head)["dispatch"].reasons[0]
    assert (cause.code, cause.href) == ("suspended", f"/ho-so/{head.reference}/chuyen/resume")


def test_who_only_reads_is_told_so(incident: CaseHead) -> None:
    with transaction() as writer:
        unit = a_unit(writer, "DBP-LP")
    reader = acting(unit, "border_station", without=frozenset({Permission.CASE_ACT}))
    said = explained(reader, incident)["dispatch"]
    assert said.reasons[-1].code == "permission"
    assert not said.is_fillable
    assert not said.is_allowed


def test_fields_say_why_they_are_covered_or_fixed(session: Session) -> None:
    del session
    with transaction() as writer:
        unit = a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
        actor = acting(unit, "consular_officer", area=Area(is_everything=True))
        answers = {
            "protection_kind": "detained",
            "country": "RU",
            "danger_level": "normal",
            "persons": [{"label": "Người được bảo hộ"}],
        }
        head = open_case(writer, actor, "citizen_protection", answers=answers, pack=None, now=NOW)
    blind = acting(
        unit,
        "foreign_affairs_officer",
        without=frozenset({Permission.PERSONAL_DATA_VIEW}),
    )
    definition = definition_of_head(reading(), head)
    fields = {one["code"]: one for one in why_fields(blind, head, definition)}
    health = fields["health_note"]
    assert not health["readable"]
    assert len(health["why_not_read"]) == 2
    assert fields["result"]["why_not_edit"][0].startswith("Ở trạng thái này không bước nào hỏi")
    reading().rollback()


def test_the_page_and_the_interface_say_the_same(client: FlaskClient, session: Session) -> None:
    officer = desk.station(session)
    with transaction() as writer:
        head = open_case(
            writer, officer, "border_incident", answers=INCIDENT, pack=None, now=desk.NOW
        )
    desk.sign_in(client, "tram")
    said: dict[str, Any] = client.get(f"/ho-so/{head.reference}/viec-lam").get_json()
    page = client.get(f"/ho-so/{head.reference}").text
    refused = [act for act in said["acts"] if not act["fillable"] and act["reasons"]]
    assert said["reference"] == head.reference
    assert {field["code"] for field in said["fields"]} >= {"incident_kind"}
    for act in refused:
        if ":" not in act["code"] and f"<dt>{act['name']}</dt>" in page:
            assert act["reasons"][0]["text"] in page


def test_a_program_reads_it_with_a_token(client: FlaskClient, session: Session) -> None:
    officer = desk.station(session)
    with transaction() as writer:
        head = open_case(
            writer, officer, "border_incident", answers=INCIDENT, pack=None, now=desk.NOW
        )
        _token, made = make_token(writer, officer, name="QGIS", days=30, now=desk.NOW)
    answer = client.get(
        f"/ho-so/{head.reference}/viec-lam", headers={"Authorization": f"Bearer {made}"}
    )
    assert answer.status_code == 200
    assert client.get(f"/ho-so/{head.reference}/viec-lam").status_code in {302, 401}


# --- how long it takes here -----------------------------------------------------------------


def test_the_path_says_how_long_the_next_step_usually_takes(session: Session) -> None:
    del session
    with transaction() as writer:
        actor = station(writer)
        heads = [an_incident(writer, actor) for _ in range(6)]
        for number, head in enumerate(heads[:5], start=1):
            perform_transition(
                writer,
                actor,
                head.reference,
                "dispatch",
                answers={"position": {"lat": 10.9, "lon": 105.1, "original": "10.9, 105.1"}},
                expected_version=head.version,
                pack=None,
                now=NOW + number * HOUR,
            )
        found = measure_steps(writer, now=datetime(2026, 11, 21, tzinfo=UTC))
        store_steps(writer, found, now=datetime(2026, 11, 21, tzinfo=UTC))
    scopes = {one.scope: (one.count, one.median_minutes) for one in found}
    assert scopes["*"] == (5, 180)
    head = get_head_by_id(reading(), actor, heads[5].id)
    definition = definition_of_head(reading(), head)
    path = path_of(
        reading(),
        actor,
        head,
        definition,
        events=queries.events_of(reading(), head.id),
        now=NOW + HOUR,
    )
    upcoming = next(step for step in path.steps if step["status"] == "next")
    assert upcoming["note"] == "thường mất 3 giờ (trung vị của 5 lần)"
    assert "đơn vị giữ hồ sơ" in path.basis
    assert habits_of(reading(), head).rows[head.state, "dispatch"].scope == f"u{actor.unit_id}"
