"""The two clocks of a marker as steps that follow each other: in the field, and in law."""

from collections.abc import Mapping

from app.registers.models import LegalStage, MarkerKind, Stage

# What is reported, in the order of the work; the stages between two steps belong to the earlier.
STEPS: tuple[Stage, ...] = (
    Stage.AGREED_ON_MAP,
    Stage.AGREED_IN_FIELD,
    Stage.BUILT,
    Stage.MEASURED,
    Stage.FILE_ACCEPTED,
    Stage.HANDED_OVER,
)
LEGAL_STEPS: tuple[LegalStage, ...] = (LegalStage.IN_PROTOCOL, LegalStage.IN_FORCE)
ASIDE = -1
# What the count of a line holds: points of three borders and old markers stand apart.
COUNTED = "counted"
COUNTED_KINDS: tuple[MarkerKind, ...] = (MarkerKind.MAIN, MarkerKind.AUXILIARY, MarkerKind.PEG)


def _ranks() -> dict[str, int]:
    ranks, rank = {}, 0
    for stage in Stage:
        if stage is Stage.SET_ASIDE:
            ranks[stage.value] = ASIDE
            continue
        rank = STEPS.index(stage) if stage in STEPS else rank
        ranks[stage.value] = rank
    return ranks


RANKS: Mapping[str, int] = _ranks()
LEGAL_RANKS: Mapping[str, int] = {
    LegalStage.NONE: ASIDE,
    LegalStage.IN_PROTOCOL: 0,
    LegalStage.IN_FORCE: 1,
}


def stages_from(step: str) -> frozenset[str]:
    """The stages at or beyond a step; none for a word that is no step."""
    if step not in STEPS:
        return frozenset()
    least = STEPS.index(Stage(step))
    return frozenset(stage for stage, rank in RANKS.items() if rank >= least)


def legal_stages_from(step: str) -> frozenset[str]:
    if step not in LEGAL_STEPS:
        return frozenset()
    least = LEGAL_STEPS.index(LegalStage(step))
    return frozenset(stage for stage, rank in LEGAL_RANKS.items() if rank >= least)


def kinds_asked(kind: str) -> tuple[str, ...]:
    """The kinds of a filter: one, or those that a line's count holds; none narrows nothing."""
    if kind == COUNTED:
        return COUNTED_KINDS
    return (kind,) if kind else ()
