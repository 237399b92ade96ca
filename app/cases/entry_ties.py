"""Tells the registers which cases name an entry: for its page, and for who needs to know a name."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.cases.catalogue import definition_by_id
from app.cases.dated_settings import adult_age_on
from app.cases.models import Case, CaseLink
from app.cases.paper_numbers import numbers_under
from app.cases.queries import visible_to, works_on
from app.cases.shielding import incident_day, protect
from app.permissions import Actor
from app.registers.case_book import CaseTie

MOST = 200


class EntryTies:
    """The registers' `CaseBook`, read from the ties of cases."""

    def ties_of(
        self, session: Session, actor: Actor, target: str, ids: Collection[int]
    ) -> Sequence[CaseTie]:
        column = {"person": CaseLink.person_id, "vessel": CaseLink.vessel_id}[target]
        rows = session.execute(
            select(
                *(Case.id, Case.reference, Case.title, Case.type_version_id, Case.state),
                *(Case.is_open, Case.opened_at, column.label("entry_id")),
            )
            .join(CaseLink, CaseLink.case_id == Case.id)
            .where(column.in_(ids), visible_to(actor))
            .order_by(Case.opened_at.desc(), Case.id.desc())
            .limit(MOST)
        ).all()
        found: dict[int, CaseTie] = {}
        for row in rows:
            case_type = definition_by_id(session, row.type_version_id).case_type
            state = next((one for one in case_type.states if one.code == row.state), None)
            found.setdefault(
                row.id,
                CaseTie(
                    case_id=row.id,
                    entry_id=row.entry_id,
                    reference=row.reference,
                    title=row.title,
                    type_code=case_type.code,
                    type_name=case_type.name.in_locale(actor.locale),
                    state_name=state.name.in_locale(actor.locale) if state else row.state,
                    is_open=row.is_open,
                    at=row.opened_at,
                ),
            )
        return list(found.values())

    def persons_known_to(self, actor: Actor) -> Select[int | None]:
        """Of cases that the unit keeps or takes part in, or that the actor carries."""
        return (
            select(CaseLink.person_id)
            .join(Case, Case.id == CaseLink.case_id)
            .where(CaseLink.person_id.is_not(None), works_on(actor))
        )

    def adult_age(self, session: Session, on: date) -> int:
        return adult_age_on(session, on)

    def incident_days(self, session: Session, person_ids: Collection[int]) -> Sequence[date]:
        rows = session.execute(
            select(Case.opened_at, Case.data, Case.type_version_id)
            .join(CaseLink, CaseLink.case_id == Case.id)
            .where(CaseLink.person_id.in_(person_ids))
        )
        return [
            incident_day(definition_by_id(session, row.type_version_id), row.data, row.opened_at)
            for row in rows
        ]

    def cases_naming(self, session: Session, person_ids: Collection[int]) -> Sequence[int]:
        asked = select(CaseLink.case_id).where(CaseLink.person_id.in_(person_ids)).distinct()
        return session.scalars(asked).all()

    def numbers_under(
        self, session: Session, indexes: Collection[str]
    ) -> Sequence[tuple[int, int]]:
        return numbers_under(session, indexes)

    def protect_cases_of(self, session: Session, person_ids: Collection[int]) -> None:
        rows = session.execute(
            select(Case.id, Case.type_version_id)
            .join(CaseLink, CaseLink.case_id == Case.id)
            .where(CaseLink.person_id.in_(person_ids), Case.is_protected.is_(False))
        )
        ids = [
            row.id
            for row in rows
            if definition_by_id(session, row.type_version_id).case_type.protect is not None
        ]
        if ids:
            protect(session, ids)
