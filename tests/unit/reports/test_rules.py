"""Progress by marker, by position and by kilometre, counted by hand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registers.models import LegalStage, Stage
from app.registers.past import Standing
from app.registers.stages import RANKS, STEPS
from app.reports.rules import Measure, Stretch, percent, pieces_of, tallies, tally
from tests.unit.reports.standing import standing

BUILT = STEPS.index(Stage.BUILT)
STRETCH = Stretch(1, "KH", "91", 0, 10_000)


def km(standings: Sequence[Standing]) -> list[float]:
    """Total, built and set aside kilometres."""
    counted = tally(pieces_of(standings, Measure.KM, [STRETCH]))
    return [counted.total, counted.reached[BUILT], counted.aside]


def test_marker_counts_for_every_step_that_it_has_passed() -> None:
    counted = tally(
        pieces_of(
            [standing(stage="built"), standing(stage="designed"), standing(stage="set_aside")],
            Measure.MARKER,
            (),
        )
    )
    assert counted.total == 3
    assert list(counted.reached) == [2, 2, 1, 0, 0, 0]
    assert counted.aside == 1


def test_law_has_a_clock_of_its_own() -> None:
    markers = [standing(legal_stage="in_force"), standing(legal_stage="in_protocol"), standing()]
    assert tally(pieces_of(markers, Measure.MARKER, ())).legal == (2.0, 1.0)


def test_position_has_come_as_far_as_the_last_of_its_markers() -> None:
    pair = [standing(position_id=7, stage="handed_over"), standing(position_id=7, stage="built")]
    counted = tally(pieces_of(pair, Measure.POSITION, ()))
    assert counted.total == 1
    assert list(counted.reached) == [1, 1, 1, 0, 0, 0]


def test_line_between_two_markers_has_come_as_far_as_the_one_that_is_less_far() -> None:
    markers = [
        standing(chainage_m=2_000.0, stage="built"),
        standing(chainage_m=6_000.0, stage="built"),
        standing(chainage_m=9_000.0, stage="surveyed"),
    ]
    assert km(markers) == [10, 6, 0]


def test_line_beside_a_marker_set_aside_is_set_aside() -> None:
    markers = [
        standing(chainage_m=4_000.0, stage="built"),
        standing(chainage_m=8_000.0, stage="set_aside"),
    ]
    assert km(markers) == [10, 4, 6]


def test_segment_without_a_main_marker_has_come_nowhere() -> None:
    assert km([standing(kind="peg", chainage_m=5_000.0, stage="built")]) == [10, 0, 0]


def test_auxiliary_marker_does_not_hold_the_line_up() -> None:
    markers = [
        standing(chainage_m=0.0, stage="built"),
        standing(chainage_m=5_000.0, kind="auxiliary", stage="surveyed"),
        standing(chainage_m=10_000.0, stage="built"),
    ]
    assert km(markers) == [10, 10, 0]


def test_each_half_counts_for_the_province_of_the_nearer_marker() -> None:
    markers = [
        standing(chainage_m=2_000.0, province_code="89"),
        standing(chainage_m=8_000.0, province_code="91"),
    ]
    shared = tallies(pieces_of(markers, Measure.KM, (STRETCH,)), lambda piece: piece.province_code)
    assert {code: one.total for code, one in shared.items()} == {"89": 5, "91": 5}


markers_of_a_line = st.lists(
    st.builds(
        standing,
        stage=st.sampled_from([stage.value for stage in Stage]),
        legal_stage=st.sampled_from([stage.value for stage in LegalStage]),
        kind=st.sampled_from(["main", "auxiliary", "peg"]),
        province_code=st.sampled_from(["89", "91", None]),
        position_id=st.integers(1, 8),
        chainage_m=st.floats(0, 10_000),
    ),
    max_size=20,
)


@given(markers=markers_of_a_line, measure=st.sampled_from(Measure))
def test_groups_add_up_to_the_whole_and_steps_never_rise(
    markers: list[Standing], measure: Measure
) -> None:
    pieces = pieces_of(markers, measure, (STRETCH,))
    whole = tally(pieces)
    groups = tallies(pieces, lambda piece: piece.province_code).values()
    assert sum(one.total for one in groups) == pytest.approx(whole.total)
    assert sum(one.reached[BUILT] for one in groups) == pytest.approx(whole.reached[BUILT])
    assert list(whole.reached) == sorted(whole.reached, reverse=True)
    assert whole.reached[0] + whole.aside <= whole.total + 1e-9
    if measure is Measure.KM:
        assert whole.total == pytest.approx(10)


def test_every_stage_that_is_not_set_aside_is_at_least_agreed_on_the_map() -> None:
    assert min(rank for stage, rank in RANKS.items() if stage != Stage.SET_ASIDE) == 0


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1045, 1245, 84), (749, 834, 90), (1998, 2000, 99.9), (999_999, 1_000_000, 99.9),
        (1, 5000, 0.1), (0, 5, 0), (5, 5, 100), (0, 0, None),
    ],
)  # fmt: skip
def test_share_reads_100_only_where_nothing_is_missing(
    part: float, whole: float, said: float | None
) -> None:
    assert percent(part, whole) == said
