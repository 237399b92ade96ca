"""Tells accounts which roles alone read the cases of a type, as its newest version says."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import CaseTypeVersion
from app.cases.published import newest_definitions

Readers = Mapping[str, frozenset[str]]


class NewestReaders:
    """The answer of each database, kept until a version is published there."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[object, tuple[int, Readers]] = WeakKeyDictionary()

    def readers(self, session: Session) -> Readers:
        newest = session.scalar(select(func.max(CaseTypeVersion.id))) or 0
        bind = session.get_bind()
        held = self._known.get(bind)
        if held is None or held[0] != newest:
            held = (newest, _read(session))
            self._known[bind] = held
        return held[1]


def _read(session: Session) -> Readers:
    return {
        definition.code: frozenset(definition.case_type.readers)
        for definition in newest_definitions(session)
        if definition.case_type.readers
    }
