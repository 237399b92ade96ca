"""The situations an expert looks for, and what lies on the desks this morning."""

from app.demonstration.names import DATA
from app.demonstration.script import Stage, play_all, read_scripts

FILES = ("scenarios.yaml", "desks.yaml")


def load_scenarios(stage: Stage) -> str:
    scripts = [script for name in FILES for script in read_scripts(DATA / name)]
    return f"{play_all(stage, scripts)} tình huống"
