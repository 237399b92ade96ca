"""Drafts: every save is undone, two people do not overwrite each other, publishing is checked."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.cases import catalogue
from app.cases.models import Case, CaseTypeVersion
from app.cases.published import newest_definition
from app.cases.services import open_case
from app.database import reading, transaction
from app.designer import edits, publishing, queries, services
from app.designer.checking import judge
from app.designer.services import Edit
from app.errors import Conflict, Invalid, NotFound, Refused
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow import editing
from app.workflow.definition import CaseType
from app.workflow.text import Text
from tests.integration.accounts.conftest import NOW
from tests.integration.cases.people import INCIDENT, a_unit, acting
from tests.integration.designer.conftest import CODE


def add_state(name: str) -> Edit:
    row = {"name": {"vi": name, "en": name}}
    return Edit("state", "", lambda c: editing.added(c, "state", row)[0], Text(f"Thêm {name}"))


def rename_state(code: str, name: str) -> Edit:
    def make(content: queries.Content) -> queries.Content:
        row = editing.row_of(content, "state", code)
        return editing.changed(content, "state", code, {**row, "name": {"vi": name, "en": name}})

    return Edit("state", code, make, Text(f"Sửa {name}"))


def save(author: Actor, edit: Edit, version: int) -> int:
    with transaction() as writer:
        return services.save_edit(writer, author, CODE, edit, version=version, now=NOW).version


def states() -> list[str]:
    reading().rollback()
    return editing.codes(queries.draft_or_404(reading(), CODE).content, "state")


def publish(author: Actor, *, version: int, moves: dict[str, str] | None = None) -> int:
    with transaction() as writer:
        made = publishing.publish_draft(
            writer, author, CODE, version=version, note="vì thế", moves=moves or {}, now=NOW
        )
        return made.number


def test_a_draft_begins_from_the_newest_version_and_is_taken_up_again(
    author: Actor, draft: str
) -> None:
    with transaction() as writer:
        again = services.start_draft(writer, replace(author, name="Khác"), draft, now=NOW)
    assert (again.base_number, again.author_name) == (1, author.name)
    case_type = queries.draft_of(reading(), draft)
    assert isinstance(case_type, CaseType)
    assert queries.draft_of(reading(), "khong_co") is None


def test_every_save_is_undone_one_after_another(author: Actor, draft: str) -> None:
    del draft
    before = states()
    version = save(author, add_state("Một"), 1)
    version = save(author, add_state("Hai"), version)
    assert states() == [*before, "mot", "hai"]
    for expected in ([*before, "mot"], before):
        with transaction() as writer:
            services.undo(writer, author, CODE, version=version, now=NOW)
            version = queries.draft_or_404(writer, CODE).version
        assert states() == expected
    with pytest.raises(Refused, match="Không còn gì"), transaction() as writer:
        services.undo(writer, author, CODE, version=version, now=NOW)


def test_any_earlier_save_can_be_returned_to(author: Actor, draft: str) -> None:
    version = save(author, add_state("Một"), 1)
    save(author, add_state("Hai"), version)
    with transaction() as writer:
        services.restore(writer, author, draft, 2, now=NOW)
    assert "mot" in states()
    assert "hai" not in states()
    with pytest.raises(NotFound), transaction() as writer:
        services.restore(writer, author, draft, 99, now=NOW)


def test_two_people_at_different_parts_keep_both_changes(author: Actor, draft: str) -> None:
    del draft
    first, second = states()[:2]
    save(author, rename_state(first, "Tên một"), 1)
    save(author, rename_state(second, "Tên hai"), 1)
    content = queries.draft_or_404(reading(), CODE).content
    assert [row["name"]["vi"] for row in content["states"][:2]] == ["Tên một", "Tên hai"]


def test_two_people_at_one_part_do_not_overwrite_each_other(author: Actor, draft: str) -> None:
    del draft
    first = states()[0]
    save(author, rename_state(first, "Tên một"), 1)
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        save(author, rename_state(first, "Tên khác"), 1)


def test_a_change_that_cannot_be_made_is_said(author: Actor, draft: str) -> None:
    del draft
    with pytest.raises(Invalid, match="tên tiếng Việt"):
        save(author, add_state(" "), 1)


def test_a_broken_draft_is_not_published(author: Actor, draft: str) -> None:
    del draft
    version = save(author, add_state("Không ai tới"), 1)
    with pytest.raises(Refused, match="còn lỗi") as refusal:
        publish(author, version=version)
    assert any("Không ai tới" in reason for reason in refusal.value.reasons)


def test_publishing_makes_a_version_that_new_cases_follow_at_once(
    author: Actor, draft: str
) -> None:
    first = states()[0]
    version = save(author, rename_state(first, "Vừa phát hiện"), 1)
    assert publish(author, version=version) == 2
    assert queries.draft_row(reading(), draft) is None
    found = newest_definition(reading(), draft)
    assert (found.number, found.state_names[first].vi) == (2, "Vừa phát hiện")
    entries = reading().scalars(select(AuditEntry.action)).all()
    assert "workflow_published" in entries


def test_a_draft_that_changed_since_it_was_seen_is_not_published(author: Actor, draft: str) -> None:
    del draft
    save(author, rename_state(states()[0], "Tên"), 1)
    with pytest.raises(Conflict, match="vừa thay đổi"):
        publish(author, version=1)


def test_a_draft_without_a_change_is_not_published(author: Actor, draft: str) -> None:
    del draft
    with pytest.raises(Refused, match="không khác"):
        publish(author, version=1)


def test_a_draft_behind_a_newer_version_asks_for_a_look(author: Actor, draft: str) -> None:
    version = save(author, rename_state(states()[0], "Tên"), 1)
    content = queries.content_of(queries.newest_version(reading(), draft))
    content["help"] = {"vi": "Khác", "en": "Other"}
    with transaction() as writer:
        case_type = publishing.sound(writer, content)
        catalogue.publish(writer, SYSTEM_ACTOR, case_type, now=NOW)
    with pytest.raises(Conflict, match="phiên bản mới hơn"):
        publish(author, version=version)
    with transaction() as writer:
        services.take_base(writer, author, draft, now=NOW)
    assert publish(author, version=version) == 3


def test_a_state_with_open_cases_is_not_removed_without_a_place_for_them(
    author: Actor, draft: str
) -> None:
    with transaction() as writer:
        officer = acting(a_unit(writer, "DBPX"), "border_station")
        open_case(writer, officer, CODE, answers=INCIDENT, pack=None, now=NOW)
    state = reading().scalars(select(Case.state)).one()
    content = queries.draft_or_404(reading(), draft).content
    other = editing.codes(content, "state")[1]
    kept = editing.row_of(content, "state", other)
    replaced = Edit(
        "state",
        state,
        lambda c: editing.changed(
            editing.changed(
                c, "state", state, {**editing.row_of(c, "state", state), "code": "moi"}
            ),
            "state",
            other,
            kept,
        ),
        Text("Thay"),
    )
    version = save(author, replaced, 1)
    with pytest.raises(Refused, match="còn hồ sơ đang mở"):
        publish(author, version=version)
    number = publish(author, version=version, moves={state: "moi"})
    made = queries.version_numbered(reading(), draft, number)
    assert made.moves == {state: "moi"}


def test_a_publication_is_undone_by_publishing_the_former_content(
    author: Actor, draft: str
) -> None:
    version = save(author, rename_state(states()[0], "Tên"), 1)
    publish(author, version=version)
    with transaction() as writer:
        publishing.publish_again(writer, author, draft, 1, note="nhầm", moves={}, now=NOW)
    newest = queries.newest_version(reading(), draft)
    assert newest is not None
    assert newest.number == 3
    assert newest.checksum == queries.version_numbered(reading(), draft, 1).checksum
    assert newest.note == "Trở lại nội dung phiên bản 1. nhầm"


def test_what_an_office_published_is_not_replaced_by_what_ships(author: Actor, draft: str) -> None:
    version = save(author, rename_state(states()[0], "Tên"), 1)
    publish(author, version=version)
    with transaction() as writer:
        catalogue.publish_shipped(writer, SYSTEM_ACTOR, now=NOW)
    assert newest_definition(reading(), draft).number == 2


def test_a_new_type_needs_only_its_roles_to_be_published(author: Actor) -> None:
    with transaction() as writer:
        made = services.start_type(
            writer,
            author,
            name_vi="Đoàn ra",
            name_en="Delegation",
            copy_of="",
            taken=set(),
            now=NOW,
        )
        code, content = made.code, made.content
    assert code == "doan_ra"
    judged = judge(reading(), content)
    assert {one.place.control for one in judged.errors} == {"open.roles", "roles"}


@pytest.mark.parametrize("copied", ["border_incident", "citizen_protection"])
def test_a_type_copied_from_another_passes_the_checks(author: Actor, copied: str) -> None:
    with transaction() as writer:
        draft = services.start_type(
            writer, author, name_vi="Bản chép", name_en="Copy", copy_of=copied, taken=set(), now=NOW
        )
        content = draft.content
    assert judge(reading(), content).errors == []


def test_giving_a_draft_up_leaves_what_is_published(author: Actor, draft: str) -> None:
    save(author, add_state("Một"), 1)
    with transaction() as writer:
        services.discard(writer, author, draft, now=NOW)
    assert queries.draft_row(reading(), draft) is None
    assert newest_definition(reading(), draft).number == 1


def test_a_version_never_changes(session: Session, author: Actor) -> None:
    del author
    version = session.scalars(select(CaseTypeVersion).limit(1)).one()
    version.note = "khác"
    with pytest.raises(RuntimeError, match="immutable"):
        session.flush()
    session.rollback()


def test_a_new_step_is_done_by_who_does_the_others_there() -> None:
    content = {"open": {"roles": ["a"]}, "transitions": [{"from": ["x"], "roles": ["b"]}]}
    assert edits._filled(content, "transition", {"from": ["x"]})["roles"] == ["b"]
    assert edits._filled(content, "transition", {"from": ["y"]})["roles"] == ["a"]
