"""Who acts in the demonstration: real accounts, asked for by unit and role."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, User, UserRole
from app.accounts.session import build_actor
from app.permissions import Actor


class Staff:
    """The actors of the offices, each built once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: dict[tuple[str, str, int], Actor] = {}

    def actor(self, unit_code: str, role: str, number: int = 1) -> Actor:
        """The `number`th person who holds `role` at the unit; LookupError where there is none."""
        key = (unit_code, role, number)
        if key not in self._held:
            self._held[key] = self._build(*key)
        return self._held[key]

    def named(self, said: str) -> Actor:
        """The person that a script means: "NV80 foreign_affairs_officer 2"."""
        unit_code, role, *number = said.split()
        return self.actor(unit_code, role, int(number[0]) if number else 1)

    def _build(self, unit_code: str, role: str, number: int) -> Actor:
        found = self._session.execute(
            select(User, UserRole.unit_id)
            .join(UserRole, UserRole.user_id == User.id)
            .join(Role, Role.id == UserRole.role_id)
            .join(Unit, Unit.id == UserRole.unit_id)
            .where(Unit.code == unit_code, Role.code == role)
            .order_by(User.id)
            .offset(number - 1)
            .limit(1)
        ).first()
        actor = build_actor(self._session, found[0], unit_id=found[1]) if found else None
        if actor is None:
            raise LookupError(f"nobody is {role} at {unit_code}")
        return actor
