"""Programs send alerts with a token: judged as a file is, idempotent, in scope, hostile or not."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.tokens import make_token
from app.audit import AuditEntry
from app.database import transaction
from app.jobs import utc_now
from app.permissions import Actor
from app.vms.models import VmsAlert, VmsTrip

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
ADDRESS = "/canh-bao-vms/api"
Send = Callable[..., TestResponse]
KeyOf = Callable[..., str]


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


def alert(number: str = "KG-91234-TS", hours: float = 30, **more: Any) -> dict[str, Any]:
    return {"vessel_number": number, "alert_at": ago(hours), "lat": 9.4, "lon": 103.8, **more}


@pytest.fixture
def key_of(person: Callable[[str, str], Actor]) -> KeyOf:
    """The key of somebody with a role at a unit."""

    def make(unit: str, role: str, *, may_send: bool = True) -> str:
        actor = person(unit, role)
        with transaction() as writer:
            _token, key = make_token(
                writer, actor, name="Trung tâm", days=30, may_send=may_send, now=utc_now()
            )
        return key

    return make


@pytest.fixture
def send(house: Flask, key_of: KeyOf) -> Send:
    key = key_of("NV91", "fisheries_officer")
    client = house.test_client()

    def post(body: object, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {key}", **headers}
        return client.post(ADDRESS, data=data, content_type="application/json", headers=given)

    return post


def read(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()
    return found


def test_alerts_are_taken_once_and_a_longer_one_moves_its_end(session: Session, send: Send) -> None:
    first = send([alert()])
    again = send({"items": [alert("kg 91234 ts")], "source": "Trung tâm giám sát"})
    longer = send([alert(ended_at=ago(16.5))])

    assert first.status_code == again.status_code == longer.status_code == 200
    assert (read(first)["created"], read(again)["unchanged"], read(longer)["changed"]) == (1, 1, 1)
    [stored] = read(again)["stored"]
    assert (stored["row"], stored["outcome"], stored["label"]) == (1, "unchanged", "KG-91234-TS")
    [trip] = session.scalars(select(VmsTrip))
    assert (trip.is_open, trip.longest_s) == (False, int(13.5 * 3600))


def test_a_call_and_a_file_with_the_same_alert_make_one(
    house: Flask, session: Session, send: Send, tmp_path: Any
) -> None:
    local = NOW - timedelta(hours=30) + timedelta(hours=7)
    path = tmp_path / "a.csv"
    path.write_text(f"Số tàu;Mất kết nối lúc\nKG 91234 TS;{local:%d/%m/%Y %H:%M}\n")
    house.test_cli_runner().invoke(args=["import", "vms", str(path), "--json"])
    assert read(send([alert()]))["unchanged"] == 1
    assert session.scalar(select(func.count()).select_from(VmsAlert)) == 1


def test_each_bad_alert_is_refused_with_a_sentence_and_the_rest_is_kept(
    session: Session, send: Send
) -> None:
    hostile = [
        alert(),
        alert("KG.91234.TS"),  # the first again
        alert("KG-91235-TS", -5),
        alert("KG-91236-TS", ended_at=ago(40)),
        alert("KG-91237-TS", lat=1e300, lon=-1e300),
        alert("KG-91238-TS", lat=True),
        alert("KG-9\0123-TS"),
        alert("KG-91239-TS", note={"a": [1]}),
        alert("KG-91240-TS", alert_at=10**40),
        alert("KG-91241-TS", duration=1e308),
        alert("KG-91242-TS", alert_at="không rõ"),
        alert("KG-91243-TS", alert_at="2026-02-30T08:00:00+07:00"),
        alert("KG-91244-TS", alert_at="0001-01-01T00:00:00+14:00"),
        alert("x" * 5000),
        alert(note=["KG"]),
        ["KG-91234-TS"],
        None,
        7,
        {},
        alert("=HYPERLINK(1)"),
        alert("KG-91245-TS", lat=9.4, lon=None),
        alert("KG-91246-TS", alert_kind="bão"),
    ]
    answer = send(hostile)
    data = read(answer)

    assert answer.status_code == 200
    assert (data["received"], data["created"]) == (len(hostile), 1)
    assert [one["row"] for one in data["refused"]] == list(range(2, len(hostile) + 1))
    assert all(len(one["reason"]) > 10 and "\0" not in one["reason"] for one in data["refused"])
    assert session.scalar(select(func.count()).select_from(VmsAlert)) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'[{"vessel_number": NaN}]',
        b'[{"lat": Infinity}]',
        b'"KG"',
        b"7",
        b'{"items": {}}',
        b'{"alerts": []}',
        b"\xff\xfe[]",
        b'["\\ud800"]',
        b"[" * 3000 + b"]" * 3000,
        b'{"items": [], "source": 5}',
        b'{"items": [], "dry_run": "yes"}',
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(send: Send, body: bytes) -> None:
    answer = send(body)
    assert answer.status_code == 422
    assert answer.content_type == "application/json"
    assert read(answer)["description"]


def test_moments_are_read_with_their_offset_or_in_the_zone_of_the_unit(
    session: Session, send: Send
) -> None:
    local = NOW - timedelta(hours=30) + timedelta(hours=7)
    forms = [
        (NOW - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        (NOW - timedelta(hours=30)).strftime("%Y-%m-%d %H:%M:%S+00:00"),
        local.strftime("%Y-%m-%dT%H:%M:%S"),
        local.strftime("%Y-%m-%d %H:%M"),
        local.strftime("%d/%m/%Y %H:%M"),
    ]
    data = read(send([alert(f"KG-9123{n}-TS", alert_at=form) for n, form in enumerate(forms)]))
    assert data["refused"] == []
    began = set(session.scalars(select(VmsAlert.started_at)))
    assert began == {NOW - timedelta(hours=30)}


def test_a_call_where_every_alert_is_refused_answers_422_row_by_row(send: Send) -> None:
    answer = send([alert(hours=-9), {}])
    assert answer.status_code == 422
    assert [one["row"] for one in read(answer)["refused"]] == [1, 2]
    assert send([]).status_code == 200


def test_a_dry_call_keeps_nothing(session: Session, send: Send) -> None:
    data = read(send({"items": [alert()], "dry_run": True, "x": 1}))
    assert (data["created"], data["dry_run"]) == (1, True)
    assert session.scalar(select(func.count()).select_from(VmsTrip)) == 0


def test_headings_of_lists_name_fields_too_and_the_rest_is_said(send: Send) -> None:
    data = read(send([{"Số tàu": "KG-91234-TS", "Mất kết nối lúc": ago(3), "speed_kn": 4}]))
    assert data["created"] == 1
    assert data["notes"] == ["Trường không dùng đến: “speed_kn”."]


def test_ten_thousand_alerts_come_in_one_call_and_no_more(session: Session, send: Send) -> None:
    many = [alert(f"KG-{91000 + n % 500}-TS", 2 + n // 500) for n in range(10_000)]
    assert read(send(many))["created"] == 10_000
    assert read(send(many))["unchanged"] == 10_000
    assert session.scalar(select(func.count()).select_from(VmsTrip)) == 500
    assert send([*many, alert()]).status_code == 413


def test_a_vessel_of_another_province_is_refused(session: Session, send: Send) -> None:
    data = read(send([alert("BD-91234-TS"), alert()]))
    assert [one["row"] for one in data["refused"]] == [1]
    assert "ngoài phạm vi" in data["refused"][0]["reason"]
    assert session.scalar(select(func.count()).select_from(VmsTrip)) == 1


def test_only_a_key_that_was_made_for_it_sends(
    house: Flask, session: Session, key_of: KeyOf
) -> None:
    client = house.test_client()
    reading_only = key_of("NV91", "fisheries_officer", may_send=False)
    stranger = key_of("NV96", "foreign_affairs_officer")

    def status(authorization: str | None) -> int:
        headers = {"Authorization": authorization} if authorization else {}
        return client.post(ADDRESS, json=[alert()], headers=headers).status_code

    assert status(None) == 401
    assert status("Bearer cotmoc_sai") == 401
    assert status(f"Bearer {reading_only}") == 403
    assert status(f"Bearer {stranger}") == 403
    basic = client.post(ADDRESS, json=[alert()], auth=("nguoi", reading_only))
    assert basic.status_code == 401
    assert session.scalar(select(func.count()).select_from(VmsAlert)) == 0


def test_a_browsers_session_alone_sends_nothing(
    house: Flask, person: Callable[[str, str], Actor], signed_in: Callable[[Actor], FlaskClient]
) -> None:
    client = signed_in(person("NV91", "fisheries_officer"))
    house.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(ADDRESS, json=[alert()])
    assert answer.status_code == 403
    assert "quá hạn" in answer.get_json()["description"]


def test_the_call_is_on_record_without_any_number(session: Session, send: Send) -> None:
    send([alert(), {}])
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "vms.api_received"))
    assert entry.reason == "1/2"


def test_the_address_describes_itself(house: Flask, key_of: KeyOf) -> None:
    key = key_of("NV91", "fisheries_officer", may_send=False)
    answer = house.test_client().get(ADDRESS, headers={"Authorization": f"Bearer {key}"})
    said = answer.get_json()
    assert said["openapi"] == "3.0.3"
    assert "vessel_number" in said["components"]["schemas"]["alert"]["required"]
    assert set(said["paths"]["/"]["post"]["responses"]) >= {"200", "401", "403", "422"}
