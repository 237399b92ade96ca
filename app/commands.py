"""What every command shares: an expected failure ends it with one sentence."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.errors import AppError
from app.geo.remarks import GeoError
from app.workflow.errors import DefinitionError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def in_one_sentence(command: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """An expected failure ends the command with its sentence, not with a trace."""

    @wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return command(*args, **kwargs)
        except (AppError, DefinitionError, GeoError) as error:
            raise click.ClickException(str(error)) from error

    return run
