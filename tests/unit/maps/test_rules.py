"""Tones and symbols: what a feature says by its outline."""

from datetime import UTC, datetime, timedelta

import pytest

from app.maps.rules import Tone, marker_symbols, tone_of_case, tone_of_kind, tone_of_marker
from app.registers.models import MarkerKind
from app.workflow.definition import StateKind

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_a_missed_deadline_outweighs_the_state() -> None:
    missed = NOW - timedelta(minutes=1)
    assert tone_of_case("waiting", missed, is_open=True, now=NOW) == Tone.OVERDUE
    assert tone_of_case("terminal", missed, is_open=False, now=NOW) == Tone.DONE


@pytest.mark.parametrize("kind", list(StateKind))
def test_every_kind_of_state_has_a_tone(kind: StateKind) -> None:
    assert tone_of_kind(kind) in Tone


@pytest.mark.parametrize(
    ("stage", "condition", "tone"),
    [
        ("handed_over", "intact", Tone.DONE),
        ("handed_over", "leaning", Tone.OVERDUE),
        ("handed_over", "minor_damage", Tone.WAITING),
        ("built", "unknown", Tone.WORKING),
        ("agreed_on_map", "unknown", Tone.INITIAL),
    ],
)
def test_a_marker_shows_its_condition_before_its_stage(
    stage: str, condition: str, tone: Tone
) -> None:
    assert tone_of_marker(stage, condition) == tone


def test_every_kind_of_marker_has_a_symbol() -> None:
    assert set(marker_symbols()) == set(MarkerKind)
