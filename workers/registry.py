"""Which code runs for which job: the only list, so that a name without code is seen at once."""

from app.jobs import Job
from workers import outbox
from workers.work import Handler

HANDLERS: dict[Job, Handler] = {
    Job.PRUNE_OUTBOX: outbox.prune,
}
