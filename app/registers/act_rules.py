"""What one side cannot decide alone: the stages of a marker that need both signatures."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flask_babel import gettext as _

from app.registers.act_models import JointAct
from app.registers.models import LegalStage, Side, Stage
from app.registers.stages import RANKS
from app.registers.vocabulary import word


class ActKind(StrEnum):
    SURVEY = "survey"
    SKETCH = "sketch"
    MINUTES = "minutes"
    ACCEPTANCE = "acceptance"


# The position in the field is agreed on the signed sketch of a joint survey, the file of a marker
# is accepted by the joint committee.
NEEDS_BOTH: Mapping[Stage, frozenset[ActKind]] = {
    Stage.AGREED_IN_FIELD: frozenset(ActKind),
    Stage.FILE_ACCEPTED: frozenset({ActKind.ACCEPTANCE, ActKind.MINUTES}),
}
PUBLISHED = frozenset({LegalStage.IN_PROTOCOL.value, LegalStage.IN_FORCE.value})
OTHER_LANGUAGES: Mapping[str, str] = {"CN": "zh", "LA": "lo", "KH": "km"}


def joint_steps(before: str | None, after: str) -> list[Stage]:
    """The stages needing both sides that a marker reaches or passes on the way to `after`."""
    start = RANKS.get(before or "", -1)
    end = RANKS.get(after, -1)
    return [stage for stage in NEEDS_BOTH if start < RANKS[stage] <= end]


def rests_on_protocol(legal_stage: str, legal_basis: str, source: str) -> bool:
    """A protocol was signed by both sides: a marker in one, with its source, needs no other act."""
    return legal_stage in PUBLISHED and bool(legal_basis.strip() or source.strip())


def missing_for(step: Stage, acts: Iterable[JointAct]) -> tuple[Side, ...]:
    """The sides whose signature is missing for a step; none where one act has both."""
    fitting = [act for act in acts if act.kind in NEEDS_BOTH[step]]
    if not fitting:
        return (Side.VIETNAM, Side.NEIGHBOUR)
    return min((act.missing_sides for act in fitting), key=len)


def refusal(step: Stage, missing: tuple[Side, ...], neighbour: str, *, locale: str = "vi") -> str:
    """One sentence: what cannot be recorded and whose signature is missing."""
    stage, country = word("stage", step, locale), word("neighbour", neighbour, locale)
    said: str
    if len(missing) > 1:
        kinds = ", ".join(
            word("act_kind", kind, locale).lower() for kind in ActKind if kind in NEEDS_BOTH[step]
        )
        said = _(
            "Chưa ghi được “%(stage)s”: chưa có văn bản song phương (%(kinds)s) mang chữ ký của"
            " cả Việt Nam và %(country)s về mốc này.",
            stage=stage,
            kinds=kinds,
            country=country,
        )
        return said
    who = _("Việt Nam") if missing == (Side.VIETNAM,) else country
    said = _(
        "Chưa ghi được “%(stage)s”: văn bản song phương còn thiếu chữ ký của phía %(who)s.",
        stage=stage,
        who=who,
    )
    return said
