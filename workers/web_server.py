"""Settings of gunicorn: one process per core, two threads each, the application loaded once."""

import gc
from typing import Any

from app.config import load_settings
from app.database import leave_connections

_settings = load_settings()

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_processes
worker_class = "gthread"
threads = 2
preload_app = True
timeout = 120
graceful_timeout = 2
keepalive = 5
control_socket_disable = True
loglevel = "warning"
proc_name = "cot-moc"


def when_ready(server: Any) -> None:  # Any: gunicorn is untyped
    """What the application is made of is looked through by no collection, in any process.

    A full collection over it stopped a request for a third of a second every few hundred pages.
    """
    del server
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:  # Any: gunicorn is untyped
    """A forked process opens its own database connections."""
    del worker
    leave_connections(server.app.wsgi())
