"""What the drafter says in a paper; kept sealed, since it may name people."""

import re
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields
from typing import Final

import orjson

_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The parts that a person writes; `{field}` in a text is filled for each case."""

    addressee: str = ""
    abstract: str = ""
    body: str = ""
    recipients: str = ""
    authority: str = ""
    signer_title: str = ""
    signer: str = ""
    place: str = ""
    giver_title: str = ""
    giver: str = ""
    receiver_title: str = ""
    receiver: str = ""
    scribe: str = ""
    witness: str = ""
    agency_translated: str = ""
    addressee_translated: str = ""
    body_translated: str = ""
    place_translated: str = ""

    @property
    def addressees(self) -> list[str]:
        """Whom it goes to, one by one."""
        return lines_in(self.addressee)

    @property
    def addressed(self) -> str:
        """Whom it goes to, on one line."""
        return "; ".join(self.addressees)

    def filled(self, value_of: Callable[[str], str | None]) -> "Wording":
        """With the facts of one case in their places; a name that is no field stays as it is."""

        def put(match: re.Match[str]) -> str:
            said = value_of(match[1])
            return match[0] if said is None else said

        return Wording(**{name: _PLACE.sub(put, text) for name, text in asdict(self).items()})

    def named(self) -> frozenset[str]:
        """The fields that stand in braces in any of the texts."""
        return frozenset(code for text in asdict(self).values() for code in _PLACE.findall(text))

    def dumped(self) -> str:
        return orjson.dumps(asdict(self)).decode()


def lines_in(text: str) -> list[str]:
    """The entries of a list that somebody typed line by line, with or without its marks."""
    return [line.strip(" -;.") for line in text.splitlines() if line.strip(" -;.")]


_KNOWN: Final[Collection[str]] = frozenset(one.name for one in fields(Wording))


def wording_from(kept: str | None) -> Wording:
    said = orjson.loads(kept) if kept else {}
    return Wording(**{name: str(text) for name, text in said.items() if name in _KNOWN})
