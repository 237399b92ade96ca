"""The one unit that a person means by a code or a name, or what is wrong with it."""

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
        unit for unit in found if text.casefold() in {unit.code.casefold(), unit.name.casefold()}
    ]
    chosen = exact or list(found)
    if not chosen:
        raise Invalid(_("Chưa chọn được đơn vị."), {"unit": [_("Không có đơn vị nào như vậy.")]})
    if len(chosen) > 1:
        names = "; ".join(f"{unit.code} {unit.name}" for unit in chosen)
        problem = _("Có nhiều đơn vị như vậy, hãy nhập mã: %(names)s.", names=names)
        raise Invalid(_("Chưa chọn được đơn vị."), {"unit": [problem]})
    return chosen[0]
