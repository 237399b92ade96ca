"""The books of a case: written once, decided by a second person, undone only by their mirror."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.queries import unit_by_code
from app.cases.models import CaseEvent
from app.database import reading, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.money import pages, queries, services, settling
from app.money.models import MoneyEntry, MoneyLine
from app.money.rules import Account, EntryKind, Money, Source, balances
from app.money.services import EntryFacts
from app.notices.models import Notice
from app.notices.services import follow_event
from app.permissions import Actor, Area
from tests.integration.cases import desk
from tests.integration.cases.people import (
    NOW,
    a_unit,
    a_user,
    acting,
    an_incident,
    ministry,
    station,
)

DAY = date(2026, 11, 20)


@pytest.fixture
def reference(session: Session) -> str:
    del session
    with transaction() as writer:
        return an_incident(writer, station(writer)).reference


@pytest.fixture
def officer(session: Session) -> Actor:
    return ministry(session, "protection_fund", user_id=11)


@pytest.fixture
def director(session: Session) -> Actor:
    return ministry(session, "protection_fund_director", user_id=12)


@pytest.fixture
def leader(session: Session) -> Actor:
    return ministry(session, "consular_leader", user_id=13)


def facts(kind: str, source: str, amount: int | str, **more: Any) -> EntryFacts:
    money = Money(Decimal(amount), more.pop("currency", "VND"))
    given = {"basis": "QĐ 1", "on_day": DAY, **more}
    return EntryFacts(EntryKind(kind), Source(source), money, **given)


def standing(session: Session, actor: Actor, reference: str) -> dict[tuple[Account, str], Decimal]:
    case = queries.case_by_reference(session, actor, reference)
    return balances(queries.lines_of_case(session, case))


def record(session: Session, actor: Actor, reference: str, what: EntryFacts) -> MoneyEntry:
    return services.record_entry(session, actor, reference, what, now=NOW)


def approve(session: Session, actor: Actor, reference: str, entry: MoneyEntry) -> MoneyEntry:
    return services.approve_entry(session, actor, reference, entry.id, text="Đồng ý", now=NOW)


def test_public_money_counts_only_once_a_second_person_agreed(
    session: Session, reference: str, officer: Actor, director: Actor
) -> None:
    entry = record(session, officer, reference, facts("advance", "fund", 5_000_000))
    assert standing(session, officer, reference) == {}

    settling.record_rate(
        session, officer, currency="USD", on_day=DAY, vnd=Decimal(26_000), source="NHNN", now=NOW
    )
    approve(session, director, reference, entry)

    assert standing(session, officer, reference) == {
        (Account.RECEIVABLE, "VND"): Decimal(5_000_000),
        (Account.CASH, "VND"): Decimal(-5_000_000),
    }


def test_what_waits_for_a_decision_stands_first_over_all_cases(
    session: Session, reference: str, officer: Actor, director: Actor
) -> None:
    entry = record(session, officer, reference, facts("advance", "fund", 5_000_000))
    (line,) = pages.waiting_lines(session, director)
    assert (line.id, line.case.reference, line.may_decide) == (entry.id, reference, True)
    assert "5.000.000 ₫" in line.said
    assert not pages.waiting_lines(session, officer)[0].may_decide

    services.refuse_entry(session, director, reference, entry.id, text="Thiếu chứng từ", now=NOW)
    assert pages.waiting_lines(session, director) == []


def test_a_wrong_source_is_refused_with_the_sources_that_fit(
    session: Session, reference: str, officer: Actor
) -> None:
    with pytest.raises(Invalid) as refusal:
        record(session, officer, reference, facts("deposit", "fund", 1_000))
    (said,) = refusal.value.problems["source"]
    assert "Nguồn dùng được: Công dân, Gia đình, Chủ tàu" in said


def test_a_reversal_has_the_day_of_the_office_and_not_of_greenwich(
    session: Session, reference: str, officer: Actor
) -> None:
    entry = record(session, officer, reference, facts("deposit", "family", 1_000))
    night = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # half past five of the 23rd in Hà Nội
    undone = services.reverse_entry(session, officer, reference, entry.id, text="Nhầm", now=night)
    assert undone.on_day == date(2026, 11, 23)


def test_nobody_approves_the_own_proposal(
    session: Session, reference: str, director: Actor
) -> None:
    entry = record(
        session,
        director,
        reference,
        facts("ticket", "fund", 100, currency="USD", rate=Decimal(26_000)),
    )
    with pytest.raises(Refused, match=r"."):
        approve(session, director, reference, entry)


def test_above_ten_thousand_dollars_of_a_case_leadership_decides(
    session: Session, reference: str, officer: Actor, director: Actor, leader: Actor
) -> None:
    usd = {"currency": "USD", "rate": Decimal(26_000)}
    first = record(session, officer, reference, facts("ticket", "fund", 6_000, **usd))
    second = record(session, officer, reference, facts("lawyer", "fund", "4000.01", **usd))
    approve(session, director, reference, first)

    with pytest.raises(Refused) as refusal:
        approve(session, director, reference, second)
    assert "10.000,01 USD" in refusal.value.reasons[0]
    assert "10.000 USD" in refusal.value.reasons[0]
    approve(session, leader, reference, second)

    case = queries.case_by_reference(session, officer, reference)
    assert queries.approved_usd(session, case) == Decimal("10000.01")


def test_who_may_decide_is_told_that_money_waits_and_who_asked_of_the_decision(
    session: Session, reference: str
) -> None:
    with transaction() as writer:
        fund = a_unit(writer, "QBHCD", kind=UnitKind.FUND, province_code=None)
        office = a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
        asks = a_user(writer, fund, "quy.can-bo", "protection_fund")
        decides = a_user(writer, fund, "quy.giam-doc", "protection_fund_director")
        leads = a_user(writer, office, "cls.truong", "consular_leader")
    one = acting(fund, "protection_fund", user_id=asks.id, area=Area(is_everything=True))
    other = replace(one, user_id=decides.id, roles=frozenset({"protection_fund_director"}))
    usd = {"currency": "USD", "rate": Decimal(26_000)}

    def told(write: Callable[[], object]) -> dict[int, str]:
        with transaction() as writer:
            write()
            last = writer.scalars(select(CaseEvent.id).order_by(CaseEvent.id.desc())).first()
            follow_event(writer, last or 0, now=NOW)
        rows = session.scalars(select(Notice).where(Notice.event_id == last)).all()
        return {notice.user_id: notice.kind for notice in rows}

    made: list[MoneyEntry] = []
    small, large = facts("ticket", "fund", 900, **usd), facts("lawyer", "fund", 10_001, **usd)
    assert told(lambda: made.append(record(reading(), one, reference, small))) == {
        decides.id: "money_asked"
    }
    assert told(lambda: approve(reading(), other, reference, made[0])) == {asks.id: "money_decided"}
    assert told(lambda: record(reading(), one, reference, large)) == {leads.id: "money_asked"}


def test_without_a_dollar_rate_only_leadership_can_decide(
    session: Session, reference: str, officer: Actor, director: Actor, leader: Actor
) -> None:
    entry = record(session, officer, reference, facts("ticket", "fund", 1_000_000))
    with pytest.raises(Refused):
        approve(session, director, reference, entry)
    assert approve(session, leader, reference, entry).is_posted


def test_a_role_without_a_limit_approves_nothing(
    session: Session, reference: str, officer: Actor
) -> None:
    entry = record(session, officer, reference, facts("ticket", "fund", 1))
    other = replace(officer, user_id=99)
    with pytest.raises(Forbidden):
        approve(session, other, reference, entry)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (facts("advance", "family", 1), "source"),
        (facts("ticket", "family", 0), "paid"),
        (facts("ticket", "family", "0.5"), "paid"),
        (facts("ticket", "family", "0.5", currency="JPY", rate=Decimal(170)), "paid"),
        (facts("ticket", "family", "1.0001", currency="KWD", rate=Decimal(85_000)), "paid"),
        (facts("deposit", "family", 1, settles=Money(Decimal(1), "USD")), "settles"),
        (facts("repayment", "family", 1, settles=Money(Decimal(2), "VND")), "settles"),
        (facts("advance", "fund", 1, basis=""), "basis"),
        (facts("ticket", "family", 1, currency="THB"), "rate"),
        (facts("ticket", "family", 1, person_id=12345), "person"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    session: Session, reference: str, officer: Actor, what: EntryFacts, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        record(session, officer, reference, what)
    assert field in refusal.value.problems
    assert session.scalars(select(MoneyEntry)).all() == []


def test_no_deposit_is_used_that_was_not_paid_nor_asked_for(
    session: Session, reference: str, officer: Actor
) -> None:
    record(session, officer, reference, facts("deposit", "owner", 20_000_000))
    with pytest.raises(Refused, match="Chưa ghi được"):
        record(session, officer, reference, facts("deposit_return", "deposit", 20_000_001))
    session.rollback()


def test_a_repayment_beyond_the_debt_is_refused(
    session: Session, reference: str, officer: Actor
) -> None:
    with pytest.raises(Refused) as refusal:
        record(session, officer, reference, facts("repayment", "family", 1_000))
    assert "1.000 ₫" in refusal.value.reasons[0]
    session.rollback()


def test_a_posted_entry_is_undone_by_its_mirror_once(
    session: Session, reference: str, officer: Actor
) -> None:
    entry = record(session, officer, reference, facts("deposit", "owner", 7_000_000))
    services.reverse_entry(session, officer, reference, entry.id, text="Nhầm hồ sơ", now=NOW)

    assert standing(session, officer, reference) == {}
    assert len(session.scalars(select(MoneyLine)).all()) == 4
    with pytest.raises(Conflict):
        services.reverse_entry(session, officer, reference, entry.id, text="Lại", now=NOW)


def test_books_are_never_edited(session: Session, reference: str, officer: Actor) -> None:
    entry = record(session, officer, reference, facts("deposit", "owner", 7_000_000))
    session.commit()
    entry.amount = Decimal(1)
    with pytest.raises(RuntimeError, match="reverse it"):
        session.flush()
    session.rollback()
    line = session.scalars(select(MoneyLine)).first()
    session.delete(line)
    with pytest.raises(RuntimeError, match="reverse"):
        session.flush()
    session.rollback()


def test_books_close_only_when_nothing_is_owed_or_held(
    session: Session, reference: str, officer: Actor, leader: Actor
) -> None:
    record(session, officer, reference, facts("deposit", "owner", 3_000_000))
    with pytest.raises(Refused) as refusal:
        settling.settle_books(session, officer, reference, note="", now=NOW)
    assert refusal.value.reasons == ("Còn giữ tiền đặt cọc 3.000.000 ₫.",)
    back = record(session, officer, reference, facts("deposit_return", "deposit", 3_000_000))
    approve(session, leader, reference, back)

    settling.settle_books(session, officer, reference, note="Xong", now=NOW)
    with pytest.raises(Refused):
        record(session, officer, reference, facts("deposit", "owner", 1))
    settling.reopen_books(session, officer, reference, note="Còn hóa đơn", now=NOW)
    assert record(session, officer, reference, facts("deposit", "owner", 1)).is_posted


def test_the_timeline_says_what_was_paid_but_not_by_whom(
    session: Session, reference: str, officer: Actor
) -> None:
    record(
        session, officer, reference, facts("deposit", "owner", 3_000_000, payer="Nguyễn Văn Kín")
    )
    said = session.scalars(select(CaseEvent.text).order_by(CaseEvent.id)).all()[-1]
    assert "3.000.000 ₫" in said
    assert "Kín" not in said


def test_reminders_bring_the_next_day_to_the_list(
    session: Session, reference: str, officer: Actor, leader: Actor
) -> None:
    entry = record(session, officer, reference, facts("advance", "fund", 9_000_000))
    approve(session, leader, reference, entry)
    asked = settling.ReminderFacts("letter", DAY, number="12/CV", next_on=date(2026, 12, 20))
    settling.record_reminder(session, officer, reference, asked, now=NOW)
    debt = queries.list_debts(session, officer)[0]
    assert (debt.receivable, debt.next_on) == (Decimal(9_000_000), date(2026, 12, 20))


def test_out_of_scope_there_are_no_books(session: Session, reference: str) -> None:
    stranger = acting(a_unit(session, "DBP-XA"), "protection_fund", area=Area())
    with pytest.raises(NotFound):
        record(session, stranger, reference, facts("deposit", "owner", 1))
    assert queries.list_debts(session, stranger) == []


def test_the_page_takes_an_entry_and_says_what_is_wrong(
    session: Session, client: FlaskClient, reference: str
) -> None:
    desk.person(session, "quy", "consular_officer", unit_by_code(session, "CLS"))
    desk.sign_in(client, "quy")
    address = f"/tien/{reference}"
    form = client.get(f"{address}/moi").text
    typed = {
        "csrf_token": desk.token_in(form),
        "kind": "deposit",
        "paid": "12 triệu",
        "source": "fund",
        "on_day": "20/11/2026",
    }
    wrong = client.post(f"{address}/moi", data=typed)
    assert wrong.status_code == 422
    assert "không lấy từ nguồn này" in wrong.text
    assert client.post(f"{address}/moi", data={**typed, "source": "owner"}).status_code == 302
    page = client.get(address).text
    assert "12.000.000 ₫" in page
    assert "Nộp tiền đặt cọc" in page
    assert reference in client.get("/tien/").text
