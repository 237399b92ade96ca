"""The coordinate field of a case takes places as staff tell them."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.cases.placing import point_columns
from app.cases.readers import Desk
from app.cases.values import ValueProblemError
from app.geo.gazetteer import Pack
from app.workflow.definition import FieldType
from tests.integration.registers.conftest import pack as pack  # noqa: PLC0414
from tests.integration.registers.conftest import prepared_pack as prepared_pack  # noqa: PLC0414
from tests.integration.registers.factories import MINISTRY, add_stretch


@pytest.fixture
def desk(session: Session, pack: Pack) -> Desk:
    add_stretch(session, pack)
    return Desk(session, MINISTRY, date(2026, 11, 22), {}, pack=pack)


def test_place_told_from_a_marker_puts_the_case_on_the_map(desk: Desk) -> None:
    kept = desk.place(FieldType.COORDINATE, "cách mốc 47/7(2) khoảng 300 m về phía tây")
    assert kept["method"] == "told_place"
    assert kept["original"] == "cách mốc 47/7(2) khoảng 300 m về phía tây"
    assert kept["precision_m"] == pytest.approx(137.9, abs=0.1)
    columns = point_columns(desk.session, kept, pack=desk.pack)
    assert columns["neighbour"] == "KH"
    assert columns["marker_distance_m"] == pytest.approx(300, abs=1)


def test_number_that_is_not_in_the_register_is_asked_for(desk: Desk) -> None:
    with pytest.raises(ValueProblemError, match="Không có mốc 999"):
        desk.place(FieldType.COORDINATE, "mốc 999 + 300 m")


def test_text_that_tells_no_place_is_refused_as_before(desk: Desk) -> None:
    with pytest.raises(ValueProblemError, match="Không đọc được toạ độ"):
        desk.place(FieldType.COORDINATE, "chân núi")
