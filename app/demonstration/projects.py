"""The eighteen real projects as scripts: published facts, with the same way through the steps."""

from collections.abc import Mapping
from typing import Any

from app.demonstration.names import DATA
from app.demonstration.script import Stage, play_all, read_scripts

Said = Mapping[str, Any]  # Any: YAML
PLACED = "(minh họa)"
# What every step of this kind says where the project says nothing else.
_COMMON: Mapping[str, Said] = {
    "open_negotiation": {
        "defence_opinion": "agreed",
        "security_opinion": "agreed",
        "foreign_opinion": "agreed",
        "consent_number": PLACED,
    },
    "record_negotiation_round": {
        "vietnamese_head": "Trưởng đoàn Việt Nam",
        "foreign_head": "Trưởng đoàn phía bạn",
        "agreed_points": "Tiếp tục trao đổi ở vòng sau.",
    },
    "sign": {
        "vietnamese_signatory": "Đại diện được ủy quyền của Việt Nam",
        "foreign_signatory": "Đại diện được ủy quyền của phía bạn",
    },
}
_BY: Mapping[str, str] = {
    "open_negotiation": "UBBG boundary_leader",
    "sign": "UBBG boundary_leader",
    "begin_trial": "{province} province_leader",
    "extend_trial": "{province} province_leader",
    "begin_operation": "{province} province_leader",
    "open_without_trial": "{province} province_leader",
    "complete_works": "{province} province_leader",
}
_LATER = ("province", "place_text")  # asked when the project is submitted, not when it is opened
_OFFICER, _LEADER = "NV{province} foreign_affairs_officer", "NV{province} foreign_affairs_leader"


def load_projects(stage: Stage) -> str:
    scripts = [script_of(project) for project in read_scripts(DATA / "projects.yaml")]
    return f"{play_all(stage, scripts)} dự án"


def script_of(project: Said) -> dict[str, Any]:  # Any: YAML
    """A project as the script that opens it and takes it through its milestones."""
    province = project["province"]
    officer = _OFFICER.format(province=province)
    steps = [_milestone(project, said) for said in project["milestones"]]
    first = steps[0]["at"] if steps else project["at"]
    source = {"note": f"Nguồn: {project['source']}.", "by": officer, "at": first}
    answers = {code: said for code, said in project["answers"].items() if code not in _LATER}
    if "minh họa" not in answers["summary"]:
        answers["summary"] += " Ngày mở hồ sơ và các bước là minh họa."
    return {
        "key": project["key"],
        "type": "shared_project",
        "by": officer,
        "at": first,
        "answers": answers,
        "steps": [source, *steps],
    }


def _milestone(project: Said, said: Said) -> dict[str, Any]:  # Any: YAML
    province, step = project["province"], said.get("step", "")
    by = _LEADER if said.get("as") == "confirm" else _BY.get(step, _OFFICER)
    milestone = {**said, "by": by.format(province=province)}
    if "step" not in said or said.get("as") == "confirm":
        return milestone
    answers = {**_COMMON.get(step, {}), **said.get("answers", {})}
    if step == "submit":
        named = {
            "lead_unit": f"province_agency/NV{province}",
            "crosses_line": project["crosses_line"],
        }
        told = project["answers"]
        copied = {code: told[code] for code in ("partner_body", "summary", *_LATER) if code in told}
        answers |= {**named, **copied}
    if step == "sign":
        answers["signed_on"] = str(said["at"])
        if "resolution" in project:
            number, day = project["resolution"]
            answers |= {"resolution_number": number, "resolution_on": day}
    return {**milestone, "answers": answers}
