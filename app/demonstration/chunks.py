"""A piece of a published year: what it is made with, and the moments at which its things begin."""

from dataclasses import dataclass
from datetime import datetime

from app.demonstration.published import Published
from app.demonstration.script import Stage
from app.demonstration.year import Year


@dataclass(frozen=True, slots=True)
class Chunk:
    """The moments are in order, `first` is the number of the first of them."""

    year: Year
    stage: Stage
    published: Published
    moments: list[datetime]
    first: int
