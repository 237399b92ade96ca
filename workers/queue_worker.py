"""The RQ worker: one queue, no pickle, one forked process per job that dies with its worker."""

import argparse

from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from app.config import Settings
from app.database import reading
from app.factory import create_app
from app.jobs import QUEUE_NAME
from workers import runner
from workers.parent import die_with_parent
from workers.preflight import require_queue


class OutboxWorker(Worker):
    """A worker whose running job cannot outlive it, so that no job runs twice side by side."""

    max_connection_wait_time = 2.0

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]  # RQ is untyped here
        die_with_parent()


def answer_rings(settings: Settings, *, is_burst: bool = False) -> None:
    """Work until a signal says stop; the application is built once and inherited by each job."""
    app = create_app(settings, is_worker=True)
    worker = OutboxWorker(
        [QUEUE_NAME],
        connection=Redis.from_url(settings.redis_url),
        serializer=JSONSerializer,
        worker_ttl=60,
        job_monitoring_interval=10,
        maintenance_interval=60,
    )
    with app.app_context():
        # What SQLAlchemy learns at the first connection is then inherited by every job.
        runner.learn()
        reading().connection()
        reading().close()
        worker.work(burst=is_burst, logging_level="WARNING")


def main(settings: Settings, options: argparse.Namespace) -> None:
    require_queue(settings)
    answer_rings(settings, is_burst=options.burst)
