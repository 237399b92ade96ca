"""Processes that measure: each starts fresh, does what it is told, and answers with the result."""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

_CONTEXT = multiprocessing.get_context("spawn")


class BenchmarkError(Exception):
    """A row that could not be measured; the message is one line that says why."""


class Crew:
    """Some processes that run the same function at the same moment."""

    def __init__(self, size: int = 1) -> None:
        self._links: list[Connection] = []
        self._processes = []
        for _ in range(size):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=_obey, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._links.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for link in self._links:
            link.close()
        for process in self._processes:
            process.join(10)
            if process.is_alive():
                process.kill()

    def run(self, function: Callable[..., Any], *arguments: Any) -> list[Any]:
        """The same arguments for every process; one answer of each."""
        return self.run_each(function, [arguments] * len(self._links))

    def run_each(
        self, function: Callable[..., Any], arguments: Sequence[Sequence[Any]]
    ) -> list[Any]:
        """Its own arguments for every process; one answer of each."""
        for link, own in zip(self._links, arguments, strict=True):
            link.send((function, tuple(own)))
        answers = []
        for link in self._links:
            try:
                answers.append(link.recv())
            except EOFError:
                answers.append((False, "the measuring process has died"))
        failures = [said for is_done, said in answers if not is_done]
        if failures:
            raise BenchmarkError(failures[0])
        return [said for _, said in answers]


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of one fresh process."""
    with Crew() as crew:
        return crew.run(function, *arguments)[0]


def _obey(link: Connection) -> None:
    while True:
        try:
            function, arguments = link.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            link.send((True, function(*arguments)))
        except BenchmarkError as failure:
            link.send((False, str(failure)))
        except Exception as error:  # noqa: BLE001  the parent prints it beside the row
            traceback.print_exc()
            link.send((False, f"{type(error).__name__}: {error}".splitlines()[0]))


def seconds_of(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began
