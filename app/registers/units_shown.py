"""The provinces of today by code, for the pages of entries."""

from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.queries import units_in_force
from app.jobs import utc_now


def provinces_by_code(session: Session) -> dict[str, str]:
    found = units_in_force(session, utc_now().date(), kinds=[UnitKind.PROVINCE])
    return {unit.code: unit.name for unit in found}
