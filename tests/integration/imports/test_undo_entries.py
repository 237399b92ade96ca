"""Imports of persons and vessels: the file lies sealed, goes in time, and what it did is undone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.config import Settings
from app.database import reading, transaction
from app.errors import Refused
from app.imports import services
from app.imports.fields import Target
from app.imports.models import BatchState, ImportBatch, ImportEffect
from app.imports.storage import PURPOSE, path_of
from app.imports.work import Workroom, carry_on
from app.permissions import Actor
from app.registers.entry_services import correct_person
from app.registers.models import Person as Citizen
from app.registers.models import Vessel
from app.registers.person_models import PersonKey
from app.sealed_files import MAGIC, plain_blocks
from app.sealing import PREFIX, SealingError, key_ring
from tests.integration.imports.conftest import NOW
from tests.integration.imports.test_running import brought_in, ordered
from workers.leftovers import clear_import_files

Person = Callable[[str, str], Actor]
LIST = "Họ tên;Năm sinh;Tỉnh;Số hộ chiếu\nTrần Thị Bích;1988;An Giang;C7654321\nLý Văn Ba;1990;;\n"
FLEET = "Số đăng ký;Chủ tàu\nKG-91234-TS;Trần Văn Sáu\nBV-12345-TS;Lê An\n"


@pytest.fixture
def officer(person: Person) -> Actor:
    return person("CLS", "consular_officer")


def bring(room: Workroom, actor: Actor, path: Path, content: str, target: Target) -> ImportBatch:
    path.write_text(content, encoding="utf-8")
    return ordered(room, actor, brought_in(room, actor, path, target))


def undone(batch: ImportBatch, actor: Actor, room: Workroom) -> list[str]:
    with transaction() as session:
        services.order_undo(session, actor, session.get_one(ImportBatch, batch.id), now=NOW)
    carry_on(batch.id, room)
    reading().expire_all()
    assert reading().get_one(ImportBatch, batch.id).state == BatchState.UNDONE
    rows = reading().scalars(select(ImportEffect).order_by(ImportEffect.row))
    return [f"{one.undo} {one.note}".strip() for one in rows]


# --- the file -------------------------------------------------------------------------------


def test_an_uploaded_list_lies_sealed_and_opens_as_it_was_sent(
    officer: Actor, room: Workroom, tmp_path: Path
) -> None:
    batch = bring(room, officer, tmp_path / "a.csv", LIST, Target.PERSONS)
    path = path_of(room.shelf.folder, batch.sha256)

    lying = path.read_bytes()
    assert lying.startswith(MAGIC)
    assert b"C7654321" not in lying
    assert "Bích".encode() not in lying
    assert b"".join(plain_blocks(path, key_ring(), PURPOSE)) == LIST.encode()
    copy = room.shelf.copy(batch)
    assert copy.path.read_text("utf-8") == LIST
    copy.close()
    assert not copy.path.exists()


@pytest.mark.parametrize("damage", [slice(0, -20), slice(0, -1)])
def test_a_list_that_was_cut_off_on_the_disk_does_not_open(
    officer: Actor, room: Workroom, tmp_path: Path, damage: slice
) -> None:
    batch = bring(room, officer, tmp_path / "a.csv", LIST, Target.PERSONS)
    path = path_of(room.shelf.folder, batch.sha256)
    path.write_bytes(path.read_bytes()[damage])

    with pytest.raises(SealingError):
        list(plain_blocks(path, key_ring(), PURPOSE))
    with pytest.raises(Refused):
        room.shelf.copy(batch)


def test_the_file_goes_after_its_time_and_its_persons_stay(
    officer: Actor, room: Workroom, tmp_path: Path
) -> None:
    batch = bring(room, officer, tmp_path / "a.csv", LIST, Target.PERSONS)
    kept = timedelta(days=Settings.model_fields["import_file_days"].default)
    ended = reading().get_one(ImportBatch, batch.id).finished_at
    assert ended is not None
    with transaction() as session:
        early = clear_import_files(
            session, room.shelf.folder, kept=kept, now=ended + kept - timedelta(hours=1)
        )
        late = clear_import_files(
            session, room.shelf.folder, kept=kept, now=ended + kept + timedelta(hours=1)
        )

    assert (early, late) == (0, 1)
    reading().expire_all()
    assert reading().get_one(ImportBatch, batch.id).file_deleted_at is not None
    assert reading().scalars(select(Citizen)).all()
    with pytest.raises(Refused, match="đã được xóa"):
        room.shelf.copy(batch)


# --- undo -----------------------------------------------------------------------------------


def test_new_persons_go_again_with_their_keys(
    officer: Actor, room: Workroom, tmp_path: Path
) -> None:
    batch = bring(room, officer, tmp_path / "a.csv", LIST, Target.PERSONS)
    assert services.may_undo(officer, reading().get_one(ImportBatch, batch.id))

    assert undone(batch, officer, room) == ["undone", "undone"]
    assert not reading().scalars(select(Citizen)).all()
    assert not reading().scalars(select(PersonKey)).all()


def test_a_person_who_was_corrected_since_stays_and_says_why(
    officer: Actor, room: Workroom, tmp_path: Path
) -> None:
    batch = bring(room, officer, tmp_path / "a.csv", LIST, Target.PERSONS)
    with transaction() as session:
        found = session.scalars(select(Citizen).where(Citizen.claimed_name == "Lý Văn Ba")).one()
        correct_person(session, officer, found, changes={"sex": "male"}, now=NOW)
    told = undone(batch, officer, room)

    assert told[0] == "undone"
    assert "đã được sửa" in told[1]
    assert [one.claimed_name for one in reading().scalars(select(Citizen))] == ["Lý Văn Ba"]


def test_blanks_that_a_list_filled_are_blank_again_and_the_rest_stays(
    officer: Actor, room: Workroom, tmp_path: Path
) -> None:
    bare = "Họ tên;Năm sinh;Tỉnh\nTrần Thị Bích;1988;An Giang\n"
    bring(room, officer, tmp_path / "a.csv", bare, Target.PERSONS)
    second = bring(room, officer, tmp_path / "b.csv", LIST, Target.PERSONS)
    citizen = reading().scalars(select(Citizen).where(Citizen.birth_year == 1988)).one()
    assert citizen.id_number == "C7654321"
    kept = reading().execute(
        text("SELECT after FROM import_effect WHERE batch_id = :id AND is_new = false"),
        {"id": second.id},
    )
    assert all(row.after.startswith(PREFIX) for row in kept)
    with transaction() as session:
        services.order_undo(session, officer, session.get_one(ImportBatch, second.id), now=NOW)
    carry_on(second.id, room)
    reading().expire_all()
    citizen = reading().scalars(select(Citizen)).one()

    assert (citizen.id_number, citizen.id_number_index) == (None, None)
    assert citizen.claimed_name == "Trần Thị Bích"


def test_new_vessels_go_again(officer: Actor, room: Workroom, tmp_path: Path) -> None:
    batch = bring(room, officer, tmp_path / "t.csv", FLEET, Target.VESSELS)
    assert len(reading().scalars(select(Vessel)).all()) == 2

    assert undone(batch, officer, room) == ["undone", "undone"]
    assert not reading().scalars(select(Vessel)).all()
