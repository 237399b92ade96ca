"""Plays the books of a scripted case: who proposes an entry, who decides, who is asked to pay."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.demonstration.script_beside import Beside, Said
from app.money.models import ExchangeRate
from app.money.rules import VND, EntryKind, Money, Source
from app.money.services import EntryFacts, approve_entry, record_entry
from app.money.settling import ReminderFacts, record_rate, record_reminder

_TO_DECIDE = timedelta(hours=2)


def _pay(beside: Beside, said: Said) -> None:
    """An entry in đồng; `approve` names the second person where one must decide."""
    facts = EntryFacts(
        EntryKind(said["pay"]),
        Source(said["from"]),
        Money(Decimal(said["amount"]), VND),
        beside.values.day(said["day"]),
        is_repayable=said.get("is_repayable", False),
        payer=said.get("payer", ""),
        payee=said.get("payee", ""),
        basis=said.get("basis", ""),
        note=said.get("text", ""),
    )
    session, reference = beside.session, beside.head.reference
    entry = record_entry(session, beside.actor, reference, facts, now=beside.at)
    if "approve" in said:
        second = beside.staff.named(said["approve"])
        at = min(beside.at + _TO_DECIDE, beside.values.now)
        approve_entry(session, second, reference, entry.id, text="Đồng ý.", now=at)


def _rate(beside: Beside, said: Said) -> None:
    """The rate of a day, unless somebody has written it down already."""
    on_day = beside.values.day(said["day"])
    same = select(ExchangeRate.id).filter_by(currency=said["rate"], on_day=on_day)
    if beside.session.scalar(same) is None:
        record_rate(
            beside.session,
            beside.actor,
            currency=said["rate"],
            on_day=on_day,
            vnd=Decimal(said["vnd"]),
            source=said["source"],
            now=beside.at,
        )


def _chase(beside: Beside, said: Said) -> None:
    facts = ReminderFacts(
        kind=said["chase"],
        number=said["number"],
        on_day=beside.values.day(said["day"]),
        next_on=beside.values.day(said["next_on"]),
        note=said["text"],
    )
    record_reminder(beside.session, beside.actor, beside.head.reference, facts, now=beside.at)


MONEY_VERBS: Mapping[str, Callable[[Beside, Said], None]] = {
    "pay": _pay,
    "rate": _rate,
    "chase": _chase,
}
