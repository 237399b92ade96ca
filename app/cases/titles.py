"""The line by which people know a case, made from its facts by the definition's template."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.queries import commune_names, province_names
from app.cases.catalogue import Definition
from app.cases.values import Names, is_open_to_all, shown
from app.workflow.definition import FieldType

LONGEST = 250
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_EMPTY_ENDS = re.compile(r"^[\s–,:;-]+|[\s–,:;-]+$")


def title_of(
    session: Session,
    definition: Definition,
    data: Mapping[str, Any],  # Any: JSON
    place_text: str,
) -> str:
    """The title in Vietnamese; what not all may read never enters it: it stands in every list."""
    return title_with(names_for(session, data), definition, data, place_text)


def touches_title(definition: Definition, codes: Collection[str]) -> bool:
    """Whether answers to these fields may change the title."""
    return not _named_in(definition.case_type.title or "{title}").isdisjoint(codes)


@lru_cache(maxsize=256)
def _named_in(template: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(template))


def title_with(
    names: Names,
    definition: Definition,
    data: Mapping[str, Any],  # Any: JSON
    place_text: str,
) -> str:
    """The title by names that were read before, for many cases at once."""
    template = definition.case_type.title or "{title}"

    def fill(match: re.Match[str]) -> str:
        code = match[1]
        field = definition.fields.get(code)
        if code == "place_text":
            return place_text
        if field is None or field.type is FieldType.PERSON or not is_open_to_all(field):
            return ""
        return shown(field, data.get(code), names)

    filled = _PLACEHOLDER.sub(fill, template)
    said = _EMPTY_ENDS.sub("", re.sub(r"\s*–\s*(?:–\s*)+", " – ", filled)).strip()
    return (said or definition.case_type.name.vi)[:LONGEST]


def names_for(
    session: Session,
    data: Mapping[str, Any],  # Any: JSON
    *,
    locale: str = "vi",
    zone: str = "Asia/Ho_Chi_Minh",
    closed: frozenset[int] = frozenset(),
) -> Names:
    """Names of the administrative codes that these facts hold; `closed` persons stay unnamed."""
    codes = {value for value in _plain_values(data.values()) if value.isdigit()}
    communes = {code for code in codes if len(code) == 5}  # noqa: PLR2004  a commune's code
    return Names(
        provinces=province_names(session),
        communes=commune_names(session, communes) if communes else {},
        locale=locale,
        zone=ZoneInfo(zone),
        closed=closed,
    )


def _plain_values(values: Iterable[object]) -> Iterator[str]:
    """The texts among values, and in the rows of groups."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for row in value:
                yield from _plain_values(row.values() if isinstance(row, dict) else ())
