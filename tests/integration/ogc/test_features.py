"""OGC API – Features over the scoped rows: documents, filters, pages, systems and refusals."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from pyproj import Transformer
from sqlalchemy.orm import Session

from app.cases.models import CaseUnit, UnitRole
from app.database import transaction
from app.ogc.documents import CONFORMS_TO
from tests.integration.cases.desk import sign_in
from tests.integration.maps.conftest import HOSTILE, unit_of
from tests.integration.ogc.conftest import Place, Program, Programs

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MARKERS, CASES = "/collections/markers/items", "/collections/cases/items"


def ids(answer: Any) -> list[str]:  # Any: JSON
    return [feature["id"] for feature in answer["features"]]


def links(answer: Any) -> dict[str, str]:  # Any: JSON
    return {link["rel"]: link["href"] for link in answer["links"]}


def walk(program: Program, path: str, **arguments: str | int) -> list[str]:
    """The ids of every page, by the next links alone."""
    answer, found = program.read(path, **arguments), []
    while True:
        found += ids(answer)
        follows = links(answer).get("next")
        if follows is None:
            return found
        answer = program.read(follows.split("/ogc", 1)[1])


# --- what describes the API -----------------------------------------------------------------


def test_the_landing_page_leads_to_every_document(ministry: Program) -> None:
    found = links(ministry.read(""))
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(found)
    for href in found.values():
        assert href.startswith("http://localhost/ogc")
        assert ministry.get(href.split("/ogc", 1)[1]).status_code == 200


def test_conformance_lists_what_is_true(ministry: Program) -> None:
    said = ministry.read("/conformance")["conformsTo"]
    assert tuple(said) == CONFORMS_TO
    assert not [one for one in said if "temporal" in one or "case-insensitive" in one]


def test_the_description_names_each_path_and_parameter(ministry: Program) -> None:
    api = ministry.read("/api")
    assert ministry.get("/api").mimetype == "application/vnd.oai.openapi+json"
    assert api["openapi"].startswith("3.0")
    items = api["paths"]["/collections/markers/items"]["get"]
    named = {one.get("name") or one["$ref"].rsplit("/", 1)[1] for one in items["parameters"]}
    assert {"limit", "bbox", "bbox-crs", "crs", "datetime", "stage", "neighbour"} <= named
    assert api["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000
    for path in api["paths"]:
        if "{" not in path:
            assert ministry.get(path.rstrip("/")).status_code == 200


def test_a_collection_says_its_systems_and_links(ministry: Program) -> None:
    said = ministry.read("/collections/markers")
    assert said["crs"][0] == said["storageCrs"] == CRS84
    assert {f"{EPSG}{code}" for code in (4326, 3857, 32648, 3405, 3406)} <= set(said["crs"])
    assert f"{EPSG}3148" not in said["crs"]
    assert {"self", "alternate", "items"} <= set(links(said))
    listed = ministry.read("/collections")
    assert [one["id"] for one in listed["collections"]] == ["markers", "cases"]


def test_queryables_are_the_parameters_that_narrow(ministry: Program, add_marker: Place) -> None:
    add_marker(22.5, 106.0, province_code="04")
    said = ministry.read("/collections/markers/queryables")
    assert "handed_over" in said["properties"]["stage"]["enum"]
    for name, schema in said["properties"].items():
        if name == "geometry":
            continue
        value = {"boolean": "true", "integer": "2008", "number": "2.5"}.get(schema["type"], "x")
        value = "2026-11-22" if schema.get("format") == "date-time" else value
        assert ministry.get(MARKERS, **{name: value}).status_code == 200


# --- features -------------------------------------------------------------------------------


def test_a_marker_is_a_point_with_codes_and_words(ministry: Program, add_marker: Place) -> None:
    add_marker(22.5, 106.25, province_code="04", stage="handed_over", label="845")
    answer = ministry.get(MARKERS)
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    said = answer.get_json(force=True)
    assert (said["numberMatched"], said["numberReturned"]) == (1, 1)
    [feature] = said["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [106.25, 22.5]}
    assert feature["properties"]["stage"] == "handed_over"
    assert feature["properties"]["stage_name"] == "Đã bàn giao quản lý"
    assert feature["properties"]["updated_at"].endswith("Z")
    alone = ministry.read(f"{MARKERS}/{feature['id']}")
    assert {name: alone[name] for name in feature} == feature
    assert {"self", "alternate", "collection"} <= set(links(alone))


def test_a_case_holds_what_its_list_shows_and_no_form_data(
    ministry: Program, add_case: Place
) -> None:
    add_case(22.5, 106.0, province_code="04", title=HOSTILE)
    [feature] = ministry.read(CASES)["features"]
    assert feature["id"] == feature["properties"]["reference"]
    assert feature["properties"]["title"] == HOSTILE
    assert feature["properties"]["province_name"].endswith("Cao Bằng")
    assert "data" not in feature["properties"]
    page = ministry.get(CASES, f="html")
    assert page.mimetype == "text/html"
    assert "<img src=x" not in page.text


def test_one_reads_the_own_area_and_nothing_else(
    ministry: Program, province: Program, session: Session, add_case: Place, add_marker: Place
) -> None:
    add_case(22.5, 106.0, province_code="04")
    other = add_case(21.8, 106.7, province_code="20")
    secret = add_case(
        22.5,
        106.1,
        province_code="04",
        confidentiality="restricted",
        owner_unit_id=unit_of(session, "20"),
    )
    add_marker(22.5, 106.0, province_code="04")
    add_marker(21.8, 106.7, province_code="20")
    assert [len(ids(one.read(CASES))) for one in (ministry, province)] == [3, 1]
    assert [len(ids(one.read(MARKERS))) for one in (ministry, province)] == [2, 1]
    assert province.read(CASES, bbox="100,8,110,24")["numberMatched"] == 1
    hidden = set(ids(ministry.read(CASES))) - set(ids(province.read(CASES)))
    hidden_markers = set(ids(ministry.read(MARKERS))) - set(ids(province.read(MARKERS)))
    for path in [f"{CASES}/{one}" for one in hidden] + [f"{MARKERS}/{m}" for m in hidden_markers]:
        assert ministry.get(path).status_code == 200
        assert province.get(path).get_json(force=True)["code"] == "NotFound"
    with transaction() as writer:
        unit = province.actor.unit_id
        writer.add(CaseUnit(case_id=secret, unit_id=unit, role=UnitRole.PARTICIPANT))
    assert len(ids(province.read(CASES))) == 2
    assert other


def test_a_collection_without_its_permission_is_refused(program: Programs) -> None:
    mission = program("lanhsu", "mission_consul", "JP")
    assert mission.get(CASES).status_code == 200
    assert ids(mission.read(MARKERS)) == []
    assert mission.get("/collections/vessels/items").get_json(force=True)["code"] == "NotFound"


# --- pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [{}, {"bbox": "100,8,112,24"}, {"province_code": "04"}])
def test_pages_follow_each_other_without_gap_or_double(
    arguments: dict[str, str], ministry: Program, add_case: Place, add_marker: Place
) -> None:
    for number in range(23):
        add_case(22.0 + number % 5 * 0.1, 105.0 + number % 7 * 0.1, province_code="04")
        add_marker(22.0 + number % 5 * 0.1, 105.0 + number % 7 * 0.1, province_code="04")
    for path in (CASES, MARKERS):
        whole = ids(ministry.read(path, **arguments, limit=1000))
        for limit in (1, 4, 23):
            assert walk(ministry, path, **arguments, limit=limit) == whole
        assert len(set(whole)) == 23


def test_every_page_says_how_many_there_are(ministry: Program, add_marker: Place) -> None:
    for number in range(5):
        add_marker(22.0, 105.0 + number, province_code="04")
    first = ministry.read(MARKERS, limit=2, bbox="100,8,112,24")
    second = ministry.read(links(first)["next"].split("/ogc", 1)[1])
    assert (first["numberMatched"], second["numberMatched"]) == (5, 5)
    assert second["numberReturned"] == 2


def test_cases_come_in_the_order_in_which_they_were_opened(
    ministry: Program, add_case: Place
) -> None:
    for day in (3, 1, 2):
        add_case(22.0, 105.0, province_code="04", opened_at=datetime(2026, 3, day, tzinfo=UTC))
    opened = [one["properties"]["opened_at"] for one in ministry.read(CASES)["features"]]
    assert all(before < after for before, after in pairwise(opened))


# --- where and when -------------------------------------------------------------------------


def test_a_box_may_be_given_in_any_system_and_axis_order(
    ministry: Program, add_marker: Place
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    add_marker(21.8, 106.7, province_code="20")
    [near, _far] = ids(ministry.read(MARKERS))
    assert ids(ministry.read(MARKERS, bbox="105.9,22.4,106.1,22.6")) == [near]
    assert ids(ministry.read(MARKERS, bbox="105.9,22.4,-5,106.1,22.6,9000")) == [near]
    for code in (4326, 3857, 32648, 3405, 3406, 9210, 4756):
        into = Transformer.from_crs("EPSG:4326", f"EPSG:{code}")
        low, high = into.transform(22.4, 105.9), into.transform(22.6, 106.1)
        box = ",".join(str(one) for one in (*low, *high))
        found = ministry.read(MARKERS, **{"bbox": box, "bbox-crs": f"{EPSG}{code}"})
        assert ids(found) == [near], code


def test_a_box_of_metres_has_straight_sides_in_metres(ministry: Program, add_marker: Place) -> None:
    """Its box of degrees is wider: what lies between the two is not in the answer."""
    into = Transformer.from_crs("EPSG:4326", "EPSG:32648", always_xy=True)
    back = Transformer.from_crs("EPSG:32648", "EPSG:4326", always_xy=True)
    west, south = into.transform(107.5, 21.5)
    east, north = west + 100_000, south + 100_000
    inside, outside = back.transform(west + 50, south + 50), back.transform(west - 50, south + 50)
    add_marker(inside[1], inside[0], province_code="04")
    add_marker(outside[1], outside[0], province_code="04")
    for number in range(12):
        lon, lat = back.transform(west - 50, south + 8_000 * number)
        add_marker(lat, lon, province_code="04")
    box = f"{west},{south},{east},{north}"
    asked: dict[str, str | int] = {"bbox": box, "bbox-crs": f"{EPSG}32648", "limit": 1}
    found = walk(ministry, MARKERS, **asked)
    assert found == ids(ministry.read(MARKERS))[:1]


@pytest.mark.parametrize("code", [4326, 3857, 32648, 3405, 3406, 9210])
def test_coordinates_come_in_the_system_asked_for(
    code: int, ministry: Program, add_marker: Place
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    answer = ministry.get(MARKERS, crs=f"{EPSG}{code}")
    assert answer.headers["Content-Crs"] == f"<{EPSG}{code}>"
    point = answer.get_json(force=True)["features"][0]["geometry"]["coordinates"]
    expected = Transformer.from_crs("EPSG:4326", f"EPSG:{code}").transform(22.5, 106.0)
    # Left alone, PROJ may take another operation to VN-2000, up to a metre and a half away.
    assert point == pytest.approx(expected, abs=1e-7 if code == 4326 else 1.5)


def test_a_place_that_a_system_cannot_say_is_left_out(ministry: Program, add_case: Place) -> None:
    add_case(-33.9, -70.0, country_code="CL", owner_unit_id=ministry.actor.unit_id)
    assert ministry.read(CASES)["features"][0]["geometry"] is not None
    far = ministry.read(CASES, crs=f"{EPSG}3857")["features"][0]["geometry"]
    assert far["coordinates"][1] < 0


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("2026-03-02T00:00:00Z", [2]),
        ("2026-03-02", [2]),
        ("2026-03-02T00:00:00Z/..", [2, 3]),
        ("../2026-03-02T00:00:00Z", [1, 2]),
        ("/2026-03-01T12:00:00Z", [1]),
        ("2026-03-01/2026-03-03", [1, 2, 3]),
        ("2025-01-01/2025-12-31", []),
    ],
)
def test_cases_are_found_by_when_they_were_opened(
    asked: str, days: list[int], ministry: Program, add_case: Place
) -> None:
    for day in (1, 2, 3):
        add_case(22.0, 105.0, province_code="04", opened_at=datetime(2026, 3, day, tzinfo=UTC))
    found = ministry.read(CASES, datetime=asked)["features"]
    assert [int(one["properties"]["opened_at"][8:10]) for one in found] == days


def test_properties_narrow_by_their_codes(ministry: Program, add_marker: Place) -> None:
    add_marker(22.5, 106.0, province_code="04", stage="built", condition="leaning")
    add_marker(22.6, 106.0, province_code="04", stage="built", is_illustration=True)
    assert ministry.read(MARKERS, stage="built")["numberMatched"] == 2
    assert ministry.read(MARKERS, stage="built", condition="leaning")["numberMatched"] == 1
    assert ministry.read(MARKERS, is_illustration="true")["numberMatched"] == 1
    assert ministry.read(MARKERS, stage="x' OR '1'='1")["numberMatched"] == 0


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "1,2,3,nan"}, "bbox"),
        ({"bbox": "22,105,23,106"}, "bbox"),
        ({"bbox": "105,23,106,22"}, "bbox"),
        ({"bbox": "1,1,2,2", "bbox-crs": f"{EPSG}9999"}, "bbox-crs"),
        ({"bbox": "1e30,1e30,2e30,2e30", "bbox-crs": f"{EPSG}32648"}, "bbox"),
        ({"crs": f"{EPSG}3148"}, "crs"),
        ({"datetime": "hôm qua"}, "datetime"),
        ({"datetime": "2026-03-02T00:00:00"}, "datetime"),
        ({"datetime": "2026-03-03/2026-03-01"}, "datetime"),
        ({"cursor": "AAAA"}, "cursor"),
        ({"cursor": "WzEsMiwzLG51bGxd"}, "cursor"),
        ({"is_illustration": "x"}, "is_illustration"),
        ({"year_engraved": "x"}, "year_engraved"),
        ({"f": "xml"}, "f"),
        ({"màu": "đỏ"}, "màu"),
    ],
)
def test_what_does_not_hold_is_refused_by_its_name(
    arguments: dict[str, str], named: str, ministry: Program
) -> None:
    answer = ministry.get(MARKERS, **arguments)
    said = answer.get_json(force=True)
    if named == "bbox" and arguments["bbox"] == "22,105,23,106":
        assert "thứ tự trục" in said["description"]
    assert answer.status_code == 400
    assert said["code"] == "InvalidParameterValue"
    assert said["description"].startswith(f"{named}: ")


def test_a_limit_beyond_the_most_is_cut(ministry: Program, add_marker: Place) -> None:
    add_marker(22.5, 106.0)
    assert ministry.read(MARKERS, limit=1_000_000)["numberReturned"] == 1


def test_each_document_has_its_page_for_people(
    app: Flask, ministry: Program, add_marker: Place
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    [marker] = ids(ministry.read(MARKERS))
    client = app.test_client()
    sign_in(client, "bo")
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    paths = ("", "/conformance", "/api", "/collections", "/collections/markers", MARKERS)
    for path in (*paths, "/collections/markers/queryables", f"{MARKERS}/{marker}"):
        page = client.get(f"/ogc{path}", headers=accept)
        assert page.status_code == 200
        assert page.mimetype == "text/html"
        assert "<main" in page.text
        assert str(client.get(f"/ogc{path}").mimetype).endswith("json")
    refused = client.get("/ogc/collections/khong-co", headers=accept)
    assert refused.status_code == 404
    assert refused.mimetype == "text/html"


def test_many_features_are_sent_packed(ministry: Program, add_marker: Place) -> None:
    for number in range(5):
        add_marker(22.0, 105.0 + number, province_code="04")
    headers = {"Authorization": f"Bearer {ministry.key}", "Accept-Encoding": "gzip"}
    answer = ministry.client.get(f"/ogc{MARKERS}", headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"
