"""What a full case costs a mission on a thin line: 42 persons, 200 events, without the map."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.cases import conversation, queries
from app.cases.models import Case, CaseEvent, CaseLink, EventKind
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Actor
from app.registers.entry_services import record_person
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import Instance, copy_of, large
from benchmarks.harness import Options, Row, measured
from benchmarks.visitors import Delays, actor_of, application, opened, signed_in

NAME = "case page"
CONSUL = "lanhsu.campuchia"
PERSONS, EVENTS = 42, 200
LIMIT_MS, LIMIT_KB = 100.0, 150.0
WARM_UP = 5
_KB = 1000
_LINKED = re.compile(r'<(?:link|script|img|use)\b[^>]*?\b(?:href|src)="([^"#]+)')
_IN_SHEETS = re.compile(r'url\(["\']?([^"\')]+)')
_OF_THE_MAP = ("map.css", "minimap.js", "leaflet")
_NOT_OF_VIETNAMESE = "latin-ext"  # the subset that no Vietnamese text asks for
_NOTE = (
    "Đã gọi cho gia đình lúc {number} giờ, báo tình hình và giấy tờ cần gửi; trại tạm giam hẹn"
    " thăm tuần sau, đã ghi vào lịch của tổ. Chờ công hàm trả lời của cơ quan sở tại."
)


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        instance = copy_of(large(engine, None), f"{engine}-case-page")
        yield from _rows(engine, alone(_figures, instance, options.requests))


def _rows(engine: str, found: dict[str, Any]) -> Iterator[Row]:
    delays = Delays.of(found["delays"])
    what = f"{PERSONS} persons, {EVENTS} events"
    yield measured(
        f"{NAME}: server time p99, {engine}, {what}",
        delays.last,
        "ms",
        peers={},
        target=f"< {LIMIT_MS:g} ms",
        met=delays.last < LIMIT_MS,
        note=f"p50 {delays.half:.1f} ms; the page with all its events p50 {found['whole']:.1f} ms",
    )
    parts = found["parts"]
    total = sum(parts.values()) / _KB
    kinds = ", ".join(f"{kind} {size / _KB:.1f}" for kind, size in found["kinds"].items())
    yield measured(
        f"{NAME}: first visit without map, {engine}, {what}",
        total,
        "kB",
        peers={"the page alone, as on every later visit": found["page"] / _KB},
        target=f"< {LIMIT_KB:g} kB",
        met=total < LIMIT_KB,
        note=f"{len(parts)} answers, compressed, with their headers; in kB: {kinds}",
    )


# --- in the measuring process -----------------------------------------------------------------


def _figures(instance: Instance, requests: int) -> dict[str, Any]:
    app = application(instance)
    actor = actor_of(app, CONSUL)
    address = f"/ho-so/{_full_case(app, actor)}"
    client = signed_in(app, CONSUL)
    delays = [opened(client, address)[0] for _ in range(requests + WARM_UP)][WARM_UP:]
    whole = [opened(client, f"{address}?day-du=1")[0] for _ in range(10)]
    parts = cold_load(client, address)
    kinds: dict[str, int] = {}
    for name, size in parts.items():
        kind = name.partition("?")[0].rpartition(".")[2] if "." in name else "page"
        kinds[kind] = kinds.get(kind, 0) + size
    return {
        "delays": delays,
        "whole": Delays.of(whole).half,
        "parts": parts,
        "kinds": kinds,
        "page": parts[address],
    }


def _full_case(app: Flask, actor: Actor) -> str:
    """The consul's open case with the fewest persons, filled up to the size that is asked for."""
    with app.app_context():
        reference = _quietest(actor)
        with transaction() as session:
            for number in range(_persons(reference), PERSONS):
                one = record_person(session, actor, _name(number), now=utc_now())
                conversation.link_entry(
                    session, actor, reference, target="person", entry_id=one.id, now=utc_now()
                )
            count = _events(reference)
            for number in range(count, EVENTS):
                kind = (EventKind.NOTED, EventKind.CALLED, EventKind.VISITED)[number % 3]
                said = _NOTE.format(number=number % 24)
                conversation.add_note(
                    session, actor, reference, kind=kind, text=said, now=utc_now()
                )
        return reference


def _quietest(actor: Actor) -> str:
    found = reading().scalar(
        select(Case.reference)
        .outerjoin(CaseLink, CaseLink.case_id == Case.id)
        .where(Case.is_open, Case.type_code == "citizen_protection", queries.visible_to(actor))
        .group_by(Case.id)
        .order_by(func.count(CaseLink.person_id), Case.id)
        .limit(1)
    )
    if found is None:
        raise BenchmarkError(f"{CONSUL} sees no open case of protection")
    return found


def _persons(reference: str) -> int:
    asked = select(func.count(CaseLink.person_id)).join(Case, Case.id == CaseLink.case_id)
    return reading().scalar(asked.where(Case.reference == reference)) or 0


def _events(reference: str) -> int:
    asked = select(func.count()).select_from(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
    return reading().scalar(asked.where(Case.reference == reference)) or 0


def _name(number: int) -> str:
    given = ("An", "Bình", "Cường", "Dũng", "Hải", "Khánh", "Long")[number % 7]
    return f"{('Nguyễn', 'Trần', 'Lê')[number % 3]} Văn {given} {chr(65 + number % 26)}"


# --- a first visit ----------------------------------------------------------------------------


def cold_load(client: FlaskClient, address: str) -> dict[str, int]:
    """Every answer that a browser with an empty cache asks for, with its bytes on the wire."""
    page = client.get(address, headers={"Accept-Encoding": "gzip"})
    sizes = {address: _size(page)}
    for name in _LINKED.findall(client.get(address).text):
        _fetch(client, urljoin(address, name.replace("&amp;", "&")), sizes)
    return sizes


def _fetch(client: FlaskClient, name: str, sizes: dict[str, int]) -> None:
    is_left_out = any(part in name for part in (*_OF_THE_MAP, _NOT_OF_VIETNAMESE))
    if name in sizes or is_left_out or not name.startswith("/static/"):
        return
    sizes[name] = _size(client.get(name, headers={"Accept-Encoding": "gzip"}))
    if ".css" in name:
        for inner in _IN_SHEETS.findall(client.get(name).text):
            if not inner.startswith("data:"):
                _fetch(client, urljoin(name, inner), sizes)


def _size(answer: Any) -> int:  # Any: the test client's answer
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(answer.data)
