"""A vessel with forty-two men held abroad, as the tests of outcomes need it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.cases.children.models import CaseChild
from app.cases.children.pasting import Pasted
from app.cases.children.queries import children_of
from app.cases.children.services import Mark, add_children, mark_children
from app.cases.heads import CaseHead, get_head
from app.cases.services import open_case, perform_transition
from app.permissions import Actor, Area
from app.workflow.tracks import Track
from tests.integration.cases.people import NOW, a_unit, acting

ARRESTED = date(2022, 6, 11)
ARREST = {
    "report_kind": "arrested",
    "vessel_claimed": "QNa-95005-TS",
    "noticed_at": "2022-06-12T08:00+07:00",
    "country": "MY",
    "vessels_claimed": 1,
    "persons_claimed": 42,
}


def fisheries(session: Session, *, user_id: int = 21, province: str = "48") -> Actor:
    unit = a_unit(session, f"TS{province}", kind=UnitKind.FISHERIES_OFFICE, province_code=province)
    area = Area(unit_ids=frozenset({unit.id}), province_codes=frozenset({province}))
    return acting(unit, "fisheries_officer", user_id=user_id, area=area)


def consul(session: Session, *, user_id: int = 22) -> Actor:
    unit = a_unit(session, "SQMY", kind=UnitKind.MISSION, province_code=None, country_code="MY")
    area = Area(unit_ids=frozenset({unit.id}), country_codes=frozenset({"MY"}))
    return acting(unit, "mission_consul", user_id=user_id, area=area)


def an_arrest(session: Session, actor: Actor, **changed: object) -> CaseHead:
    answers = {**ARREST, **changed}
    return open_case(session, actor, "fisher_violation", answers=answers, pack=None, now=NOW)


def men(number: int = 42) -> list[Pasted]:
    return [Pasted(f"Nguyễn Văn Minh Họa {index}") for index in range(1, number + 1)]


def a_crew(session: Session, actor: Actor, reference: str, number: int = 42) -> Sequence[CaseChild]:
    add_children(
        session,
        actor,
        reference,
        Track.PERSONS,
        men(number),
        since=ARRESTED,
        source="Điện của cơ quan đại diện",
        now=NOW,
    )
    return children_of(session, get_head(session, actor, reference).id, Track.PERSONS)


def mark(
    session: Session, actor: Actor, reference: str, crew: Sequence[CaseChild], said: Mark
) -> int:
    return mark_children(
        session,
        actor,
        reference,
        Track(crew[0].track),
        chosen=[child.id for child in crew],
        mark=said,
        now=NOW,
    )


def step(session: Session, actor: Actor, reference: str, code: str, **answers: object) -> CaseHead:
    head = get_head(session, actor, reference)
    return perform_transition(
        session,
        actor,
        reference,
        code,
        answers=answers,
        expected_version=head.version,
        pack=None,
        now=NOW,
    )
