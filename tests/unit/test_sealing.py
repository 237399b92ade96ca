"""Keys and sealed values: bound to their column, opened only with their key."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sealing import (
    KeyRing,
    Keys,
    SealingError,
    create_key_file,
    new_keys,
    read_keys,
    replace_key_file,
    with_new_key,
    written_keys,
)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    create_key_file(tmp_path / "data.keys")
    return KeyRing(path=tmp_path / "data.keys")


@given(st.text(min_size=1))
def test_what_was_sealed_opens_to_itself(text: str) -> None:
    ring = KeyRing(written_keys(new_keys()))
    said = text.encode("utf-8", "ignore").decode()

    assert ring.open(ring.seal(said, "a"), "a") == said


def test_same_value_is_never_sealed_alike_and_does_not_show(ring: KeyRing) -> None:
    one, other = ring.seal("C1234567", "a"), ring.seal("C1234567", "a")

    assert one != other
    assert "C1234567" not in one


def test_value_of_one_column_does_not_open_in_another(ring: KeyRing) -> None:
    with pytest.raises(SealingError):
        ring.open(ring.seal("C1234567", "person.id_number"), "relative.contact")


def test_altered_value_is_refused_without_showing_it(ring: KeyRing) -> None:
    sealed = ring.seal("C1234567", "a")

    with pytest.raises(SealingError) as refusal:
        ring.open(sealed[:-6] + "AAAA==", "a")

    assert "C1234567" not in str(refusal.value)


def test_key_file_is_readable_by_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "data.keys"

    assert create_key_file(path)
    kept = path.read_text()
    assert not create_key_file(path)

    assert path.read_text() == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rotation_is_seen_by_a_ring_that_runs(ring: KeyRing) -> None:
    assert ring.path is not None
    before = ring.seal("C1234567", "a")
    replace_key_file(ring.path, with_new_key(ring.keys))

    after = ring.seal("C1234567", "a")

    assert after.split(":")[1] == ring.keys.current != before.split(":")[1]
    assert ring.open(before, "a") == ring.open(after, "a") == "C1234567"


def test_lost_key_is_named(ring: KeyRing) -> None:
    sealed = ring.seal("C1234567", "a")
    assert ring.path is not None
    replace_key_file(ring.path, new_keys())

    with pytest.raises(SealingError, match="Thiếu khóa dữ liệu"):
        ring.open(sealed, "a")


def test_blind_index_finds_a_number_however_it_is_written(ring: KeyRing) -> None:
    assert ring.blind("c 123-4567") == ring.blind("C1234567")
    assert ring.blind("C1234568") != ring.blind("C1234567")
    assert ring.blind("--") is None


def test_number_is_found_under_the_index_key_of_before(ring: KeyRing) -> None:
    keys = ring.keys
    changed = KeyRing(written_keys(Keys(keys.seal, {"new": b"n" * 32, **keys.index})))

    assert ring.blind("C1234567") in changed.all_blind("C1234567")


@pytest.mark.parametrize("content", ["seal a b", "rubbish", "# nothing"])
def test_broken_key_file_is_refused(content: str) -> None:
    with pytest.raises(SealingError):
        read_keys(content)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [("BO123456", "B0123456"), ("B 0123456", "bo123456"), ("C1000O00", "C1O00000"), ("N7", "N7")],
)
def test_a_number_is_found_where_o_and_zero_were_taken_for_each_other(
    asked: str, kept: str
) -> None:
    ring = KeyRing(written_keys(new_keys()))

    assert ring.blind(kept) in ring.all_blind(asked)


def test_a_number_of_many_zeros_asks_for_few_indexes() -> None:
    ring = KeyRing(written_keys(new_keys()))

    assert len(ring.all_blind("B0000000001")) <= 3
    assert ring.all_blind("--") == []
