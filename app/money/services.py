"""The verbs of money: record, approve, refuse, reverse. Nothing is ever edited."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_UP, Decimal

from babel.numbers import get_currency_precision
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.errors import Conflict, Forbidden, Invalid, Refused
from app.money import queries
from app.money.books import (
    lines_to_be,
    open_books,
    post,
    refuse_overdrawn,
    said_of,
    tell,
    write_lines,
)
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
    kept_usd,
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
        refuse_overdrawn(session, case, lines_to_be(made))
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


def withdraw_entry(
    session: Session, actor: Actor, reference: str, entry_id: int, *, text: str, now: datetime
) -> MoneyEntry:
    """Take back the own proposal while nobody has decided it; it stays to be read."""
    case = open_books(session, actor, reference)
    entry = queries.entry_by_id(session, case, entry_id)
    if entry.status != EntryStatus.PROPOSED:
        raise Conflict("Khoản này đã được quyết định.")
    if entry.proposed_by != actor.user_id:
        raise Forbidden("Chỉ người đề nghị rút được đề nghị của mình.")
    _decide(entry, actor, EntryStatus.WITHDRAWN, text, now)
    tell(session, actor, case, f"Rút đề nghị: {said_of(entry)}", now)
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
    _refuse_reversal_alone(session, actor, entry)
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


def may_reverse(actor: Actor, entry: MoneyEntry) -> bool:
    """What a second person decided is undone by one who decides, not by who had asked for it."""
    if entry.decided_by is None:
        return actor.may(Permission.MONEY_RECORD)
    return actor.may(Permission.MONEY_APPROVE) and entry.proposed_by != actor.user_id


def _refuse_reversal_alone(session: Session, actor: Actor, entry: MoneyEntry) -> None:
    if entry.decided_by is None:
        if not may_reverse(actor, entry):
            raise Forbidden("Bạn không có quyền ghi sổ tiền.")
        return
    if not may_reverse(actor, entry):
        raise Forbidden(
            "Khoản này đã được duyệt: người có quyền duyệt, không phải người đề nghị, mới ghi đảo"
            " được."
        )
    _refuse_own_hand(session, actor, entry, "Chưa ghi đảo được.")


# --- the parts ------------------------------------------------------------------------------


def _check(session: Session, actor: Actor, case: Case, facts: EntryFacts) -> None:
    problems: dict[str, list[str]] = {}
    try:
        accounts = posting(facts.kind, facts.source, is_repayable=facts.is_repayable)
    except MismatchError as error:
        fit = ", ".join(SOURCES[one].vi for one in Source if one in SOURCES_OF[facts.kind])
        said = f"{KINDS[facts.kind].vi} không lấy từ nguồn này. Nguồn dùng được: {fit}."
        raise Invalid("Nguồn tiền chưa đúng.", {"source": [said]}) from error
    if why := _against_amount(facts.paid):
        problems["paid"] = [why]
    if facts.settles is not None and (why := _against_settling(facts)):
        problems["settles"] = [why]
    if Account.RECEIVABLE in accounts and accounts[0] is Account.RECEIVABLE and not facts.basis:
        problems["basis"] = ["Cần số, ngày của cam kết hoàn trả."]
    if facts.person_id is not None and facts.person_id not in {
        person.id for person in queries.persons_of(session, actor, case)
    }:
        problems["person"] = ["Người này không có trong hồ sơ."]
    if problems:
        raise Invalid("Còn mục cần sửa.", problems)


def _against_amount(paid: Money) -> str:
    """Why nobody can pay such an amount; the coins of a currency have so many places."""
    places = get_currency_precision(paid.currency)
    if paid.amount <= 0:
        return "Số tiền phải lớn hơn 0."
    if paid.amount == paid.amount.quantize(WHOLE.scaleb(-places)):
        return ""
    if paid.currency == VND:
        return "Đồng Việt Nam không có số lẻ."
    if not places:
        return f"{paid.currency} không có số lẻ."
    return f"{paid.currency} chỉ có {places} số lẻ."


def _against_settling(facts: EntryFacts) -> str:
    settles = facts.settles
    if settles is None:
        return ""
    if facts.kind is not EntryKind.REPAYMENT:
        return "Chỉ khoản hoàn trả mới trừ vào nợ bằng loại tiền khác."
    if settles.currency == facts.paid.currency and settles.amount != facts.paid.amount:
        return "Cùng một loại tiền thì số trừ nợ là số đã trả: hãy để trống mục này."
    return _against_amount(settles)


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
    return found.vnd, f"{found.source}, {found.on_day:%d/%m/%Y}"


def _usd_within_limit(
    session: Session, actor: Actor, case: Case, entry: MoneyEntry
) -> Decimal | None:
    """The entry in dollars; refuses what would pass the limit of the actor's roles."""
    limit = limit_for(queries.limits_on(session, entry.on_day), actor.roles)
    if limit is None:
        raise Forbidden("Vai trò của bạn không có mức duyệt chi.")
    usd = _counted_usd(session, entry)
    if limit.usd is None:
        return None if usd is None else kept_usd(usd)
    if usd is None:
        if not _is_counted(entry):
            return None
        raise Refused(
            "Chưa duyệt được.", ["Chưa có tỷ giá đô la Mỹ của ngày này để so với mức duyệt."]
        )
    total = _total_with(session, case, entry, usd)
    if total > limit.usd:
        raise Refused("Vượt mức duyệt.", [_too_much(entry, total, limit.usd, limit.source)])
    return kept_usd(usd)


def _is_counted(entry: MoneyEntry) -> bool:
    """Public money that goes, and what is given up of it."""
    return counts_against_limit(*entry.facts) or entry.kind == EntryKind.WAIVER


def _counted_usd(session: Session, entry: MoneyEntry) -> Decimal | None:
    return _worth_in_usd(session, entry) if _is_counted(entry) else None


def _total_with(session: Session, case: Case, entry: MoneyEntry, usd: Decimal) -> Decimal:
    is_waiver = entry.kind == EntryKind.WAIVER
    return queries.approved_usd(session, case, is_waiver=is_waiver) + usd


def waits_for(session: Session, actor: Actor, case: Case, entry: MoneyEntry) -> bool:
    """Whether an open proposal is this person's to decide: the limit fits, the hand is another."""
    hands = hands_of(session, {entry.proposed_by}, since=entry.proposed_at)
    roles = _deciding_roles(session, case, entry)
    return actor.user_id not in hands and not actor.roles.isdisjoint(roles)


def _deciding_roles(session: Session, case: Case, entry: MoneyEntry) -> list[str]:
    """Whose limit holds for an entry: those with a limit, else those without one."""
    limits = queries.limits_on(session, entry.on_day)
    if _is_counted(entry):
        usd = _counted_usd(session, entry)
        total = None if usd is None else _total_with(session, case, entry, usd)
        limits = [
            one for one in limits if one.usd is None or (total is not None and total <= one.usd)
        ]
    limited = [one.role for one in limits if one.usd is not None]
    return sorted(limited or {one.role for one in limits})


def _too_much(entry: MoneyEntry, total: Decimal, most: Decimal, basis: str) -> str:
    done = "miễn" if entry.kind == EntryKind.WAIVER else "chi"
    above = total.quantize(Decimal("0.01"), ROUND_UP)
    return (
        f"Cộng cả khoản này vụ việc đã {done} {written_money(above, USD)}; vai trò của bạn duyệt "
        f"đến {written_money(most, USD)}, trên mức đó lãnh đạo quyết định ({basis})."
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
    _refuse_own_hand(session, actor, entry, "Chưa duyệt được.")
    return entry


def _refuse_own_hand(session: Session, actor: Actor, entry: MoneyEntry, said: str) -> None:
    hands = hands_of(session, {entry.proposed_by}, since=entry.proposed_at)
    if actor.user_id in hands:
        raise Refused(said, [_AGAINST[hands[actor.user_id]]])


def _decide(entry: MoneyEntry, actor: Actor, status: EntryStatus, text: str, now: datetime) -> None:
    entry.status = status
    entry.decided_by = actor.user_id
    entry.decided_name = actor.name
    entry.decided_at = now
    entry.decision_text = text.strip()
