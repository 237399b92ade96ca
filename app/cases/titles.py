"""The line by which people know a case, made from its facts by the definition's template."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.queries import commune_names, province_names
from app.cases.catalogue import Definition
from app.cases.values import Names, shown

LONGEST = 250
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_EMPTY_ENDS = re.compile(r"^[\s–,:;-]+|[\s–,:;-]+$")


def title_of(
    session: Session,
    definition: Definition,
    data: Mapping[str, Any],  # Any: JSON
    place_text: str,
) -> str:
    """The title in Vietnamese; personal fields never enter it, for it stands in every list."""
    return title_with(names_for(session, data), definition, data, place_text)


def touches_title(definition: Definition, codes: Collection[str]) -> bool:
    """Whether answers to these fields may change the title."""
    named = set(_PLACEHOLDER.findall(definition.case_type.title or "{title}"))
    return not named.isdisjoint(codes)


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
        if field is None or field.personal:
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
) -> Names:
    """Names of the administrative codes that these facts hold."""
    codes = {value for value in data.values() if isinstance(value, str) and value.isdigit()}
    communes = {code for code in codes if len(code) == 5}  # noqa: PLR2004  a commune's code
    return Names(
        provinces=province_names(session),
        communes=commune_names(session, communes) if communes else {},
        locale=locale,
        zone=ZoneInfo(zone),
    )
