"""Two clocks, each in the order of its work."""

from app.registers.models import LegalStage, Stage
from app.registers.stages import ASIDE, LEGAL_RANKS, RANKS, legal_stages_from, stages_from


def test_every_stage_has_a_rank_on_its_clock() -> None:
    assert set(RANKS) == {stage.value for stage in Stage}
    assert set(LEGAL_RANKS) == set(LegalStage)


def test_ranks_never_fall_in_the_order_of_the_work() -> None:
    ranks = [RANKS[stage] for stage in Stage if stage is not Stage.SET_ASIDE]
    assert ranks == sorted(ranks)
    assert RANKS[Stage.SET_ASIDE] == ASIDE


def test_a_step_holds_the_stages_at_and_beyond_it() -> None:
    assert stages_from("built") == {"built", "measured", "file_accepted", "handed_over"}
    assert "designed" in stages_from("agreed_in_field")
    assert Stage.SET_ASIDE not in stages_from("agreed_on_map")
    assert legal_stages_from("in_protocol") == {"in_protocol", "in_force"}


def test_a_word_that_is_no_step_holds_nothing() -> None:
    assert stages_from("surveyed") == stages_from("x") == legal_stages_from("none") == frozenset()
