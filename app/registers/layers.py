"""Asks for new map layers once for many changes that follow each other."""

from datetime import datetime, timedelta

_BUCKET = timedelta(minutes=1)
# Long enough for a transaction that began in the minute to have been committed.
_GRACE = timedelta(seconds=30)


def layer_rebuild(
    layer: str, now: datetime, *, bucket: timedelta = _BUCKET
) -> tuple[str, datetime]:
    """The key and the moment of the rebuild that covers a change at `now`: one per minute."""
    begun = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % bucket
    return f"rebuild_layers:{layer}:{begun:%Y%m%dT%H%M}", begun + bucket + _GRACE
