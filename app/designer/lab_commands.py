"""The operator's commands of the lab: a file run through the past."""

import json
from pathlib import Path
from typing import Any

import click

from app.commands import in_one_sentence
from app.database import reading, transaction
from app.designer import lab_queries, lab_services
from app.designer.lab_models import FindingKind, LabRun
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.workflow.definition import load_definition

_LISTED = 15
_TITLES = {
    FindingKind.REFUSED: "Nay bị từ chối",
    FindingKind.SECOND_PERSON: "Nay cần người thứ hai",
    FindingKind.MISSED: "Thời hạn sẽ quá",
    FindingKind.STUCK: "Hồ sơ đang mở sẽ mắc kẹt",
}


@click.command("replay")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--months", default=12, show_default=True, help="Số tháng gần nhất.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@in_one_sentence
def replay_file(path: Path, *, months: int, as_json: bool) -> None:
    """Run a definition through the last months of real acts: refusals, deadlines, dead ends."""
    with transaction() as session:
        run = lab_services.order_replay(
            session,
            SYSTEM_ACTOR,
            load_definition(path),
            source=path.name,
            months=months,
            now=utc_now(),
        )
    lab_services.carry_on(run.id, utc_now)
    reading().rollback()
    said = result_of(lab_queries.get_run(reading(), run.code, run.id))
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    tally = said["acts"]
    click.echo(
        f"{run.code}, {months} tháng: {said['cases']} hồ sơ, {tally['acts']} việc đã làm, "
        f"{tally['acts'] - tally['allowed']} việc nay bị từ chối."
    )
    for kind, title in _TITLES.items():
        _print_groups(title, said["findings"][kind.value])


def _print_groups(title: str, groups: list[dict[str, Any]]) -> None:  # Any: JSON
    if groups:
        click.echo(f"{title}:")
    for one in groups[:_LISTED]:
        click.echo(f"  {one['count']} lần, {one['cases']} hồ sơ: {one['vi']}")


def result_of(run: LabRun) -> dict[str, Any]:  # Any: JSON
    """Everything that a run has found, as JSON."""
    groups = {
        kind.value: [
            {"key": one.key, "count": one.count, "cases": one.cases, "vi": one.vi, "en": one.en}
            for one in lab_queries.groups_of(reading(), run.id, kind)
        ]
        for kind in FindingKind
    }
    tally = run.figures["tally"]
    return {
        "id": run.id,
        "code": run.code,
        "months": run.months,
        "cases": run.total,
        "acts": {"acts": tally["acts"], "allowed": tally["allowed"]},
        "deadlines": {
            code: dict(zip(("due", "missed", "due_now", "missed_now"), counts, strict=True))
            for code, counts in tally["clocks"].items()
        },
        "powers": run.figures["powers"],
        "findings": groups,
    }


COMMANDS = (replay_file,)
