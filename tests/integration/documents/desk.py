"""Cases, people and papers that the tests of papers share."""

from datetime import UTC, date, datetime
from io import BytesIO

import docx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import queries as case_queries
from app.cases.models import Case, CaseLink
from app.database import transaction
from app.documents import drafting, queries, services, shelf
from app.documents.models import Paper, PaperVersion
from app.documents.wording import Wording
from app.permissions import Actor
from app.registers.entry_services import record_person
from app.registers.models import Person
from app.registers.person_facts import note_consent
from app.registers.person_models import Consent
from tests.integration.cases.people import an_incident

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORDING = Wording(
    addressee="Ủy ban nhân dân tỉnh",
    abstract="sửa mốc phụ",
    body="Nơi xảy ra: {place_text}.\nHồ sơ {so}.",
    recipients="Như trên",
    signer_title="Giám đốc",
    signer="Nguyễn Văn Ký",
    place="Tây Ninh",
)


def a_case(actor: Actor, **changed: object) -> Case:
    with transaction() as session:
        reference = an_incident(session, actor, **changed).reference
        return case_queries.get(session, actor, reference)


def a_draft(
    session: Session,
    actor: Actor,
    case: Case,
    kind: str = "to_trinh",
    *,
    wording: Wording = WORDING,
    now: datetime = NOW,
) -> Paper:
    """A paper as the worker leaves it."""
    with transaction() as writer:
        batch = services.draft_letters(writer, actor, [case], kind, wording=wording, now=now)
    drafting.draft_batch(session, actor, batch, now=now)
    session.rollback()
    return session.scalars(
        select(Paper).where(Paper.batch == batch).execution_options(populate_existing=True)
    ).one()


def text_of(session: Session, paper: Paper) -> str:
    """What stands in the newest Word file, headers and tables included."""
    version = queries.newest_word_file(session, paper.id)
    return words_in(shelf.kept(version.sha256))


def words_in(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def newest(session: Session, paper: Paper) -> PaperVersion:
    return queries.newest_word_file(session, paper.id)


def a_person(actor: Actor, case: Case, name: str, **facts: object) -> Person:
    with transaction() as session:
        person = record_person(session, actor, name, facts=facts, now=NOW)
        session.flush()
        session.add(CaseLink(case_id=case.id, role="person", person_id=person.id, linked_at=NOW))
    return person


def consenting(actor: Actor, person: Person, decision: Consent = Consent.GIVEN) -> None:
    with transaction() as session:
        found = session.get_one(Person, person.id)
        note_consent(
            session,
            actor,
            found,
            decision=decision,
            decided_on=date(2026, 11, 20),
            how="gặp trực tiếp",
            now=NOW,
        )
