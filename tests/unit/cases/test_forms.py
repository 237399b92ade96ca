"""Every type of field by table: what is typed, what is kept, and that what is kept reads back."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from app.cases.form_fields import FactForm
from app.cases.forms import Uploads, Wanted, fact_form, files_of
from app.cases.readers import Desk
from app.cases.writers import written
from app.permissions import Actor, Area, Permission
from app.workflow.definition import FieldDefinition
from app.workflow.text import Text

READER = Actor(
    user_id=7,
    name="Trần Lan",
    unit_id=1,
    unit_code="T",
    unit_name="Đơn vị thử",
    roles=frozenset(),
    permissions=frozenset(Permission),
    area=Area(),
)
BLIND = Actor(
    **{
        **{name: getattr(READER, name) for name in READER.__dataclass_fields__},
        "permissions": frozenset(Permission) - {Permission.PERSONAL_DATA_VIEW},
    }
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
KINDS = [{"code": "boat", "name": {"vi": "Tàu"}}, {"code": "car", "name": {"vi": "Xe"}}]


@pytest.fixture(autouse=True)
def _locale(tmp_path: Path) -> Any:
    app = Flask("thử", root_path=str(tmp_path))
    Babel(app, default_locale="vi")
    with app.test_request_context():
        yield


def item(kind: str, **facts: Any) -> FieldDefinition:
    named = {"code": "thing", "type": kind, "name": Text("Mục"), **facts}
    return FieldDefinition.model_validate(named)


def desk(actor: Actor = READER, **facts: Any) -> Desk:
    provinces = {"56": "Tỉnh Khánh Hòa", "80": "Tỉnh Tây Ninh"}
    return Desk(Session(), actor, date(2026, 11, 22), provinces, **facts)


def form_of(
    field: FieldDefinition,
    *typed: Any,
    current: Any = None,
    actor: Actor = READER,
    uploads: Uploads | None = None,
    more: tuple[tuple[str, str], ...] = (),
    **facts: Any,
) -> FactForm:
    wanted = Wanted([field], current={} if current is None else {"thing": current})
    sent = MultiDict([*(("thing", text) for text in typed), *more])
    made = fact_form(
        desk(actor, **facts), uploads or Uploads(Path("unused"), 1, "key", 7), wanted, sent
    )
    made.validate()
    return made


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (item("text"), " Suối Đá ", "Suối Đá"),
        (item("longtext"), "một\r\nhai", "một\nhai"),
        (item("number"), "1.045,5", 1045.5),
        (item("number"), "0", 0),
        (item("number", unit_label="m"), "300 m", 300),
        (item("money"), "927.500.000", {"amount": "927500000", "currency": "VND"}),
        (item("money"), "927,5 triệu đồng", {"amount": "927500000", "currency": "VND"}),
        (item("money"), "1,2 tỷ", {"amount": "1200000000", "currency": "VND"}),
        (item("money"), "1.200,50 USD", {"amount": "1200.5", "currency": "USD"}),
        (item("date"), "22/11/2026", "2026-11-22"),
        (item("date"), "2026-11-22", "2026-11-22"),
        (item("datetime"), "22/11/2026 08:30", "2026-11-22T08:30+07:00"),
        (item("datetime"), "2026-11-22T08:30", "2026-11-22T08:30+07:00"),
        (item("choice", options=KINDS), "boat", "boat"),
        (item("boolean"), "yes", True),
        (item("boolean"), "no", False),
        (item("country"), "JP", "JP"),
        (item("province"), "80", "80"),
        (item("vessel"), "QNg 96372 TS", {"label": "QNg-96372-TS"}),
        (
            item("person"),
            "Nguyễn Văn A, 1990, Khánh Hòa",
            {
                "label": "Nguyễn Văn A",
                "birth_year": 1990,
                "home_text": "Khánh Hòa",
                "claimed_province_code": "56",
            },
        ),
    ],
)
def test_each_type_keeps_what_was_typed_as_its_value(
    field: FieldDefinition, typed: str, kept: object
) -> None:
    form = form_of(field, typed)
    assert form.errors == {}
    assert form.answers() == {"thing": kept}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (item("text", pattern="[0-9]+"), "abc", "chưa đúng dạng"),
        (item("text"), "x" * 501, "Tối đa 500 ký tự"),
        (item("number"), "ba", "Hãy nhập một số"),
        (item("number", min=0), "-1", "không được nhỏ hơn 0"),
        (item("number", max=5), "6", "không được lớn hơn 5"),
        (item("number"), "1e999999999", "Hãy nhập một số"),
        (item("number"), "9" * 19, "Số quá lớn"),
        (item("number"), "NaN", "Hãy nhập một số"),
        (item("money", min=0), "-5", "số tiền"),
        (item("money"), "500 XYZ", "Loại tiền"),
        (item("money"), "$1,200", "hàng nghìn hãy ghi 1.200"),
        (item("money"), "9" * 19 + " tỷ", "Số quá lớn"),
        (item("number", whole=True), "3,5", "số nguyên"),
        (item("date", past=True), "24/11/2026", "chưa đến"),
        (item("datetime", past=True), "22/11/2030 08:00", "chưa đến"),
        (item("date"), "05/03/0226", "kiểm tra lại bốn chữ số của năm"),
        (item("datetime"), "31/12/9999 23:00", "kiểm tra lại bốn chữ số của năm"),
        (item("vessel"), "x" * 65, "Tối đa 64 ký tự"),
        (item("person"), "a" * 300, "Tối đa 255 ký tự"),
        (item("coordinate"), "2" * 600, "Tối đa 500 ký tự"),
        (item("date"), "31/02/2026", "dd/mm/yyyy"),
        (item("datetime"), "hôm qua", "ngày và giờ"),
        (item("choice", options=KINDS), "plane", "trong danh sách"),
        (item("boolean"), "maybe", "trong danh sách"),
        (item("country"), "ZZ", "trong danh sách"),
        (item("province"), "99", "trong danh sách"),
        (item("person"), "1990", "chưa có họ tên"),
        (item("coordinate"), "chân núi", ""),
    ],
)
def test_what_is_no_value_is_refused_with_a_sentence(
    field: FieldDefinition, typed: str, said: str
) -> None:
    form = form_of(field, typed)
    assert said in form["thing"].errors[0]
    assert form["thing"].data == typed


def test_several_choices_are_kept_in_order_and_once() -> None:
    field = item("multichoice", options=KINDS)
    assert form_of(field, "car", "boat", "car").answers() == {"thing": ["car", "boat"]}


def test_unticking_everything_is_an_answer_only_where_it_was_shown() -> None:
    field = item("multichoice", options=KINDS)
    shown = form_of(field, current=["car"], more=(("thing__shown", "1"),))
    assert shown.answers() == {"thing": None}
    assert form_of(field, current=["car"]).answers() == {}


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        (item("text"), "Suối Đá"),
        (item("longtext"), "một\nhai"),
        (item("number"), 1045.5),
        (item("money"), {"amount": "1200.5", "currency": "USD"}),
        (item("date"), "2026-11-22"),
        (item("datetime"), "2026-11-22T08:30+07:00"),
        (item("choice", options=KINDS), "boat"),
        (item("boolean"), False),
        (item("country"), "JP"),
        (item("marker"), {"id": 4, "label": "KH 160/4"}),
        (item("unit"), {"id": 5, "label": "Cục Lãnh sự"}),
        (item("coordinate"), {"lat": 11.6, "lon": 105.8, "original": "11,6; 105,8"}),
        (item("person", multiple=True), [{"id": 1, "label": "A B", "birth_year": 1990}]),
    ],
)
def test_a_value_sent_back_as_it_was_shown_is_no_change(
    field: FieldDefinition, kept: object
) -> None:
    shown = written(desk(), field, kept)
    assert form_of(field, "\n".join(shown), current=kept).answers() == {}


def test_a_yes_can_be_taken_back_to_unknown() -> None:
    assert form_of(item("boolean"), "none", current=True).answers() == {"thing": None}
    assert form_of(item("boolean"), "none").answers() == {}


def test_emptying_a_shown_value_empties_the_fact() -> None:
    assert form_of(item("text"), "", current="cũ").answers() == {"thing": None}


def test_a_control_that_was_not_sent_changes_nothing() -> None:
    assert form_of(item("text"), current="cũ").answers() == {}


def test_known_people_of_a_list_keep_their_entries() -> None:
    kept = [{"id": 1, "label": "A B", "birth_year": 1990}, {"id": 2, "label": "C D"}]
    form = form_of(item("person", multiple=True), "C D\nE G, 1988", current=kept)
    assert form.answers() == {
        "thing": [{"id": 2, "label": "C D"}, {"label": "E G", "birth_year": 1988}]
    }


def test_who_may_not_read_a_list_adds_to_it_and_takes_nothing() -> None:
    field = item("person", multiple=True, personal=True)
    kept = [{"id": 1, "label": "A B"}]
    form = form_of(field, "C D", current=kept, actor=BLIND)
    assert form.asked_as("thing").written == ()
    assert form.answers() == {"thing": [{"id": 1, "label": "A B"}, {"label": "C D"}]}
    assert form_of(field, "", current=kept, actor=BLIND).answers() == {}


def test_a_personal_value_is_not_written_into_the_control_of_who_may_not_read_it() -> None:
    form = fact_form(
        desk(BLIND),
        Uploads(Path("unused"), 1, "key", 7),
        Wanted([item("text", personal=True)], current={"thing": "Trần Thị B"}),
    )
    assert "Trần Thị B" not in form["thing"]()


def test_a_time_is_local_to_the_zone_that_was_chosen() -> None:
    zones = ("Asia/Tokyo", "Asia/Ho_Chi_Minh")
    field = item("datetime")
    here = form_of(field, "22/11/2026 08:30", zones=zones)
    assert here.answers() == {"thing": "2026-11-22T08:30+09:00"}
    home = form_of(
        field, "22/11/2026 08:30", zones=zones, more=(("thing__zone", "Asia/Ho_Chi_Minh"),)
    )
    assert home.answers() == {"thing": "2026-11-22T08:30+07:00"}


def test_a_new_zone_alone_is_a_change() -> None:
    zones = ("Asia/Tokyo", "Asia/Ho_Chi_Minh")
    form = form_of(
        item("datetime"),
        "22/11/2026 08:30",
        current="2026-11-22T08:30+09:00",
        zones=zones,
        more=(("thing__zone", "Asia/Ho_Chi_Minh"),),
    )
    assert form.answers() == {"thing": "2026-11-22T08:30+07:00"}


def test_degrees_are_kept_with_their_text() -> None:
    kept = form_of(item("coordinate"), "11,62; 105,81").answers()["thing"]
    assert (kept["lat"], kept["lon"], kept["original"]) == (11.62, 105.81, "11,62; 105,81")


def test_an_open_position_offers_readings_and_takes_the_chosen_one() -> None:
    typed = "1285432,5 588123,4"
    asked = form_of(item("coordinate"), typed, province_code="80")
    assert asked.errors
    candidates = asked.fact("thing").candidates
    assert len(candidates) > 1
    one = candidates[0]
    key = f"{one.crs}|{one.lat:.6f}|{one.lon:.6f}"
    chosen = form_of(item("coordinate"), typed, province_code="80", more=(("thing__reading", key),))
    assert chosen.answers()["thing"]["crs"] == one.crs


def test_a_pair_without_its_axis_may_be_kept_open_with_its_candidates() -> None:
    typed = "1285432,5 588123,4"
    open_still = form_of(item("coordinate"), typed, more=(("thing__reading", "open"),))
    kept = open_still.answers()["thing"]
    assert (kept["original"], kept["method"]) == (typed, "unresolved")
    assert "lat" not in kept
    assert len(kept["candidates"]) > 1
    assert all({"crs", "lat", "lon"} == set(one) for one in kept["candidates"])
    again = form_of(item("coordinate"), "chân núi", more=(("thing__reading", "open"),))
    assert again.errors


def test_a_reading_that_was_not_offered_is_not_taken() -> None:
    form = form_of(
        item("coordinate"), "1285432,5 588123,4", more=(("thing__reading", "EPSG:4326|1|1"),)
    )
    assert form.errors


def test_files_are_kept_through_a_second_try(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, 1, "key", 7)
    field = item("file", multiple=True)
    first = form_of(field, FileStorage(BytesIO(PNG), "a.png"), uploads=uploads)
    token = first.fact("thing").kept[0].token  # type: ignore[attr-defined]  # a FileFact
    again = form_of(
        field,
        FileStorage(BytesIO(PNG + b"2"), "b.png"),
        uploads=uploads,
        more=(("thing__kept", token),),
    )
    names = [file.file_name for file in files_of(again).by_field["thing"]]
    assert names == ["a.png", "b.png"]


def test_a_token_of_somebody_else_brings_nothing(tmp_path: Path) -> None:
    field = item("file")
    theirs = form_of(
        field,
        FileStorage(BytesIO(PNG), "a.png"),
        uploads=Uploads(tmp_path, 1, "key", 8),
    )
    token = theirs.fact("thing").kept[0].token  # type: ignore[attr-defined]  # a FileFact
    mine = form_of(field, uploads=Uploads(tmp_path, 1, "key", 7), more=(("thing__kept", token),))
    assert files_of(mine).by_field == {}


def test_a_refused_file_is_said_at_its_field(tmp_path: Path) -> None:
    form = form_of(
        item("file"),
        FileStorage(BytesIO(b"MZ"), "a.png"),
        uploads=Uploads(tmp_path, 1, "key", 7),
    )
    assert "không đúng với đuôi" in form["thing"].errors[0]
