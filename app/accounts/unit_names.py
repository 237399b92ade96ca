"""The one unit that a person means by a code or a name, or what is wrong with it."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Unit
from app.errors import Invalid


def unit_named(session: Session, text: str, *, on: date) -> Unit:
    """The one unit in force that has this code or name."""
    found = queries.search_units(session, text, on=on, limit=6)
    exact = [
        unit
        for unit in found
        if text.casefold() in {one.casefold() for one in (unit.code, unit.name, unit.short_name)}
    ]
    chosen = exact or list(found)
    if not chosen:
        raise Invalid(_("Chưa chọn được đơn vị."), {"unit": [_("Không có đơn vị nào như vậy.")]})
    if len(chosen) > 1:
        names = "; ".join(f"{unit.code} {unit.name}" for unit in chosen)
        problem = _("Có nhiều đơn vị như vậy, hãy nhập mã: %(names)s.", names=names)
        raise Invalid(_("Chưa chọn được đơn vị."), {"unit": [problem]})
    return chosen[0]


def units_named(session: Session, names: Sequence[str], *, on: date, field: str) -> list[Unit]:
    """The units of several lines; whatever is wrong with any of them is said beside `field`."""
    found: list[Unit] = []
    problems: list[str] = []
    for name in names:
        try:
            found.append(unit_named(session, name, on=on))
        except Invalid as refusal:
            said = " ".join(refusal.problems["unit"])
            problems.append(f"“{name[:80]}”: {said}")
    if problems:
        raise Invalid(_("Chưa chọn được đơn vị."), {field: problems})
    return found
