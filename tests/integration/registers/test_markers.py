from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.database import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.geo.gazetteer import Pack
from app.jobs import Job, OutboxEntry
from app.permissions import Area
from app.registers import queries
from app.registers.models import Marker, MarkerChange, MarkerMeasurement, Position, Side
from app.registers.recording import Survey
from app.registers.reference import load_reference
from app.registers.services import (
    Outcome,
    correct_marker,
    record_marker,
    record_measurement,
    upsert_markers,
)
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_08,
    PROVINCE_91,
    actor_with,
    add_markers,
    add_stretch,
    degrees,
    row,
)

pytestmark = pytest.mark.usefixtures("app")


def record_314(session: Session, pack: Pack, label: str = "mốc 314") -> Marker:
    load_reference(session)
    return record_marker(
        session,
        MINISTRY,
        "KH",
        label=label,
        facts={"place_text": "Hà Tiên"},
        coordinate=degrees(20.001, 105.5),
        pack=pack,
        now=NOW,
    )


def test_new_marker_is_tagged_when_it_is_written(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)

    assert marker.label == "314"
    assert (marker.province_code, marker.commune_code) == ("08", "00002")
    assert marker.z_key is not None
    assert marker.border_distance_m == pytest.approx(111, abs=2)
    assert marker.chainage_m == pytest.approx(156_600, rel=0.01)
    assert marker.position.label == "314"
    assert marker.position.province_code == "08"


def test_original_text_of_a_coordinate_is_kept(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)
        [measurement] = marker.measurements

    assert measurement.original == "20.001000, 105.500000"
    assert measurement.crs == "EPSG:4326"
    assert measurement.is_in_force


def test_a_line_has_each_label_once(pack: Pack) -> None:
    with transaction() as session:
        record_314(session, pack)
        with pytest.raises(Conflict, match="đã có mốc 314"):
            record_314(session, pack, label="Cột mốc số 314")


def test_an_unreadable_label_is_refused_with_examples(pack: Pack) -> None:
    with transaction() as session, pytest.raises(Invalid) as refusal:
        record_314(session, pack, label="không số")

    assert "label" in refusal.value.problems


def test_same_rows_twice_change_nothing(session: Session, pack: Pack) -> None:
    rows = [row("KH 47/7(2)", 20.001, 104.4, material="đá hoa cương"), row("LA 304")]
    with transaction() as writer:
        add_markers(writer, pack, *rows)
    with transaction() as writer:
        again = upsert_markers(writer, MINISTRY, rows, pack=pack, now=NOW)

    assert [one.outcome for one in again] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert session.scalar(select(func.count(Marker.id))) == 2
    assert session.scalar(select(func.count(MarkerMeasurement.id))) == 1


def test_a_row_changes_only_the_facts_that_it_names(pack: Pack) -> None:
    with transaction() as session:
        add_markers(session, pack, row("KH 47", 20.001, 104.3, material="đá", place_text="Đồi A"))
    with transaction() as session:
        [done] = upsert_markers(
            session, MINISTRY, [row("KH 47", condition="leaning")], pack=pack, now=NOW
        )

    assert done.outcome is Outcome.CHANGED
    assert (done.marker.material, done.marker.place_text) == ("đá", "Đồi A")
    assert done.marker.condition == "leaning"
    assert done.marker.lat is not None


def test_the_same_marker_twice_in_one_file_is_one_marker(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        add_markers(writer, pack, row("KH 47"), row("KH 47", condition="lost"))

    assert session.scalars(select(Marker.condition)).all() == ["lost"]


def test_a_pair_stands_at_one_position(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        stretch = add_stretch(writer, pack)

    assert stretch["261(1)"].position_id == stretch["261(2)"].position_id
    assert session.scalar(select(func.count(Position.id))) == len(stretch) - 1
    assert stretch["261(1)"].position.lat == pytest.approx(21.999)


def test_correction_keeps_before_after_reason_and_author(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        marker = record_314(writer, pack)
    with transaction() as writer:
        marker = queries.marker_by_id(writer, MINISTRY, marker.id)
        is_changed = correct_marker(
            writer,
            MINISTRY,
            marker,
            changes={"condition": "leaning", "place_text": "Hà Tiên"},
            reason="Biên bản song phương",
            valid_on=date(2026, 11, 1),
            expected_version=marker.version,
            now=NOW,
        )
    change = queries.changes_of(session, marker)[0]

    assert is_changed
    assert (change.before, change.after) == ({"condition": "unknown"}, {"condition": "leaning"})
    assert (change.reason, change.actor_name) == ("Biên bản song phương", MINISTRY.name)
    assert change.valid_on == date(2026, 11, 1)
    assert session.scalar(select(AuditEntry).where(AuditEntry.action == "marker.corrected"))


def test_correction_without_a_difference_leaves_no_trace(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        marker = record_314(writer, pack)
    before = session.scalar(select(func.count(MarkerChange.id)))
    with transaction() as writer:
        marker = queries.marker_by_id(writer, MINISTRY, marker.id)
        changes = {"place_text": "Hà Tiên", "note": "", "material": None}
        assert not correct_marker(writer, MINISTRY, marker, changes=changes, reason="x", now=NOW)

    assert session.scalar(select(func.count(MarkerChange.id))) == before


def test_stale_correction_is_a_conflict_that_names_the_other_change(pack: Pack) -> None:
    with transaction() as writer:
        marker = record_314(writer, pack)
        seen = marker.version
        correct_marker(
            writer, MINISTRY, marker, changes={"condition": "lost"}, reason="bão", now=NOW
        )
        with pytest.raises(Conflict) as refusal:
            correct_marker(
                writer,
                MINISTRY,
                marker,
                changes={"condition": "intact"},
                reason="kiểm tra",
                expected_version=seen,
                now=NOW,
            )

    assert MINISTRY.name in refusal.value.changes[0]


def test_new_measurement_moves_the_marker_and_keeps_the_old_one(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)
        record_measurement(
            session,
            MINISTRY,
            marker,
            coordinate=degrees(20.002, 105.6),
            survey=Survey(source="Đo lại", party=Side.JOINT),
            pack=pack,
            now=NOW,
        )
    with transaction() as session:
        session.expire_all()
        marker = queries.marker_by_id(session, MINISTRY, marker.id)
        kept = [(one.original, one.is_in_force) for one in marker.measurements]

    assert marker.lon == pytest.approx(105.6)
    assert kept == [("20.002000, 105.600000", True), ("20.001000, 105.500000", False)]


def test_measurement_of_one_side_may_be_kept_without_moving_the_marker(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)
        record_measurement(
            session,
            MINISTRY,
            marker,
            coordinate=degrees(20.002, 105.6),
            survey=Survey(party=Side.NEIGHBOUR, is_adopted=False),
            pack=pack,
            now=NOW,
        )

    assert marker.lon == pytest.approx(105.5)


def test_a_province_does_not_write_on_another_stretch(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)
        with pytest.raises(Forbidden, match="đoạn biên giới"):
            correct_marker(session, PROVINCE_91, marker, changes={"note": "x"}, reason="x", now=NOW)
        assert correct_marker(
            session, PROVINCE_08, marker, changes={"note": "x"}, reason="x", now=NOW
        )


def test_a_province_records_no_marker_off_its_stretch(pack: Pack) -> None:
    with transaction() as session:
        load_reference(session)
        with pytest.raises(Forbidden):
            record_marker(
                session,
                PROVINCE_91,
                "KH",
                label="314",
                coordinate=degrees(20.001, 105.5),
                pack=pack,
                now=NOW,
            )


def test_changes_within_a_minute_ask_for_one_rebuild(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        add_markers(writer, pack, row("KH 47"))
        upsert_markers(writer, MINISTRY, [row("KH 48")], pack=pack, now=NOW + timedelta(seconds=9))
    with transaction() as writer:
        later = NOW + timedelta(minutes=2)
        upsert_markers(writer, MINISTRY, [row("KH 49")], pack=pack, now=later)
    due = session.scalars(
        select(OutboxEntry.due)
        .where(OutboxEntry.job == Job.REBUILD_LAYERS)
        .order_by(OutboxEntry.due)
    ).all()

    assert len(due) == 2
    assert NOW < due[0] < later


def test_the_index_of_markers_follows_the_register(session: Session, pack: Pack) -> None:
    with transaction() as writer:
        add_stretch(writer, pack)
    before = queries.marker_index(session)
    assert queries.marker_index(session) is before
    with transaction() as writer:
        add_markers(writer, pack, row("KH 48", 20.001, 104.6))

    assert len(queries.marker_index(session).ids) == len(before.ids) + 1


def test_an_unknown_fact_is_a_mistake_of_the_caller(pack: Pack) -> None:
    with transaction() as session:
        marker = record_314(session, pack)
        with pytest.raises(ValueError, match="sort_key"):
            correct_marker(
                session, MINISTRY, marker, changes={"sort_key": "1"}, reason="x", now=NOW
            )


def test_station_without_a_province_writes_nothing(pack: Pack) -> None:
    station = actor_with(Area(unit_ids=frozenset({1})))
    with transaction() as session:
        marker = record_314(session, pack)
        with pytest.raises(Forbidden):
            correct_marker(session, station, marker, changes={"note": "x"}, reason="", now=NOW)
