"""What a job's code looks like to the runner; kept apart so that capabilities can import it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Handler = Callable[[Session, Mapping[str, Any], datetime], None]  # Any: JSON scalars, ids
_CHUNKED = "_runs_in_chunks"


def chunked(handler: Handler) -> Handler:
    """Mark a long job that commits its own chunks through app.database.transaction()."""
    setattr(handler, _CHUNKED, True)
    return handler


def is_chunked(handler: Handler) -> bool:
    return getattr(handler, _CHUNKED, False)
