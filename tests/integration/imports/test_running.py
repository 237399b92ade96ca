"""An import from the file to its end: dry first, then in chunks, killed, called off, repeated."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseEvent
from app.database import reading, transaction
from app.errors import Conflict, Forbidden, NotFound
from app.imports import noting, queries, running, services, work
from app.imports.fields import Target
from app.imports.judging import Judged
from app.imports.models import BatchState, ColumnMemory, ImportBatch
from app.imports.storage import keep_file
from app.imports.work import Workroom, carry_on
from app.jobs import OutboxEntry
from app.permissions import Actor
from app.registers.models import Marker
from tests.integration.imports.conftest import NOW
from tests.integration.imports.files import incidents
from tests.unit.imports.files import MARKERS, Row, sheet

Person = Callable[[str, str], Actor]


class WorkerDied(BaseException):
    """As if the process had been killed at this very moment."""


def brought_in(room: Workroom, actor: Actor, path: Path, target: Target) -> ImportBatch:
    """Uploaded, its columns agreed, checked."""
    with path.open("rb") as stream:
        kept = keep_file(room.shelf.folder, path.name, stream, limit_mb=20)
    with transaction() as session:
        batch = services.start_batch(session, actor, target, kept, shelf=room.shelf, now=NOW)
        if batch.state == BatchState.REFUSED:
            return batch
        services.match_columns(
            session, actor, batch, mapping=batch.mapping, options=services.options_of(batch),
            shelf=room.shelf, now=NOW,
        )  # fmt: skip
    carry_on(batch.id, room)
    return fresh(batch.id)


def fresh(batch_id: int) -> ImportBatch:
    return reading().get_one(ImportBatch, batch_id, populate_existing=True)


def ordered(room: Workroom, actor: Actor, batch: ImportBatch) -> ImportBatch:
    with transaction() as session:
        found = queries.get_batch(session, actor, batch.id, lock=True)
        services.order_run(session, actor, found, now=NOW)
    carry_on(batch.id, room)
    return fresh(batch.id)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.created, batch.changed, batch.unchanged, batch.refused


def cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def small_chunks(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(running.chunks_of, "__defaults__", (size,))


def test_a_dry_run_writes_nothing_but_its_report(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    path = incidents(tmp_path / "a.csv", 8, kind={3: "đi chơi"}, lat={5: "104.9"}, lon={5: "22.9"})
    batch = brought_in(room, person("BP08", "border_command"), path, Target.INCIDENTS)
    assert (batch.state, counts(batch), cases(reading())) == ("checked", (6, 0, 0, 2), 0)
    found = queries.findings_of(reading(), batch)
    assert [(one.row, one.severity) for one in found][:2] == [(4, "error"), (6, "error")]
    assert "đảo" in found[1].text


def test_the_same_file_twice_changes_nothing(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 6)
    first = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    again = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    assert (counts(first), counts(again)) == ((6, 0, 0, 0), (0, 0, 6, 0))
    assert cases(reading()) == 6


def test_a_changed_row_of_a_known_number_is_told_but_not_written(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 3)
    ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    incidents(path, 3, persons={2: "9"})
    again = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    texts = [one.text for one in queries.findings_of(reading(), again)]
    assert counts(again) == (0, 0, 3, 0)
    assert any("không ghi đè" in text for text in texts)


def test_incidents_without_numbers_are_known_by_their_content(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 4, number=dict.fromkeys(range(1, 5), ""))
    first = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    again = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    assert (counts(first), counts(again)) == ((4, 0, 0, 0), (0, 0, 4, 0))


def test_markers_twice_change_nothing_and_a_new_note_changes_one(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("UBBG", "boundary_officer")
    path = sheet(tmp_path / "a.xlsx", MARKERS)
    first = ordered(room, actor, brought_in(room, actor, path, Target.MARKERS))
    again = ordered(room, actor, brought_in(room, actor, path, Target.MARKERS))
    changed = [*MARKERS[:3], ("KH", "314", "10,4235278", "104,4407222", "đã kiểm tra")]
    third = ordered(room, actor, brought_in(room, actor, sheet(path, changed), Target.MARKERS))
    assert [counts(one) for one in (first, again, third)] == [
        (3, 0, 0, 0), (0, 0, 3, 0), (0, 1, 2, 0),
    ]  # fmt: skip


def test_a_killed_run_goes_on_without_doubles(
    room: Workroom, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 4)
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 18, number={15: "BC-2"})
    batch = brought_in(room, actor, path, Target.INCIDENTS)
    with transaction() as session:
        services.order_run(session, actor, session.merge(batch), now=NOW)
    for dies_after in (2, 4):
        with monkeypatch.context() as patch:
            patch.setattr(work, "note_rows", dying(noting.note_rows, dies_after, batch.id))
            with pytest.raises(WorkerDied):
                carry_on(batch.id, room)
        assert fresh(batch.id).state == BatchState.RUNNING
        assert cases(reading()) == fresh(batch.id).created
    carry_on(batch.id, room)
    done = fresh(batch.id)
    assert (done.state, done.done, counts(done), cases(reading())) == (
        "done",
        18,
        (17, 0, 0, 1),
        17,
    )
    events = reading().scalar(select(func.count()).select_from(CaseEvent))
    assert events == 17
    assert [one.row for one in queries.findings_of(reading(), done) if one.severity == "error"] == [
        16
    ]


def dying(
    note: Callable[[Session, ImportBatch, Sequence[Judged]], None], after: int, batch_id: int
) -> Callable[[Session, ImportBatch, Sequence[Judged]], None]:
    """Dies inside a chunk, after its rows were written and before its transaction ends."""

    def run(session: Session, batch: ImportBatch, rows: Sequence[Judged]) -> None:
        note(session, batch, rows)
        if batch.id == batch_id and batch.done >= after * 4:
            raise WorkerDied

    return run


def test_a_run_is_called_off_between_chunks(
    room: Workroom, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 4)
    actor = person("BP08", "border_command")
    batch = brought_in(room, actor, incidents(tmp_path / "a.csv", 12), Target.INCIDENTS)
    with transaction() as session:
        found = queries.get_batch(session, actor, batch.id, lock=True)
        services.order_run(session, actor, found, now=NOW)

    def perform_then_stop(session: Session, importer: running.Importer, rows: list[Judged]) -> None:
        running.perform(session, importer, rows)
        held = session.get_one(ImportBatch, batch.id)
        services.call_off(session, actor, held, now=NOW)

    monkeypatch.setattr(work, "perform", perform_then_stop)
    carry_on(batch.id, room)
    stopped = fresh(batch.id)
    assert (stopped.state, stopped.done, cases(reading())) == ("cancelled", 4, 4)
    with pytest.raises(Conflict), transaction() as session:
        services.call_off(session, actor, session.merge(stopped), now=NOW)


def test_an_ended_import_is_left_alone_by_a_second_ring(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 3)
    done = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    carry_on(done.id, room)
    assert (counts(fresh(done.id)), cases(reading())) == ((3, 0, 0, 0), 3)


def test_an_order_leaves_one_job_with_ids_only(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    path = incidents(tmp_path / "a.csv", 2)
    batch = ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))
    jobs = reading().scalars(select(OutboxEntry).where(OutboxEntry.job == "run_import")).all()
    assert [job.payload for job in jobs] == [{"batch_id": batch.id}]


def test_a_bad_file_is_kept_as_refused_with_its_sentence(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    batch = brought_in(room, person("BP08", "border_command"), path, Target.INCIDENTS)
    assert (batch.state, batch.message.partition(",")[0]) == ("refused", "Tệp là tài liệu PDF")


def test_the_columns_of_a_header_are_remembered_for_the_unit(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("UBBG", "boundary_officer")
    rows = [("Tuyến", "Số hiệu", "Diễn giải"), ("KH", "47/1", "bờ ruộng")]
    batch = brought_in(room, actor, sheet(tmp_path / "a.xlsx", rows), Target.MARKERS)
    with transaction() as session:
        found = queries.get_batch(session, actor, batch.id, lock=True)
        services.match_columns(
            session, actor, found, mapping={**found.mapping, "place_text": 2},
            options=services.options_of(found), shelf=room.shelf, now=NOW,
        )  # fmt: skip
        assert session.scalar(select(func.count()).select_from(ColumnMemory)) == 1
    next_rows = [rows[0], ("KH", "47/2", "gò cao")]
    again = brought_in(room, actor, sheet(tmp_path / "b.xlsx", next_rows), Target.MARKERS)
    assert again.mapping["place_text"] == 2


# --- rights ---------------------------------------------------------------------------------


def test_a_province_brings_in_markers_of_its_own_stretch_only(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("NV08", "foreign_affairs_officer")
    path = sheet(tmp_path / "a.xlsx", [*MARKERS, ("CN", "262", "", "", "không tọa độ")])
    batch = ordered(room, actor, brought_in(room, actor, path, Target.MARKERS))
    refused = [one.row for one in queries.findings_of(reading(), batch) if one.severity == "error"]
    assert (counts(batch), refused) == ((2, 0, 0, 2), [4, 5])
    labels = set(reading().scalars(select(Marker.label)))
    assert labels == {"261(1)", "261(2)"}


def test_incidents_of_another_unit_are_refused(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    rows = [
        ("Loại vụ việc", "Ngày", "Địa điểm", "Đơn vị"),
        ("Buôn lậu", "05/03/2026 08:00", "thôn 1", "BP08"),
        ("Buôn lậu", "05/03/2026 09:00", "thôn 2", "Đồn Biên phòng Hữu Nghị"),
    ]
    path = sheet(tmp_path / "a.xlsx", rows)
    batch = brought_in(room, person("BP08", "border_command"), path, Target.INCIDENTS)
    assert counts(batch) == (1, 0, 0, 1)


def test_measurements_need_a_known_marker(room: Workroom, person: Person, tmp_path: Path) -> None:
    actor = person("UBBG", "boundary_officer")
    ordered(
        room,
        actor,
        brought_in(room, actor, sheet(tmp_path / "a.xlsx", MARKERS[:2]), Target.MARKERS),
    )
    again: list[Row] = [("Tuyến", "Số hiệu", "Vĩ độ", "Kinh độ", "Ngày đo")]
    again += [("CN", "261(1)", 22.93693, 104.84940, "05/03/2026"), ("CN", "999", 22.9, 104.8, "")]
    path = sheet(tmp_path / "b.xlsx", again)
    batch = ordered(room, actor, brought_in(room, actor, path, Target.MEASUREMENTS))
    assert counts(batch) == (0, 1, 0, 1)


def test_another_unit_does_not_find_the_import(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    path = incidents(tmp_path / "a.csv", 2)
    batch = brought_in(room, person("BP08", "border_command"), path, Target.INCIDENTS)
    stranger = person("BP04", "border_command")
    with pytest.raises(NotFound):
        queries.get_batch(reading(), stranger, batch.id)
    assert queries.list_batches(reading(), stranger)[0] == []


def test_a_role_without_the_register_cannot_bring_in_markers(
    room: Workroom, person: Person, tmp_path: Path
) -> None:
    actor = person("BP08", "border_command")
    with pytest.raises(Forbidden):
        brought_in(room, actor, sheet(tmp_path / "a.xlsx", MARKERS), Target.MARKERS)
