"""The published figures: each with its source, and drawn as they were published."""

from collections import Counter
from datetime import UTC, date, datetime
from statistics import mean, median

import pytest

from app.demonstration.names import invented_name, misspelt, without_marks
from app.demonstration.published import Published, figures
from app.demonstration.year_fishers import HOSTS, vessels_per_incident
from app.demonstration.years import PARTS, years_of
from app.demonstration.years_acts import commitments
from app.demonstration.years_fishers import men_on_board, return_days
from tests.unit.demonstration.chance import seeded

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = Published(NOW.date())


def test_every_figure_says_since_when_how_sure_and_where_it_was_published() -> None:
    for figure in figures():
        assert figure.check in {"published", "fitted", "estimated"}
        assert len(figure.source) > 20
        assert figure.valid_from <= NOW.date()


def test_a_figure_holds_from_its_day_on() -> None:
    assert TODAY["fishers.men_range"] == [2, 42]
    with pytest.raises(KeyError):
        Published(date(2022, 6, 10))["fishers.men_range"]


@pytest.mark.parametrize(
    ("said", "years"), [("1y", 1.0), ("0.25y", 0.25), ("500", None), ("-1y", None), ("1 y", None)]
)
def test_years_are_told_from_cases(said: str, years: float | None) -> None:
    assert years_of(said) == years


def test_a_year_has_the_published_sizes() -> None:
    sizes = {part.name: part.count(TODAY) for part in PARTS}
    assert 6_000 <= sizes["protection"] <= 9_000
    assert 4_000 <= sizes["border"] <= 6_000
    assert 40 <= sizes["fishers"] <= 70
    assert 150 <= sizes["lists"] <= 250
    assert 130 <= sizes["agreements"] <= 220
    assert 3_000_000 <= sizes["audit"] <= 5_000_000


def test_protection_files_hold_as_many_people_as_a_year_had() -> None:
    shares = TODAY["protection.persons_of_few"]
    few = sum(int(size) * share for size, share in shares.items()) / sum(shares.values())
    many, most = TODAY["protection.many_share"], TODAY["protection.many_persons"]
    people = TODAY["protection.cases"] * (few * (1 - many) + many * sum(most) / 2)
    assert 12_000 <= people <= 15_000


def test_vessels_and_men_have_the_published_means() -> None:
    vessels = vessels_per_incident(1_000, TODAY["fishers.vessels_each"], seeded(3))
    assert mean(vessels) == pytest.approx(1.62, abs=0.01)
    chance = seeded(4)
    men = [men_on_board(TODAY, chance) for _ in range(4_000)]
    assert mean(men) == pytest.approx(8.3, abs=0.15)
    assert min(men) >= 2
    assert max(men) <= 42


def test_men_come_home_after_a_hundred_days_and_some_after_years() -> None:
    chance = seeded(5)
    days = [return_days(TODAY, chance) for _ in range(20_000)]
    assert 90 <= median(days) <= 110
    assert max(days) > 3 * 365


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("fishers.countries", {"MY": (0.35, 0.70), "ID": (0.15, 0.25), "KH": (0.1, 0.2)}),
        ("fishers.provinces", {"KG": (0.30, 0.60), "CM": (0.10, 0.15), "BĐ": (0.05, 0.12)}),
    ],
)
def test_shares_are_drawn_as_published(code: str, limits: dict[str, tuple[float, float]]) -> None:
    chance = seeded(6)
    drawn = Counter(TODAY.drawn(code, chance) for _ in range(5_000))
    for key, (low, high) in limits.items():
        assert low <= drawn[key] / 5_000 <= high


def test_every_arresting_country_has_its_waters() -> None:
    assert TODAY["fishers.countries"].keys() <= HOSTS.keys()


def test_agreements_have_three_to_eight_commitments() -> None:
    chance = seeded(7)
    counts = {len(commitments(TODAY, chance)) for _ in range(200)}
    assert counts == set(range(3, 9))


def test_a_misspelt_name_has_lost_one_letter() -> None:
    chance = seeded(8)
    for _ in range(200):
        name = invented_name(chance, is_male=True)
        letters = [
            len(said.replace(" ", "")) for said in (without_marks(name), misspelt(name, chance))
        ]
        assert letters[0] - letters[1] == 1
