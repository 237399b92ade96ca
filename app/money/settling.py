"""What follows the payments: reminders, the closing of the books, rates and limits."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import yaml
from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.errors import Conflict, Invalid, Refused
from app.jobs import Job, enqueue
from app.money import queries
from app.money.books import open_books, owed_sums, tell
from app.money.models import ApprovalLimit, EntryStatus, ExchangeRate, Reminder, Settlement
from app.money.rules import VND, Account, Source, balances
from app.money.words import WRITTEN, written_money
from app.permissions import Actor

LIMITS_FILE = Path(__file__).parent / "data" / "limits.yaml"


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What a letter book asks of one reminder."""

    kind: str
    on_day: date
    debtor: Source = Source.FAMILY
    number: str = ""
    next_on: date | None = None
    note: str = ""


def record_reminder(
    session: Session, actor: Actor, reference: str, facts: ReminderFacts, *, now: datetime
) -> Reminder:
    """Write down that payment was asked for, and when to ask again."""
    case = queries.case_by_reference(session, actor, reference)
    if facts.next_on is not None and facts.next_on <= facts.on_day:
        raise Invalid("Ngày chưa đúng.", {"next_on": ["Ngày đôn đốc tiếp phải sau lần này."]})
    made = Reminder(
        case_id=case.id,
        **asdict(facts),
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    if facts.kind in WRITTEN:
        order = {"reminder": made.id, "user": actor.user_id, "unit": actor.unit_id}
        enqueue(session, Job.DRAFT_CHASE, order, now=now)
    said = f"Đôn đốc hoàn trả ngày {facts.on_day:%d/%m/%Y} {facts.number}".rstrip()
    tell(session, actor, case, said, now)
    return made


def settle_books(
    session: Session, actor: Actor, reference: str, *, note: str, now: datetime
) -> Settlement:
    """Close the books of a case: nothing waits, nothing is owed, no deposit is held."""
    case = open_books(session, actor, reference)
    if reasons := against_settling(session, case):
        raise Refused("Chưa quyết toán được.", reasons)
    return _settlement(session, actor, case, note, is_settled=True, now=now)


def against_settling(session: Session, case: Case) -> list[str]:
    """What still waits, is owed or is held, in sentences."""
    return [*_waiting_or_held(session, case), *_owed(session, case)]


def against_closing(session: Session, case: Case) -> list[str]:
    """What keeps the case itself from its end: a debt that is chased on outlives its case.

    Owners pay the Fund back over years; the list of debts goes on telling the day of each reminder.
    """
    chased = queries.reminders_of(session, case)
    is_followed = bool(chased) and chased[0].next_on is not None
    cure = " Hãy thu, miễn, hoặc ghi lần đôn đốc kèm ngày đôn đốc tiếp."
    return [*_waiting_or_held(session, case), *([] if is_followed else _owed(session, case, cure))]


def _waiting_or_held(session: Session, case: Case) -> list[str]:
    reasons = []
    if any(entry.status == EntryStatus.PROPOSED for entry in queries.entries_of(session, case)):
        reasons.append("Còn khoản chờ duyệt.")
    for (account, currency), amount in balances(queries.lines_of_case(session, case)).items():
        if account is Account.DEPOSITS:
            reasons.append(f"Còn giữ tiền đặt cọc {written_money(-amount, currency)}.")
    return reasons


def _owed(session: Session, case: Case, cure: str = "") -> list[str]:
    return [f"Còn phải thu {sum_}.{cure}" for sum_ in owed_sums(session, case)]


def reopen_books(
    session: Session, actor: Actor, reference: str, *, note: str, now: datetime
) -> Settlement:
    case = queries.case_by_reference(session, actor, reference)
    queries.lock_case(session, case)
    last = queries.settlement_of(session, case)
    if last is None or not last.is_settled:
        raise Conflict("Sổ đang mở.")
    if not note.strip():
        raise Invalid("Cần lý do.", {"text": ["Hãy ghi lý do mở lại sổ."]})
    return _settlement(session, actor, case, note, is_settled=False, now=now)


def record_rate(
    session: Session,
    actor: Actor,
    *,
    currency: str,
    on_day: date,
    vnd: Decimal,
    source: str,
    now: datetime,
) -> ExchangeRate:
    """Add the rate of a day; a rate that entries may rest on is never rewritten."""
    if currency not in Locale.parse("en").currencies or currency == VND:
        raise Invalid("Loại tiền chưa đúng.", {"currency": ["Ghi ba chữ cái, ví dụ USD."]})
    if vnd <= 0:
        raise Invalid("Tỷ giá chưa đúng.", {"vnd": ["Tỷ giá phải lớn hơn 0."]})
    known = session.scalar(
        select(ExchangeRate).where(ExchangeRate.currency == currency, ExchangeRate.on_day == on_day)
    )
    if known is not None:
        raise Invalid("Đã có tỷ giá.", {"on_day": ["Ngày này đã có tỷ giá của loại tiền này."]})
    made = ExchangeRate(
        currency=currency,
        on_day=on_day,
        vnd=vnd,
        source=source,
        recorded_by=actor.user_id,
        recorded_at=now,
    )
    session.add(made)
    return made


def seed_limits(session: Session) -> int:
    """Load the shipped limits that are not in the table."""
    known = {(row.role, row.valid_from) for row in session.scalars(select(ApprovalLimit))}
    rows = yaml.safe_load(LIMITS_FILE.read_text("utf-8"))
    fresh = [row for row in rows if (row["role"], row["valid_from"]) not in known]
    for row in fresh:
        usd = None if row["usd"] is None else Decimal(row["usd"])
        session.add(ApprovalLimit(**{**row, "usd": usd}))
    return len(fresh)


def _settlement(
    session: Session, actor: Actor, case: Case, note: str, *, is_settled: bool, now: datetime
) -> Settlement:
    made = Settlement(
        case_id=case.id,
        is_settled=is_settled,
        note=note.strip(),
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    session.add(made)
    tell(session, actor, case, "Quyết toán vụ việc" if is_settled else "Mở lại sổ tiền", now)
    return made
