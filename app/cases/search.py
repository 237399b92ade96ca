"""One search box: words of a case, folded once when written and once when asked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Integer, Select, bindparam, insert, literal_column, select, text, update
from sqlalchemy.orm import Session

from app.cases.models import CaseText
from app.database import Prepared, fold_text
from app.workflow.definition import CaseType, FieldType

_BREAK = re.compile(r"[^0-9a-z\u0100-\uffff]+")
_COMPACT = re.compile(r"[0-9a-z]+(?:[^0-9a-z\s]+[0-9a-z]+)+")
SEARCHED_TYPES = {
    FieldType.TEXT,
    FieldType.LONGTEXT,
    FieldType.MARKER,
    FieldType.VESSEL,
    FieldType.PERSON,
}
MOST_WORDS = 12
_EXTEND = Prepared(
    update(CaseText)
    .where(CaseText.case_id == bindparam("b_case_id"))
    .values(folded=CaseText.folded + bindparam("more"))
)


def searchable(parts: Iterable[str]) -> str:
    """The words of the parts as the index keeps them.

    A number written with signs is kept in two ways: 47/7(2) as its words 47 7 2 and closed up
    as 4772, QNg-96372-TS also as qng96372ts, so that either way of typing it finds it.
    """
    words: list[str] = []
    for part in parts:
        folded = fold_text(part)
        words.append(_BREAK.sub(" ", folded).strip())
        words.extend(_BREAK.sub("", found) for found in _COMPACT.findall(folded))
    return " ".join(filter(None, words))


def words_of_data(case_type: CaseType, data: Mapping[str, Any]) -> list[str]:
    """The searched values of a case's data; Any: values are JSON."""
    found: list[str] = []
    for field in case_type.fields:
        value = data.get(field.code)
        if value is None or field.type not in SEARCHED_TYPES:
            continue
        found.extend(_texts(value))
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [str(item) for item in value.values() if isinstance(item, str)]
    return [str(value)]


def write_text(session: Session, case_id: int, words: str) -> None:
    session.execute(insert(CaseText).values(case_id=case_id, folded=words))


def extend_text(session: Session, case_id: int, words: str) -> None:
    """Add the words of a note or of changed answers; old words keep finding the case."""
    if words:
        _EXTEND.run(session, {"b_case_id": case_id, "more": f" {words}"})


def phrases_of(asked: str) -> list[list[str]]:
    """The query as phrases: words typed together (47/7) must stand together."""
    phrases = [_BREAK.sub(" ", term).split() for term in fold_text(asked).split()]
    return [phrase for phrase in phrases if phrase][:MOST_WORDS]


def matching(session: Session, asked: str, *, limit: int) -> Select[int] | None:
    """Ids of the cases that hold every phrase, newest first; None when nothing was asked."""
    phrases = phrases_of(asked)
    if not phrases:
        return None
    if session.get_bind().dialect.name == "sqlite":
        match = " AND ".join(f'"{" ".join(phrase)}"*' for phrase in phrases)
        return (
            select(literal_column("rowid", Integer).label("case_id"))
            .select_from(text("case_text_fts"))
            .where(text("case_text_fts MATCH :match").bindparams(match=match))
            .order_by(text("rowid DESC"))
            .limit(limit)
        )
    query = " & ".join("(" + " <-> ".join(_lexemes(phrase)) + ")" for phrase in phrases)
    return (
        select(CaseText.case_id)
        .where(text("vector @@ to_tsquery('simple', :query)").bindparams(query=query))
        .order_by(CaseText.case_id.desc())
        .limit(limit)
    )


def _lexemes(phrase: list[str]) -> list[str]:
    return [*phrase[:-1], f"{phrase[-1]}:*"]
