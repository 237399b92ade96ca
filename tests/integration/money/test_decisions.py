"""Whose hand decides, withdraws and undoes, and what the limit of the day allows to the đồng."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.errors import Conflict, Forbidden, Refused
from app.money import pages, queries, services, settling
from app.money.closing import MoneyBooks
from app.money.models import EntryStatus
from app.money.rules import Money
from app.permissions import Actor, Permission
from tests.integration.cases import desk
from tests.integration.cases.people import NOW
from tests.integration.money.test_books import (
    DAY,
    approve,
    director,
    facts,
    leader,
    officer,
    record,
    reference,
    standing,
)

__all__ = ["director", "leader", "officer", "reference"]  # fixtures of the books
RATE = Decimal("26123.456789")


def _rate(session: Session, actor: Actor, currency: str, vnd: Decimal) -> None:
    settling.record_rate(
        session, actor, currency=currency, on_day=DAY, vnd=vnd, source="NHNN", now=NOW
    )


def test_ten_thousand_dollars_in_dong_pass_and_one_dong_more_does_not(
    session: Session, reference: str, officer: Actor, director: Actor, leader: Actor
) -> None:
    _rate(session, officer, "USD", Decimal(26_000))
    over = record(session, officer, reference, facts("ticket", "fund", 260_000_001))
    with pytest.raises(Refused) as refusal:
        approve(session, director, reference, over)
    assert "10.000,01 USD" in refusal.value.reasons[0]
    services.refuse_entry(session, leader, reference, over.id, text="Quá mức", now=NOW)

    parts = [
        record(session, officer, reference, facts("ticket", "fund", amount))
        for amount in (100_000_000, 160_000_000)
    ]
    for part in parts:
        assert approve(session, director, reference, part).is_posted
    again = record(session, officer, reference, facts("lawyer", "fund", 100))
    with pytest.raises(Refused):
        approve(session, director, reference, again)


@pytest.mark.parametrize(
    ("paid", "rate", "vnd"),
    [
        (Money(Decimal(1_000_000), "JPY"), "168.123457", 168_123_457),
        (Money(Decimal(4_100_000), "KHR"), "6.528695", 26_767_650),
        (Money(Decimal("1.234"), "KWD"), "85000.123456", 104_890),
    ],
)
def test_a_rate_keeps_its_six_places_from_the_table_to_the_books(
    session: Session, reference: str, officer: Actor, *, paid: Money, rate: str, vnd: int
) -> None:
    _rate(session, officer, paid.currency, Decimal(rate))
    what = facts("ticket", "family", str(paid.amount), currency=paid.currency)
    entry = record(session, officer, reference, what)
    session.commit()
    session.expire_all()
    assert entry.rate == Decimal(rate)
    assert entry.vnd == Decimal(vnd)
    assert entry.rate_source == "NHNN, 20/11/2026"


def test_the_worth_of_a_foreign_amount_is_worked_out_again_from_what_is_kept(
    session: Session, reference: str, officer: Actor
) -> None:
    what = facts("ticket", "family", "9999.99", currency="USD", rate=RATE)
    entry = record(session, officer, reference, what)
    session.commit()
    session.expire_all()
    assert (entry.amount * entry.rate).quantize(Decimal(1)) == entry.vnd


def _owed(session: Session, officer: Actor, leader: Actor, reference: str, usd: int) -> None:
    what = facts("advance", "fund", usd, currency="USD", rate=Decimal(26_000))
    approve(session, leader, reference, record(session, officer, reference, what))


def test_what_the_director_may_not_spend_he_may_not_give_up(
    session: Session, reference: str, officer: Actor, director: Actor, leader: Actor
) -> None:
    _owed(session, officer, leader, reference, 30_000)
    large = facts("waiver", "fund", 10_001, currency="USD", rate=Decimal(26_000))
    entry = record(session, officer, reference, large)
    with pytest.raises(Refused) as refusal:
        approve(session, director, reference, entry)
    assert "đã miễn 10.001 USD" in refusal.value.reasons[0]
    assert approve(session, leader, reference, entry).is_posted


def test_giving_up_a_debt_is_not_counted_as_spending_it_twice(
    session: Session, reference: str, officer: Actor, director: Actor
) -> None:
    usd = {"currency": "USD", "rate": Decimal(26_000)}
    spent = record(session, officer, reference, facts("advance", "fund", 9_000, **usd))
    approve(session, director, reference, spent)
    waived = record(session, officer, reference, facts("waiver", "fund", 9_000, **usd))
    assert approve(session, director, reference, waived).is_posted
    case = queries.case_by_reference(session, officer, reference)
    assert queries.approved_usd(session, case) == Decimal(9_000)
    assert standing(session, officer, reference).keys() == {
        (account, "USD") for account in ("cash", "waived")
    }


def test_a_waiver_beyond_the_debt_is_not_even_proposed(
    session: Session, reference: str, officer: Actor, leader: Actor
) -> None:
    _owed(session, officer, leader, reference, 350)
    with pytest.raises(Refused) as refusal:
        record(
            session,
            officer,
            reference,
            facts("waiver", "fund", 400, currency="USD", rate=Decimal(26_000)),
        )
    assert "50 USD" in refusal.value.reasons[0]
    session.rollback()


def test_a_refund_in_another_currency_is_told_where_the_debt_stands(
    session: Session, reference: str, officer: Actor, leader: Actor
) -> None:
    _owed(session, officer, leader, reference, 850)
    with pytest.raises(Refused) as refusal:
        record(session, officer, reference, facts("repayment", "family", 12_000_000))
    assert "Còn phải thu 850 USD" in refusal.value.reasons[1]
    assert "Trừ vào nợ" in refusal.value.reasons[1]
    session.rollback()


def test_a_debt_lets_its_case_end_once_somebody_goes_on_asking_for_it(
    session: Session, reference: str, officer: Actor, leader: Actor
) -> None:
    _owed(session, officer, leader, reference, 850)
    case, books = queries.case_by_reference(session, officer, reference), MoneyBooks()
    assert "Còn phải thu 850 USD" in books.against_closing(session, case.id)[0]
    for next_on, said in ((None, 1), (DAY + timedelta(days=90), 0)):
        asked = settling.ReminderFacts("call", DAY, next_on=next_on)
        settling.record_reminder(session, officer, reference, asked, now=NOW)
        assert len(books.against_closing(session, case.id)) == said
    assert "Còn phải thu 850 USD." in settling.against_settling(session, case)


def test_who_proposed_takes_it_back_and_nobody_else(
    session: Session, reference: str, officer: Actor, director: Actor
) -> None:
    entry = record(session, officer, reference, facts("ticket", "fund", 1_000))
    with pytest.raises(Forbidden):
        services.withdraw_entry(session, director, reference, entry.id, text="", now=NOW)
    services.withdraw_entry(session, officer, reference, entry.id, text="Ghi nhầm", now=NOW)
    assert entry.status == EntryStatus.WITHDRAWN
    assert pages.waiting_lines(session, director) == []
    with pytest.raises(Conflict):
        services.withdraw_entry(session, officer, reference, entry.id, text="", now=NOW)
    settling.settle_books(session, officer, reference, note="", now=NOW)


def test_a_debt_is_not_undone_by_the_one_who_had_asked_for_it(
    session: Session, reference: str, officer: Actor, director: Actor, leader: Actor
) -> None:
    what = facts("advance", "fund", 100, currency="USD", rate=Decimal(26_000))
    entry = record(session, officer, reference, what)
    approve(session, leader, reference, entry)
    clerk = replace(leader, permissions=leader.permissions - {Permission.MONEY_APPROVE})
    for nobody in (officer, clerk):
        with pytest.raises(Forbidden, match="đã được duyệt"):
            services.reverse_entry(session, nobody, reference, entry.id, text="Nhầm", now=NOW)
    services.reverse_entry(session, director, reference, entry.id, text="Nhầm", now=NOW)
    assert standing(session, officer, reference) == {}


def test_a_refusal_leaves_the_form_as_it_was_typed(
    session: Session, client: FlaskClient, reference: str
) -> None:
    desk.person(session, "quy.viet", "consular_officer", unit_by_code(session, "CLS"))
    desk.sign_in(client, "quy.viet")
    sent = {
        "csrf_token": desk.token_in(client.get(f"/tien/{reference}/moi").text),
        "kind": "repayment",
        "paid": "12.000.000",
        "source": "family",
        "on_day": "20/11/2026",
        "payer": "Gia đình chị Kim",
    }
    page = client.post(f"/tien/{reference}/moi", data=sent)
    assert page.status_code == 422
    assert "vượt số còn phải thu" in page.text
    assert "Gia đình chị Kim" in page.text


def test_the_page_of_a_decision_shows_what_it_rests_on(
    session: Session, reference: str, officer: Actor, director: Actor
) -> None:
    what = facts("lawyer", "fund", 850, currency="USD", rate=RATE, is_repayable=True)
    entry = record(session, officer, reference, replace(what, on_day=date(2026, 11, 19)))
    row = pages.entry_row(session, director, entry)
    assert (row.amount, row.basis, row.proposed) == ("850 USD", "QĐ 1", officer.name)
    assert row.rate == "26.123,456789 ₫"
    assert row.is_repayable
    assert row.may_decide
