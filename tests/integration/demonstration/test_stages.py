"""A load that was cut short goes on as it was begun."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.database import transaction
from app.demonstration.stages import Run, begin, finish, loaded
from app.jobs import utc_now


def test_a_run_keeps_its_seed_its_moment_and_its_share(session: Session) -> None:
    first = Run(seed=7, now=utc_now() - timedelta(days=2), share=0.04)
    with transaction() as writer:
        assert begin(writer, first) == first
    with transaction() as writer:
        assert begin(writer, Run(seed=8, now=utc_now())) == first
    assert loaded(session) == set()


def test_only_what_was_committed_counts_as_loaded(session: Session) -> None:
    with transaction() as writer:
        finish(writer, "people", now=utc_now())
    session.rollback()
    with transaction() as writer:
        finish(writer, "markers", now=utc_now())
        writer.rollback()
    session.rollback()
    assert loaded(session) == {"people"}
