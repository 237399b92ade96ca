"""vụ/tàu/ngư dân: claimed, verified, final, as known on a day, with totals that add up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.models import EventKind
from app.reports.incident_rules import (
    NONE,
    Change,
    Counted,
    Told,
    Triple,
    counted,
    month_of_reports,
    totals,
    year_before,
    year_of_reports,
)

START = datetime(2022, 6, 11, 2, 0, tzinfo=UTC)
ARREST: dict[str, Any] = {
    "report_kind": "arrested",
    "arrested_at": "2022-06-11T09:00+07:00",
    "country": "MY",
    "province": "91",
    "vessels_claimed": 1,
    "persons_claimed": 42,
}


def told(kind: EventKind, to_state: str | None = None, **data: Any) -> Told:
    return Told(kind, START, data, to_state)


OPENED = told(EventKind.OPENED, **ARREST)


def test_an_arrest_is_claimed_before_anybody_has_verified_it() -> None:
    found = counted([OPENED])
    assert found is not None
    assert found.claimed == Triple(1, 1, 42)
    assert found.verified is None
    assert found.best == Triple(1, 1, 42)
    assert (found.on, found.country, found.province) == (date(2022, 6, 11), "MY", "")


def test_fields_verify_where_no_children_are_entered() -> None:
    verified = told(
        EventKind.MOVED, "verified", answers={"vessels_verified": 1, "persons_verified": 40}
    )
    found = counted([OPENED, verified])
    assert found is not None
    assert (found.best, found.province) == (Triple(1, 1, 40), "91")


def test_children_count_for_themselves_and_one_who_is_excluded_falls_out() -> None:
    crew = list(range(1, 43))
    events = [
        OPENED,
        told(EventKind.CHILDREN_ADDED, track="persons", children=crew),
        told(EventKind.CHILDREN_VERIFIED, track="persons", children=crew, province="48"),
        told(EventKind.CHILDREN_MARKED, track="persons", children=[42], status="excluded"),
        told(EventKind.CHILDREN_MARKED, track="persons", children=crew[:5], status="home"),
    ]
    found = counted(events)
    assert found is not None
    assert found.verified == Triple(1, 0, 41)
    assert found.final == Triple(1, 0, 5)


@pytest.mark.parametrize("state", ["not_ours", "no_violation"])
def test_what_was_never_ours_is_claimed_and_not_verified(state: str) -> None:
    found = counted([OPENED, told(EventKind.MOVED, state, answers={})])
    assert found is not None
    assert (found.claimed, found.best) == (Triple(1, 1, 42), NONE)


def test_an_alert_is_no_arrest_until_one_is_reported() -> None:
    alert = told(EventKind.OPENED, **{**ARREST, "report_kind": "signal_lost"})
    assert counted([alert]) is None
    assert counted([alert, told(EventKind.MOVED, "arrest_reported", answers={})]) is not None


def test_a_merged_case_is_counted_once_and_the_one_that_took_it_in_stays() -> None:
    assert counted([OPENED, told(EventKind.MERGED, into="TC-1")]) is None
    assert counted([OPENED, told(EventKind.MERGED, **{"from": "TC-2"})]) is not None


def test_without_lists_the_outcomes_that_the_file_names_are_final() -> None:
    said = {"persons_home": 37, "persons_dead": 1, "vessels_confiscated": 1, "persons_abroad": 4}
    closed = told(EventKind.MOVED, "closed", answers=said)
    found = counted([OPENED, closed])
    assert found is not None
    assert found.final == Triple(1, 1, 38)
    crew = told(EventKind.CHILDREN_ADDED, track="persons", children=[1, 2])
    listed = counted([OPENED, crew, closed])
    assert listed is not None
    assert listed.final == Triple(1, 1, 0)  # the list says who, and none of it has ended


def test_men_verified_before_their_vessel_leave_it_as_claimed() -> None:
    crew = [1, 2]
    events = [
        OPENED,
        told(EventKind.CHILDREN_ADDED, track="persons", children=crew),
        told(EventKind.CHILDREN_VERIFIED, track="persons", children=crew, province="91"),
    ]
    found = counted(events)
    assert found is not None
    assert (found.verified, found.best) == (Triple(1, 0, 2), Triple(1, 1, 2))


COUNTS = st.integers(0, 50)
TRIPLES = st.builds(Triple, st.just(1), COUNTS, COUNTS)
INCIDENTS = st.builds(
    Counted,
    on=st.just(date(2022, 6, 11)),
    country=st.sampled_from(["", "MY", "ID"]),
    province=st.sampled_from(["", "91", "96"]),
    claimed=TRIPLES,
    verified=st.none() | TRIPLES,
    final=TRIPLES,
)


@given(st.lists(INCIDENTS))
def test_every_bucket_adds_up_to_the_whole_with_the_unattributed_one(found: list[Counted]) -> None:
    said = totals(found)
    assert sum(said.by_country.values(), NONE) == said.best
    assert sum(said.by_province.values(), NONE) == said.best
    assert said.best.cases == len(found)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_reporting_months_and_years_hold_their_day_and_meet(day: date) -> None:
    for period in (month_of_reports, year_of_reports):
        first, last = period(day)
        assert first <= day <= last
        assert (first.day, last.day) == (15, 14)
        assert period(last + timedelta(days=1))[0] == last + timedelta(days=1)


def test_the_same_day_a_year_before_a_leap_day_exists() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        (35, 28, Decimal("25.0")),
        (348, 100, Decimal("248.0")),  # grew by 248 %, is 348 % of it
        (50, 181, Decimal("72.4")),
        (7, 7, Decimal("0.0")),
        (3, 0, None),
        (0, 4, Decimal("100.0")),
    ],
)
def test_growth_is_a_share_of_the_earlier_figure(
    now: int, before: int, percent: Decimal | None
) -> None:
    assert Change(now, before).percent == percent
