"""The things to be done in the present state of a case, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead, view_of
from app.permissions import Actor, Permission
from app.workflow.engine import decide_tick


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One thing: who ticked it off and when, and whether the reader may change that."""

    code: str
    name: str
    is_required: bool
    may_change: bool
    who: str = ""
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.at is not None


def checklist_of(actor: Actor, head: CaseHead, definition: Definition) -> Sequence[ItemLine]:
    state = definition.machine.states.get(head.state)
    if state is None or not head.is_open:
        return ()
    done = head.done_items()
    lines = []
    for item in state.checklist:
        tick = done.get(item.code)
        decision = decide_tick(
            definition.machine, head.situation(), view_of(actor), item.code, is_done=tick is None
        )
        lines.append(
            ItemLine(
                code=item.code,
                name=item.name.in_locale(actor.locale),
                is_required=item.is_required,
                may_change=decision.allowed and actor.may(Permission.CASE_ACT),
                who=tick["name"] if tick else "",
                at=datetime.fromisoformat(tick["at"]) if tick else None,
            )
        )
    return lines
