"""The situations an expert looks for, and what lies on the desks this morning."""

from app.demonstration.names import DATA
from app.demonstration.script import Stage, play_all, read_scripts

FILES = ("scenarios.yaml", "desks.yaml")
AFFAIRS = ("foreign_affairs.yaml", "border_works.yaml")


def load_scenarios(stage: Stage) -> str:
    return f"{_play(stage, FILES)} tình huống"


def load_affairs(stage: Stage) -> str:
    """Works near the line, patrols, and the foreign affairs of provinces and departments."""
    return f"{_play(stage, AFFAIRS)} hồ sơ đối ngoại địa phương, tuần tra, công trình"


def _play(stage: Stage, files: tuple[str, ...]) -> int:
    return play_all(stage, [script for name in files for script in read_scripts(DATA / name)])
