"""What a form of the designer is told when its answers do not hold: a sentence and its faults."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.errors import Invalid, Refused
from app.workflow.errors import DefinitionError


@dataclass
class Told:
    """Why the form is shown again; empty the first time."""

    message: str = ""
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)


@contextmanager
def told_on_page(told: Told) -> Iterator[None]:
    """Turn an expected refusal into what the page says beside its form."""
    try:
        yield
    except DefinitionError as error:
        told.message = str(error)
        told.problems = {fault.path or "file": [fault.sentence] for fault in error.faults}
    except Invalid as error:
        told.message, told.problems = str(error), error.problems
    except Refused as error:
        told.message, told.problems = str(error), {"file": [str(error)]}
