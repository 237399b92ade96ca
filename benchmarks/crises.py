"""How a mass event of 7,000 people feels: its page, its balance, and a case for each of 250."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import services as accounts
from app.accounts.models import UnitKind
from app.accounts.passwords import hash_password
from app.accounts.queries import unit_by_code
from app.accounts.session import build_actor
from app.cases.models import Case
from app.crises import events, intake, marking, opening, queries
from app.crises.events import EventFacts
from app.crises.intake import ListFacts
from app.crises.models import CaseRun, MassEvent
from app.crises.queries import PeopleFilter
from app.crises.rules import EventKind, Source, Status
from app.database import reading, transaction
from app.imports.judging import Judged
from app.permissions import SYSTEM_ACTOR, Actor
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import app_on, scratch
from benchmarks.harness import Options, Row, measured, percentile, rounded
from benchmarks.visitors import opened

PEOPLE, CASES, PAGES = 7_000, 250, 24
NAME = "mass event"
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Quang", "Ngọc", "Thanh", "Xuân", "Hữu", "Gia")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hùng", "Khánh", "Lan", "Long", "Mai")
_HOMES = ("Thái Bình", "Cà Mau", "Nghệ An", "Hà Giang", "Bình Phước", "Hà Nội", "không rõ")


def measure(options: Options) -> Iterator[Row]:
    people = 700 if options.is_quick else PEOPLE
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            yield from _rows(engine, people, alone(_measured, url, folder, people))


def _rows(engine: str, people: int, found: dict[str, Any]) -> Iterator[Row]:
    page, weighed = percentile(found["pages"], 99) * 1000, found["balance"]
    yield measured(
        f"{NAME}: page of {people} people, {engine}",
        rounded(page),
        "ms p99",
        target="< 400 ms of server time",
        met=page < 400,
        note=(
            f"p50 {rounded(percentile(found['pages'], 50) * 1000)} ms over filters and pages of the"
            f" signed-in page; two lists of {people} rows were taken in"
            f" {rounded(found['intake'])} s, one act over all people takes"
            f" {rounded(found['act'])} s"
        ),
    )
    yield measured(
        f"{NAME}: balance of {people} people, {engine}",
        rounded(weighed),
        "s",
        target="< 2 s",
        met=weighed < 2,
        note="the page with both equations and the first 300 people who stand out of them",
    )
    yield measured(
        f"{NAME}: {CASES} cases, {engine}",
        rounded(found["cases"]),
        "s",
        target="< 30 s",
        met=found["cases"] < 30,
        note="each with its person, spellings, clocks and event; without the wait for a worker",
    )


def _measured(url: str, folder: Path, people: int) -> dict[str, Any]:
    app = app_on(url, folder, is_worker=True)
    password = secrets.token_urlsafe(24)
    with app.app_context():
        actor = _officer(password)
        began = time.perf_counter()
        event_id = _fill(actor, people)
        taken = time.perf_counter() - began
        acted = _act(actor, event_id)
    client = _signed_in(app, password)
    base = f"/su-kien/{event_id}"
    asked = ("", "?trang-thai=received", "?tinh=33", "?q=nguyen+van", "?nguon=gate", "?dau=minor")
    opened(client, base)
    pages = [opened(client, base + asked[one % len(asked)])[0] for one in range(PAGES)]
    opened(client, f"{base}/doi-soat")
    weighed = opened(client, f"{base}/doi-soat")[0]
    with app.app_context():
        cases = _open_cases(actor)
    return {"pages": pages, "balance": weighed, "cases": cases, "intake": taken, "act": acted}


def _officer(password: str) -> Actor:
    now = datetime.now(UTC)
    with transaction() as session:
        unit = unit_by_code(session, "CLS", kind=UnitKind.DEPARTMENT)
        user = accounts.create_user(
            session,
            SYSTEM_ACTOR,
            accounts.NewUser("do-tai", "Người đo tải", "do-tai@vi-du.vn"),
            now=now,
            password_hash=hash_password(password),
        )
        accounts.assign_role(
            session, SYSTEM_ACTOR, user, role_code="consular_officer", unit=unit, now=now
        )
    actor = build_actor(reading(), user)
    if actor is None:
        raise BenchmarkError("the officer has no role")
    return actor


def _signed_in(app: Flask, password: str) -> FlaskClient:
    client = app.test_client()
    page = client.get("/dang-nhap").text
    token = page.split('name="csrf_token" value="')[1].partition('"')[0]
    form = {"csrf_token": token, "email": "do-tai", "password": password}
    if client.post("/dang-nhap", data=form).status_code != HTTPStatus.FOUND:
        raise BenchmarkError("the officer cannot sign in")
    return client


def _people(count: int) -> list[Judged]:
    rows = []
    for n in range(count):
        name = (_FAMILIES[n % 10], _MIDDLES[n // 10 % 10], _GIVEN[n // 100 % 11])
        cells = {
            "person_name": " ".join(name),
            "birth": f"{n % 28 + 1:02d}/{n // 28 % 12 + 1:02d}/{1960 + n // 336 % 52}",
            "sex": "Nam",
            "id_number": f"C{n:08d}",
            "home_text": _HOMES[n % len(_HOMES)],
        }
        rows.append(Judged(n + 1, cells))
    return rows


def _begin(actor: Actor, name: str) -> MassEvent:
    facts = EventFacts(name, EventKind.EVACUATION, "UA", "Europe/Kyiv", places="Kharkiv")
    with transaction() as session:
        return events.begin_event(session, actor, facts, now=datetime.now(UTC))


def _fill(actor: Actor, count: int) -> int:
    """The same people on two lists: half of the work is to find that they are the same."""
    now = datetime.now(UTC)
    event_id = _begin(actor, "7.000 người").id
    for source in (Source.FOREIGN, Source.GATE):
        with transaction() as session:
            event = queries.event_by_id(session, actor, event_id, lock=True)
            facts = ListFacts(source, source)
            intake.take_list(session, actor, event, facts, _people(count), now=now)
    return event_id


def _act(actor: Actor, event_id: int) -> float:
    began = time.perf_counter()
    with transaction() as session:
        event = queries.event_by_id(session, actor, event_id)
        side = queries.side_of(session, actor, event)
        everyone = queries.matching(actor, side, event, PeopleFilter())
        marking.mark_many(session, actor, event, everyone, Status.RECEIVED, now=datetime.now(UTC))
    return time.perf_counter() - began


def _open_cases(actor: Actor) -> float:
    now = datetime.now(UTC)
    event_id = _begin(actor, "250 hồ sơ").id
    with transaction() as session:
        event = queries.event_by_id(session, actor, event_id)
        facts = ListFacts(Source.MISSION, "250")
        intake.take_list(session, actor, event, facts, _people(CASES), now=now)
    began = time.perf_counter()
    with transaction() as session:
        event = queries.event_by_id(session, actor, event_id)
        side = queries.side_of(session, actor, event)
        condition = queries.matching(actor, side, event, PeopleFilter())
        run = opening.order_cases(session, actor, event, condition, now=now)
    opening.carry_on(run.id, pack=None, now=now)
    taken = time.perf_counter() - began
    session = reading()
    session.rollback()
    done = session.get_one(CaseRun, run.id).done
    if done != CASES or session.scalar(select(func.count()).select_from(Case)) != CASES:
        raise BenchmarkError(f"only {done} of {CASES} cases were opened")
    return taken
