"""Maps shaded by figures: what a worker publishes, and what of it each reader is sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.cases.models import Case, CaseTypeVersion
from app.database import transaction
from app.geo.zorder import morton_key
from app.jobs import Job, OutboxEntry
from app.maps.pyramid import ask_for_refresh
from app.maps.themes import Theme
from tests.integration.registers.factories import NOW
from tests.integration.reports.conftest import SignIn
from workers.maps import rebuild_layers

AddCases = Callable[..., None]
ADDRESS = "/ban-do/chuyen-de/lop"
EAST = (21.0, 105.5)  # in Hà Giang, as long as there was one; then in Tuyên Quang


@pytest.fixture
def add_cases(session: Session) -> AddCases:
    """Store so many open cases in a province of today; what is not said is ordinary."""
    version = session.scalars(
        select(CaseTypeVersion.id).where(CaseTypeVersion.code == "border_incident")
    ).first()
    numbers = iter(range(1, 10_000))

    def add(
        count: int, province: str, lat: float, lon: float, **facts: Any
    ) -> None:  # Any: columns
        with transaction() as writer:
            owner = writer.scalars(
                select(Unit.id).where(Unit.kind == UnitKind.PROVINCE_AGENCY)
            ).first()
            common: dict[str, Any] = {  # Any: columns of case
                "type_code": "border_incident",
                "type_version_id": version,
                "state": "detected",
                "state_kind": "initial",
                "title": "Vụ việc",
                "data": {},
                "confidentiality": "normal",
                "owner_unit_id": owner,
                "last_hash": "",
                "opened_at": NOW,
                "updated_at": NOW,
                "province_code": province,
                "lat": lat,
                "lon": lon,
                "z_key": morton_key(lat, lon),
            }
            for _ in range(count):
                reference = f"BG-2026-T-{next(numbers):05d}"
                writer.execute(insert(Case).values({**common, "reference": reference, **facts}))

    return add


def build(session: Session, day: str = "") -> None:
    rebuild_layers(session, {"layer": "themes", "day": day}, NOW)


def lines(client: FlaskClient, **asked: str) -> dict[str, dict[str, Any]]:  # Any: JSON
    answer = client.get(ADDRESS, query_string=asked)
    assert answer.status_code == 200, answer.text
    return {line["name"]: line for line in orjson.loads(answer.data)["lines"]}


def test_cases_are_counted_over_the_area_of_their_province(
    reviewer: FlaskClient, session: Session, add_cases: AddCases
) -> None:
    add_cases(3, "08", *EAST)
    add_cases(1, "08", *EAST, confidentiality="restricted")
    add_cases(2, "08", *EAST, is_open=False)
    build(session)
    [line] = lines(reviewer, **{"chuyen-de": "ho-so-mo"}).values()
    assert (line["name"], line["part"], line["shade"]) == ("Tỉnh Tuyên Quang", "4", 1)
    assert line["whole"].startswith("46.")  # two degrees by two, in km²


def test_a_province_is_sent_its_own_area_without_restricted_cases(
    signed_in: SignIn, session: Session, add_cases: AddCases
) -> None:
    client = signed_in("foreign_affairs_officer", "NV08")
    add_cases(3, "08", *EAST)
    add_cases(1, "08", *EAST, confidentiality="restricted")
    build(session)
    [line] = lines(client, **{"chuyen-de": "ho-so-mo"}).values()
    assert line["part"] == "3"
    assert "không tính hồ sơ hạn chế" in client.get("/ban-do/chuyen-de").text


def test_another_province_is_sent_nothing_of_it(
    signed_in: SignIn, session: Session, add_cases: AddCases
) -> None:
    client = signed_in("foreign_affairs_officer", "NV91")
    add_cases(3, "08", *EAST)
    build(session)
    for theme in Theme:
        answer = client.get(ADDRESS, query_string={"chuyen-de": theme.value})
        assert orjson.loads(answer.data)["features"]["features"] == []
        assert "Tuyên Quang" not in answer.text


def test_a_past_day_is_built_on_request_in_the_provinces_of_that_day(
    reviewer: FlaskClient, session: Session, add_cases: AddCases
) -> None:
    asked = {"chuyen-de": "ho-so-mo", "ngay": "2025-06-30"}
    add_cases(2, "08", *EAST, opened_at=NOW.replace(year=2024))
    add_cases(1, "08", *EAST)
    assert reviewer.get(ADDRESS, query_string=asked).status_code == 202
    wanted = session.scalars(
        select(OutboxEntry.payload).where(OutboxEntry.job == Job.REBUILD_LAYERS)
    ).all()
    assert {"layer": "themes", "day": "2025-06-30"} in wanted
    build(session, "2025-06-30")
    counted = {name: line["part"] for name, line in lines(reviewer, **asked).items()}
    assert counted == {"Tỉnh Hà Giang": "2", "Tỉnh Lào Cai": "0"}


def test_the_table_says_what_the_layer_shows(reviewer: FlaskClient, session: Session) -> None:
    build(session)
    asked = {"chuyen-de": "km-thoa-thuan", "theo": "doan"}
    page = reviewer.get("/ban-do/chuyen-de", query_string=asked)
    found = lines(reviewer, **asked)
    assert found
    for name, line in found.items():
        assert name in page.text
        assert line["part"] in page.text
    assert "dựng lúc" in page.text


def test_a_change_asks_for_one_build_in_five_minutes(session: Session) -> None:
    with transaction() as writer:
        for seconds in (0, 20, 40):
            ask_for_refresh(writer, NOW + timedelta(seconds=seconds))
    payloads = session.scalars(
        select(OutboxEntry.payload).where(OutboxEntry.job == Job.REBUILD_LAYERS)
    ).all()
    assert payloads.count({"layer": "themes"}) == 1
