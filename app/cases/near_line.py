"""Reminds of the distances that treaties set for works near the line; it never blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.registers.dated_models import DistanceRule
from app.registers.dated_rules import rules_at
from app.registers.vocabulary import word

_WORKS = Path(__file__).parent / "data" / "works.yaml"
STATED_FIELD = "distance_to_line_m"


@dataclass(frozen=True, slots=True)
class LineWarning:
    """One reminder on a case, with the treaty or decision and where the figure was found."""

    text: str
    basis: str
    metres: int


@dataclass(frozen=True, slots=True)
class _Away:
    """How far from the line a case lies, and how surely; `is_stated` by a person, else drawn."""

    metres: float
    is_stated: bool
    accuracy_m: float


def distance_warnings(
    session: Session, case: Case, *, accuracy_m: float, on: date, locale: str
) -> list[LineWarning]:
    """The rules within whose distance the works of a case lie, or may lie on an inexact map.

    What a person measured decides; without it the distance to the drawn line, which is only as
    good as the reference pack (`accuracy_m`).
    """
    away = _away(case, accuracy_m)
    neighbour = case.neighbour or str(case.data.get("neighbour") or "").upper()
    if away is None or not neighbour or not is_about_works(case.type_code, case.data):
        return []
    rules: Sequence[DistanceRule] = rules_at(session, neighbour, case.province_code, on=on)
    return [
        LineWarning(_sentence(rule, away, locale), f"{rule.treaty}. {rule.source}", rule.metres)
        for rule in rules
        if away.metres <= rule.metres + (0.0 if away.is_stated else away.accuracy_m)
    ]


def is_about_works(type_code: str, data: Mapping[str, Any]) -> bool:  # Any: JSON
    """Whether a case is about a construction near the line."""
    rule = _works().get(type_code)
    if rule is None:
        return False
    if "only" not in rule:
        return data.get(rule["field"]) not in rule.get("except", ())
    further = data.get(rule.get("also", "")) or ()
    return any(value in rule["only"] for value in (data.get(rule["field"]), *further))


@cache
def _works() -> Mapping[str, Mapping[str, Any]]:  # Any: YAML, shaped by its comment
    read: dict[str, Any] = yaml.safe_load(_WORKS.read_text("utf-8"))
    return read


def _away(case: Case, accuracy_m: float) -> _Away | None:
    stated = case.data.get(STATED_FIELD)
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        return _Away(float(stated), is_stated=True, accuracy_m=accuracy_m)
    if case.lat is None or case.border_distance_m is None:
        return None
    return _Away(case.border_distance_m, is_stated=False, accuracy_m=accuracy_m)


def _sentence(rule: DistanceRule, away: _Away, locale: str) -> str:
    said = {
        "m": f"{away.metres:.0f}",
        "limit": rule.metres,
        "line": word("neighbour", rule.neighbour, locale),
        "activity": _in_a_sentence(word("activity", rule.activity, locale)),
        "accuracy": f"{away.accuracy_m:.0f}",
    }
    if away.is_stated:
        sentence = _(
            "Theo hồ sơ, nơi này cách đường biên %(m)s m, trong khoảng %(limit)s m áp dụng cho "
            "%(activity)s trên tuyến Việt Nam – %(line)s: hai bên khảo sát, thống nhất trước khi "
            "làm.",
            **said,
        )
    elif away.metres <= rule.metres:
        sentence = _(
            "Trên bản đồ, vị trí cách đường biên khoảng %(m)s m, trong khoảng %(limit)s m áp dụng "
            "cho %(activity)s trên tuyến Việt Nam – %(line)s. Đường biên vẽ minh họa, sai số "
            "khoảng %(accuracy)s m: hãy đo trên thực địa.",
            **said,
        )
    else:
        sentence = _(
            "Trên bản đồ, vị trí cách đường biên khoảng %(m)s m; đường biên vẽ minh họa, sai số "
            "khoảng %(accuracy)s m, nên có thể nằm trong khoảng %(limit)s m áp dụng cho "
            "%(activity)s trên tuyến Việt Nam – %(line)s: hãy đo trên thực địa.",
            **said,
        )
    return str(sentence)


def _in_a_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]
