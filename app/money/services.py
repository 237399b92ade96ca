"""The verbs of money: record, approve, refuse, reverse. Nothing is ever edited."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.errors import Conflict, Forbidden, Invalid, Refused
from app.money import queries
from app.money.books import open_books, post, refuse_overdrawn, said_of, tell, write_lines
from app.money.models import EntryStatus, MoneyEntry
from app.money.rules import (
    SOURCES_OF,
    USD,
    VND,
    WHOLE,
    Account,
    EntryKind,
    MismatchError,
    Money,
    Source,
    counts_against_limit,
    in_usd,
    in_vnd,
    is_to_be_approved,
    limit_for,
    mirrored,
    posting,
    rate_on,
)
from app.money.words import KINDS, SOURCES, written_money
from app.permissions import Actor, Permission
from app.teams.substitutes import hands_of
from app.workflow.four_eyes import Hand


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What a person says of one act with money; `rate` is đồng for one unit, None looks it up."""

    kind: EntryKind
    source: Source
    paid: Money
    on_day: date
    rate: Decimal | None = None
    rate_source: str = ""
    is_repayable: bool = False
    settles: Money | None = None
    person_id: int | None = None
    payer: str = ""
    payee: str = ""
    basis: str = ""
    note: str = ""


def record_entry(
    session: Session, actor: Actor, reference: str, facts: EntryFacts, *, now: datetime
) -> MoneyEntry:
    """Write down an act with money; what needs a decision waits for one, the rest is posted."""
    case = open_books(session, actor, reference)
    _check(session, actor, case, facts)
    rate, rate_source = _rate(session, facts)
    made = MoneyEntry(
        case_id=case.id,
        person_id=facts.person_id,
        kind=facts.kind,
        source=facts.source,
        status=EntryStatus.PROPOSED,
        is_repayable=facts.is_repayable or facts.kind is EntryKind.ADVANCE,
        on_day=facts.on_day,
        amount=facts.paid.amount,
        currency=facts.paid.currency,
        rate=rate,
        rate_source=rate_source,
        vnd=in_vnd(facts.paid.amount, rate),
        settles_amount=facts.settles.amount if facts.settles else None,
        settles_currency=facts.settles.currency if facts.settles else None,
        payer=facts.payer,
        payee=facts.payee,
        basis=facts.basis,
        note=facts.note,
        proposed_by=actor.user_id,
        proposed_name=actor.name,
        proposed_at=now,
    )
    session.add(made)
    session.flush()
    if is_to_be_approved(facts.kind, facts.source):
        asks = {"deciding_roles": _deciding_roles(session, case, made)}
        tell(session, actor, case, f"Đề nghị {said_of(made)}, chờ duyệt", now, asks=asks)
    else:
        post(session, case, made)
        tell(session, actor, case, f"Ghi sổ: {said_of(made)}", now)
    return made


def approve_entry(
    session: Session, actor: Actor, reference: str, entry_id: int, *, text: str, now: datetime
) -> MoneyEntry:
    """Decide that the money goes: a second person, within what the own role may approve."""
    case = open_books(session, actor, reference)
    entry = _waiting(session, actor, case, entry_id)
    entry.usd = _usd_within_limit(session, actor, case, entry)
    _decide(entry, actor, EntryStatus.POSTED, text, now)
    post(session, case, entry)
    asks = {"asked_by": entry.proposed_by}
    tell(session, actor, case, f"Duyệt và ghi sổ: {said_of(entry)}", now, asks=asks)
    return entry


def refuse_entry(
    session: Session, actor: Actor, reference: str, entry_id: int, *, text: str, now: datetime
) -> MoneyEntry:
    case = open_books(session, actor, reference)
    entry = _waiting(session, actor, case, entry_id)
    if not text.strip():
        raise Invalid("Cần lý do.", {"text": ["Hãy ghi lý do không duyệt."]})
    _decide(entry, actor, EntryStatus.REFUSED, text, now)
    asks = {"asked_by": entry.proposed_by}
    tell(session, actor, case, f"Không duyệt: {said_of(entry)}", now, asks=asks)
    return entry


def reverse_entry(
    session: Session, actor: Actor, reference: str, entry_id: int, *, text: str, now: datetime
) -> MoneyEntry:
    """Undo a posted entry by its mirror image; both stay in the books."""
    case = open_books(session, actor, reference)
    entry = queries.entry_by_id(session, case, entry_id)
    if not text.strip():
        raise Invalid("Cần lý do.", {"text": ["Hãy ghi lý do ghi đảo."]})
    if not entry.is_posted or entry.reverses_id is not None:
        raise Refused("Chưa ghi đảo được.", ["Chỉ ghi đảo khoản đã ghi sổ, không ghi đảo lần nữa."])
    if queries.is_reversed(session, entry):
        raise Conflict("Khoản này đã được ghi đảo.")
    made = MoneyEntry(
        **{name: getattr(entry, name) for name in _COPIED},
        status=EntryStatus.POSTED,
        on_day=actor.day(now),
        note=text.strip(),
        proposed_by=actor.user_id,
        proposed_name=actor.name,
        proposed_at=now,
        reverses_id=entry.id,
    )
    session.add(made)
    session.flush()
    write_lines(session, made, mirrored(line.as_line for line in entry.lines))
    refuse_overdrawn(session, case)
    tell(session, actor, case, f"Ghi đảo: {said_of(entry)}. Lý do: {text.strip()}", now)
    return made


_COPIED = (
    *("case_id", "person_id", "kind", "source", "is_repayable", "amount", "currency", "rate"),
    *("rate_source", "vnd", "payer", "payee", "basis", "settles_amount", "settles_currency"),
)


# --- the parts ------------------------------------------------------------------------------


def _check(session: Session, actor: Actor, case: Case, facts: EntryFacts) -> None:
    problems: dict[str, list[str]] = {}
    try:
        accounts = posting(facts.kind, facts.source, is_repayable=facts.is_repayable)
    except MismatchError as error:
        fit = ", ".join(SOURCES[one].vi for one in Source if one in SOURCES_OF[facts.kind])
        said = f"{KINDS[facts.kind].vi} không lấy từ nguồn này. Nguồn dùng được: {fit}."
        raise Invalid("Nguồn tiền chưa đúng.", {"source": [said]}) from error
    if facts.paid.amount <= 0:
        problems["paid"] = ["Số tiền phải lớn hơn 0."]
    elif facts.paid.currency == VND and facts.paid.amount % WHOLE:
        problems["paid"] = ["Đồng Việt Nam không có số lẻ."]
    if Account.RECEIVABLE in accounts and accounts[0] is Account.RECEIVABLE and not facts.basis:
        problems["basis"] = ["Cần số, ngày của cam kết hoàn trả."]
    if facts.person_id is not None and facts.person_id not in {
        person.id for person in queries.persons_of(session, actor, case)
    }:
        problems["person"] = ["Người này không có trong hồ sơ."]
    if problems:
        raise Invalid("Còn mục cần sửa.", problems)


def _rate(session: Session, facts: EntryFacts) -> tuple[Decimal, str]:
    if facts.paid.currency == VND:
        return WHOLE, ""
    if facts.rate is not None:
        return facts.rate, facts.rate_source
    known = queries.rates(session, {facts.paid.currency}, facts.on_day)
    found = rate_on(known, facts.paid.currency, facts.on_day)
    if found is None:
        said = f"Chưa có tỷ giá {facts.paid.currency} đến ngày này: hãy ghi tỷ giá và nguồn."
        raise Invalid("Thiếu tỷ giá.", {"rate": [said]})
    return found.vnd, found.source


def _usd_within_limit(
    session: Session, actor: Actor, case: Case, entry: MoneyEntry
) -> Decimal | None:
    """The entry in dollars; refuses what would pass the limit of the actor's roles."""
    limit = limit_for(queries.limits_on(session, entry.on_day), actor.roles)
    if limit is None:
        raise Forbidden("Vai trò của bạn không có mức duyệt chi.")
    if not counts_against_limit(*entry.facts):
        return None
    usd = _worth_in_usd(session, entry)
    if limit.usd is None:
        return usd
    if usd is None:
        raise Refused(
            "Chưa duyệt được.", ["Chưa có tỷ giá đô la Mỹ của ngày này để so với mức duyệt."]
        )
    total = queries.approved_usd(session, case) + usd
    if total > limit.usd:
        raise Refused(
            "Vượt mức duyệt.",
            [_too_much(total, limit.usd, limit.source)],
        )
    return usd


def _deciding_roles(session: Session, case: Case, entry: MoneyEntry) -> list[str]:
    """Whose limit holds for an entry: those with a limit, else those without one."""
    limits = queries.limits_on(session, entry.on_day)
    if counts_against_limit(*entry.facts):
        usd = _worth_in_usd(session, entry)
        total = None if usd is None else queries.approved_usd(session, case) + usd
        limits = [
            one for one in limits if one.usd is None or (total is not None and total <= one.usd)
        ]
    limited = [one.role for one in limits if one.usd is not None]
    return sorted(limited or {one.role for one in limits})


def _too_much(total: Decimal, most: Decimal, basis: str) -> str:
    return (
        f"Cộng cả khoản này vụ việc đã chi {written_money(total, USD)}; vai trò của bạn duyệt đến "
        f"{written_money(most, USD)}, trên mức đó lãnh đạo quyết định ({basis})."
    )


def _worth_in_usd(session: Session, entry: MoneyEntry) -> Decimal | None:
    if entry.currency == USD:
        return entry.amount
    found = rate_on(queries.rates(session, {USD}, entry.on_day), USD, entry.on_day)
    return in_usd(entry.vnd, found.vnd) if found else None


_AGAINST = {
    Hand.OWN_ACCOUNT: "Người đề nghị không tự duyệt khoản của mình, dưới tài khoản nào cũng vậy.",
    Hand.SUBSTITUTE: "Người thay và người được thay không duyệt cho nhau. Cần một người thứ ba.",
}


def _waiting(session: Session, actor: Actor, case: Case, entry_id: int) -> MoneyEntry:
    entry = queries.entry_by_id(session, case, entry_id)
    if entry.status != EntryStatus.PROPOSED:
        raise Conflict("Khoản này đã được quyết định.")
    if not actor.may(Permission.MONEY_APPROVE):
        raise Forbidden("Bạn không có quyền duyệt chi.")
    hands = hands_of(session, {entry.proposed_by}, since=entry.proposed_at)
    if actor.user_id in hands:
        raise Refused("Chưa duyệt được.", [_AGAINST[hands[actor.user_id]]])
    return entry


def _decide(entry: MoneyEntry, actor: Actor, status: EntryStatus, text: str, now: datetime) -> None:
    entry.status = status
    entry.decided_by = actor.user_id
    entry.decided_name = actor.name
    entry.decided_at = now
    entry.decision_text = text.strip()
