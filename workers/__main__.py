"""Entry point of every process but the web server, `python -m workers <process>`."""

import argparse
import importlib
import logging
import signal
import sys

from pydantic import ValidationError

from app.config import ROOT, Settings, load_settings
from workers.parent import die_with_parent
from workers.preflight import StartFailure

logger = logging.getLogger("workers")
CRASH_LOG = ROOT / ".build" / "crash.log"

# Named, not imported: a process loads its own code only, and the supervisor starts at once.
PROCESSES = {
    "supervise": "workers.product",
    "prepare": "workers.prepare",
    "worker": "workers.queue_worker",
    "scheduler": "workers.scheduler",
    "reset": "workers.reset",
}


def main(arguments: list[str]) -> None:
    """Run one process; every foreseen failure ends in one sentence."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    options = _parser().parse_args(arguments)
    if options.with_parent:
        die_with_parent(signal.SIGTERM)
    try:
        importlib.import_module(PROCESSES[options.process]).main(_settings(), options)
    except StartFailure as error:
        sys.exit(f"Lỗi: {error}")
    except Exception as error:  # the last edge: the trace to the log, a sentence to the person
        _log_to_file()
        logger.exception("%s ended by an error that nobody expected", options.process)
        raise SystemExit(
            f"Lỗi: {options.process} dừng vì {type(error).__name__}; chi tiết ở {CRASH_LOG}."
            " (An unexpected error; see the log.)"
        ) from error


def _log_to_file() -> None:
    """Keep the trace in a file: a person reads the sentence, whoever repairs it reads the file."""
    CRASH_LOG.parent.mkdir(exist_ok=True)
    logger.addHandler(logging.FileHandler(CRASH_LOG, encoding="utf-8"))
    logger.propagate = False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers")
    parser.add_argument("process", choices=list(PROCESSES))
    parser.add_argument(
        "--scale", help="demonstration cases to load beside the year, or years (1y)"
    )
    parser.add_argument("--burst", action="store_true", help="end when no work is waiting")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the starting process dies"
    )
    return parser


def _settings() -> Settings:
    try:
        return load_settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise StartFailure(
            f"cài đặt {name} không hợp lệ: {first['msg']}. (A setting is not valid.)"
        ) from error


if __name__ == "__main__":
    main(sys.argv[1:])
