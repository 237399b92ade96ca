"""What needs both sides: acts, stages, values that differ, and what may go to the other side."""

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Boolean, Float, Integer, String, inspect, select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.audit import AuditEntry
from app.database import transaction
from app.errors import Conflict, Invalid
from app.geo.gazetteer import Pack
from app.registers import counterpart
from app.registers.act_models import Discrepancy, JointAct
from app.registers.act_services import ActFacts, Signature, record_act, sign_act
from app.registers.claims import Claim, record_claim, settle
from app.registers.counterpart import FieldFacts, keep_field, package_for, record_export
from app.registers.counterpart_models import CounterpartField
from app.registers.export import as_csv, as_xlsx
from app.registers.models import Marker, Side, Stage
from app.registers.services import correct_marker
from tests.integration.accounts.conftest import token_in
from tests.integration.cases.desk import person, sign_in
from tests.integration.registers.factories import MINISTRY, NOW, PROVINCE_91, add_stretch

TODAY = NOW.date()
OURS = Signature("Nguyễn Văn A", "Trưởng đoàn", "Sở Ngoại vụ", date(2026, 3, 1))
THEIRS = Signature("Sok Dara", "Trưởng đoàn", "Tỉnh bạn", date(2026, 3, 2))
FACTS = ActFacts("KH", "survey", date(2026, 3, 1), "Biên bản khảo sát", "km", "កំណត់ហេតុ", "05/BB")


@pytest.fixture
def stretch(app: Flask, pack: Pack) -> dict[str, Marker]:
    del app
    with transaction() as writer:
        return add_stretch(writer, pack)


def an_act(
    session: Session,
    *markers: Marker,
    kind: str = "survey",
    ours: Signature = OURS,
    theirs: Signature = THEIRS,
) -> JointAct:
    facts = ActFacts("KH", kind, FACTS.held_on, FACTS.title, "km", FACTS.other_title, FACTS.number)
    return record_act(session, MINISTRY, facts, markers, ours=ours, theirs=theirs, now=NOW)


def move(session: Session, marker: Marker, **changes: object) -> None:
    correct_marker(session, MINISTRY, marker, changes=changes, reason="Thử", now=NOW)


# --- the stages -----------------------------------------------------------------------------


def test_a_stage_of_both_sides_is_refused_without_any_paper(
    session: Session, stretch: dict[str, Marker]
) -> None:
    with pytest.raises(Invalid, match="cả Việt Nam và Campuchia"):
        move(session, stretch["47"], stage="agreed_in_field")


@pytest.mark.parametrize(
    ("ours", "theirs", "missing"),
    [(OURS, Signature(), "Campuchia"), (Signature(), THEIRS, "Việt Nam")],
)
def test_a_stage_with_one_signature_is_refused_and_names_the_other_side(
    session: Session,
    stretch: dict[str, Marker],
    ours: Signature,
    theirs: Signature,
    missing: str,
) -> None:
    an_act(session, stretch["47"], ours=ours, theirs=theirs)

    with pytest.raises(Invalid, match=f"thiếu chữ ký của phía {missing}"):
        move(session, stretch["47"], stage="agreed_in_field")


def test_two_signatures_carry_the_stage(session: Session, stretch: dict[str, Marker]) -> None:
    an_act(session, stretch["47"])

    move(session, stretch["47"], stage="agreed_in_field")

    assert stretch["47"].stage == "agreed_in_field"


def test_a_later_stage_does_not_pass_over_what_needs_both(
    session: Session, stretch: dict[str, Marker]
) -> None:
    an_act(session, stretch["47"])  # a survey accepts no file
    move(session, stretch["47"], stage="measured")

    with pytest.raises(Invalid, match="nghiệm thu hồ sơ"):
        move(session, stretch["47"], stage="handed_over")


def test_a_protocol_named_by_its_source_counts_as_both_sides(
    session: Session, stretch: dict[str, Marker]
) -> None:
    with pytest.raises(Invalid):
        move(session, stretch["47"], stage="handed_over", legal_stage="in_force")

    move(
        session,
        stretch["47"],
        stage="handed_over",
        legal_stage="in_force",
        legal_basis="Nghị định thư 5/10/2019",
    )

    assert stretch["47"].stage == "handed_over"


def test_what_one_side_does_alone_needs_no_paper(
    session: Session, stretch: dict[str, Marker]
) -> None:
    move(session, stretch["47"], stage="surveyed")
    move(session, stretch["168/2"], stage="set_aside")

    assert stretch["47"].stage == "surveyed"


# --- the acts -------------------------------------------------------------------------------


def test_a_signature_once_given_is_never_replaced(
    session: Session, stretch: dict[str, Marker]
) -> None:
    act = an_act(session, stretch["47"], theirs=Signature())

    sign_act(session, MINISTRY, act, Side.NEIGHBOUR, THEIRS, now=NOW)

    assert act.is_signed
    with pytest.raises(Conflict):
        sign_act(session, MINISTRY, act, Side.NEIGHBOUR, THEIRS, now=NOW)


def test_an_act_has_two_languages_and_markers_of_one_line(
    session: Session, stretch: dict[str, Marker]
) -> None:
    facts = ActFacts("KH", "survey", TODAY, "Biên bản", "km", "")

    with pytest.raises(Invalid) as refused:
        record_act(session, MINISTRY, facts, [stretch["260"]], ours=OURS, theirs=THEIRS, now=NOW)

    assert {"other_title", "route"} <= set(refused.value.problems)


# --- the values -----------------------------------------------------------------------------


def said(
    session: Session, marker: Marker, party: Side, value: str, field: str = "elevation_m"
) -> Discrepancy | None:
    claim = Claim(field, party, value, date(2026, 2, 1), "Thư")
    return record_claim(session, MINISTRY, marker, claim, now=NOW)


def test_a_difference_is_measured_and_says_who_owes_the_answer(
    session: Session, stretch: dict[str, Marker]
) -> None:
    assert said(session, stretch["47"], Side.VIETNAM, "124,68") is None

    found = said(session, stretch["47"], Side.NEIGHBOUR, "125,10 m")

    assert found is not None
    assert found.metres == pytest.approx(0.42)
    assert found.owes_answer == Side.VIETNAM


def test_coordinates_differ_by_metres_and_words_by_words(
    session: Session, stretch: dict[str, Marker]
) -> None:
    marker = stretch["47"]
    said(session, marker, Side.VIETNAM, "20,001000; 104,300000", "position")
    found = said(session, marker, Side.NEIGHBOUR, "20,002000; 104,300000", "position")
    said(session, marker, Side.VIETNAM, "Đá hoa cương", "material")

    assert found is not None
    assert found.metres == pytest.approx(110.7, abs=0.3)
    assert said(session, marker, Side.NEIGHBOUR, "đá  hoa cương", "material") is None


def test_a_difference_goes_when_the_sides_say_the_same(
    session: Session, stretch: dict[str, Marker]
) -> None:
    said(session, stretch["47"], Side.VIETNAM, "124,68")
    said(session, stretch["47"], Side.NEIGHBOUR, "125,10")

    assert said(session, stretch["47"], Side.VIETNAM, "125,10") is None
    session.flush()
    assert session.scalars(select(Discrepancy)).all() == []


def test_only_an_act_of_both_sides_settles_a_difference(
    session: Session, stretch: dict[str, Marker], pack: Pack
) -> None:
    marker = stretch["47"]
    said(session, marker, Side.VIETNAM, "124,68")
    found = said(session, marker, Side.NEIGHBOUR, "125,10")
    assert found is not None
    half = an_act(session, marker, theirs=Signature())
    elsewhere = an_act(session, stretch["168/2"])
    for act in (half, elsewhere):
        with pytest.raises(Invalid):
            settle(session, MINISTRY, found, act=act, value="124,90", pack=pack, now=NOW)

    settle(
        session, MINISTRY, found, act=an_act(session, marker), value="124,90", pack=pack, now=NOW
    )

    assert marker.elevation_m == pytest.approx(124.9)
    assert found.settled_on == THEIRS.on


def test_an_agreed_position_becomes_the_measurement_in_force(
    session: Session, stretch: dict[str, Marker], pack: Pack
) -> None:
    marker = stretch["47"]
    said(session, marker, Side.VIETNAM, "20.001000, 104.300000", "position")
    found = said(session, marker, Side.NEIGHBOUR, "20.001100, 104.300000", "position")
    assert found is not None
    value = "20.001050, 104.300000"

    settle(session, MINISTRY, found, act=an_act(session, marker), value=value, pack=pack, now=NOW)

    assert marker.lat == pytest.approx(20.00105)
    assert [one.party for one in marker.measurements if one.is_in_force] == [Side.JOINT]


# --- what may leave -------------------------------------------------------------------------


def _mark(marker: Marker) -> dict[str, str]:
    """Put a value that cannot be mistaken into every column; by column, how it is written."""
    found: dict[str, str] = {}
    keys = {"id", "position_id", "segment_id", "neighbour", "slug", "sort_key", "province_code"}
    for number, column in enumerate(inspect(Marker).columns, start=1):
        name = column.key
        if name in keys or isinstance(column.type, Boolean):
            continue
        if isinstance(column.type, String) and column.type.length != 5:
            setattr(marker, name, f"Bimat{number}x")
            found[name] = f"Bimat{number}x"
        elif isinstance(column.type, Float):
            setattr(marker, name, 7000.0 + number + 0.125)
            found[name] = str(7000 + number) + ".125"
        elif isinstance(column.type, Integer):
            setattr(marker, name, 810_000 + number)
            found[name] = str(810_000 + number)
    return found


def _everything(package: counterpart.Package) -> str:
    book = ZipFile(BytesIO(as_xlsx(package.columns, package.seen(), title="x")))
    written = [book.read(name).decode() for name in book.namelist()]
    csv = as_csv(package.columns, package.seen()).decode("utf-8-sig")
    return "\n".join([*written, csv, package.geojson().decode()])


def test_no_column_that_is_not_on_the_list_ever_leaves(
    session: Session, stretch: dict[str, Marker]
) -> None:
    marker = stretch["168/2"]
    with session.no_autoflush:
        marks = _mark(marker)
        package = package_for(session, MINISTRY, neighbour="LA", day=TODAY)
        assert package.rows
        rows = [{one.field: counterpart._value(marker, one.field, set()) for one in package.fields}]
    leaving = _everything(counterpart.Package(package.fields, rows))
    session.rollback()
    listed = {one.field for one in package.fields}

    assert len(marks) > 25
    assert {name for name, mark in marks.items() if mark in leaving} == listed & set(marks)


@pytest.mark.parametrize("field", ["note", "source", "condition", "lifecycle_case_id", "id"])
def test_not_even_an_administrator_can_list_an_internal_field(
    session: Session, stretch: dict[str, Marker], field: str
) -> None:
    assert stretch
    facts = FieldFacts(field, "x", "x", None, None, "x", "S")

    with pytest.raises(Invalid):
        keep_field(session, MINISTRY, facts, now=NOW)
    session.add(
        CounterpartField(field=field, place=1, name_vi="x", name_en="x", source="x", check="S")
    )
    session.flush()
    package = package_for(session, MINISTRY, neighbour="KH", day=TODAY)
    assert field not in {one.field for one in package.fields}


def test_a_field_taken_off_the_list_stays_at_home(
    session: Session, stretch: dict[str, Marker]
) -> None:
    assert stretch
    row = session.scalars(select(CounterpartField).where(CounterpartField.field == "lat")).one()
    row.valid_to = date(2026, 1, 1)
    session.flush()

    package = package_for(session, MINISTRY, neighbour="KH", day=TODAY)

    features = json.loads(package.geojson())["features"]
    assert "lat" not in package.rows[0]
    assert all(feature["geometry"] is None for feature in features)


def test_a_value_on_which_the_sides_differ_leaves_empty(
    session: Session, stretch: dict[str, Marker]
) -> None:
    marker = stretch["47"]
    marker.elevation_m = 124.68
    said(session, marker, Side.VIETNAM, "124,68")
    said(session, marker, Side.NEIGHBOUR, "125,10")

    rows = {row["label"]: row for row in _rows(session)}

    assert rows["47"]["elevation_m"] is None


def _rows(session: Session) -> list[counterpart.Row]:
    return list(package_for(session, MINISTRY, neighbour="KH", day=TODAY).rows)


def test_an_export_is_bilingual_scoped_and_recorded(
    session: Session, stretch: dict[str, Marker]
) -> None:
    assert stretch
    package = package_for(session, PROVINCE_91, neighbour="KH", day=TODAY)

    record_export(
        session, PROVINCE_91, package, neighbour="KH", recipient="Tỉnh bạn", kind="csv", now=NOW
    )

    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "counterpart.exported")
    ).one()
    csv = as_csv(package.columns, package.seen()).decode("utf-8-sig")
    assert "Số hiệu | Number" in csv
    assert package.rows == []
    assert entry.reason is not None
    assert entry.reason.startswith("Tỉnh bạn (csv): label, kind")


# --- as an officer does it ------------------------------------------------------------------


@pytest.fixture
def officer(app: Flask, session: Session, stretch: dict[str, Marker]) -> FlaskClient:
    assert stretch
    person(session, "nv.thu", "boundary_officer", unit_by_code(session, "UBBG", on=TODAY))
    client = app.test_client()
    sign_in(client, "nv.thu")
    return client


def test_a_survey_is_written_down_signed_by_both_and_carried_into_the_register(
    officer: FlaskClient,
) -> None:
    form = officer.get("/so-dang-ky/song-phuong/moi?tuyen=KH&moc=47").text
    token = token_in(form)
    made = officer.post(
        "/so-dang-ky/song-phuong/moi",
        data={
            "csrf_token": token,
            "neighbour": "KH",
            "kind": "survey",
            "route": "47",
            "held_on": "2026-03-01",
            "title": "Biên bản khảo sát mốc 47",
            "other_language": "km",
            "other_title": "កំណត់ហេតុ",
            "our_name": "Nguyễn Văn A",
            "our_signed_on": "2026-03-01",
            "files": (BytesIO(b"%PDF-1.7 x"), "bien-ban.pdf"),
        },
    )
    assert made.status_code == 302
    page = officer.get(made.location).text
    assert "Thiếu chữ ký: Phía bạn" in page
    early = {"csrf_token": token, "stage": "agreed_in_field"}
    refused = officer.post(f"{made.location}/ghi-buoc", data=early)
    assert refused.status_code == 422
    assert "thiếu chữ ký của phía Campuchia" in refused.text

    signature = {"side": "neighbour", "name": "Sok Dara", "on": "2026-03-02", "csrf_token": token}
    officer.post(f"{made.location}/ky", data=signature)
    officer.post(f"{made.location}/ghi-buoc", data=early)

    marker = officer.get("/so-dang-ky/moc/KH/47").text
    assert "Hai bên đã ký" in marker
    assert "Đã xác định trên thực địa" in marker
    file = officer.get(made.location).text.split('href="/so-dang-ky/song-phuong/tep/')[1]
    with officer.get("/so-dang-ky/song-phuong/tep/" + file.split('"')[0]) as opened:
        assert opened.data.startswith(b"%PDF")


def test_differences_are_listed_filtered_and_settled(
    officer: FlaskClient, stretch: dict[str, Marker]
) -> None:
    with transaction() as session:
        an_act(session, session.get_one(Marker, stretch["47"].id))
    token = token_in(officer.get("/so-dang-ky/moc/KH/47/gia-tri").text)
    for party, value in (("vietnam", "124,68"), ("neighbour", "125,10")):
        officer.post(
            "/so-dang-ky/moc/KH/47/gia-tri",
            data={
                "csrf_token": token,
                "field": "elevation_m",
                "party": party,
                "value": value,
                "said_on": "2026-02-01",
                "source": "Thư số 7",
            },
        )
    listed = officer.get("/so-dang-ky/chenh-lech?tuyen=KH&tu=0,4&no=vietnam").text
    assert "0,42 m" in listed
    assert "0,42 m" not in officer.get("/so-dang-ky/chenh-lech?tu=1").text
    address = (
        "/so-dang-ky/chenh-lech/" + listed.split('href="/so-dang-ky/chenh-lech/')[1].split('"')[0]
    )
    page = officer.get(address).text
    act = page.split('<option value="')[1].split('"')[0]

    officer.post(address, data={"csrf_token": token, "act": act, "value": "124,90"})

    assert "124,90" in officer.get("/so-dang-ky/chenh-lech?xong=1").text
    assert "124,9 m" in officer.get("/so-dang-ky/moc/KH/47").text


def test_the_export_page_sends_each_kind_of_file(officer: FlaskClient) -> None:
    token = token_in(officer.get("/so-dang-ky/xuat-doi-tac").text)
    asked = {"csrf_token": token, "neighbour": "KH", "recipient": "Tỉnh bạn"}

    for kind in ("xlsx", "csv", "geojson"):
        with officer.post("/so-dang-ky/xuat-doi-tac", data={**asked, "kind": kind}) as answer:
            assert answer.status_code == 200
            assert f".{kind}" in answer.headers["Content-Disposition"]
    refused = officer.post(
        "/so-dang-ky/xuat-doi-tac", data={**asked, "recipient": "", "kind": "csv"}
    )
    assert refused.status_code == 422


def test_the_stage_form_keeps_what_was_typed_when_a_side_is_missing(officer: FlaskClient) -> None:
    form = officer.get("/so-dang-ky/moc/KH/47/sua").text
    sent = {
        "csrf_token": token_in(form),
        "stage": Stage.AGREED_IN_FIELD,
        "legal_stage": "none",
        "condition": "unknown",
        "note": "Đã gõ",
        "reason": "x",
    }

    answer = officer.post("/so-dang-ky/moc/KH/47/sua", data=sent)

    assert answer.status_code == 422
    assert "chữ ký" in answer.text
    assert "Đã gõ" in answer.text
