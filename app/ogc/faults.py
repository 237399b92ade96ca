"""A request that the API cannot understand: which parameter, and why."""

from app.errors import AppError


class BadParameter(AppError):  # noqa: N818  the standard's word
    """A parameter that is unknown, or whose value does not hold."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter = parameter
