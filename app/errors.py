"""The failures that a person may read: each says what is wrong and what to do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; the edge says it in the reader's language."""
    return sentence


class AppError(Exception):
    """Base of every expected failure; `message` is a Vietnamese sentence for the person."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(AppError):  # noqa: N818  the domain's word, as in the HTTP standard
    """Absent, or outside the actor's scope: the two are never told apart."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, message: str = _("Không tìm thấy, hoặc ngoài phạm vi của bạn.")) -> None:
        super().__init__(message)


class Unauthenticated(AppError):  # noqa: N818
    """A program asks without a key, or with one that does not hold."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(
        self,
        message: str = _("Cần phiên đăng nhập hoặc mã API còn hiệu lực."),
    ) -> None:
        super().__init__(message)


class Forbidden(AppError):  # noqa: N818
    """In scope, but the actor lacks the permission."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, message: str = _("Bạn không có quyền làm việc này.")) -> None:
        super().__init__(message)


class Conflict(AppError):  # noqa: N818
    """Someone else changed the record after the actor read it."""

    status = HTTPStatus.CONFLICT

    def __init__(
        self,
        message: str,
        *,
        changes: Sequence[str] = (),
        typed: Mapping[str, str] | None = None,
        back: str | None = None,
    ) -> None:
        super().__init__(message)
        self.changes = tuple(changes)
        self.typed = dict(typed or {})
        self.back = back


class Refused(AppError):  # noqa: N818
    """The engine refused an act; `reasons` are sentences."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return " ".join([self.message, *self.reasons])


class Invalid(AppError):  # noqa: N818
    """The input does not hold; `problems` maps a field to its sentences."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, problems: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.problems = {field: tuple(said) for field, said in (problems or {}).items()}


class TooLarge(AppError):  # noqa: N818
    """The upload or the request is over its limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooManyRequests(AppError):  # noqa: N818
    """The actor must wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS
