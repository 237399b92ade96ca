"""Opening a case, and the help that comes while one types."""

from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.queries import unit_by_code
from tests.integration.cases import desk
from tests.integration.cases.test_routes_case import PHOTO

FORM = "/ho-so/mo/border_incident"
KNOWN = {"incident_kind": "smuggling", "occurred_at": "20/11/2026 08:30"}


def reference_of(location: str) -> str:
    return location.rsplit("/", maxsplit=1)[-1].partition("?")[0]


def test_a_person_is_offered_only_the_types_of_his_role(
    client: FlaskClient, session: Session
) -> None:
    desk.consul(session)
    desk.sign_in(client, "lanhsu")
    page = client.get("/ho-so/mo").text
    assert "Bảo hộ công dân" in page
    assert "Vụ việc biên giới" not in page
    assert client.get(FORM).status_code == 403


def test_many_types_are_offered_by_subject_and_found_without_marks(
    client: FlaskClient, session: Session
) -> None:
    desk.person(
        session, "ngoaivu", "foreign_affairs_officer", queries.unit_by_code(session, "NV80")
    )
    desk.sign_in(client, "ngoaivu")
    page = client.get("/ho-so/mo").text
    subjects = ["Biên giới, mốc giới", "Công dân, ngư dân", "Đối ngoại địa phương"]
    assert [page.index(f"<h2>{name}") for name in subjects] == sorted(
        page.index(f"<h2>{name}") for name in subjects
    )
    found = client.get("/ho-so/mo?tim=phong+vien&lat=11").text
    assert "Đoàn phóng viên nước ngoài" in found
    assert "Vụ việc biên giới" not in found
    assert "/ho-so/mo/press_visit?lat=11" in found
    assert "Không có loại hồ sơ nào khớp" in client.get("/ho-so/mo?tim=xyzt").text


def test_a_station_logs_an_incident_with_photo_marker_and_time(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    marker_id = desk.a_marker("KH", "160/4", 11.62, 105.81, "80")
    desk.sign_in(client, "tram")
    answer = desk.send(
        client,
        FORM,
        **KNOWN,
        nearest_marker="160/4",
        marker_offset_m="300 m",
        persons_count="3",
        photos=(BytesIO(PHOTO), "anh.png"),
    )
    assert answer.status_code == 302, answer.text
    case = desk.case_now(session, actor, reference_of(answer.location))
    assert case.data["nearest_marker"] == {"id": marker_id, "label": "KH 160/4"}
    assert (case.data["marker_offset_m"], case.data["persons_count"]) == (300, 3)
    assert case.data["occurred_at"] == "2026-11-20T08:30+07:00"
    assert case.data["photos"][0]["label"] == "anh.png"
    assert (case.marker_id, case.province_code) == (marker_id, "80")


def test_the_place_in_words_is_told_from_the_marker_that_was_named(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    desk.a_marker("KH", "160/4", 11.62, 105.81, "80")
    desk.a_marker("KH", "161", 11.60, 105.83, "80")
    desk.sign_in(client, "tram")
    named = {"nearest_marker": "161", "marker_offset_m": "120", "position": "11,6201; 105,8101"}
    answer = desk.send(client, FORM, **KNOWN, **named)
    case = desk.case_now(session, actor, reference_of(answer.location))
    assert case.place_text == "cách mốc 161 (KH) khoảng 120 m"


def test_photo_and_place_come_before_words(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    page = client.get(FORM).text
    order = [page.index(f'name="{name}"') for name in ("photos", "position", "incident_kind")]
    assert order == sorted(order)
    assert "Dùng vị trí của tôi" in page


def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: FlaskClient, session: Session
) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    answer = desk.send(client, FORM, description="Nghe tiếng máy xúc", occurred_at="")
    assert answer.status_code == 422
    assert "Cần nhập “Loại vụ việc”." in answer.text
    assert "Nghe tiếng máy xúc" in answer.text


def test_a_place_is_required_where_the_type_needs_one(
    client: FlaskClient, session: Session
) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    answer = desk.send(client, FORM, **KNOWN)
    assert answer.status_code == 422
    assert "mốc gần nhất, tọa độ hoặc mô tả địa điểm" in answer.text


def test_a_number_on_three_lines_asks_for_the_line(client: FlaskClient, session: Session) -> None:
    desk.person(session, "ubbg", "boundary_officer", unit_by_code(session, "UBBG"))
    for line, province in (("CN", "04"), ("KH", "91"), ("LA", "44")):
        desk.a_marker(line, "304", 11.0, 106.0, province)
    desk.sign_in(client, "ubbg")
    page = "/ho-so/mo/marker_damage"
    answer = desk.send(client, page, marker="304", condition="damaged", found_on="20/11/2026")
    assert answer.status_code == 422
    assert "CN 304, KH 304, LA 304" in answer.text


def test_ones_own_province_decides_where_a_number_is_on_three_lines(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    for line, province in (("CN", "04"), ("KH", "80"), ("LA", "44")):
        desk.a_marker(line, "304", 11.0, 106.0, province)
    desk.sign_in(client, "tram")
    answer = desk.send(client, FORM, **KNOWN, nearest_marker="304", marker_offset_m="0")
    case = desk.case_now(session, actor, reference_of(answer.location))
    assert case.data["nearest_marker"]["label"] == "KH 304"


def test_a_grid_position_without_its_system_offers_readings(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    desk.sign_in(client, "tram")
    asked = desk.send(client, FORM, **KNOWN, position="1285432,5 588123,4")
    assert asked.status_code == 422
    assert "Cách đọc đúng là" in asked.text
    chosen = asked.text.split('name="position__reading" value="')[1].split('"')[0]
    done = desk.send(client, FORM, **KNOWN, position="1285432,5 588123,4", position__reading=chosen)
    assert done.status_code == 302, done.text
    kept = desk.case_now(session, actor, reference_of(done.location)).data["position"]
    assert (kept["original"], kept["crs"]) == ("1285432,5 588123,4", chosen.split("|")[0])


def test_people_are_noted_with_year_and_home(client: FlaskClient, session: Session) -> None:
    actor = desk.consul(session)
    desk.sign_in(client, "lanhsu")
    answer = desk.send(
        client,
        "/ho-so/mo/citizen_protection",
        protection_kind="detained",
        danger_level="high",
        country="JP",
        city="Osaka",
        persons="Nguyễn Văn A, 1990, Khánh Hòa\nTrần Thị B",
    )
    case = desk.case_now(session, actor, reference_of(answer.location))
    first, second = case.data["persons"]
    assert (first["label"], first["birth_year"], first["home_text"]) == (
        "Nguyễn Văn A",
        1990,
        "Khánh Hòa",
    )
    assert first["claimed_province_code"] == "56"
    assert (second["label"], "birth_year" in second) == ("Trần Thị B", False)
    assert first["id"] != second["id"]


def test_a_link_from_a_marker_fills_it_in(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    marker_id = desk.a_marker("KH", "161", 11.62, 105.81, "80")
    desk.sign_in(client, "tram")
    page = client.get(f"{FORM}?moc={marker_id}&place_text=bờ suối").text
    assert 'value="KH 161"' in page
    assert 'value="bờ suối"' in page


def test_the_nearest_marker_is_proposed_under_ones_own_rights(
    client: FlaskClient, session: Session
) -> None:
    desk.station(session)
    desk.a_marker("KH", "161", 11.62, 105.81, "80")
    desk.a_marker("CN", "700", 11.621, 105.811, "04")
    desk.sign_in(client, "tram")
    found = client.get("/ho-so/goi-y/moc-gan?lat=11.621&lon=105.811").get_json()
    assert [one["label"] for one in found] == ["KH 161"]
    assert 100 < found[0]["m"] < 200
    assert client.get("/ho-so/goi-y/moc-gan?lat=abc&lon=1").status_code == 422


def test_suggestions_come_as_options(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    desk.a_marker("KH", "161", 11.62, 105.81, "80")
    desk.sign_in(client, "tram")
    assert 'value="KH 161"' in client.get("/ho-so/goi-y/moc?truong=m&m=161").text
    assert "Tây Ninh" in client.get("/ho-so/goi-y/don-vi?truong=u&u=ngoai vu tay ninh").text
    assert 'value="KH 161"' in client.get("/ho-so/goi-y/moc?truong=m&m=KH 16").text
    assert client.get("/ho-so/goi-y/gi-do?truong=u&u=abc").text.strip() == ""


def test_a_second_report_of_the_same_place_is_hinted(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    first = desk.send(client, FORM, **KNOWN, position="11,62; 105,81")
    reference = reference_of(first.location)
    address = "/ho-so/goi-y/trung?loai=border_incident&position="
    assert reference in client.get(f"{address}11,6201; 105,8101").text
    assert reference not in client.get(f"{address}11,70; 105,81").text
    second = desk.send(client, FORM, **KNOWN, position="11,6201; 105,8101")
    page = client.get(second.location).text
    assert "Có thể đã có hồ sơ về việc này" in page
    assert reference in page
