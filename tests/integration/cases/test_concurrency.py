"""Several people at the same moment: no number twice, none missing, no step lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from app.cases.models import Case, CaseEvent
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.database import reading, transaction
from app.errors import Conflict, Refused
from app.permissions import Actor
from tests.integration.cases.people import INCIDENT, NOW, an_incident, station

Answer = TypeVar("Answer")
PEOPLE = 4
EACH = 8


def at_once(app: Flask, act: Callable[[int], Answer], people: int = PEOPLE) -> list[Answer]:
    """Run the same act as several people, each in a context and on a connection of their own."""

    def alone(number: int) -> Answer:
        with app.app_context():
            try:
                return act(number)
            finally:
                reading().close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(alone, range(people)))


def _committed_station(app: Flask) -> Actor:
    del app
    with transaction() as session:
        return station(session)


def test_numbers_have_no_gap_and_no_double_when_some_fail(app: Flask) -> None:
    actor = _committed_station(app)

    def open_some(number: int) -> list[str]:
        given = []
        for turn in range(EACH):
            answers = dict(INCIDENT)
            if (turn + number) % 3 == 0:
                del answers["place_text"]  # refused after the number was taken
            try:
                with transaction() as session:
                    head = open_case(
                        session, actor, "border_incident", answers=answers, pack=None, now=NOW
                    )
                    given.append(head.reference)
            except Refused:
                continue
        return given

    given = sorted(reference for part in at_once(app, open_some) for reference in part)
    numbers = [int(reference[-5:]) for reference in given]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) < PEOPLE * EACH


def test_of_two_steps_at_once_one_wins_and_one_is_told(app: Flask) -> None:
    actor = _committed_station(app)
    with transaction() as session:
        head = an_incident(session, actor, position={"lat": 11.2, "lon": 106.1})

    def dispatch(number: int) -> str:
        del number
        try:
            with transaction() as session:
                perform_transition(
                    session,
                    actor,
                    head.reference,
                    "dispatch",
                    answers={},
                    expected_version=1,
                    pack=None,
                    now=NOW + timedelta(minutes=5),
                )
        except Conflict:
            return "told"
        return "won"

    assert sorted(at_once(app, dispatch)) == ["told"] * (PEOPLE - 1) + ["won"]
    session = reading()
    kinds = session.scalars(
        select(CaseEvent.kind).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq)
    ).all()
    assert kinds == ["opened", "moved"]
    assert session.scalar(select(Case.version).where(Case.id == head.id)) == 2
    assert first_bad_event(session, head.id) is None
