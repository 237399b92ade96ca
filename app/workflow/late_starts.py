"""A deadline counted back from a date also begins when its condition comes to hold afterwards.

Nothing happens to the date then: it has long been known. Only the step from false to true counts,
so that a deadline that was met does not begin again with the next change of the case.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.workflow.clock_rules import ClockRule
from app.workflow.expressions import Expression, UnresolvedError, build_context, is_filled
from app.workflow.happenings import Happening, case_facts

NOBODY: Mapping[str, object] = {"roles": [], "unit": ""}
_PREFIXES = {"data": "field:", "case": "state:"}


def may_begin_late(rule: ClockRule, happened: Happening) -> bool:
    """Tell whether the condition did not hold until this; the caller judges whether it does now."""
    return (
        rule.before is not None
        and rule.when is not None
        and not happened.is_closed
        and _touches(rule.when, happened)
        and not _fulfils(rule, happened)
        and not _held_before(rule.when, happened)
    )


def _touches(when: Expression, happened: Happening) -> bool:
    """Whether something has changed that the condition reads."""
    prefixes = tuple(_PREFIXES[root] for root in when.roots & _PREFIXES.keys())
    changed = (trigger for trigger in happened.triggers if trigger.startswith(prefixes))
    return any(
        when.fields is None
        or trigger.startswith("state:")
        or trigger.removeprefix("field:") in when.fields
        for trigger in changed
    )


def _fulfils(rule: ClockRule, happened: Happening) -> bool:
    """Whether this stops the clock; a field that is emptied again fulfils nothing."""
    return any(
        not trigger.startswith("field:")
        or is_filled(happened.data.get(trigger.removeprefix("field:")))
        for trigger in rule.stop & happened.triggers
    )


def _held_before(when: Expression, happened: Happening) -> bool:
    past = happened.before
    if past is None:
        return False
    context = build_context(
        past.data,
        case=case_facts(past),
        actor=NOBODY,
        now=happened.at,
        dated=happened.dated,
    )
    try:
        return when.holds(context)
    except UnresolvedError:
        return False
