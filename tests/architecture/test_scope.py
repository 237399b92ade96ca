"""Every route under every role: what lies outside one's area is never shown and never changed.

The requests are made from the application's own table of routes, so that a new route is tried
on the day it is added. A route whose parameters have no value in worlds.py fails its test.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.cases.models import CaseEvent, CaseLink
from app.cases.request_models import UnitRequest
from app.database import reading, transaction
from app.imports.models import ImportBatch
from app.notices.models import Notice
from app.office.models import Handover
from app.ogc.collections import COLLECTIONS
from app.permissions import Actor, Permission
from app.projects.models import AgreedPoint, TalkRound
from app.registers.act_models import JointAct, JointActFile, MarkerClaim
from app.registers.inspection_models import Observation
from app.registers.models import Marker, MarkerChange, Person, Vessel
from app.teams.models import RoutingRule, Substitution, Team, TeamMember
from tests.architecture.worlds import (
    ELSEWHERE,
    HERE,
    SOUGHT,
    Region,
    World,
    build_world,
    station_of,
    unit_of_role,
    values_of_person,
)
from tests.conftest import bare_app
from tests.integration.cases.desk import person, sign_in, token_in

# Nobody else's data can be named through these: they read the signed-in person's own account.
OWN_ACCOUNT = {"accounts.sign_in", "accounts.sign_out", "accounts.change_password"}
# What a new form asks next: nothing of any area is named, nothing is kept.
BLANK_FORMS = {"cases.open_conditions"}
WIDE = {
    "q": SOUGHT,
    "tim": SOUGHT,
    "muc": "tat-ca",
    "lat": "22.8",
    "lon": "106.7",
    "bbox": "95,5,145,45",
    "zoom": "14",
    "dang": "csv",
    "truong": "q",
    "loai": "border_incident",
}
WHERE_THE_WORD_DIFFERS = {
    "cases.event": {"code": "station_suspension"},
    "cases.event_conditions": {"code": "station_suspension"},
    "designer.lab_cases": {"kind": "refused"},
}
NEAR = {"lat": "10.9", "lon": "105.1", "bbox": "95,5,145,45", "zoom": "6"}
QUERIES = {"cases.find_twins": {"loai": "border_incident"}}
# The API refuses what it does not describe, and is asked for both of its forms by `test_features`.
DESCRIBED = {"ogc.items": ("bbox",)}
ALSO_RIGHT = {
    "cases.open_case": {403},  # the definition says which roles open this type
    "cases.open_conditions": {403},
    "accounts.admin.calendar_of_unit": {422},  # no unit is named
    "reports.new_figure": {403},  # the commission alone writes published figures down
    "registers.edit_person": {403},  # asks for the right to personal data besides
    "registers.new_person_consent": {403},  # the same
    "registers.new_person_document": {403},  # the same
    "registers.new_person_name": {403},  # the same
    "registers.new_person_outcome": {403},  # the same
    "registers.new_person_relative": {403},  # the same
    # Lists name everybody: they are for the event's own units, not for a province that receives
    # some of its people. So is the balance; and only those units write.
    "crises.balance": {404},
    "crises.close": {403},
    "crises.correct_row": {404},
    "crises.edit_person": {403},
    "crises.explain_many": {404},
    "crises.list_progress": {404},
    "crises.lists": {404},
    "crises.one_list": {404},
    "crises.pairs": {404},
    "crises.register": {404},
    "crises.sort_unclear": {403},
    "documents.batch": {404},  # the unit that had the letters written
    "documents.batch_file": {404},
    "maps.minimap": {422},  # no reference pack is installed here
    "maps.offline": {422},  # no layers are built here
    "maps.sheet": {422},  # the same
    "cases.refuse_transfer": {404},  # nothing waits to be taken over
    "cases.withdraw_transfer": {404},  # the same
    "cases.answer_opinion": {404},  # the commune alone is asked
    "cases.drop_opinion": {404},  # the station alone asked
    "cases.opinion_round": {404},  # for these two
    "maps.theme_layer": {202, 403},  # nothing is built yet; who has no area is offered no theme
    "maps.theme_table": {403},
    "maps.print_page": {
        404
    },  # an order is a file of its own: tests/integration/maps/test_prints.py
    "maps.print_progress": {404},
    # A border incident follows nobody: tests/integration/cases/test_children_routes.py
    "cases.add_children": {404},
    "cases.amend_child": {404},
    "cases.child": {404},
    "cases.children": {404},
    "cases.edit_sanction": {404},
    "cases.mark_children": {404},
    "cases.new_sanction": {404},
    "cases.sanction": {404},
    "cases.tie_child": {404},
    "cases.verify_children": {404},
    "maps.print_file": {404},
}
REFUSALS = range(300, 500)
OF_MARKERS = {
    *("slug", "marker_id", "photo_id", "inspection_id"),
    *("act_id", "file_id", "discrepancy_id"),
}


@dataclass(frozen=True)
class Scene:
    """Two regions and one person of every role, whose place is HERE or the Ministry."""

    app: Flask
    here: World
    elsewhere: World
    people: Mapping[str, Actor]
    levels: Mapping[str, str]
    own: Mapping[str, Mapping[str, str | int]]
    others: Mapping[str, str | int]

    def clients(self) -> Iterator[tuple[str, Actor, FlaskClient]]:
        for role, actor in self.people.items():
            client = self.app.test_client()
            sign_in(client, role)
            yield role, actor, client


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return bare_app(tmp_path_factory.mktemp("scope"))


@pytest.fixture
def scene(app: Flask, session: Session, tmp_path: Path) -> Scene:
    app.testing = False  # a crash must be counted, not raised
    uploads: Path = app.extensions["settings"].uploads_dir
    authors = {region: _author(session, region) for region in (HERE, ELSEWHERE)}
    with transaction() as writer:
        worlds = {
            region: build_world(writer, region, author, uploads)
            for region, author in authors.items()
        }
    roles = [role for role in session.scalars(select(Role)) if role.code != "system"]
    levels = {role.code: role.level for role in roles}
    people: dict[str, Actor] = {}
    for code, level in levels.items():
        with transaction() as writer:
            unit = unit_of_role(writer, level, code)
        people[code] = person(session, code, code, unit)
    with transaction() as writer:
        stranger = authors[ELSEWHERE]
        others = values_of_person(writer, stranger, worlds[ELSEWHERE].case_id, ELSEWHERE.secret)
        own = {
            code: values_of_person(writer, actor, worlds[HERE].case_id, HERE.secret)
            for code, actor in people.items()
        }
    del tmp_path
    return Scene(app, worlds[HERE], worlds[ELSEWHERE], people, levels, own, others)


def _author(session: Session, region: Region) -> Actor:
    with transaction() as writer:
        unit = station_of(writer, region)
    return person(session, f"don.{region.province}", "border_station", unit)


# --- requests from the table of routes ------------------------------------------------------


def rules_of(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint != "static"
    ]


def _needed(app: Flask, rule: Rule) -> Permission | None:
    needed: Permission | None = getattr(
        app.view_functions[rule.endpoint], "required_permission", None
    )
    return needed


def address_of(rule: Rule, values: Mapping[str, str | int]) -> str:
    values = {**values, **WHERE_THE_WORD_DIFFERS.get(rule.endpoint, {})}
    missing = rule.arguments - values.keys()
    if missing:
        pytest.fail(
            f"{rule.endpoint} ({rule.rule}) has the parameter {sorted(missing)}, for which"
            " tests/architecture/worlds.py has no value: add one to the world or to the person."
        )
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def asked_of(rule: Rule, words: Mapping[str, str]) -> dict[str, str]:
    """Of these words of an address, those that the route takes."""
    if not rule.endpoint.startswith("ogc."):
        return dict(words)
    return {name: words[name] for name in DESCRIBED.get(rule.endpoint, ())}


def text_of(answer: Response) -> str:
    """The words of an answer, also of one that is a packed table."""
    content: bytes = answer.get_data()
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )


def _tally(session: Session) -> dict[str, object]:
    """What a stranger's request could have changed."""
    session.rollback()
    counted = (
        *(AgreedPoint, CaseEvent, CaseLink, JointAct, JointActFile, MarkerChange, MarkerClaim),
        *(Observation, TalkRound),
    )
    found: dict[str, object] = {
        model.__name__: session.scalar(select(func.count()).select_from(model)) for model in counted
    }
    found["teams"] = [
        sorted(session.execute(select(model.id, column)).all(), key=str)
        for model, column in (
            (TeamMember, TeamMember.valid_to),
            (Team, Team.valid_to),
            (RoutingRule, RoutingRule.valid_to),
            (Substitution, Substitution.state),
            (Handover, Handover.state),
            (UnitRequest, UnitRequest.state),
        )
    ]
    versions = [Marker.version, Vessel.version, Person.version]
    found |= {str(one): sorted(session.scalars(select(one))) for one in versions}
    found["read"] = session.scalar(select(func.count()).where(Notice.read_at.is_not(None)))
    found["batches"] = sorted(session.scalars(select(ImportBatch.state)))
    return found


# --- the tests ------------------------------------------------------------------------------


def test_every_parameter_of_a_route_has_a_value_here(scene: Scene) -> None:
    values = {**scene.elsewhere.values, **scene.others}
    rules = [rule for method in ("GET", "POST") for rule in rules_of(scene.app, method)]
    addresses = [address_of(rule, values) for rule in rules]
    assert len(addresses) > 50


def test_nothing_of_another_area_is_shown_under_any_role(scene: Scene) -> None:
    values = {**scene.elsewhere.values, **scene.others}
    wrong = []
    for role, actor, client in scene.clients():
        for rule in rules_of(scene.app, "GET"):
            path = address_of(rule, values)
            with client.get(path, query_string=asked_of(rule, WIDE)) as answer:
                if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    wrong.append(f"{role} GET {path}: {answer.status_code}")
                elif not actor.area.is_everything and ELSEWHERE.secret in text_of(answer):
                    wrong.append(f"{role} GET {path}: shows what lies elsewhere")
    assert not wrong, "\n".join(wrong)


def test_no_collection_of_the_api_shows_what_lies_elsewhere(scene: Scene) -> None:
    wrong = []
    for role, actor, client in scene.clients():
        for name in COLLECTIONS:
            for asked in ({}, {"bbox": WIDE["bbox"]}, {"f": "html"}):
                answer = client.get(f"/ogc/collections/{name}/items", query_string=asked)
                may = actor.may(Permission.MAP_VIEW)
                if answer.status_code != (HTTPStatus.OK if may else HTTPStatus.FORBIDDEN):
                    wrong.append(f"{role} {name} {asked}: {answer.status_code}")
                elif (ELSEWHERE.secret in answer.text) is not actor.area.is_everything:
                    wrong.append(f"{role} {name} {asked}: shows what lies elsewhere")
    assert not wrong, "\n".join(wrong)


def test_what_belongs_to_somebody_else_is_not_found(scene: Scene) -> None:
    """A page that names one thing of another area answers 404, 403 or leads away."""
    values = {**scene.elsewhere.values, **scene.others}
    named = {"reference", "slug", "vessel_id", "person_id", "batch_id", "token", "feature_id"}
    named |= {"photo_id", "inspection_id", "project", "act_id", "file_id", "discrepancy_id"}
    wrong = []
    for role, actor, client in scene.clients():
        for rule in rules_of(scene.app, "GET"):
            asked = rule.arguments & named
            if not asked or (actor.area.is_everything and not asked & {"batch_id", "token"}):
                continue
            with client.get(address_of(rule, values)) as answer:
                if answer.status_code not in REFUSALS:
                    wrong.append(f"{role} GET {rule.rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_nothing_of_another_area_changes_under_any_role(scene: Scene) -> None:
    values = {**scene.elsewhere.values, **scene.others}
    before = _tally(reading())
    wrong = []
    for role, actor, client in scene.clients():
        token = token_in(client.get("/tai-khoan").text)
        for rule in rules_of(scene.app, "POST"):
            needed = _needed(scene.app, rule)
            is_for_all = needed is not None and needed.value.startswith("admin:")
            if not rule.arguments or is_for_all or actor.area.is_everything:
                continue
            if rule.endpoint in BLANK_FORMS:
                continue
            answer = client.post(address_of(rule, values), data={"csrf_token": token, "text": "x"})
            if answer.status_code == HTTPStatus.OK or answer.status_code not in REFUSALS:
                wrong.append(f"{role} POST {rule.rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert _tally(reading()) == before


def test_one_reads_what_lies_in_the_own_area(scene: Scene) -> None:
    wrong = []
    for role, actor, client in scene.clients():
        values = {**scene.here.values, **scene.own[role]}
        for rule in rules_of(scene.app, "GET"):
            if not _is_shown(scene.levels[role], rule):
                continue
            needed = _needed(scene.app, rule)
            may = needed is None or actor.may(needed)
            expected = {200, 302, *ALSO_RIGHT.get(rule.endpoint, ())} if may else {403}
            asked = asked_of(rule, {**NEAR, **QUERIES.get(rule.endpoint, {})})
            with client.get(address_of(rule, values), query_string=asked) as answer:
                if answer.status_code not in expected:
                    wrong.append(f"{role} GET {rule.rule}: {answer.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


def _is_shown(level: str, rule: Rule) -> bool:
    """Whether this person's own area holds what the route names."""
    outside = {
        # a marker belongs to a province
        "mission": OF_MARKERS | {"segment_id"},
        "post": {"vessel_id", "person_id", "trip_id"},  # those are read by the province
        "commune": {"vessel_id", "person_id", "trip_id", "event_id"},  # or by the province
    }
    nowhere = {"name", "token"}  # no layer is built and the held form is not sealed here
    return not rule.arguments & (outside.get(level, set()) | nowhere)


def test_every_post_without_its_token_is_refused(scene: Scene) -> None:
    values = {**scene.here.values, **scene.own["foreign_affairs_officer"]}
    client = scene.app.test_client()
    sign_in(client, "foreign_affairs_officer")
    passed = []
    for rule in rules_of(scene.app, "POST"):
        answer = client.post(address_of(rule, values), data={"text": "x"})
        is_refused = answer.status_code == HTTPStatus.FORBIDDEN and "quá hạn" in answer.text
        if not is_refused:
            passed.append(f"{rule.rule}: {answer.status_code}")
    assert not passed, "\n".join(passed)


def test_every_route_that_changes_something_only_takes_post(house: Flask) -> None:
    methods = {method for rule in house.url_map.iter_rules() for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}
