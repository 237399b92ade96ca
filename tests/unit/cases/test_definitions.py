"""The shipped case types are complete and can be walked from the first report to each end."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml

from app.cases.dated_settings import INSPECTION
from app.workflow.calendars import WorkCalendar
from app.workflow.clocks import ClockAction, advance
from app.workflow.definition import FieldDefinition, FieldType, load_definition
from app.workflow.engine import (
    ActorView,
    Decision,
    Machine,
    PendingRequest,
    Role,
    Situation,
    compile_definition,
    decide,
    decide_opening,
)
from app.workflow.happenings import happening_of
from app.workflow.lint import check
from app.workflow.text import Text
from tests.unit.cases.agreement_paths import AGREEMENT_PATHS
from tests.unit.cases.border_paths import BORDER_PATHS
from tests.unit.cases.consular_paths import CONSULAR_PATHS
from tests.unit.cases.foreign_paths import FOREIGN_PATHS
from tests.unit.cases.organising_paths import ORGANISING_PATHS
from tests.unit.cases.path_steps import Path, Step
from tests.unit.cases.refusals import REFUSALS

PATHS = (
    *BORDER_PATHS,
    *CONSULAR_PATHS,
    *AGREEMENT_PATHS,
    *FOREIGN_PATHS,
    *ORGANISING_PATHS,
)
ROOT = FilePath(__file__).parents[3]
DEFINITIONS = ROOT / "app/cases/definitions"
DATA = ROOT / "app/cases/data"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CODES = (
    "border_incident",
    "citizen_protection",
    "delegation_in",
    "delegation_out",
    "diplomatic_inspection",
    "early_warning",
    "fisher_violation",
    "fishery_sanction",
    "illegal_construction",
    "international_event",
    "joint_patrol",
    "local_agreement",
    "marker_damage",
    "marker_life",
    "mechanism_meeting",
    "ngo_programme",
    "partner_verification",
    "press_visit",
    "shared_project",
    "training",
)
SAMPLES: Mapping[FieldType, Any] = {
    FieldType.TEXT: "nội dung",
    FieldType.LONGTEXT: "nội dung dài",
    FieldType.NUMBER: 1,
    FieldType.MONEY: 1_000_000,
    FieldType.DATE: "2026-03-01",
    FieldType.DATETIME: "2026-03-01T08:00:00+07:00",
    FieldType.BOOLEAN: True,
    FieldType.COUNTRY: "KH",
    FieldType.PROVINCE: "04",
    FieldType.COMMUNE: "01324",
    FieldType.COORDINATE: {"lat": 22.85, "lon": 106.72},
}
STATES_OF_THE_DESIGN = {
    "marker_damage": "nghi_hong:reported xac_nhan:confirmed phuong_an:plan_agreed thi_cong:works "
    "ubgh:joint_committee nghiem_thu:acceptance da_phuc_hoi:restored doi_vi_tri:relocated "
    "thanh_ly_cu:old_marker_settled bao_sai:found_intact",
    "border_incident": "phat_hien:detected ung_pho:on_scene thong_bao:counterpart_informed "
    "xm_chung:joint_verification hoi_dam_don:station_talks hoi_dam_tinh:province_talks "
    "trung_uong:central_level xu_ly_pl:legal_handling ket_thuc:closed "
    "ban_giao_dt:sent_to_investigators tin_sai:false_report",
    "citizen_protection": "moi:new bo_sung:awaiting_information phan_loai:triaged "
    "giao_cqdd:tasked xac_minh:verifying tiep_can:access ho_tro:assisting "
    "theo_doi_dh:long_term_watch dua_ve:repatriating ban_giao:handed_over quyet_toan:settling "
    "ket_thuc:closed tu_choi:declined khong_thuoc:out_of_scope khong_lien_lac:contact_lost",
    "fisher_violation": "canh_bao:vms_alert tin_bao:arrest_reported xac_minh:verifying "
    "da_xac_minh:verified dau_tranh:consular_action xet_xu:host_proceedings "
    "cho_ve:awaiting_return da_ve:received_home xu_ly:domestic_handling quay_ve:vessel_returned "
    "khong_dung:not_ours khong_vi_pham:no_violation chuyen_hs:sent_to_investigators dong:closed",
    "illegal_construction": "phat_hien:detected do_dac:measured lay_y_kien:consultation "
    "yc_dung:stop_ordered thong_bao:raised dam_phan:talks cap_bo:ministry_note giam_sat:monitored "
    "du_dk:cleared thao_do:removed hoan_thanh:completed khong_vp:no_breach ton_dong:unresolved",
    "joint_patrol": "ke_hoach:planned trao_doi:agreeing san_sang:agreed dang_tt:under_way "
    "rut_kn:debrief hoan_thanh:completed hoan:postponed huy:cancelled",
    "local_agreement": "de_xuat:proposed phan_loai:classified lay_yk:consultation "
    "giai_trinh:answering trinh:submitted duoc_phep:approved da_ky:signed thuc_hien:implementing "
    "sua_doi:amending het_hl:ended khong_ky:not_signed chuyen_du:treaty",
    "shared_project": "de_xuat:proposed y_kien:consultation dam_phan:negotiating da_ky:signed "
    "chuan_bi:preparing thi_diem:trial chinh_thuc:operating tam_dung:suspended "
    "hoan_thanh:completed khong_thuc_hien:dropped",
}
# The design draws marker damage from the intact marker on; here the intact marker is marker_life.
ELSEWHERE = {"nguyen_trang"}
DESIGN_FILES = {"marker_damage": "boundary_marker"}


def _roles() -> dict[str, Role]:
    content = yaml.safe_load((ROOT / "app/accounts/data/roles.yaml").read_text(encoding="utf-8"))
    return {
        code: Role(code, Text(**item["name"]), bool(item.get("leader")))
        for code, item in content["roles"].items()
    }


ROLES = _roles()
TYPES = {code: load_definition(DEFINITIONS / f"{code}.yaml") for code in CODES}
MACHINES = {code: compile_definition(case_type, ROLES) for code, case_type in TYPES.items()}
FIELDS = {code: {field.code: field for field in TYPES[code].fields} for code in CODES}


def _sample(field: FieldDefinition) -> Any:
    if field.options:
        first = field.options[0].code
        return [first] if field.type is FieldType.MULTICHOICE else first
    if field.type is FieldType.GROUP:
        return [{column.code: _sample(column) for column in field.fields}]
    value = SAMPLES.get(field.type, 7)
    if field.type is FieldType.NUMBER and field.min is not None:
        value = max(value, field.min)
    return [value] if field.multiple else value


def _filled(code: str, names: Iterator[str] | tuple[str, ...]) -> dict[str, Any]:
    return {name: _sample(FIELDS[code][name]) for name in names}


def _person(user_id: int, role: str) -> ActorView:
    return ActorView(user_id, frozenset({role}), "unit")


def _why(decision: Decision) -> str:
    return "; ".join(str(reason.text) for reason in decision.reasons)


def _opened(path: Path) -> Situation:
    machine = MACHINES[path.case_type]
    answers = _filled(path.case_type, machine.opening.require) | path.opening
    decision = decide_opening(machine, _person(1, path.opened_by), answers=answers, now=NOW)
    assert decision.allowed, _why(decision)
    defaults = {
        name: field.default
        for name, field in FIELDS[path.case_type].items()
        if field.default is not None
    }
    return Situation(machine.initial_state, defaults | answers, 1, NOW, "unit")


def _taken(machine: Machine, situation: Situation, step: Step) -> Situation:
    """Take one step, with the second signature where the step needs it."""
    rule = machine.rules[step.code]
    data = situation.data
    answers: dict[str, Any] = _filled(
        machine.code, tuple(name for name in rule.require if name not in data)
    )
    answers |= step.answers
    if rule.reason_mode == "required":
        answers["reason"] = "lý do"
    done = frozenset(item.code for item in machine.states[situation.state].checklist)
    situation = replace(situation, checked=done)
    decision = decide(
        machine, situation, _person(2, step.role), step.code, answers=answers, now=NOW
    )
    assert decision.allowed, f"{step.code}: {_why(decision)}"
    if decision.needs_second_person:
        pending = PendingRequest(step.code, 2, NOW, answers)
        waiting = replace(situation, pending=pending)
        second = _person(3, min(rule.confirm_roles))
        decision = decide(machine, waiting, second, step.code, now=NOW)
        assert decision.confirms, _why(decision)
        assert decision.allowed, f"{step.code}: {_why(decision)}"
    kept = {name: value for name, value in answers.items() if name != "reason"}
    return Situation(decision.to_state, {**data, **kept}, 1, NOW, "unit")


@pytest.mark.parametrize("code", CODES)
def test_definition_has_no_problem(code: str) -> None:
    assert check(TYPES[code], frozenset(ROLES), known_types=frozenset(CODES)) == []


def test_every_file_is_a_tested_case_type() -> None:
    assert sorted(file.stem for file in DEFINITIONS.glob("*.yaml")) == sorted(CODES)
    assert [TYPES[code].code for code in CODES] == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_outcomes_are_the_terminal_states(code: str) -> None:
    terminal = {state.code for state in TYPES[code].states if state.is_terminal}
    assert set(TYPES[code].outcomes) == terminal


@pytest.mark.parametrize("code", STATES_OF_THE_DESIGN)
def test_every_state_of_the_design_has_its_counterpart(code: str) -> None:
    ours = {state.code for state in TYPES[code].states}
    named = [pair.split(":")[1] for pair in STATES_OF_THE_DESIGN[code].split()]
    assert set(named) <= ours
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("code", STATES_OF_THE_DESIGN)
def test_the_table_of_states_covers_the_shared_design(code: str) -> None:
    name = DESIGN_FILES.get(code, code)
    file = ROOT.parent / f"shared/domain/workflows/{name}.yaml"
    if not file.exists():
        pytest.skip("the shared designs are not beside this repository")
    design = yaml.safe_load(file.read_text(encoding="utf-8"))
    table = dict(pair.split(":") for pair in STATES_OF_THE_DESIGN[code].split())
    ends = {state.code for state in TYPES[code].states if state.is_terminal}
    assert set(design["states"]) - ELSEWHERE == set(table)
    assert {table[outcome] for outcome in design["outcomes"]} == ends


def test_marker_life_goes_through_every_stage_and_can_be_set_aside() -> None:
    stages = (
        "on_map unilateral_survey mine_clearance joint_survey design construction measurement "
        "acceptance handed_over segment_demarcated recorded in_force set_aside"
    )
    kinds = {state.code: state.kind.value for state in TYPES["marker_life"].states}
    assert set(stages.split()) <= kinds.keys()
    assert kinds["set_aside"] == "waiting"


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_path_reaches_its_end(path: Path) -> None:
    machine = MACHINES[path.case_type]
    situation = _opened(path)
    for step in path.steps:
        situation = _taken(machine, situation, step)
    assert situation.state == path.end
    assert machine.states[situation.state].is_terminal


@pytest.mark.parametrize("code", CODES)
def test_paths_reach_every_end_and_take_every_step(code: str) -> None:
    paths = [path for path in PATHS if path.case_type == code]
    steps = {step.code for path in paths for step in path.steps}
    assert {path.end for path in paths} == set(TYPES[code].outcomes)
    assert steps == {step.code for step in TYPES[code].transitions}


@pytest.mark.parametrize(("code", "step", "state", "facts", "sentence"), REFUSALS)
def test_guard_refuses_in_words(
    code: str, step: str, state: str, facts: dict[str, Any], sentence: str
) -> None:
    rule = MACHINES[code].rules[step]
    data = _filled(code, rule.require) | facts
    actor = _person(2, min(rule.roles))
    decision = decide(MACHINES[code], Situation(state, data, 1, NOW, "u"), actor, step, now=NOW)
    assert not decision.allowed
    assert sentence in _why(decision)


@pytest.mark.parametrize(
    ("danger", "clock"), [("high", "triage_critical"), ("normal", "triage_normal")]
)
def test_danger_decides_which_triage_clock_runs(danger: str, clock: str) -> None:
    machine = MACHINES["citizen_protection"]
    after = Situation("new", {"danger_level": danger}, 1, NOW, "u")
    happened = happening_of(machine, None, before=None, after=after, at=NOW)
    changes = advance(machine.clocks, (), happened, calendar=WorkCalendar({}))
    started = {change.clock.code for change in changes if change.action is ClockAction.STARTED}
    assert started == {clock}


def test_clock_of_a_state_stops_on_every_way_out_of_it() -> None:
    # Asking the caller for more does not stop the hour of a case with danger to life.
    meant = {("citizen_protection", "triage_critical", "request_information")}
    assert set(_exits_that_leave_a_clock_running()) == meant


def _exits_that_leave_a_clock_running() -> Iterator[tuple[str, str, str]]:
    for code, case_type in TYPES.items():
        for clock in case_type.clocks:
            states = {item[6:] for item in clock.start if item.startswith("state:")}
            for step in case_type.transitions:
                leaves = not states.isdisjoint(step.sources) and step.to not in states
                if leaves and f"transition:{step.code}" not in clock.stop:
                    yield code, clock.code, step.code


@pytest.mark.parametrize("code", CODES)
def test_first_form_is_one_short_screen(code: str) -> None:
    fields = TYPES[code].open.fields
    assert len(fields) <= 9
    assert sum(FIELDS[code][name].required for name in fields) <= 4


@pytest.mark.parametrize("code", CODES)
def test_every_field_is_asked_by_some_form(code: str) -> None:
    case_type = TYPES[code]
    asked = set(case_type.open.fields)
    for step in case_type.transitions:
        asked |= {*step.require, *step.ask}
    for event in case_type.events:
        asked |= set(event.ask)
    typed = {field.code for field in case_type.fields if field.compute is None}
    assert typed - asked == set()


def test_persons_and_their_papers_are_marked_personal() -> None:
    words = ("passport", "phone", "address", "health", "signator", "representative", "suspects")
    unmarked = [
        f"{code}.{field.code}"
        for code, case_type in TYPES.items()
        for field in case_type.fields
        if (field.type is FieldType.PERSON or any(word in field.code for word in words))
        and not field.personal
    ]
    assert unmarked == []


def test_a_case_opened_by_a_step_can_take_the_copied_facts() -> None:
    for code, effect in _openings():
        for name in effect.copy_fields:
            ours, theirs = FIELDS[code][name], FIELDS[effect.type][name]
            assert (ours.type, ours.multiple) == (theirs.type, theirs.multiple), name


def _openings() -> Iterator[tuple[str, Any]]:
    for code, case_type in TYPES.items():
        for step in case_type.transitions:
            yield from ((code, effect) for effect in step.effects if effect.do == "open_case")


def test_incident_kinds_hold_the_fourteen_events_of_the_regime_agreement() -> None:
    with (DATA / "incident_kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = [option.code for option in FIELDS["border_incident"]["incident_kind"].options]
    assert [row["kind"] for row in rows] == kinds
    assert len({row["event_code"] for row in rows} - {""}) == 14


def _settings() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(
        (DATA / "settings.yaml").read_text(encoding="utf-8")
    )
    return rows


def test_settings_name_their_source_and_do_not_overlap() -> None:
    rows = _settings()
    assert all(row["source"] for row in rows)
    assert {row["check"] for row in rows} <= {"sourced", "unverified", "proposed"}
    assert len({(row["key"], row["scope"], row["valid_from"]) for row in rows}) == len(rows)


def test_every_setting_of_a_clock_has_a_value_in_the_unit_of_its_default() -> None:
    units: dict[str, set[str]] = {}
    for row in _settings():
        units.setdefault(row["key"], set()).add(row["unit"])
    clocks = [
        clock
        for case_type in TYPES.values()
        for clock in case_type.clocks
        if clock.setting and clock.setting != INSPECTION  # that one has a table of its own
    ]
    assert {clock.setting: {clock.limit.kind.value} for clock in clocks}.items() <= units.items()


def test_a_case_type_keeps_secret_texts_out() -> None:
    helps = [str(field.help) for field in TYPES["border_incident"].fields if field.help]
    assert any("bí mật nhà nước" in sentence for sentence in helps)
