"""What a person decided about family, employer and press stops a step and a paper in a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import definition_by_id
from app.cases.consents import addressees_of, consent_lines, refusal, require_consent
from app.cases.heads import CaseHead, get_head
from app.cases.models import Case
from app.cases.services import open_case, perform_transition
from app.database import transaction
from app.errors import Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_facts import note_consent
from app.registers.person_models import Addressee, Consent, ContactConsent
from tests.integration.cases.people import NOW, acting, ministry
from tests.integration.cases.people import a_unit as unit_of

OPENED = {
    "protection_kind": "detained",
    "danger_level": "normal",
    "country": "JP",
    "persons_claimed": 1,
    "persons": [{"label": "Trần Văn Bền", "birth_year": 1990}],
}
TO_ASSISTING = (
    ("triage", {"has_minors": False}),
    ("take_directly", {"responsible_officer": "Đặng Quang Huy"}),
    ("confirm_identity", {"nationality_ground": "passport", "persons_verified": 1}),
)
VISIT = {"visited_on": "2026-11-18", "visit_report": "Sức khỏe ổn định."}
LETTER = {"department_letter_number": "12/LS-BHCD", "family_informed_on": "2026-11-20"}


def _consul(session: Session) -> Actor:
    return acting(unit_of(session, "MJP", country_code="JP"), "mission_consul", user_id=5)


def _step(session: Session, actor: Actor, head: CaseHead, code: str, answers: object) -> CaseHead:
    return perform_transition(
        session, actor, head.reference, code,
        answers=answers,  # type: ignore[arg-type]  # plain values
        expected_version=head.version, pack=None, now=NOW,
    )  # fmt: skip


def _visited(session: Session, **consents: object) -> CaseHead:
    consul = _consul(session)
    head = open_case(session, consul, "citizen_protection", answers=OPENED, pack=None, now=NOW)
    for code, answers in TO_ASSISTING:
        answered = {**answers, **(TRIAGED if code == "triage" else {})}
        head = _step(session, consul, head, code, answered)
    return _step(session, consul, head, "record_first_visit", {**VISIT, **consents})


TRIAGED = {
    "protection_kind": "detained",
    "danger_level": "normal",
    "country": "JP",
    "persons_claimed": 1,
}


def _inform(session: Session, head: CaseHead, **changed: object) -> CaseHead:
    return _step(session, ministry(session), head, "inform_family", {**LETTER, **changed})


def test_what_the_visit_asked_is_kept_with_who_when_and_how(session: Session) -> None:
    with transaction() as writer:
        head = _visited(writer, family_consent="granted", press_consent=False)

    kept = {one.about: one for one in session.scalars(select(ContactConsent))}
    assert kept["family"].decision == Consent.GIVEN
    assert kept["press"].decision == Consent.REFUSED
    assert kept["family"].decided_on.isoformat() == VISIT["visited_on"]
    assert kept["family"].recorder_name == "Người thứ 5"
    assert kept["family"].case_id == head.id
    assert "employer" not in kept


def test_a_family_that_may_be_told_is_told(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _inform(writer, _visited(writer, family_consent="granted"), family_consent="granted")
        assert head.data["family_informed_on"] == LETTER["family_informed_on"]


def test_consent_withdrawn_on_the_persons_page_stops_the_step(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _visited(writer, family_consent="granted")
        person = writer.scalars(select(Person)).one()
        note_consent(
            writer, ministry(writer), person, decision=Consent.WITHDRAWN,
            decided_on=NOW.date(), how="Gọi điện cho lãnh sự.", now=NOW,
        )  # fmt: skip
        with pytest.raises(Refused) as refused:
            _inform(writer, head, family_consent="granted")

    said = " ".join([str(refused.value), *refused.value.reasons])
    assert "20/11/2026" in said
    assert "gia đình" in said
    assert "Bền" not in said


def test_silence_is_no_consent(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _visited(writer, family_consent="not_asked")
        with pytest.raises(Refused, match="Chưa ghi đương sự có đồng ý"):
            require_consent(writer, head, definition_by_id(writer, head.type_version_id), "family")


def test_one_of_several_who_refuses_stops_the_letter(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _visited(writer, family_consent="granted")
        other = Person(claimed_name="Lê Văn Hai", name_fold="le van hai", sort_name="hai",
                       created_at=NOW, updated_at=NOW)  # fmt: skip
        writer.add(other)
        writer.flush()
        case = writer.get_one(Case, head.id)
        named = {"id": other.id, "label": other.claimed_name}
        case.data = {**case.data, "persons": [*case.data["persons"], named]}
        writer.flush()
        definition = definition_by_id(writer, head.type_version_id)
        assert "Chưa ghi" in refusal(writer, head, definition, "family", facts=case.data)
        note_consent(
            writer, ministry(writer), other, decision=Consent.REFUSED,
            decided_on=NOW.date() - timedelta(days=1), how="Trực tiếp.", now=NOW,
        )  # fmt: skip
        said = refusal(writer, head, definition, "family", facts=case.data)

    assert f"số {other.id}" in said


def test_the_dead_are_not_asked(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _visited(writer, family_consent="not_applicable")
        definition = definition_by_id(writer, head.type_version_id)
        assert refusal(writer, head, definition, "family", facts=head.data) == ""


def test_each_addressee_has_its_own_answer(session: Session) -> None:
    del session
    with transaction() as writer:
        head = _visited(writer, family_consent="granted", employer_consent=False)
        definition = definition_by_id(writer, head.type_version_id)
        lines = {
            one.addressee: one for one in consent_lines(writer, head, definition, "vi", now=NOW)
        }

    assert lines["family"].is_allowed
    assert not lines["employer"].is_allowed
    assert not lines["press"].is_allowed
    assert "chủ sử dụng lao động" in lines["employer"].said


def test_a_paper_carries_its_addressee_and_so_does_its_step(session: Session) -> None:
    with transaction() as writer:
        head = _visited(writer, family_consent="granted")
    definition = definition_by_id(session, head.type_version_id)

    assert addressees_of(definition, "inform_family") == ["family"]
    assert addressees_of(definition, "triage", ["reply_letter"]) == ["family"]
    assert addressees_of(definition, "triage") == []


def test_refusing_the_consul_is_a_recorded_fact(session: Session) -> None:
    with transaction() as writer:
        head = _visited(writer, family_consent="granted")
        person = writer.scalars(select(Person)).one()
        note_consent(
            writer, ministry(writer), person, decision=Consent.REFUSED, about=Addressee.CONSUL,
            decided_on=NOW.date(), how="Viết tay, có phiên dịch.", now=NOW,
        )  # fmt: skip
    again = get_head(session, ministry(session), head.reference)
    lines = consent_lines(
        session, again, definition_by_id(session, again.type_version_id), "vi", now=NOW
    )

    consul = next(one for one in lines if one.addressee == "consul")
    assert not consul.is_allowed
    assert "20/11/2026" in consul.said
