"""The milestones of a case follow from what was recorded, on the page and in the export."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.cases import exports, queries
from app.cases.conversation import add_note, record_event
from app.cases.heads import definition_of_head
from app.cases.milestones import milestone_lines
from app.cases.models import EventKind
from app.cases.queries import Filters, Tab
from app.cases.services import open_case
from app.database import reading, transaction
from app.permissions import Area
from tests.integration.cases.people import a_unit, acting

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
ANSWERS = {
    "protection_kind": "detained",
    "country": "RU",
    "danger_level": "normal",
    "first_notice": "Gia đình báo tin",
    "persons": [{"label": "Người được bảo hộ"}],
}


def test_the_last_visit_is_the_newest_one_recorded(session: Session) -> None:
    del session
    with transaction() as writer:
        unit = a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
        actor = acting(unit, "consular_officer", area=Area(is_everything=True))
        head = open_case(writer, actor, "citizen_protection", answers=ANSWERS, pack=None, now=NOW)
        for days in (1, 3):
            add_note(
                writer,
                actor,
                head.reference,
                kind=EventKind.VISITED,
                text="Đã thăm",
                now=NOW + timedelta(days=days),
            )
        record_event(
            writer,
            actor,
            head.reference,
            "file_update",
            answers={"activity": "thăm"},
            text="",
            now=NOW + timedelta(days=4),
        )
    definition = definition_of_head(reading(), head)
    events = queries.events_of(reading(), head.id)
    lines = {
        one.code: one.written
        for one in milestone_lines(
            actor, definition, events, state=head.state, data=head.data, now=NOW
        )
    }
    assert lines["first_notice"] == "02/03/2026 10:00"
    assert lines["first_consular_visit"] == "03/03/2026 10:00"
    assert lines["last_consular_visit"] == "05/03/2026 10:00"
    assert lines["last_update"] == "06/03/2026 10:00"
    assert lines["family_informed"] == ""
    table = exports.case_table(reading(), actor, Filters(tab=Tab.UNIT), now=NOW)
    row = dict(zip(table.headers, table.rows[0], strict=True))
    assert row["Thăm lãnh sự gần nhất"] == "05/03/2026 10:00"
    assert "Đã báo thân nhân" not in row
