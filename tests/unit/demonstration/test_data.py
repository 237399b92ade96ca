"""The data of the demonstration: complete, readable, and of people who do not exist."""

from pathlib import Path

from app.accounts.rules import password_problems
from app.demonstration.names import DATA, invented_name, without_marks
from app.demonstration.paper import Papers
from app.demonstration.people import demonstration_password, personas, stations
from app.demonstration.projects import script_of
from app.demonstration.script import read_scripts
from app.demonstration.year import volumes
from app.demonstration.year_fishers import vessels_per_incident
from app.storage import path_of
from tests.unit.demonstration.chance import seeded

SCENARIOS = {
    "forty-two",
    "repainted",
    "twenty-alerts",
    "handover-110",
    "ashes",
    "minor",
    "evacuation",
    "marker-545",
    "embankment-217",
    "empty-agreement",
    "corrected-figure",
    "new-holiday",
}


def test_at_least_sixty_stations_stand_along_the_three_lines() -> None:
    on_land = [one for one in stations() if one.neighbour]
    assert len(on_land) >= 60
    assert {one.neighbour for one in on_land} == {"CN", "LA", "KH"}
    assert len({one.code for one in stations()}) == len(stations())


def test_the_demonstration_password_meets_the_house_rules() -> None:
    for persona in personas():
        problems = password_problems(
            demonstration_password(), minimum=14, personal=(persona.username,)
        )
        assert problems == []


def test_personas_hold_every_role_but_the_systems() -> None:
    assert len({persona.role for persona in personas()}) == 22


def test_invented_names_follow_the_seed() -> None:
    assert invented_name(seeded(1), is_male=True) == invented_name(seeded(1), is_male=True)
    assert without_marks("Đặng Thị Hồng Nhung") == "THI HONG NHUNG DANG"


def test_there_are_eighteen_projects_each_with_its_source() -> None:
    projects = read_scripts(DATA / "projects.yaml")
    assert len(projects) == 18
    for project in projects:
        script = script_of(project)
        assert script["steps"][0]["note"] == f"Nguồn: {project['source']}."
        assert "minh họa" in script["answers"]["summary"]


def test_the_twelve_scenarios_are_there() -> None:
    assert {said["key"] for said in read_scripts(DATA / "scenarios.yaml")} >= SCENARIOS


def test_fisher_incidents_have_the_published_mean_of_vessels() -> None:
    said = volumes()["fishers"]
    vessels = vessels_per_incident(said["incidents"], said["vessels_per_incident"], seeded(1))
    assert len(vessels) == 55
    assert sum(vessels) == 89


def test_papers_are_what_their_names_say_and_lie_once(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    first, second = papers.paper("Biên bản.pdf"), papers.paper("Công hàm.pdf")
    assert first.sha256 == second.sha256
    assert path_of(tmp_path, first.sha256).read_bytes().startswith(b"%PDF-1.4")
    assert papers.paper("Ảnh hiện trạng.png").media_type == "image/png"
