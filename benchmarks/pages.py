"""How long the queue and the page of a case take in a large database, for two kinds of people."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy import func, select

from app.cases import browsing, queries
from app.cases.models import Case
from app.cases.queries import Filters, Tab
from app.database import reading
from app.jobs import utc_now
from benchmarks.crew import alone
from benchmarks.databases import Instance, large
from benchmarks.harness import Options, Row, measured
from benchmarks.visitors import VISITORS, Delays, actor_of, application, opened, signed_in

NAME = "pages"
QUEUE_MS = 60.0
WARM_UP = 3
_BARE_QUEUE = """<table>{% for case in cases %}<tr><td>{{ case.reference }}</td><td>{{ case.title }}
</td><td>{{ case.state }}</td><td>{{ case.updated_at }}</td><td>{{ case.next_due_at }}</td><td>
{{ case.last_event_text }}</td><td>{{ case.owner_unit_id }}</td></tr>{% endfor %}</table>"""
_BARE_CASE = """<h1>{{ case.title }}</h1>{% for name, value in case.data.items() %}<p>{{ name }}:
{{ value }}</p>{% endfor %}{% for event in events %}<p>{{ event.at }} {{ event.actor_name }}
{{ event.text }}</p>{% endfor %}{% for clock in clocks %}<p>{{ clock.due_at }}</p>{% endfor %}"""


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        instance = large(engine, options.cases)
        for visitor in VISITORS:
            figures = alone(_figures, instance, visitor, options)
            yield from _rows(engine, visitor, figures)


def _rows(engine: str, visitor: str, figures: dict[str, Any]) -> Iterator[Row]:
    queue = Delays.of([delay for found in figures["tabs"].values() for delay in found])
    bare = Delays.of(figures["bare queue"])
    by_tab = "; ".join(f"{tab} {Delays.of(found)}" for tab, found in figures["tabs"].items())
    told = f"{figures['cases']} cases; p50 {queue.half:.1f} ms; p50/p99 by tab: {by_tab}"
    yield measured(
        f"{NAME}: queue p99, {engine}, {visitor}",
        queue.last,
        "ms",
        peers={"bare query + bare template p99": bare.last, "the same p50": bare.half},
        target=f"< {QUEUE_MS:g} ms",
        met=queue.last < QUEUE_MS,
        note=told,
    )
    page, bare_page = Delays.of(figures["case"]), Delays.of(figures["bare case"])
    yield measured(
        f"{NAME}: case page p99, {engine}, {visitor}",
        page.last,
        "ms",
        peers={"bare query + bare template p99": bare_page.last, "the same p50": bare_page.half},
        note=f"p50 {page.half:.1f} ms",
    )


# --- in the measuring process -----------------------------------------------------------------


def _figures(instance: Instance, visitor: str, options: Options) -> dict[str, Any]:
    app = application(instance)
    client, actor = signed_in(app, visitor), actor_of(app, visitor)
    references = _references(app, actor, options.requests)
    figures: dict[str, Any] = {"tabs": {tab.value: [] for tab in Tab}}
    figures |= {"bare queue": [], "case": [], "bare case": []}
    bare = _Bare(app, actor)
    for number in range(-WARM_UP, options.requests):
        reference = references[number % len(references)]
        taken: dict[str, list[float]] = {
            **{f"/ho-so?muc={tab.value}": figures["tabs"][tab.value] for tab in Tab},
            f"/ho-so/{reference}": figures["case"],
        }
        for address, kept in taken.items():
            seconds, _ = opened(client, address)
            if number >= 0:
                kept.append(seconds)
        tab = list(Tab)[number % len(Tab)]
        if number >= 0:
            figures["bare queue"].append(bare.seconds_of(bare.queue, tab))
            figures["bare case"].append(bare.seconds_of(bare.case, reference))
    with app.app_context():
        figures["cases"] = reading().scalar(select(func.count()).select_from(Case))
    return figures


def _references(app: Flask, actor: Any, count: int) -> list[str]:
    """Cases that the person sees, taken from all over the table."""
    with app.app_context():
        session = reading()
        last = session.scalar(select(func.max(Case.id))) or 0
        chance = random.Random(2026)  # noqa: S311  no secret
        found = []
        for _ in range(count * 20):
            reference = session.scalar(
                select(Case.reference)
                .where(Case.id >= chance.randint(1, last), queries.visible_to(actor))
                .order_by(Case.id)
                .limit(1)
            )
            found += [reference] if reference else []
            if len(found) >= count:
                break
        return found


class _Bare:
    """The least that could show the same: one query and a template without layout or words."""

    def __init__(self, app: Flask, actor: Any) -> None:
        self._app, self._actor = app, actor
        environment = Environment(autoescape=True)
        self._queue = environment.from_string(_BARE_QUEUE)
        self._case = environment.from_string(_BARE_CASE)

    def seconds_of(self, show: Callable[[Any], str], what: Any) -> float:
        with self._app.app_context():
            began = time.perf_counter()
            show(what)
            return time.perf_counter() - began

    def queue(self, tab: Tab) -> str:
        page = browsing.queue_page(reading(), self._actor, Filters(tab=tab), now=utc_now())
        return self._queue.render(cases=page.cases)

    def case(self, reference: str) -> str:
        session = reading()
        case = queries.get(session, self._actor, reference)
        events, clocks = queries.events_of(session, case.id), queries.clocks_of(session, case.id)
        return self._case.render(case=case, events=events, clocks=clocks)
