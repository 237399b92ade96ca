"""Protection and punishment are two files: each with its readers, a paper crosses by an act."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.audit import AuditEntry
from app.cases import queries
from app.cases.children.handing import hand_document, linked_files
from app.cases.conversation import add_note
from app.cases.heads import CaseHead, get_head
from app.cases.models import CaseEvent, CaseLink, CaseUnit, EventKind, UnitRole
from app.cases.services import open_case
from app.cases.verification import check_chunk
from app.database import transaction
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor
from app.storage import StoredFile
from tests.integration.cases.desk import NOW, person, send, sign_in, unit
from tests.integration.cases.fishers import ARREST

HANDED = "phan-loai.txt"


def people(session: Session) -> tuple[Actor, Actor]:
    """One who fines, one who protects; both see the incident."""
    fines = person(
        session,
        "thuysan",
        "fisheries_officer",
        unit("TS91", UnitKind.FISHERIES_OFFICE, province_code="91"),
    )
    protects = person(
        session,
        "lanhsu",
        "mission_consul",
        unit("MY", UnitKind.MISSION, province_code=None, country_code="MY"),
    )
    return fines, protects


def files(fines: Actor, protects: Actor) -> tuple[CaseHead, CaseHead, CaseHead]:
    """The incident, the file of protection, the file of punishment, tied together."""
    with transaction() as writer:
        incident = open_case(writer, fines, "fisher_violation", answers=ARREST, pack=None, now=NOW)
        protection = open_case(
            writer,
            protects,
            "citizen_protection",
            answers={"country": "MY"},
            pack=None,
            now=NOW,
            is_side_case=True,
        )
        punishment = open_case(
            writer,
            fines,
            "fishery_sanction",
            answers={"vessel_claimed": "QNa-95005-TS"},
            pack=None,
            now=NOW,
        )
        for one in (protection, punishment):
            writer.add(
                CaseLink(case_id=incident.id, role="side_case", other_case_id=one.id, linked_at=NOW)
            )
        writer.add(
            CaseUnit(case_id=incident.id, unit_id=protects.unit_id, role=UnitRole.PARTICIPANT)
        )
        # Even a unit that was drawn in does not read what its role is not to read.
        writer.add(
            CaseUnit(case_id=punishment.id, unit_id=protects.unit_id, role=UnitRole.PARTICIPANT)
        )
        writer.add(
            CaseUnit(case_id=protection.id, unit_id=fines.unit_id, role=UnitRole.PARTICIPANT)
        )
    return incident, protection, punishment


def a_paper(app: Flask, actor: Actor, head: CaseHead) -> int:
    folder: Path = app.extensions["settings"].uploads_dir
    folder.mkdir(parents=True, exist_ok=True)
    stored = StoredFile(HANDED, "text/plain", 5, "a" * 64)
    with transaction() as writer:
        add_note(
            writer,
            actor,
            head.reference,
            kind=EventKind.NOTED,
            text="Bản án",
            files=[stored],
            now=NOW,
        )
        return queries.attachments_of(writer, head.id)[0].id


def test_each_reads_the_incident_and_only_the_own_file(session: Session) -> None:
    fines, protects = people(session)
    incident, protection, punishment = files(fines, protects)
    assert get_head(session, fines, incident.reference).id == incident.id
    assert get_head(session, protects, incident.reference).id == incident.id
    assert get_head(session, fines, punishment.reference).id == punishment.id
    assert get_head(session, protects, protection.reference).id == protection.id
    for actor, closed in ((fines, protection), (protects, punishment)):
        with pytest.raises(NotFound):
            get_head(session, actor, closed.reference)
        with pytest.raises(NotFound):
            queries.get(session, actor, closed.reference)


def test_the_link_says_that_there_is_a_file_and_nothing_of_it(
    client: FlaskClient, session: Session
) -> None:
    fines, protects = people(session)
    incident, protection, punishment = files(fines, protects)
    for name, closed, own in (
        ("thuysan", protection, punishment),
        ("lanhsu", punishment, protection),
    ):
        browser = client.application.test_client()
        sign_in(browser, name)
        page = browser.get(f"/ho-so/{incident.reference}").text
        assert "Có hồ sơ liên quan, bạn không đọc được" in page
        assert own.reference in page
        assert closed.reference not in page
        assert browser.get(f"/ho-so/{closed.reference}").status_code == 404
        assert closed.reference not in browser.get("/ho-so?muc=tat-ca").text


def test_a_paper_crosses_only_by_an_act_with_a_reason_in_both_histories(
    app: Flask, session: Session
) -> None:
    fines, protects = people(session)
    incident, protection, punishment = files(fines, protects)
    del protection
    paper = a_paper(app, protects, incident)
    with pytest.raises(Invalid), transaction() as writer:
        hand_document(
            writer,
            protects,
            incident.reference,
            paper,
            to_case=punishment.id,
            reason=" ",
            now=NOW,
        )
    assert queries.attachments_of(session, punishment.id) == []
    why = "Sở Thủy sản cần bản án để xác định hành vi"
    with transaction() as writer:
        hand_document(
            writer,
            protects,
            incident.reference,
            paper,
            to_case=punishment.id,
            reason=why,
            now=NOW,
        )
    session.rollback()
    assert [one.file_name for one in queries.attachments_of(session, punishment.id)] == [HANDED]
    for head, kind in (
        (incident, EventKind.DOCUMENT_HANDED),
        (punishment, EventKind.DOCUMENT_RECEIVED),
    ):
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == head.id, CaseEvent.kind == kind)
        ).one()
        assert (event.text, event.actor_id) == (why, protects.user_id)
    audited = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "document.handed")
    ).one()
    assert audited.reason == why
    assert check_chunk(session, after=0).bad == ()
    with pytest.raises(Conflict), transaction() as writer:
        hand_document(
            writer,
            protects,
            incident.reference,
            paper,
            to_case=punishment.id,
            reason=why,
            now=NOW,
        )


def test_a_paper_goes_only_to_a_file_that_is_tied(app: Flask, session: Session) -> None:
    fines, protects = people(session)
    incident, protection, punishment = files(fines, protects)
    paper = a_paper(app, protects, protection)
    assert {one.id for one in linked_files(session, protection)} == {incident.id}
    with pytest.raises(NotFound), transaction() as writer:
        hand_document(
            writer,
            protects,
            protection.reference,
            paper,
            to_case=punishment.id,
            reason="Cần",
            now=NOW,
        )


def test_a_paper_is_handed_over_on_its_page(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    fines, protects = people(session)
    incident, _protection, punishment = files(fines, protects)
    paper = a_paper(app, protects, incident)
    sign_in(client, "lanhsu")
    path = f"/ho-so/{incident.reference}/tep/{paper}/chuyen"
    page = client.get(path).text
    assert "Xử phạt vi phạm thủy sản" in page
    assert punishment.reference not in page
    assert send(client, path, to_case=str(punishment.id), reason="").status_code == 422
    done = send(client, path, to_case=str(punishment.id), reason="Để xử phạt")
    assert done.status_code == 302
    session.rollback()
    assert len(queries.attachments_of(session, punishment.id)) == 1
