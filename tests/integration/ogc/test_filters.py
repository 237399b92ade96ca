"""CQL2 filters over the scoped rows: every operator, exact shapes, pages, counts and refusals."""

import json
import time
from typing import Any

import pytest

from app.ogc.cql_text import read_text
from tests.integration.ogc.conftest import Place, Program, Programs
from tests.integration.ogc.test_features import CASES, EPSG, MARKERS, ids, walk

# Four markers at the corners of a square of a degree, one in its middle.
SPOTS = {"SW": (22.0, 105.0), "SE": (22.0, 106.0), "NE": (23.0, 106.0), "NW": (23.0, 105.0)}
MIDDLE = (22.5, 105.5)


@pytest.fixture
def spots(add_marker: Place) -> dict[int, str]:
    """Their names by year engraved, which the answers are told by."""
    names = {}
    for year, (name, (lat, lon)) in enumerate(SPOTS.items(), start=2001):
        stage = "built" if name.startswith("S") else "handed_over"
        add_marker(lat, lon, province_code="04", year_engraved=year, stage=stage)
        names[year] = name
    add_marker(*MIDDLE, province_code="08", year_engraved=2010, stage="handed_over", kind="single")
    names[2010] = "M"
    return names


def found(program: Program, spots: dict[int, str], text: str, **arguments: Any) -> str:  # Any: text
    answer = program.read(MARKERS, filter=text, **arguments)
    years = [one["properties"]["year_engraved"] for one in answer["features"]]
    assert answer.get("numberMatched") == len(years)
    return " ".join(sorted(spots[year] for year in years))


TRIANGLE = "POLYGON((104.9 21.9, 106.1 21.9, 106.1 23.1, 104.9 21.9))"
RING = (
    "POLYGON((104 21, 107 21, 107 24, 104 24, 104 21),"
    "(105.4 22.4, 105.6 22.4, 105.6 22.6, 105.4 22.6, 105.4 22.4))"
)
PARTS = (
    "MULTIPOLYGON(((104.9 21.9, 105.1 21.9, 105 22.1, 104.9 21.9)),"
    "((105.9 22.9, 106.1 22.9, 106 23.1, 105.9 22.9)))"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stage = 'built'", "SE SW"),
        ("stage <> 'built'", "M NE NW"),
        ("'built' = stage", "SE SW"),
        ("year_engraved > 2003", "M NW"),
        ("2003 < year_engraved", "M NW"),
        ("year_engraved >= 2002.5 AND year_engraved <= 2004", "NE NW"),
        ("year_engraved BETWEEN 2002 AND 2003", "NE SE"),
        ("year_engraved NOT BETWEEN 2002 AND 2003", "M NW SW"),
        ("year_engraved IN (2001, 2010)", "M SW"),
        ("province_code NOT IN ('04', '99')", "M"),
        ("stage LIKE 'hand%'", "M NE NW"),
        ("stage LIKE 'HAND%'", ""),
        ("stage LIKE 'b_ilt'", "SE SW"),
        ("stage LIKE 'b\\_ilt'", ""),
        ("stage LIKE '*' OR stage LIKE '[b]uilt' OR stage LIKE 'built\\\\'", ""),
        ("stage NOT LIKE 'b%'", "M NE NW"),
        ("CASEI(stage) = CASEI('BuiLT')", "SE SW"),
        ("CASEI(stage) LIKE CASEI('HAND%')", "M NE NW"),
        ("CASEI(stage) IN (CASEI('BUILT'), casei('x'))", "SE SW"),
        ("distance_to_line_m IS NULL", "M NE NW SE SW"),
        ("distance_to_line_m IS NOT NULL", ""),
        ("geometry IS NOT NULL", "M NE NW SE SW"),
        ("is_illustration = FALSE", "M NE NW SE SW"),
        ("is_illustration = TRUE", ""),
        # AND binds before OR, NOT before both.
        ("province_code = '08' OR stage = 'built' AND year_engraved = 2001", "M SW"),
        ("(province_code = '08' OR stage = 'built') AND year_engraved = 2001", "SW"),
        ("NOT stage = 'built' AND year_engraved < 2005", "NE NW"),
        ("NOT (stage = 'built' OR year_engraved = 2010)", "NE NW"),
        ("NOT NOT stage = 'built'", "SE SW"),
        ("TRUE", "M NE NW SE SW"),
        ("FALSE", ""),
        ("\"stage\" = 'built'", "SE SW"),
        ("stage = 'o''brien'", ""),
        ("stage = condition", ""),
        # Shapes: the edge belongs to INTERSECTS, not to WITHIN.
        ("S_INTERSECTS(geometry, BBOX(105, 22, 106, 23))", "M NE NW SE SW"),
        ("S_WITHIN(geometry, BBOX(105, 22, 106, 23))", "M"),
        (f"S_INTERSECTS(geometry, {TRIANGLE})", "M NE SE SW"),
        (f"s_within(geometry,{TRIANGLE})", "SE"),
        (f"S_DISJOINT(geometry, {TRIANGLE})", "NW"),
        (f"NOT S_INTERSECTS(geometry, {TRIANGLE})", "NW"),
        (f"S_CONTAINS({TRIANGLE}, geometry)", "SE"),
        (f"S_INTERSECTS(geometry, {TRIANGLE}) AND stage = 'built'", "SE SW"),
        (f"S_INTERSECTS(geometry, {TRIANGLE}) OR year_engraved = 2004", "M NE NW SE SW"),
        ("S_INTERSECTS(geometry, POINT(105.5 22.5))", "M"),
        ("S_EQUALS(geometry, POINT(105.5 22.500001))", ""),
        ("S_INTERSECTS(geometry, LINESTRING(104 21, 107 24))", "M NE SW"),
        ("S_INTERSECTS(geometry, MULTIPOINT((105 22), (106 23)))", "NE SW"),
        (
            f"S_INTERSECTS(geometry, {RING})",
            "NE NW SE SW",
        ),
        (
            f"S_INTERSECTS(geometry, {PARTS})",
            "NE SW",
        ),
        ("updated_at > DATE('2000-01-01')", "M NE NW SE SW"),
        ("T_BEFORE(updated_at, TIMESTAMP('2000-01-01T00:00:00Z'))", ""),
    ],
)
def test_a_text_filter_finds_what_it_says(
    ministry: Program, spots: dict[int, str], text: str, expected: str
) -> None:
    assert found(ministry, spots, text) == expected


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"op": "=", "args": [{"property": "stage"}, "built"]}, "SE SW"),
        (
            {"op": "and", "args": [
                {"op": "between", "args": [{"property": "year_engraved"}, 2002, 2010]},
                {"op": "not", "args": [{"op": "=", "args": [{"property": "stage"}, "built"]}]},
            ]},
            "M NE NW",
        ),
        ({"op": "in", "args": [{"property": "year_engraved"}, [2001, 2004]]}, "NW SW"),
        ({"op": "isNull", "args": [{"property": "distance_to_line_m"}]}, "M NE NW SE SW"),
        (
            {"op": "like", "args": [
                {"op": "casei", "args": [{"property": "stage"}]}, {"op": "casei", "args": ["BU%"]},
            ]},
            "SE SW",
        ),
        (
            {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [105, 22, 106, 23]}]},
            "M",
        ),
        (
            {"op": "s_intersects", "args": [
                {"property": "geometry"},
                {"type": "Polygon", "coordinates": [
                    [[104.9, 21.9], [106.1, 21.9], [106.1, 23.1], [104.9, 21.9]]]},
            ]},
            "M NE SE SW",
        ),
        (
            {"op": "t_after", "args": [{"property": "updated_at"}, {"date": "2000-01-01"}]},
            "M NE NW SE SW",
        ),
        (
            {"op": "t_during", "args": [
                {"property": "updated_at"}, {"interval": ["..", "2000-01-01T00:00:00Z"]},
            ]},
            "",
        ),
        (True, "M NE NW SE SW"),
    ],
)  # fmt: skip
def test_a_json_filter_finds_what_it_says(
    ministry: Program, spots: dict[int, str], tree: object, expected: str
) -> None:
    text = json.dumps(tree)
    assert found(ministry, spots, text, **{"filter-lang": "cql2-json"}) == expected


def test_a_filter_in_another_system_is_placed_by_it(
    ministry: Program, spots: dict[int, str]
) -> None:
    north_first = "S_INTERSECTS(geometry, BBOX(22.4, 105.4, 22.6, 105.6))"
    assert found(ministry, spots, north_first, **{"filter-crs": f"{EPSG}4326"}) == "M"
    metres = ministry.read(MARKERS, crs=f"{EPSG}32648", filter="year_engraved = 2010")
    x, y = metres["features"][0]["geometry"]["coordinates"]
    box = f"S_INTERSECTS(geometry, BBOX({x - 50}, {y - 50}, {x + 50}, {y + 50}))"
    assert found(ministry, spots, box, **{"filter-crs": f"{EPSG}32648"}) == "M"


def test_a_day_is_a_day_of_the_reader(ministry: Program, add_case: Place) -> None:
    add_case(22.5, 105.5, province_code="04")
    moment = ministry.read(CASES)["features"][0]["properties"]["opened_at"]
    for text in (
        f"opened_at = TIMESTAMP('{moment}')",
        f"T_DURING(opened_at, INTERVAL('{moment}', '..'))",
        f"T_INTERSECTS(opened_at, TIMESTAMP('{moment}'))",
        f"opened_at BETWEEN TIMESTAMP('{moment}') AND TIMESTAMP('{moment}')",
        "T_AFTER(TIMESTAMP('2100-01-01T00:00:00Z'), opened_at)",
    ):
        assert ministry.read(CASES, filter=text)["numberMatched"] == 1, text


def test_filtered_pages_hold_each_feature_once(ministry: Program, add_marker: Place) -> None:
    for number in range(40):
        add_marker(22.0 + number * 0.01, 105.0 + number * 0.01, province_code="04")
    half = "S_INTERSECTS(geometry, POLYGON((104.9 21.9, 105.195 21.9, 105.195 22.3, 104.9 21.9)))"
    for text in (half, "stage <> 'built'"):
        whole = ids(ministry.read(MARKERS, filter=text, limit=100))
        assert sorted(walk(ministry, MARKERS, filter=text, limit=3)) == sorted(whole)
        assert ministry.read(MARKERS, filter=text, limit=1)["numberMatched"] == len(whole)
    assert len(ids(ministry.read(MARKERS, filter=half, limit=100))) == 20
    boxed = ministry.read(MARKERS, filter="stage <> 'built'", bbox="104.9,21.9,105.055,22.055")
    assert boxed["numberMatched"] == 6


def test_a_filter_widens_nobodys_scope(
    province: Program, ministry: Program, add_marker: Place
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    add_marker(22.5, 103.0, province_code="12")
    assert ministry.read(MARKERS, filter="TRUE")["numberMatched"] == 2
    for text in ("TRUE", "province_code = '12' OR TRUE", "NOT province_code = '04' OR TRUE"):
        assert province.read(MARKERS, filter=text)["numberMatched"] == 1


@pytest.mark.parametrize("name", ["title", "place_text", "assignee", "data", "title_fold", "id"])
def test_what_is_no_queryable_answers_no_question(program: Programs, name: str) -> None:
    reader = program("bo2", "boundary_leader", "UBBG")
    answer = reader.get(CASES, filter=f"{name} LIKE '%Nguyễn%'")
    assert answer.status_code == 400
    assert name in answer.get_json(force=True)["description"]


HOSTILE = [
    "stage = ",
    "= 'built'",
    "stage = 'built",
    "stage == 'built'",
    "stage = 'a' AND",
    "(stage = 'a'",
    "stage = 'a')",
    "stage",
    "stage = 5",
    "year_engraved = '5'",
    "year_engraved = TRUE",
    "year_engraved = 99999999999999999999999",
    "is_illustration = 1",
    "year_engraved LIKE '2%'",
    "CASEI(year_engraved) = CASEI('2')",
    "updated_at > 'hôm qua'",
    "updated_at > DATE('2026-13-45')",
    "stage < kind AND stage < updated_at",
    "T_AFTER(stage, DATE('2026-01-01'))",
    "T_DURING(updated_at, DATE('2026-01-01'))",
    "T_MEETS(updated_at, DATE('2026-01-01'))",
    "S_INTERSECTS(stage, POINT(1 2))",
    "S_INTERSECTS(geometry, stage)",
    "S_INTERSECTS(geometry, POINT(1 2), 3)",
    "S_INTERSECTS(geometry, POINT(200 2))",
    "S_INTERSECTS(geometry, POINT(105 nan))",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
    "S_INTERSECTS(geometry, POLYGON EMPTY)",
    "S_CROSSES(geometry, LINESTRING(0 0, 1 1))",
    "pg_sleep(10) = 1",
    "1 = 1",
    "stage IN ()",
    "stage IN (5)",
    "stage LIKE stage",
    "stage; DROP TABLE marker",
    "stage = 'x' -- '",
    "(" * 100 + "stage = 'a'" + ")" * 100,
    "NOT " * 200 + "stage = 'a'",
    " OR ".join(["stage = 'a'"] * 500),
    "x" * 1_000_000,
    "(" * 1_000_000,
    f"stage LIKE '{'%a' * 500}'",
    "S_INTERSECTS(geometry, LINESTRING(" + ",".join(f"{n} 1" for n in range(4000)) + "))",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_filter_that_makes_no_sense_is_refused_in_words(ministry: Program, text: str) -> None:
    begun = time.monotonic()
    answer = ministry.get(MARKERS, filter=text)
    assert answer.status_code == 400, answer.text
    assert answer.get_json(force=True)["description"].startswith("filter: ")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        "5",
        '"x"',
        "null",
        '{"op":"="}',
        '{"op":"=","args":[]}',
        '{"op":"=","args":[{"property":5},1]}',
        '{"op":"=","args":[{"property":"stage"}]}',
        '{"op":"and","args":[]}',
        '{"op":"and","args":[5,6]}',
        '{"op":"in","args":[{"property":"stage"},5]}',
        '{"op":"between","args":[{"property":"year_engraved"},1]}',
        '{"op":"like","args":[{"property":"stage"},{"property":"stage"}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Bogus","coordinates":[1]}]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1]}]}',
        '{"op":"t_after","args":[{"property":"updated_at"},{"date":5}]}',
        '{"op":"t_during","args":[{"property":"updated_at"},{"interval":[1]}]}',
        '{"op":{"x":1},"args":[1,2]}',
        '{"op":"a_contains","args":[{"property":"stage"},["x"]]}',
        '{"op":"' + "not" + '","args":' + "[" * 500 + "]" * 500 + "}",
        '{"filter-lang":"cql-text","filter":"stage"}',
        '{"property":"stage"}',
    ],
)
def test_a_json_filter_that_makes_no_sense_is_refused_in_words(
    ministry: Program, text: str
) -> None:
    answer = ministry.get(MARKERS, filter=text, **{"filter-lang": "cql2-json"})
    assert answer.status_code == 400, answer.text


def test_languages_and_systems_that_are_unknown_are_refused(ministry: Program) -> None:
    for name, value in (("filter-lang", "ecql"), ("filter-crs", "EPSG:9999")):
        answer = ministry.get(MARKERS, filter="TRUE", **{name: value})
        assert answer.status_code == 400
        assert name in answer.get_json(force=True)["description"]


def test_the_tree_of_a_text_keeps_the_ranks_of_its_words() -> None:
    assert read_text("aa = 1 OR bb = 2 AND NOT cc = 3") == read_text(
        "aa=1 OR (bb=2 AND (NOT (cc=3)))"
    )
