"""The window, the age and the balance, by table and by property."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crises.homes import Homes
from app.crises.rules import Gap, Standing, Status, Window, balance, window_at

NOON = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (None, None, Window.OPEN),
        (NOON, None, Window.OPEN),
        (NOON + timedelta(seconds=1), None, Window.EARLY),
        (None, NOON + timedelta(seconds=1), Window.OPEN),
        (None, NOON, Window.CLOSED),
        (NOON - timedelta(hours=1), NOON - timedelta(minutes=1), Window.CLOSED),
    ],
)
def test_the_window_opens_and_closes_to_the_minute(
    opens: datetime | None, closes: datetime | None, expected: Window
) -> None:
    assert window_at(opens, closes, NOON) is expected


def test_seventy_nine_received_and_seventy_eight_handed_on_leave_one_to_explain() -> None:
    people = [Standing(n, True, Status.HANDED_ON) for n in range(78)]  # noqa: FBT003  a fact
    open_one = Standing(78, is_listed=True, status=Status.RECEIVED)
    found = balance([*people, open_one], said=79)
    gate, onward = found.equations
    assert (gate.total, gate.difference) == (79, 0)
    assert (onward.total, onward.difference) == (79, 1)
    assert list(found.gaps) == [(78, Gap.NOT_HANDED_ON)]
    assert not found.may_close
    explained = Standing(78, is_listed=True, status=Status.KEPT, is_explained=True)
    found = balance([*people, explained], said=79)
    assert found.is_balanced
    assert found.may_close
    assert found.is_count_as_said


def test_one_received_beyond_the_list_is_named_and_does_not_hide_one_missing() -> None:
    missing = Standing(1, is_listed=True, status=Status.EXPECTED)
    beyond = Standing(2, is_listed=False, status=Status.HANDED_ON)
    found = balance([missing, beyond], said=None)
    assert dict(found.gaps) == {1: Gap.NO_RESULT, 2: Gap.NOT_LISTED}
    assert found.equations[0].difference == 1


def test_whoever_registered_and_has_no_result_keeps_the_event_open() -> None:
    listed = Standing(1, is_listed=True, status=Status.HANDED_ON)
    asking = Standing(2, is_listed=False, status=Status.EXPECTED)
    found = balance([listed, asking], said=1)
    assert dict(found.gaps) == {2: Gap.UNSETTLED}
    assert found.is_balanced
    assert not found.may_close
    settled = Standing(2, is_listed=False, status=Status.UNNEEDED)
    assert balance([listed, settled], said=1).may_close


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(list(Status)), st.booleans()), max_size=60)
)
def test_every_difference_is_made_of_named_people(
    people: list[tuple[bool, Status, bool]],
) -> None:
    standing = [Standing(n, *one) for n, one in enumerate(people)]
    found = balance(standing, said=None)
    gate, onward = found.equations
    why = [gap for _one, gap in found.gaps]
    assert gate.difference == why.count(Gap.NO_RESULT)
    unlisted_waiting = sum(
        1 for one in standing if one.status is Status.RECEIVED and not one.is_listed
    )
    assert onward.difference == why.count(Gap.NOT_HANDED_ON) + unlisted_waiting
    assert set(found.unexplained) <= {one for one, _gap in found.gaps}


@pytest.mark.parametrize(
    ("address", "column", "expected"),
    [
        ("Xã Tân Lập, huyện Vũ Thư, tỉnh Thái Bình", "", "33"),
        ("thai binh", "", "33"),
        ("ấp 3 xã Thạnh Mỹ Tháp Mười Đồng Tháp", "", "82"),
        ("xã Thái Bình, huyện Châu Thành, Tây Ninh", "", "80"),
        ("", "T. Hưng Yên", "33"),
        ("số 5 đường Hưng Yên", "", None),
        ("", "80", "80"),
        ("không nhớ", "", None),
        ("QUAN TAN BINH - TPHCM", "", "79"),
    ],
)
def test_an_address_is_read_to_the_province_of_today(
    address: str, column: str, expected: str | None
) -> None:
    names = {"thaibinh": "33", "hungyen": "33", "dongthap": "82", "tayninh": "80", "tphcm": "79"}
    assert Homes(names).read(address, column).province_code == expected
