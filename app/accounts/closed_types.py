"""What accounts need to know of case types: which are for other roles alone.

The case types stand above and tell it: the factory hands over the one who answers.
"""

from collections.abc import Mapping
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session


class TypeReaders(Protocol):
    """Answers which roles alone read the cases of a type."""

    def readers(self, session: Session) -> Mapping[str, frozenset[str]]:
        """The roles by type, for those types that name any."""


def closed_types(session: Session, roles: frozenset[str]) -> frozenset[str]:
    """The types of which somebody with these roles finds no case."""
    book: TypeReaders = current_app.extensions["type_readers"]
    known = book.readers(session)
    return frozenset(code for code, readers in known.items() if roles.isdisjoint(readers))
