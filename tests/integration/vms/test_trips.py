"""Lists of alerts become trips: grouped, idempotent, judged, acted upon, handed over."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Attachment, Case, CaseClock, DatedSetting
from app.database import transaction
from app.errors import Conflict, Invalid, NotFound
from app.notices.models import Notice
from app.permissions import Actor, Area, Permission
from app.registers.entry_services import record_vessel
from app.registers.packs import current_pack
from app.storage import path_of
from app.vms.handing import open_trip_case
from app.vms.models import NoteKind, Outcome, VmsAlert, VmsDay, VmsExtract, VmsNote, VmsTrip
from app.vms.outcomes import Period, outcome_table
from app.vms.queries import TripFilter, get_trip, list_trips, trip_with_all
from app.vms.services import Point, record_call, record_outcome, record_position
from app.vms.sweeping import sweep_trips
from tests.integration.cases.people import a_unit, a_user, acting

Run = Callable[..., dict[str, Any]]
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
HEAD = "Số tàu;Loại cảnh báo;Mất kết nối lúc;Kết nối lại lúc;Vĩ độ;Kinh độ\n"


def moment(hours_ago: float) -> str:
    """A moment as a list writes it, in Hanoi's time."""
    local = NOW - timedelta(hours=hours_ago) + timedelta(hours=7)
    return f"{local:%d/%m/%Y %H:%M}"


def line(vessel: str, began: float, ended: float | None = None, **more: str) -> str:
    kind, place = more.get("kind", "Mất tín hiệu"), more.get("place", "9,4;103,8")
    back = "" if ended is None else moment(ended)
    return f"{vessel};{kind};{moment(began)};{back};{place}\n"


@pytest.fixture
def run(house: Flask, tmp_path: Path) -> Run:
    def bring(text: str, *extra: str) -> dict[str, Any]:
        path = tmp_path / "canh-bao.csv"
        path.write_text(text, encoding="utf-8")
        answer = house.test_cli_runner().invoke(args=["import", "vms", str(path), *extra, "--json"])
        read: dict[str, Any] = json.loads(answer.output)
        return read

    return bring


@pytest.fixture
def officer(session: Session, house: Flask) -> Actor:
    del house
    unit = a_unit(session, "CCTS91", province_code="91")
    user = a_user(session, unit, "thuysan.thu", "fisheries_officer")
    session.commit()
    area = Area(province_codes=frozenset({"91", "89"}), unit_ids=frozenset({unit.id}))
    return acting(unit, "fisheries_officer", user_id=user.id, area=area)


def trips(session: Session) -> list[VmsTrip]:
    session.expire_all()
    return list(session.scalars(select(VmsTrip).order_by(VmsTrip.number_fold, VmsTrip.id)))


@pytest.mark.parametrize("head", ["Thời gian mất kết nối", "Thời gian mất tín hiệu", "Mất lúc"])
def test_a_list_without_places_is_of_alerts_whatever_its_moment_is_headed(
    session: Session, run: Run, head: str
) -> None:
    moments = f"KG-91234-TS;{moment(9)};Mất tín hiệu\nCM-92222-TS;{moment(8)};MKN\n"
    found = run(f"Số tàu;{head};Loại cảnh báo\n{moments}")
    if head == "Mất lúc":  # nobody can tell what such a column says
        assert {one["reason"] for one in found["refused"]} == {"Thiếu thời điểm bắt đầu cảnh báo."}
        return
    assert found["created"] == 2
    assert [trip.started_at for trip in trips(session)] == [
        NOW - timedelta(hours=8),
        NOW - timedelta(hours=9),
    ]


def test_386_alerts_of_14_vessels_are_14_rows(session: Session, run: Run) -> None:
    rows = "".join(
        line(f"KG-{91000 + index % 14}-TS", 600 - index, 600 - index - 0.5) for index in range(386)
    )

    data = run(HEAD + rows)

    assert (data["created"], data["refused"]) == (386, [])
    assert [trip.alert_count for trip in trips(session)] == [28] * 8 + [27] * 6


def test_the_same_list_again_changes_nothing_and_a_longer_one_moves_the_end(
    session: Session, run: Run
) -> None:
    first = run(HEAD + line("KG-91234-TS", 30))
    again = run(HEAD + line("KG 91234 TS", 30))
    longer = run(HEAD + line("kg.91234.ts", 30, 16.5))
    after = run(HEAD + line("KG-91234-TS", 30))

    assert (first["created"], again["unchanged"], longer["changed"], after["unchanged"]) == (1,) * 4
    [trip] = trips(session)
    assert (trip.is_open, trip.longest_s) == (False, int(13.5 * 3600))


def test_a_vessel_merged_over_its_alerts_is_said_of_each(
    house: Flask, session: Session, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Số tàu", "Mất tín hiệu lúc", "Có tín hiệu lúc"],
        ["KG-91234-TS", moment(90), moment(80)],
        ["", moment(60), moment(59)],
        ["KG-91235-TS", moment(50), ""],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    path = tmp_path / "gop.xlsx"
    book.save(path)
    house.test_cli_runner().invoke(args=["import", "vms", str(path), "--json"])
    assert [trip.alert_count for trip in trips(session)] == [2, 1]


def test_a_dry_run_writes_nothing(session: Session, run: Run) -> None:
    data = run(HEAD + line("KG-91234-TS", 30), "--dry-run")

    assert data["created"] == 1
    assert trips(session) == []


def test_every_bad_row_is_refused_with_its_own_sentence(run: Run) -> None:
    good = line("KG-91234-TS", 30)
    data = run(
        HEAD
        + good
        + good
        + line('=HYPERLINK("x")', 30)
        + line("KG-91235-TS", -48)
        + line("KG-91236-TS", 30, 40)
        + line("KG-91237-TS", 30, kind="bão")
        + "KG-91238-TS;Mất tín hiệu;05/03/2026;;9,4;103,8\n"
        + "KG-91239-TS;Mất tín hiệu;;;9,4;103,8\n"
        + line("KG-91240-TS", 30, place="9,4;")
    )

    sentences = {one["row"]: one["reason"] for one in data["refused"]}
    assert data["created"] == 1
    assert [next(iter(sentences)), len(sentences)] == [3, 8]
    for row, words in (
        *((3, "dòng 2"), (4, "không phải số đăng ký"), (5, "chưa đến"), (6, "trước khi bắt đầu")),
        *((7, "loại cảnh báo"), (8, "thiếu giờ"), (9, "Thiếu thời điểm"), (10, "kinh độ")),
    ):
        assert words in sentences[row]


def test_a_number_is_tied_to_the_register_when_it_learns_it(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 30, 20))
    with transaction() as writer:
        vessel = record_vessel(writer, officer, "KG 91234 TS", now=NOW)
    run(HEAD + line("KG-91234-TS", 10, 5))

    [trip] = trips(session)
    assert trip.vessel_id == vessel.id


def test_ten_quiet_days_or_a_port_begin_another_trip(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 900, 890) + line("KG-91234-TS", 100, 90))
    second = trips(session)[-1]
    with transaction() as writer:
        at = NOW - timedelta(hours=50)
        record_outcome(writer, officer, second.id, Outcome.IN_PORT, at=at, now=NOW)
    run(HEAD + line("KG-91234-TS", 20, 15))

    assert len(trips(session)) == 3


def test_an_officer_sees_and_brings_in_only_vessels_of_the_own_province(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 30) + line("TH-95001-TS", 30))

    seen, _ = list_trips(session, officer, TripFilter(tab="tat-ca"))
    hidden = next(trip for trip in trips(session) if trip.number_raw == "TH-95001-TS")
    assert [trip.number_raw for trip in seen] == ["KG-91234-TS"]
    with pytest.raises(NotFound):
        get_trip(session, officer, hidden.id)


def test_a_crossing_says_its_line_and_an_overlap_concludes_nothing(
    session: Session, run: Run
) -> None:
    data = run(
        HEAD
        + line("TH-95001-TS", 30, kind="Vượt ranh giới", place="20,9;108,5")
        + line("KG-91234-TS", 30, kind="Vượt ranh giới", place="10,0;103,2")
    )

    found = {one["label"]: one for one in data["stored"]}
    crossing, overlap = found["TH-95001-TS"], found["KG-91234-TS"]
    assert (crossing["finding"], crossing["sea_line"], crossing["is_official"]) == (
        *("crossed", "TONKIN_2000"),
        True,
    )
    assert crossing["miles"] == pytest.approx(12.4, abs=0.1)
    assert (overlap["finding"], overlap["legal_status"]) == ("unsettled", "overlap")
    counts = {trip.number_raw: (trip.crossing_count, trip.is_open) for trip in trips(session)}
    assert counts == {"TH-95001-TS": (1, True), "KG-91234-TS": (0, False)}


# --- what officers and time do --------------------------------------------------------------


def test_a_call_a_position_and_an_outcome_are_kept(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 30))
    [trip] = trips(session)
    with transaction() as writer:
        record_call(writer, officer, trip.id, text="Chủ tàu nói hỏng nguồn", now=NOW)
        at = NOW - timedelta(hours=1)
        record_position(writer, officer, trip.id, at=at, point=Point(9.4, 103.8), now=NOW)
        record_outcome(writer, officer, trip.id, Outcome.RECONNECTED, now=NOW)

    [trip] = trips(session)
    kinds = session.scalars(select(VmsNote.kind).order_by(VmsNote.id)).all()
    assert kinds == [NoteKind.CALLED, NoteKind.POSITION, NoteKind.OUTCOME]
    assert (trip.is_open, trip.last_report_at, trip.alerts[0].ended_at) == (False, at, NOW)


def test_a_position_of_the_future_or_of_before_is_refused(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 30))
    [trip] = trips(session)
    for at in (NOW + timedelta(hours=2), NOW - timedelta(hours=60)):
        with pytest.raises(Invalid), transaction() as writer:
            record_position(writer, officer, trip.id, at=at, point=Point(9.4, 103.8), now=NOW)


def test_time_climbs_the_ladder_once_and_counts_missing_reports(
    session: Session, run: Run, officer: Actor
) -> None:
    run(HEAD + line("KG-91234-TS", 25))
    [trip] = trips(session)
    for _ in range(2):
        with transaction() as writer:
            assert sweep_trips(writer, after=0, now=NOW) is None

    kinds = session.scalars(select(VmsNote.kind).order_by(VmsNote.id)).all()
    told = session.scalars(select(Notice.kind).where(Notice.user_id == officer.user_id)).all()
    assert kinds == [NoteKind.ESCALATED, NoteKind.MISSED]
    assert sorted(told) == ["vms_escalated", "vms_missed"]
    assert session.get_one(VmsTrip, trip.id).told_missed == 4


def test_each_province_climbs_its_own_ladder(session: Session, run: Run) -> None:
    run(HEAD + line("BĐ-97910-TS", 9) + line("TH-95001-TS", 9))
    with transaction() as writer:
        sweep_trips(writer, after=0, now=NOW)

    steps = {trip.number_raw: trip.told_step for trip in trips(session)}
    assert steps == {"BĐ-97910-TS": 2, "TH-95001-TS": 0}
    keys = set(session.scalars(select(DatedSetting.key).where(DatedSetting.scope == "52")))
    assert {f"province.vms_signal_loss{step}" for step in ("", "_2", "_3", "_4")} <= keys


def test_a_trip_becomes_a_case_with_its_evidence_frozen(
    session: Session, run: Run, house: Flask, officer: Actor
) -> None:
    run(HEAD + line("TH-95001-TS", 30, kind="Vượt ranh giới", place="20,9;108,5"))
    [trip] = trips(session)
    wide = Actor(**{**_fields(officer), "area": Area(is_everything=True)})
    folder = house.extensions["settings"].uploads_dir
    with transaction() as writer:
        head = open_trip_case(
            writer, wide, trip.id, said="Tin từ VMS", folder=folder, pack=current_pack(), now=NOW
        )

    case = session.execute(select(Case).where(Case.id == head.id)).scalar_one()
    extract = session.scalars(select(VmsExtract)).one()
    file = session.scalars(select(Attachment).where(Attachment.case_id == head.id)).one()
    assert case.state == "vms_alert"
    assert (case.data["report_kind"], case.data["line_status"]) == ("line_crossed", "treaty")
    assert case.data["vessel_claimed"] == "TH-95001-TS"
    assert file.sha256 == extract.sha256
    assert b"20.900000,108.500000" in path_of(folder, file.sha256).read_bytes()
    assert trips(session)[0].outcome == Outcome.HANDED_OVER
    with pytest.raises(Conflict), transaction() as writer:
        open_trip_case(writer, wide, trip.id, said="x", folder=folder, pack=None, now=NOW)


def test_a_crossing_that_is_over_starts_no_clock_in_its_case(
    house: Flask, session: Session, run: Run, officer: Actor
) -> None:
    run(
        HEAD
        + line("TH-95001-TS", 30, 20, kind="Vượt ranh giới", place="20,9;108,5")
        + line("TH-95001-TS", 28, 21, place="20,9;108,5")
    )
    [trip] = trips(session)
    wide = Actor(**{**_fields(officer), "area": Area(is_everything=True)})
    folder = house.extensions["settings"].uploads_dir
    with transaction() as writer:
        head = open_trip_case(
            writer, wide, trip.id, said="Tin", folder=folder, pack=current_pack(), now=NOW
        )
    case = session.execute(select(Case).where(Case.id == head.id)).scalar_one()
    assert datetime.fromisoformat(case.data["turned_back_at"]) == NOW - timedelta(hours=20)
    assert datetime.fromisoformat(case.data["signal_back_at"]) == NOW - timedelta(hours=21)
    running = session.scalars(
        select(CaseClock.code).where(CaseClock.case_id == head.id, CaseClock.is_running)
    ).all()
    assert not {"crossing_escalation", "signal_escalation", "position_every_6h"} & set(running)


def _fields(actor: Actor) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in Actor.__dataclass_fields__}


def test_the_table_counts_per_province_what_the_directorate_asks(
    session: Session, run: Run, officer: Actor
) -> None:
    run(
        HEAD
        + line("KG-91234-TS", 100, 99)
        + line("KG-91234-TS", 60, 50)
        + line("KG-91235-TS", 300)
        + line("TH-95001-TS", 60, 50)
    )
    first = (NOW - timedelta(days=4)).date()

    table = outcome_table(session, officer, Period(first, NOW.date()), now=NOW)

    [an_giang] = table.lines
    year = an_giang.year
    assert (year.alerts, year.vessels, year.counted, year.long) == (3, 2, 2, 1)
    assert year.reconnected == 2
    assert an_giang.now.vessels == 1
    assert table.total.year.alerts == 3


# --- a day of positions ---------------------------------------------------------------------

POSITIONS = "Số tàu,Thời gian,Vĩ độ,Kinh độ\n"


def position(vessel: str, hours_ago: float, lat: float, lon: float) -> str:
    return f"{vessel},{moment(hours_ago)},{lat},{lon}\n"


def test_positions_are_judged_and_let_go(session: Session, run: Run) -> None:
    rows = "".join(
        position("TH-95001-TS", 24 - 2 * turn, 20.5, 108.0 if turn in {0, 5, 6} else 108.6)
        for turn in range(9)
    )
    text = POSITIONS + rows + position("KG-91234-TS", 5, 10.0, 103.2) + "KG-91235-TS,xx,9,104\n"

    data = run(text)
    again = run(text)

    assert (data["accepted"], len(data["refused"])) == (10, 1)
    assert again["created"] == 0
    [trip] = trips(session)
    alerts = session.scalars(select(VmsAlert).order_by(VmsAlert.started_at)).all()
    assert [bool(one.ended_at) for one in alerts] == [True, False]
    assert trip.is_open
    assert session.scalar(select(func.count()).select_from(VmsExtract)) == 2
    days = session.scalars(select(VmsDay)).all()
    assert [(one.positions, one.vessels, one.unsettled, one.hits) for one in days] == [
        (10, 2, 1, 2)
    ] * 2


def test_the_next_day_goes_on_with_the_crossing_and_ends_it(session: Session, run: Run) -> None:
    run(POSITIONS + position("TH-95001-TS", 40, 20.9, 108.5))
    run(POSITIONS + position("TH-95001-TS", 30, 20.9, 108.5) + position("TH-95001-TS", 28, 20, 107))
    run(POSITIONS + position("TH-95001-TS", 10, 20.0, 107.0))

    alert = session.scalars(select(VmsAlert)).one()
    assert alert.started_at == NOW - timedelta(hours=40)
    assert alert.ended_at == NOW - timedelta(hours=28)


def test_positions_of_other_provinces_are_passed_over(
    run: Run, person: Callable[[str, str], Actor]
) -> None:
    del person
    data = run(POSITIONS + position("TH-95001-TS", 40, 20.9, 108.5), "--dry-run")

    assert any("Đã đối chiếu 1 vị trí" in note for note in data["notes"])


# --- screens --------------------------------------------------------------------------------


def test_a_call_takes_two_clicks(
    session: Session,
    run: Run,
    person: Callable[[str, str], Actor],
    signed_in: Callable[[Actor], FlaskClient],
) -> None:
    run(HEAD + line("KG-91234-TS", 30))
    [trip] = trips(session)
    actor = person("TS91", "fisheries_officer")
    assert actor.may(Permission.VMS_RECORD)
    client = signed_in(actor)

    listed = client.get("/canh-bao-vms")
    called = client.post(f"/canh-bao-vms/{trip.id}/goi", data={}, follow_redirects=True)
    wrong = client.post(f"/canh-bao-vms/{trip.id}/vi-tri", data={"place": "ở đâu đó"})
    right = client.post(f"/canh-bao-vms/{trip.id}/vi-tri", data={"place": "9,4; 103,8"})
    table = client.get("/canh-bao-vms/bang-ket-qua/tep")

    assert f'href="/canh-bao-vms/{trip.id}"' in listed.text
    assert "Đã ghi cuộc gọi." in called.text
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert table.data[:2] == b"PK"
    session.rollback()  # the requests wrote after this session had begun to read
    kinds = session.scalars(select(VmsNote.kind).order_by(VmsNote.id)).all()
    assert kinds == [NoteKind.CALLED, NoteKind.POSITION]


def test_the_page_of_a_trip_shows_duties_and_the_log(
    session: Session,
    run: Run,
    person: Callable[[str, str], Actor],
    signed_in: Callable[[Actor], FlaskClient],
) -> None:
    run(HEAD + line("KG-91234-TS", 30))
    client = signed_in(person("TS91", "fisheries_officer"))
    [trip] = trips(session)

    page = client.get(f"/canh-bao-vms/{trip.id}").text
    found = trip_with_all(session, person("TS91", "fisheries_officer"), trip.id)

    assert "vi phạm nhiều lần" in page
    assert "Đưa tàu về cảng" in page
    assert len(found.alerts) == 1


# --- who is offered the page ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "role", "is_offered"),
    [
        ("NV91", "fisheries_officer", True),
        ("NV91", "foreign_affairs_officer", True),
        ("NV04", "foreign_affairs_officer", False),
        ("BNG", "consular_officer", True),
    ],
)
def test_the_page_is_offered_where_there_is_a_sea(
    unit: str,
    role: str,
    person: Callable[[str, str], Actor],
    signed_in: Callable[[Actor], FlaskClient],
    *,
    is_offered: bool,
) -> None:
    page = signed_in(person(unit, role)).get("/tai-khoan").text
    assert ('href="/canh-bao-vms"' in page) is is_offered
