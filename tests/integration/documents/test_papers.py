"""Papers: written under the drafter's rights, numbered once, never changed, opened by the right."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.models import CaseEvent
from app.cases.recording import first_bad_event
from app.database import reading, transaction
from app.documents import (
    drafting,
    issuing,
    numbering,
    pages,
    queries,
    services,
    shelf,
    templates,
)
from app.documents.building import shipped_template
from app.documents.facts import BLANK, HIDDEN_NAME
from app.documents.kinds import kind_of, kinds
from app.documents.models import (
    Made,
    Paper,
    PaperCounter,
    PaperNumber,
    PaperState,
    PaperSymbol,
    PaperTemplate,
)
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.permissions import Actor, Area, Permission
from app.registers.person_models import Consent
from tests.integration.cases.people import a_unit, acting, station
from tests.integration.cases.test_concurrency import at_once
from tests.integration.documents.desk import (
    NOW,
    WORDING,
    a_case,
    a_draft,
    a_person,
    consenting,
    newest,
    text_of,
    words_in,
)


@pytest.fixture
def officer(app: Flask) -> Actor:
    del app
    with transaction() as session:
        return station(session)


def issue(actor: Actor, paper: Paper, *, now: datetime = NOW) -> PaperNumber:
    with transaction() as session:
        return issuing.issue_paper(session, actor, paper.id, now=now)


def events(session: Session, case_id: int) -> list[CaseEvent]:
    session.rollback()
    asked = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    return list(session.scalars(asked))


# --- drafting -------------------------------------------------------------------------------


def test_a_draft_has_the_facts_no_number_and_its_hash_on_the_timeline(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    paper = a_draft(session, officer, case)

    said = text_of(session, paper)
    assert "Nơi xảy ra: cách mốc phụ 160/4 khoảng 300 m." in said
    assert f"Hồ sơ {case.reference}." in said
    assert "Số: [số]/TTr-DBP-LP" in said
    assert "Tây Ninh, [ngày ban hành]" in said
    assert paper.state == PaperState.DRAFT
    assert queries.number_of(session, paper.id) is None
    told = events(session, case.id)[-1]
    assert told.kind == "paper_drafted"
    assert told.data["sha256"] == newest(session, paper).sha256
    assert "sửa mốc" not in f"{told.text}{told.data}", "the timeline has more readers"
    assert first_bad_event(session, case.id) is None


def test_what_the_drafter_may_not_read_never_enters_the_paper(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer, description="Trần Văn Kín báo tin")
    closed = replace(officer, permissions=officer.permissions - {Permission.PERSONAL_DATA_VIEW})
    wording = replace(WORDING, body="Tin: {description}.")
    blind = a_draft(session, closed, case, wording=wording)
    open_one = a_draft(session, officer, case, wording=wording)

    assert "Trần Văn Kín" in text_of(session, open_one)
    assert "Trần Văn Kín" not in text_of(session, blind)
    assert BLANK in text_of(session, blind)
    assert blind.left_blank
    assert not queries.is_open_to(session, closed, open_one)
    with pytest.raises(Forbidden):
        queries.readable_paper(session, closed, open_one.id)
    assert queries.is_open_to(session, closed, blind)


def test_a_minor_is_named_only_to_those_who_need_to_know(session: Session, officer: Actor) -> None:
    case = a_case(officer)
    a_person(officer, case, "Lê Thị Bé", is_minor=True, birth_year=2014)
    with transaction() as writer:
        other_unit = a_unit(writer, "CLS-XA")
    stranger = acting(other_unit, "consular_officer", user_id=77, area=Area(is_everything=True))
    own_template(officer, "{%p for n in nguoi %}", "{{ n.ten }}", "{%p endfor %}")
    own_template(stranger, "{%p for n in nguoi %}", "{{ n.ten }}", "{%p endfor %}")

    named = a_draft(session, officer, case)
    hidden = a_draft(session, stranger, case)

    assert "Lê Thị Bé" in text_of(session, named)
    assert "Lê Thị Bé" not in text_of(session, hidden)
    assert HIDDEN_NAME in text_of(session, hidden)
    assert not queries.is_open_to(session, stranger, named)
    assert queries.is_open_to(session, officer, named)


def own_template(actor: Actor, *paragraphs: str, kind: str = "to_trinh") -> None:
    document = docx.Document(BytesIO(shipped_template(kind)))
    for text in paragraphs:
        document.add_paragraph(text)
    written = BytesIO()
    document.save(written)
    with transaction() as session:
        templates.add_version(
            session,
            actor,
            kind,
            file_name="mau.docx",
            content=written.getvalue(),
            valid_from=date(2026, 1, 1),
            now=NOW,
        )


@pytest.mark.parametrize("decision", [None, Consent.REFUSED, Consent.GIVEN])
def test_a_letter_to_the_family_needs_the_consent_of_the_person(
    session: Session, officer: Actor, decision: Consent | None
) -> None:
    case = a_case(officer)
    person = a_person(officer, case, "Nguyễn Văn Xa")
    if decision is not None:
        consenting(officer, person, decision)
    session.rollback()

    paper = a_draft(session, officer, case, "thu_gia_dinh")

    if decision is Consent.GIVEN:
        assert paper.state == PaperState.DRAFT
    else:
        assert paper.state == PaperState.FAILED
        assert "gia đình" in paper.problem
        with pytest.raises(Refused), transaction() as writer:
            services.draft_paper(writer, officer, case, "thu_gia_dinh", wording=WORDING, now=NOW)


def test_consent_withdrawn_after_the_draft_stops_the_number(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    person = a_person(officer, case, "Nguyễn Văn Xa")
    consenting(officer, person)
    paper = a_draft(session, officer, case, "thu_gia_dinh")
    consenting(officer, person, Consent.REFUSED)

    with pytest.raises(Refused, match="gia đình"):
        issue(officer, paper)
    session.rollback()
    assert session.scalars(select(PaperCounter)).all() == []


def test_one_act_writes_many_letters_and_one_bad_case_stops_no_other(
    session: Session, officer: Actor
) -> None:
    good = [a_case(officer) for _ in range(27)]
    named = a_person(officer, good[0], "Nguyễn Văn Xa")
    consenting(officer, named)
    with transaction() as writer:
        batch = services.draft_letters(writer, officer, good, "thu_gia_dinh", now=NOW)
    made = drafting.draft_batch(session, officer, batch, now=NOW)
    again = drafting.draft_batch(session, officer, batch, now=NOW)

    session.rollback()
    papers = queries.papers_of_batch(session, officer, batch)
    assert (made, again) == (1, 0)
    assert Counter(paper.state for paper in papers) == {"draft": 1, "failed": 26}
    assert papers[0].state == PaperState.DRAFT
    with pytest.raises(NotFound):
        queries.papers_of_batch(session, station_elsewhere(), batch)


def test_a_symbol_that_is_not_declared_fails_the_letters_with_a_sentence(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    with transaction() as writer:
        writer.execute(delete(PaperSymbol))
    paper = a_draft(session, officer, case)
    assert (paper.state, paper.problem) == (
        PaperState.FAILED,
        "Chưa khai báo ký hiệu của loại văn bản này cho đơn vị.",
    )


def station_elsewhere() -> Actor:
    with transaction() as session:
        return station(session, user_id=9, code="DBP-XA")


def test_letters_are_not_written_for_cases_out_of_scope(officer: Actor) -> None:
    case = a_case(officer)
    stranger = station_elsewhere()
    with pytest.raises(NotFound), transaction() as session:
        services.draft_letters(session, stranger, [case], "cong_van", now=NOW)


# --- numbers --------------------------------------------------------------------------------


def test_issuing_gives_the_next_number_and_freezes_the_paper(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    first, second = (a_draft(session, officer, case) for _ in range(2))
    lines = [issue(officer, first), issue(officer, second)]

    assert [line.symbol for line in lines] == ["01/TTr-DBP-LP", "02/TTr-DBP-LP"]
    session.rollback()
    said = text_of(session, first)
    assert "Số: 01/TTr-DBP-LP" in said
    assert "Tây Ninh, ngày 22 tháng 11 năm 2026" in said
    assert "[" not in said
    told = events(session, case.id)[-2]
    assert (told.kind, told.data["sha256"]) == ("paper_issued", newest(session, first).sha256)
    for act in (
        lambda: issue(officer, first),
        lambda: upload(officer, first, shelf.kept(newest(session, first).sha256)),
    ):
        with pytest.raises(Conflict):
            act()
    version = queries.newest_word_file(session, first.id)
    with pytest.raises(RuntimeError, match="not changed"), transaction() as writer:
        writer.merge(version).sha256 = "0" * 64


def upload(actor: Actor, paper: Paper, content: bytes, name: str = "sua.docx") -> list[str]:
    with transaction() as session:
        return services.add_paper_version(
            session, actor, paper.id, file_name=name, content=content, now=NOW
        )


def test_what_was_edited_in_word_is_issued_with_number_and_day(
    session: Session, officer: Actor
) -> None:
    paper = a_draft(session, officer, a_case(officer))
    document = docx.Document(BytesIO(shelf.kept(newest(session, paper).sha256)))
    document.add_paragraph("Câu thêm trong Word.")
    written = BytesIO()
    document.save(written)
    assert upload(officer, paper, written.getvalue()) == []
    issue(officer, paper)

    session.rollback()
    assert "Câu thêm trong Word." in text_of(session, paper)
    assert [one.made for one in queries.versions_of(session, paper.id)] == [
        *(Made.ISSUED, Made.UPLOADED, Made.DRAFTED)
    ]


def test_a_draft_whose_number_was_written_by_hand_is_not_issued_and_leaves_no_gap(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    bad, good = a_draft(session, officer, case), a_draft(session, officer, case)
    document = docx.Document()
    document.add_paragraph("Số: 99/TTr-DBP-LP")
    written = BytesIO()
    document.save(written)
    upload(officer, bad, written.getvalue())
    with pytest.raises(Refused, match="chỗ ghi số"):
        issue(officer, bad)
    assert issue(officer, good).number == 1


def test_a_draft_with_tracked_changes_is_taken_with_a_warning_and_gets_no_number(
    session: Session, officer: Actor
) -> None:
    paper = a_draft(session, officer, a_case(officer), "bien_ban")
    document = docx.Document(BytesIO(shelf.kept(newest(session, paper).sha256)))
    added = document.add_paragraph("Câu người soạn đã bỏ.").runs[0]._r
    added.getparent().replace(added, deleted := OxmlElement("w:del"))
    deleted.append(added)
    written = BytesIO()
    document.save(written)

    (remark,) = upload(officer, paper, written.getvalue())
    assert "“Câu người soạn đã bỏ.”" in remark
    with pytest.raises(Refused, match="Chưa cấp số được") as refusal:
        issue(officer, paper)
    assert list(refusal.value.reasons) == [remark]


@pytest.mark.parametrize("kind", [code for code, one in kinds().items() if one.is_minutes])
def test_minutes_are_numbered_with_places_left_for_the_pen_and_a_letter_is_not(
    session: Session, officer: Actor, kind: str
) -> None:
    case = a_case(officer)
    open_one = replace(WORDING, body="Bên nhận: ….", giver="Nguyễn Văn Giao")
    letter = a_draft(session, officer, case, wording=open_one)
    with pytest.raises(Refused, match="Chưa cấp số được"):
        issue(officer, letter)
    assert issue(officer, a_draft(session, officer, case, kind, wording=open_one)).number == 1


def test_a_withdrawn_number_stays_in_the_book_and_is_not_given_again(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    first, second = (a_draft(session, officer, case) for _ in range(2))
    issue(officer, first)
    with pytest.raises(Invalid), transaction() as writer:
        issuing.withdraw_paper(writer, officer, first.id, reason=" ", now=NOW)
    with transaction() as writer:
        issuing.withdraw_paper(writer, officer, first.id, reason="Sai thẩm quyền", now=NOW)
    assert issue(officer, second).number == 2

    session.rollback()
    lines = pages.book_lines(session, officer, queries.book_of(session, officer.unit_id, year=2026))
    assert [line.symbol for line in lines] == ["02/TTr-DBP-LP", "01/TTr-DBP-LP"]
    assert "Sai thẩm quyền" in lines[1].withdrawn
    line = queries.number_of(session, first.id)
    assert line is not None
    with pytest.raises(RuntimeError), transaction() as writer:
        writer.merge(line).number = 5
    with pytest.raises(Conflict), transaction() as writer:
        issuing.withdraw_paper(writer, officer, first.id, reason="Lần nữa", now=NOW)


def test_the_year_begins_at_01_by_the_clock_of_the_unit(session: Session, officer: Actor) -> None:
    with transaction() as writer:
        writer.get_one(Unit, officer.unit_id).time_zone = "America/Havana"
    case = a_case(officer)
    papers = [a_draft(session, officer, case) for _ in range(3)]
    last_hour = datetime(2027, 1, 1, 4, 30, tzinfo=UTC)  # 23:30 on 31 December in Havana

    given = [
        issue(officer, paper, now=last_hour + timedelta(hours=hours))
        for paper, hours in zip(papers, (0, 1, 2), strict=True)
    ]
    assert [(line.year, line.number) for line in given] == [(2026, 1), (2027, 1), (2027, 2)]
    assert str(given[1].issued_on) == "2027-01-01"


def test_each_register_counts_by_itself_and_kinds_of_one_register_together(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    given = [
        issue(officer, a_draft(session, officer, case, kind)).symbol
        for kind in ("cong_van", "bien_ban", "ban_giao", "cong_van", "cong_ham")
    ]
    assert given == [
        "01/DBP-LP",
        "01/BB-DBP-LP",
        "02/BB-DBP-LP",
        "02/DBP-LP",
        "01/CH-DBP-LP",
    ]


def test_symbols_are_dated_and_what_was_written_before_stays(officer: Actor) -> None:
    with transaction() as writer:
        unit = writer.get_one(Unit, officer.unit_id)
        for pattern, day in (("{so}/{loai}-SNgV", 1), ("{so}/{loai}-XPVPHC", 25)):
            numbering.add_symbol(
                writer,
                officer,
                kind="to_trinh",
                pattern=pattern,
                valid_from=date(2026, 11, day),
                source="QĐ",
                now=NOW,
            )
        kind = kind_of("to_trinh")
        said = [
            numbering.next_number(writer, unit, kind, on=date(2026, 11, day)).symbol
            for day in (22, 26)
        ]
    assert said == ["01/TTr-SNgV", "02/TTr-XPVPHC"]


@pytest.mark.parametrize("pattern", ["SNgV", "{so}", "{so}/{x}", "{so}/<b>", "1/{so}"])
def test_a_symbol_without_its_number_is_refused(officer: Actor, pattern: str) -> None:
    with pytest.raises(Invalid), transaction() as session:
        numbering.add_symbol(
            session,
            officer,
            kind="*",
            pattern=pattern,
            valid_from=NOW.date(),
            source="x",
            now=NOW,
        )


def _refuse_some(turn: int) -> None:
    if turn % 3 == 0:
        raise Refused("x")


def test_numbers_have_no_gap_and_no_double_when_several_issue_and_some_fail(
    app: Flask, session: Session, officer: Actor
) -> None:
    people, each = 4, 5
    cases = [a_case(officer) for _ in range(people)]
    papers = [[a_draft(session, officer, case).id for _ in range(each)] for case in cases]
    session.close()

    def issue_some(number: int) -> list[int]:
        given = []
        for turn, paper_id in enumerate(papers[number]):
            with suppress(Refused), transaction() as writer:
                line = issuing.issue_paper(writer, officer, paper_id, now=NOW)
                _refuse_some(turn + number)
                given.append(line.number)
        return given

    given = sorted(number for part in at_once(app, issue_some, people) for number in part)
    kept = reading().scalars(select(PaperNumber.number).order_by(PaperNumber.number)).all()
    assert given == list(range(1, len(given) + 1)) == list(kept)
    assert 0 < len(given) < people * each


# --- templates ------------------------------------------------------------------------------


def test_an_office_version_holds_from_its_day_and_the_shipped_one_can_come_back(
    session: Session, officer: Actor
) -> None:
    kind = kind_of("to_trinh")
    own_template(officer, "Câu của đơn vị.")
    session.rollback()
    before = templates.template_on(session, officer.unit_id, kind, date(2025, 12, 31))
    held = templates.template_on(session, officer.unit_id, kind, date(2026, 11, 22))
    assert before.row is None
    assert held.row is not None
    assert "Câu của đơn vị." in words_in(held.content)
    assert "Câu của đơn vị." in words_in(templates.preview(session, held.content))

    with transaction() as writer:
        templates.add_version(
            writer,
            officer,
            "to_trinh",
            file_name="",
            content=None,
            valid_from=date(2026, 6, 1),
            now=NOW,
        )
    session.rollback()
    again = templates.template_on(session, officer.unit_id, kind, date(2026, 11, 22))
    assert again.row is None
    assert len(session.scalars(select(PaperTemplate)).all()) == 2
    elsewhere = station_elsewhere()
    assert templates.template_on(session, elsewhere.unit_id, kind, NOW.date()).row is None


def test_a_hostile_template_is_not_kept(session: Session, officer: Actor) -> None:
    with pytest.raises(Invalid, match="chỉ được ghi tên trường"):
        own_template(officer, "{{ ''.__class__ }}")
    with pytest.raises(Invalid, match=r"gần nhất là “truong\.place_text”"):
        own_template(officer, "{{ truong.place_txt }}")
    session.rollback()
    assert session.scalars(select(PaperTemplate)).all() == []


def test_a_template_of_another_case_type_leaves_its_fields_empty(
    session: Session, officer: Actor
) -> None:
    own_template(officer, "Nước: “{{ truong.host_authority }}”.")
    paper = a_draft(session, officer, a_case(officer))
    assert "Nước: “”." in text_of(session, paper)
