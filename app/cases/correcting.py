"""Between the steps: facts corrected or completed, and the things of a checklist ticked off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.closed_words import words_beside
from app.cases.conflicts import require_version
from app.cases.deadlines import run_clocks
from app.cases.facts import Answers, fact_columns, kept, with_consequences
from app.cases.heads import CaseHead, definition_of_head, get_head, view_of
from app.cases.models import EventKind
from app.cases.recording import Happening, record
from app.cases.search import Words, extend_text, words_of_data
from app.cases.services import refuse_unless_allowed
from app.cases.settling import NO_FILES, Files, settle
from app.errors import Invalid
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.workflow.decisions import REASON_FIELD
from app.workflow.engine import decide_correction, decide_tick
from app.workflow.happenings import happening_of


def correct_facts(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    answers: Answers,
    expected_version: int,
    pack: Pack | None,
    now: datetime,
    files: Files = NO_FILES,
) -> CaseHead:
    """Change facts outside the steps; the event keeps the old values beside the new ones."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    named = files.laid_over(answers)
    require_version(
        session, actor, head, definition, expected_version=expected_version, answers=named
    )
    decision = decide_correction(
        definition.machine, head.situation(), view_of(actor), answers=named, now=now
    )
    refuse_unless_allowed(actor, decision)
    said = str(answers.get(REASON_FIELD, ""))
    given = {k: v for k, v in kept(named, decision.hidden).items() if k != REASON_FIELD}
    settled = settle(
        session,
        actor,
        definition,
        head.id,
        given,
        files=files.without(decision.hidden),
        now=now,
    )
    fresh = with_consequences(actor, head, definition, settled, columns={}, now=now)
    fresh = {code: value for code, value in fresh.items() if value != head.data.get(code)}
    if not fresh:
        raise Invalid("Chưa sửa mục nào.", {})
    columns = fact_columns(session, head, definition, fresh, pack=pack)
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine, None, before=head.situation(), after=after.situation(), at=now
    )
    columns |= run_clocks(session, after, definition, happened)
    happening = _correction(head, fresh, said)
    recorded = record(session, actor, head, happening, now=now, changes=columns).head
    words = words_of_data(definition.fields, fresh, beside=(str(columns.get("title", "")),))
    reasons = words_beside(session, head.id, [said])
    extend_text(session, head.id, Words.together([words, reasons]))
    return recorded


def _correction(head: CaseHead, fresh: Mapping[str, Any], said: str) -> Happening:  # Any: JSON
    old = {code: head.data[code] for code in fresh if code in head.data}
    return Happening(
        EventKind.CORRECTED,
        text=said,
        data={"answers": dict(fresh), "old": old},
        summary="Sửa thông tin",
    )


def tick_item(
    session: Session, actor: Actor, reference: str, item: str, *, is_done: bool, now: datetime
) -> CaseHead:
    """Tick off one thing of the present state's checklist, or take that back."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    decision = decide_tick(
        definition.machine, head.situation(), view_of(actor), item, is_done=is_done
    )
    refuse_unless_allowed(actor, decision)
    done = head.done_items()
    if is_done:
        done[item] = {"by": actor.user_id, "name": actor.name, "at": now.isoformat()}
    else:
        del done[item]
    happening = Happening(
        EventKind.CHECKED if is_done else EventKind.UNCHECKED,
        data={"item": item, "state": head.state},
        summary=f"{'Đã xong' if is_done else 'Bỏ đánh dấu'}: {decision.name.vi}",
    )
    columns = {"checklist": {"state": head.state, "done": done}}
    return record(session, actor, head, happening, now=now, changes=columns).head
