"""What every command shares: an expected failure ends it with one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.errors import AppError, Refused
from app.geo.remarks import GeoError
from app.workflow.errors import DefinitionError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@contextmanager
def prepared_database() -> Iterator[None]:
    """A database without our tables, or one that does not answer, becomes a sentence."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise AppError(
            "Cơ sở dữ liệu chưa sẵn sàng hoặc chưa có bảng: hãy chạy make run, "
            "hoặc flask db upgrade, rồi làm lại."
        ) from error


def in_one_sentence(command: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """An expected failure ends the command with its sentence, not with a trace."""

    @wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            with prepared_database():
                return command(*args, **kwargs)
        except Refused as error:
            raise click.ClickException("\n".join([error.message, *error.reasons])) from error
        except (AppError, DefinitionError, GeoError) as error:
            raise click.ClickException(str(error)) from error

    return run
