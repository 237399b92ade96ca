"""The books of a case: opened for writing one at a time, posted to, never overdrawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.conversation import add_note
from app.cases.models import Case, EventKind
from app.errors import Refused
from app.money import queries
from app.money.models import EntryStatus, MoneyEntry, MoneyLine
from app.money.rules import Account, EntryKind, Line, Money, balances, lines_of, overdrawn
from app.money.words import KINDS, written_money
from app.permissions import Actor


def open_books(session: Session, actor: Actor, reference: str) -> Case:
    case = queries.case_by_reference(session, actor, reference)
    queries.lock_case(session, case)
    last = queries.settlement_of(session, case)
    if last is not None and last.is_settled:
        raise Refused("Sổ đã quyết toán.", ["Mở lại sổ, có lý do, rồi mới ghi thêm."])
    return case


def post(session: Session, case: Case, entry: MoneyEntry) -> None:
    entry.status = EntryStatus.POSTED
    session.flush()
    write_lines(session, entry, lines_to_be(entry))
    refuse_overdrawn(session, case)


def lines_to_be(entry: MoneyEntry) -> tuple[Line, Line]:
    """The two lines that an entry makes once it is posted."""
    settles = None
    if entry.settles_amount is not None and entry.settles_currency:
        settles = Money(entry.settles_amount, entry.settles_currency)
    return lines_of(
        *entry.facts,
        Money(entry.amount, entry.currency),
        rate=entry.rate,
        is_repayable=entry.is_repayable,
        settles=settles,
    )


def write_lines(session: Session, entry: MoneyEntry, lines: Sequence[Line]) -> None:
    for line in lines:
        session.add(
            MoneyLine(
                entry_id=entry.id,
                case_id=entry.case_id,
                person_id=entry.person_id,
                account=line.account,
                currency=line.currency,
                debit=line.debit,
                credit=line.credit,
                vnd=line.vnd,
            )
        )
    session.flush()
    session.expire(entry, ["lines"])


def owed_sums(session: Session, case: Case, *, without: str = "") -> list[str]:
    """What is still owed in a case, one sum for each currency but `without`."""
    standing = balances(queries.lines_of_case(session, case))
    return [
        written_money(amount, currency)
        for (account, currency), amount in standing.items()
        if account is Account.RECEIVABLE and currency != without and amount > 0
    ]


def refuse_overdrawn(session: Session, case: Case, added: Sequence[Line] = ()) -> None:
    """Nobody pays back more than is owed, and no deposit is used that was not paid.

    `added` are lines of a proposal: what can never be posted is not worth a decision.
    """
    before = queries.lines_of_case(session, case)
    found = overdrawn([*before, *added])
    if found is None:
        return
    account, currency, amount = found
    if account is Account.DEPOSITS:
        said = f"Tiền đặt cọc đang giữ thiếu {written_money(amount, currency)}."
        raise Refused("Chưa ghi được.", [said])
    reasons = [f"Số trừ nợ vượt số còn phải thu {written_money(amount, currency)}."]
    if owed := owed_sums(session, case, without=currency):
        reasons.append(
            f"Còn phải thu {', '.join(owed)}: hoàn trả bằng loại tiền khác thì ghi số nợ được trừ"
            " vào mục “Trừ vào nợ”."
        )
    raise Refused("Chưa ghi được.", reasons)


def said_of(entry: MoneyEntry) -> str:
    """An entry without the names of people: the timeline has more readers than the books."""
    return f"{KINDS[EntryKind(entry.kind)].vi} {written_money(entry.amount, entry.currency)}"


def tell(
    session: Session,
    actor: Actor,
    case: Case,
    text: str,
    now: datetime,
    *,
    asks: Mapping[str, Any] | None = None,  # Any: JSON
) -> None:
    """Say on the timeline what became of money; `asks` names who decides, or who had asked."""
    kind = EventKind.NOTED
    add_note(session, actor, case.reference, kind=kind, text=text, now=now, asks=asks)
