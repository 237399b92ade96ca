"""One search box: words of a case, folded once when written and once when asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, insert, literal_column, select, text, update
from sqlalchemy.orm import Session

from app.cases.number_models import CaseNumber
from app.cases.text_models import CaseText
from app.database import Prepared, fold_text
from app.permissions import Actor, Permission
from app.sealing import comparable, key_ring
from app.workflow.definition import FieldDefinition, FieldType

# All but letters and figures parts words, also the signs of typesetting: – “ ” ’ … （ ！
_BREAK = re.compile(
    r"(?:[^0-9a-z\u0100-\uffff]"
    r"|[\u2000-\u2bff\u3000-\u303f\ue000-\uf8ff\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20])+"
)
_COMPACT = re.compile(r"[0-9a-z]+(?:[^0-9a-z\s]+[0-9a-z]+)+")
SEARCHED_TYPES = {
    FieldType.TEXT,
    FieldType.LONGTEXT,
    FieldType.MARKER,
    FieldType.VESSEL,
    FieldType.PERSON,
}
MOST_WORDS = 12
_SHORTEST_NUMBER, _MOST_NUMBERED = 5, 200
LONGEST_WORD = 64  # PostgreSQL refuses words over two kilobytes
_EXTEND = Prepared(
    update(CaseText)
    .where(CaseText.case_id == bindparam("b_case_id"))
    .values(
        folded=CaseText.folded + bindparam("more"),
        personal=CaseText.personal + bindparam("more_personal"),
    )
)


class Words(NamedTuple):
    """Folded words of a case, by who may find it with them."""

    open: str
    personal: str = ""  # only those who may view personal data

    @classmethod
    def together(cls, several: Iterable["Words"]) -> "Words":
        parts = list(several)
        return cls(*(" ".join(filter(None, column)) for column in zip(*parts, strict=True)))

    def row(self, case_id: int) -> dict[str, Any]:  # Any: columns of case_text
        return {"case_id": case_id, "folded": self.open, "personal": self.personal}


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


def words_of_data(
    fields: Mapping[str, FieldDefinition], data: Mapping[str, Any], *, beside: Iterable[str] = ()
) -> Words:  # Any: values are JSON
    """The searched values of a case's data, and the open texts `beside` them.

    The number of a paper is found by its blind index alone. A field that only some roles may read,
    or only in some states, is in no index: whether a word finds the case would tell the others what
    the field says.
    """
    found: dict[bool, list[str]] = {False: list(beside), True: []}
    for code, value in data.items():
        field = fields.get(code)
        if field is not None and value is not None:
            _collect(found, field, value)
    return Words(searchable(found[False]), searchable(found[True]))


def _collect(
    found: dict[bool, list[str]],
    field: FieldDefinition,
    value: object,
    *,
    is_personal: bool = False,
) -> None:
    """Put the texts of a value where those who may read it find them, a group's by its columns."""
    if field.read_roles or field.read_states or field.identity:
        return
    is_personal = is_personal or field.personal
    if field.type is FieldType.GROUP:
        for row in value if isinstance(value, list) else []:
            for column in field.fields:
                if row.get(column.code) is not None:
                    _collect(found, column, row[column.code], is_personal=is_personal)
    elif field.type in SEARCHED_TYPES:
        found[is_personal].extend(_texts(value))


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [str(item) for item in value.values() if isinstance(item, str)]
    return [str(value)]


def write_text(session: Session, case_id: int, words: Words) -> None:
    session.execute(insert(CaseText).values(words.row(case_id)))


def extend_text(session: Session, case_id: int, words: Words) -> None:
    """Add the words of a note or of changed answers; old words keep finding the case."""
    if any(words):
        more = {"more": f" {words.open}", "more_personal": f" {words.personal}"}
        _EXTEND.run(session, {"b_case_id": case_id, **more})


def phrases_of(asked: str) -> list[list[str]]:
    """The query as phrases: words typed together (47/7) must stand together."""
    phrases = [_BREAK.sub(" ", term).split() for term in fold_text(asked).split()]
    short = [[word[:LONGEST_WORD] for word in phrase[:MOST_WORDS]] for phrase in phrases if phrase]
    return short[:MOST_WORDS]


def matching(
    session: Session, actor: Actor, asked: str, *, limit: int, is_open: bool = False
) -> Select[int] | None:
    """Ids of the cases that hold every phrase, newest first; None when nothing was asked.

    Personal words count only for those who may view personal data, and not at all if `is_open`.
    """
    phrases = phrases_of(asked)
    if not phrases:
        return None
    is_personal = actor.may(Permission.PERSONAL_DATA_VIEW) and not is_open
    name = "asked_openly" if is_open else "asked"  # both may stand in one statement
    if session.get_bind().dialect.name == "sqlite":
        match = " AND ".join(f'"{" ".join(phrase)}"*' for phrase in phrases)
        match = match if is_personal else f"folded : ({match})"
        return (
            select(literal_column("rowid", Integer).label("case_id"))
            .select_from(text("case_text_fts"))
            .where(text(f"case_text_fts MATCH :{name}").bindparams(**{name: match}))
            .order_by(text("rowid DESC"))
            .limit(limit)
        )
    weight = "" if is_personal else "A"
    query = " & ".join("(" + " <-> ".join(_lexemes(phrase, weight)) + ")" for phrase in phrases)
    return (
        select(CaseText.case_id)
        .where(text(f"vector @@ to_tsquery('simple', :{name})").bindparams(**{name: query}))
        .order_by(CaseText.case_id.desc())
        .limit(limit)
    )


def cases_by_number(session: Session, actor: Actor, asked: str) -> Sequence[int]:
    """Ids of the cases of which a field holds exactly this number of a paper, however written."""
    said = comparable(asked)
    is_number = len(said) >= _SHORTEST_NUMBER and any(sign.isdigit() for sign in said)
    if not is_number or not actor.may(Permission.PERSONAL_DATA_VIEW):
        return ()
    return session.scalars(
        select(CaseNumber.case_id)
        .where(
            CaseNumber.number_index.in_(key_ring().all_blind(asked)),
            CaseNumber.is_restricted.is_(False),
        )
        .order_by(CaseNumber.case_id.desc())
        .limit(_MOST_NUMBERED)
    ).all()


def _lexemes(phrase: list[str], weight: str) -> list[str]:
    whole = [f"{word}:{weight}" if weight else word for word in phrase[:-1]]
    return [*whole, f"{phrase[-1]}:*{weight}"]
