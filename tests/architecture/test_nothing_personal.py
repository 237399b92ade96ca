"""A girl abroad, planted on every surface: who does not work on her case reads her nowhere.

Each word is planted in one place alone, so that the answer that shows it says where it leaks. The
numbers of papers are shown to nobody by reading: they leave through a reveal, which is a POST.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.cases.conversation import add_note
from app.cases.correcting import correct_facts
from app.cases.models import Attachment, Case, EventKind
from app.cases.opinions import Question, ask_opinions
from app.cases.services import open_case
from app.database import Base, transaction
from app.documents.models import Paper, PaperState
from app.documents.wording import Wording
from app.hotline.services import Call, attach_call
from app.notices.services import follow_event
from app.permissions import Actor
from app.registers import person_facts
from app.registers.entry_services import record_person
from app.registers.models import Person
from app.storage import store_file
from tests.architecture import test_scope as scope
from tests.architecture.test_scope import Scene
from tests.integration.cases.desk import NOW, consul, sign_in
from tests.integration.cases.people import a_unit

scene = scope.scene
house = scope.house
GIRL = "Lò Thị Kvxqa"
WORDS = {
    "kvxqa": "her name",
    "kvxqb": "the reason of a correction",
    "kvxqc": "a note",
    "kvxqd": "a contact of hers",
    "kvxqe": "the first notice",
    "kvxqf": "who called",
    "kvxqg": "the name of a file",
    "kvxqh": "a relative",
    "kvxqi": "a question to another unit",
    "kvxqj": "the abstract of a paper",
    "kvxqk": "what was said on the telephone",
    "kvxql": "her home",
    "kvxqm": "the source of her paper",
}
NUMBERS = {
    "PZ99881234": "a field of the case",
    "PY77665544": "the register",
    "PX55443322": "a paper of hers",
}
ROLES = ("consular_officer", "clerk", "commune_office", "administrator")
SOUGHT = ("lo thi", "kvx", "PZ9988", "PY7766", "PX5544")


@dataclass(frozen=True)
class Planted:
    """The case of the girl, who wrote it down, and the parameters that name it."""

    author: Actor
    values: dict[str, str | int]


@pytest.fixture
def planted(scene: Scene, session: Session) -> Planted:
    author = consul(session)
    uploads = scene.app.extensions["settings"].uploads_dir
    with transaction() as writer:
        reference = _girls_case(writer, author)
        file = store_file(uploads, "kvxqg.txt", BytesIO(b"x"), limit_mb=1)
        add_note(
            writer, author, reference, kind=EventKind.NOTED, text="Kvxqc", files=[file], now=NOW
        )
        commune = a_unit(writer, "XHOI")
        ask_opinions(writer, author, reference, Question("general", "Kvxqi", [commune.id]), now=NOW)
        call = Call("Kvxqf", "0912345678", "family", "Kvxqk")
        attach_call(writer, author, call, reference, now=NOW)
        case = writer.scalars(select(Case).where(Case.reference == reference)).one()
        values: dict[str, str | int] = {
            "reference": reference,
            "feature_id": reference,
            "person_id": _the_girl(writer, author).id,
            "attachment_id": writer.scalars(
                select(Attachment.id).where(Attachment.case_id == case.id)
            ).first()
            or 0,
            "paper_id": _paper(writer, author, case.id),
        }
        for event in case_events(writer, case.id):
            follow_event(writer, event, now=NOW)
    return Planted(author, {**scene.here.values, **values})


def _girls_case(session: Session, author: Actor) -> str:
    answers = {
        "protection_kind": "detained",
        "danger_level": "high",
        "country": "JP",
        "city": "Osaka",
        "persons_claimed": 1,
        "caller_name": "Kvxqf",
        "caller_phone": "0912 345 678",
        "first_notice": "Kvxqe",
    }
    head = open_case(session, author, "citizen_protection", answers=answers, pack=None, now=NOW)
    later = {
        "persons": [{"label": GIRL, "birth_year": NOW.year - 15}],
        "passport_number": "PZ 9988-1234",
        "home_address": "Kvxql",
        "reason": "Kvxqb",
    }
    return correct_facts(
        session, author, head.reference, answers=later, expected_version=head.version, pack=None,
        now=NOW,
    ).reference  # fmt: skip


def _the_girl(session: Session, author: Actor) -> Person:
    girl = session.scalars(select(Person).where(Person.claimed_name == GIRL)).one()
    girl.id_number, girl.contact_text = "PY77665544", "Kvxqd 0987654321"
    paper = person_facts.Paper("passport", "PX55443322", source="Kvxqm")
    person_facts.note_document(session, author, girl, paper, now=NOW)
    person_facts.note_relative(
        session, author, girl, relation="mother", name="Kvxqh", contact="Kvxqh", now=NOW
    )
    twin = {"birth_year": NOW.year - 30}
    record_person(session, author, "Lò Thị Hai", now=NOW, facts=twin)
    return girl


def _paper(session: Session, author: Actor, case_id: int) -> int:
    paper = Paper(
        case_id=case_id,
        unit_id=author.unit_id,
        kind="to_trinh",
        state=PaperState.DRAFT,
        content=Wording(abstract="Kvxqj", body="Kvxqj").dumped(),
        created_by=author.user_id,
        creator_name=author.name,
        created_at=NOW,
    )
    session.add(paper)
    session.flush()
    return paper.id


def case_events(session: Session, case_id: int) -> list[int]:
    asked = text("SELECT id FROM case_event WHERE case_id = :id ORDER BY id")
    return list(session.scalars(asked, {"id": case_id}))


# --- what is read ---------------------------------------------------------------------------


def answers_to(scene: Scene, client: FlaskClient, planted: Planted) -> Iterator[tuple[str, str]]:
    """Every page that a GET reaches, with what is asked for and without."""
    own = next(iter(scene.own.values()))
    for rule in scope.rules_of(scene.app, "GET"):
        values = {**own, **planted.values}
        path = scope.address_of(rule, values)
        for word in SOUGHT if rule.endpoint == "cases.search" else SOUGHT[:1]:
            words = {**scope.WIDE, "q": word, "tim": word, "loai": "citizen_protection"}
            with client.get(path, query_string=scope.asked_of(rule, words)) as answer:
                assert answer.status_code != HTTPStatus.INTERNAL_SERVER_ERROR, path
                yield f"{path}?q={word}", scope.text_of(answer).lower()


@pytest.mark.parametrize("role", ROLES)
def test_who_does_not_work_on_the_case_reads_the_girl_nowhere(
    scene: Scene, planted: Planted, role: str
) -> None:
    client = scene.app.test_client()
    sign_in(client, role)
    hidden = WORDS | {number.lower(): place for number, place in NUMBERS.items()}
    leaks = [
        f"{path} shows {place}"
        for path, said in answers_to(scene, client, planted)
        for word, place in hidden.items()
        if word in said
    ]
    assert not leaks, "\n".join(leaks)


def test_who_works_on_the_case_reads_her_and_no_number(scene: Scene, planted: Planted) -> None:
    client = scene.app.test_client()
    sign_in(client, "lanhsu")
    said = dict(answers_to(scene, client, planted))
    everything = "\n".join(said.values())

    assert "kvxqa" in everything
    numbers = [one.lower() for one in NUMBERS]
    shown = [f"{path}: {one}" for path, page in said.items() for one in numbers if one in page]
    assert not shown, "\n".join(shown)


def test_no_number_stands_openly_in_any_table(session: Session, planted: Planted) -> None:
    assert planted.values
    for table in Base.metadata.sorted_tables:
        rows = session.execute(text(f'SELECT * FROM "{table.name}"')).all()  # noqa: S608  own names
        kept = "".join(str(row) for row in rows).upper()
        assert not [one for one in (*NUMBERS, "PZ 9988-1234") if one in kept], table.name


def test_neither_jobs_nor_notices_name_her(session: Session, planted: Planted) -> None:
    assert planted.values
    for name in ("outbox", "notice", "audit_entry"):
        kept = str(session.execute(text(f"SELECT * FROM {name}")).all()).lower()  # noqa: S608
        assert not [place for word, place in WORDS.items() if word in kept], name
