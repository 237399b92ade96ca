"""The demonstration as it lies in the database: counts, places, states, chains, and who sees it."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, User, UserRole
from app.accounts.session import build_actor
from app.cases.browsing import queue_page
from app.cases.models import Case, CaseClock, CaseEvent, CaseLink
from app.cases.queries import Filters, Tab
from app.cases.recording import first_bad_event
from app.demonstration.marker_places import published
from app.demonstration.people import personas
from app.geo.labels import LabelKind, format_label, parse_label
from app.jobs import Job, OutboxEntry, OutboxState, utc_now
from app.permissions import Actor
from app.registers.geodesy import bearing
from app.registers.models import Marker, MarkerMeasurement, Person, Position, Vessel
from tests.integration.demonstration.conftest import SHARE, run


def _actor(session: Session, username: str) -> Actor:
    user = session.scalars(select(User).where(User.username == username)).one()
    actor = build_actor(session, user)
    assert actor is not None
    return actor


def _one(session: Session, words: str) -> Case:
    return session.scalars(select(Case).where(Case.title.contains(words))).one()


def test_markers_and_positions_have_the_published_counts(loaded_session: Session) -> None:
    counted = loaded_session.execute(
        select(Marker.neighbour, Marker.kind, func.count()).group_by(Marker.neighbour, Marker.kind)
    )
    markers = {(line, kind): count for line, kind, count in counted}
    assert markers == {
        ("CN", "main"): 1569,
        ("CN", "auxiliary"): 402,
        ("LA", "main"): 834,
        ("LA", "peg"): 168,
        ("LA", "tripoint"): 2,
        ("KH", "main"): 315,
        ("KH", "auxiliary"): 1511,
        ("KH", "peg"): 221,
    }
    positions = Counter(
        loaded_session.scalars(
            select(Position.neighbour).where(
                Position.id.in_(select(Marker.position_id).where(Marker.kind != "tripoint"))
            )
        )
    )
    assert positions == {"CN": 1780, "LA": 905, "KH": 1553}


def test_markers_stand_in_the_order_of_their_numbers(loaded_session: Session) -> None:
    for line in ("CN", "LA", "KH"):
        places = loaded_session.execute(
            select(Marker.main, func.min(Marker.chainage_m))
            .where(Marker.neighbour == line, Marker.kind == "main", Marker.aux.is_(None))
            .group_by(Marker.main)
            .order_by(Marker.main)
        ).all()
        metres = [metre or 0.0 for _, metre in places]
        assert metres == sorted(metres)


def test_published_markers_stand_at_their_real_place(loaded_session: Session) -> None:
    for one in published():
        marker = loaded_session.scalars(
            select(Marker).where(
                Marker.neighbour == one.label.line, Marker.label == format_label(one.label)
            )
        ).one()
        assert marker.lat is not None
        assert marker.lon is not None
        here, there = (marker.lat, marker.lon), (one.coordinate.lat, one.coordinate.lon)
        assert bearing(here, there).distance_m < 0.01
        assert marker.source.startswith("http")
        assert not marker.is_illustration
        official = next(found for found in marker.measurements if found.is_in_force)
        assert official.original == one.coordinate.original


def test_all_other_markers_say_that_they_are_illustrations(loaded_session: Session) -> None:
    real = loaded_session.scalar(
        select(func.count()).select_from(Marker).where(Marker.is_illustration.is_(False))
    )
    sources = set(
        loaded_session.scalars(select(Marker.source).where(Marker.is_illustration.is_(True)))
    )
    assert real == len(published()) == 12
    assert sources == {"minh họa"}


def test_every_marker_label_in_the_register_parses(loaded_session: Session) -> None:
    rows = loaded_session.execute(select(Marker.neighbour, Marker.label, Marker.kind))
    for line, label, kind in rows:
        read = parse_label(label, line=line)
        assert format_label(read) == label
        assert (read.kind is LabelKind.TRIPOINT) == (kind == "tripoint")


def test_everything_is_marked_as_illustration(loaded_session: Session) -> None:
    for model in (Case, Person, Vessel):
        real = select(func.count()).select_from(model).where(model.is_illustration.is_(False))
        assert loaded_session.scalar(real) == 0


def test_every_chain_is_unbroken(loaded_session: Session) -> None:
    ids = loaded_session.scalars(select(Case.id).order_by(Case.id)).all()
    assert len(ids) > 100
    assert [case_id for case_id in ids if first_bad_event(loaded_session, case_id)] == []


def test_no_event_lies_ahead_and_heads_agree_with_their_events(loaded_session: Session) -> None:
    assert (loaded_session.scalar(select(func.max(CaseEvent.at))) or utc_now()) <= utc_now()
    rows = loaded_session.execute(
        select(Case.last_seq, Case.version, func.max(CaseEvent.seq), func.count())
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .group_by(Case.id)
    )
    for last_seq, version, highest, count in rows:
        assert last_seq == version == highest == count


@pytest.mark.parametrize("persona", [one for one in personas() if one.role != "administrator"])
def test_every_persona_sees_cases(loaded_session: Session, persona: object) -> None:
    actor = _actor(loaded_session, persona.username)  # type: ignore[attr-defined]
    page = queue_page(loaded_session, actor, Filters(tab=Tab.ALL), now=utc_now())
    assert page.cases


@pytest.mark.parametrize(
    "username",
    [
        "don.mocbai",
        "ngoaivu.tayninh",
        "ngoaivu.angiang",
        "lanhsu.bng",
        "lanhsu.campuchia",
        "lanhsu.malaysia",
        "lanhsu.hanquoc",
        "lanhsu.nhatban",
        "thuysan.angiang",
        "quy.baoho",
        "xa.bencau",
        "bienphong.tayninh",
        "congan.tayninh",
        "ngoaivu.bng",
        "lanhdao.ngoaivu.bng",
        "baochi.bng",
        "kiemtra.bng",
    ],
)
def test_those_who_carry_cases_find_work_of_their_own(
    loaded_session: Session, username: str
) -> None:
    actor = _actor(loaded_session, username)
    page = queue_page(loaded_session, actor, Filters(tab=Tab.MINE), now=utc_now())
    assert page.cases


def test_the_administrator_reads_no_case(loaded_session: Session) -> None:
    actor = _actor(loaded_session, "quantri")
    assert not queue_page(loaded_session, actor, Filters(tab=Tab.ALL), now=utc_now()).cases


def test_every_role_is_held_by_somebody(loaded_session: Session) -> None:
    held = set(
        loaded_session.scalars(select(Role.code).join(UserRole, UserRole.role_id == Role.id))
    )
    assert held == set(loaded_session.scalars(select(Role.code))) - {"system"}
    stations = select(func.count()).select_from(Unit).where(Unit.kind == "border_station")
    assert (loaded_session.scalar(stations) or 0) >= 60


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Khu cảnh quan thác Bản Giốc – Đức Thiên", "operating"),
        ("Quảng trường mốc giới Bản Giốc", "negotiating"),
        ("Cửa khẩu thông minh Hữu Nghị", "operating"),
        ("Cửa khẩu thông minh Móng Cái", "proposed"),
        ("cửa sông Bắc Luân", "signed"),
        ("Cầu đường bộ Bát Xát", "building"),
        ("điểm nối ray với Hà Khẩu Bắc", "building"),
        ("Lao Bảo – Densavan", "negotiating"),
        ("Băng tải than", "preparing"),
        ("Đường sắt Viêng Chăn", "consultation"),
        ("Đường cao tốc Hà Nội – Viêng Chăn", "consultation"),
        ("Kè bảo vệ chân mốc 130", "signed"),
        ("giữa mốc 257 và mốc 259", "completed"),
        ("Tân Nam – Meun Chey", "operating"),
        ("Chàng Riệc – Đa", "operating"),
        ("Nối cao tốc Thành phố Hồ Chí Minh", "negotiating"),
        ("Cầu Long Bình", "operating"),
        ("Tuần tra chung vùng nước lịch sử", "operating"),
        ("mốc 217 + 367 m", "building"),
        ("hợp tác y tế vùng biên", "implementing"),
    ],
)
def test_each_project_has_reached_its_state(loaded_session: Session, name: str, state: str) -> None:
    assert _one(loaded_session, name).state == state


def test_ban_gioc_carries_its_published_days(loaded_session: Session) -> None:
    case = _one(loaded_session, "Khu cảnh quan thác Bản Giốc")
    steps = {
        transition: at.date().isoformat()
        for transition, at in loaded_session.execute(
            select(CaseEvent.transition, CaseEvent.at).where(CaseEvent.case_id == case.id)
        )
    }
    assert case.reference.startswith("DA-2013-")
    assert steps["sign"] == "2015-11-05"
    assert steps["begin_trial"] == "2023-09-15"
    assert steps["begin_operation"] == "2024-10-15"
    assert steps["record_round"] == "2025-12-11"
    assert case.data["visitors_inbound"] == 10_902


@pytest.mark.parametrize(
    ("notice", "state", "asked"),
    [
        ("QNa 95005 TS", "closed", ""),
        ("KG 9?217 TS", "verifying", "reject_vessel"),
        ("KG 91355 TS", "vms_alert", ""),
        ("Svay Rieng, Kandal", "settling", ""),
        ("Tử vong – Osaka", "repatriating", ""),
        ("Bị lừa đảo, cưỡng bức lao động – Bavet", "access", ""),
        ("Kyiv (Ukraina)", "assisting", ""),
        ("Bucharest (Romania)", "repatriating", ""),
        ("LA 545", "plan_agreed", ""),
        ("Myawaddy (Myanmar", "closed", ""),
        ("BV 92218 TS", "verifying", ""),
    ],
)
def test_each_scenario_stands_where_it_should(
    loaded_session: Session, notice: str, state: str, asked: str
) -> None:
    found = loaded_session.scalars(select(Case).where(Case.title.contains(notice))).all()
    pending = [(case.state, case.pending or {}) for case in found]
    assert (state, asked) in {(held, said.get("transition", "")) for held, said in pending}


def test_the_repeated_alert_is_one_case_with_twenty_calls(loaded_session: Session) -> None:
    case = _one(loaded_session, "KG 91355 TS")
    calls = select(func.count()).where(
        CaseEvent.case_id == case.id, CaseEvent.transition == "call_owner"
    )
    assert loaded_session.scalar(calls) == 20


def test_the_handover_names_110_persons_of_26_provinces(loaded_session: Session) -> None:
    case = _one(loaded_session, "Svay Rieng, Kandal")
    homes = loaded_session.scalars(
        select(Person.home_province_code)
        .join(CaseLink, CaseLink.person_id == Person.id)
        .where(CaseLink.case_id == case.id)
    ).all()
    assert len(homes) == 110
    assert len(set(homes)) == 26
    assert case.data["handed_on_count"] + case.data["kept_count"] == 110


def test_some_deadlines_are_missed_and_some_come_within_two_days(loaded_session: Session) -> None:
    now = utc_now()
    due = loaded_session.scalars(
        select(CaseClock.due_at).where(CaseClock.is_running.is_(True))
    ).all()
    assert any(moment < now for moment in due)
    assert any(now < moment < now + timedelta(days=2) for moment in due)


def test_nobody_is_told_today_of_what_happened_long_ago(loaded_session: Session) -> None:
    waiting = loaded_session.scalars(
        select(OutboxEntry.created_at).where(
            OutboxEntry.job == Job.FOLLOW_CASE_EVENT, OutboxEntry.state == OutboxState.PENDING
        )
    ).all()
    assert waiting
    assert min(waiting) > utc_now() - timedelta(days=4)


def _sizes(session: Session) -> list[int]:
    models = (Case, CaseEvent, CaseClock, Marker, MarkerMeasurement, Person, Vessel, User, Unit)
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_second_load_changes_nothing(demonstration: Flask, loaded_session: Session) -> None:
    before = _sizes(loaded_session)
    said = run(demonstration, "load", "--share", SHARE)
    assert said.strip() == "Dữ liệu minh họa đã có đủ."
    assert _sizes(loaded_session) == before


def test_accounts_are_printed_one_a_line(demonstration: Flask) -> None:
    lines = run(demonstration, "accounts").splitlines()
    assert len(lines) == len(personas())
    assert lines[0].split(" · ")[1] == "don.mocbai"
