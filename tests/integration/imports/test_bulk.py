"""Many cases opened at once are the same as cases opened one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.bulk import NewCase, known_cases, open_cases
from app.cases.models import Case, CaseClock, CaseEvent, CaseLink, CaseUnit
from app.cases.recording import first_bad_event
from app.cases.services import open_case
from app.cases.text_models import CaseText
from app.database import transaction
from app.errors import Refused
from app.geo.labels import parse_label
from app.permissions import Actor
from app.registers.models import Marker
from app.registers.packs import current_pack
from app.registers.placing import tags_of
from app.registers.recording import MarkerRow
from app.registers.services import upsert_markers
from tests.integration.imports.conftest import NOW
from tests.integration.registers.factories import MINISTRY, degrees

Person = Callable[[str, str], Actor]
TYPE = "border_incident"
OWN = {"id", "case_id", "reference", "hash", "last_hash", "folded", "import_key", "title"}


def answers(marker: Marker) -> list[dict[str, Any]]:
    point = {"lat": 22.9369, "lon": 104.8494, "original": "22,9369; 104,8494", "crs": "EPSG:4326"}
    first = {"incident_kind": "smuggling", "occurred_at": "2026-03-05T08:30+07:00"}
    return [
        {**first, "position": point, "persons_count": 3},
        {
            **first,
            "nearest_marker": {"id": marker.id, "label": marker.label},
            "marker_offset_m": 300,
        },
        {**first, "place_text": "bờ suối, thôn Nà La"},
    ]


def a_marker(session: Session) -> Marker:
    row = MarkerRow(parse_label("CN 261(1)"), {}, degrees(22.9369286, 104.8493911))
    return upsert_markers(session, MINISTRY, [row], pack=current_pack(), now=NOW)[0].marker


def rows_of(session: Session, model: type[Any], case_id: int) -> list[dict[str, Any]]:
    key = model.id if model is Case else model.case_id
    order = list(model.__table__.primary_key)
    rows = session.scalars(select(model).where(key == case_id).order_by(*order))
    names = [column.key for column in model.__table__.columns if column.key not in OWN]
    return [{name: getattr(row, name) for name in names} for row in rows]


def test_cases_opened_at_once_equal_cases_opened_one_by_one(house: Flask, person: Person) -> None:
    del house
    actor, pack = person("BP08", "border_command"), current_pack()
    with transaction() as session:
        given = answers(a_marker(session))
        single = [
            open_case(session, actor, TYPE, answers=one, pack=pack, now=NOW).id for one in given
        ]
    with transaction() as session:
        cases = [NewCase(one, f"k{index}") for index, one in enumerate(given)]
        many = [one.id for one in open_cases(session, actor, TYPE, cases, pack=pack, now=NOW)]
    for one, other in zip(single, many, strict=True):
        for model in (Case, CaseEvent, CaseClock, CaseUnit, CaseLink):
            assert rows_of(session, model, one) == rows_of(session, model, other), model
        assert first_bad_event(session, other) is None
    words = [session.get_one(CaseText, case_id).folded for case_id in (single[0], many[0])]
    assert words[0].split()[5:] == words[1].split()[5:]


def test_tags_found_together_give_the_same_place(house: Flask, person: Person) -> None:
    del house
    actor, pack = person("BP08", "border_command"), current_pack()
    with transaction() as session:
        marker = a_marker(session)
        one = answers(marker)[0]
        alone = open_cases(session, actor, TYPE, [NewCase(one, "a")], pack=pack, now=NOW)[0]
    assert tags_of([degrees(22.9369, 104.8494)], pack)[0].province_code == alone.province_code


def test_numbers_follow_each_other_without_a_gap(house: Flask, person: Person) -> None:
    del house
    actor = person("BP08", "border_command")
    given = [
        {"incident_kind": "other", "occurred_at": "2026-03-05T08:30+07:00", "place_text": f"n {n}"}
        for n in range(5)
    ]
    with transaction() as session:
        first = open_case(session, actor, TYPE, answers=given[0], pack=None, now=NOW)
        cases = [NewCase(one, f"k{index}") for index, one in enumerate(given)]
        opened = open_cases(session, actor, TYPE, cases, pack=None, now=NOW)
        again = open_cases(session, actor, TYPE, cases, pack=None, now=NOW)
        last = open_case(session, actor, TYPE, answers=given[0], pack=None, now=NOW)
    numbers = [first.reference, *(one.reference for one in opened), last.reference]
    assert [number[-5:] for number in numbers] == [f"{n:05d}" for n in range(1, 8)]
    assert [one.id for one in again] == [one.id for one in opened]
    assert not any(one.is_new for one in again)


def test_one_refused_case_opens_none(house: Flask, person: Person) -> None:
    del house
    actor = person("BP08", "border_command")
    good = {"incident_kind": "other", "occurred_at": "2026-03-05T08:30+07:00", "place_text": "n"}
    cases = [NewCase(good, "a"), NewCase({"incident_kind": "other"}, "b")]
    with pytest.raises(Refused), transaction() as session:
        open_cases(session, actor, TYPE, cases, pack=None, now=NOW)
    assert known_cases(session, ["a", "b"]) == {}
