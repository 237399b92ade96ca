"""The past run through a draft: what is refused now, by whom, and what would be late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.workflow.definition import load_definition
from app.workflow.engine import compile_definition
from app.workflow.past_events import CaseFile, Past, PastEvent, fold
from app.workflow.replay import Found, Replayed, Scene, power_changes, replay, stuck
from tests.unit.workflow.samples import INCIDENT, NOW, ROLES, VIETNAM, case_type, machine, situation

FILE = CaseFile("BG-1", NOW, {1: "DBP"})
HELD = frozenset(role.code for role in ROLES)


def event(seq: int, kind: str, **told: Any) -> PastEvent:
    return PastEvent(
        seq=seq,
        kind=kind,
        at=NOW + timedelta(hours=seq),
        actor_id=told.get("actor", 1),
        roles=frozenset(told.get("roles", {"station"})),
        unit_code="DBP",
        transition=told.get("step"),
        to_state=told.get("to"),
        text=told.get("text", ""),
        data=told.get("data", {}),
    )


SEEN = {"answers": {"occurred_at": "2026-11-20T07:00"}}
LIFE = [
    event(1, "opened", to="detected", data={"kind": "crossing"}),
    event(2, "moved", step="dispatch", to="on_scene", data=SEEN),
    event(3, "moved", step="negotiate", to="talks", roles={"command"}, data={"answers": {}}),
    event(4, "moved", step="close", to="closed", data={"answers": {"minutes": [{"id": 1}]}}),
]  # fmt: skip
ASKED_TWICE = [
    LIFE[0],
    event(2, "confirmation_requested", step="dismiss", to="false_report", text="nhầm"),
    event(
        3, "moved", step="dismiss", to="false_report", actor=2, roles={"province_leader"},
        data={"answers": {}, "requested_by": 1},
    ),
]  # fmt: skip


def history(events: list[PastEvent]) -> list[Past]:
    return list(fold(events, FILE))


def scene(text: str) -> Scene:
    return Scene(compile_definition(load_definition(text), ROLES), machine(), VIETNAM)


def replayed(text: str, events: list[PastEvent] | None = None) -> Replayed:
    now = NOW + timedelta(days=30)
    return replay(scene(text), history(events or LIFE), since=NOW, now=now)


def said(found: Replayed, kind: Found) -> list[str]:
    return [one.text.vi for one in found.findings if one.kind is kind]


def test_facts_are_folded_to_what_they_were_before_each_act() -> None:
    folded = history(LIFE)
    assert [past.before.state if past.before else None for past in folded] == [
        None, "detected", "on_scene", "talks",
    ]  # fmt: skip
    assert folded[2].before is not None
    assert folded[2].before.data == {"kind": "crossing", "occurred_at": "2026-11-20T07:00"}


def test_the_definition_of_the_time_refuses_nothing_of_its_own_past() -> None:
    for events in (LIFE, ASKED_TWICE):
        found = replayed(INCIDENT, events)
        assert (said(found, Found.REFUSED), found.tally.acts) == ([], len(events))
        assert found.tally.acts == found.tally.allowed


def test_a_new_demand_refuses_with_its_reason() -> None:
    text = INCIDENT.replace("require: [occurred_at]", "require: [occurred_at, persons]").replace(
        "ask: [persons, note], primary", "ask: [note], primary"
    )
    assert said(replayed(text), Found.REFUSED) == ["Triển khai: Cần nhập “Số người”."]


def test_a_role_that_loses_a_step_is_refused() -> None:
    text = INCIDENT.replace("roles: [station, command], generate", "roles: [station], generate")
    (lost,) = said(replayed(text), Found.REFUSED)
    assert lost.startswith("Hội đàm:")


def test_the_roles_kept_with_an_act_win_over_those_of_today() -> None:
    asked = "require: [occurred_at]"
    narrow = INCIDENT.replace(f"roles: [station], {asked}", f"roles: [command], {asked}")
    assert narrow != INCIDENT
    kept = {**SEEN, "_roles": ["station"]}
    promoted = event(2, "moved", step="dispatch", to="on_scene", roles={"command"}, data=kept)
    found = replayed(narrow, [LIFE[0], promoted, *LIFE[2:]])
    assert [one.kind for one in found.findings if one.kind is Found.REFUSED] == [Found.REFUSED]
    assert found.tally.by_roles_of_today == found.tally.acts - 1


def test_kept_roles_are_no_fact_of_the_case() -> None:
    opened = event(1, "opened", to="detected", data={"kind": "crossing", "_roles": ["station"]})
    (past,) = history([opened])
    assert past.after.data == {"kind": "crossing"}


def test_a_removed_state_refuses_every_act_in_it() -> None:
    text = INCIDENT.replace("code: talks", "code: meeting").replace("talks", "meeting")
    assert said(replayed(text), Found.REFUSED) == [
        "Ký biên bản: Bản thảo không có trạng thái “Hội đàm”."
    ]


def test_a_second_person_that_is_new_is_told_apart() -> None:
    text = INCIDENT.replace(
        "roles: [station, command], generate: [letter]",
        "roles: [station, command], generate: [letter], four_eyes: true",
    )
    found = replayed(text)
    assert said(found, Found.REFUSED) == []
    assert said(found, Found.SECOND_PERSON) == ["“Hội đàm” nay phải có người thứ hai xác nhận."]


def test_a_request_of_the_past_is_an_act_where_one_person_is_enough_now() -> None:
    found = replayed(INCIDENT.replace("four_eyes: true, ", ""), ASKED_TWICE)
    assert found.tally.acts == len(ASKED_TWICE)


def test_a_shorter_deadline_would_have_been_missed() -> None:
    found = replayed(INCIDENT.replace("limit: 2 h", "limit: 1 h"))
    assert found.tally.clocks["quick_report"] == [1, 0, 1, 0]
    late = [
        LIFE[0],
        event(4, "moved", step="dispatch", to="on_scene", data=SEEN),
    ]  # fmt: skip
    found = replayed(INCIDENT.replace("limit: 2 h", "limit: 4 h"), late)
    assert found.tally.clocks["quick_report"] == [1, 0, 1, 1]


def test_powers_are_compared_per_state_and_step() -> None:
    text = INCIDENT.replace(
        "roles: [station, command], generate", "roles: [command, ministry], generate"
    )
    (one,) = power_changes(case_type(), load_definition(text))
    assert (one.state, one.transition) == ("on_scene", "negotiate")
    assert (one.gained, one.lost) == (("ministry",), ("station",))


def test_a_case_is_stuck_without_a_state_a_way_out_or_a_person() -> None:
    no_state = INCIDENT.replace("code: talks", "code: meeting").replace("talks", "meeting")
    found = stuck(scene(no_state), situation("talks"), held=HELD, now=NOW)
    assert found is not None
    assert "Hội đàm" in found.text.vi
    nobody = stuck(scene(INCIDENT), situation("central"), held=frozenset({"station"}), now=NOW)
    assert nobody is not None
    assert "không ai giữ vai trò" in nobody.text.vi
    assert stuck(scene(INCIDENT), situation("on_scene"), held=HELD, now=NOW) is None


def test_what_somebody_can_still_tick_off_holds_no_case() -> None:
    call = "checklist: [{code: call, name: {vi: Gọi điện, en: Call}}]"
    text = INCIDENT.replace("kind: initial}", f"kind: initial, {call}}}", 1)
    assert text != INCIDENT
    assert stuck(scene(text), situation(), held=HELD, now=NOW) is None
