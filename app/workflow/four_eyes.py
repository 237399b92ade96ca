"""Two signatures are two people: not two accounts of one, and not one and the substitute."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.workflow import reasons
from app.workflow.decisions import ActorView, PendingRequest, Reason
from app.workflow.machine import Rule
from app.workflow.text import Text


class Hand(StrEnum):
    """Why somebody counts as the one who asked."""

    OWN_ACCOUNT = "own_account"
    SUBSTITUTE = "substitute"


def against_one_hand(rule: Rule, pending: PendingRequest, actor: ActorView) -> Iterable[Reason]:
    """Refuse the confirmation of one's own request, under whatever account it was made."""
    name = rule.name
    english = name.in_locale("en")
    hand = pending.hands.get(actor.user_id)
    if pending.requested_by == actor.user_id:
        yield reasons.same_person(rule)
    elif hand == Hand.OWN_ACCOUNT:
        yield Reason(
            "same_human",
            Text(
                f"“{name}” do một tài khoản khác của chính bạn đề nghị; hai tài khoản của một"
                " người không xác nhận cho nhau. Cần một người khác xác nhận.",
                f"“{english}” was asked for from another account of yours; two accounts of one"
                " person do not confirm each other. Somebody else must confirm it.",
            ),
        )
    elif hand == Hand.SUBSTITUTE:
        yield Reason(
            "substitute",
            Text(
                f"“{name}” do người mà bạn làm thay, hoặc người làm thay bạn, đề nghị; người thay"
                " và người được thay không xác nhận cho nhau. Cần một người thứ ba xác nhận.",
                f"“{english}” was asked for by the person you stand in for, or who stands in for"
                " you; a substitute and the one replaced do not confirm each other. A third"
                " person must confirm it.",
            ),
        )
